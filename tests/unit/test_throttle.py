"""How failed logins slow down who guesses, and nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qa.domain.people import Failures
from qa.domain.throttle import (
    ACCOUNT,
    ADDRESS,
    FORGOTTEN_AFTER,
    HERE,
    Rule,
    counted,
    keys,
    wait_s,
)

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
RULE = Rule(free=5, ceiling=timedelta(minutes=5))


@pytest.mark.parametrize(
    ("count", "expected_s"),
    [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (13, 256), (14, 300), (10_000, 300)],
)
def test_the_delay_doubles_up_to_its_ceiling(count: int, expected_s: int) -> None:
    assert RULE.wait(Failures(count, NOW), NOW) == timedelta(seconds=expected_s)


def test_a_delay_passes_and_a_day_without_failure_forgets_them() -> None:
    failures = Failures(14, NOW)
    assert RULE.wait(failures, NOW + timedelta(minutes=4)) == timedelta(minutes=1)
    assert RULE.wait(failures, NOW + timedelta(minutes=5)) <= timedelta()
    assert RULE.wait(failures, NOW + FORGOTTEN_AFTER) == timedelta()
    assert counted(failures, NOW + FORGOTTEN_AFTER) == Failures(1, NOW + FORGOTTEN_AFTER)
    assert counted(failures, NOW) == Failures(15, NOW)
    assert counted(None, NOW) == Failures(1, NOW)


def test_where_somebody_was_before_only_failures_there_on_their_account_count() -> None:
    attempt = keys("sun", "198.51.100.7")
    hammered = {attempt.account: Failures(500, NOW), attempt.address: Failures(500, NOW)}
    assert wait_s(attempt, hammered, NOW, known=True) == 0
    assert wait_s(attempt, hammered, NOW, known=False) == ACCOUNT.ceiling.total_seconds()
    here = {attempt.here: Failures(500, NOW)}
    assert wait_s(attempt, here, NOW, known=True) == HERE.ceiling.total_seconds()
    address = {attempt.address: Failures(500, NOW)}
    assert wait_s(attempt, address, NOW, known=False) == ADDRESS.ceiling.total_seconds()


def test_part_of_a_second_is_waited_for_whole() -> None:
    attempt = keys("sun", "198.51.100.7")
    failures = {attempt.here: Failures(5, NOW)}
    assert wait_s(attempt, failures, NOW + timedelta(seconds=0.4), known=True) == 1
    assert wait_s(attempt, failures, NOW + timedelta(seconds=1), known=True) == 0


def test_what_was_typed_is_in_no_key() -> None:
    assert not any("hunter2" in key for key in keys("hunter2", "198.51.100.7").all)
    assert len(set(keys("sun", "198.51.100.7").all)) == 3


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2:3::4", "2001:db8:1:2:ffff::1", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("fe80::1%eth0", "fe80::1%eth1", True),
        ("::ffff:198.51.100.7", "198.51.100.7", True),
        ("198.51.100.7", "198.51.100.8", False),
        ("unix:", "unix:", True),
    ],
)
def test_an_address_is_what_one_customer_of_a_network_gets(
    one: str, other: str, same: bool
) -> None:
    assert (keys("sun", one).address == keys("sun", other).address) is same

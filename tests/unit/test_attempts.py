from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from qa.domain.attempts import DEATHS, TRIES, WAITS, Attempt
from qa.domain.wording import Reason

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
FAULT = Reason("recording.fault", {"stage": "decode", "kind": "ZeroDivisionError"})


def attempt() -> Attempt:
    return Attempt("ab" * 32, "print", "C1", "a.wav", "/calls/a.wav", NOW, NOW)


def after_faults(count: int, *, at: datetime = NOW) -> Attempt:
    stands = attempt()
    for _ in range(count):
        stands = stands.failed(FAULT, at, died=False)
    return stands


def test_the_first_fault_is_tried_again_by_the_next_run_whenever_that_is() -> None:
    assert after_faults(1).standing("print", NOW) == "due"


@pytest.mark.parametrize("faults", [2, 3])
def test_each_further_try_comes_after_a_longer_wait(faults: int) -> None:
    stands = after_faults(faults)
    wait = WAITS[faults - 1]
    assert wait > WAITS[faults - 2]
    assert stands.standing("print", NOW + wait - timedelta(seconds=1)) == "put_off"
    assert stands.standing("print", NOW + wait) == "due"


def test_after_the_last_try_a_recording_is_given_up_with_its_reason() -> None:
    stands = after_faults(TRIES)
    assert stands.standing("print", NOW + timedelta(days=365)) == "quarantined"
    assert (stands.quarantined_at, stands.reason) == (NOW, FAULT)
    assert after_faults(TRIES - 1).quarantined_at is None


def test_another_fingerprint_begins_anew() -> None:
    given_up = after_faults(TRIES)
    assert given_up.standing("other", NOW) == "due"
    begun = given_up.begun("other", NOW)
    assert (begun.tries, begun.quarantined_at, begun.reason) == (0, None, None)
    assert given_up.begun("print", NOW) is given_up


def test_two_deaths_are_enough_and_the_recording_stays_under_suspicion_until_then() -> None:
    once = attempt().failed(Reason("recording.died", {"signal": "SIGKILL"}), NOW, died=True)
    assert (once.suspect, once.standing("print", NOW)) == (True, "due")
    twice = once.failed(Reason("recording.died", {"signal": "SIGKILL"}), NOW, died=True)
    assert twice.standing("print", NOW) == "quarantined"
    assert twice.deaths == DEATHS


def test_a_suspect_that_only_raised_is_no_suspect_any_more() -> None:
    once = attempt().failed(Reason("recording.died", {"signal": "SIGSEGV"}), NOW, died=True)
    assert not once.failed(FAULT, NOW, died=False).suspect


def test_a_clock_that_was_set_back_makes_nothing_wait_longer() -> None:
    stands = after_faults(3)
    assert stands.standing("print", NOW + timedelta(hours=1)) == "put_off"
    assert stands.standing("print", NOW - timedelta(days=300)) == "due"


def test_what_somebody_asks_for_is_due_at_once_and_counted_from_the_start() -> None:
    asked = after_faults(TRIES).asked_for()
    assert asked.standing("print", NOW) == "due"
    assert asked.failed(FAULT, NOW, died=False).standing("print", NOW) == "due"

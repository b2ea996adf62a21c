"""Which scored calls enter the queue."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from qa.domain.queue import TaskReason
from qa.domain.queue_rules import Candidate, Rules, choose, lot

NONE = Rules(critical=False, unsure_from=0, random_percent=0, agent_minimum=0)


def candidate(call: str, **changes: Any) -> Candidate:
    plain = Candidate(
        call=call,
        agent_id="A1",
        critical=False,
        disputed=False,
        unsure=0,
        doubtful=0,
        duration_s=60.0,
    )
    return replace(plain, **changes)


def reasons(candidates: list[Candidate], rules: Rules, **queued: int) -> dict[str, str]:
    return {pick.candidate.call: pick.reason.value for pick in choose(candidates, rules, queued)}


def test_without_rules_only_disputes_enter() -> None:
    calls = [
        candidate("plain", critical=True, unsure=9, doubtful=9),
        candidate("disputed", disputed=True),
    ]
    assert reasons(calls, NONE) == {"disputed": "disputed"}


def test_a_call_enters_once_for_its_most_pressing_reason() -> None:
    calls = [
        candidate("unsure", unsure=1),
        candidate("doubtful", doubtful=1),
        candidate("critical", critical=True, unsure=3),
        candidate("contested", critical=True, disputed=True),
        candidate("plain"),
    ]
    found = choose(calls, replace(NONE, critical=True, unsure_from=1), {})
    assert [(pick.candidate.call, pick.reason.value) for pick in found] == [
        ("critical", "failed_critical"),
        ("contested", "disputed"),
        ("unsure", "low_confidence"),
        ("doubtful", "low_confidence"),
    ]


def test_how_much_must_be_open_is_for_the_rules_to_say() -> None:
    calls = [candidate("two", unsure=2), candidate("three", unsure=3)]
    assert reasons(calls, replace(NONE, unsure_from=3)) == {"three": "low_confidence"}


def test_the_random_share_is_the_same_calls_every_time_whatever_else_there_is() -> None:
    calls = [candidate(f"call-{number}") for number in range(2_000)]
    rules = replace(NONE, random_percent=10)
    drawn = reasons(calls, rules)
    assert drawn == reasons(calls[::-1], rules)
    assert reasons(calls[:1_000], rules) == {
        call: reason for call, reason in drawn.items() if int(call[5:]) < 1_000
    }
    # 200 are expected; 5 standard deviations are 67.
    assert 133 < len(drawn) < 267


def test_another_seed_draws_other_calls() -> None:
    calls = [candidate(f"call-{number}") for number in range(200)]
    rules = replace(NONE, random_percent=20)
    first, second = (
        {pick.candidate.call for pick in choose(calls, rules, {}, seed=seed)} for seed in "ab"
    )
    assert first != second


def test_the_chance_is_kept_of_every_call_that_was_drawn_whatever_it_is_here_for() -> None:
    calls = [candidate(f"call-{number}", critical=number % 2 == 0) for number in range(400)]
    rules = replace(NONE, critical=True, random_percent=25)
    picks = choose(calls, rules, {})
    assert {pick.chance for pick in picks} == {0.25, None}
    assert [pick.chance is not None for pick in picks] == [
        lot(pick.candidate.call) < 0.25 for pick in picks
    ]
    drawn = Counter(pick.reason for pick in picks if pick.chance)
    assert set(drawn) == {TaskReason.FAILED_CRITICAL, TaskReason.RANDOM}


@pytest.mark.parametrize(("percent", "expected"), [(0, 0), (100, 50)])
def test_nothing_and_everything_can_be_drawn(percent: float, expected: int) -> None:
    calls = [candidate(f"call-{number}") for number in range(50)]
    assert len(choose(calls, replace(NONE, random_percent=percent), {})) == expected


def test_each_agent_is_brought_to_the_minimum() -> None:
    calls = [candidate(f"{agent}-{number}", agent_id=agent) for agent in "ABC" for number in "123"]
    calls.append(candidate("nobodys", agent_id=None))
    found = choose(calls, replace(NONE, agent_minimum=2), {"B": 1, "C": 7})
    assert Counter(pick.candidate.agent_id for pick in found) == {"A": 2, "B": 1}
    assert {pick.reason for pick in found} == {TaskReason.AGENT_MINIMUM}
    assert {pick.chance for pick in found} == {None}


def test_what_enters_for_another_reason_counts_towards_the_minimum() -> None:
    calls = [candidate("critical", critical=True), candidate("plain"), candidate("other")]
    found = reasons(calls, replace(NONE, critical=True, agent_minimum=2))
    assert Counter(found.values()) == {"failed_critical": 1, "agent_minimum": 1}


def test_an_agent_with_too_few_calls_has_them_all() -> None:
    assert len(choose([candidate("only")], replace(NONE, agent_minimum=5), {})) == 1

"""Agents' figures drawn towards their team, and who is clearly apart."""

from __future__ import annotations

import numpy as np
import pytest

from qa.statistics.agreement.figures import Why, Withheld
from qa.statistics.means import ScoreSum
from qa.statistics.proportions import Share
from qa.statistics.shrinkage import (
    NEEDED_AGENTS,
    NEEDED_CALLS,
    Reading,
    Team,
    drawn,
    drawn_means,
    drawn_shares,
)


def team(found: Team | Withheld) -> Team:
    assert isinstance(found, Team)
    return found


def scores(*values: float) -> ScoreSum:
    return ScoreSum(len(values), sum(values), sum(value**2 for value in values))


MIXED = {
    "ann": Share(10, 10),
    "bo": Share(170, 200),
    "cai": Share(27, 30),
    "dee": Share(24, 30),
    "eli": Share(5, 10),
}


def test_few_calls_are_drawn_further_than_many() -> None:
    found = {each.agent: each for each in team(drawn_shares(MIXED)).estimates}
    assert found["ann"].drawn > found["cai"].drawn > found["bo"].drawn
    assert found["ann"].raw == 1.0
    assert found["ann"].value < 0.97
    assert 0.5 < found["eli"].value < 0.86
    assert all(0 <= each.low < each.value < each.high <= 1 for each in found.values())


def test_the_order_is_by_what_is_best_estimated() -> None:
    values = [each.value for each in team(drawn_shares(MIXED)).estimates]
    assert values == sorted(values, reverse=True)


def test_nobody_is_ranked_where_nobody_is_apart() -> None:
    found = team(drawn_shares({name: Share(27 + n % 3, 30) for n, name in enumerate("abcdef")}))
    assert found.alike
    assert not found.ranked
    assert {(each.best_rank, each.worst_rank) for each in found.estimates} == {(1, 6)}


def test_who_clearly_differs_is_told_and_no_more() -> None:
    far = {"low": Share(50, 200), "mid1": Share(150, 200), "mid2": Share(152, 200)}
    found = team(drawn_shares({**far, "high": Share(196, 200)}))
    assert found.apart == {
        ("high", "low"),
        ("high", "mid1"),
        ("high", "mid2"),
        ("mid1", "low"),
        ("mid2", "low"),
    }
    ranks = {each.agent: (each.best_rank, each.worst_rank) for each in found.estimates}
    assert ranks == {"high": (1, 1), "mid1": (2, 3), "mid2": (2, 3), "low": (4, 4)}
    assert not found.ranked
    assert not found.alike


def test_agents_all_clearly_apart_are_ranked() -> None:
    found = team(
        drawn([Reading(f"a{n}", 100, 10.0 + 20 * n, 0.5) for n in range(4)], ceiling=100.0)
    )
    assert found.ranked
    assert [each.agent for each in found.estimates] == ["a3", "a2", "a1", "a0"]
    assert len(found.apart) == 6


def test_everybody_passing_is_no_reason_for_certainty() -> None:
    found = team(drawn_shares({name: Share(20, 20) for name in "abcd"}))
    assert found.alike
    assert all(each.value == pytest.approx(1) and each.low < 1 for each in found.estimates)


def test_scores_that_are_all_the_same_have_figures() -> None:
    found = team(drawn_means({name: scores(*[80.0] * 6) for name in "abcd"}))
    assert found.alike
    assert found.mean == pytest.approx(80)


def test_means_are_drawn_like_shares() -> None:
    scored = np.random.default_rng(5)
    found = team(
        drawn_means(
            {
                f"a{n}": scores(*scored.normal(60 + 8 * n, 10, calls).tolist())
                for n, calls in enumerate((8, 40, 40, 40, 8))
            }
        )
    )
    assert ("a3", "a1") in found.apart
    assert 60 < found.mean < 92
    assert found.between > 4


def test_who_has_hardly_any_calls_is_left_out() -> None:
    found = team(drawn_shares({**MIXED, "new": Share(1, NEEDED_CALLS - 1), "none": Share(0, 0)}))
    assert {each.agent for each in found.estimates} == set(MIXED)


@pytest.mark.parametrize("agents", [0, 1, NEEDED_AGENTS - 1])
def test_a_small_team_says_how_many_more_it_takes(agents: int) -> None:
    expected = Withheld(Why.TOO_FEW, agents, NEEDED_AGENTS - agents)
    assert drawn_shares({str(n): Share(8, 10) for n in range(agents)}) == expected
    assert drawn_means({str(n): scores(*[80.0, 90.0] * 5) for n in range(agents)}) == expected


def test_what_is_no_reading_is_refused() -> None:
    fine = [Reading(f"a{n}", 10, 0.9, 0.1) for n in range(4)]
    with pytest.raises(ValueError, match="error above 0"):
        drawn([*fine, Reading("b", 10, 0.9, 0.0)], ceiling=1.0)
    with pytest.raises(ValueError, match="one figure"):
        drawn([*fine, fine[0]], ceiling=1.0)


def test_drawn_figures_are_nearer_to_the_truth_and_their_intervals_hold_it() -> None:
    made = np.random.default_rng(20260302)
    raw = near = held = wrong = 0.0
    for _ in range(60):
        true = made.beta(32, 3.5, 10)
        calls = made.integers(10, 41, 10)
        hits = made.binomial(calls, true)
        found = team(drawn_shares({str(n): Share(int(hits[n]), int(calls[n])) for n in range(10)}))
        for each in found.estimates:
            truth = true[int(each.agent)]
            raw += (each.raw - truth) ** 2
            near += (each.value - truth) ** 2
            held += each.low <= truth <= each.high
        wrong += any(true[int(one)] < true[int(other)] for one, other in found.apart)
    assert near < 0.6 * raw
    assert 0.92 <= held / 600 <= 0.98
    assert wrong <= 6


def test_agents_that_do_not_differ_are_not_told_apart() -> None:
    made = np.random.default_rng(9)
    told = 0
    for _ in range(60):
        hits = made.binomial(30, 0.9, 20)
        told += not team(drawn_shares({str(n): Share(int(hits[n]), 30) for n in range(20)})).alike
    assert told <= 3

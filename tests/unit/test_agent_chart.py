"""Where the marks of an agent's chart stand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from qa.services.agent_page import WEEKS, Week
from qa.statistics.means import ScoreSum, mean_of
from webapp.agents.chart import chart, lowest_of

MONDAY = date(2026, 3, 2)


def sums(score: float, n: int = 12) -> ScoreSum:
    """Scores around a mean, half of them two below and half two above it."""
    scores = [score - 2, score + 2] * (n // 2)
    return ScoreSum(len(scores), sum(scores), sum(each**2 for each in scores))


def week(number: int, own: ScoreSum, team: ScoreSum | None = None) -> Week:
    team = team or ScoreSum()
    begins = MONDAY + timedelta(weeks=number)
    return Week(
        begins, whole=True, own=own, team=team, own_mean=mean_of(own), team_mean=mean_of(team)
    )


def test_weeks_of_too_few_calls_are_not_drawn() -> None:
    assert chart([week(0, sums(80, 8)), week(1, ScoreSum(), sums(90))]) is None
    drawn = chart([week(0, sums(80)), week(1, sums(80, 8)), week(2, sums(90))])
    assert drawn
    assert [slot.own is not None for slot in drawn.slots] == [True, False, True]
    assert all(slot.before is None for slot in drawn.slots)


def test_a_line_joins_neighbouring_weeks_alone() -> None:
    drawn = chart([week(0, sums(80)), week(1, sums(90)), week(2, ScoreSum()), week(3, sums(90))])
    assert drawn
    first, second, _empty, last = drawn.slots
    assert first.own
    assert second.before == (first.x, first.own.y)
    assert last.before is None


def test_higher_scores_stand_higher_and_everything_stays_inside() -> None:
    drawn = chart([week(0, sums(62), sums(88)), week(1, sums(97), sums(71))])
    assert drawn
    ranges = [each for slot in drawn.slots for each in (slot.own, slot.team) if each]
    by_height = sorted(ranges, key=lambda each: each.y)
    assert [each.mean.value for each in by_height] == [97, 88, 71, 62]
    for each in ranges:
        assert 0 <= each.top <= each.y <= each.bottom <= 100
    assert drawn.grid[0] == (60, 100.0)
    assert drawn.grid[-1] == (100, 0.0)


def test_an_axis_never_shows_less_than_twenty_points() -> None:
    drawn = chart([week(0, sums(98))])
    assert drawn
    assert [score for score, _y in drawn.grid] == [80, 90, 100]


@pytest.mark.parametrize("weeks", WEEKS)
def test_weeks_stand_side_by_side_and_the_running_one_is_always_named(weeks: int) -> None:
    drawn = chart([week(number, sums(80)) for number in range(weeks)])
    assert drawn
    places = [slot.x for slot in drawn.slots]
    assert places == sorted(places)
    assert 0 < places[0] < places[-1] < 100
    assert drawn.slots[-1].named
    assert drawn.slots[-1].narrow
    assert sum(slot.named for slot in drawn.slots) <= 13
    assert sum(slot.narrow for slot in drawn.slots) <= 7


def test_a_scale_holds_every_mean_whole() -> None:
    assert lowest_of([]) == 80
    mean = mean_of(sums(62))
    assert mean
    assert lowest_of([mean]) == 60

"""The weeks in which a weekly figure changed."""

from __future__ import annotations

import numpy as np
import pytest

from qa.statistics.agreement.figures import Why, Withheld
from qa.statistics.change_points import (
    NEEDED_WEEKS,
    SHORTEST,
    Trend,
    mean_changes,
    share_changes,
)
from qa.statistics.means import ScoreSum
from qa.statistics.proportions import Share


def trend(found: Trend | Withheld) -> Trend:
    assert isinstance(found, Trend)
    return found


def shares(*levels: tuple[int, float], calls: int = 200, seed: int = 1) -> list[Share]:
    """Weeks of so many calls, from (how many weeks, their share)."""
    drawn = np.random.default_rng(seed)
    return [
        Share(int(drawn.binomial(calls, level)), calls)
        for weeks, level in levels
        for _ in range(weeks)
    ]


def means(*levels: tuple[int, float], calls: int = 30, seed: int = 1) -> list[ScoreSum]:
    drawn = np.random.default_rng(seed)
    weeks = [drawn.normal(level, 8, calls) for weeks, level in levels for _ in range(weeks)]
    return [ScoreSum(calls, float(week.sum()), float((week**2).sum())) for week in weeks]


def test_a_rise_is_found_where_it_was() -> None:
    found = trend(share_changes(shares((20, 0.1), (16, 0.22))))
    assert found.changes == (20,)
    before, after = found.stretches
    assert (before.start, before.stop, after.start, after.stop) == (0, 20, 20, 36)
    assert (before.n, after.n) == (4_000, 3_200)
    assert before.low < 0.1 < before.high < after.low < 0.22 < after.high


def test_a_fall_of_a_mean_is_found_where_it_was() -> None:
    found = trend(mean_changes(means((15, 84), (12, 74))))
    assert found.changes == (15,)
    assert found.stretches[0].low < 84 < found.stretches[0].high
    assert found.stretches[1].low < 74 < found.stretches[1].high


def test_a_bad_month_has_a_beginning_and_an_end() -> None:
    assert trend(share_changes(shares((20, 0.9), (5, 0.7), (20, 0.9)))).changes == (20, 25)


def test_one_bad_week_is_no_change() -> None:
    weeks = shares((20, 0.9), (1, 0.5), (20, 0.9))
    assert trend(share_changes(weeks)).changes == ()
    assert SHORTEST > 1


def test_no_change_leaves_one_stretch_with_the_figure_of_all_weeks() -> None:
    weeks = shares((40, 0.9))
    (only,) = trend(share_changes(weeks)).stretches
    assert (only.start, only.stop, only.n) == (0, 40, 8_000)
    assert only.value == pytest.approx(sum(week.hits for week in weeks) / 8_000, abs=1e-6)
    assert only.low < 0.9 < only.high


def test_the_same_series_is_cut_in_the_same_way_every_time() -> None:
    weeks = shares((20, 0.1), (16, 0.16), calls=60)
    assert share_changes(weeks) == share_changes(weeks)


def test_weeks_without_calls_say_nothing_and_leave_no_gap() -> None:
    weeks = shares((20, 0.1), (16, 0.3))
    blank = Share(0, 0)
    found = trend(share_changes([blank, *weeks[:20], blank, blank, *weeks[20:], blank]))
    assert found.changes == (23,)
    assert [(each.start, each.stop) for each in found.stretches] == [(0, 23), (23, 40)]
    assert [each.n for each in found.stretches] == [4_000, 3_200]


@pytest.mark.parametrize("weeks", [0, 1, NEEDED_WEEKS - 1])
def test_a_short_series_says_how_many_more_weeks(weeks: int) -> None:
    expected = Withheld(Why.TOO_FEW, weeks, NEEDED_WEEKS - weeks)
    assert share_changes([*[Share(3, 30)] * weeks, *[Share(0, 0)] * 20]) == expected
    assert mean_changes([*[ScoreSum(2, 160, 12_800)] * weeks, ScoreSum()]) == expected


@pytest.mark.parametrize("hits", [0, 15, 30])
def test_weeks_that_are_all_alike_have_no_change(hits: int) -> None:
    (only,) = trend(share_changes([Share(hits, 30)] * 20)).stretches
    assert only.value == pytest.approx(hits / 30)
    assert only.low <= only.value <= only.high


def test_scores_that_are_all_alike_have_no_change() -> None:
    (only,) = trend(mean_changes([ScoreSum(3, 240, 19_200)] * 20)).stretches
    assert only.value == only.low == only.high == pytest.approx(80)


def test_one_call_a_week_is_enough_for_a_large_change() -> None:
    weeks = [ScoreSum(1, value, value**2) for value in [80.0, 84.0, 76.0] * 5 + [40.0, 44.0] * 4]
    assert trend(mean_changes(weeks)).changes == (15,)


@pytest.mark.parametrize(
    ("calls", "share", "moved"), [(4, 0.95, 0.0), (40, 0.1, 0.0), (500, 0.9, 0.02)]
)
def test_false_alarms_are_rare_however_few_the_calls_and_however_lively_the_weeks(
    calls: int, share: float, moved: float
) -> None:
    drawn = np.random.default_rng(3)
    alarms = 0
    for _ in range(100):
        levels = np.clip(drawn.normal(share, moved, 40), 0, 1)
        hits = drawn.binomial(calls, levels)
        found = trend(share_changes([Share(int(each), calls) for each in hits]))
        alarms += bool(found.changes)
    # One in a hundred is meant; more than five would come once in a thousand.
    assert alarms <= 5


def test_a_change_by_fifteen_points_is_found_within_a_week_of_where_it_was() -> None:
    near = 0
    for seed in range(40):
        found = trend(share_changes(shares((26, 0.1), (26, 0.25), calls=40, seed=seed)))
        near += any(abs(change - 26) <= 1 for change in found.changes)
    assert near >= 34

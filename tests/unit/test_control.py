"""Control limits of weekly shares and means."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qa.statistics.agreement.figures import Why, Withheld
from qa.statistics.control import NEEDED_WEEKS, RUN, Chart, Signal, mean_chart, share_chart
from qa.statistics.means import ScoreSum
from qa.statistics.proportions import Share

STEADY = [Share(hits, 40) for hits in (4, 3, 5, 4, 6, 2, 4, 5, 3, 4, 4, 5, 3, 4)]


def scores(*values: float) -> ScoreSum:
    return ScoreSum(len(values), sum(values), sum(value**2 for value in values))


MEANS = [scores(75 + shift, 80 + shift, 85 + shift) for shift in (0, 1, -1, 0, 2, -2, 0) * 2]


def chart(found: Chart | Withheld) -> Chart:
    assert isinstance(found, Chart)
    return found


def signals(found: Chart | Withheld) -> list[Signal | None]:
    return [point.signal for point in chart(found).points]


def test_a_week_far_from_the_steady_ones_is_outside() -> None:
    found = chart(share_chart([*STEADY, Share(15, 40), Share(4, 40)], len(STEADY)))
    assert found.alarms == (len(STEADY),)
    last = found.points[-2]
    assert last.signal is Signal.ABOVE
    assert last.high is not None
    assert last.high < 15 / 40
    assert found.centre == pytest.approx(56 / 560)


def test_a_week_of_few_calls_has_wide_limits() -> None:
    found = chart(share_chart([*STEADY, Share(1, 2), Share(0, 400)], len(STEADY)))
    assert found.points[-2].signal is None
    assert found.points[-2].high == 1.0
    assert found.points[-1].signal is Signal.BELOW


def test_a_run_on_one_side_speaks_though_no_week_is_outside() -> None:
    found = signals(share_chart([*STEADY, *[Share(7, 40)] * RUN], len(STEADY)))
    assert found[:-1] == [None] * (len(found) - 1)
    assert found[-1] is Signal.RUN_ABOVE
    broken = [*STEADY, *[Share(7, 40)] * (RUN - 1), Share(4, 40), Share(7, 40)]
    assert signals(share_chart(broken, len(STEADY))) == [None] * len(broken)


def test_all_of_a_few_is_no_side_of_a_high_share() -> None:
    weeks = [Share(4, 4)] * 11 + [Share(3, 4)] * 2 + [Share(4, 4)] * 20
    assert signals(share_chart(weeks, 13)) == [None] * 33


def test_a_week_without_calls_is_blank_and_breaks_no_run() -> None:
    weeks = [*STEADY, *[Share(7, 40)] * 4, Share(0, 0), *[Share(7, 40)] * (RUN - 4)]
    found = chart(share_chart(weeks, len(STEADY)))
    blank = found.points[len(STEADY) + 4]
    assert (blank.n, blank.value, blank.low, blank.high, blank.signal) == (
        0,
        None,
        None,
        None,
        None,
    )
    assert found.points[-1].signal is Signal.RUN_ABOVE


def test_what_never_happened_may_happen_once_and_not_often() -> None:
    found = chart(share_chart([*[Share(0, 40)] * 12, Share(1, 40), Share(8, 40)], 12))
    assert [point.signal for point in found.points[12:]] == [None, Signal.ABOVE]


def test_weeks_that_move_by_more_than_their_calls_explain_have_wider_limits() -> None:
    calm = [Share(hits, 2_000) for hits in (200, 205, 196, 203, 190, 210) * 3]
    lively = [Share(hits, 2_000) for hits in (200, 260, 150, 230, 140, 250) * 3]
    week = Share(270, 2_000)
    assert signals(share_chart([*calm, week], 18))[-1] is Signal.ABOVE
    assert signals(share_chart([*lively, week], 18))[-1] is None
    assert chart(share_chart(calm, 18)).between < 0.005 < chart(share_chart(lively, 18)).between


def test_a_mean_far_from_the_steady_ones_is_outside() -> None:
    week = scores(50, 55, 60)
    assert signals(mean_chart([*MEANS, week], len(MEANS)))[-1] is Signal.BELOW
    assert signals(mean_chart([*MEANS, scores(76, 80, 85)], len(MEANS)))[-1] is None


def test_a_run_of_means() -> None:
    low = [scores(73, 77, 81)] * RUN
    assert signals(mean_chart([*MEANS, *low], len(MEANS)))[-1] is Signal.RUN_BELOW


def test_scores_that_are_all_the_same_have_a_chart() -> None:
    same = [scores(80, 80)] * NEEDED_WEEKS
    found = chart(mean_chart([*same, *[scores(80, 80)] * 12, scores(79, 79)], NEEDED_WEEKS))
    assert found.alarms == (24,)
    assert (found.points[0].low, found.points[0].high) == (80, 80)


def test_one_call_a_week_has_a_chart() -> None:
    weeks = [scores(value) for value in (80, 90, 70, 85, 75, 95, 80, 82, 78, 88, 72, 84, 20)]
    assert signals(mean_chart(weeks, 12))[-1] is Signal.BELOW


@pytest.mark.parametrize("weeks", [0, 1, NEEDED_WEEKS - 1])
def test_a_short_baseline_says_how_many_more_weeks(weeks: int) -> None:
    blank = [Share(0, 0)] * 5
    expected = Withheld(Why.TOO_FEW, weeks, NEEDED_WEEKS - weeks)
    assert share_chart([*[Share(4, 40)] * weeks, *blank], weeks + 5) == expected
    assert mean_chart([*[scores(80, 90)] * weeks, ScoreSum()], weeks + 1) == expected


def test_limits_agree_with_the_exact_ones_of_a_baseline_that_is_known() -> None:
    """With a baseline of a million calls the prediction is the binomial distribution itself."""
    weeks = [Share(10_000, 100_000)] * 12
    found = chart(share_chart([*weeks, Share(4, 40)], 12))
    chances = [math.comb(40, k) * 0.1**k * 0.9 ** (40 - k) for k in range(41)]
    tail = (1 - math.erf(3 / math.sqrt(2))) / 2
    highest = max(k for k in range(41) if sum(chances[k:]) >= tail)
    assert found.points[-1].high == pytest.approx(highest / 40)
    assert found.points[-1].low == 0


def test_false_alarms_of_a_year_without_a_change() -> None:
    drawn = np.random.default_rng(11)
    alarms = weeks = 0
    for _ in range(60):
        shares = drawn.beta(81, 9, 78)
        counts = drawn.binomial(500, shares)
        found = share_chart([Share(int(hits), 500) for hits in counts], 26)
        outside = [each for each in signals(found) if each in {Signal.ABOVE, Signal.BELOW}]
        alarms, weeks = alarms + len(outside), weeks + 52
    assert alarms / weeks < 0.008


def test_a_fall_by_four_points_is_seen_within_weeks() -> None:
    drawn = np.random.default_rng(12)
    counts = [*drawn.binomial(2_000, drawn.normal(0.9, 0.01, 26)), *drawn.binomial(2_000, 0.86, 8)]
    found = chart(share_chart([Share(int(hits), 2_000) for hits in counts], 26))
    assert found.alarms
    assert found.points[found.alarms[0]].signal is Signal.BELOW

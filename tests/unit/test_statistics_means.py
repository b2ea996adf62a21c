"""Means and their intervals, against scipy and against counting."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from qa.statistics.means import (
    NEEDED,
    Mean,
    ScoreSum,
    added,
    difference,
    mean_of,
    t_quantile,
)


def summed(*scores: float) -> ScoreSum:
    return ScoreSum(len(scores), sum(scores), sum(score * score for score in scores))


SCORES = (92.0, 88.5, 100.0, 71.0, 64.5, 83.0, 96.0, 90.0, 77.5, 85.0, 60.0, 99.0)
OTHERS = (70.0, 75.5, 81.0, 66.0, 90.0, 58.5, 73.0, 77.0, 69.5, 80.0, 62.0)


@pytest.mark.parametrize("freedom", [9, 9.5, 10, 14, 29, 30.7, 99, 1_000, 99_999])
def test_the_quantile_is_scipys_to_five_digits(freedom: float) -> None:
    assert t_quantile(0.975, freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=2e-5)


def test_the_interval_of_a_mean_is_scipys() -> None:
    found = mean_of(summed(*SCORES))
    expected = stats.ttest_1samp(SCORES, 0).confidence_interval(0.95)
    assert found is not None
    assert found.n == len(SCORES)
    assert found.value == pytest.approx(math.fsum(SCORES) / len(SCORES))
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-3)


def test_the_interval_of_a_difference_is_welchs() -> None:
    found = difference(summed(*SCORES), summed(*OTHERS))
    expected = stats.ttest_ind(SCORES, OTHERS, equal_var=False).confidence_interval(0.95)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-3)
    assert found.clear


def test_the_same_scores_in_two_groups_are_no_clear_difference() -> None:
    found = difference(summed(*SCORES), summed(*SCORES))
    assert found is not None
    assert found.value == 0
    assert not found.clear


@pytest.mark.parametrize("n", range(NEEDED))
def test_fewer_than_ten_scores_have_no_mean_and_say_how_many_are_missing(n: int) -> None:
    few = summed(*SCORES[:n])
    assert mean_of(few) is None
    assert difference(few, summed(*SCORES)) is None
    assert difference(summed(*SCORES), few) is None
    assert few.missing == NEEDED - n


def test_ten_scores_have_a_mean() -> None:
    enough = summed(*SCORES[:NEEDED])
    assert enough.missing == 0
    assert mean_of(enough) is not None


def test_an_interval_never_leaves_the_scale() -> None:
    low = mean_of(summed(*[0.0] * 9, 100.0))
    high = mean_of(summed(*[100.0] * 9, 0.0))
    assert low is not None
    assert high is not None
    assert low.low == 0
    assert high.high == 100


def test_scores_that_are_all_the_same_say_so() -> None:
    found = mean_of(summed(*[87.5] * 40))
    assert found == Mean(40, 87.5, 87.5, 87.5)
    assert found.alike
    spread = mean_of(summed(*SCORES))
    assert spread is not None
    assert not spread.alike


def test_two_groups_without_any_spread_differ_by_exactly_their_distance() -> None:
    found = difference(summed(*[90.0] * 10), summed(*[80.0] * 12))
    assert found is not None
    assert (found.value, found.low, found.high) == (10, 10, 10)


def test_sums_of_groups_are_the_sums_of_the_whole() -> None:
    whole = added([summed(*SCORES), ScoreSum(), summed(*OTHERS)])
    expected = summed(*SCORES, *OTHERS)
    assert (whole.n, whole.total, whole.squares) == (
        expected.n,
        pytest.approx(expected.total),
        pytest.approx(expected.squares),
    )
    assert added([]) == ScoreSum()


def test_an_interval_holds_the_true_mean_95_times_of_100() -> None:
    drawn = np.random.default_rng(20260302).normal(80, 6, (4_000, 12))
    means = [mean_of(summed(*scores)) for scores in drawn.tolist()]
    held = sum(1 for mean in means if mean and mean.low <= 80 <= mean.high)
    assert held / 4_000 == pytest.approx(0.95, abs=0.012)

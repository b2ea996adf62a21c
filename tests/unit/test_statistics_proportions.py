"""Shares and their intervals, against the tables of the papers that they come from."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from qa.statistics.proportions import Interval, Share, difference, wilson


@pytest.mark.parametrize(
    ("hits", "calls", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), 857-872, table I, method 3 (Wilson's).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilsons_interval_is_the_published_one(
    hits: int, calls: int, low: float, high: float
) -> None:
    found = wilson(Share(hits, calls))
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("hits", "calls"), [(0, 1), (1, 1), (3, 10), (40, 41), (500, 9_999)])
def test_wilsons_interval_is_that_of_scipy(hits: int, calls: int) -> None:
    other = binomtest(hits, calls).proportion_ci(0.95, method="wilson")
    found = wilson(Share(hits, calls))
    assert (found.low, found.high) == pytest.approx((other.low, other.high), abs=1e-12)


@pytest.mark.parametrize(
    ("after", "before", "low", "high"),
    [
        # Newcombe, Statistics in Medicine 17 (1998), 873-890, table II, method 10.
        (Share(56, 70), Share(48, 80), 0.0524, 0.3339),
        (Share(9, 10), Share(3, 10), 0.1705, 0.8090),
        (Share(6, 7), Share(2, 7), 0.0582, 0.8062),
        (Share(5, 56), Share(0, 29), -0.0381, 0.1926),
        (Share(0, 10), Share(0, 20), -0.1611, 0.2775),
        (Share(0, 10), Share(0, 10), -0.2775, 0.2775),
        (Share(10, 10), Share(0, 20), 0.6791, 1.0000),
        (Share(10, 10), Share(0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombes_interval_is_the_published_one(
    after: Share, before: Share, low: float, high: float
) -> None:
    found = difference(before, after)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_bounds_hold_what_lies_between_them() -> None:
    assert Interval(-0.2, 0.1).holds(0)
    assert not Interval(0.01, 0.1).holds(0)


@pytest.mark.parametrize(("hits", "calls"), [(2, 1), (-1, 3), (0, -1)])
def test_more_hits_than_calls_are_no_share(hits: int, calls: int) -> None:
    with pytest.raises(ValueError, match="is no share"):
        Share(hits, calls)


def test_a_share_of_nothing_has_no_interval() -> None:
    with pytest.raises(ValueError, match="no calls"):
        wilson(Share(0, 0))

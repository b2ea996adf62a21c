"""Control limits of weekly figures: which week is further from a steady period than chance takes it.

A steady period, the baseline, says what the figure is and how much it moves from week to week beyond what few
calls explain (D. B. Laney, "Improved control charts for attributes", Quality Engineering 14, 2002): of two
thousand calls a week a share moves more than dice would, and limits that ignore it cry every other week. A later
week is judged by the distribution that this predicts for as many calls as it has, not by three sigma around the
mean: of the four failures that a week's random reviews hold, three sigma says nothing true.

Two rules speak: a week outside of the limits, and a run of weeks on one side (L. S. Nelson, Journal of Quality
Technology 16, 1984, tests 1 and 2). A week counts to a side only where as many or more are less likely than not,
so that 4 of 4 is no week above 95 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np

from qa.statistics.agreement.figures import Why, Withheld
from qa.statistics.means import ScoreSum, added, t_quantile
from qa.statistics.proportions import Share

NEEDED_WEEKS = 12
"""Weeks with calls that a baseline needs: from fewer nobody can say how much a figure moves."""
OUTSIDE = 2 * (1 - NormalDist().cdf(3))
"""Probability of a week outside of its limits while nothing changed: that of three sigma, 0.0027."""
RUN = 9
"""Weeks on one side that are no chance any more."""

_WIDEST = 0.5


class Signal(StrEnum):
    """What a week says about a change."""

    ABOVE = "above"
    BELOW = "below"
    RUN_ABOVE = "run_above"
    RUN_BELOW = "run_below"


@dataclass(frozen=True, slots=True)
class Point:
    """A week on the chart.

    Attributes:
        n: Calls; of none there is neither a value nor a limit.
        value: The week's share 0-1, or mean 0-100.
        low: The lowest value that chance explains.
        high: The highest.
        signal: What is unlikely about it. A week of the baseline has none.
    """

    n: int
    value: float | None
    low: float | None
    high: float | None
    signal: Signal | None


@dataclass(frozen=True, slots=True)
class Chart:
    """A weekly figure with its limits.

    Attributes:
        centre: The baseline's figure.
        baseline: How many of the points, from the first on, it is of.
        between: Standard deviation from week to week beyond what the number of calls explains, in the unit of
            the figure.
        points: One a week.
    """

    centre: float
    baseline: int
    between: float
    points: tuple[Point, ...]

    @property
    def alarms(self) -> tuple[int, ...]:
        """The weeks with a signal, by their place in ``points``."""
        return tuple(place for place, point in enumerate(self.points) if point.signal)


@dataclass(frozen=True, slots=True)
class _Judged:
    low: float
    high: float
    value: float
    as_low: float
    as_high: float


def share_chart(weeks: Sequence[Share], baseline: int) -> Chart | Withheld:
    """Limits of a weekly share, from the beta-binomial distribution that the baseline predicts.

    Args:
        weeks: One a week, the oldest first; one of no calls is left blank.
        baseline: How many of them, from the first on, are the steady period. The others are judged by it.

    Returns:
        ``TOO_FEW`` counts weeks with calls in the baseline.
    """
    steady = [week for week in weeks[:baseline] if week.calls]
    if lack := _too_few(len(steady)):
        return lack
    hits, calls = sum(week.hits for week in steady), sum(week.calls for week in steady)
    # Half a hit and half a miss more: what never happened in some weeks is not impossible in the next one.
    centre = (hits + 0.5) / (calls + 1)
    spread = centre * (1 - centre)
    apart = sum(week.calls * (week.value - centre) ** 2 for week in steady) / spread
    between = min(_WIDEST, _beyond_chance(apart, [week.calls for week in steady]))
    feared = between * _doubt(len(steady)) ** 2
    alike = min(_WIDEST, feared * (1 + 1 / len(steady)) + 1 / (calls + 1))
    judged = [_judge_share(week, centre, alike) if week.calls else None for week in weeks]
    counts = [week.calls for week in weeks]
    return Chart(
        hits / calls, baseline, math.sqrt(between * spread), _points(counts, judged, baseline)
    )


def mean_chart(weeks: Sequence[ScoreSum], baseline: int) -> Chart | Withheld:
    """Limits of a weekly mean score, 0-100, by Student's t.

    Args:
        weeks: Scores of each week, the oldest first; a week of none is left blank.
        baseline: As ``share_chart`` takes it.

    Returns:
        ``TOO_FEW`` counts weeks with calls in the baseline.
    """
    steady = [week for week in weeks[:baseline] if week.n]
    if lack := _too_few(len(steady)):
        return lack
    whole = added(steady)
    centre = whole.total / whole.n
    freedom = whole.n - len(steady)
    within = sum(week.variance * (week.n - 1) for week in steady) / freedom if freedom else 0.0
    between = 0.0
    if within:
        apart = sum(week.n * (week.total / week.n - centre) ** 2 for week in steady) / within
        between = within * _beyond_chance(apart, [week.n for week in steady])
    else:
        between = float(np.var([week.total / week.n for week in steady], ddof=1))
    judged: list[_Judged | None] = []
    for week in weeks:
        if not week.n:
            judged.append(None)
            continue
        error = within * (1 / week.n + 1 / whole.n) + between * (1 + 1 / len(steady))
        judged.append(_judge_mean(week, centre, error, len(steady)))
    counts = [week.n for week in weeks]
    return Chart(centre, baseline, math.sqrt(between), _points(counts, judged, baseline))


def _too_few(weeks: int) -> Withheld | None:
    if weeks < NEEDED_WEEKS:
        return Withheld(Why.TOO_FEW, weeks, NEEDED_WEEKS - weeks)
    return None


def _beyond_chance(apart: float, sizes: Sequence[int]) -> float:
    """Variance between weeks, in units of that within one, from the analysis of variance; never below 0.

    Args:
        apart: Squared distances of the weeks from the centre, each times its calls, in units of the variance.
        sizes: Calls of each week.
    """
    total = sum(sizes)
    usual = (total - sum(size**2 for size in sizes) / total) / (len(sizes) - 1)
    return max(0.0, (apart / (len(sizes) - 1) - 1) / usual)


def _doubt(weeks: int) -> float:
    """How much further limits lie for what so few weeks say of the movement: Student's t over the normal."""
    return t_quantile(1 - OUTSIDE / 2, weeks - 1) / NormalDist().inv_cdf(1 - OUTSIDE / 2)


def _judge_share(week: Share, centre: float, alike: float) -> _Judged:
    """A week by the beta-binomial distribution whose calls are ``alike`` (their intraclass correlation)."""
    n = week.calls
    size = 1 / alike - 1
    hits, misses = centre * size, (1 - centre) * size
    k = np.arange(n)
    steps = np.log(n - k) - np.log(k + 1) + np.log(k + hits) - np.log(n - k - 1 + misses)
    logs = np.concatenate(([0.0], np.cumsum(steps)))
    chances = np.exp(logs - logs.max())
    chances /= chances.sum()
    up, down = np.cumsum(chances), np.cumsum(chances[::-1])[::-1]
    inside = np.flatnonzero((up >= OUTSIDE / 2) & (down >= OUTSIDE / 2))
    return _Judged(
        low=float(inside[0]) / n,
        high=float(inside[-1]) / n,
        value=week.value,
        as_low=float(up[week.hits]),
        as_high=float(down[week.hits]),
    )


def _judge_mean(week: ScoreSum, centre: float, error: float, weeks: int) -> _Judged:
    """A week by Student's distribution, with ``error`` the variance of its distance from the centre."""
    value = week.total / week.n
    reach = t_quantile(1 - OUTSIDE / 2, weeks - 1) * math.sqrt(error)
    away = 0.0 if math.isclose(value, centre) else value - centre
    place = away / math.sqrt(error) if error else math.copysign(math.inf, away) if away else 0.0
    as_low, as_high = NormalDist().cdf(place), NormalDist().cdf(-place)
    if abs(away) <= reach:
        as_low, as_high = max(as_low, OUTSIDE / 2), max(as_high, OUTSIDE / 2)
    else:
        as_low, as_high = (0.0, 1.0) if away < 0 else (1.0, 0.0)
    return _Judged(max(0.0, centre - reach), min(100.0, centre + reach), value, as_low, as_high)


def _points(
    counts: Sequence[int], judged: Sequence[_Judged | None], baseline: int
) -> tuple[Point, ...]:
    # Beyond the centre by more than it may be off itself: a run beside a wrong centre is no news.
    side = 1 - NormalDist().cdf(1 / math.sqrt(baseline))
    points, above, below = [], 0, 0
    for place, (n, week) in enumerate(zip(counts, judged, strict=True)):
        if week is None:
            points.append(Point(n, None, None, None, None))
            continue
        signal = None
        if place >= baseline:
            above = above + 1 if week.as_high < side else 0
            below = below + 1 if week.as_low < side else 0
            signal = _signal(week, above, below)
        points.append(Point(n, week.value, week.low, week.high, signal))
    return tuple(points)


def _signal(week: _Judged, above: int, below: int) -> Signal | None:
    if week.as_high < OUTSIDE / 2:
        return Signal.ABOVE
    if week.as_low < OUTSIDE / 2:
        return Signal.BELOW
    if above >= RUN:
        return Signal.RUN_ABOVE
    return Signal.RUN_BELOW if below >= RUN else None

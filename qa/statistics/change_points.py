"""In which weeks a weekly figure changed, told from its ups and downs.

The series is cut where a stretch of weeks differs most from the rest, if it differs more than in all but a few of
a thousand shuffles of the same weeks; then each part is looked at in the same way. That is circular binary
segmentation (A. B. Olshen, E. S. Venkatraman, R. Lucito, M. Wigler, Biostatistics 5, 2004, 557-572). Shuffling
assumes no distribution: a share that moves from week to week by more than its calls explain, or of four calls a
week, raises no false alarm for that. It does assume that weeks which follow one another are no more alike than
others; a slow season is found as changes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from qa.statistics.agreement.figures import Why, Withheld
from qa.statistics.means import LEVEL, ScoreSum
from qa.statistics.proportions import Share
from qa.statistics.shares import share_bounds

Array = npt.NDArray[np.float64]

NEEDED_WEEKS = 12
"""Weeks with calls that a series needs."""
SHORTEST = 3
"""Weeks that a stretch has, at the least: one bad week is for the control limits."""
FALSE_ALARM = 0.01
"""Probability of finding a change in a series without any."""

_SHUFFLES = 999
_SEED = 20040901
_AT_ONCE = 90
_Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Weeks between two changes.

    Attributes:
        start: Its first week, by its place in the series.
        stop: The place after its last week.
        n: Calls in it.
        value: Their share 0-1, or mean 0-100, each week weighted by what its calls say.
        low: Lower bound, of 95 %. It allows for the weeks' own movement, and not for the stretch having been
            chosen because it differs.
        high: Upper bound.
    """

    start: int
    stop: int
    n: int
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Trend:
    """A series cut at its changes.

    Attributes:
        stretches: One without a change, else one more than changes, in order and without gaps.
    """

    stretches: tuple[Stretch, ...]

    @property
    def changes(self) -> tuple[int, ...]:
        """The first week after each change, by its place in the series."""
        return tuple(stretch.start for stretch in self.stretches[1:])


@dataclass(frozen=True, slots=True)
class _Series:
    """Weeks that have calls: their place, number of calls, value, and weight (1 / variance)."""

    place: npt.NDArray[np.int64]
    n: npt.NDArray[np.int64]
    value: Array
    weight: Array


def share_changes(weeks: Sequence[Share]) -> Trend | Withheld:
    """The changes of a weekly share.

    Args:
        weeks: One a week, the oldest first; one of no calls says nothing.

    Returns:
        ``TOO_FEW`` counts weeks with calls.
    """
    place = np.array([i for i, week in enumerate(weeks) if week.calls], dtype=np.int64)
    if lack := _too_few(place.size):
        return lack
    n = np.array([weeks[i].calls for i in place], dtype=np.int64)
    value = np.array([weeks[i].value for i in place], dtype=np.float64)
    pooled = (float(n @ value) + 0.5) / (float(n.sum()) + 1)
    series = _weighted(place, n, value, pooled * (1 - pooled))
    return Trend(tuple(_share_stretch(series, start, stop, weeks) for start, stop in _cut(series)))


def mean_changes(weeks: Sequence[ScoreSum]) -> Trend | Withheld:
    """The changes of a weekly mean score, 0-100.

    Args:
        weeks: Scores of each week, the oldest first; a week of none says nothing.

    Returns:
        ``TOO_FEW`` counts weeks with calls.
    """
    place = np.array([i for i, week in enumerate(weeks) if week.n], dtype=np.int64)
    if lack := _too_few(place.size):
        return lack
    n = np.array([weeks[i].n for i in place], dtype=np.int64)
    value = np.array([weeks[i].total / weeks[i].n for i in place], dtype=np.float64)
    freedom = int(n.sum()) - n.size
    within = sum(weeks[i].variance * (weeks[i].n - 1) for i in place) / freedom if freedom else 0.0
    series = _weighted(place, n, value, within)
    return Trend(tuple(_mean_stretch(series, start, stop, weeks) for start, stop in _cut(series)))


def _too_few(weeks: int) -> Withheld | None:
    if weeks < NEEDED_WEEKS:
        return Withheld(Why.TOO_FEW, weeks, NEEDED_WEEKS - weeks)
    return None


def _weighted(
    place: npt.NDArray[np.int64], n: npt.NDArray[np.int64], value: Array, variance: float
) -> _Series:
    """Weeks weighted by their calls and by how much they move beyond these.

    The movement is taken from the differences of neighbouring weeks, which a change touches once.
    """
    by_calls = variance / n
    steps = np.diff(value) ** 2 - by_calls[1:] - by_calls[:-1]
    between = max(0.0, float(steps.mean()) / 2)
    # Without any movement at all every week says as much as any other.
    spread = by_calls + between
    weight = 1 / spread if np.all(spread > 0) else np.ones_like(value)
    return _Series(place, n, value, weight)


def _cut(series: _Series) -> list[tuple[int, int]]:
    """The stretches, as places among the weeks that have calls."""
    generator = np.random.default_rng(_SEED)
    done: list[tuple[int, int]] = []
    todo = [(0, series.value.size)]
    while todo:
        start, stop = todo.pop()
        inner = _differing(series.value[start:stop], series.weight[start:stop], generator)
        if inner is None:
            done.append((start, stop))
            continue
        edges = sorted({start, start + inner[0], start + inner[1], stop})
        todo += pairwise(edges)
    return sorted(done)


def _differing(
    value: Array, weight: Array, generator: np.random.Generator
) -> tuple[int, int] | None:
    """The stretch that differs most from the rest, if no chance explains it."""
    starts, stops = _candidates(value.size)
    if starts.size == 0 or np.ptp(value) <= 1e-9 * max(1.0, float(np.abs(value).max())):
        return None
    gain = _gains(value[None], weight[None], starts, stops)[0]
    best = int(gain.argmax())
    beyond, allowed = 1, FALSE_ALARM * (_SHUFFLES + 1)
    for first in range(0, _SHUFFLES, _AT_ONCE):
        rows = min(_AT_ONCE, _SHUFFLES - first)
        order = generator.permuted(np.tile(np.arange(value.size), (rows, 1)), axis=1)
        shuffled = _gains(value[order], weight[order], starts, stops).max(axis=1)
        beyond += int(np.count_nonzero(shuffled >= gain[best] * (1 - 1e-9)))
        if beyond > allowed:
            return None
    return int(starts[best]), int(stops[best])


def _candidates(size: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Every stretch that is long enough, and leaves nothing or enough before and after it."""
    starts, stops = np.triu_indices(size + 1, SHORTEST)
    before, after = starts, size - stops
    fits = ((before == 0) | (before >= SHORTEST)) & ((after == 0) | (after >= SHORTEST))
    fits &= before + after >= SHORTEST
    return starts[fits].astype(np.int64), stops[fits].astype(np.int64)


def _gains(
    value: Array,
    weight: Array,
    starts: npt.NDArray[np.int64],
    stops: npt.NDArray[np.int64],
) -> Array:
    """How far each stretch is from the rest, squared, in units of its variance.

    Args:
        value: Shape (orders, weeks).
        weight: The same shape.
        starts: Shape (stretches,).
        stops: The same shape.

    Returns:
        Shape (orders, stretches).
    """
    whole = weight.sum(axis=1, keepdims=True)
    centred = value - (weight * value).sum(axis=1, keepdims=True) / whole
    sums = np.pad(np.cumsum(weight * centred, axis=1), ((0, 0), (1, 0)))
    weights = np.pad(np.cumsum(weight, axis=1), ((0, 0), (1, 0)))
    inside = sums[:, stops] - sums[:, starts]
    heavy = weights[:, stops] - weights[:, starts]
    gains: Array = inside**2 / (heavy * (1 - heavy / whole))
    return gains


def _middle(series: _Series, start: int, stop: int) -> tuple[float, float]:
    """Weighted mean of a stretch, and its variance."""
    weight = series.weight[start:stop]
    return float(weight @ series.value[start:stop] / weight.sum()), 1 / float(weight.sum())


def _edges(series: _Series, start: int, stop: int, weeks: int) -> tuple[int, int]:
    """Places in the whole series; weeks without calls belong to the stretch before them."""
    first = 0 if start == 0 else int(series.place[start])
    return first, weeks if stop == series.place.size else int(series.place[stop])


def _share_stretch(series: _Series, start: int, stop: int, weeks: Sequence[Share]) -> Stretch:
    value, variance = _middle(series, start, stop)
    n = int(series.n[start:stop].sum())
    spread = value * (1 - value)
    bounds = share_bounds(value, min(n, spread / variance) if spread > 0 else n, _Z)
    first, last = _edges(series, start, stop, len(weeks))
    return Stretch(first, last, n, value, bounds.low, bounds.high)


def _mean_stretch(series: _Series, start: int, stop: int, weeks: Sequence[ScoreSum]) -> Stretch:
    value, variance = _middle(series, start, stop)
    # Weeks that are all alike have no weights of their own, and no interval.
    alike = np.ptp(series.value) == 0
    reach = 0.0 if alike else _Z * math.sqrt(variance)
    first, last = _edges(series, start, stop, len(weeks))
    n = int(series.n[start:stop].sum())
    return Stretch(first, last, n, value, max(0.0, value - reach), min(100.0, value + reach))

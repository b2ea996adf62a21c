"""Whether a rater scores higher or lower than the master score, or than the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

import numpy as np

from qa.statistics.agreement.credible import share
from qa.statistics.agreement.enough import BY_COUNT, DIFFERENCES, lacking, too_few
from qa.statistics.agreement.figures import Figure, Shown, Why, Withheld
from qa.statistics.agreement.patterns import Floats
from qa.statistics.means import LEVEL, t_quantile

NEAR = 5.0
"""Points of 100 that two scores may lie apart and still count as the same, a custom of the trade."""


class Against(StrEnum):
    """What a rater's scores are held against."""

    MASTER = "master"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Leniency:
    """How one rater's scores lie to the master's, or to the mean of the others'.

    Attributes:
        rater: Their column.
        n: Calls scored by them and by the other side.
        difference: Points of 100 that they give more (above 0: lenient) or less, on average.
        near: Share of calls, 0-1, that they score within ``NEAR`` points.
    """

    rater: int
    against: Against
    n: int
    difference: Shown
    near: Shown


def leniency(
    scores: Iterable[Sequence[float | None]], master: Sequence[float | None] | None = None
) -> tuple[Leniency, ...]:
    """How each rater's scores lie to the master's, or to the mean of the other raters' of the same call.

    The interval of the difference is Student's for pairs; it is withheld where nearly all differences are the
    same, since a few large ones then make up the mean.

    Args:
        scores: A row for each call, a column for each rater, 0-100; ``None`` where a rater did not score it.
        master: The master score of each call, ``None`` for a call that has none. Without it, the others' mean.

    Raises:
        ValueError: There is not one master score, or ``None``, for each call.
    """
    rows = [[np.nan if score is None else float(score) for score in row] for row in scores]
    if master is not None and len(master) != len(rows):
        raise ValueError(f"{len(master)} master scores for {len(rows)} calls")
    grid = np.array(rows, dtype=np.float64).reshape(len(rows), len(rows[0]) if rows else 0)
    against = Against.OTHERS if master is None else Against.MASTER
    theirs = None
    if master is not None:
        theirs = np.array([np.nan if score is None else float(score) for score in master])
    return tuple(
        _of(rater, against, grid[:, rater] - (_others(grid, rater) if theirs is None else theirs))
        for rater in range(grid.shape[1])
    )


def _others(grid: Floats, rater: int) -> Floats:
    """The mean of the other raters' scores of each call, ``nan`` where there is none."""
    rest = np.delete(grid, rater, axis=1)
    given = (~np.isnan(rest)).sum(axis=1)
    return np.where(given > 0, np.nansum(rest, axis=1) / np.maximum(1, given), np.nan)


def _of(rater: int, against: Against, differences: Floats) -> Leniency:
    apart = differences[~np.isnan(differences)]
    n = len(apart)
    hits = int((np.abs(apart) <= NEAR).sum())
    missing = too_few(n, BY_COUNT.calls)
    return Leniency(rater, against, n, _mean(apart), missing or share(hits, n))


def _mean(differences: Floats) -> Shown:
    n = len(differences)
    if (missing := too_few(n, DIFFERENCES.calls)) is not None:
        return missing
    _, times = np.unique(differences, return_counts=True)
    if len(times) == 1:
        return Withheld(Why.ALL_ALIKE, n, None, DIFFERENCES.rare)
    if (missing := lacking(DIFFERENCES, n, n - float(times.max()))) is not None:
        return missing
    value, spread = float(differences.mean()), float(differences.std(ddof=1))
    reach = t_quantile((1 + LEVEL) / 2, n - 1) * spread / sqrt(n)
    return Figure(value, value - reach, value + reach, n)

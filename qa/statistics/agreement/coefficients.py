"""Coefficients of agreement from weighted patterns: many sets of weights at once.

``weights`` has the shape ``(B, P)`` throughout, a row for each set of weights of the ``P`` patterns; results have
the shape ``(B,)``. Where a coefficient is not defined, which is where all ratings are the same, it is ``nan``;
nothing outside this package sees one.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np

from qa.statistics.agreement.patterns import Floats, Patterns


class Weights(StrEnum):
    """How near two ratings count as agreeing, for kappa and Gwet's coefficients.

    On a scale from ``a`` to ``b`` two ratings that stand ``d`` apart agree by 1 - d / (b - a) (linear), by
    1 - (d / (b - a))² (quadratic), or only where they are the same.
    """

    SAME = "same"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


class Level(StrEnum):
    """What the distance of two ratings means to alpha: Krippendorff's levels of measurement."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


def nearness(points: tuple[float, ...], weights: Weights) -> Floats:
    """How much two ratings agree, 0-1, a row and a column for each category."""
    places = np.array(points)
    if weights is Weights.SAME or len(places) < 2:  # noqa: PLR2004 - one category has no distances
        return np.eye(len(places))
    apart = np.abs(places[:, None] - places) / (places[-1] - places[0])
    return np.asarray(1 - (apart if weights is Weights.LINEAR else apart**2))


def raw(of: Patterns, weights: Floats, near: Floats) -> Floats:
    """The share of pairs of raters of one call who agree, each call counting the same.

    Source: K. L. Gwet, "Computing inter-rater reliability and its variance in the presence of high agreement",
    British Journal of Mathematical and Statistical Psychology 61 (2008), 29-48, equation 1, with weights.
    """
    votes = of.votes[of.shared]
    raters = votes.sum(axis=1)
    agreeing = (votes * (votes @ near)).sum(axis=1) - votes @ np.diag(near)
    on = weights[:, of.shared]
    return np.asarray(on @ (agreeing / (raters * (raters - 1))) / on.sum(axis=1))


def gwet(of: Patterns, weights: Floats, near: Floats) -> Floats:
    """Gwet's AC1, and with weights his AC2.

    Agreement by chance is what raters would reach who guess on calls that are hard to rate, so that a rating
    that nearly every call gets does not pass for chance.

    Source: Gwet 2008 (AC1, equations 3-5 and 14); "Handbook of Inter-Rater Reliability", 4th edition (2014),
    chapter 4 (AC2).
    """
    size = len(near)
    shares = of.votes / np.maximum(1, of.votes.sum(axis=1, keepdims=True))
    share = weights @ shares / weights.sum(axis=1, keepdims=True)
    chance = near.sum() / (size * (size - 1)) * np.einsum("bi,bi->b", share, 1 - share)
    return _beyond(1 - raw(of, weights, near), 1 - chance)


def kappa(of: Patterns, weights: Floats, near: Floats) -> Floats:
    """Cohen's kappa of two raters, weighted for scales.

    Source: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement
    20 (1960), 37-46; "Weighted kappa", Psychological Bulletin 70 (1968), 213-220.

    Raises:
        ValueError: They are not of two raters who are told apart.
    """
    if not of.paired:
        raise ValueError("kappa is of two raters")
    size, apart = len(near), 1 - near
    cells = weights[:, : size * size]
    cells = cells / cells.sum(axis=1, keepdims=True)
    first, second = cells @ _rows(size), cells @ _rows(size, by_column=True)
    return _beyond(cells @ apart.ravel(), np.einsum("bi,bi->b", first @ apart, second))


def alpha(
    of: Patterns, weights: Floats, points: tuple[float, ...], level: Level, *, sample: bool = True
) -> Floats:
    """Krippendorff's alpha, of any number of raters and with missing ratings.

    Args:
        of: Patterns.
        weights: Of the patterns, in calls.
        points: Where the categories stand on their scale, for the interval level.
        level: What the distance of two ratings means.
        sample: Whether the weights are counts of a sample, whose chance is reckoned without replacement.

    Source: K. Krippendorff, "Content Analysis", 2nd edition (2004), chapter 11; "Computing Krippendorff's
    alpha-reliability" (2011).
    """
    votes = of.votes[of.shared]
    size = votes.shape[1]
    met = votes[:, :, None] * votes[:, None, :] - votes[:, :, None] * np.eye(size)
    met = met / (votes.sum(axis=1) - 1)[:, None, None]
    pairs = weights[:, of.shared] @ met.reshape(-1, size * size)
    totals = pairs @ _rows(size)
    n = pairs.sum(axis=1)
    if level is Level.ORDINAL:  # how far two ratings lie apart depends on how many lie between them
        apart = _squares(np.cumsum(totals, axis=1) - totals / 2)
        seen = np.einsum("bi,bi->b", pairs, apart.reshape(-1, size * size))
        chance = np.einsum("bi,bj,bij->b", totals, totals, apart)
    else:
        fixed = 1 - np.eye(size) if level is Level.NOMINAL else _squares(np.array([points]))[0]
        seen = pairs @ fixed.ravel()
        chance = np.einsum("bi,bi->b", totals @ fixed, totals)
    return _beyond(seen, chance / (n - 1 if sample else n))


def _rows(size: int, *, by_column: bool = False) -> Floats:
    """What adds up the cells of a flattened square table by its rows, shape ``(size * size, size)``."""
    place = np.divmod(np.arange(size * size), size)[1 if by_column else 0]
    return np.eye(size)[place]


def _squares(places: Floats) -> Floats:
    """Squared distances of places ``(B, q)`` on a scale, shape ``(B, q, q)``."""
    return np.asarray((places[:, :, None] - places[:, None, :]) ** 2)


def _beyond(seen: Floats, chance: Floats) -> Floats:
    """One less the disagreement seen per disagreement by chance; ``nan`` where chance allows none."""
    possible = chance > 0
    return np.where(possible, 1 - seen / np.where(possible, chance, 1), np.nan)

"""How far raters give the same calls the same total score."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from qa.statistics.agreement.enough import SCORES, too_few
from qa.statistics.agreement.figures import Figure, Shown, Why, Withheld
from qa.statistics.agreement.patterns import Floats
from qa.statistics.agreement.ratings import complete
from qa.statistics.means import LEVEL, t_quantile


@dataclass(frozen=True, slots=True)
class Intraclass:
    """The intraclass correlation of total scores.

    Attributes:
        figure: ICC(2,1), or why it is withheld.
        raters: How many raters scored every call that counts.
        left_out: Calls that one of them did not score, which therefore do not count.
    """

    figure: Shown
    raters: int
    left_out: int


def intraclass(scores: Iterable[Sequence[float | None]]) -> Intraclass:
    """ICC(2,1), absolute agreement of single raters, with an interval over the calls.

    The interval says how the correlation of these raters may differ on all their calls. It is Student's, of the
    jackknife over calls, on Fisher's scale for intraclass correlations. The customary one by F lets the raters
    stand for all possible ones, which two or six cannot: simulated, it held the truth 71 to 100 times of 100.

    Args:
        scores: A row for each call, a column for each rater, 0-100; ``None`` where a rater did not score it.

    Source: P. E. Shrout and J. L. Fleiss, "Intraclass correlations: uses in assessing rater reliability",
    Psychological Bulletin 86 (1979), 420-428, case 2; the scale: R. A. Fisher, "Statistical Methods for Research
    Workers" (1925), section 39; the jackknife: R. G. Miller, Biometrika 61 (1974), 1-15.
    """
    grid, left_out = complete(scores)
    n, k = grid.shape
    if k < 2:  # noqa: PLR2004 - nobody to agree with
        return Intraclass(Withheld(Why.ONE_RATER, n, SCORES), k, left_out)
    if (missing := too_few(n, SCORES)) is not None:
        return Intraclass(missing, k, left_out)
    # A call left out must leave something that varies: between calls, and between raters of one call.
    spread = (
        np.count_nonzero(np.ptp(grid, axis=1)),
        np.count_nonzero(grid.mean(axis=1) != grid.mean(axis=1)[0]),
    )
    if min(spread) < 2:  # noqa: PLR2004 - one may be the one left out
        return Intraclass(Withheld(Why.ALL_ALIKE, n, None), k, left_out)
    value = correlation(grid)
    without = _widened(_without_each(grid), k)
    error = sqrt((n - 1) / n * float(((without - without.mean()) ** 2).sum()))
    reach = t_quantile((1 + LEVEL) / 2, n - 1) * error
    centre = float(_widened(np.array(value), k))
    low, high = _narrowed(centre - reach, k), _narrowed(centre + reach, k)
    return Intraclass(Figure(value, min(value, low), max(value, high), n), k, left_out)


def correlation(grid: Floats) -> float:
    """ICC(2,1) of complete scores, however few, without interval.

    Args:
        grid: Shape ``(calls, raters)``, both 2 or more.

    Raises:
        ValueError: All scores are the same, so that it is not defined.
    """
    if np.ptp(grid) == 0:
        raise ValueError("scores that are all the same have no correlation")
    n = len(grid)
    return float(_correlations(grid, np.full((1, n), 1 / n), n)[0])


def _without_each(grid: Floats) -> Floats:
    """The correlation with each call left out in turn, shape ``(calls,)``."""
    n = len(grid)
    return _correlations(grid, (1 - np.eye(n)) / (n - 1), n - 1)


def _correlations(grid: Floats, weights: Floats, n: int) -> Floats:
    """ICC(2,1) for each set of weights ``(B, calls)`` of ``n`` calls each, from the raters' covariances.

    The mean square between calls less that of the rest is ``k`` times the mean covariance of two raters; the
    rest is their mean variance less it; and the mean square between raters comes of the spread of their means.
    """
    k = grid.shape[1]
    centred = grid - grid.mean()
    means = weights @ centred
    products = weights @ (centred[:, :, None] * centred[:, None, :]).reshape(len(grid), k * k)
    together = (products.reshape(-1, k, k) - means[:, :, None] * means[:, None, :]) * n / (n - 1)
    own = np.einsum("bii->b", together) / k
    common = (together.sum(axis=(1, 2)) - own * k) / (k * (k - 1))
    rest = own - common
    between = means.var(axis=1, ddof=1) - rest / n
    return np.asarray(common / (common + rest + between))


def _widened(value: Floats, k: int) -> Floats:
    """A correlation of ``k`` raters on Fisher's scale, where its spread hardly depends on it."""
    return np.asarray(np.log((1 + (k - 1) * value) / (1 - value)) / 2)


def _narrowed(value: float, k: int) -> float:
    """Back from Fisher's scale."""
    odds = np.exp(2 * value)
    return float((odds - 1) / (odds + k - 1))

"""The interval of a share of calls that need not count in full."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

from qa.statistics.proportions import Interval

_FEW = 3


def share_bounds(share: float, n: float, z: float) -> Interval:
    """The interval of a share of ``n`` calls, inside 0-1; 0-1 itself of none.

    Wilson's, whose bound is too near to a share of one, two or three calls, and to all but as many, with the
    better one there: L. D. Brown, T. T. Cai, A. DasGupta, "Interval estimation for a binomial proportion",
    Statistical Science 16 (2001), section 4.1.1.

    Args:
        share: 0-1; what lies outside by the last bit counts as 0 or 1.
        n: Calls, whole or not (the effective number of weighted ones).
        z: Quantile of the normal distribution, 1.96 for 95 %.
    """
    if n <= 0:
        return Interval(0.0, 1.0)
    share = min(1.0, max(0.0, share))
    scale = 1 + z**2 / n
    centre = (share + z**2 / (2 * n)) / scale
    half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / scale
    low, high = centre - half, centre + half
    hits, misses = share * n, (1 - share) * n
    if hits <= _FEW:
        low = min(low, _of_few(hits, z) / n)
    if misses <= _FEW:
        high = max(high, 1 - _of_few(misses, z) / n)
    return Interval(max(0.0, low), min(1.0, high))


def _of_few(hits: float, z: float) -> float:
    """What the true count of so few is above, by Poisson's distribution; between whole numbers in a line."""
    whole = math.floor(hits)
    below = _poisson_mean(whole, z)
    return below + (hits - whole) * (_poisson_mean(whole + 1, z) - below) if hits > whole else below


@lru_cache(maxsize=64)
def _poisson_mean(hits: int, z: float) -> float:
    """The mean that gives so many hits or more with the probability of falling outside of the interval."""
    if hits == 0:
        return 0.0
    outside = 2 * (1 - NormalDist().cdf(z))
    low, high = 0.0, float(hits)
    for _ in range(60):
        middle = (low + high) / 2
        fewer = math.exp(-middle) * sum(middle**k / math.factorial(k) for k in range(hits))
        low, high = (low, middle) if 1 - fewer > outside else (middle, high)
    return low

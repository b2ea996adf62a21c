"""Shares with their intervals: how far a count of a few calls can be trusted.

The plain normal interval of a share is too narrow for the tens of calls that an agent takes in a month, and
leaves 0-1; Wilson's is not and does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds that hold the true value 95 times in 100."""

    low: float
    high: float

    def holds(self, value: float) -> bool:
        """Whether a value lies between the bounds."""
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Share:
    """How many of some calls have something.

    Attributes:
        hits: Those that have it, at most ``calls``.
        calls: All of them.
    """

    hits: int
    calls: int

    def __post_init__(self) -> None:
        if not 0 <= self.hits <= self.calls:
            raise ValueError(f"{self.hits} of {self.calls} is no share")

    @property
    def value(self) -> float:
        """0-1. Raises ``ZeroDivisionError`` for a share of nothing."""
        return self.hits / self.calls


_Z = NormalDist().inv_cdf(0.975)


def wilson(share: Share) -> Interval:
    """The 95 % score interval of a share, without continuity correction, inside 0-1.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
    the American Statistical Association 22 (1927), 209-212.

    Raises:
        ValueError: There are no calls.
    """
    if share.calls == 0:
        raise ValueError("a share of no calls has no interval")
    n, p = share.calls, share.value
    centre = p + _Z**2 / (2 * n)
    half = _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
    scale = 1 + _Z**2 / n
    # Of none and of all a bound is the share itself, which rounding would miss by its last bit.
    low = (centre - half) / scale if share.hits > 0 else 0.0
    high = (centre + half) / scale if share.hits < n else 1.0
    return Interval(low, high)


def difference(before: Share, after: Share) -> Interval:
    """The 95 % interval of how much a share changed (``after`` less ``before``), inside -1 to 1.

    The two are of different calls. Each side's Wilson bounds, put together by squares.

    Source: R. G. Newcombe, "Interval estimation for the difference between independent proportions:
    comparison of eleven methods", Statistics in Medicine 17 (1998), 873-890, method 10.

    Raises:
        ValueError: One of them is of no calls.
    """
    was, became = wilson(before), wilson(after)
    change = after.value - before.value
    fell = hypot(after.value - became.low, was.high - before.value)
    rose = hypot(became.high - after.value, before.value - was.low)
    return Interval(max(-1.0, change - fell), min(1.0, change + rose))

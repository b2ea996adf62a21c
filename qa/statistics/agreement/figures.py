"""A figure with its interval, or the reason why there is none.

Nothing here is ever a number without bounds: where too little is known for an interval that holds 95 times of
100, a ``Withheld`` stands in its place and says what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Why(StrEnum):
    """What keeps a figure from being shown."""

    ONE_RATER = "one_rater"
    """Only one rater has rated anything."""
    TOO_FEW = "too_few"
    """Fewer calls than the interval needs."""
    TOO_RARE = "too_rare"
    """Enough calls, but nearly all ratings the same: too few of any other for the interval to hold."""
    ALL_ALIKE = "all_alike"
    """Every rating the same (of scores and differences: no spread at all), whatever their number."""
    NOBODY_FAILED = "nobody_failed"
    """People failed nothing, so nothing shows whether the machine would have noticed."""
    NOBODY_PASSED = "nobody_passed"
    """People passed nothing, so nothing shows whether the machine leaves a good call alone."""
    NO_SKILL = "no_skill"
    """The machine tells failures from passes hardly better than by chance, so there is nothing to correct by."""
    NOT_COVERED = "not_covered"
    """Some calls could not have been drawn, so the reviewed ones say nothing of all."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with the interval that holds its true value 95 times of 100.

    Attributes:
        value: The figure, as its source defines it.
        low: Lower bound, at most ``value``.
        high: Upper bound, at least ``value``.
        n: How many calls it is of.
    """

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Withheld:
    """Why a figure is not shown.

    Attributes:
        n: How many calls there are.
        more: How many more calls it takes; with ``TOO_RARE`` and the like an estimate from how often the rarer
            rating came so far. ``None`` where no number of calls is known to help.
        more_rare: How many more of the rarer rating it takes, on calls or as failures; 0 where they are enough
            or where they do not matter.
    """

    why: Why
    n: int
    more: int | None
    more_rare: int = 0


Shown = Figure | Withheld
"""What stands in the place of a figure."""

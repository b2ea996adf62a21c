"""What the chart of a plan's effect is drawn from: places along an axis, in per cent of its width."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qa.services.plan_effect import Effect, Period


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the chart: the value and its interval, 0-100 from the axis's left end.

    Attributes:
        side: ``before``, ``after``, or ``change``, whose axis runs from fewer to more failures.
    """

    side: Literal["before", "after", "change"]
    value: float
    low: float
    high: float

    @property
    def width(self) -> float:
        """Of the interval."""
        return self.high - self.low


def bars(effect: Effect) -> dict[str, Bar]:
    """The lines that the numbers carry, by side; a side with too few calls has none."""
    found = {}
    if (bar := _share("before", effect.before)) is not None:
        found["before"] = bar
    if (bar := _share("after", effect.after)) is not None:
        found["after"] = bar
    if effect.change is not None:
        places = (effect.difference, effect.change.low, effect.change.high)
        found["change"] = Bar("change", *(50 + 50 * place for place in places))
    return found


def _share(side: Literal["before", "after"], period: Period) -> Bar | None:
    if period.interval is None:
        return None
    places = (period.failed.value, period.interval.low, period.interval.high)
    return Bar(side, *(100 * place for place in places))

"""Where the marks of the chart of an agent's weeks stand, as shares of its width and height."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from qa.services.agent_page import Week
from qa.statistics.means import Mean
from webapp.scales import from_top

_FULL = 100
"""Points of a call that lacks nothing: where the scale ends."""
_STEP = 10
"""Scores between two lines of the grid."""
_LABELS = 13
"""Weeks that are named on a wide screen; on a narrow one every second of these."""
_BAND = 0.7
"""How much of a week's width the team's band fills."""


@dataclass(frozen=True, slots=True)
class Range:
    """A mean with its interval, percent of the height from the top."""

    mean: Mean
    y: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Slot:
    """One week, percent of the width.

    Attributes:
        x: Its middle; its band goes from ``left`` over ``width``.
        named: Whether its date stands below it, ``narrow`` also on a narrow screen.
        before: Where the line from the week before begins, where that has a mean too.
    """

    begins: date
    x: float
    left: float
    width: float
    named: bool
    narrow: bool
    own: Range | None
    team: Range | None
    before: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart.

    Attributes:
        grid: Scores with a line, and their place from the top in percent.
    """

    grid: tuple[tuple[int, float], ...]
    slots: tuple[Slot, ...]


def chart(course: Sequence[Week]) -> Chart | None:
    """The chart of some weeks, ``None`` where none of them has a mean of enough calls."""
    means = [mean for week in course for mean in (week.own_mean, week.team_mean) if mean]
    if not any(week.own_mean for week in course):
        return None
    lowest = lowest_of(means)
    slots: list[Slot] = []
    every = -(-len(course) // _LABELS)
    width = 100 / len(course)
    for place, week in enumerate(course):
        from_the_end = len(course) - 1 - place
        own = _range(week.own_mean, lowest)
        last = slots[-1] if slots else None
        slots.append(
            Slot(
                begins=week.begins,
                x=_rounded((place + 0.5) * width),
                left=_rounded((place + (1 - _BAND) / 2) * width),
                width=_rounded(_BAND * width),
                named=from_the_end % every == 0,
                narrow=from_the_end % (2 * every) == 0,
                own=own,
                team=_range(week.team_mean, lowest),
                before=(last.x, last.own.y) if last and last.own and own else None,
            )
        )
    grid = tuple(
        (score, from_top(score, lowest, _FULL)) for score in range(lowest, _FULL + 1, _STEP)
    )
    return Chart(grid, tuple(slots))


def lowest_of(means: Iterable[Mean]) -> int:
    """Where a scale up to 100 begins that holds some means whole and spans twenty points at least."""
    low = min((mean.low for mean in means), default=_FULL)
    return min(int(low // _STEP) * _STEP, _FULL - 2 * _STEP)


def _range(mean: Mean | None, lowest: int) -> Range | None:
    if mean is None:
        return None
    return Range(
        mean,
        y=from_top(mean.value, lowest, _FULL),
        top=from_top(mean.high, lowest, _FULL),
        bottom=from_top(mean.low, lowest, _FULL),
    )


def _rounded(percent: float) -> float:
    return round(percent, 2)

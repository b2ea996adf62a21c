"""Where the marks of the course of weeks stand, as shares of its width and height."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from qa.services.corrected.page import Course, FiguresPage, StretchFigure
from qa.statistics.corrected import Corrected

_LABELS = 13
"""Weeks that are named on a wide screen; on a narrow one every second of these."""
_LINES = 4
"""Spaces between lines of the grid."""
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.25)
"""What lies between two lines, as a part of the whole scale."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One week, percent of the width and height; ``named`` where its date stands below, ``narrow`` on a phone too."""

    begins: datetime
    x: float
    y: float | None
    named: bool
    narrow: bool
    calls: int
    value: float | None


@dataclass(frozen=True, slots=True)
class Level:
    """A stretch of weeks: the machine's level as a line, and the corrected interval, where there is one, as a band."""

    found: StretchFigure
    left: float
    width: float
    y: float
    top: float | None
    height: float


@dataclass(frozen=True, slots=True)
class Chart:
    """The chart: ``grid`` has values with a line and their place from the top; ``path`` joins the dots."""

    grid: tuple[tuple[float, float], ...]
    dots: tuple[Dot, ...]
    joins: tuple[tuple[Dot, Dot], ...]
    levels: tuple[Level, ...]


def chart(course: Course, ceiling: float) -> Chart | None:
    """The chart of some weeks; ``None`` where no week has a figure."""
    shown = [week.value for week in course.weeks if week.value is not None]
    if not shown:
        return None
    bounds = [
        bound
        for each in course.stretches
        if isinstance(each.figure, Corrected)
        for bound in (each.figure.low, each.figure.high)
    ]
    low, high, step = _scale((*shown, *bounds), ceiling)

    def from_top(value: float) -> float:
        return round(100 * (high - min(high, max(low, value))) / (high - low), 3)

    count = len(course.weeks)
    every = -(-count // _LABELS)
    dots = tuple(
        Dot(
            begins=week.begins,
            x=round((place + 0.5) * 100 / count, 3),
            y=None if week.value is None else from_top(week.value),
            named=(count - 1 - place) % every == 0,
            narrow=(count - 1 - place) % (3 * every) == 0,
            calls=week.calls,
            value=week.value,
        )
        for place, week in enumerate(course.weeks)
    )
    lines = round((high - low) / step)
    return Chart(
        grid=tuple((low + step * n, from_top(low + step * n)) for n in range(lines + 1)),
        dots=dots,
        joins=tuple(
            (one, other)
            for one, other in pairwise(dots)
            if one.y is not None and other.y is not None
        ),
        levels=tuple(
            _level(each, count, from_top(each.stretch.value), from_top) for each in course.stretches
        ),
    )


def lowest_of(page: FiguresPage) -> float:
    """Where the scale of all ranges of a page begins, as a part of the whole; it spans a fifth at least."""
    lows = [each.figure.low for each in page.teams if isinstance(each.figure, Corrected)]
    lows += [each.estimate.low for each in page.agents.rows if each.estimate]
    lows += [each.machine for each in page.teams if each.machine is not None]
    lows += [each.machine for each in page.agents.rows if each.machine is not None]
    return min(int(10 * min(lows, default=page.ceiling) / page.ceiling) / 10, 0.8)


def _level(found: StretchFigure, count: int, y: float, from_top: Callable[[float], float]) -> Level:
    figure = found.figure
    top = from_top(figure.high) if isinstance(figure, Corrected) else None
    bottom = from_top(figure.low) if isinstance(figure, Corrected) else 0.0
    return Level(
        found=found,
        left=round(found.stretch.start * 100 / count, 3),
        width=round((found.stretch.stop - found.stretch.start) * 100 / count, 3),
        y=y,
        top=top,
        height=round(max(0.6, bottom - (top or 0.0)), 3),
    )


def _scale(values: Iterable[float], ceiling: float) -> tuple[float, float, float]:
    """Where the scale begins and ends, and what lies between two lines of it."""
    each = tuple(values)
    low, high = min(each) / ceiling, max(each) / ceiling
    step = next((step for step in _STEPS if (high - low) / step <= _LINES), _STEPS[-1])
    first = max(0.0, int(low / step) * step)
    last = min(1.0, (int(high / step - 1e-9) + 1) * step)
    if last - first < step:
        first = max(0.0, last - step)
    return first * ceiling, last * ceiling, step * ceiling

"""Where the marks of the small charts stand: a figure against what a level takes, and a figure over weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from qa.domain.licence import Bounds, Level, Measure, Terms
from qa.services.drift import Course, scale_of
from qa.statistics.agreement.figures import Withheld
from qa.statistics.control import Point, Signal
from webapp.scales import from_top, span

_LEAST_SPAN = 0.1
"""Of a chart's scale, in the unit of its values, so that noise does not look like a cliff."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A figure on the scale 0-1, percent of the width.

    Attributes:
        terms: The lower bound that each level takes, and its place.
    """

    low: float
    width: float
    value: float
    terms: tuple[tuple[Level, float, float], ...]


def bar(bounds: Bounds, measure: Measure, terms: Terms) -> Bar:
    """A figure's interval with the lower bounds that levels take."""
    low, high = max(0.0, bounds.low), max(0.0, bounds.high)
    return Bar(
        low=_percent(low),
        width=_percent(max(0.005, high - low)),
        value=_percent(max(0.0, bounds.value)),
        terms=marks(measure, terms),
    )


def marks(measure: Measure, terms: Terms) -> tuple[tuple[Level, float, float], ...]:
    """The lower bounds that levels take, and their places."""
    taken = []
    for level in (Level.ASSIST, Level.AUTO):
        threshold = terms.threshold(level)
        needed = threshold.lows.get(measure) if threshold else None
        if needed is not None:
            taken.append((level, needed, _percent(needed)))
    return tuple(taken)


@dataclass(frozen=True, slots=True)
class Slot:
    """One week, percent of the width and of the height from the top.

    Attributes:
        place: Its middle; its band goes from ``left`` over ``width``, from ``top`` over ``height``.
        before: Where the line from the last week with a value begins.
    """

    begins: date
    point: Point
    place: float
    left: float
    width: float
    top: float
    height: float
    y: float
    before: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Spark:
    """A figure over weeks.

    Attributes:
        centre: The usual, as it reads, and its place from the top.
        steady: Where the weeks end that say what is usual, percent of the width.
        latest: The last week with a value.
    """

    course: Course
    slots: tuple[Slot, ...]
    centre: float
    centre_y: float
    steady: float
    latest: Slot | None
    scale: float

    @property
    def signal(self) -> Signal | None:
        """What the latest week says."""
        alarm = self.course.alarm
        return alarm.signal if alarm else None


def spark(course: Course) -> Spark | None:
    """The chart of a figure; ``None`` where there are too few weeks for limits."""
    chart = course.chart
    if isinstance(chart, Withheld):
        return None
    scale = scale_of(course.gauge)
    values = [
        value
        for point in chart.points
        for value in (point.value, point.low, point.high)
        if value is not None
    ]
    bottom, top = span(values, _LEAST_SPAN * scale)
    width = 100 / len(chart.points)
    slots: list[Slot] = []
    last: tuple[float, float] | None = None
    for place, (begins, point) in enumerate(zip(course.weeks, chart.points, strict=True)):
        if point.value is None or point.low is None or point.high is None:
            continue
        x = round((place + 0.5) * width, 2)
        y = from_top(point.value, bottom, top)
        slots.append(
            Slot(
                begins=begins.date(),
                point=point,
                place=x,
                left=round(place * width, 2),
                width=round(width, 2),
                top=from_top(point.high, bottom, top),
                height=round(
                    from_top(point.low, bottom, top) - from_top(point.high, bottom, top), 2
                ),
                y=y,
                before=last,
            )
        )
        last = (x, y)
    return Spark(
        course=course,
        slots=tuple(slots),
        centre=chart.centre / scale,
        centre_y=from_top(chart.centre, bottom, top),
        steady=round(chart.baseline * width, 2),
        latest=slots[-1] if slots else None,
        scale=scale,
    )


def _percent(share: float) -> float:
    return round(100 * share, 2)

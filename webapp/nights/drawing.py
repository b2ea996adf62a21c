"""Where the marks of the charts stand: what became of a night's recordings, and a figure over nights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qa.ports.nights import Night
from webapp.scales import from_top, span

_LEAST_SPAN = {"score": 10.0, "marks": 10.0}
"""Of a chart's scale, so that noise does not look like a cliff; a tenth for shares."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar, per cent of its width."""

    outcome: str
    count: int
    left: float
    width: float


def outcomes(night: Night) -> tuple[Piece, ...]:
    """What became of a night's recordings, side by side; what is still to come is not drawn."""
    counts = {
        "scored": night.scored,
        "done_before": night.done_before,
        "not_scorable": night.not_scorable,
        "quarantined": night.quarantined,
        "unfinished": night.unfinished,
    }
    whole = max(night.found, sum(counts.values()), 1)
    pieces, left = [], 0.0
    for outcome, count in counts.items():
        width = 100 * count / whole
        if count:
            pieces.append(Piece(outcome, count, round(left, 3), round(width, 3)))
        left += width
    return tuple(pieces)


@dataclass(frozen=True, slots=True)
class Slot:
    """One night of a chart: its middle, its band of what is usual if there is one, and its value.

    Per cent of the width, and of the height from the top. ``before`` is where the line to it begins.
    """

    place: float
    left: float
    width: float
    top: float | None
    height: float | None
    y: float
    before: tuple[float, float] | None


def slots(figure: Mapping[str, Any]) -> tuple[Slot, ...]:
    """The chart of a figure of the report over its nights; those without calls are left out."""
    course: Sequence[Mapping[str, Any]] = figure["course"]
    values = [
        point[name]
        for point in course
        for name in ("value", "low", "high")
        if point[name] is not None
    ]
    bottom, top = span(values, _LEAST_SPAN.get(figure["figure"], 0.1))
    width = 100 / len(course)
    drawn: list[Slot] = []
    last: tuple[float, float] | None = None
    for place, point in enumerate(course):
        if point["value"] is None:
            continue
        x, y = round((place + 0.5) * width, 2), from_top(point["value"], bottom, top)
        banded = point["low"] is not None
        high = from_top(point["high"], bottom, top) if banded else None
        low = from_top(point["low"], bottom, top) if banded else None
        drawn.append(
            Slot(
                place=x,
                left=round(place * width, 2),
                width=round(width, 2),
                top=high,
                height=None if high is None or low is None else round(low - high, 2),
                y=y,
                before=last,
            )
        )
        last = (x, y)
    return tuple(drawn)

"""Agreement over time: what an address asks for, and where the marks of the small charts stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from qa.services.agreement.course import MEASURES, STEPS, Measure, Step
from qa.statistics.agreement import Figure, Shown
from webapp.agreement import listing
from webapp.agreement.listing import Asked
from webapp.listing import one_of
from webapp.scales import from_top

GRID = (0.0, 0.5, 1.0)
"""Values with a line."""


@dataclass(frozen=True, slots=True)
class CourseAsked:
    """What an address asks for."""

    asked: Asked = field(default_factory=Asked)
    measure: Measure = "gwet"
    step: Step = 1


def read(args: MultiDict[str, str]) -> CourseAsked:
    """What an address asks for; an argument that makes no sense counts as absent."""
    asked = listing.read(args)
    usual: Measure = "sensitivity" if asked.machine else "gwet"
    return CourseAsked(
        asked,
        measure=one_of(args, "measure", MEASURES) or usual,
        step=next((each for each in STEPS if str(each) == args.get("step")), 1),
    )


def arguments(asked: CourseAsked, **changes: Any) -> Mapping[str, str]:
    """The arguments that ask for the same with the measure or the step changed."""
    measure, step = changes.get("measure", asked.measure), changes.get("step", asked.step)
    stated = {**listing.narrowing(asked.asked), "measure": measure}
    return stated if step == 1 else {**stated, "step": str(step)}


def carried(asked: CourseAsked) -> Mapping[str, str]:
    """What the form that narrows the page takes along."""
    found = arguments(asked)
    return {name: found[name] for name in ("measure", "step") if name in found}


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of the chart, per cent of its width and of its height from the top.

    Attributes:
        y: Where the figure stands, ``None`` where it is withheld; its interval is from ``top`` to ``bottom``.
        before: Where the line from the figure before begins, where that stands right beside it.
    """

    x: float
    y: float | None = None
    top: float = 0.0
    bottom: float = 0.0
    before: tuple[float, float] | None = None


def chart(figures: Sequence[Shown]) -> tuple[Mark, ...]:
    """The marks of one criterion's figures, of 0 at the bottom to 1 at the top; what is below 0 stands at 0."""
    marks: list[Mark] = []
    for place, shown in enumerate(figures):
        x = round(100 * (place + 0.5) / len(figures), 2)
        if not isinstance(shown, Figure):
            marks.append(Mark(x))
            continue
        y, last = _from_top(shown.value), marks[-1] if marks else None
        before = (last.x, last.y) if last is not None and last.y is not None else None
        marks.append(Mark(x, y, _from_top(shown.high), _from_top(shown.low), before))
    return tuple(marks)


def _from_top(value: float) -> float:
    return from_top(min(1.0, max(0.0, value)), 0.0, 1.0)

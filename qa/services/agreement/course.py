"""Agreement over time: one figure of each criterion, month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from itertools import pairwise
from typing import Literal, get_args

from qa.domain.access import Action, Actor, require
from qa.domain.wording import Text
from qa.ports import Clock, UnitOfWorkFactory
from qa.ports.agreement import Beside, Together
from qa.services.agreement.criteria import (
    AgreementQuery,
    Choices,
    CriterionAgreement,
    choices,
    criterion_agreement,
    in_rubric_order,
    period,
    rated,
    ratings,
    used_rubrics,
)
from qa.services.browse import RubricTexts
from qa.statistics.agreement import Shown

Measure = Literal["raw", "gwet", "alpha", "sensitivity", "specificity", "machine"]
"""Of people with each other the first three, of the machine the others; ``machine`` is its AC1 with people."""
MEASURES: tuple[Measure, ...] = get_args(Measure)
OF_MACHINE: tuple[Measure, ...] = ("sensitivity", "specificity", "machine")

Step = Literal[1, 3]
"""Months that are taken together."""
STEPS: tuple[Step, ...] = get_args(Step)

SHOWN: Mapping[Step, int] = {1: 12, 3: 8}
"""How many stretches are shown where a query does not say since when."""
MOST = 36
"""Months on one page, the latest."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some months together; ``whole`` says whether they are over."""

    begins: date
    whole: bool


@dataclass(frozen=True, slots=True)
class CriterionCourse:
    """One criterion, a figure for each stretch."""

    criterion: str
    title: Text
    figures: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class AgreementCourse:
    """Agreement over time, in the rubric's order."""

    stretches: tuple[Stretch, ...]
    rows: tuple[CriterionCourse, ...]
    choices: Choices


def agreement_course(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    query: AgreementQuery,
    *,
    measure: Measure,
    step: Step,
    zone: tzinfo,
) -> AgreementCourse:
    """One figure of each criterion over the months of a query. Raises ``NotAllowed``."""
    require(actor, Action.CALIBRATE)
    edges = _edges(clock, query, step, zone)
    with open_store() as unit:
        which = ratings(unit, clock, actor, query, zone, edges=edges)
        together: Sequence[Together] = ()
        beside: Sequence[Beside] = ()
        if measure in OF_MACHINE:
            beside = unit.agreement.beside(which)
        else:
            together = unit.agreement.together(which)
        texts = used_rubrics(unit, rubrics, query.rubric)
        rows = []
        for id_ in in_rubric_order(rated(together, beside), texts):
            months = [
                criterion_agreement(
                    id_,
                    texts,
                    [each for each in together if each.stretch == place],
                    [each for each in beside if each.stretch == place],
                )
                for place in range(len(edges) - 1)
            ]
            figures = tuple(_figure(month, measure) for month in months)
            rows.append(CriterionCourse(id_, months[0].title, figures))
        return AgreementCourse(
            stretches=tuple(
                Stretch(begins.astimezone(zone).date(), ends <= clock.now())
                for begins, ends in pairwise(edges)
            ),
            rows=tuple(rows),
            choices=choices(unit, rubrics),
        )


def _edges(clock: Clock, query: AgreementQuery, step: Step, zone: tzinfo) -> tuple[datetime, ...]:
    """The first midnights of the stretches and the end of the last, which is the running one or of ``until``."""
    first, _end = period(clock, query, zone)
    last = (query.until or clock.now().astimezone(zone).date()).replace(day=1)
    if step > 1:  # quarters of the calendar
        last = last.replace(month=last.month - (last.month - 1) % step)
    count = SHOWN[step] if query.since is None else MOST // step
    begins = [_months_before(last, step * back) for back in reversed(range(count))]
    midnights = [datetime.combine(day, time(), zone) for day in begins]
    edges = [*midnights, datetime.combine(_months_before(last, -step), time(), zone)]
    kept = [at for at, following in pairwise(edges) if following > first]
    begin, *later = kept or edges[-2:-1]
    return (max(begin, first), *later, edges[-1])


def _months_before(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _figure(month: CriterionAgreement, measure: Measure) -> Shown:
    shown: Mapping[Measure, Shown] = {
        "raw": month.people.raw,
        "gwet": month.people.gwet,
        "alpha": month.people.alpha,
        "sensitivity": month.machine.detection.sensitivity,
        "specificity": month.machine.detection.specificity,
        "machine": month.machine.found.gwet,
    }
    return shown[measure]

"""The nights as people look at them: the list, and the morning report of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from qa.domain.access import Action, Actor, require
from qa.domain.night import NightKind
from qa.domain.wording import Language, Text
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.ports.nights import Night, NightPage, NightQuery, NightWhole
from qa.services.browse import RubricTexts
from qa.services.nights.charts import NIGHTS, NightCourse, courses
from qa.services.nights.morning import Document, morning_report

FEW_CALLS = 10
"""Calls under which sums would say what a single one got to whoever still rates it blind."""


def nights_page(
    open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, query: NightQuery
) -> NightPage:
    """A page of the list. Raises ``NotAllowed``."""
    require(actor, Action.SEE_NIGHTS)
    with open_store() as unit:
        return unit.nights.page(query, now=clock.now())


def night_report(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    night_id: int,
    *,
    language: Language,
) -> Document:
    """The morning report of a night.

    A recording whose call the reader must not come across is counted and not named. Raises ``NotAllowed`` and
    ``NotFound``.
    """
    require(actor, Action.SEE_NIGHTS)
    with open_store() as unit:
        every_file = actor.user_id is None
        return _read(unit, rubrics, clock.now(), night_id, language, every_file=every_file)


def _read(
    unit: UnitOfWork,
    rubrics: RubricTexts,
    now: datetime,
    night_id: int,
    language: Language,
    *,
    every_file: bool,
) -> Document:
    whole = unit.nights.night(night_id, now=now)
    pages: Mapping[str, str] = {}
    if whole.report is not None:
        refusals = (*whole.report.refusals, *whole.report.quarantined)
        pages = unit.nights.pages_of([each.record.call_id for each in refusals])
    whole = _in_sight(unit, whole)
    figures = whole.figures
    course: tuple[NightCourse, ...] = ()
    if figures is not None:
        before = unit.nights.before(night_id, limit=NIGHTS, few=FEW_CALLS)
        course = courses(before, whole.night.started_at, figures)
    return morning_report(
        whole,
        course,
        titles=_titles(unit, rubrics, figures.rubric_id) if figures else {},
        pages=pages,
        every_file=every_file,
        language=language,
    )


@dataclass(frozen=True, slots=True)
class NightMetrics:
    """What a monitor is told.

    Attributes:
        last: The night that began last, however it goes.
        ended: The one that ended last in order or was cut.
        alarms: Its figures that moved further than chance takes them.
        quarantined: Recordings that are given up until somebody asks for them.
    """

    last: Night | None
    ended: NightWhole | None
    alarms: int
    quarantined: int


def night_metrics(open_store: UnitOfWorkFactory, clock: Clock, actor: Actor) -> NightMetrics:
    """How the last nights went, in numbers. Raises ``NotAllowed``."""
    require(actor, Action.SEE_NIGHTS)
    now = clock.now()
    with open_store() as unit:
        rows = unit.nights.page(NightQuery(page_size=1), now=now).rows
        latest = unit.nights.latest(NightKind.NIGHT, now=now)
        ended = _in_sight(unit, latest) if latest else None
        given_up = [each for each in unit.attempts.every() if each.quarantined_at is not None]
        alarms = 0
        if ended is not None and ended.figures is not None:
            before = unit.nights.before(ended.night.id, limit=NIGHTS, few=FEW_CALLS)
            course = courses(before, ended.night.started_at, ended.figures)
            alarms = sum(each.now is not None and each.now.signal is not None for each in course)
        return NightMetrics(rows[0] if rows else None, ended, alarms, len(given_up))


def _in_sight(unit: UnitOfWork, whole: NightWhole) -> NightWhole:
    figures = whole.figures
    if figures is None or figures.calls >= FEW_CALLS:
        return whole
    hidden = unit.nights.hides_calls(whole.night.run_id)
    return replace(whole, figures=None) if hidden else whole


def _titles(unit: UnitOfWork, rubrics: RubricTexts, rubric_id: str) -> Mapping[str, Text]:
    rubric = rubrics.of(unit, unit.licences.rubrics().get(rubric_id))
    return {each.id: each.title for each in rubric.criteria} if rubric else {}

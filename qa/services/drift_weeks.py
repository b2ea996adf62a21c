"""Past weeks of the random draw, counted once and kept: the charts of drift read these alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from qa.ports import UnitOfWork
from qa.ports.drift import DrawnCalls, RubricWeek
from qa.services.licences.evidence import WEEK, beside, week_of

WEEKS_KEPT = 26
"""How far drift is looked back for: half a year."""


def uncounted_weeks(unit: UnitOfWork, now: datetime) -> tuple[RubricWeek, ...]:
    """The whole weeks that were not counted yet and have anything in them, counted; they are yet to be kept.

    What a week holds does not change once it is over: a call is drawn and a review submitted in one week.
    """
    return tuple(_counted(unit, now))


def _counted(unit: UnitOfWork, now: datetime) -> Iterator[RubricWeek]:
    running = week_of(now)
    earliest = running - WEEKS_KEPT * WEEK
    kept = unit.weeks.kept(earliest)
    begins = max((each.starts_at + WEEK for each in kept), default=earliest)
    while begins < running:
        drawn = unit.weeks.drawn(begins, begins + WEEK)
        tables = beside(unit.licences.judged(begins, begins + WEEK))
        for rubric_id in sorted({*drawn, *(rubric for rubric, _criterion in tables)}):
            yield RubricWeek(
                starts_at=begins,
                rubric_id=rubric_id,
                drawn=drawn.get(rubric_id, DrawnCalls()),
                beside={
                    criterion: table
                    for (rubric, criterion), table in tables.items()
                    if rubric == rubric_id
                },
            )
        begins += WEEK

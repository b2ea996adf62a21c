"""Past weeks in the store (``qa.ports.drift``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, select
from sqlalchemy.orm import Session

from qa.domain.scorecard import Outcome
from qa.ports.drift import DrawnCalls, RubricWeek
from qa.statistics.means import ScoreSum
from qa.statistics.skill import Beside
from qa.store.heard import confidence, silence
from qa.store.tables import CallRow, HearingRow, ScorecardRow, TaskRow, VerdictRow, WeekRow

_BATCH = 100
"""Transcripts in memory at a time."""


class SqlWeeks:
    """Past weeks in one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def kept(self, since: datetime) -> tuple[RubricWeek, ...]:
        """The weeks that were counted, from a moment on, the earliest first."""
        rows = self._session.scalars(
            select(WeekRow)
            .where(WeekRow.starts_at >= since)
            .order_by(WeekRow.starts_at, WeekRow.rubric_id)
        )
        return tuple(map(_week, rows))

    def keep(self, weeks: Iterable[RubricWeek], *, at: datetime) -> None:
        """Write weeks; one that is there already is replaced."""
        for each in weeks:
            self._session.merge(
                WeekRow(
                    starts_at=each.starts_at,
                    rubric_id=each.rubric_id,
                    counted_at=at,
                    figures={
                        "drawn": asdict(each.drawn),
                        "beside": {name: asdict(table) for name, table in each.beside.items()},
                    },
                )
            )
        self._session.flush()

    def drawn(self, since: datetime, until: datetime) -> Mapping[str, DrawnCalls]:
        """By rubric, what the machine made of the calls that were drawn in a period."""
        taken = _taken(since, until)
        found: dict[str, DrawnCalls] = {}
        for row in self._calls(taken):
            found[row.rubric_id] = _with_call(found.get(row.rubric_id, DrawnCalls()), row)
        for rubric_id, counted, failed in self._outcomes(taken):
            if rubric_id in found:
                found[rubric_id] = replace(found[rubric_id], counted=counted, failed=failed)
        return found

    def _calls(self, taken: ColumnElement[bool]) -> Iterable[Row[Any]]:
        return self._session.execute(
            select(
                ScorecardRow.rubric_id,
                ScorecardRow.score,
                ScorecardRow.critical_failed,
                HearingRow.language,
                HearingRow.turns,
                HearingRow.signals,
            )
            .join(CallRow, CallRow.id == ScorecardRow.call_id)
            .join(HearingRow, HearingRow.id == ScorecardRow.hearing_id)
            .where(ScorecardRow.is_current, taken)
            .execution_options(yield_per=_BATCH)
        )

    def _outcomes(self, taken: ColumnElement[bool]) -> Iterable[Row[str, int, int]]:
        counts = VerdictRow.outcome.in_((Outcome.PASS.value, Outcome.FAIL.value))
        fails = case((VerdictRow.outcome == Outcome.FAIL.value, 1), else_=0)
        return self._session.execute(
            select(ScorecardRow.rubric_id, func.count(), func.sum(fails))
            .join(CallRow, CallRow.id == ScorecardRow.call_id)
            .join(VerdictRow, VerdictRow.scorecard_id == ScorecardRow.id)
            .where(ScorecardRow.is_current, taken, counts)
            .group_by(ScorecardRow.rubric_id)
        )


def _taken(since: datetime, until: datetime) -> ColumnElement[bool]:
    """A call that the random draw took in a period, whatever else brought it into the queue."""
    return CallRow.id.in_(
        select(TaskRow.call_id).where(
            TaskRow.chance.is_not(None), TaskRow.created_at >= since, TaskRow.created_at < until
        )
    )


def _with_call(sums: DrawnCalls, row: Row[Any]) -> DrawnCalls:
    languages = {**sums.languages, row.language: sums.languages.get(row.language, 0) + 1}
    return replace(
        sums,
        calls=sums.calls + 1,
        scores=_with(sums.scores, row.score),
        critical=sums.critical + bool(row.critical_failed),
        confidence=_with(sums.confidence, confidence(row.turns)),
        silence=_with(sums.silence, silence(row.signals)),
        languages=languages,
    )


def _with(sums: ScoreSum, value: float | None) -> ScoreSum:
    if value is None:
        return sums
    return ScoreSum(sums.n + 1, sums.total + value, sums.squares + value**2)


def _week(row: WeekRow) -> RubricWeek:
    drawn, beside = row.figures["drawn"], row.figures["beside"]
    sums = {name: ScoreSum(**drawn[name]) for name in ("scores", "confidence", "silence")}
    return RubricWeek(
        starts_at=row.starts_at,
        rubric_id=row.rubric_id,
        drawn=DrawnCalls(**{**drawn, **sums}),
        beside={name: Beside(**table) for name, table in beside.items()},
    )

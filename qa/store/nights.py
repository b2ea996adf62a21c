"""Nights in the store (``qa.ports.nights``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row, case, exists, func, or_, select
from sqlalchemy.orm import Session

from qa.domain.errors import NotFound
from qa.domain.night import SILENT_AFTER, NightKind, NightState, Past
from qa.domain.records import RunReport, Stopped
from qa.domain.scorecard import Outcome
from qa.ports.nights import (
    CriterionFigures,
    Night,
    NightFigures,
    NightPage,
    NightQuery,
    NightWhole,
)
from qa.statistics.means import ScoreSum
from qa.store import serial
from qa.store.night_sums import Sums
from qa.store.sight import SIGHTED
from qa.store.tables import (
    NOT_SCORABLE,
    AttemptRow,
    CallRow,
    HearingRow,
    NightRow,
    RefusalRow,
    RunLockRow,
    RunRow,
    ScorecardRow,
    VerdictRow,
)

_BATCH = 200
"""Transcripts in memory at a time."""
_LOOKUP_BATCH = 5_000
"""Values of one IN list; databases bound the parameters of a statement."""
_COUNTED = (Outcome.PASS.value, Outcome.FAIL.value)


class SqlNights:
    """Nights in one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    # --- a night's own course ------------------------------------------------------------------

    def begin(
        self,
        run_id: int,
        *,
        kind: NightKind,
        source: str,
        since: datetime | None,
        deadline: datetime | None,
        at: datetime,
    ) -> int:
        """Note a night whose run has begun; the night's id."""
        row = NightRow(
            run_id=run_id,
            kind=kind.value,
            source=source,
            since=since,
            started_at=at,
            deadline=deadline,
        )
        self._session.add(row)
        self._session.flush()
        return row.id

    def planned(self, night_id: int, *, found: int, jobs: int) -> None:
        """Note how much there is to do."""
        row = self._session.get_one(NightRow, night_id)
        row.found, row.planned = found, jobs
        self._session.flush()

    def finish(self, night_id: int, report: RunReport) -> None:
        """Note how a night ended."""
        row = self._session.get_one(NightRow, night_id)
        row.finished_at = report.finished_at
        row.found = report.found
        row.stopped = report.stopped
        row.fault = report.error
        row.scored = report.scored
        row.not_scorable = len(report.refusals)
        row.quarantined = len(report.quarantined)
        row.done_before = report.done_before
        row.unfinished = report.left + report.put_off + len(report.waiting)
        row.audio_s = report.audio_s
        row.wall_s = report.wall_s
        row.speed = report.audio_s / report.wall_s if report.audio_s and report.wall_s else None
        row.settled = _nothing_left(report) and _joins(row.since, self._past(row.source, row.id))
        self._session.flush()

    def fail(self, night_id: int, fault: str, *, at: datetime) -> None:
        """Note the error that ended a night without a report."""
        row = self._session.get_one(NightRow, night_id)
        row.finished_at = at
        row.fault = fault
        self._session.flush()

    def keep(
        self, night_id: int, figures: NightFigures | None, findings: Mapping[str, Any]
    ) -> None:
        """Keep a night's figures and findings."""
        row = self._session.get_one(NightRow, night_id)
        row.figures = asdict(figures) if figures else None
        row.findings = dict(findings)
        self._session.flush()

    def past(self, source: str) -> Past:
        """How far the nights over some folders have come."""
        return self._past(source)

    def _past(self, source: str, before: int | None = None) -> Past:
        """The same, before one of them."""
        of_source = [NightRow.source == source]
        if before is not None:
            of_source.append(NightRow.id < before)
        settled_at = self._session.scalar(
            select(NightRow.started_at)
            .where(*of_source, NightRow.settled)
            .order_by(NightRow.id.desc())
            .limit(1)
        )
        nights, bounded, reached = self._session.execute(
            select(func.count(), func.count(NightRow.since), func.min(NightRow.since)).where(
                *of_source
            )
        ).one()
        return Past(settled_at, reached if nights == bounded else None, nights)

    def to_try_again(self, now: datetime) -> frozenset[str]:
        """File names of recordings without a score that are due to be tried again, however old they are."""
        final = exists().where(
            RefusalRow.call_id == CallRow.id,
            RefusalRow.sha256 == CallRow.sha256,
            RefusalRow.fingerprint != "",
        )
        tried = exists().where(AttemptRow.sha256 == CallRow.sha256)
        reopened = select(CallRow.recording_name).where(
            CallRow.status == NOT_SCORABLE, CallRow.sha256.is_not(None), ~final, ~tried
        )
        broke = select(AttemptRow.name).where(
            AttemptRow.quarantined_at.is_(None),
            or_(AttemptRow.due_at.is_(None), AttemptRow.due_at <= now),
        )
        return frozenset(self._session.scalars(reopened.union(broke)))

    # --- figures -------------------------------------------------------------------------------

    def figures_of(self, run_id: int) -> NightFigures:
        """Add up the calls that a run scored."""
        sums = Sums()
        for row in self._calls(run_id):
            sums.add(row)
        criteria = {
            row.criterion: CriterionFigures(
                row.counted,
                int(row.failed),
                ScoreSum(row.marked, float(row.total or 0), float(row.squares or 0)),
            )
            for row in self._verdicts(run_id)
        }
        return replace(sums.figures, criteria=criteria)

    def _calls(self, run_id: int) -> Iterable[Row[Any]]:
        return self._session.execute(
            select(
                ScorecardRow.rubric_id,
                ScorecardRow.score,
                ScorecardRow.critical_failed,
                HearingRow.language,
                HearingRow.turns,
                HearingRow.signals,
            )
            .join(HearingRow, HearingRow.id == ScorecardRow.hearing_id)
            .where(ScorecardRow.run_id == run_id, ScorecardRow.is_current)
            .execution_options(yield_per=_BATCH)
        )

    def _verdicts(self, run_id: int) -> Iterable[Row[Any]]:
        earned = case(
            (VerdictRow.max_points > 0, 100 * VerdictRow.points / VerdictRow.max_points), else_=None
        )
        return self._session.execute(
            select(
                VerdictRow.criterion,
                func.count().label("counted"),
                func.sum(case((VerdictRow.outcome == Outcome.FAIL.value, 1), else_=0)).label(
                    "failed"
                ),
                func.count(earned).label("marked"),
                func.sum(earned).label("total"),
                func.sum(earned * earned).label("squares"),
            )
            .join(ScorecardRow, ScorecardRow.id == VerdictRow.scorecard_id)
            .where(
                ScorecardRow.run_id == run_id,
                ScorecardRow.is_current,
                VerdictRow.outcome.in_(_COUNTED),
            )
            .group_by(VerdictRow.criterion)
        )

    # --- reading -------------------------------------------------------------------------------

    def night(self, night_id: int, *, now: datetime) -> NightWhole:
        """One night. Raises ``NotFound``."""
        row = self._session.get(NightRow, night_id)
        if row is None:
            raise NotFound("there is no such night")
        return self._whole(row, now)

    def latest(self, kind: NightKind, *, now: datetime) -> NightWhole | None:
        """The night that began last among those that ended in order or were cut."""
        row = self._session.scalar(
            select(NightRow)
            .where(
                NightRow.kind == kind.value, NightRow.finished_at.is_not(None), NightRow.fault == ""
            )
            .order_by(NightRow.started_at.desc(), NightRow.id.desc())
            .limit(1)
        )
        return self._whole(row, now) if row else None

    def page(self, query: NightQuery, *, now: datetime) -> NightPage:
        """A page of a list."""
        counts = self._session.execute(
            select(NightRow.kind, func.count()).group_by(NightRow.kind)
        ).all()
        kinds = {NightKind(kind): number for kind, number in counts}
        column = getattr(NightRow, query.sort)
        ordered = column.desc() if query.descending else column.asc()
        rows = self._session.scalars(
            select(NightRow)
            .where(NightRow.kind == query.kind.value)
            # What has no value comes last, whichever way the list is sorted.
            .order_by(column.is_(None), ordered, NightRow.id.desc())
            .limit(query.page_size)
            .offset((query.page - 1) * query.page_size)
        ).all()
        alive = self._alive(now) if any(row.finished_at is None for row in rows) else frozenset()
        shown = tuple(self._night(row, alive) for row in rows)
        return NightPage(shown, kinds.get(query.kind, 0), kinds)

    def before(
        self, night_id: int, *, limit: int, few: int = 0
    ) -> tuple[tuple[datetime, NightFigures], ...]:
        """When the nights before one began and what their calls add up to, the earliest first.

        Of scheduled nights over the same folders, with counted figures under the same rubric. A night of fewer calls than ``few`` is left
        out where the reader must not come across some of them.
        """
        folders = select(NightRow.source).where(NightRow.id == night_id).scalar_subquery()
        rows = self._session.execute(
            select(NightRow.id, NightRow.run_id, NightRow.started_at, NightRow.figures)
            .where(
                NightRow.kind == NightKind.NIGHT.value,
                NightRow.source == folders,
                NightRow.id <= night_id,
                NightRow.figures.is_not(None),
            )
            .order_by(NightRow.id.desc())
            .limit(2 * limit + 1)
        ).all()
        read = [(row, _figures(row.figures)) for row in rows]
        rubric = next((figures.rubric_id for row, figures in read if row.id == night_id), "")
        same = [
            (row.started_at, figures)
            for row, figures in read
            if row.id != night_id
            and figures.rubric_id == rubric
            and not (figures.calls < few and self.hides_calls(row.run_id))
        ]
        return tuple(same[:limit][::-1])

    def pages_of(self, call_ids: Sequence[str]) -> Mapping[str, str]:
        """Public ids of calls that the reader may come across, by call id."""
        distinct = list(dict.fromkeys(call_ids))
        found: dict[str, str] = {}
        for start in range(0, len(distinct), _LOOKUP_BATCH):
            part = distinct[start : start + _LOOKUP_BATCH]
            rows = self._session.execute(
                select(CallRow.call_id, CallRow.public_id).where(CallRow.call_id.in_(part))
            )
            found.update((row.call_id, row.public_id) for row in rows)
        return found

    def hides_calls(self, run_id: int) -> bool:
        """Whether a run scored calls that the reader must not come across."""
        counted = select(func.count(ScorecardRow.id)).where(ScorecardRow.run_id == run_id)
        seen = self._session.scalars(counted).one()
        return seen < self._session.scalars(counted, execution_options=SIGHTED).one()

    def _whole(self, row: NightRow, now: datetime) -> NightWhole:
        run = self._session.get_one(RunRow, row.run_id)
        return NightWhole(
            night=self._night(row, self._alive(now) if row.finished_at is None else frozenset()),
            report=serial.report_from_json(run.report) if run.report else None,
            figures=_figures(row.figures) if row.figures else None,
            findings=row.findings or {},
        )

    def _alive(self, now: datetime) -> frozenset[int]:
        """Runs whose lock has shown life just now."""
        rows = self._session.execute(select(RunLockRow.run_id, RunLockRow.beat_at))
        return frozenset(
            run_id
            for run_id, beat_at in rows
            if run_id is not None and now - beat_at < SILENT_AFTER
        )

    def _night(self, row: NightRow, alive: frozenset[int]) -> Night:
        scored, refused = row.scored, row.not_scorable
        if row.finished_at is None:
            scored, refused = self._so_far(row.run_id)
        return Night(
            id=row.id,
            run_id=row.run_id,
            kind=NightKind(row.kind),
            state=_state(row, alive),
            since=row.since,
            started_at=row.started_at,
            deadline=row.deadline,
            finished_at=row.finished_at,
            found=row.found,
            planned=row.planned,
            scored=scored,
            not_scorable=refused,
            quarantined=row.quarantined,
            done_before=row.done_before,
            unfinished=row.unfinished,
            stopped=cast("Stopped", row.stopped),
            fault=row.fault,
            audio_s=row.audio_s,
            wall_s=row.wall_s,
            speed=row.speed,
        )

    def _so_far(self, run_id: int) -> tuple[int, int]:
        """What a run has written that has no report. Counts are of all calls, whoever looks."""
        scored = self._session.scalars(
            select(func.count(ScorecardRow.id)).where(ScorecardRow.run_id == run_id),
            execution_options=SIGHTED,
        ).one()
        refused = self._session.scalars(
            select(func.count(RefusalRow.id)).where(RefusalRow.run_id == run_id),
            execution_options=SIGHTED,
        ).one()
        return scored, refused


def _nothing_left(report: RunReport) -> bool:
    """Whether the next night need not look at what this one took; what it tries again is found by its name.

    What could not be read at all has no content to be found by: a disk or a network did not answer.
    """
    unread = any(
        each.sha256 is None and each.reason.code == "recording.unreadable"
        for each in report.refusals
    )
    return not (report.left or report.waiting or report.error or unread)


def _joins(since: datetime | None, past: Past) -> bool:
    """Whether a night looked as far back as the ones before it had left things; a later look leaves a gap."""
    if since is None or not past.nights:
        return True
    if past.settled_at is not None:
        return since <= past.settled_at
    return past.reached is not None and since <= past.reached


def _state(row: NightRow, alive: frozenset[int]) -> NightState:
    if row.finished_at is None:
        return NightState.RUNNING if row.run_id in alive else NightState.DIED
    if row.fault:
        return NightState.FAILED
    return NightState.CUT if row.stopped else NightState.FINISHED


def _figures(stored: Mapping[str, Any]) -> NightFigures:
    sums = {name: ScoreSum(**stored[name]) for name in ("scores", "confidence", "silence")}
    criteria = {
        criterion: CriterionFigures(each["counted"], each["failed"], ScoreSum(**each["marks"]))
        for criterion, each in stored["criteria"].items()
    }
    return NightFigures(**{**stored, **sums, "criteria": criteria})

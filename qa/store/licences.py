"""Licences in the store (``qa.ports.licences``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, case, exists, func, select, tuple_
from sqlalchemy.orm import Session, aliased, joinedload

from qa.domain.licence import Level
from qa.domain.people import Person
from qa.domain.review import ReviewState
from qa.domain.scorecard import Outcome, RubricRef
from qa.ports.licences import Judged, Licence, LicenceChange
from qa.store.tables import (
    DecisionRow,
    LicenceChangeRow,
    LicenceRow,
    ReviewRow,
    RubricRow,
    ScorecardRow,
    TaskRow,
    VerdictRow,
)


class SqlLicences:
    """Licences in one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def levels(self, rubric_id: str) -> Mapping[str, Level]:
        """The level of each criterion of a rubric that has one."""
        rows = self._session.execute(
            select(LicenceRow.criterion, LicenceRow.level).where(LicenceRow.rubric_id == rubric_id)
        )
        return {criterion: Level(level) for criterion, level in rows}

    def every(self) -> Mapping[tuple[str, str], Licence]:
        """All licences, by rubric and criterion."""
        rows = self._session.scalars(
            select(LicenceRow).order_by(LicenceRow.rubric_id, LicenceRow.criterion)
        )
        return {(row.rubric_id, row.criterion): _licence(row) for row in rows}

    def put(self, licences: Iterable[Licence]) -> None:
        """Write licences as they are now."""
        for each in licences:
            self._session.merge(
                LicenceRow(
                    rubric_id=each.rubric_id,
                    criterion=each.criterion,
                    level=each.level.value,
                    changed_at=each.changed_at,
                    decided_at=each.decided_at,
                    figures=dict(each.figures) if each.figures is not None else None,
                    held=each.held,
                )
            )
        self._session.flush()

    def log(self, changes: Iterable[LicenceChange]) -> None:
        """Add changes to the history."""
        self._session.add_all(
            LicenceChangeRow(
                rubric_id=each.rubric_id,
                criterion=each.criterion,
                before=each.before.value,
                after=each.after.value,
                cause=each.cause,
                figures=dict(each.figures) if each.figures is not None else None,
                note=each.note,
                at=each.at,
                by=each.by.id if each.by else None,
            )
            for each in changes
        )
        self._session.flush()

    def changes(
        self, *, limit: int | None = None, of: tuple[str, str] | None = None
    ) -> Sequence[LicenceChange]:
        """The history, or that of one criterion of a rubric, the latest change first."""
        wanted = (
            select(LicenceChangeRow)
            .options(joinedload(LicenceChangeRow.author))
            .order_by(LicenceChangeRow.at.desc(), LicenceChangeRow.id.desc())
            .limit(limit)
        )
        if of is not None:
            rubric_id, criterion = of
            wanted = wanted.where(
                LicenceChangeRow.rubric_id == rubric_id, LicenceChangeRow.criterion == criterion
            )
        return tuple(map(_change, self._session.scalars(wanted)))

    def rubrics(self) -> Mapping[str, RubricRef]:
        """By id, the rubric that the latest scorecard of each was made with."""
        latest = (
            select(func.max(ScorecardRow.id))
            .where(ScorecardRow.rubric_sha256 == RubricRow.sha256)
            .scalar_subquery()
        )
        rows = self._session.execute(
            select(RubricRow.rubric_id, RubricRow.version, RubricRow.sha256, latest.label("card"))
        )
        # A rubric is looked up by its text's hash: there are few of them, and very many scorecards.
        used = sorted((row for row in rows if row.card is not None), key=lambda row: row.card)
        return {row.rubric_id: RubricRef(row.rubric_id, row.version, row.sha256) for row in used}

    def judged(self, since: datetime, until: datetime) -> tuple[Judged, ...]:
        """What random reviews that were submitted in a period say of the machine."""
        rubric = (ScorecardRow.rubric_id, ScorecardRow.rubric_version, ScorecardRow.rubric_sha256)
        same = case((DecisionRow.machine_points == DecisionRow.points, 1), else_=0).label("same")
        said = (DecisionRow.criterion, DecisionRow.machine_outcome, DecisionRow.outcome)
        rows = self._session.execute(
            select(*rubric, *said, same, func.count())
            .select_from(ReviewRow)
            .join(ScorecardRow, ScorecardRow.id == ReviewRow.scorecard_id)
            .join(DecisionRow, DecisionRow.review_id == ReviewRow.id)
            .where(
                ReviewRow.state == ReviewState.SUBMITTED.value,
                ReviewRow.submitted_at >= since,
                ReviewRow.submitted_at < until,
                _drawn(),
                _latest(),
                _whole(),
            )
            .group_by(*rubric, *said, "same")
        )
        return tuple(
            Judged(
                rubric=RubricRef(id_, version, sha256),
                criterion=criterion,
                machine=Outcome(machine),
                person=Outcome(person),
                same=bool(same),
                calls=calls,
            )
            for id_, version, sha256, criterion, machine, person, same, calls in rows
        )


def _drawn() -> ColumnElement[bool]:
    """A review of a call that the random draw took, whatever else brought it into the queue."""
    return exists().where(TaskRow.call_id == ReviewRow.call_id, TaskRow.chance.is_not(None))


def _latest() -> ColumnElement[bool]:
    """No review of the same scorecard came after it."""
    later = aliased(ReviewRow)
    return ~exists().where(
        later.scorecard_id == ReviewRow.scorecard_id,
        later.state == ReviewState.SUBMITTED.value,
        tuple_(later.submitted_at, later.id) > tuple_(ReviewRow.submitted_at, ReviewRow.id),
    )


def _whole() -> ColumnElement[bool]:
    """It decides every criterion of its scorecard."""
    decided = aliased(DecisionRow)
    return ~exists().where(
        VerdictRow.scorecard_id == ReviewRow.scorecard_id,
        ~exists().where(
            decided.review_id == ReviewRow.id, decided.criterion == VerdictRow.criterion
        ),
    )


def _licence(row: LicenceRow) -> Licence:
    return Licence(
        rubric_id=row.rubric_id,
        criterion=row.criterion,
        level=Level(row.level),
        changed_at=row.changed_at,
        decided_at=row.decided_at,
        figures=row.figures,
        held=row.held,
    )


def _change(row: LicenceChangeRow) -> LicenceChange:
    author = row.author
    return LicenceChange(
        rubric_id=row.rubric_id,
        criterion=row.criterion,
        before=Level(row.before),
        after=Level(row.after),
        cause=row.cause,
        figures=row.figures,
        at=row.at,
        note=row.note,
        by=Person(author.id, author.public_id, author.name) if author else None,
    )

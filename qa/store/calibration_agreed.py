"""What sessions come to in the store (``qa.ports.calibration``): machines, masters, reveals, clarifications."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from qa.domain.calibration import CalibrationNotFound, Master, Rating
from qa.domain.clarification import Clarification, ClarificationNotFound
from qa.domain.scorecard import Outcome, Scorecard
from qa.ports.calibration import RevealedCall
from qa.store import calibration_mapping, mapping, sight
from qa.store.sight import SIGHTED
from qa.store.tables import (
    CalibrationCallRow,
    CalibrationRow,
    ClarificationRow,
    MasterRow,
    RatingRow,
    ScorecardRow,
    UserRow,
    VerdictRow,
)


class SqlAgreed:
    """What was agreed, in one transaction.

    Args:
        session: Its transaction must hold the writer's lock for the methods that write.
        public_id: Makes the public id of a new clarification.
    """

    def __init__(self, session: Session, public_id: Callable[[], str]) -> None:
        self._session = session
        self._public_id = public_id

    # --- machines and masters ------------------------------------------------------------------

    def machines(self, calibration: str) -> Mapping[int, Scorecard]:
        """By position, the scorecards that were pinned and are still there."""
        rows = self._session.execute(
            select(CalibrationCallRow.position, ScorecardRow)
            .join(CalibrationCallRow.calibration)
            .join(ScorecardRow, ScorecardRow.id == CalibrationCallRow.scorecard_id)
            .options(selectinload(ScorecardRow.verdicts).selectinload(VerdictRow.evidence))
            .where(CalibrationRow.public_id == calibration)
            .order_by(CalibrationCallRow.position),
            execution_options=SIGHTED,
        )
        return {position: mapping.scorecard(card) for position, card in rows}

    def masters(self, calibration: str) -> tuple[Master, ...]:
        """What stands agreed of a session, in the order of its calls."""
        rows = self._session.execute(
            _masters()
            .join(CalibrationCallRow.calibration)
            .where(CalibrationRow.public_id == calibration)
            .order_by(CalibrationCallRow.position, MasterRow.id),
            execution_options=SIGHTED,
        )
        return tuple(calibration_mapping.master(row, position) for row, position in rows)

    def put_master(
        self,
        calibration: str,
        position: int,
        *,
        criterion: str,
        outcome: Outcome,
        points: float,
        max_points: float,
        reason: str,
        decided_by: int,
        at: datetime,
    ) -> Master:
        """Write what was agreed; what stood before stays as history."""
        call_id = self._session.scalar(
            select(CalibrationCallRow.id)
            .join(CalibrationCallRow.calibration)
            .where(
                CalibrationRow.public_id == calibration, CalibrationCallRow.position == position
            ),
            execution_options=SIGHTED,
        )
        if call_id is None:
            raise CalibrationNotFound("the session has no such call", hint="open it anew")
        before = self._session.scalar(
            select(MasterRow).where(
                MasterRow.calibration_call_id == call_id,
                MasterRow.criterion == criterion,
                MasterRow.replaced_at.is_(None),
            )
        )
        if before is not None:
            before.replaced_at = at
            # At most one stands: the index is asked when a row is written.
            self._session.flush()
        row = MasterRow(
            calibration_call_id=call_id,
            criterion=criterion,
            outcome=outcome.value,
            points=float(points),
            max_points=float(max_points),
            reason=reason,
            decided_by=decided_by,
            decided_at=at,
            revision=before.revision + 1 if before else 1,
        )
        self._session.add(row)
        self._session.flush()
        written, place = self._session.execute(
            _masters().where(MasterRow.id == row.id),
            execution_options={**SIGHTED, "populate_existing": True},
        ).one()
        return calibration_mapping.master(written, place)

    # --- reveals -------------------------------------------------------------------------------

    def revealed(
        self,
        *,
        rubric_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> Iterator[RevealedCall]:
        """Every call of every session that was revealed from ``since`` to before ``until``, oldest first."""
        found = (
            select(CalibrationRow.id)
            .where(CalibrationRow.revealed_at.is_not(None))
            .order_by(CalibrationRow.revealed_at, CalibrationRow.id)
        )
        if since is not None:
            found = found.where(CalibrationRow.revealed_at >= since)
        if until is not None:
            found = found.where(CalibrationRow.revealed_at < until)
        for id_ in self._session.scalars(found).all():
            yield from self._revealed(id_, rubric_id)
            # What was read is let go, or an export would end with every session in memory.
            self._session.expunge_all()

    def _revealed(self, calibration_id: int, rubric_id: str | None) -> Iterator[RevealedCall]:
        which: list[ColumnElement[bool]] = [CalibrationCallRow.calibration_id == calibration_id]
        if rubric_id is not None:
            which.append(CalibrationCallRow.rubric_id == rubric_id)
        if hidden := sight.hidden(self._session):
            seen = CalibrationCallRow.call_id.not_in(hidden)
            which.append(or_(CalibrationCallRow.call_id.is_(None), seen))
        calls = self._session.scalars(
            calibration_mapping.scored_calls().where(*which).order_by(CalibrationCallRow.position)
        ).all()
        ratings = self._ratings_of([each.id for each in calls])
        masters: dict[int, list[Master]] = {}
        for row, position in self._session.execute(
            _masters().where(MasterRow.calibration_call_id.in_([each.id for each in calls])),
            execution_options=SIGHTED,
        ):
            masters.setdefault(row.calibration_call_id, []).append(
                calibration_mapping.master(row, position)
            )
        for each in calls:
            revealed_at = each.calibration.revealed_at
            if revealed_at is None:
                continue
            yield RevealedCall(
                calibration=each.calibration.public_id,
                title=each.calibration.title,
                revealed_at=revealed_at,
                drawn=calibration_mapping.drawn_call(each),
                machine=mapping.scorecard(each.scorecard) if each.scorecard else None,
                ratings=tuple(ratings.get(each.id, ())),
                masters=tuple(masters.get(each.id, ())),
            )

    def _ratings_of(self, call_ids: list[int]) -> Mapping[int, list[Rating]]:
        rows = self._session.scalars(
            calibration_mapping.ratings()
            .where(RatingRow.calibration_call_id.in_(call_ids), RatingRow.submitted_at.is_not(None))
            .order_by(RatingRow.submitted_at, RatingRow.id)
        )
        found: dict[int, list[Rating]] = {}
        for row in rows:
            found.setdefault(row.calibration_call_id, []).append(calibration_mapping.rating(row))
        return found

    # --- clarifications ------------------------------------------------------------------------

    def add_clarification(
        self,
        *,
        rubric_id: str,
        criterion: str,
        text: str,
        calibration: str | None,
        author_id: int,
        at: datetime,
    ) -> Clarification:
        """Store how a criterion is to be read."""
        row = ClarificationRow(
            public_id=self._public_id(),
            rubric_id=rubric_id,
            criterion=criterion,
            text=text,
            calibration_id=(
                self._session.scalar(
                    select(CalibrationRow.id).where(CalibrationRow.public_id == calibration)
                )
                if calibration
                else None
            ),
            author_id=author_id,
            made_at=at,
        )
        self._session.add(row)
        self._session.flush()
        return self.clarification(row.public_id)

    def clarification(self, public_id: str) -> Clarification:
        """One clarification. Raises ``ClarificationNotFound``."""
        row = self._session.scalar(
            _clarifications()
            .where(ClarificationRow.public_id == public_id)
            .execution_options(populate_existing=True)
        )
        if row is None:
            raise ClarificationNotFound(
                "there is no such clarification", hint="load the page again"
            )
        return calibration_mapping.clarification(row)

    def clarifications(
        self,
        rubric_id: str | None = None,
        *,
        calibration: str | None = None,
        withdrawn: bool = False,
    ) -> tuple[Clarification, ...]:
        """Clarifications of a rubric or a session, the latest first; with ``withdrawn`` also those."""
        found = _clarifications().order_by(
            ClarificationRow.made_at.desc(), ClarificationRow.id.desc()
        )
        if rubric_id is not None:
            found = found.where(ClarificationRow.rubric_id == rubric_id)
        if calibration is not None:
            found = found.where(
                ClarificationRow.calibration.has(CalibrationRow.public_id == calibration)
            )
        if not withdrawn:
            found = found.where(ClarificationRow.withdrawn_at.is_(None))
        return tuple(map(calibration_mapping.clarification, self._session.scalars(found)))

    def withdraw_clarification(self, public_id: str, *, by: int, at: datetime) -> None:
        """Take a clarification back; taken back already, it stays as it is."""
        row = self._session.scalar(
            select(ClarificationRow).where(ClarificationRow.public_id == public_id)
        )
        if row is None:
            raise ClarificationNotFound(
                "there is no such clarification", hint="load the page again"
            )
        if row.withdrawn_at is None:
            row.withdrawn_at, row.withdrawn_by = at, by
            self._session.flush()


def _masters() -> Select[MasterRow, int]:
    return (
        select(MasterRow, CalibrationCallRow.position)
        .join(CalibrationCallRow, CalibrationCallRow.id == MasterRow.calibration_call_id)
        .options(joinedload(MasterRow.decider).load_only(UserRow.public_id, UserRow.name))
        .where(MasterRow.replaced_at.is_(None))
    )


def _clarifications() -> Select[ClarificationRow]:
    return select(ClarificationRow).options(
        joinedload(ClarificationRow.author).load_only(UserRow.public_id, UserRow.name),
        joinedload(ClarificationRow.withdrawer).load_only(UserRow.public_id, UserRow.name),
        joinedload(ClarificationRow.calibration).load_only(
            CalibrationRow.public_id, CalibrationRow.title
        ),
    )

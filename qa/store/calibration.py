"""Calibration sessions in the store (``qa.ports.calibration``); ratings and what was agreed are beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from qa.domain.calibration import (
    Calibration,
    CalibrationNotFound,
    CalibrationQuery,
    CalibrationState,
    RatingState,
    to_rate,
)
from qa.domain.errors import CallNotFound
from qa.domain.scorecard import RubricRef
from qa.ports.calibration import (
    CalibrationPage,
    CalibrationRow,
    Drawable,
    NewCalibration,
    RatingPlace,
)
from qa.store import calibration_mapping, sight
from qa.store.calibration_agreed import SqlAgreed
from qa.store.calibration_ratings import SqlRatings
from qa.store.mapping import scorecard_version
from qa.store.sight import SIGHTED
from qa.store.tables import (
    CalibrationCallRow,
    CalibrationRaterRow,
    CallRow,
    RatingRow,
    RecordingRow,
    ScorecardRow,
    UserRow,
)
from qa.store.tables import CalibrationRow as SessionRow

_SORTED_BY: Mapping[str, InstrumentedAttribute[Any]] = {
    "due_at": SessionRow.due_at,
    "created_at": SessionRow.created_at,
    "title": SessionRow.title,
    "state": SessionRow.state,
    "owner": UserRow.name,
}
_THERE = and_(CalibrationCallRow.call_id.is_not(None), CalibrationCallRow.scorecard_id.is_not(None))
"""A call that can still be rated."""


class SqlCalibrations(SqlRatings, SqlAgreed):
    """Calibration in one transaction.

    Args:
        session: Its transaction must hold the writer's lock for the methods that write.
        public_id: Makes the public id of whatever is new.
    """

    # --- making --------------------------------------------------------------------------------

    def drawable(self, names: Sequence[str]) -> Mapping[str, Drawable]:
        """Calls by their public or the site's own id, as named; what is not there is missing."""
        rows = self._session.execute(
            select(
                CallRow.public_id,
                CallRow.call_id,
                CallRow.agent_id,
                RecordingRow.sha256,
                ScorecardRow.fingerprint,
            )
            .outerjoin(
                ScorecardRow, and_(ScorecardRow.call_id == CallRow.id, ScorecardRow.is_current)
            )
            .outerjoin(RecordingRow, RecordingRow.id == ScorecardRow.recording_id)
            .where(or_(CallRow.public_id.in_(names), CallRow.call_id.in_(names)))
        ).all()
        found = [
            Drawable(
                public_id,
                call_id,
                agent_id,
                scorecard_version(sha256, fingerprint) if sha256 and fingerprint else None,
            )
            for public_id, call_id, agent_id, sha256, fingerprint in rows
        ]
        # The site may name a call as another one's public id reads; ours is the one that a link carries.
        named = {each.call_name: each for each in found} | {each.public_id: each for each in found}
        return {name: named[name] for name in names if name in named}

    def add(self, new: NewCalibration, *, at: datetime) -> Calibration:
        """Store a session, each of its calls with the scorecard that it has now."""
        row = SessionRow(
            public_id=self._public_id(),
            title=new.title,
            note=new.note,
            owner_id=new.owner_id,
            state=CalibrationState.OPEN.value,
            due_at=new.due_at,
            created_at=at,
            revision=1,
        )
        self._session.add(row)
        self._session.flush()
        self._draw(row.id, new.calls)
        self._session.add_all(
            CalibrationRaterRow(calibration_id=row.id, user_id=user_id, invited_at=at)
            for user_id in new.raters
        )
        self._session.flush()
        return self.get(row.public_id)

    def _draw(self, calibration_id: int, calls: Sequence[str]) -> None:
        rows = self._session.execute(
            select(CallRow.public_id, CallRow.id, CallRow.call_id, ScorecardRow)
            .join(ScorecardRow, and_(ScorecardRow.call_id == CallRow.id, ScorecardRow.is_current))
            .where(CallRow.public_id.in_(calls))
        )
        cards = {public_id: (id_, name, card) for public_id, id_, name, card in rows}
        for position, call in enumerate(calls, start=1):
            if call not in cards:
                raise CallNotFound(f"no call with a scorecard has the id {call}")
            call_id, name, card = cards[call]
            self._session.add(
                CalibrationCallRow(
                    calibration_id=calibration_id,
                    position=position,
                    call_id=call_id,
                    call_name=name,
                    scorecard_id=card.id,
                    rubric_id=card.rubric_id,
                    rubric_version=card.rubric_version,
                    rubric_sha256=card.rubric_sha256,
                )
            )

    # --- reading -------------------------------------------------------------------------------

    def get(self, calibration: str) -> Calibration:
        """One session. Raises ``CalibrationNotFound``."""
        row = self._session.scalar(
            calibration_mapping.calibrations()
            .where(SessionRow.public_id == calibration)
            .execution_options(populate_existing=True)
        )
        if row is None:
            raise CalibrationNotFound(
                "there is no such calibration session", hint="open it from the list of sessions"
            )
        return calibration_mapping.calibration(row)

    def page(self, query: CalibrationQuery) -> CalibrationPage:
        """One page of sessions. A page below 1 is the first; one past the end has no rows."""
        filters = _filters(query)
        counted = (
            select(func.count())
            .select_from(SessionRow)
            .join(UserRow, UserRow.id == SessionRow.owner_id)
            .where(*filters)
        )
        total = self._session.scalar(counted) or 0
        skipped = (max(query.page, 1) - 1) * query.page_size
        if skipped >= total:
            return CalibrationPage((), total)
        column = _SORTED_BY[query.sort]
        order = (
            (column.desc(), SessionRow.id.desc())
            if query.descending
            else (column.asc(), SessionRow.id.asc())
        )
        rows = self._session.scalars(
            calibration_mapping.calibrations()
            .join(UserRow, UserRow.id == SessionRow.owner_id)
            .where(*filters)
            .order_by(*order)
            .offset(skipped)
            .limit(query.page_size)
        ).all()
        return CalibrationPage(self._with_counts(rows), total)

    def waiting_for(self, user_id: int) -> tuple[CalibrationRow, ...]:
        """Open sessions with calls that somebody has still to rate, the one due first at the head."""
        rows = self._session.scalars(
            calibration_mapping.calibrations()
            .join(CalibrationRaterRow, CalibrationRaterRow.calibration_id == SessionRow.id)
            .where(
                SessionRow.state == CalibrationState.OPEN.value,
                CalibrationRaterRow.user_id == user_id,
                CalibrationRaterRow.left_at.is_(None),
            )
            .order_by(SessionRow.due_at, SessionRow.id)
        ).all()
        counted = self._with_counts(rows, user_id)
        return tuple(each for each in counted if each.submitted < each.asked)

    def blind_calls(self, user_id: int) -> frozenset[int]:
        """Ids of the calls that a rater must not come across, for they are still to be rated."""
        return sight.blind_calls(self._session, user_id)

    def place(self, user_id: int, call: str) -> RatingPlace | None:
        """Where somebody rates a call in a session that is open, if they do."""
        found = self._session.execute(
            select(SessionRow.public_id, CalibrationCallRow.position)
            .join(CalibrationCallRow, CalibrationCallRow.calibration_id == SessionRow.id)
            .join(CalibrationRaterRow, CalibrationRaterRow.calibration_id == SessionRow.id)
            .join(CallRow, CallRow.id == CalibrationCallRow.call_id)
            .where(
                SessionRow.state == CalibrationState.OPEN.value,
                CalibrationRaterRow.user_id == user_id,
                CalibrationRaterRow.left_at.is_(None),
                CallRow.public_id == call,
            )
            .order_by(SessionRow.due_at, SessionRow.id)
            .limit(1),
            execution_options=SIGHTED,
        ).one_or_none()
        return RatingPlace(*found) if found else None

    def withheld(self, calibration: str) -> frozenset[int]:
        """Positions of the calls of a session that the reader of this transaction must not come across."""
        hidden = sight.hidden(self._session)
        if not hidden:
            return frozenset()
        return frozenset(
            self._session.scalars(
                select(CalibrationCallRow.position)
                .join(CalibrationCallRow.calibration)
                .where(SessionRow.public_id == calibration, CalibrationCallRow.call_id.in_(hidden)),
                execution_options=SIGHTED,
            )
        )

    def rubrics(self) -> tuple[RubricRef, ...]:
        """Rubrics that sessions were drawn with, each once."""
        rows = self._session.execute(
            select(
                CalibrationCallRow.rubric_id,
                CalibrationCallRow.rubric_version,
                CalibrationCallRow.rubric_sha256,
            )
            .group_by(
                CalibrationCallRow.rubric_id,
                CalibrationCallRow.rubric_version,
                CalibrationCallRow.rubric_sha256,
            )
            .order_by(func.max(CalibrationCallRow.id).desc()),
            execution_options=SIGHTED,
        )
        return tuple(RubricRef(*ref) for ref in rows)

    # --- changing ------------------------------------------------------------------------------

    def keep(self, calibration: Calibration) -> None:
        """Write a session's terms, state and revision over what is stored of it."""
        self._session.execute(
            update(SessionRow)
            .where(SessionRow.public_id == calibration.public_id)
            .values(
                title=calibration.title,
                note=calibration.note,
                due_at=calibration.due_at,
                state=calibration.state.value,
                revealed_at=calibration.revealed_at,
                closed_at=calibration.closed_at,
                revision=calibration.revision,
            )
        )

    def invite(self, calibration: str, user_ids: Sequence[int], *, at: datetime) -> None:
        """Add raters; who is among them already stays as they are."""
        calibration_id = self._calibration_id(calibration)
        standing = set(
            self._session.scalars(
                select(CalibrationRaterRow.user_id).where(
                    CalibrationRaterRow.calibration_id == calibration_id
                )
            )
        )
        self._session.add_all(
            CalibrationRaterRow(calibration_id=calibration_id, user_id=user_id, invited_at=at)
            for user_id in dict.fromkeys(user_ids)
            if user_id not in standing
        )
        self._session.flush()

    def leave(self, calibration: str, user_id: int, *, at: datetime) -> None:
        """A rater rates no more; what they submitted stays."""
        self._session.execute(
            update(CalibrationRaterRow)
            .where(
                CalibrationRaterRow.calibration_id == self._calibration_id(calibration),
                CalibrationRaterRow.user_id == user_id,
                CalibrationRaterRow.left_at.is_(None),
            )
            .values(left_at=at)
        )

    # --- parts ---------------------------------------------------------------------------------

    def _with_counts(
        self, rows: Iterable[SessionRow], user_id: int | None = None
    ) -> tuple[CalibrationRow, ...]:
        """Sessions with how far they are: whole ones, or one rater's part of each."""
        listed = [(row.id, calibration_mapping.calibration(row)) for row in rows]
        counted = self._session.execute(
            select(CalibrationCallRow.calibration_id, RatingRow.rater_id, func.count())
            .join(CalibrationCallRow, CalibrationCallRow.id == RatingRow.calibration_call_id)
            .where(
                CalibrationCallRow.calibration_id.in_([id_ for id_, _ in listed]),
                RatingRow.state == RatingState.SUBMITTED.value,
                _THERE,
            )
            .group_by(CalibrationCallRow.calibration_id, RatingRow.rater_id),
            execution_options=SIGHTED,
        )
        submitted = {(id_, rater_id): ratings for id_, rater_id, ratings in counted}
        found = []
        for id_, calibration in listed:
            raters = [
                each for each in calibration.active_raters if user_id in (None, each.person.id)
            ]
            found.append(
                CalibrationRow(
                    calibration,
                    submitted=sum(submitted.get((id_, each.person.id), 0) for each in raters),
                    asked=sum(len(to_rate(calibration, each)) for each in raters),
                )
            )
        return tuple(found)


def _filters(query: CalibrationQuery) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if query.state is not None:
        filters.append(SessionRow.state == query.state.value)
    if query.owner is not None:
        filters.append(UserRow.public_id == query.owner)
    if query.rater is not None:
        filters.append(SessionRow.id.in_(_rated_by(query.rater)))
    return filters


def _rated_by(rater: str) -> Select[int]:
    return (
        select(CalibrationRaterRow.calibration_id)
        .join(CalibrationRaterRow.user)
        .where(UserRow.public_id == rater)
    )

"""Ratings of blind sessions in the store (``qa.ports.calibration``): they see calls that their raters do not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from qa.domain.calibration import CalibrationNotFound, Rating, RatingState
from qa.domain.errors import NotFound
from qa.domain.review import ReviewState
from qa.ports.calibration import PinnedCall, RatingContent
from qa.store import calibration_mapping
from qa.store.call_texts import corrections_of
from qa.store.review_mapping import pending_to_json
from qa.store.sight import SIGHTED
from qa.store.tables import (
    CalibrationCallRow,
    CalibrationRow,
    CallRow,
    RatingDecisionRow,
    RatingRow,
    RecordingRow,
    ReviewRow,
    ScorecardRow,
)


class SqlRatings:
    """Ratings in one transaction.

    Args:
        session: Its transaction must hold the writer's lock for the methods that write.
        public_id: Makes the public id of a new rating.
    """

    def __init__(self, session: Session, public_id: Callable[[], str]) -> None:
        self._session = session
        self._public_id = public_id

    # --- the call ------------------------------------------------------------------------------

    def pinned(self, calibration: str, position: int) -> PinnedCall | None:
        """A call of a session as it was drawn; ``None`` where it or its scorecard is gone."""
        row = self._session.scalar(
            calibration_mapping.pinned_calls().where(*_at(calibration, position))
        )
        if row is None or row.call is None or row.scorecard is None:
            return None
        return PinnedCall(
            drawn=calibration_mapping.drawn_call(row),
            detail=calibration_mapping.pinned_detail(row.call, row.scorecard),
            corrections=corrections_of(self._session, row.scorecard.hearing_id),
        )

    def sound(self, calibration: str, position: int) -> str | None:
        """The path of the playable copy of a call's recording, relative to the data folder."""
        return self._session.scalar(
            select(RecordingRow.audio)
            .join(ScorecardRow, ScorecardRow.recording_id == RecordingRow.id)
            .join(CalibrationCallRow, CalibrationCallRow.scorecard_id == ScorecardRow.id)
            .join(CalibrationCallRow.calibration)
            .where(*_at(calibration, position), CalibrationCallRow.call_id.is_not(None)),
            execution_options=SIGHTED,
        )

    def reviewed_before(self, user_id: int, call: str) -> bool:
        """Whether somebody has reviewed a call, or begun to."""
        found = self._session.scalar(
            select(ReviewRow.id)
            .join(ReviewRow.call)
            .where(
                CallRow.public_id == call,
                ReviewRow.reviewer_id == user_id,
                ReviewRow.state != ReviewState.DISCARDED.value,
            )
            .limit(1),
            execution_options=SIGHTED,
        )
        return found is not None

    # --- reading -------------------------------------------------------------------------------

    def rating(self, calibration: str, position: int, rater_id: int) -> Rating | None:
        """What somebody says of a call so far."""
        found = self._read(*_at(calibration, position), RatingRow.rater_id == rater_id)
        return found[0] if found else None

    def ratings(self, calibration: str) -> tuple[Rating, ...]:
        """Every rating of a session, drafts too, in the order in which they were begun."""
        return self._read(CalibrationRow.public_id == calibration)

    # --- writing -------------------------------------------------------------------------------

    def put_rating(
        self,
        calibration: str,
        position: int,
        *,
        rater_id: int,
        seen_before: bool,
        content: RatingContent,
        at: datetime,
    ) -> Rating:
        """Write a person's one draft of a call, made where there is none yet."""
        call_id = self._session.scalar(
            select(CalibrationCallRow.id)
            .join(CalibrationCallRow.calibration)
            .where(*_at(calibration, position)),
            execution_options=SIGHTED,
        )
        if call_id is None:
            raise CalibrationNotFound("the session has no such call", hint="open it anew")
        row = self._session.scalar(
            select(RatingRow).where(
                RatingRow.calibration_call_id == call_id, RatingRow.rater_id == rater_id
            )
        )
        if row is None:
            row = RatingRow(
                public_id=self._public_id(),
                calibration_call_id=call_id,
                rater_id=rater_id,
                state=RatingState.DRAFT.value,
                revision=0,
                opened_at=at,
                seen_before=seen_before,
            )
            self._session.add(row)
        elif row.state != RatingState.DRAFT.value:
            raise _no_draft()
        row.revision += 1
        row.saved_at = at
        row.note = content.note
        row.pending = pending_to_json(content.pending)
        self._session.flush()
        self._session.execute(
            delete(RatingDecisionRow).where(RatingDecisionRow.rating_id == row.id)
        )
        self._session.add_all(calibration_mapping.decision_rows(row.id, content.decisions))
        return self._reread(row)

    def submit(self, rating: str, *, score: float | None, at: datetime) -> Rating:
        """Make a draft final. Raises ``NotFound`` where there is no such draft."""
        row = self._session.scalar(
            select(RatingRow).where(
                RatingRow.public_id == rating, RatingRow.state == RatingState.DRAFT.value
            )
        )
        if row is None:
            raise _no_draft()
        row.state = RatingState.SUBMITTED.value
        row.submitted_at = row.saved_at = at
        row.score = score
        row.pending = []
        return self._reread(row)

    # --- parts ---------------------------------------------------------------------------------

    def _read(self, *which: ColumnElement[bool]) -> tuple[Rating, ...]:
        rows = self._session.scalars(
            calibration_mapping.ratings()
            .where(*which)
            .order_by(RatingRow.id)
            .execution_options(populate_existing=True)
        )
        return tuple(map(calibration_mapping.rating, rows))

    def _reread(self, row: RatingRow) -> Rating:
        # What was written goes through the columns once, so that it is what everybody else will read.
        self._session.flush()
        self._session.expire(row)
        return self._read(RatingRow.id == row.id)[0]

    def _calibration_id(self, calibration: str) -> int:
        found = self._session.scalar(
            select(CalibrationRow.id).where(CalibrationRow.public_id == calibration)
        )
        if found is None:
            raise CalibrationNotFound(
                "there is no such calibration session", hint="open it from the list of sessions"
            )
        return found


def _at(calibration: str, position: int) -> tuple[ColumnElement[bool], ...]:
    return (CalibrationRow.public_id == calibration, CalibrationCallRow.position == position)


def _no_draft() -> NotFound:
    return NotFound("there is no such draft of a rating", hint="it was submitted")

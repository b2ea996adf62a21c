"""Reviews and transcript corrections in the store (``qa.ports.reviews``)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from qa.domain.correction import Correction, CorrectionKind
from qa.domain.errors import CallNotFound, NotFound
from qa.domain.queue import TaskState
from qa.domain.review import Basis, Decision, Purpose, Review, ReviewState
from qa.domain.scope import EVERYTHING, Scope
from qa.ports.reviews import DraftContent, ReviewOfCall, ScoredVersion
from qa.store import mapping, review_mapping
from qa.store.call_texts import corrections_of, make_searchable, said_in
from qa.store.review_standing import retire_reviews, show_review
from qa.store.scoping import submitted_within
from qa.store.tables import (
    CallRow,
    DecisionRow,
    HearingRow,
    RecordingRow,
    ReviewRow,
    ScorecardRow,
    TaskRow,
    TranscriptEditRow,
    VerdictRow,
)

_BATCH = 200
"""Reviews read at a time for an export."""


class SqlReviews:
    """Reviews in one transaction.

    Args:
        session: Its transaction must hold the writer's lock for the methods that write.
        public_id: Makes the public id of a new review.
    """

    def __init__(self, session: Session, public_id: Callable[[], str]) -> None:
        self._session = session
        self._public_id = public_id

    # --- reading -------------------------------------------------------------------------------

    def current(self, call: str) -> Review | None:
        """The review that counts for a call."""
        return self.current_of([call]).get(call)

    def current_of(self, calls: Sequence[str]) -> Mapping[str, Review]:
        """The same for many calls at once, by call; calls that nobody reviewed are missing."""
        found = self._read(CallRow.public_id.in_(calls), ReviewRow.is_current.is_(True))
        return {review.call: review for review in found}

    def of_call(self, call: str) -> tuple[Review, ...]:
        """Every submitted review of a call and every draft, the latest saved first."""
        shown = ReviewRow.state != ReviewState.DISCARDED.value
        return self._read(CallRow.public_id == call, shown)

    def scored_version(self, call: str, version: str) -> ScoredVersion | None:
        """A scorecard that a call has or had; ``None`` where it never had one of this version."""
        card = self._scorecard_row(call, version, with_verdicts=True)
        if card is None:
            return None
        return ScoredVersion(
            scorecard=mapping.scorecard(card),
            duration_s=card.recording.duration_s,
            transcript=mapping.hearing(card.hearing).transcript,
            corrections=corrections_of(self._session, card.hearing_id),
        )

    def every(self, scope: Scope = EVERYTHING) -> Iterator[ReviewOfCall]:
        """All reviews of a scope's calls that were submitted within its times, in that order."""
        batch = (
            review_mapping.reviews()
            .where(
                ReviewRow.state == ReviewState.SUBMITTED.value,
                *submitted_within(ReviewRow.submitted_at, scope),
            )
            .order_by(ReviewRow.submitted_at, ReviewRow.id)
            .limit(_BATCH)
        )
        rows = self._session.scalars(batch).all()
        while rows:
            for row in rows:
                call = row.call
                yield ReviewOfCall(
                    call.call_id, call.agent_id, call.recording_name, review_mapping.review(row)
                )
            last = rows[-1]
            after = or_(
                ReviewRow.submitted_at > last.submitted_at,
                and_(ReviewRow.submitted_at == last.submitted_at, ReviewRow.id > last.id),
            )
            # What was read is let go, or an export would end with every review in memory.
            self._session.expunge_all()
            rows = self._session.scalars(batch.where(after)).all()

    # --- writing -------------------------------------------------------------------------------

    def put_draft(
        self,
        call: str,
        *,
        reviewer_id: int,
        purpose: Purpose,
        basis: Basis,
        content: DraftContent,
        at: datetime,
    ) -> Review:
        """Write a person's one draft on a scorecard of a call, made where there is none yet."""
        call_id = self._session.scalar(select(CallRow.id).where(CallRow.public_id == call))
        if call_id is None:
            raise CallNotFound(f"no call has the id {call}", hint="it was removed meanwhile")
        card = self._scorecard_row(call, basis.scorecard)
        if card is None:
            raise NotFound(f"call {call} has no such scorecard", hint="load its page again")
        base_id = self._session.scalar(
            select(ReviewRow.id).where(
                ReviewRow.public_id == basis.review, ReviewRow.call_id == call_id
            )
        )
        task_id = self._session.scalar(
            select(TaskRow.id).where(
                TaskRow.call_id == call_id, TaskRow.state != TaskState.DONE.value
            )
        )
        row = self._session.scalar(
            select(ReviewRow).where(
                ReviewRow.scorecard_id == card.id,
                ReviewRow.reviewer_id == reviewer_id,
                ReviewRow.purpose == purpose.value,
                ReviewRow.state == ReviewState.DRAFT.value,
            )
        ) or ReviewRow(
            public_id=self._public_id(),
            call_id=call_id,
            scorecard_id=card.id,
            reviewer_id=reviewer_id,
            purpose=purpose.value,
            state=ReviewState.DRAFT.value,
            is_current=False,
            revision=0,
            opened_at=at,
            critical_failed=[],
        )
        row.base_id, row.task_id = base_id, task_id
        row.revision += 1
        row.saved_at = at
        row.note = content.note
        row.pending = review_mapping.pending_to_json(content.pending)
        self._session.add(row)
        self._session.flush()
        self._put_decisions(row, content.decisions)
        return self._reread(row)

    def submit(
        self,
        review: str,
        *,
        decisions: Sequence[Decision],
        score: float | None,
        critical_failed: Sequence[str],
        at: datetime,
    ) -> Review:
        """Make a draft on a call's current scorecard what counts for the call."""
        row = self._draft_row(review)
        retire_reviews(self._session, [row.call_id])
        self._session.execute(
            update(ReviewRow)
            .where(
                ReviewRow.call_id == row.call_id,
                ReviewRow.reviewer_id == row.reviewer_id,
                ReviewRow.purpose == row.purpose,
                ReviewRow.state == ReviewState.DRAFT.value,
                ReviewRow.id != row.id,
            )
            .values(state=ReviewState.DISCARDED.value)
        )
        row.state = ReviewState.SUBMITTED.value
        row.is_current = True
        row.submitted_at = at
        row.saved_at = at
        row.score = score
        row.critical_failed = list(critical_failed)
        row.pending = []
        self._put_decisions(row, decisions)
        show_review(self._session, self._session.get_one(CallRow, row.call_id), row)
        self._session.flush()
        return self._reread(row)

    def discard(self, review: str, *, at: datetime) -> None:
        """Give a draft up; what it held stays in the store, and nothing shows it."""
        row = self._draft_row(review)
        row.state = ReviewState.DISCARDED.value
        row.saved_at = at
        self._session.flush()

    # --- corrections ---------------------------------------------------------------------------

    def corrections(self, call: str) -> tuple[Correction, ...]:
        """All corrections to what the call's current scorecard heard, undone ones too, oldest first."""
        hearing_id = self._hearing_id(call)
        return corrections_of(self._session, hearing_id) if hearing_id is not None else ()

    def correct(
        self,
        call: str,
        *,
        turn: int | None,
        kind: CorrectionKind,
        value: str,
        author_id: int,
        at: datetime,
    ) -> None:
        """Add a correction and make the call searchable by its words."""
        hearing_id = self._hearing_id(call)
        if hearing_id is None:
            raise CallNotFound(f"no call that was heard has the id {call}")
        self._session.add(
            TranscriptEditRow(
                hearing_id=hearing_id,
                turn=turn,
                kind=kind.value,
                value=value,
                author_id=author_id,
                made_at=at,
            )
        )
        self._session.flush()
        self._index(call, hearing_id)

    def undo_correction(self, call: str, correction: int, *, by: int, at: datetime) -> None:
        """Take a correction of a call back; taken back already, it stays as it is."""
        hearing_id = self._hearing_id(call)
        row = self._session.get(TranscriptEditRow, correction)
        if hearing_id is None or row is None or row.hearing_id != hearing_id:
            raise NotFound(
                f"call {call} has no correction {correction}", hint="load its page again"
            )
        if row.undone_at is None:
            row.undone_at, row.undone_by = at, by
            self._session.flush()
            self._index(call, hearing_id)

    # --- parts ---------------------------------------------------------------------------------

    def _read(self, *which: ColumnElement[bool]) -> tuple[Review, ...]:
        latest_first = (ReviewRow.saved_at.desc(), ReviewRow.id.desc())
        rows = self._session.scalars(review_mapping.reviews().where(*which).order_by(*latest_first))
        return tuple(map(review_mapping.review, rows))

    def _reread(self, row: ReviewRow) -> Review:
        # What was written goes through the columns once, so that it is what everybody else will read.
        self._session.flush()
        self._session.expire(row)
        return self._read(ReviewRow.id == row.id)[0]

    def _draft_row(self, review: str) -> ReviewRow:
        row = self._session.scalar(
            select(ReviewRow).where(
                ReviewRow.public_id == review, ReviewRow.state == ReviewState.DRAFT.value
            )
        )
        if row is None:
            raise NotFound(f"there is no draft {review}", hint="it was submitted or given up")
        return row

    def _put_decisions(self, row: ReviewRow, decisions: Sequence[Decision]) -> None:
        self._session.execute(delete(DecisionRow).where(DecisionRow.review_id == row.id))
        self._session.add_all(review_mapping.decision_rows(row.id, decisions))
        self._session.flush()

    def _scorecard_row(
        self, call: str, version: str, *, with_verdicts: bool = False
    ) -> ScorecardRow | None:
        sha256, _dot, fingerprint = version.partition(".")
        statement = (
            select(ScorecardRow)
            .join(CallRow, CallRow.id == ScorecardRow.call_id)
            .join(ScorecardRow.recording)
            .where(
                CallRow.public_id == call,
                RecordingRow.sha256 == sha256,
                ScorecardRow.fingerprint == fingerprint,
            )
        )
        if with_verdicts:
            statement = statement.options(
                joinedload(ScorecardRow.recording).load_only(RecordingRow.duration_s),
                joinedload(ScorecardRow.hearing),
                # Apart from the hearing, whose transcript would come along once for each clip.
                selectinload(ScorecardRow.verdicts).joinedload(VerdictRow.evidence),
            )
        return self._session.scalars(statement).unique().one_or_none()

    def _hearing_id(self, call: str) -> int | None:
        return self._session.scalar(
            select(ScorecardRow.hearing_id)
            .join(CallRow, CallRow.id == ScorecardRow.call_id)
            .where(CallRow.public_id == call, ScorecardRow.is_current)
        )

    def _index(self, call: str, hearing_id: int) -> None:
        row = self._session.scalars(select(CallRow).where(CallRow.public_id == call)).one()
        heard = mapping.hearing(self._session.get_one(HearingRow, hearing_id))
        make_searchable(self._session, row, said_in(self._session, hearing_id, heard.transcript))
        self._session.flush()

"""Rows of reviews and corrections to the domain's objects, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from qa.domain.call import Role
from qa.domain.correction import Correction, CorrectionKind
from qa.domain.people import Person
from qa.domain.review import Decision, Pending, Purpose, Review, ReviewState
from qa.domain.scorecard import Evidence, Outcome, RubricRef
from qa.store import mapping
from qa.store.tables import (
    CallRow,
    DecisionRow,
    RecordingRow,
    ReviewRow,
    ScorecardRow,
    TranscriptEditRow,
    UserRow,
)


def reviews() -> Select[ReviewRow]:
    """Reviews with everything that ``review`` reads, joined with their calls."""
    return (
        select(ReviewRow)
        .join(ReviewRow.call)
        .options(
            # A call, a recording and a review are each more than what is told of them here.
            contains_eager(ReviewRow.call).load_only(
                CallRow.public_id, CallRow.call_id, CallRow.agent_id, CallRow.recording_name
            ),
            joinedload(ReviewRow.scorecard)
            .joinedload(ScorecardRow.recording)
            .load_only(RecordingRow.sha256),
            joinedload(ReviewRow.reviewer).load_only(UserRow.public_id, UserRow.name),
            joinedload(ReviewRow.base).load_only(ReviewRow.public_id),
            selectinload(ReviewRow.decisions)
            .joinedload(DecisionRow.decider)
            .load_only(UserRow.public_id, UserRow.name),
        )
    )


def review(row: ReviewRow) -> Review:
    """A review from its row, loaded as ``reviews`` does."""
    card = row.scorecard
    return Review(
        public_id=row.public_id,
        call=row.call.public_id,
        scorecard=mapping.scorecard_version(card.recording.sha256, card.fingerprint),
        rubric=RubricRef(card.rubric_id, card.rubric_version, card.rubric_sha256),
        scored_at=card.scored_at,
        reviewer=person(row.reviewer),
        purpose=Purpose(row.purpose),
        state=ReviewState(row.state),
        base=row.base.public_id if row.base else None,
        revision=row.revision,
        opened_at=row.opened_at,
        saved_at=row.saved_at,
        submitted_at=row.submitted_at,
        score=row.score,
        critical_failed=tuple(row.critical_failed),
        note=row.note,
        decisions=tuple(map(_decision, row.decisions)),
        is_current=row.is_current,
        pending=tuple(map(pending_from_json, row.pending)),
    )


def decision_rows(review_id: int, decisions: Sequence[Decision]) -> list[DecisionRow]:
    """The rows of a review's decisions, in the order given."""
    return [
        DecisionRow(
            review_id=review_id,
            position=position,
            criterion=each.criterion,
            machine_outcome=each.machine.value,
            machine_points=float(each.machine_points),
            outcome=each.outcome.value,
            points=float(each.points),
            max_points=float(each.max_points),
            reason=each.reason,
            note=each.note,
            evidence=clips_to_json(each.evidence),
            decided_at=each.decided_at,
            decided_by=each.by.id if each.by else None,
        )
        for position, each in enumerate(decisions)
    ]


def pending_to_json(pending: Sequence[Pending]) -> list[Any]:
    """What a draft holds beside its decisions."""
    return [
        {
            "criterion": each.criterion,
            "reason": each.reason,
            "note": each.note,
            "evidence": clips_to_json(each.evidence),
        }
        for each in pending
    ]


def person(row: UserRow) -> Person:
    """Somebody as others see them."""
    return Person(row.id, row.public_id, row.name)


def correction(row: TranscriptEditRow) -> Correction:
    """A correction from its row, with who made and who undid it loaded."""
    return Correction(
        id=row.id,
        turn=row.turn,
        kind=CorrectionKind(row.kind),
        value=row.value,
        author=person(row.author),
        made_at=row.made_at,
        undone_by=person(row.undoer) if row.undoer else None,
        undone_at=row.undone_at,
    )


def _decision(row: DecisionRow) -> Decision:
    return Decision(
        criterion=row.criterion,
        machine=Outcome(row.machine_outcome),
        machine_points=row.machine_points,
        outcome=Outcome(row.outcome),
        points=row.points,
        max_points=row.max_points,
        reason=row.reason,
        note=row.note,
        evidence=clips_from_json(row.evidence),
        decided_at=row.decided_at,
        by=person(row.decider) if row.decider else None,
    )


def pending_from_json(stored: dict[str, Any]) -> Pending:
    """What a draft holds to one criterion beside its decisions."""
    return Pending(
        stored["criterion"], stored["reason"], stored["note"], clips_from_json(stored["evidence"])
    )


def clips_from_json(stored: Sequence[dict[str, Any]]) -> tuple[Evidence, ...]:
    """Clips as they are kept in one column."""
    return tuple(Evidence(**{**clip, "speaker": Role(clip["speaker"])}) for clip in stored)


def clips_to_json(clips: Sequence[Evidence]) -> list[Any]:
    """Clips as one column keeps them."""
    return [
        {
            "start_s": float(clip.start_s),
            "end_s": float(clip.end_s),
            "speaker": clip.speaker.value,
            "quote": clip.quote,
        }
        for clip in clips
    ]

"""Rows of calibration to the domain's objects, and back."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from qa.domain.calibration import (
    Calibration,
    CalibrationState,
    DrawnCall,
    Master,
    Rater,
    Rating,
    RatingDecision,
    RatingState,
)
from qa.domain.clarification import Clarification
from qa.domain.records import CallDetail
from qa.domain.scorecard import Outcome, RubricRef
from qa.store import mapping
from qa.store.review_mapping import clips_from_json, clips_to_json, pending_from_json, person
from qa.store.sight import SIGHTED
from qa.store.tables import (
    CalibrationCallRow,
    CalibrationRaterRow,
    CalibrationRow,
    CallRow,
    ClarificationRow,
    MasterRow,
    RatingDecisionRow,
    RatingRow,
    RecordingRow,
    ScorecardRow,
    UserRow,
    VerdictRow,
)


def calibrations() -> Select[CalibrationRow]:
    """Sessions with everything that ``calibration`` reads."""
    return (
        select(CalibrationRow)
        .options(
            joinedload(CalibrationRow.owner).load_only(UserRow.public_id, UserRow.name),
            selectinload(CalibrationRow.calls).options(
                # A call and a recording are each more than what is told of them here.
                joinedload(CalibrationCallRow.call).load_only(CallRow.public_id, CallRow.agent_id),
                joinedload(CalibrationCallRow.scorecard)
                .load_only(ScorecardRow.fingerprint)
                .joinedload(ScorecardRow.recording)
                .load_only(RecordingRow.sha256),
            ),
            selectinload(CalibrationRow.raters)
            .joinedload(CalibrationRaterRow.user)
            .load_only(UserRow.public_id, UserRow.name, UserRow.agent_id),
        )
        .execution_options(**SIGHTED)
    )


def calibration(row: CalibrationRow) -> Calibration:
    """A session from its row, loaded as ``calibrations`` does."""
    return Calibration(
        public_id=row.public_id,
        title=row.title,
        note=row.note,
        owner=person(row.owner),
        state=CalibrationState(row.state),
        due_at=row.due_at,
        created_at=row.created_at,
        revealed_at=row.revealed_at,
        closed_at=row.closed_at,
        revision=row.revision,
        calls=tuple(map(drawn_call, row.calls)),
        raters=tuple(
            Rater(person(each.user), each.user.agent_id, each.invited_at, each.left_at)
            for each in row.raters
        ),
    )


def drawn_call(row: CalibrationCallRow) -> DrawnCall:
    """A call of a session from its row, with its call and scorecard loaded."""
    card = row.scorecard
    return DrawnCall(
        position=row.position,
        call=row.call.public_id if row.call else None,
        call_name=row.call_name,
        agent_id=row.call.agent_id if row.call else None,
        scorecard=(
            mapping.scorecard_version(card.recording.sha256, card.fingerprint) if card else None
        ),
        rubric=RubricRef(row.rubric_id, row.rubric_version, row.rubric_sha256),
    )


def pinned_calls() -> Select[CalibrationCallRow]:
    """Calls of sessions with their scorecards whole, joined with their sessions."""
    card = joinedload(CalibrationCallRow.scorecard)
    return (
        select(CalibrationCallRow)
        .join(CalibrationCallRow.calibration)
        .options(
            joinedload(CalibrationCallRow.call),
            card.joinedload(ScorecardRow.recording),
            card.joinedload(ScorecardRow.hearing),
            # Apart from the hearing, whose transcript would come along once for each clip.
            card.selectinload(ScorecardRow.verdicts).selectinload(VerdictRow.evidence),
        )
        .execution_options(**SIGHTED)
    )


def scored_calls() -> Select[CalibrationCallRow]:
    """Calls of sessions with the verdicts that were pinned, joined with their sessions."""
    card = joinedload(CalibrationCallRow.scorecard)
    return (
        select(CalibrationCallRow)
        .join(CalibrationCallRow.calibration)
        .options(
            contains_eager(CalibrationCallRow.calibration),
            joinedload(CalibrationCallRow.call).load_only(CallRow.public_id, CallRow.agent_id),
            # Neither what was heard nor the waveform, which are most of what is kept of a call.
            card.joinedload(ScorecardRow.recording).load_only(RecordingRow.sha256),
            card.selectinload(ScorecardRow.verdicts).selectinload(VerdictRow.evidence),
        )
        .execution_options(**SIGHTED)
    )


def pinned_detail(call: CallRow, card: ScorecardRow) -> CallDetail:
    """A call with one of its scorecards, whichever it has now."""
    heard = mapping.hearing(card.hearing)
    return CallDetail(
        public_id=call.public_id,
        record=mapping.call_record(call),
        recording=mapping.recording_facts(card.recording),
        hearing=heard,
        scorecard=mapping.scorecard(card),
        scored_at=card.scored_at,
        recording_name=call.recording_name,
        sha256=card.recording.sha256,
        refusal=None,
        quality=heard.quality,
        version=mapping.scorecard_version(card.recording.sha256, card.fingerprint),
    )


def ratings() -> Select[RatingRow]:
    """Ratings with everything that ``rating`` reads, joined with their calls and sessions."""
    return (
        select(RatingRow)
        .join(RatingRow.calibration_call)
        .join(CalibrationCallRow.calibration)
        .options(
            contains_eager(RatingRow.calibration_call)
            .load_only(CalibrationCallRow.position)
            .contains_eager(CalibrationCallRow.calibration)
            .load_only(CalibrationRow.public_id),
            joinedload(RatingRow.rater).load_only(UserRow.public_id, UserRow.name),
            selectinload(RatingRow.decisions),
        )
        .execution_options(**SIGHTED)
    )


def rating(row: RatingRow) -> Rating:
    """A rating from its row, loaded as ``ratings`` does."""
    return Rating(
        public_id=row.public_id,
        calibration=row.calibration_call.calibration.public_id,
        position=row.calibration_call.position,
        rater=person(row.rater),
        state=RatingState(row.state),
        revision=row.revision,
        opened_at=row.opened_at,
        saved_at=row.saved_at,
        submitted_at=row.submitted_at,
        score=row.score,
        seen_before=row.seen_before,
        note=row.note,
        decisions=tuple(map(_decision, row.decisions)),
        pending=tuple(map(pending_from_json, row.pending)),
    )


def decision_rows(rating_id: int, decisions: Sequence[RatingDecision]) -> list[RatingDecisionRow]:
    """The rows of a rating's decisions, in the order given."""
    return [
        RatingDecisionRow(
            rating_id=rating_id,
            position=position,
            criterion=each.criterion,
            outcome=each.outcome.value,
            points=float(each.points),
            max_points=float(each.max_points),
            reason=each.reason,
            note=each.note,
            evidence=clips_to_json(each.evidence),
            decided_at=each.decided_at,
        )
        for position, each in enumerate(decisions)
    ]


def master(row: MasterRow, position: int) -> Master:
    """What was agreed, from its row with who entered it loaded."""
    return Master(
        position=position,
        criterion=row.criterion,
        outcome=Outcome(row.outcome),
        points=row.points,
        max_points=row.max_points,
        reason=row.reason,
        decided_by=person(row.decider),
        decided_at=row.decided_at,
        revision=row.revision,
    )


def clarification(row: ClarificationRow) -> Clarification:
    """A clarification from its row, with its session and people loaded."""
    source = row.calibration
    return Clarification(
        public_id=row.public_id,
        rubric_id=row.rubric_id,
        criterion=row.criterion,
        text=row.text,
        calibration=source.public_id if source else None,
        calibration_title=source.title if source else None,
        author=person(row.author),
        made_at=row.made_at,
        withdrawn_by=person(row.withdrawer) if row.withdrawer else None,
        withdrawn_at=row.withdrawn_at,
    )


def _decision(row: RatingDecisionRow) -> RatingDecision:
    return RatingDecision(
        criterion=row.criterion,
        outcome=Outcome(row.outcome),
        points=row.points,
        max_points=row.max_points,
        reason=row.reason,
        note=row.note,
        evidence=clips_from_json(row.evidence),
        decided_at=row.decided_at,
    )

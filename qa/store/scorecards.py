"""New scorecards: their rows, some calls at a time, and what a call shows of its own in the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from qa.domain.records import ScoredCall
from qa.domain.scorecard import Outcome
from qa.store import mapping
from qa.store.tables import SCORED, CallRow, EvidenceRow, ScorecardRow, VerdictRow


@dataclass(frozen=True, slots=True)
class NewScorecard:
    """A scorecard that is not stored yet, and the rows that it belongs to."""

    scored: ScoredCall
    call_id: int
    recording_id: int
    hearing_id: int


def add_scorecards(
    session: Session, new: Sequence[NewScorecard], *, run_id: int, at: datetime
) -> dict[int, int]:
    """Write new scorecards, each its call's current one; their ids by the call's.

    All scorecards, all verdicts and all clips are a statement each, past the session, which would handle each row
    by itself: that takes many times as long as the database does. What the rows are called is asked for afterwards:
    SQLite promises to return no more than one of them in order.
    """
    connection = session.connection()
    connection.execute(insert(ScorecardRow), [_values(one, run_id, at) for one in new])
    current = select(ScorecardRow.call_id, ScorecardRow.id).where(
        ScorecardRow.call_id.in_([one.call_id for one in new]), ScorecardRow.is_current
    )
    ids = dict(connection.execute(current).all())
    verdicts = [
        (verdict, position, ids[one.call_id])
        for one in new
        for position, verdict in enumerate(one.scored.scorecard.verdicts)
    ]
    if not verdicts:
        return ids
    connection.execute(insert(VerdictRow), [mapping.verdict_values(*each) for each in verdicts])
    verdict_ids = {
        (scorecard_id, position): verdict_id
        for scorecard_id, position, verdict_id in connection.execute(
            select(VerdictRow.scorecard_id, VerdictRow.position, VerdictRow.id).where(
                VerdictRow.scorecard_id.in_(ids.values())
            )
        )
    }
    clips = [
        mapping.evidence_values(clip, place, verdict_ids[scorecard_id, position])
        for verdict, position, scorecard_id in verdicts
        for place, clip in enumerate(verdict.evidence)
    ]
    if clips:
        connection.execute(insert(EvidenceRow), clips)
    return ids


def _values(new: NewScorecard, run_id: int, at: datetime) -> dict[str, Any]:
    scored, card = new.scored, new.scored.scorecard
    return {
        "call_id": new.call_id,
        "recording_id": new.recording_id,
        "hearing_id": new.hearing_id,
        "run_id": run_id,
        "fingerprint": scored.fingerprint,
        "is_current": True,
        "scored_at": at,
        "rubric_id": card.rubric.id,
        "rubric_version": card.rubric.version,
        "rubric_sha256": card.rubric.sha256,
        "score": None if card.score is None else float(card.score),
        "critical_failed": list(card.critical_failed),
        "models": dict(scored.models),
    }


def show_scorecard(call: CallRow, scored: ScoredCall, at: datetime) -> None:
    """Repeat on the call what the list shows of a scorecard."""
    card = scored.scorecard
    failed = [v.criterion for v in card.verdicts if v.outcome is Outcome.FAIL]
    opened = [v.criterion for v in card.open]
    mapping.describe(call, scored.record)
    call.status = SCORED
    call.recording_name = scored.recording.name
    call.sha256 = scored.recording.sha256
    call.duration_s = float(scored.recording.duration_s)
    call.language = scored.hearing.transcript.language
    call.score = None if card.score is None else float(card.score)
    call.scored_at = at
    call.failed, call.failed_count = failed, len(failed)
    call.critical_failed = list(card.critical_failed)
    call.critical_count = len(card.critical_failed)
    call.open, call.open_count = opened, len(opened)
    call.rubric_id = card.rubric.id
    call.rubric_version = card.rubric.version
    call.rubric_sha256 = card.rubric.sha256
    call.refusal_code = None
    call.refusal_params = None
    call.refusal_quality = None

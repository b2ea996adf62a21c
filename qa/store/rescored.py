"""Calls that were heard before and scored anew, written together: as many statements for all as for one.

That is how a changed rubric is applied to thousands of stored calls. It holds for the plain case alone, in which
no call touches another: each recording is shown by the call that its record names, and its scorecard is new.
Whatever is not so is for ``SqlCalls.add_scored``, which comes to the same for plain calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from qa.domain.records import ScoredCall
from qa.store.call_texts import corrected_among, make_searchable, said_in
from qa.store.meanings import keep_meanings
from qa.store.merging import retire_scorecards
from qa.store.review_standing import retire_reviews
from qa.store.scorecards import NewScorecard, add_scorecards, show_scorecard
from qa.store.tables import CallRow, CallTextRow, HearingRow, RecordingRow, ScorecardRow


def write_together(
    session: Session, calls: Sequence[ScoredCall], *, run_id: int, at: datetime
) -> bool:
    """Write some calls as one; ``False`` and no change where one of them is no plain case."""
    shown = _shown_by(session, calls)
    new = _new_scorecards(session, calls, shown)
    if new is None:
        return False
    rows = [shown[one.recording.sha256] for one in calls]
    for call, scored in zip(rows, calls, strict=True):
        show_scorecard(call, scored, at)
        # Nobody has reviewed a scorecard that is new.
        call.reviewed_at = call.reviewed_score = call.reviewed_critical_count = None
    session.flush()
    ids = [row.id for row in rows]
    retire_scorecards(session, ids)
    retire_reviews(session, ids)
    add_scorecards(session, new, run_id=run_id, at=at)
    keep_meanings(session, {one.hearing_id: one.scored.meanings for one in new})
    _make_searchable(session, rows, new)
    session.flush()
    return True


def _shown_by(session: Session, calls: Sequence[ScoredCall]) -> dict[str, CallRow]:
    """The calls that show the recordings, by sha256; empty where they are not those that the records name."""
    named = {one.recording.sha256: one.record.call_id for one in calls}
    rows = session.scalars(
        select(CallRow).where(
            or_(CallRow.sha256.in_(named), CallRow.call_id.in_(set(named.values())))
        )
    ).all()
    shown = {row.sha256: row for row in rows if row.sha256 is not None}
    alone = len(named) == len(calls) == len(rows) == len(shown)
    found = alone and all(
        sha256 in shown and shown[sha256].call_id == call_id for sha256, call_id in named.items()
    )
    return shown if found else {}


def _new_scorecards(
    session: Session, calls: Sequence[ScoredCall], shown: dict[str, CallRow]
) -> list[NewScorecard] | None:
    """The scorecards to write; ``None`` where one is stored already, or what it was made from is not."""
    if not shown:
        return None
    heard = {
        (sha256, fingerprint): (recording_id, hearing_id)
        for sha256, fingerprint, recording_id, hearing_id in session.execute(
            select(RecordingRow.sha256, HearingRow.fingerprint, RecordingRow.id, HearingRow.id)
            .join(HearingRow, HearingRow.recording_id == RecordingRow.id)
            .where(RecordingRow.sha256.in_(shown))
        )
    }
    new: list[NewScorecard] = []
    for one in calls:
        found = heard.get((one.recording.sha256, one.hearing.fingerprint))
        if found is None:
            return None
        new.append(NewScorecard(one, shown[one.recording.sha256].id, *found))
    fingerprints = {one.recording_id: one.scored.fingerprint for one in new}
    stored = session.execute(
        select(ScorecardRow.recording_id, ScorecardRow.fingerprint).where(
            ScorecardRow.recording_id.in_(fingerprints),
            ScorecardRow.fingerprint.in_(set(fingerprints.values())),
        )
    )
    if any(fingerprints[recording_id] == fingerprint for recording_id, fingerprint in stored):
        return None
    return new


def _make_searchable(session: Session, calls: list[CallRow], new: list[NewScorecard]) -> None:
    """Write what a search of the calls finds, where it changed."""
    hearings = [one.hearing_id for one in new]
    corrected = corrected_among(session, hearings)
    # Held on to, so that the session finds each of them without asking.
    _texts = session.scalars(
        select(CallTextRow).where(CallTextRow.call_id.in_([call.id for call in calls]))
    ).all()
    for call, hearing_id, one in zip(calls, hearings, new, strict=True):
        transcript = one.scored.hearing.transcript
        make_searchable(
            session,
            call,
            said_in(session, hearing_id, transcript)
            if hearing_id in corrected
            else [turn.text for turn in transcript.turns],
        )

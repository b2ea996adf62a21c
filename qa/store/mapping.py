"""Rows to the domain's and the ports' objects, and back."""

from __future__ import annotations

from typing import Any

from qa.domain.call import CallRecord, Direction, EndedBy, Role
from qa.domain.records import CallDetail, CallSummary, Hearing, Peaks, RecordingFacts
from qa.domain.scorecard import Evidence, Outcome, RubricRef, Scorecard, Searched, Verdict
from qa.domain.transcript import Transcript
from qa.domain.wording import Reason
from qa.store import serial
from qa.store.tables import (
    CallRow,
    HearingRow,
    RecordingRow,
    ScorecardRow,
    VerdictRow,
)


def recording_row(facts: RecordingFacts) -> RecordingRow:
    """The row of a recording."""
    return RecordingRow(
        sha256=facts.sha256,
        name=facts.name,
        duration_s=float(facts.duration_s),
        sample_rate=facts.sample_rate,
        channels=facts.channels,
        layout=facts.layout,
        audio=facts.audio,
        peaks_per_second=facts.peaks.per_second,
        peaks=[[float(peak) for peak in channel] for channel in facts.peaks.channels],
    )


NOT_DRAWN = Peaks(1, ())
"""The waveform of a recording whose own was not read."""


def recording_facts(row: RecordingRow, *, drawn: bool = True) -> RecordingFacts:
    """The recording of a row, with its waveform where it is to be drawn."""
    return RecordingFacts(
        sha256=row.sha256,
        name=row.name,
        duration_s=row.duration_s,
        sample_rate=row.sample_rate,
        channels=row.channels,
        layout=row.layout,  # type: ignore[arg-type]  # written from the same literal
        peaks=Peaks(row.peaks_per_second, tuple(tuple(channel) for channel in row.peaks))
        if drawn
        else NOT_DRAWN,
        audio=row.audio,
    )


def hearing_row(hearing: Hearing, recording_id: int) -> HearingRow:
    """The row of what was heard in a recording."""
    return HearingRow(
        recording_id=recording_id,
        fingerprint=hearing.fingerprint,
        language=hearing.transcript.language,
        role_confidence=float(hearing.transcript.role_confidence),
        speaker_confidence=float(hearing.transcript.speaker_confidence),
        turns=[serial.turn_to_json(turn) for turn in hearing.transcript.turns],
        dropped=[serial.dropped_to_json(dropped) for dropped in hearing.transcript.dropped],
        signals=serial.signals_to_json(hearing.signals),
        models=dict(hearing.models),
        quality=serial.quality_to_json(hearing.quality),
    )


def hearing(row: HearingRow) -> Hearing:
    """What was heard, from its row."""
    return Hearing(
        fingerprint=row.fingerprint,
        transcript=Transcript(
            language=row.language,
            turns=tuple(serial.turn_from_json(turn) for turn in row.turns),
            dropped=tuple(serial.dropped_from_json(dropped) for dropped in row.dropped),
            role_confidence=row.role_confidence,
            speaker_confidence=row.speaker_confidence,
        ),
        signals=serial.signals_from_json(row.signals),
        models=row.models,
        quality=serial.quality_from_json(row.quality),
    )


def verdict_values(verdict: Verdict, position: int, scorecard_id: int) -> dict[str, Any]:
    """The columns of a verdict at its place in a scorecard."""
    searched = verdict.searched
    return {
        "scorecard_id": scorecard_id,
        "position": position,
        "criterion": verdict.criterion,
        "outcome": verdict.outcome.value,
        "points": float(verdict.points),
        "max_points": float(verdict.max_points),
        "confidence": float(verdict.confidence),
        "reason_code": verdict.reason.code,
        "reason_params": dict(verdict.reason.params),
        "searched_start_s": float(searched.start_s) if searched else None,
        "searched_end_s": float(searched.end_s) if searched else None,
        "searched_speaker": searched.speaker.value if searched and searched.speaker else None,
    }


def evidence_values(clip: Evidence, position: int, verdict_id: int) -> dict[str, Any]:
    """The columns of a clip at its place among those of a verdict."""
    return {
        "verdict_id": verdict_id,
        "position": position,
        "start_s": float(clip.start_s),
        "end_s": float(clip.end_s),
        "speaker": clip.speaker.value,
        "quote": clip.quote,
    }


def scorecard(row: ScorecardRow) -> Scorecard:
    """A scorecard from its row, verdicts and evidence loaded."""
    return Scorecard(
        rubric=RubricRef(row.rubric_id, row.rubric_version, row.rubric_sha256),
        score=row.score,
        critical_failed=tuple(row.critical_failed),
        verdicts=tuple(_verdict(verdict) for verdict in row.verdicts),
    )


def scorecard_version(sha256: str, fingerprint: str) -> str:
    """The name of a scorecard among all of a call: its recording, and all that decided its verdicts."""
    return f"{sha256}.{fingerprint}"


def describe(row: CallRow, record: CallRecord) -> None:
    """Write a call record over a call's row."""
    row.call_id = record.call_id
    row.agent_id = record.agent_id
    row.customer_number = record.customer_number
    row.direction = record.direction.value
    row.started_at = record.started_at
    row.ring_seconds = record.ring_seconds
    row.rings = record.rings
    row.ended_by = record.ended_by.value
    row.agent_channel = record.agent_channel
    row.queue = record.queue
    row.stated_language = record.language
    row.attributes = dict(record.attributes)


def call_record(row: CallRow) -> CallRecord:
    """The call record of a call's row."""
    return CallRecord(
        call_id=row.call_id,
        agent_id=row.agent_id,
        customer_number=row.customer_number,
        direction=Direction(row.direction),
        started_at=row.started_at,
        ring_seconds=row.ring_seconds,
        rings=row.rings,
        ended_by=EndedBy(row.ended_by),
        agent_channel=row.agent_channel,
        queue=row.queue,
        language=row.stated_language,
        attributes=row.attributes,
    )


def call_summary(row: CallRow) -> CallSummary:
    """A line of the list from its row."""
    return CallSummary(
        public_id=row.public_id,
        record=call_record(row),
        recording_name=row.recording_name,
        duration_s=row.duration_s,
        language=row.language,
        score=row.score,
        failed=tuple(row.failed),
        critical_failed=tuple(row.critical_failed),
        open=tuple(row.open),
        scored_at=row.scored_at,
        refusal=_refusal(row),
        rubric=_rubric(row),
        reviewed_at=row.reviewed_at,
        reviewed_score=row.reviewed_score,
        reviewed_critical=row.reviewed_critical_count,
    )


def call_detail(row: CallRow) -> CallDetail:
    """A whole call from its row, current scorecard loaded with all that belongs to it."""
    current = row.scorecard
    heard = hearing(current.hearing) if current else None
    return CallDetail(
        public_id=row.public_id,
        record=call_record(row),
        recording=recording_facts(current.recording)
        if current and current.recording.audio
        else None,
        hearing=heard,
        scorecard=scorecard(current) if current else None,
        scored_at=row.scored_at,
        recording_name=row.recording_name,
        sha256=row.sha256,
        refusal=_refusal(row),
        quality=heard.quality if heard else serial.quality_from_json(row.refusal_quality),
        version=(
            scorecard_version(current.recording.sha256, current.fingerprint) if current else None
        ),
        scored_with=(current.models or {}) if current else {},
    )


def _refusal(row: CallRow) -> Reason | None:
    if row.refusal_code is None:
        return None
    return Reason(row.refusal_code, row.refusal_params or {})


def _rubric(row: CallRow) -> RubricRef | None:
    if row.rubric_id is None or row.rubric_version is None or row.rubric_sha256 is None:
        return None
    return RubricRef(row.rubric_id, row.rubric_version, row.rubric_sha256)


def _verdict(row: VerdictRow) -> Verdict:
    searched = None
    if row.searched_start_s is not None and row.searched_end_s is not None:
        speaker = Role(row.searched_speaker) if row.searched_speaker else None
        searched = Searched(row.searched_start_s, row.searched_end_s, speaker)
    return Verdict(
        criterion=row.criterion,
        outcome=Outcome(row.outcome),
        points=row.points,
        max_points=row.max_points,
        confidence=row.confidence,
        reason=Reason(row.reason_code, row.reason_params),
        evidence=tuple(
            Evidence(clip.start_s, clip.end_s, Role(clip.speaker), clip.quote)
            for clip in row.evidence
        ),
        searched=searched,
    )

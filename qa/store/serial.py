"""Domain objects to JSON and back, exactly.

A word is an array ``[start_s, end_s, text, confidence]``, with ``original`` fifth where it is set: a call has
hundreds, and their field names would outweigh them. Everything else is an object with the field names of its
class. What an earlier version did not write is read as the class's default.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from qa.domain.call import CallRecord, Direction, EndedBy, Role
from qa.domain.records import Refusal, RunReport
from qa.domain.signals import DeadAir, Hold, Overlap, ResponseGap, Signals
from qa.domain.sound import ChannelQuality, RecordingQuality
from qa.domain.transcript import DroppedText, Span, Turn, Word
from qa.domain.wording import Reason

Json = dict[str, Any]


def turn_to_json(turn: Turn) -> Json:
    """One turn with its words."""
    return {
        "speaker": turn.speaker.value,
        "start_s": float(turn.start_s),
        "end_s": float(turn.end_s),
        "text": turn.text,
        "words": [_word_to_json(word) for word in turn.words],
    }


def turn_from_json(stored: Json) -> Turn:
    """The turn that ``turn_to_json`` wrote."""
    return Turn(
        speaker=Role(stored["speaker"]),
        start_s=stored["start_s"],
        end_s=stored["end_s"],
        text=stored["text"],
        words=tuple(Word(*word) for word in stored["words"]),
    )


def dropped_to_json(dropped: DroppedText) -> Json:
    """Text that the gates refused."""
    return {
        "start_s": float(dropped.start_s),
        "end_s": float(dropped.end_s),
        "text": dropped.text,
        "reason": dropped.reason,
    }


def dropped_from_json(stored: Json) -> DroppedText:
    """What ``dropped_to_json`` wrote."""
    return DroppedText(**stored)


def signals_to_json(signals: Signals) -> Json:
    """The measures of one call."""
    return {
        "duration_s": float(signals.duration_s),
        "activity": {
            role.value: [_span_to_json(span) for span in spans]
            for role, spans in signals.activity.items()
        },
        "silences": [_span_to_json(span) for span in signals.silences],
        "overlaps": [
            {
                **_span_to_json(overlap),
                "started_by": overlap.started_by.value,
                "backchannel": bool(overlap.backchannel),
            }
            for overlap in signals.overlaps
        ],
        "response_gaps": [
            {**_span_to_json(gap), "responder": gap.responder.value}
            for gap in signals.response_gaps
        ],
        "talk_share": _by_role_to_json(signals.talk_share),
        "speech_rate": _by_role_to_json(signals.speech_rate),
        "overlap_confidence": float(signals.overlap_confidence),
        "ringback": [_span_to_json(span) for span in signals.ringback],
        "holds": [{**_span_to_json(hold), "sound": hold.sound} for hold in signals.holds],
        "dead_air": [
            {**_span_to_json(silence), "awaited": silence.awaited.value}
            for silence in signals.dead_air
        ],
        "level_dbfs": _by_role_to_json(signals.level_dbfs),
        "measured": bool(signals.measured),
    }


def signals_from_json(stored: Json) -> Signals:
    """The measures that ``signals_to_json`` wrote."""
    return Signals(
        duration_s=stored["duration_s"],
        activity={
            Role(role): tuple(Span(**span) for span in spans)
            for role, spans in stored["activity"].items()
        },
        silences=tuple(Span(**span) for span in stored["silences"]),
        overlaps=tuple(
            Overlap(**{**overlap, "started_by": Role(overlap["started_by"])})
            for overlap in stored["overlaps"]
        ),
        response_gaps=tuple(
            ResponseGap(**{**gap, "responder": Role(gap["responder"])})
            for gap in stored["response_gaps"]
        ),
        talk_share=_by_role_from_json(stored["talk_share"]),
        speech_rate=_by_role_from_json(stored["speech_rate"]),
        overlap_confidence=stored["overlap_confidence"],
        ringback=tuple(Span(**span) for span in stored.get("ringback", ())),
        holds=tuple(Hold(**hold) for hold in stored.get("holds", ())),
        dead_air=tuple(
            DeadAir(**{**silence, "awaited": Role(silence["awaited"])})
            for silence in stored.get("dead_air", ())
        ),
        level_dbfs=_by_role_from_json(stored.get("level_dbfs", {})),
        measured=stored.get("measured", True),
    )


def quality_to_json(quality: RecordingQuality | None) -> Json | None:
    """How well a recording can be heard, ``None`` where that is not known."""
    if quality is None:
        return None
    return {
        "channels": [
            {
                "speech_dbfs": None if channel.speech_dbfs is None else float(channel.speech_dbfs),
                "noise_dbfs": float(channel.noise_dbfs),
                "clipped": float(channel.clipped),
                "bleed": float(channel.bleed),
            }
            for channel in quality.channels
        ],
        "faults": list(quality.faults),
    }


def quality_from_json(stored: Json | None) -> RecordingQuality | None:
    """What ``quality_to_json`` wrote."""
    if stored is None:
        return None
    return RecordingQuality(
        channels=tuple(ChannelQuality(**channel) for channel in stored["channels"]),
        faults=tuple(stored["faults"]),
    )


def record_to_json(record: CallRecord) -> Json:
    """A call record."""
    return {
        "call_id": record.call_id,
        "agent_id": record.agent_id,
        "customer_number": record.customer_number,
        "direction": record.direction.value,
        "started_at": record.started_at.isoformat() if record.started_at else None,
        "ring_seconds": record.ring_seconds,
        "rings": record.rings,
        "ended_by": record.ended_by.value,
        "agent_channel": record.agent_channel,
        "queue": record.queue,
        "language": record.language,
        "attributes": dict(record.attributes),
    }


def record_from_json(stored: Json) -> CallRecord:
    """The record that ``record_to_json`` wrote."""
    started_at = stored["started_at"]
    return CallRecord(
        **{
            **stored,
            "direction": Direction(stored["direction"]),
            "started_at": datetime.fromisoformat(started_at) if started_at else None,
            "ended_by": EndedBy(stored["ended_by"]),
        }
    )


def report_to_json(report: RunReport) -> Json:
    """A run's report."""
    return {
        "started_at": report.started_at.isoformat(),
        "finished_at": report.finished_at.isoformat(),
        "found": report.found,
        "scored": report.scored,
        "rescored": report.rescored,
        "done_before": report.done_before,
        "duplicates": report.duplicates,
        "refusals": [_refusal_to_json(refusal) for refusal in report.refusals],
        "audio_s": float(report.audio_s),
        "wall_s": float(report.wall_s),
        "stage_s": {stage: float(seconds) for stage, seconds in report.stage_s.items()},
        "warnings": list(report.warnings),
        "retried": report.retried,
        "quarantined": [_refusal_to_json(refusal) for refusal in report.quarantined],
        "waiting": list(report.waiting),
        "put_off": report.put_off,
        "stopped": report.stopped,
        "left": report.left,
        "error": report.error,
    }


def report_from_json(stored: Json) -> RunReport:
    """The report that ``report_to_json`` wrote, or an earlier version without its later fields."""
    return RunReport(
        **{
            **stored,
            "started_at": datetime.fromisoformat(stored["started_at"]),
            "finished_at": datetime.fromisoformat(stored["finished_at"]),
            "refusals": tuple(map(_refusal_from_json, stored["refusals"])),
            "warnings": tuple(stored["warnings"]),
            "quarantined": tuple(map(_refusal_from_json, stored.get("quarantined", ()))),
            "waiting": tuple(stored.get("waiting", ())),
        }
    )


def _refusal_to_json(refusal: Refusal) -> Json:
    return {
        "record": record_to_json(refusal.record),
        "name": refusal.name,
        "sha256": refusal.sha256,
        "fingerprint": refusal.fingerprint,
        "reason": {"code": refusal.reason.code, "params": dict(refusal.reason.params)},
        "quality": quality_to_json(refusal.quality),
    }


def _refusal_from_json(stored: Json) -> Refusal:
    return Refusal(
        **{
            **stored,
            "record": record_from_json(stored["record"]),
            "reason": Reason(**stored["reason"]),
            "quality": quality_from_json(stored.get("quality")),
        }
    )


def _word_to_json(word: Word) -> list[Any]:
    timed = [float(word.start_s), float(word.end_s), word.text, float(word.confidence)]
    return [*timed, word.original] if word.original else timed


def _span_to_json(span: Span | Overlap | ResponseGap | Hold | DeadAir) -> Json:
    return {"start_s": float(span.start_s), "end_s": float(span.end_s)}


def _by_role_to_json(figures: Mapping[Role, float]) -> Json:
    return {role.value: float(figure) for role, figure in figures.items()}


def _by_role_from_json(stored: Json) -> dict[Role, float]:
    return {Role(role): figure for role, figure in stored.items()}

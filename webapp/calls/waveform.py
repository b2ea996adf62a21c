"""What the waveform is drawn from: peaks made at ingest, who speaks on which lane, and the marks on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from qa.domain.call import CallRecord, Role
from qa.domain.records import CallDetail, Hearing, Peaks, RecordingFacts
from qa.domain.scorecard import Evidence, Outcome
from qa.domain.signals import Signals
from qa.domain.transcript import Span
from webapp.calls.card import Line
from webapp.calls.pauses import pauses


class Mark(TypedDict):
    """A stretch to mark, seconds.

    Attributes:
        kind: An outcome that the stretch is evidence of, a kind of pause (see ``webapp.calls.pauses``),
            ``overtalk`` or ``backchannel``.
        lane: ``None`` when it concerns every lane; for overtalk, that of the party who came in.
    """

    kind: str
    start_s: float
    end_s: float
    lane: int | None
    criterion: str | None


class Speech(TypedDict):
    """A stretch in which one party speaks, seconds."""

    speaker: str
    start_s: float
    end_s: float


class Waveform(TypedDict):
    """The answer of the waveform address.

    Attributes:
        lanes: The party of each channel, ``mixed`` where one channel carries both.
        peaks: Per lane, the largest magnitude of each bucket, 0-1; at most ``DRAWN`` buckets of one length.
        speech: Who speaks when, for a mixed lane.
    """

    duration_s: float
    lanes: list[str]
    peaks: list[list[float]]
    speech: list[Speech]
    marks: list[Mark]


def waveform(detail: CallDetail, recording: RecordingFacts, criteria: Sequence[Line]) -> Waveform:
    """Everything the browser draws; it never decodes the audio itself."""
    lanes = lane_roles(detail.record, recording, detail.hearing)
    return Waveform(
        duration_s=recording.duration_s,
        lanes=lanes,
        peaks=_drawn(recording.peaks),
        speech=_speech(detail.hearing) if lanes == [MIXED] else [],
        marks=marks(detail.hearing, lanes, criteria),
    )


DRAWN = 4_000
"""Buckets of a lane that are sent: more than a screen is wide, so that a long call takes no longer to draw."""


def _drawn(peaks: Peaks) -> list[list[float]]:
    longest = max(map(len, peaks.channels), default=0)
    stride = max(1, -(-longest // DRAWN))
    return [
        [round(max(channel[at : at + stride]), 3) for at in range(0, len(channel), stride)]
        for channel in peaks.channels
    ]


MIXED = "mixed"


def lane_roles(record: CallRecord, recording: RecordingFacts, hearing: Hearing | None) -> list[str]:
    """The party of each lane: what the record says, else whose speech is loud on which channel."""
    if recording.layout != "stereo":
        return [MIXED]
    if hearing is not None and hearing.transcript.speaker_confidence < 1.0:
        # Both parties were told apart on one side of it, so no lane is anybody's.
        return [Role.UNKNOWN, Role.UNKNOWN]
    agent = record.agent_channel
    if agent is None and hearing is not None:
        agent = _loudest_lane(recording.peaks, hearing.signals)
    if agent is None:
        return [Role.UNKNOWN, Role.UNKNOWN]
    return [Role.AGENT if lane == agent else Role.CUSTOMER for lane in range(2)]


def _loudest_lane(peaks: Peaks, signals: Signals) -> int | None:
    """The channel that is louder while the agent speaks, ``None`` when the agent never does."""
    spans = signals.activity.get(Role.AGENT, ())
    loudness = [
        sum(sum(channel[_buckets(span, peaks.per_second)]) for span in spans)
        for channel in peaks.channels
    ]
    return loudness.index(max(loudness)) if any(loudness) else None


def _buckets(span: Span, per_second: int) -> slice:
    return slice(int(span.start_s * per_second), int(span.end_s * per_second) + 1)


def _speech(hearing: Hearing | None) -> list[Speech]:
    if hearing is None:
        return []
    return [
        Speech(speaker=role, start_s=round(span.start_s, 2), end_s=round(span.end_s, 2))
        for role, spans in hearing.signals.activity.items()
        for span in spans
    ]


def marks(hearing: Hearing | None, lanes: Sequence[str], criteria: Sequence[Line]) -> list[Mark]:
    """What is marked, later ones above earlier ones: pauses, both speaking at once, evidence."""
    found = _sound_marks(hearing.signals, lanes) if hearing else []
    for criterion in criteria:
        counts = criterion.counts
        if counts.outcome in _MARKED and not criterion.view.from_record:
            found += [
                Mark(
                    kind=counts.outcome,
                    start_s=evidence.start_s,
                    end_s=evidence.end_s,
                    lane=_lane(evidence, lanes),
                    criterion=criterion.id,
                )
                for evidence in counts.evidence
            ]
    return found


def _sound_marks(signals: Signals, lanes: Sequence[str]) -> list[Mark]:
    quiet = [
        Mark(
            kind=pause.kind,
            start_s=pause.span.start_s,
            end_s=pause.span.end_s,
            lane=None,
            criterion=None,
        )
        for pause in pauses(signals)
    ]
    together = [
        Mark(
            kind="backchannel" if overlap.backchannel else "overtalk",
            start_s=overlap.start_s,
            end_s=overlap.end_s,
            lane=_lane_of(overlap.started_by, lanes),
            criterion=None,
        )
        for overlap in signals.overlaps
    ]
    return quiet + together


_MARKED = (Outcome.PASS, Outcome.FAIL, Outcome.CANNOT_JUDGE)


def _lane(evidence: Evidence, lanes: Sequence[str]) -> int | None:
    """The lane a clip is heard on; a silence, or a mixed recording, has no lane of its own."""
    return _lane_of(evidence.speaker, lanes) if evidence.quote else None


def _lane_of(speaker: Role, lanes: Sequence[str]) -> int | None:
    return lanes.index(speaker) if lanes.count(speaker) == 1 else None

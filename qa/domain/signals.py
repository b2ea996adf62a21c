"""What the sound of a call tells apart from its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa.domain.call import Role
from qa.domain.transcript import Span


@dataclass(frozen=True, slots=True)
class Overlap:
    """Both parties speaking at once; ``started_by`` is the one who came in while the other spoke."""

    start_s: float
    end_s: float
    started_by: Role

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class ResponseGap:
    """Silence between the end of one party's turn and the other's answer, seconds."""

    start_s: float
    end_s: float
    responder: Role


@dataclass(frozen=True, slots=True)
class Signals:
    """Measures of one call.

    Attributes:
        duration_s: Length of the recording.
        activity: When each party speaks, as spans in time order.
        silences: Stretches of at least one second in which nobody speaks, between the first and the
            last speech of the call.
        overlaps: Both speaking at once.
        response_gaps: How long each answer took.
        talk_share: Each party's share of all speaking time, 0-1.
        speech_rate: Characters (zh) or words (en) per minute of each party's own speaking time.
        overlap_confidence: 1 when measured on separate channels, lower from a mono mix.
    """

    duration_s: float
    activity: Mapping[Role, tuple[Span, ...]]
    silences: tuple[Span, ...]
    overlaps: tuple[Overlap, ...]
    response_gaps: tuple[ResponseGap, ...]
    talk_share: Mapping[Role, float]
    speech_rate: Mapping[Role, float]
    overlap_confidence: float

"""What the sound of a call tells apart from its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from qa.domain.call import Role
from qa.domain.transcript import Span


@dataclass(frozen=True, slots=True)
class Overlap:
    """Both parties speaking at once.

    Attributes:
        started_by: The one who came in while the other spoke.
        backchannel: Whether what they said is no more than "mm" or "okay": it shows listening.
    """

    start_s: float
    end_s: float
    started_by: Role
    backchannel: bool = False

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
class Hold:
    """The customer waits on the line; ``sound`` is what is to be heard meanwhile."""

    start_s: float
    end_s: float
    sound: Literal["silence", "music"]

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class DeadAir:
    """A long silence that is no hold; ``awaited`` is whose turn it was to speak, if that can be told."""

    start_s: float
    end_s: float
    awaited: Role

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s


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
        ringback: Where the line rings before the answer.
        holds: Where the customer is kept waiting, in time order.
        dead_air: Long silences that are no holds, in time order.
        level_dbfs: RMS level of each party's speech, dB relative to full scale.
        measured: Whether the sound of the call was measured; not so where only a text of it is there, whose
            times are estimates. Then nothing that these signals hold or lack says anything of the call.
    """

    duration_s: float
    activity: Mapping[Role, tuple[Span, ...]]
    silences: tuple[Span, ...]
    overlaps: tuple[Overlap, ...]
    response_gaps: tuple[ResponseGap, ...]
    talk_share: Mapping[Role, float]
    speech_rate: Mapping[Role, float]
    overlap_confidence: float
    ringback: tuple[Span, ...] = ()
    holds: tuple[Hold, ...] = ()
    dead_air: tuple[DeadAir, ...] = ()
    level_dbfs: Mapping[Role, float] = field(default_factory=dict)
    measured: bool = True

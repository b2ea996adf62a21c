"""What a recording sounds like apart from its words: tones, music, and how good the recording is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qa.domain.transcript import Span

SoundKind = Literal["ringback", "tone", "dtmf", "music"]
"""``ringback`` is what a caller hears before the answer, ``tone`` any other steady or beeping tone (busy, a
beep before recording, a fax), ``dtmf`` a key that was pressed, ``music`` hold music."""

Fault = Literal[
    "clipped", "quiet", "noisy", "bleed", "same_voice", "silent_channel", "swapped_channels"
]
"""What may cost a recording words or speakers, as codes. ``same_voice`` means that both channels carry the
same sound, one of them weaker or late, and the recording was heard as one channel; ``swapped_channels`` that
the call record names one channel as the agent's and the words say the other."""


@dataclass(frozen=True, slots=True)
class Sound:
    """A stretch of one channel that is no speech, and what it is."""

    start_s: float
    end_s: float
    kind: SoundKind

    @property
    def span(self) -> Span:
        """Its place in the recording."""
        return Span(self.start_s, self.end_s)


@dataclass(frozen=True, slots=True)
class ChannelQuality:
    """How well one channel can be heard.

    Attributes:
        speech_dbfs: RMS level of its speech, dB relative to full scale; ``None`` without speech.
        noise_dbfs: RMS level of what lies between, dB relative to full scale; -100 for digital silence.
        clipped: Share of its speech's samples that are at the recording's ceiling, 0-1.
        bleed: Share of the other channel's speech that is heard in this one, 0-1.
    """

    speech_dbfs: float | None
    noise_dbfs: float
    clipped: float
    bleed: float

    @property
    def snr_db(self) -> float | None:
        """Speech over noise, dB; ``None`` without speech."""
        return None if self.speech_dbfs is None else self.speech_dbfs - self.noise_dbfs


@dataclass(frozen=True, slots=True)
class RecordingQuality:
    """How well a recording can be heard: a figure per channel, and what is wrong in words' codes."""

    channels: tuple[ChannelQuality, ...]
    faults: tuple[Fault, ...] = ()

"""Sound: decoded recordings, their playable copies, and what is found in them besides words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from qa.domain.sound import RecordingQuality, Sound
from qa.domain.transcript import Span

SAMPLE_RATE = 16_000
"""Hz; what Whisper, Silero and pyannote all take."""

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class DecodedAudio:
    """A recording's sound, decoded once.

    Attributes:
        channels: Float32 at ``SAMPLE_RATE``, shape ``(1 or 2, n)``; copied channels are already one.
        source_rate: Sample rate of the file, Hz.
        source_channels: Channels of the file.
    """

    channels: Samples
    source_rate: int
    source_channels: int
    layout: Literal["stereo", "mono", "copied"]

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return float(self.channels.shape[1]) / SAMPLE_RATE


class Decoder(Protocol):
    """Reads recordings."""

    def decode(self, path: Path) -> DecodedAudio:
        """Decode one file. Raises ``NotScorable`` with the reason when it cannot be scored."""


class AudioShelf(Protocol):
    """Keeps the playable copies inside the data folder."""

    def keep(self, path: Path, sha256: str, *, check: Callable[[], None] = ...) -> str:
        """Copy a recording to the shelf as FLAC, atomically; its path relative to the data folder.

        ``check`` is called when all is read and before anything is kept; what it raises keeps nothing.
        """

    def locate(self, relative: str) -> Path:
        """The absolute path of a kept copy. Raises ``CallNotFound`` for anything off the shelf."""

    def clip(self, relative: str, start_s: float, end_s: float) -> bytes:
        """A stretch of a kept copy as a FLAC file of its own, nothing around it.

        Raises ``CallNotFound`` for anything off the shelf, and for a stretch that the copy does not hold.
        """


class VoiceActivity(Protocol):
    """Finds speech."""

    def speech(self, samples: Samples) -> tuple[Span, ...]:
        """Spans of speech in one channel (shape ``(n,)``), in time order, not touching."""


@dataclass(frozen=True, slots=True)
class Soundscape:
    """What the channels of one recording hold besides words.

    Attributes:
        speech: Per channel, the spans of speech that are its own: neither tones nor music, nor the echo
            of the other channel.
        sounds: Per channel, what is no speech, in time order.
        quality: How well the recording can be heard.
    """

    speech: tuple[tuple[Span, ...], ...]
    sounds: tuple[tuple[Sound, ...], ...]
    quality: RecordingQuality


class Acoustics(Protocol):
    """Tells speech from what only sounds like it, and judges the recording."""

    def analyse(self, channels: Samples, speech: Sequence[Sequence[Span]]) -> Soundscape:
        """Look at one recording.

        Args:
            channels: Shape ``(1 or 2, n)``.
            speech: Per channel, where voice activity found speech.
        """

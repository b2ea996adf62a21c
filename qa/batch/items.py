"""What a recording carries from stage to stage.

``Job -> Decoded -> Voiced -> Spoken -> Attributed -> Heard -> ScoredCall``
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from qa.domain.attribution import LabelledTurn
from qa.domain.records import Hearing, RecordingFacts
from qa.domain.sound import RecordingQuality, Sound
from qa.domain.transcript import Span
from qa.ports import DecodedAudio, Recognised, Samples
from qa.services.ingest import Job

CHANNEL_LABELS = ("channel-0", "channel-1")
MONO_LABEL = "mono"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The sound of a recording and what is kept of it."""

    job: Job
    audio: DecodedAudio
    facts: RecordingFacts

    @property
    def labels(self) -> tuple[str, ...]:
        """A label per channel of the decoded sound."""
        return CHANNEL_LABELS if self.audio.layout == "stereo" else (MONO_LABEL,)

    @property
    def channels(self) -> Mapping[str, Samples]:
        """Samples by label, each of shape ``(n,)``."""
        return dict(zip(self.labels, self.audio.channels, strict=True))


@dataclass(frozen=True, slots=True)
class Voiced:
    """With spans of speech by channel label; once listened to, also with the sounds that are none.

    Attributes:
        sounds: Tones and music, by channel label.
        quality: How well the recording can be heard; ``None`` before anything listened.
    """

    decoded: Decoded
    speech: Mapping[str, tuple[Span, ...]]
    sounds: Mapping[str, tuple[Sound, ...]] = field(default_factory=dict)
    quality: RecordingQuality | None = None


@dataclass(frozen=True, slots=True)
class Spoken:
    """With the words by channel label."""

    voiced: Voiced
    recognised: Mapping[str, Recognised]


def audio_s(item: Voiced | Spoken) -> float:
    """Seconds of audio that a recording holds in memory, for the size of a pool."""
    voiced = item if isinstance(item, Voiced) else item.voiced
    return voiced.decoded.audio.duration_s


@dataclass(frozen=True, slots=True)
class Attributed:
    """With turns, when each voice speaks, and how sure it is which voice said what.

    Attributes:
        turns: Labelled with a channel's name, or with what the diarizer called a voice.
        activity: Spans of speech under the same labels.
        by_channel: Whether each party has a channel of its own. Two channels alone do not make it so:
            some recorders write both parties to one side and leave the other silent.
    """

    spoken: Spoken
    turns: tuple[LabelledTurn, ...]
    activity: Mapping[str, tuple[Span, ...]]
    speaker_confidence: float
    by_channel: bool


@dataclass(frozen=True, slots=True)
class Heard:
    """Everything that scoring needs; nothing after this touches audio."""

    job: Job
    facts: RecordingFacts
    hearing: Hearing

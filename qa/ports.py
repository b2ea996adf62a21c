"""What the services and the pipeline need from the outside, as Protocols.

Adapters live in ``qa.audio``, ``models``, ``qa.store`` and ``qa.interop``; ``qa.bootstrap`` chooses them.
Audio is float32 in [-1, 1] at ``SAMPLE_RATE`` unless a name says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

import numpy as np
import numpy.typing as npt

from qa.domain.records import (
    CallDetail,
    CallPage,
    CallQuery,
    CallSummary,
    Hearing,
    RecordingFacts,
    Refusal,
    RunReport,
    ScoredCall,
)
from qa.domain.scorecard import RubricRef
from qa.domain.sound import RecordingQuality, Sound
from qa.domain.transcript import DroppedText, Span, Word

SAMPLE_RATE = 16_000
"""Hz; what Whisper, Silero and pyannote all take."""

Samples = npt.NDArray[np.float32]


class Clock(Protocol):
    """The time, injected so that tests and replays decide it."""

    def now(self) -> datetime:
        """The present, with a UTC offset."""


# --- speech ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recognised:
    """Words of one channel on the recording's own time line, and what the gates refused.

    ``language`` is a code of ISO 639-1: the one that most of the channel's speech is in.
    """

    language: str
    language_confidence: float
    words: tuple[Word, ...]
    dropped: tuple[DroppedText, ...]


@dataclass(frozen=True, slots=True)
class Diarization:
    """Who speaks when in a mono recording, speakers named by arbitrary labels.

    Attributes:
        turns: Spans by label; spans of different labels overlap where both speak.
        exclusive: The same without overlaps (the louder or longer voice keeps the span), in time
            order, for giving words to speakers.
    """

    turns: Mapping[str, tuple[Span, ...]]
    exclusive: tuple[tuple[Span, str], ...]


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


@dataclass(frozen=True, slots=True)
class Utterances:
    """One channel to recognise: its samples, shape ``(n,)``, and its spans of speech."""

    samples: Samples
    speech: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class CallSpeech:
    """One call to recognise; ``language`` is what its record states, ``None`` to tell it from the sound."""

    channels: tuple[Utterances, ...]
    language: str | None


class Transcriber(Protocol):
    """Turns speech into words with times and confidence."""

    def transcribe(
        self, calls: Sequence[CallSpeech], *, hotwords: Sequence[str]
    ) -> tuple[tuple[Recognised, ...], ...]:
        """Recognise several calls together, which costs less than one after another.

        Nothing outside the spans of speech is recognised. What is recognised in a call does not depend on
        which other calls come with it.

        Args:
            calls: The calls.
            hotwords: Names the recogniser should expect, such as the company's.

        Returns:
            For each call, what was recognised in each channel. A call in a language that cannot be
            recognised has that language in every channel, and no words.
        """


Vectors = npt.NDArray[np.float32]
"""One vector a row."""


class Encoder(Protocol):
    """Puts what sentences mean into numbers."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def revision(self) -> str:
        """What changes when its vectors do."""

    def encode(self, sentences: Sequence[str]) -> Vectors:
        """The sentences' vectors, shape ``(n, d)``, each of length 1: their products are cosines."""


class Diarizer(Protocol):
    """Tells voices apart in one mixed channel."""

    def diarize(self, samples: Samples, *, max_speakers: int) -> Diarization:
        """Diarize one channel (shape ``(n,)``) with 1 to ``max_speakers`` voices."""


@dataclass(frozen=True, slots=True)
class WeightFacts:
    """One model's weights as the manifest and this installation know them.

    Attributes:
        kind: ``asr``, ``vad``, ``segmentation``, ``embedding`` (of voices) or ``encoder`` (of sentences).
        revision: Commit on the model hub, or the release of the package that carries it.
        origin: ``folder`` (the models folder), ``package`` (an installed package) or ``missing``.
        fetchable: Whether the model hub has the same bytes.
    """

    name: str
    kind: str
    revision: str
    licence: str
    languages: tuple[str, ...]
    bytes: int
    origin: Literal["folder", "package", "missing"]
    fetchable: bool


class WeightStore(Protocol):
    """Knows the weights, verifies them and gets them."""

    def facts(self) -> tuple[WeightFacts, ...]:
        """Every weight of the manifest, without reading its files."""

    def verify(self, name: str) -> None:
        """Compare every file with the manifest. Raises ``ModelMissing`` or ``ModelCorrupt``."""

    def fetch(self, name: str) -> None:
        """Download a weight, verified. Raises ``ModelMissing`` or ``ModelCorrupt``."""


# --- store -------------------------------------------------------------------------------------


class Calls(Protocol):
    """The calls of the store. A public id is opaque: it tells nothing of file, path or order."""

    def scored_fingerprints(self, sha256s: Sequence[str]) -> Mapping[str, frozenset[str]]:
        """Per recording, the fingerprints of its current scorecard and its current refusals.

        What was replaced, by another fingerprint or by another recording of the call, does not count:
        it is to be done again where it is asked for again.
        """

    def hearing(self, sha256: str, fingerprint: str) -> tuple[RecordingFacts, Hearing] | None:
        """What was heard in a recording under a speech fingerprint, if it is stored."""

    def add_scored(self, scored: ScoredCall, *, run_id: int, at: datetime) -> bool:
        """Write a finished call; ``False`` and no change where its fingerprint is the current one.

        An earlier scorecard of the same call stays in the store as history; the newest is current. One
        that is stored under this fingerprint and had become history is current again, as it was stored.
        """

    def add_refusal(self, refusal: Refusal, *, run_id: int, at: datetime) -> None:
        """Write why a recording has no score; a scorecard that it already has stays current."""

    def search(self, query: CallQuery) -> CallPage:
        """One page of calls."""

    def summaries(self, sha256s: Sequence[str]) -> Mapping[str, CallSummary]:
        """Rows of the calls whose current recording has one of these contents, by content."""

    def detail(self, public_id: str) -> CallDetail:
        """One call. Raises ``CallNotFound``."""

    def every(self) -> Iterator[CallDetail]:
        """All calls in order of call id, read in batches, for exports."""


class Runs(Protocol):
    """The stored runs."""

    def begin(self, at: datetime) -> int:
        """Note that a run begins; its id."""

    def finish(self, run_id: int, report: RunReport) -> None:
        """Store a run's report."""

    def latest(self) -> RunReport | None:
        """The report of the last finished run."""


class Rubrics(Protocol):
    """The text of every rubric that a scorecard was made with; kept so that a score can be explained."""

    def keep(self, ref: RubricRef, source: str) -> None:
        """Keep a rubric's YAML text under its sha256; a second time changes nothing.

        Raises ``RubricInvalid`` when this id and version are in use with another text.
        """

    def source(self, sha256: str) -> str | None:
        """The YAML text, or ``None`` when no scorecard has used it."""


class UnitOfWork(Protocol):
    """One transaction: rolled back on leaving unless ``commit`` was called."""

    calls: Calls
    rubrics: Rubrics
    runs: Runs

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def commit(self) -> None:
        """Make the changes last."""


class UnitOfWorkFactory(Protocol):
    """Opens transactions; ``writes`` takes the writer's lock at once (SQLite: BEGIN IMMEDIATE)."""

    def __call__(self, *, writes: bool = False) -> UnitOfWork:
        """A new unit of work, not yet entered."""


# --- recordings --------------------------------------------------------------------------------


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

    def keep(self, path: Path, sha256: str) -> str:
        """Copy a recording to the shelf as FLAC, atomically; its path relative to the data folder."""

    def locate(self, relative: str) -> Path:
        """The absolute path of a kept copy. Raises ``CallNotFound`` for anything off the shelf."""

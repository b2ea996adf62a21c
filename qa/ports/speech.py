"""Models of speech and meaning, and the weights that they run on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

from qa.domain.transcript import DroppedText, Span, Word
from qa.ports.sound import Samples


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
        """What changes when its weights do."""

    @property
    def library(self) -> str:
        """The distribution that computes its vectors."""

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

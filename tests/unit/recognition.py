"""Engines with a script instead of weights, and the sounds and pieces that go in and come out of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from models.hypothesis import Engine, Hypothesis, Piece
from models.lengths import encoded_s
from models.recogniser import WhisperTranscriber
from qa.domain.transcript import Span
from qa.ports import SAMPLE_RATE, CallSpeech, Recognised, Utterances

Samples = npt.NDArray[np.float32]

_CHANNEL = 10_000


def silence(seconds: float) -> Samples:
    return np.zeros(int(seconds * SAMPLE_RATE), dtype=np.float32)


def pieces(*texts: str, start_s: float = 0.2, each_s: float = 0.3) -> tuple[Piece, ...]:
    return tuple(
        Piece(text, start_s + i * each_s, start_s + (i + 1) * each_s, 0.9)
        for i, text in enumerate(texts)
    )


def hypothesis(
    *texts: str, mean_log_prob: float = -0.2, no_speech: float = 0.0, each_s: float = 0.3
) -> Hypothesis:
    return Hypothesis(pieces(*texts, each_s=each_s), mean_log_prob, no_speech)


LOOP = hypothesis(*[" okay"] * 40, each_s=0.1)
"""What the gates refuse as a repetition."""


def heard_in(
    engine: Engine,
    samples: Samples,
    speech: Sequence[Span],
    *,
    language: str | None = "en",
    hotwords: Sequence[str] = (),
) -> Recognised:
    """What a transcriber makes of a call of one channel."""
    call = CallSpeech((Utterances(samples, tuple(speech)),), language)
    ((heard,),) = WhisperTranscriber(engine, batch=4).transcribe([call], hotwords=hotwords)
    return heard


@dataclass
class ScriptedEngine:
    """Answers by (window's length in whole seconds, temperature), else by temperature, else empty."""

    answers: Mapping[tuple[int | None, float], Hypothesis]
    told: Mapping[str, float] = field(default_factory=lambda: {"en": 1.0})
    asked: list[tuple[int, float]] = field(default_factory=list)
    prompts: set[tuple[str, str]] = field(default_factory=set)
    workers: int = 1

    def languages(self, windows: Sequence[Samples]) -> list[Mapping[str, float]]:
        return [self.told for _ in windows]

    def hypotheses(
        self, windows: Sequence[Samples], *, language: str, prompt: str, temperature: float
    ) -> list[Hypothesis]:
        self.prompts.add((language, prompt))
        seconds = [len(window) // SAMPLE_RATE for window in windows]
        self.asked += [(second, temperature) for second in seconds]
        empty = Hypothesis((), -0.1, 0.0)
        return [
            self.answers.get((second, temperature), self.answers.get((None, temperature), empty))
            for second in seconds
        ]


def numbered(channel: int, seconds: float) -> Samples:
    """Sound that says which channel it is and which second, for ``ReadingEngine``."""
    second = np.arange(int(seconds * SAMPLE_RATE)) // SAMPLE_RATE
    return (channel * _CHANNEL + second + 1).astype(np.float32)


def read_off(samples: Samples) -> list[tuple[int, int]]:
    """(channel, second) of each sample that ``numbered`` made."""
    marks = samples.astype(int)
    return [(int(mark) // _CHANNEL, int(mark) % _CHANNEL - 1) for mark in marks]


@dataclass
class Batch:
    """What an engine was asked for at once."""

    windows: tuple[tuple[int, int], ...]
    lengths: frozenset[float]
    language: str
    prompt: str
    temperature: float


@dataclass
class ReadingEngine:
    """Reads numbered sound: for every second of it the word ``said_at`` gives, where it lies.

    Attributes:
        told: Each channel's language probabilities, English where it is not named.
        told_at: The same for windows that begin with a (channel, second); goes before ``told``.
        fails: Temperatures at which windows that begin with a (channel, second) give a loop.
        asked: The (channel, second) that windows begin with whose language was asked for.
    """

    told: Mapping[int, Mapping[str, float]] = field(default_factory=dict)
    told_at: Mapping[tuple[int, int], Mapping[str, float]] = field(default_factory=dict)
    fails: Mapping[tuple[int, int], frozenset[float]] = field(default_factory=dict)
    batches: list[Batch] = field(default_factory=list)
    asked: list[tuple[int, int]] = field(default_factory=list)
    workers: int = 1

    def languages(self, windows: Sequence[Samples]) -> list[Mapping[str, float]]:
        _one_length(windows)
        told = []
        for window in windows:
            first = read_off(window[:1])[0]
            self.asked.append(first)
            told.append(self.told_at.get(first, self.told.get(first[0], {"en": 1.0})))
        return told

    def hypotheses(
        self, windows: Sequence[Samples], *, language: str, prompt: str, temperature: float
    ) -> list[Hypothesis]:
        firsts = tuple(read_off(window[:1])[0] for window in windows)
        lengths = _one_length(windows)
        self.batches.append(Batch(firsts, lengths, language, prompt, temperature))
        return [
            LOOP if temperature in self.fails.get(first, frozenset()) else _reading(window)
            for first, window in zip(firsts, windows, strict=True)
        ]


def _one_length(windows: Sequence[Samples]) -> frozenset[float]:
    lengths = frozenset(encoded_s(len(window) / SAMPLE_RATE) for window in windows)
    assert len(lengths) == 1, "an engine takes windows of one encoded length at once"
    return lengths


def said_at(channel: int, second: int) -> str:
    """The word that ``ReadingEngine`` reads off a second of a channel; no two are alike."""
    return hashlib.blake2b(f"{channel} {second}".encode(), digest_size=4).hexdigest()


def _reading(window: Samples) -> Hypothesis:
    changes = np.flatnonzero(np.diff(window)) + 1
    edges = [0, *(int(change) for change in changes), len(window)]
    told = tuple(
        Piece(
            f" {said_at(*read_off(window[start : start + 1])[0])}",
            start / SAMPLE_RATE,
            end / SAMPLE_RATE,
            0.9,
        )
        for start, end in pairwise(edges)
    )
    return Hypothesis(told, -0.2, 0.0)

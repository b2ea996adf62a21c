"""What a Whisper engine gives back for one window, before anything has judged it."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from models.lengths import batch_s
from qa.ports import Samples

_LEAST = 1e-6
_SPARE_TOKENS = 16
_TOKENS_PER_S = 14


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or a part of one as the tokeniser splits it; a leading space begins a new word.

    Attributes:
        start_s: From the start of the window.
        probability: The recogniser's, 0-1.
    """

    text: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """The text of one window.

    Attributes:
        mean_log_prob: Mean log-probability of the tokens, natural logarithm.
        no_speech: Probability that the window holds no speech, 0-1.
    """

    pieces: tuple[Piece, ...]
    mean_log_prob: float
    no_speech: float

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(piece.text for piece in self.pieces).strip()

    @property
    def evidence(self) -> float:
        """Mean log-probability of the words given the sound alone.

        Alignment reads the text without the prompt that decoding read, so text that was copied from the
        prompt, or that the prompt made the recogniser skip to, shows itself here: -3 and less, where
        unclear speech has -1.
        """
        logs = [math.log(max(piece.probability, _LEAST)) for piece in self.pieces]
        return sum(logs) / len(logs) if logs else 0.0

    @property
    def compression_ratio(self) -> float:
        """Length of the text over its zlib-compressed length: above 2 it repeats itself."""
        encoded = self.text.encode()
        return len(encoded) / len(zlib.compress(encoded)) if encoded else 0.0


def most_tokens(windows: Sequence[Samples]) -> int:
    """Tokens after which a text can only be a loop, for a batch of windows that are encoded equally long."""
    return round(_SPARE_TOKENS + _TOKENS_PER_S * batch_s(windows))


class Engine(Protocol):
    """One way to run Whisper's weights.

    Attributes:
        workers: Batches that it works on at once, each asked for from a thread of its own.
    """

    workers: int

    def languages(self, windows: Sequence[Samples]) -> list[Mapping[str, float]]:
        """Probability of each language code, for each window of a batch that is encoded equally long."""

    def hypotheses(
        self, windows: Sequence[Samples], *, language: str, prompt: str, temperature: float
    ) -> list[Hypothesis]:
        """Recognise windows that are encoded equally long; the same input gives the same output."""

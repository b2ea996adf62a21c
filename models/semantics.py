"""What sentences mean, for the detectors: an encoder, the heads trained upon it, and a memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from models.heads import Heads
from qa.domain.detectors.base import Marks
from qa.ports import Encoder, Vectors

REMEMBERED = 4096
"""Sentences whose vectors are kept: those of a call, asked about by many criteria, and all examples."""

DECIMALS = 4
"""Of likeness; further ones depend on which sentences were encoded together."""


class EncoderSemantics:
    """See ``qa.domain.detectors.base.Semantics``.

    Args:
        encoder: The encoder.
        heads: Heads; those of another encoder are not used.
    """

    def __init__(self, encoder: Encoder, heads: Heads) -> None:
        self._encoder = encoder
        self._heads = heads.by_name if heads.encoder == identity(encoder) else {}
        self._memory: OrderedDict[str, Vectors] = OrderedDict()

    def with_heads(self, heads: Heads) -> EncoderSemantics:
        """The same meanings with other heads; what was encoded is shared."""
        other = EncoderSemantics(self._encoder, heads)
        other._memory = self._memory
        return other

    def likeness(self, sentences: Sequence[str], examples: Sequence[str]) -> Sequence[float]:
        """The cosine of each sentence and the example nearest to it."""
        if not sentences or not examples:
            return [-1.0] * len(sentences)
        cosines = self._vectors(sentences) @ self._vectors(examples).T
        return [round(float(each), DECIMALS) for each in cosines.max(axis=1)]

    def marks(self, head: str) -> Marks | None:
        """The marks of a head in use."""
        known = self._heads.get(head)
        return known.marks if known else None

    def ratings(self, head: str, sentences: Sequence[str]) -> Sequence[float]:
        """How sure a head is of each sentence."""
        if not sentences:
            return []
        return [float(each) for each in self._heads[head].ratings(self._vectors(sentences))]

    def _vectors(self, sentences: Sequence[str]) -> Vectors:
        unknown = [each for each in dict.fromkeys(sentences) if each not in self._memory]
        if unknown:
            for sentence, vector in zip(unknown, self._encoder.encode(unknown), strict=True):
                self._memory[sentence] = vector
        found = np.stack([self._memory[sentence] for sentence in sentences])
        for sentence in sentences:
            self._memory.move_to_end(sentence)
        while len(self._memory) > REMEMBERED:
            self._memory.popitem(last=False)
        return found


def identity(encoder: Encoder) -> str:
    """What a head says that it was trained on."""
    return f"{encoder.name}@{encoder.revision}"

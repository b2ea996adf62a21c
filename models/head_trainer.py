"""Trains heads from a site's corrections, on the encoder in use (``qa.ports.learning.HeadTrainer``)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from models import encoders, heads, phrase_bank
from models.head_training import Fitted, fit, stacked
from models.semantics import EncoderSemantics, identity
from qa.ports import Encoder, Vectors
from qa.ports.learning import BankSentence, HeadMaterial

_BATCH = 256


@dataclass(frozen=True, slots=True)
class Trained:
    """A head that was just trained, with the vectors that it may be asked about."""

    fitted: Fitted
    vectors: EncodedSentences

    @property
    def name(self) -> str:
        """Its name."""
        return self.fitted.name

    def surely(self, sentences: Sequence[str]) -> list[bool]:
        """Of which sentences it is sure."""
        if not sentences:
            return []
        rated = self.fitted.rate(self.vectors.of(sentences))
        return [bool(each) for each in rated >= self.fitted.marks.sure]


class EncodedSentences:
    """The vectors of sentences, each encoded once."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, Vectors] = {}

    def of(self, sentences: Sequence[str]) -> Vectors:
        """The vectors of sentences, shape ``(n, d)``."""
        return stacked(sentences, self.known(sentences))

    def known(self, sentences: Iterable[str]) -> dict[str, Vectors]:
        """All vectors that are known, these among them."""
        new = [each for each in dict.fromkeys(sentences) if each not in self._known]
        for first in range(0, len(new), _BATCH):
            part = new[first : first + _BATCH]
            self._known.update(zip(part, self._encoder.encode(part), strict=True))
        return self._known


class SiteTrainer:
    """Trains heads beside those that are in use.

    Args:
        encoder: The encoder in use.
        learned: The document of the lesson in use, if there is one.
    """

    def __init__(self, encoder: Encoder, learned: str | None) -> None:
        self._encoder = encoder
        self._learned = learned
        self._now = heads.in_use(identity(encoder), learned)
        self._vectors = EncodedSentences(encoder)
        self._trained: dict[str, Fitted] = {}
        self._meanings = encoders.semantics(encoder, learned)

    @property
    def encoder(self) -> str:
        """Name and revision of the encoder."""
        return identity(self._encoder)

    def bank(self) -> Sequence[BankSentence]:
        """The phrase bank that ships."""
        return phrase_bank.read_bank()

    def nearest(self, sentences: Sequence[str], examples: Sequence[str]) -> int:
        """The place of the sentence that is most like one of some examples."""
        alike = self._vectors.of(sentences) @ self._vectors.of(examples).T
        return int(alike.max(axis=1).argmax())

    def train(self, name: str, material: HeadMaterial) -> Trained:
        """Train a head."""
        sentences = [*material.positives, *material.negatives]
        labels = np.arange(len(sentences)) < len(material.positives)
        in_calls = [said for call in material.calls for said in call]
        known = self._vectors.known([*sentences, *material.background, *in_calls])
        self._trained[name] = fit(name, sentences, labels, material, known)
        return Trained(self._trained[name], self._vectors)

    def surely_now(self, name: str, sentences: Sequence[str]) -> list[bool]:
        """Of which sentences the head that is in use is sure; of none where none is."""
        head = self._now.by_name.get(name)
        if head is None or not sentences:
            return [False] * len(sentences)
        rated = head.ratings(self._vectors.of(sentences))
        return [bool(each) for each in rated >= head.marks.sure]

    def document(self, names: Sequence[str]) -> tuple[str, str]:
        """Heads that were trained here, beside those of the lesson in use, and their digest."""
        kept = heads.parse(self._learned) if self._learned else None
        before = kept.by_name if kept and kept.encoder == self.encoder else {}
        new = {
            name: heads.Head(each.marks, each.bias, each.weights.astype(np.float32))
            for name, each in self._trained.items()
            if name in names
        }
        text = heads.document(self.encoder, {**before, **new})
        return text, heads.parse(text).digest

    def semantics(self, document: str | None) -> EncoderSemantics:
        """Meanings with the heads in use, or with those of a document in their stead."""
        if document is None:
            return self._meanings
        return self._meanings.with_heads(heads.in_use(self.encoder, document))

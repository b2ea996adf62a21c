"""Trains one head of the bank and measures it on sentences that it has never seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from models.head_training import Flags, fit, stacked
from models.heads import Ratings
from qa.domain.detectors.base import Marks
from qa.domain.lesson import Counts
from qa.domain.wording import LANGUAGES
from qa.ports import Vectors
from qa.ports.learning import BankSentence, HeadMaterial


@dataclass(frozen=True, slots=True)
class Figures:
    """One language's held-back sentences: how many, and what the rules, the head, and both make of them."""

    positives: int
    negatives: int
    rules: Counts
    encoder: Counts
    both: Counts

    @property
    def rescued(self) -> int:
        """Positives that the head adds to the rules'."""
        return self.both.hits - self.rules.hits

    @property
    def spoiled(self) -> int:
        """Negatives that the head adds to the rules'."""
        return self.both.false - self.rules.false


@dataclass(frozen=True, slots=True)
class Trained:
    """A head with its figures.

    Attributes:
        auc: Area under the curve in cross-validation on the train split.
        cross_validated: The same counts for the train split, each sentence rated by a head that has not seen it.
        test: By language, for the test split.
    """

    name: str
    marks: Marks
    bias: float
    weights: tuple[float, ...]
    auc: float
    cross_validated: Mapping[str, Figures]
    test: Mapping[str, Figures]

    @property
    def beats_the_rules(self) -> bool:
        """Whether it finds held-back positives that the rules miss, and gives no false alarm of its own."""
        rescued = sum(each.rescued for each in self.test.values())
        return rescued > 0 and not any(each.spoiled for each in self.test.values())


@dataclass(frozen=True, slots=True)
class Material:
    """What one head is trained on and measured with.

    Attributes:
        examples: The head's own sentences of the bank.
        hits: Those of their sentences that the rules find.
        background: Sentences of other heads that the rules do not find, of the train split.
        calls: Of golden calls where nobody does what the head is for, every sentence of the agent that the
            head would be asked about; of the train split.
    """

    examples: Sequence[BankSentence]
    hits: Collection[str]
    background: Sequence[str]
    calls: Sequence[Sequence[str]]


def train(name: str, material: Material, vector_of: Mapping[str, Vectors]) -> Trained:
    """Train a head on the train split, choose its marks there, and measure it on the test split."""
    from sklearn.metrics import roc_auc_score

    train_split = [each for each in material.examples if not each.held_back]
    labels = _labels(train_split)
    sentences = [each.sentence for each in train_split]
    more = HeadMaterial((), (), material.hits, material.background, material.calls)
    fitted = fit(name, sentences, labels, more, vector_of)
    test_split = [each for each in material.examples if each.held_back]
    rated = fitted.rate(stacked([each.sentence for each in test_split], vector_of))
    return Trained(
        name=name,
        marks=fitted.marks,
        bias=fitted.bias,
        weights=tuple(fitted.weights.tolist()),
        auc=float(roc_auc_score(labels, fitted.unseen)),
        cross_validated=_figures(train_split, fitted.unseen, fitted.marks, material.hits),
        test=_figures(test_split, rated, fitted.marks, material.hits),
    )


def _figures(
    examples: Sequence[BankSentence], rated: Ratings, marks: Marks, hits: Collection[str]
) -> dict[str, Figures]:
    labels = _labels(examples)
    by_rules = np.array([each.sentence in hits for each in examples])
    by_head = rated >= marks.sure
    figures: dict[str, Figures] = {}
    for language in LANGUAGES:
        here = np.array([each.language == language for each in examples])
        counts = [
            Counts(
                int(np.count_nonzero(found & labels & here)),
                int(np.count_nonzero(found & ~labels & here)),
            )
            for found in (by_rules, by_head, by_rules | by_head)
        ]
        figures[language] = Figures(
            int(np.count_nonzero(labels & here)), int(np.count_nonzero(~labels & here)), *counts
        )
    return figures


def _labels(examples: Sequence[BankSentence]) -> Flags:
    return np.array([each.positive for each in examples])

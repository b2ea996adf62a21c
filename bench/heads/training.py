"""Trains one head, chooses its marks, and measures it on sentences that it has never seen."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from bench.heads.bank import Example
from qa.domain.detectors.base import Marks
from qa.domain.wording import LANGUAGES
from qa.ports import Vectors

Flags = npt.NDArray[np.bool_]
Ratings = npt.NDArray[np.float64]

REGULARISATION = 10.0
"""C of the regression: of 1, 10 and 50 the best by cross-validation, and none far from it."""

BACKGROUND = 0.5
"""Weight of all that other heads are trained on, as examples of nothing, to that of the head's own negatives.
Without it a head has never seen most of what is said in a call."""

FOLDS = 5
FALSE_SURE = 0.01
FALSE_MAYBE = 0.03
"""Share of the bank's negatives that may be rated above a mark, when the rules have passed them over."""

DECIMALS = 2
"""Of weights: what a reader can still compare, and exact enough."""

MARK_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Counts:
    """How many of the positives were found, and how many of the negatives with them."""

    hits: int
    false: int


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

    examples: Sequence[Example]
    hits: Collection[str]
    background: Sequence[str]
    calls: Sequence[Sequence[str]]


def train(name: str, material: Material, vector_of: Mapping[str, Vectors]) -> Trained:
    """Train a head on the train split, choose its marks there, and measure it on the test split."""
    train_split = [each for each in material.examples if not each.held_back]
    vectors = _vectors([each.sentence for each in train_split], vector_of)
    labels = _labels(train_split)
    by_rules = np.array([each.sentence in material.hits for each in train_split])
    nothing = _vectors(material.background, vector_of)
    unseen = np.zeros(len(labels))
    for known, rest in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(vectors, labels):
        unseen[rest] = _rate(*_fit(vectors[known], labels[known], nothing), vectors[rest])
    weights, bias = _fit(vectors, labels, nothing)
    in_calls = [
        float(_rate(weights, bias, _vectors(said, vector_of)).max())
        for said in material.calls
        if said
    ]
    marks = _marks(unseen[~labels & ~by_rules], in_calls)
    test_split = [each for each in material.examples if each.held_back]
    rated = _rate(weights, bias, _vectors([each.sentence for each in test_split], vector_of))
    return Trained(
        name=name,
        marks=marks,
        bias=bias,
        weights=tuple(weights.tolist()),
        auc=float(roc_auc_score(labels, unseen)),
        cross_validated=_figures(train_split, unseen, marks, material.hits),
        test=_figures(test_split, rated, marks, material.hits),
    )


def _fit(vectors: Vectors, labels: Flags, nothing: Vectors) -> tuple[Ratings, float]:
    share = BACKGROUND * np.count_nonzero(~labels) / max(len(nothing), 1)
    model = LogisticRegression(C=REGULARISATION, max_iter=5000)
    model.fit(
        np.concatenate([vectors, nothing]),
        np.concatenate([labels, np.zeros(len(nothing), dtype=bool)]),
        sample_weight=np.concatenate([np.ones(len(labels)), np.full(len(nothing), share)]),
    )
    weights = model.coef_[0].astype(np.float64).round(DECIMALS)
    return weights, round(float(model.intercept_[0]), DECIMALS)


def _rate(weights: Ratings, bias: float, vectors: Vectors) -> Ratings:
    rated: Ratings = 1 / (1 + np.exp(-(vectors @ weights + bias)))
    return rated


def _marks(negatives: Ratings, in_calls: Sequence[float]) -> Marks:
    """Marks that no train sentence reaches which should not, but for a few that may be meant.

    Args:
        negatives: The ratings of the bank's negatives that the rules pass over.
        in_calls: The best rating of each call in which nobody does it.
    """
    highest = sorted(negatives.tolist(), reverse=True)
    sure = max(highest[int(FALSE_SURE * len(highest))], *in_calls, 0.5)
    maybe = max(highest[int(FALSE_MAYBE * len(highest))], *in_calls, 0.5)
    return Marks(_above(sure), _above(maybe))


def _above(rating: float) -> float:
    """The next mark above a rating."""
    mark: float = round(rating + 0.6 * 10**-MARK_DECIMALS, MARK_DECIMALS)
    return min(mark, 1.0)


def _figures(
    examples: Sequence[Example], rated: Ratings, marks: Marks, hits: Collection[str]
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


def _labels(examples: Sequence[Example]) -> Flags:
    return np.array([each.positive for each in examples])


def _vectors(sentences: Sequence[str], vector_of: Mapping[str, Vectors]) -> Vectors:
    return np.stack([vector_of[sentence] for sentence in sentences])

"""Trains one head and chooses its marks: for the heads that ship and for those of a site's corrections alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.heads import DECIMALS, Ratings, rate
from qa.domain.detectors.base import Marks
from qa.domain.errors import ModelMissing
from qa.ports import Vectors
from qa.ports.learning import HeadMaterial

Flags = npt.NDArray[np.bool_]

REGULARISATION = 10.0
"""C of the regression: of 1, 10 and 50 the best by cross-validation, and none far from it."""

BACKGROUND = 0.5
"""Weight of all that other heads are trained on, as examples of nothing, to that of the head's own negatives.
Without it a head has never seen most of what is said in a call."""

FOLDS = 5
FALSE_SURE = 0.01
FALSE_MAYBE = 0.03
"""Share of the negatives that may be rated above a mark, when the rules have passed them over."""

MARK_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Fitted:
    """A trained head.

    Attributes:
        weights: Shape ``(d,)``.
        labels: What it was trained on does what it is for, its positives first, shape ``(n,)``.
        unseen: How sure a head that has not seen it is of each of them.
    """

    name: str
    marks: Marks
    bias: float
    weights: Ratings
    labels: Flags
    unseen: Ratings

    def rate(self, vectors: Vectors) -> Ratings:
        """How sure it is of each vector (shape ``(n, d)``), 0-1, shape ``(n,)``."""
        return rate(self.weights, self.bias, vectors)


def fit(
    name: str,
    sentences: Sequence[str],
    labels: Flags,
    material: HeadMaterial,
    vector_of: Mapping[str, Vectors],
) -> Fitted:
    """Train a head on sentences and choose its marks.

    Args:
        name: Its name.
        sentences: In any order.
        labels: Whether each does what the head is for.
        material: What else is learnt from; its own sentences are not looked at.
        vector_of: The vector of every sentence.

    Raises:
        ModelMissing: What trains is not installed.
    """
    try:
        from sklearn.model_selection import StratifiedKFold
    except ImportError as error:
        raise ModelMissing(
            "scikit-learn is not installed", hint='run: pip install "call-qa[semantic]"'
        ) from error
    vectors = stacked(sentences, vector_of)
    by_rules = np.array([sentence in material.hits for sentence in sentences])
    nothing = stacked(material.background, vector_of)
    unseen = np.zeros(len(labels))
    for known, rest in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(vectors, labels):
        unseen[rest] = rate(*_regress(vectors[known], labels[known], nothing), vectors[rest])
    weights, bias = _regress(vectors, labels, nothing)
    in_calls = [
        float(rate(weights, bias, stacked(said, vector_of)).max())
        for said in material.calls
        if said
    ]
    return Fitted(
        name,
        _marks(unseen[~labels & ~by_rules], in_calls, strict=material.strict),
        bias,
        weights,
        labels,
        unseen,
    )


def _regress(vectors: Vectors, labels: Flags, nothing: Vectors) -> tuple[Ratings, float]:
    from sklearn.linear_model import LogisticRegression

    share = BACKGROUND * np.count_nonzero(~labels) / max(len(nothing), 1)
    model = LogisticRegression(C=REGULARISATION, max_iter=5000)
    model.fit(
        np.concatenate([vectors, nothing]),
        np.concatenate([labels, np.zeros(len(nothing), dtype=bool)]),
        sample_weight=np.concatenate([np.ones(len(labels)), np.full(len(nothing), share)]),
    )
    weights = model.coef_[0].astype(np.float64).round(DECIMALS)
    return weights, round(float(model.intercept_[0]), DECIMALS)


def stacked(sentences: Sequence[str], vector_of: Mapping[str, Vectors]) -> Vectors:
    """The vectors of sentences, shape ``(n, d)``."""
    if not sentences:
        some = next(iter(vector_of.values()))
        return np.zeros((0, *some.shape), dtype=some.dtype)
    return np.stack([vector_of[sentence] for sentence in sentences])


def _marks(negatives: Ratings, in_calls: Sequence[float], *, strict: bool) -> Marks:
    """Marks that no train sentence reaches which should not, but for a few that may be meant.

    Args:
        negatives: The ratings of the negatives that the rules pass over.
        in_calls: The best rating of each call in which nobody does it.
        strict: To be sure of not even a few of them.
    """
    highest = sorted(negatives.tolist(), reverse=True) or [0.0]
    borne = 0 if strict else int(FALSE_SURE * len(highest))
    sure = max(highest[borne], *in_calls, 0.5)
    maybe = max(highest[int(FALSE_MAYBE * len(highest))], *in_calls, 0.5)
    return Marks(_above(sure), _above(min(maybe, sure)))


def _above(rating: float) -> float:
    """The next mark above a rating."""
    mark: float = round(rating + 0.6 * 10**-MARK_DECIMALS, MARK_DECIMALS)
    return min(mark, 1.0)

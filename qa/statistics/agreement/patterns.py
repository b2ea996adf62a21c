"""Calls sorted by how they were rated: all that a coefficient of agreement knows of them.

A coefficient depends on a call through its pattern alone: the cell of the table of two raters, or how many of many
raters gave each rating. With a weight for each pattern (its count of calls) it is the coefficient of the ratings;
with weights drawn at random around the counts it is what the coefficient might have been.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.statistics.agreement.ratings import Ratings

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Patterns:
    """Patterns of ratings, ``P`` of them, over ``q`` categories.

    Attributes:
        votes: Shape ``(P, q)``, how many raters of such a call gave each rating.
        calls: Shape ``(P,)``, how many calls are such.
        prior: Shape ``(P,)``, calls that each pattern is credited with before any is seen, two in all: one on
            which all agree, one on which one rater differs.
        paired: Whether they are of two raters who are told apart; then the first ``q * q`` are the cells of
            their table, row by row.
    """

    votes: Floats
    calls: Floats
    prior: Floats
    paired: bool

    @property
    def shared(self) -> NDArray[np.bool_]:
        """Shape ``(P,)``, whether two or more rated such a call."""
        return np.asarray(self.votes.sum(axis=1) > 1)


def patterns(ratings: Ratings) -> Patterns:
    """The patterns of all calls that somebody rated."""
    size = len(ratings.categories)
    given = ratings.given.sum(axis=1)
    votes = np.stack([(ratings.codes == code).sum(axis=1) for code in range(size)], axis=1)
    used = np.array(ratings.used(), dtype=np.int64)
    if ratings.raters == 2:  # noqa: PLR2004 - a pair, told apart by kappa
        one, other = (axis.ravel() for axis in np.indices((size, size)))
        cells = np.eye(size)[one] + np.eye(size)[other]
        codes = ratings.codes[given == 2]  # noqa: PLR2004 - rated by both
        counts = np.bincount(codes[:, 0] * size + codes[:, 1], minlength=size * size)
        singles = votes[given == 1].sum(axis=0)
        return Patterns(
            np.concatenate([cells, np.eye(size)]),
            np.concatenate([counts, singles]).astype(np.float64),
            np.concatenate([_credit(one, other, used), np.zeros(size)]),
            paired=True,
        )
    kinds, counts = np.unique(votes[given > 0], axis=0, return_counts=True)
    raters = round(float(given[given > 1].mean())) if (given > 1).any() else 2
    one, other = (axis.ravel() for axis in np.indices((size, size)))
    imagined = np.eye(size)[one] * (raters - 1) + np.eye(size)[other]
    return Patterns(
        np.concatenate([kinds.astype(np.float64), imagined]),
        np.concatenate([counts.astype(np.float64), np.zeros(size * size)]),
        np.concatenate([np.zeros(len(kinds)), _credit(one, other, used)]),
        paired=False,
    )


def _credit(one: NDArray[np.int64], other: NDArray[np.int64], used: NDArray[np.int64]) -> Floats:
    """Half of the credit for agreement, half for one rater's dissent, alike over the categories in use."""
    among = np.isin(one, used) & np.isin(other, used)
    agreed = among & (one == other)
    differ = among & (one != other)
    return np.asarray(agreed / max(1, agreed.sum()) + differ / max(1, differ.sum()))

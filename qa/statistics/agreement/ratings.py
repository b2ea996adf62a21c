"""Ratings of calls by several people, as the counts that the figures are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations, compress, pairwise, permutations

import numpy as np
from numpy.typing import NDArray

NONE = -1
"""The code of a rating that is missing."""


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Who gave which call which rating.

    Attributes:
        categories: The ratings that can be given, in the order of a scale where they have one.
        points: Their places on that scale, rising; 0, 1, 2 ... unless said otherwise.
        codes: Shape ``(calls, raters)``, the position in ``categories``, ``NONE`` where a rating is missing.
    """

    categories: tuple[str, ...]
    points: tuple[float, ...]
    codes: NDArray[np.int64]

    @property
    def raters(self) -> int:
        """How many columns there are, whether or not a rater gave any rating."""
        return int(self.codes.shape[1])

    @property
    def given(self) -> NDArray[np.bool_]:
        """Shape ``(calls, raters)``, whether there is a rating."""
        return np.asarray(self.codes != NONE)

    def of(self, *raters: int) -> Ratings:
        """The same calls with the ratings of some raters alone, in the order given."""
        return Ratings(self.categories, self.points, self.codes[:, list(raters)])

    def used(self) -> tuple[int, ...]:
        """Positions of the categories that somebody gave on a call that two or more rated."""
        shared = self.codes[self.given.sum(axis=1) > 1]
        return tuple(int(code) for code in np.unique(shared[shared != NONE]))

    def table(self) -> tuple[tuple[int, ...], ...]:
        """How often ratings met, a row and a column for each category.

        Of two raters: calls, the first one's rating by rows and the second one's by columns. Of more: ordered
        pairs of raters of one call, so that the table is its own mirror image and a call that six rated stands
        in it 30 times.
        """
        size = len(self.categories)
        counts = np.zeros((size, size), dtype=np.int64)
        meetings = combinations if self.raters == 2 else permutations  # noqa: PLR2004 - one pair
        for one, other in meetings(range(self.raters), 2):
            both = self.given[:, one] & self.given[:, other]
            np.add.at(counts, (self.codes[both, one], self.codes[both, other]), 1)
        return tuple(tuple(int(cell) for cell in row) for row in counts)


def ratings(
    rows: Iterable[Sequence[str | None]],
    categories: Sequence[str] | None = None,
    points: Sequence[float] | None = None,
) -> Ratings:
    """Ratings from a row for each call and a column for each rater.

    Args:
        rows: All of one length; ``None`` where a rater did not rate a call.
        categories: The ratings that can be given, in the order of their scale. Without them, those found, in
            the order of the alphabet, which suits ratings that have no order.
        points: Where the categories stand on their scale, rising; without them one apart.

    Raises:
        ValueError: Rows differ in length, a rating is no category, or the points do not fit the categories.
    """
    grid = [tuple(row) for row in rows]
    widths = {len(row) for row in grid}
    if len(widths) > 1:
        raise ValueError(f"calls with {sorted(widths)} raters are no table")
    found = {rating for row in grid for rating in row if rating is not None}
    names = tuple(sorted(found)) if categories is None else tuple(categories)
    if unknown := sorted(found.difference(names)):
        raise ValueError(f"{', '.join(unknown)}: not among the ratings that can be given")
    places = tuple(float(place) for place in (range(len(names)) if points is None else points))
    if len(set(names)) != len(names) or len(places) != len(names):
        raise ValueError("every rating needs one place on the scale")
    if any(one >= other for one, other in pairwise(places)):
        raise ValueError("the places on a scale rise")
    code = {name: position for position, name in enumerate(names)}
    codes = [[NONE if rating is None else code[rating] for rating in row] for row in grid]
    width = widths.pop() if widths else 0
    return Ratings(names, places, np.array(codes, dtype=np.int64).reshape(len(grid), width))


def pairs_of(table: Sequence[Sequence[int]], categories: Sequence[str] | None = None) -> Ratings:
    """Two raters' ratings from the table of how often they met, rows the first rater's.

    Raises:
        ValueError: The table is not square.
    """
    counts = np.asarray(table, dtype=np.int64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1]:  # noqa: PLR2004 - rows and columns
        raise ValueError("a table of two raters has as many rows as columns")
    size = len(counts)
    names = tuple(str(place) for place in range(size)) if categories is None else tuple(categories)
    cells = np.stack(np.divmod(np.arange(size * size), size), axis=1)
    return Ratings(names, tuple(map(float, range(size))), np.repeat(cells, counts.ravel(), axis=0))


def complete(rows: Iterable[Sequence[float | None]]) -> tuple[NDArray[np.float64], int]:
    """The rows that miss nothing, and how many do.

    Returns:
        Shape ``(complete rows, columns)`` and the number of rows left out.
    """
    grid = [tuple(row) for row in rows]
    whole = [None not in row for row in grid]
    kept = list(compress(grid, whole))
    width = len(grid[0]) if grid else 0
    return np.array(kept, dtype=np.float64).reshape(len(kept), width), len(grid) - len(kept)

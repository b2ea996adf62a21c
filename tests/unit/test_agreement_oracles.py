"""Coefficients of agreement equal other people's, and their own definitions counted out pair by pair."""

from __future__ import annotations

from collections import Counter
from itertools import permutations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from qa.statistics.agreement import Level, Ratings, Weights, pairs_of, points
from qa.statistics.agreement.intraclass import correlation

TABLES = 1_000
"""Random tables of each kind."""


def random_table(random: np.random.Generator) -> list[list[int]]:
    """Two raters, two to five ratings, some rare or never given."""
    size = int(random.integers(2, 6))
    chances = random.dirichlet(np.full(size * size, 0.3))
    table = random.multinomial(int(random.integers(5, 200)), chances).reshape(size, size)
    return [[int(cell) for cell in row] for row in table]


def random_ratings(random: np.random.Generator) -> Ratings:
    """Two to six raters, two to five ratings, a share of them missing."""
    size, raters, calls = (int(each) for each in random.integers((2, 2, 4), (6, 7, 40)))
    truth = random.integers(size, size=(calls, 1))
    codes = np.where(
        random.random((calls, raters)) < 0.6, truth, random.integers(size, size=(calls, raters))
    )
    codes = np.where(random.random((calls, raters)) < random.random() / 2, -1, codes)
    names = tuple("abcde"[:size])
    return Ratings(names, tuple(float(place) for place in range(size)), codes.astype(np.int64))


def units(ratings: Ratings) -> list[list[int]]:
    """The ratings of each call, missing ones left out."""
    return [[int(code) for code in row if code >= 0] for row in ratings.codes]


def counted_ac(ratings: Ratings, power: float | None) -> float:
    """Gwet's AC1 (``power`` ``None``) or AC2 by its definition: a share of pairs, and of guesses."""
    size = len(ratings.categories)

    def near(one: int, other: int) -> float:
        if power is None:
            return float(one == other)
        return 1 - (abs(one - other) / (size - 1)) ** power

    rated = [unit for unit in units(ratings) if unit]
    shared = [unit for unit in rated if len(unit) > 1]
    agreed = np.mean(
        [np.mean([near(one, other) for one, other in permutations(unit, 2)]) for unit in shared]
    )
    guessed = 0.0
    for code in range(size):
        share = np.mean([unit.count(code) / len(unit) for unit in rated])
        guessed += share * (1 - share)
    total = sum(near(one, other) for one in range(size) for other in range(size))
    chance = guessed * total / (size * (size - 1))
    return float((agreed - chance) / (1 - chance))


def counted_alpha(ratings: Ratings, level: Level) -> float | None:
    """Krippendorff's alpha as the mean distance within calls by that of all ratings put together."""
    shared = [unit for unit in units(ratings) if len(unit) > 1]
    together = Counter(code for unit in shared for code in unit)
    n = together.total()

    def apart(one: int, other: int) -> float:
        if level is Level.NOMINAL:
            return float(one != other)
        if level is Level.INTERVAL:
            return float((one - other) ** 2)
        low, high = sorted((one, other))
        between = sum(together[code] for code in range(low, high + 1))
        return (between - (together[low] + together[high]) / 2) ** 2

    within = sum(
        sum(apart(one, other) for one, other in permutations(unit, 2)) / (len(unit) - 1)
        for unit in shared
    )
    everywhere = sum(
        together[one] * together[other] * apart(one, other)
        for one in together
        for other in together
    )
    return None if everywhere == 0 else 1 - (within / n) / (everywhere / (n * (n - 1)))


@pytest.mark.parametrize(
    ("weights", "name"),
    [(Weights.SAME, None), (Weights.LINEAR, "linear"), (Weights.QUADRATIC, "quadratic")],
)
def test_kappa_is_scikit_learns_on_random_tables(weights: Weights, name: str | None) -> None:
    random = np.random.default_rng(1960)
    compared = 0
    while compared < TABLES:
        pair = pairs_of(random_table(random))
        first, second = pair.codes.T
        if len(np.union1d(first, second)) < 2:
            continue  # both call it undefined; scikit-learn warns of it
        theirs = cohen_kappa_score(first, second, labels=range(len(pair.categories)), weights=name)
        assert points(pair, weights).kappa == pytest.approx(theirs, abs=1e-9)
        compared += 1


@pytest.mark.parametrize(
    ("weights", "power"), [(Weights.SAME, None), (Weights.LINEAR, 1), (Weights.QUADRATIC, 2)]
)
def test_gwets_coefficients_are_their_definition_on_random_ratings(
    weights: Weights, power: float | None
) -> None:
    random = np.random.default_rng(2008)
    compared = 0
    while compared < TABLES:
        ratings = random_ratings(random)
        ours = points(ratings, weights).gwet
        if ours is None:
            assert len(ratings.used()) < 2
            continue
        assert ours == pytest.approx(counted_ac(ratings, power), abs=1e-9)
        compared += 1


@pytest.mark.parametrize("level", list(Level))
def test_alpha_is_its_definition_on_random_ratings(level: Level) -> None:
    random = np.random.default_rng(2011)
    compared = 0
    while compared < TABLES:
        ratings = random_ratings(random)
        ours = points(ratings, level=level).alpha
        if ours is None:
            assert len(ratings.used()) < 2
            continue
        assert ours == pytest.approx(counted_alpha(ratings, level), abs=1e-9)
        compared += 1


def test_intraclass_correlation_is_its_analysis_of_variance_on_random_scores() -> None:
    random = np.random.default_rng(1979)
    for _ in range(TABLES):
        n, k = (int(each) for each in random.integers((3, 2), (40, 7)))
        grid = (
            random.normal(80, 8, (n, 1)) + random.normal(0, 3, (1, k)) + random.normal(0, 5, (n, k))
        )
        total = ((grid - grid.mean()) ** 2).sum()
        calls = k * ((grid.mean(axis=1) - grid.mean()) ** 2).sum()
        raters = n * ((grid.mean(axis=0) - grid.mean()) ** 2).sum()
        rest = (total - calls - raters) / ((n - 1) * (k - 1))
        calls, raters = calls / (n - 1), raters / (k - 1)
        expected = (calls - rest) / (calls + (k - 1) * rest + k * (raters - rest) / n)
        assert correlation(grid) == pytest.approx(expected, abs=1e-9)

"""Worlds in which the true figures are known, and calls drawn from them.

The truth is worked out here from the probabilities of a world, in other words than the statistics use, so that a
mistake in one is not a mistake in both.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import comb

import numpy as np
from numpy.typing import NDArray

from qa.statistics.agreement import Agreement, Ratings, agreement, pairs_of, ratings

PASS, FAIL = "pass", "fail"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two raters of a criterion.

    Attributes:
        passing: How often they pass a call, 0-1, as a mean of both.
        kappa: Cohen's, were both alike severe.
        lean: How unevenly their disagreements fall: 0 evenly, 1 all on one side.
    """

    passing: float
    kappa: float
    lean: float = 0.0

    @property
    def table(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Probabilities: rows the first rater's pass and fail, columns the second's."""
        failing = 1 - self.passing
        both = failing**2 + self.kappa * failing * self.passing
        apart = failing - both
        return (
            (self.passing - apart, apart * (1 + self.lean)),
            (apart * (1 - self.lean), both),
        )

    @property
    def truth(self) -> dict[str, float]:
        """The true figures."""
        (both_pass, one), (other, both_fail) = self.table
        agreed = both_pass + both_fail
        first, second = both_pass + one, both_pass + other
        met = first * second + (1 - first) * (1 - second)
        return {
            "raw": agreed,
            "kappa": (agreed - met) / (1 - met),
            "gwet": 1 - (1 - agreed) / (1 - 2 * self.passing * (1 - self.passing)),
            "alpha": 1 - (1 - agreed) / (2 * self.passing * (1 - self.passing)),
        }

    @property
    def chances(self) -> list[float]:
        """Of each kind of call."""
        return [cell for row in self.table for cell in row]

    def rated(self, counts: NDArray[np.int64]) -> Ratings:
        """Calls of each kind as ratings."""
        (both_pass, one), (other, both_fail) = counts.reshape(2, 2).tolist()
        return pairs_of([[both_pass, one], [other, both_fail]], [PASS, FAIL])


@dataclass(frozen=True, slots=True)
class Panel:
    """Several raters who see, each with errors of their own, whether a call failed.

    Attributes:
        passing: How often calls truly pass, 0-1.
        raters: How many rate every call.
        finds: How often a rater fails a call that failed.
        spares: How often a rater passes a call that passed.
    """

    passing: float
    raters: int
    finds: float
    spares: float

    @property
    def chances(self) -> list[float]:
        """Of a call that none, one, two ... of them fail."""
        return [
            comb(self.raters, votes)
            * (
                (1 - self.passing) * self.finds**votes * (1 - self.finds) ** (self.raters - votes)
                + self.passing * (1 - self.spares) ** votes * self.spares ** (self.raters - votes)
            )
            for votes in range(self.raters + 1)
        ]

    @property
    def truth(self) -> dict[str, float]:
        """The true figures: of two raters of one call who are drawn at random."""
        failing, passing = 1 - self.passing, self.passing
        fails = failing * self.finds + passing * (1 - self.spares)
        apart = 2 * (
            failing * self.finds * (1 - self.finds) + passing * self.spares * (1 - self.spares)
        )
        return {
            "raw": 1 - apart,
            "gwet": 1 - apart / (1 - 2 * fails * (1 - fails)),
            "alpha": 1 - apart / (2 * fails * (1 - fails)),
        }

    def rated(self, counts: NDArray[np.int64]) -> Ratings:
        """Calls of each kind as ratings."""
        kinds = [
            [FAIL] * votes + [PASS] * (self.raters - votes) for votes in range(self.raters + 1)
        ]
        rows = [
            kind for kind, count in zip(kinds, counts.tolist(), strict=True) for _ in range(count)
        ]
        return ratings(rows, [PASS, FAIL])


World = Pair | Panel

PASSING = (0.5, 0.9, 0.97)
CALLS = (30, 60, 200)
PAIRS = tuple(
    Pair(passing, kappa, lean)
    for passing, kappa, lean in product(PASSING, (0.4, 0.6, 0.8, 0.9), (0.0, 0.5))
)
PANELS = tuple(
    Panel(passing, raters, finds, spares)
    for passing, raters, (finds, spares) in product(PASSING, (3, 6), ((0.7, 0.95), (0.9, 0.98)))
)


def drawn(
    world: World, calls: int, repetitions: int, random: np.random.Generator
) -> tuple[list[Agreement], NDArray[np.int64]]:
    """Agreement on calls of a world, drawn many times.

    Returns:
        The agreement on each different draw, and for each repetition the position of its own among them.
    """
    counts = random.multinomial(calls, world.chances, size=repetitions)
    different, which = np.unique(counts, axis=0, return_inverse=True)
    return [agreement(world.rated(each)) for each in different], which.ravel()


@dataclass(frozen=True, slots=True)
class Totals:
    """Total scores of calls by a few raters.

    Attributes:
        name: What they are like.
        raters: How many rate every call.
        calls: Standard deviation of calls' true scores, in points of 100.
        severity: Standard deviation of the raters' means.
        errors: Standard deviation of what is left.
        skewed: Whether a few calls lie far below the rest.
    """

    name: str
    raters: int
    calls: float
    severity: float
    errors: float
    skewed: bool

    @property
    def truth(self) -> float:
        """The true intraclass correlation of these raters."""
        return self.calls**2 / (self.calls**2 + self.severity**2 + self.errors**2)

    def drawn(self, calls: int, random: np.random.Generator) -> NDArray[np.float64]:
        """Scores, shape ``(calls, raters)``."""
        steps = np.arange(self.raters) - (self.raters - 1) / 2
        means = steps / steps.std(ddof=1) * self.severity
        if self.skewed:  # a gamma distribution of shape 6, upside down: skewness -0.8
            true = -(random.gamma(6, 1, (calls, 1)) - 6) / np.sqrt(6)
        else:
            true = random.normal(size=(calls, 1))
        noise = random.normal(0, self.errors, (calls, self.raters))
        return np.asarray(80 + self.calls * true + means + noise)


TOTALS = tuple(
    Totals(f"{raters} raters, {'a few low calls' if skewed else 'even'}", raters, *spread, skewed)
    for skewed, raters, spread in product(
        (False, True), (2, 3, 6), ((8.0, 2.0, 5.0), (8.0, 4.0, 3.0))
    )
)


@dataclass(frozen=True, slots=True)
class Differences:
    """How a rater's total scores lie to the master's.

    Attributes:
        name: What they are like.
        points: Differences that occur, in points of 100.
        chances: How often each does.
    """

    name: str
    points: tuple[float, ...]
    chances: tuple[float, ...]

    @property
    def truth(self) -> float:
        """The true mean difference."""
        return float(np.dot(self.points, self.chances))


DIFFERENCES = (
    Differences("mostly the same", (0, -5, 5, -10, 10), (0.6, 0.15, 0.1, 0.1, 0.05)),
    Differences("a severe rater", (0, -5, 5, -10, -20), (0.4, 0.25, 0.1, 0.2, 0.05)),
    Differences("a lenient rater, seldom", (0, 10, 20, 40), (0.75, 0.15, 0.05, 0.05)),
)

"""How far raters agree about one criterion, corrected for chance in three ways.

None of the coefficients suffices alone. Of calls that nearly all pass, two raters who agree on 96 of 100 have a kappa
of -0.02 where they never agree on a failure; Gwet's AC1 is 0.958 and hides just that. So they stand together, with the
table that they come from, and ``Agreement.paradox`` tells where they part.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from qa.statistics.agreement import coefficients
from qa.statistics.agreement.coefficients import Level, Weights
from qa.statistics.agreement.credible import drawn, figure, unanimous
from qa.statistics.agreement.enough import BY_CHANCE, BY_COUNT, BY_PANEL, Rule, lacking
from qa.statistics.agreement.figures import Shown, Why, Withheld
from qa.statistics.agreement.patterns import Floats, Patterns, patterns
from qa.statistics.agreement.ratings import Ratings

PAIR = 2
PARADOX_RAW = 0.8
"""Raw agreement from which a low kappa astonishes."""
PARADOX_APART = 0.2
"""How far kappa lies below Gwet's coefficient before it needs a word."""


@dataclass(frozen=True, slots=True)
class Points:
    """Coefficients without intervals: for explanations, tables of references and tests, never as findings.

    Attributes:
        raw: The share of pairs of raters who agree; ``None`` where no call was rated by two.
        kappa: Cohen's, ``None`` also of more than two raters and where all ratings are the same.
        gwet: AC1, or AC2 with weights; ``None`` also where all ratings are the same.
        alpha: Krippendorff's, ``None`` as Gwet's.
    """

    raw: float | None
    kappa: float | None
    gwet: float | None
    alpha: float | None

    @property
    def paradox(self) -> bool:
        """Whether raters agree on most calls and kappa is low all the same.

        Kappa takes the rating that nearly every call gets for chance, so that a few disagreements about rare
        failures bring it to nothing: A. R. Feinstein and D. V. Cicchetti, "High agreement but low kappa",
        Journal of Clinical Epidemiology 43 (1990), 543-549.
        """
        if self.raw is None or self.kappa is None or self.gwet is None:
            return False
        return self.raw >= PARADOX_RAW and self.gwet - self.kappa >= PARADOX_APART


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far raters agree, and what that is worked out from.

    Attributes:
        n: Calls rated by two or more.
        raters: Raters who rated one of them.
        categories: The ratings that can be given.
        shares: How often each was given on those calls, adding up to 1 (all 0 where there are none): the
            prevalence that kappa depends on.
        table: How often ratings met (``Ratings.table``).
        raw: The share of pairs of raters of one call who agree.
        kappa: Cohen's; ``None`` of more than two raters, for whom it is not defined.
        gwet: AC1, or AC2 with weights.
        alpha: Krippendorff's.
        paradox: Whether raters agree on most calls and kappa is low all the same, shown or not.
    """

    n: int
    raters: int
    categories: tuple[str, ...]
    shares: tuple[float, ...]
    table: tuple[tuple[int, ...], ...]
    raw: Shown
    kappa: Shown | None
    gwet: Shown
    alpha: Shown
    paradox: bool

    @property
    def prevalence(self) -> dict[str, float]:
        """How often each rating was given."""
        return dict(zip(self.categories, self.shares, strict=True))


def points(
    ratings: Ratings, weights: Weights = Weights.SAME, level: Level = Level.NOMINAL
) -> Points:
    """The coefficients of some ratings, however few, without intervals.

    Args:
        ratings: Ratings by two or more.
        weights: How near ratings agree, for all but alpha.
        level: What their distance means to alpha.
    """
    used = ratings.used()
    if not used:
        return Points(None, None, None, None)
    found = patterns(ratings)
    values = _coefficients(found, found.calls[None], ratings, weights, level, sample=True)
    raw, kappa, gwet, alpha = (None if each is None else float(each[0]) for each in values)
    if len(used) == 1:
        return Points(raw, None, None, None)
    return Points(raw, kappa, gwet, alpha)


def agreement(
    ratings: Ratings, weights: Weights = Weights.SAME, level: Level = Level.NOMINAL
) -> Agreement:
    """How far raters agree, each figure with its interval or why it is withheld.

    Args:
        ratings: A row for each call, a column for each rater. Calls that one rater alone rated count for the
            chance of Gwet's coefficient only, as its author has it; a rater who rated none, for nothing.
        weights: How near ratings agree, for all but alpha; with others than ``SAME`` Gwet's is AC2.
        level: What their distance means to alpha.
    """
    active = np.flatnonzero(ratings.given.any(axis=0))
    if len(active) == PAIR:
        ratings = ratings.of(*active)
    pair = ratings.raters == PAIR
    shared = ratings.given.sum(axis=1) > 1
    n = int(shared.sum())
    found = patterns(ratings) if n else None
    shares = (0.0,) * len(ratings.categories) if found is None else _shares(found)
    plain = points(ratings, weights, level)
    rare = n * (1 - max(shares, default=0.0))
    spread: Coefficients = (None, None, None, None)
    # What counts is how many rate a call, not how many take turns at it.
    panel = n > 0 and round(float(ratings.given[shared].sum()) / n) > PAIR
    enough = n >= min(rule.calls for rule in (BY_COUNT, BY_CHANCE, BY_PANEL))
    if found is not None and enough and len(ratings.used()) > 1:
        spread = _coefficients(found, drawn(found), ratings, weights, level, sample=False)

    def shown(value: float | None, draws: Floats | None, rule: Rule) -> Shown:
        missing = lacking(rule, n, rare)
        if missing is not None and n < rule.calls:
            return replace(missing, why=Why.ONE_RATER) if len(active) == 1 else missing
        if value is None:
            return Withheld(Why.ALL_ALIKE, n, None, max(1, rule.rare))
        return missing or (unanimous(n) if draws is None else figure(value, draws, n))

    return Agreement(
        n=n,
        raters=int(ratings.given[shared].any(axis=0).sum()),
        categories=ratings.categories,
        shares=shares,
        table=ratings.table(),
        raw=shown(plain.raw, spread[0], BY_COUNT),
        kappa=shown(plain.kappa, spread[1], BY_CHANCE) if pair else None,
        gwet=shown(plain.gwet, spread[2], BY_COUNT),
        alpha=shown(plain.alpha, spread[3], BY_PANEL if panel else BY_CHANCE),
        paradox=plain.paradox,
    )


def by_pair(
    ratings: Ratings, weights: Weights = Weights.SAME, level: Level = Level.NOMINAL
) -> dict[tuple[int, int], Agreement]:
    """How far each two raters agree who rated a call in common, by their columns, the lower one first."""
    given = ratings.given
    return {
        (one, other): agreement(ratings.of(one, other), weights, level)
        for one, other in combinations(range(ratings.raters), PAIR)
        if (given[:, one] & given[:, other]).any()
    }


Coefficients = tuple[Floats | None, Floats | None, Floats | None, Floats | None]


def _coefficients(
    found: Patterns, of: Floats, ratings: Ratings, weights: Weights, level: Level, *, sample: bool
) -> Coefficients:
    """Raw agreement, kappa (of a pair), Gwet's and alpha for each set of weights of the patterns."""
    near = coefficients.nearness(ratings.points, weights)
    return (
        coefficients.raw(found, of, near),
        coefficients.kappa(found, of, near) if found.paired else None,
        coefficients.gwet(found, of, near) if len(near) > 1 else None,
        coefficients.alpha(found, of, ratings.points, level, sample=sample),
    )


def _shares(found: Patterns) -> tuple[float, ...]:
    """How often each category was given on calls that two or more rated, each call counting the same."""
    votes, calls = found.votes[found.shared], found.calls[found.shared]
    share = calls @ (votes / votes.sum(axis=1, keepdims=True)) / calls.sum()
    return tuple(float(each) for each in share)

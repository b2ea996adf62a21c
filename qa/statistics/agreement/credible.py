"""Intervals of coefficients that hold what they promise where few calls disagree.

Weights of the patterns are drawn from the Dirichlet distribution of what they may be in all calls, given their
counts and two calls' credit beforehand (for two raters and two ratings that is Jeffreys' credit of one half for each
cell of the table; for raw agreement alone it is Bayes' and Laplace's), and the coefficient is worked out for each draw.
The interval holds the middle 95 % of them. Intervals from variances break down where agreement is high, since a
sample without disagreement has none; this one was measured against them (docs/agreement.md).

Source of the draws: D. B. Rubin, "The Bayesian bootstrap", Annals of Statistics 9 (1981), 130-134.
"""

from __future__ import annotations

import numpy as np

from qa.statistics.agreement.figures import Figure
from qa.statistics.agreement.patterns import Floats, Patterns

DRAWS = 2_000
"""More than these move a bound by less than a twentieth of the interval."""
SEED = 1981
"""The same ratings give the same interval whenever they are asked for."""
TAIL = 0.025


def drawn(of: Patterns) -> Floats:
    """What the weights of the patterns may be, shape ``(DRAWS, P)``, each row adding up to 1."""
    expected = of.calls + of.prior
    possible = expected > 0
    weights = np.zeros((DRAWS, len(expected)))
    random = np.random.default_rng(SEED)
    weights[:, possible] = random.standard_gamma(expected[possible], size=(DRAWS, possible.sum()))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def figure(value: float, draws: Floats, n: int) -> Figure:
    """A coefficient with the interval that its draws give; the interval always holds the value itself."""
    low, high = np.quantile(draws, [TAIL, 1 - TAIL])
    return Figure(value, min(value, float(low)), max(value, float(high)), n)


def unanimous(n: int) -> Figure:
    """Raw agreement on calls that all raters rated the same, all with one rating."""
    return Figure(1.0, float(TAIL ** (1 / (n + 1))), 1.0, n)


def share(hits: int, n: int) -> Figure:
    """A share of calls, such as those scored within some points of each other, by the same reckoning.

    Args:
        hits: Calls that have it.
        n: All calls, 1 or more.
    """
    random = np.random.default_rng(SEED)
    return figure(hits / n, random.beta(hits + 1, n - hits + 1, size=DRAWS), n)

"""Agents' figures drawn towards their team, as far as few calls leave them to chance.

The best of twenty agents with thirty calls each is mostly the luckiest one. A figure drawn towards the team's by
as much as chance explains is nearer to the truth on average than the figure itself (C. N. Morris, "Parametric
empirical Bayes inference: theory and applications", Journal of the American Statistical Association 78, 1983).
How much agents really differ is itself known only so well; Morris widens the intervals for that, and here every
amount counts with its likelihood (A. Gelman et al., Bayesian Data Analysis, 3rd ed. 2013, 5.4), which is what his
formulas approximate, and holds for few agents too.

Two agents are apart when the interval of their difference leaves out 0. Nobody is ranked beyond that: an agent has
a range of ranks, from one more than are clearly better to one fewer than all but the clearly worse.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from qa.statistics.agreement.figures import Why, Withheld
from qa.statistics.means import LEVEL, ScoreSum
from qa.statistics.proportions import Share

Array = npt.NDArray[np.float64]

NEEDED_AGENTS = 4
"""Agents of a team below which nobody can say how much they differ."""
NEEDED_CALLS = 5
"""Calls an agent needs to be drawn in: of fewer the team's figure is all that would be shown."""
APART = 0.99
"""How sure it has to be that two agents differ before it is said, in a team of up to ``MANY``. It is above the
0.95 of an interval, for a team of twenty has 190 pairs; in a larger one the doubt left shrinks with its size."""
MANY = 20

_Z = NormalDist().inv_cdf((1 + LEVEL) / 2)
_STEPS = 160


@dataclass(frozen=True, slots=True)
class Reading:
    """An agent's figure.

    Attributes:
        agent: Whose.
        n: Calls that it is of.
        value: The figure.
        error: Its standard error, above 0, in the same unit.
    """

    agent: str
    n: int
    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """An agent's figure drawn towards the team's.

    Attributes:
        raw: As it was measured.
        value: As it is best estimated.
        low: Lower bound, of 95 %.
        high: Upper bound.
        drawn: How far it was drawn: 0 not at all, 1 onto the team's.
        best_rank: The best rank that the agent may have, from 1.
        worst_rank: The worst.
    """

    agent: str
    n: int
    raw: float
    value: float
    low: float
    high: float
    drawn: float
    best_rank: int
    worst_rank: int


@dataclass(frozen=True, slots=True)
class Team:
    """The figures of a team's agents.

    Attributes:
        mean: The team's figure, agents counting by what their calls say.
        between: Standard deviation between agents, with chance taken out.
        estimates: The highest first. Neighbours need not differ: their ranges of ranks say whether they do.
        apart: Pairs that clearly differ, the better one first.
    """

    mean: float
    between: float
    estimates: tuple[Estimate, ...]
    apart: frozenset[tuple[str, str]]

    @property
    def ranked(self) -> bool:
        """Whether the order means anything: each agent is clearly apart from the next."""
        return all(each.best_rank == each.worst_rank for each in self.estimates)

    @property
    def alike(self) -> bool:
        """Whether no two agents are clearly apart."""
        return not self.apart


def drawn_shares(shares: Mapping[str, Share]) -> Team | Withheld:
    """Agents' shares 0-1 drawn towards the team's.

    Args:
        shares: Agent to their share; who has fewer than ``NEEDED_CALLS`` is left out.

    Returns:
        ``TOO_FEW`` counts agents.
    """
    enough = {agent: share for agent, share in shares.items() if share.calls >= NEEDED_CALLS}
    hits = sum(share.hits for share in enough.values())
    calls = sum(share.calls for share in enough.values())
    # The team's share stands for each agent's: nobody failed nobody of ten does not mean no chance at all.
    pooled = (hits + 0.5) / (calls + 1)
    spread = pooled * (1 - pooled)
    return drawn(
        [
            Reading(agent, share.calls, share.value, math.sqrt(spread / share.calls))
            for agent, share in enough.items()
        ],
        ceiling=1.0,
    )


def drawn_means(scores: Mapping[str, ScoreSum]) -> Team | Withheld:
    """Agents' mean scores 0-100 drawn towards the team's; as ``drawn_shares``."""
    enough = {agent: each for agent, each in scores.items() if each.n >= NEEDED_CALLS}
    freedom = sum(each.n - 1 for each in enough.values())
    within = sum(each.variance * (each.n - 1) for each in enough.values()) / max(1, freedom)
    # Scores that are all the same leave a point in ten thousand, so that nothing is divided by 0.
    error = math.sqrt(max(within, 1e-8))
    return drawn(
        [
            Reading(agent, each.n, each.total / each.n, error / math.sqrt(each.n))
            for agent, each in enough.items()
        ],
        ceiling=100.0,
    )


def drawn(readings: Sequence[Reading], *, ceiling: float) -> Team | Withheld:
    """Agents' figures, each with its own error, drawn towards the team's.

    Args:
        readings: One an agent, corrected ones (``qa.statistics.corrected``) too.
        ceiling: The highest value that there is, 1 or 100; the lowest is 0.

    Raises:
        ValueError: An error is not above 0, or an agent is there twice.

    Returns:
        ``TOO_FEW`` counts agents.
    """
    if len(readings) < NEEDED_AGENTS:
        return Withheld(Why.TOO_FEW, len(readings), NEEDED_AGENTS - len(readings))
    if any(not each.error > 0 for each in readings):
        raise ValueError("every figure has an error above 0")
    if len({each.agent for each in readings}) < len(readings):
        raise ValueError("an agent has one figure")
    value = np.array([each.value for each in readings])
    variance = np.array([each.error for each in readings]) ** 2
    model = _model(value, variance)
    means, spreads = _marginal(model, value, variance)
    better = _better(model, value, variance)
    order = sorted(range(len(readings)), key=lambda i: (-means[i], readings[i].agent))
    estimates = tuple(
        Estimate(
            agent=readings[i].agent,
            n=readings[i].n,
            raw=readings[i].value,
            value=float(means[i]),
            low=max(0.0, float(means[i] - _Z * spreads[i])),
            high=min(ceiling, float(means[i] + _Z * spreads[i])),
            drawn=float(model.chance @ model.pull[:, i]),
            best_rank=1 + int(better[:, i].sum()),
            worst_rank=len(readings) - int(better[i].sum()),
        )
        for i in order
    )
    apart = frozenset((readings[i].agent, readings[j].agent) for i, j in np.argwhere(better))
    return Team(
        mean=float(model.chance @ model.centre),
        between=float(model.chance @ model.between),
        estimates=estimates,
        apart=apart,
    )


@dataclass(frozen=True, slots=True)
class _Model:
    """The team, for each of some standard deviations between its agents.

    Attributes:
        between: Shape (steps,): the standard deviation.
        chance: Shape (steps,): its probability given the readings; they sum to 1.
        centre: Shape (steps,): the team's figure, were it the true one.
        unsure: Shape (steps,): variance of that.
        pull: Shape (steps, agents): how far each agent is drawn to the centre, 0-1.
    """

    between: Array
    chance: Array
    centre: Array
    unsure: Array
    pull: Array


def _model(value: Array, variance: Array) -> _Model:
    widest = 10 * math.sqrt(float(value.var()) + float(variance.mean()))
    # Closer together where agents differ little, which is where the answer turns.
    between = widest * np.linspace(0, 1, _STEPS) ** 2
    weight = 1 / (variance + between[:, None] ** 2)
    unsure = 1 / weight.sum(axis=1)
    centre = unsure * (weight @ value)
    apart = (weight * (value - centre[:, None]) ** 2).sum(axis=1)
    logs = 0.5 * (np.log(unsure) + np.log(weight).sum(axis=1) - apart)
    chance = np.exp(logs - logs.max()) * np.gradient(between)
    return _Model(between, chance / chance.sum(), centre, unsure, variance * weight)


def _each(model: _Model, value: Array, variance: Array) -> tuple[Array, Array]:
    """Mean and variance of every agent's true figure, shapes (steps, agents)."""
    mean = model.pull * model.centre[:, None] + (1 - model.pull) * value
    return mean, (1 - model.pull) * variance + model.pull**2 * model.unsure[:, None]


def _marginal(model: _Model, value: Array, variance: Array) -> tuple[Array, Array]:
    """Mean and standard deviation of every agent's true figure, shapes (agents,)."""
    mean, spread = _each(model, value, variance)
    centre = model.chance @ mean
    return centre, np.sqrt(model.chance @ (spread + (mean - centre) ** 2))


def _better(model: _Model, value: Array, variance: Array) -> npt.NDArray[np.bool_]:
    """Which agent is clearly above which other, shape (agents, agents)."""
    mean, spread = _each(model, value, variance)
    doubt = (1 - APART) / 2 * min(1.0, MANY / value.size)
    sure = NormalDist().inv_cdf(1 - doubt)
    found = np.zeros((value.size, value.size), dtype=np.bool_)
    for i in range(value.size):
        ahead = mean[:, [i]] - mean
        # The team's figure, which both are drawn to, moves them together.
        shared = model.pull[:, [i]] * model.pull * model.unsure[:, None]
        error = spread[:, [i]] + spread - 2 * shared
        by = model.chance @ ahead
        found[i] = by > sure * np.sqrt(model.chance @ (error + (ahead - by) ** 2))
    np.fill_diagonal(found, val=False)
    return found

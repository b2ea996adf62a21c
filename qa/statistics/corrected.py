"""What people would have said of all calls: the machine's verdicts, corrected by the calls that people reviewed.

The machine has a verdict on every call and is wrong on some; people have one on a few. The machine's figure of
all calls plus what the reviewed calls say it is wrong by is right on average, however wrong the machine is, and
nearer than the reviews alone by as much as the machine knows: prediction-powered inference with a tuned power
(A. N. Angelopoulos, J. C. Duchi, T. Zrnic, "PPI++: Efficient Prediction-Powered Inference", arXiv 2311.01453,
2023). Calls are reviewed with unequal chances, so that each stands for ``1 / chance`` calls (J. Hajek, 1971).

A figure is of the process that the calls come from, not of these very calls: with every call reviewed it still
has an interval, and two months or two teams can be compared by theirs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from qa.statistics.agreement.figures import Why, Withheld
from qa.statistics.means import LEVEL, ScoreSum, t_quantile
from qa.statistics.proportions import Interval

Array = npt.NDArray[np.float64]

NEEDED = 30
"""Effective reviews (``effective``) below which no corrected figure is given: its interval would not hold."""
NEEDED_OF_KIND = 5
"""Reviewed failures, and reviewed passes, that the check by sensitivity and specificity needs."""
LEAST_SKILL = 0.2
"""Sensitivity plus specificity less 1 below which nothing can be divided by it."""

DRAWS = 2_000
"""More of them move a bound by less than a twentieth of the interval."""

_SEED = 2311
_CREDIT = 0.5
_TELLING = 8
_Z = NormalDist().inv_cdf((1 + LEVEL) / 2)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A figure of all calls with the 95 % interval.

    Attributes:
        value: The corrected figure, a share 0-1 or a mean on the scale of the scores; within ``low`` to ``high``.
        n: Reviewed calls it rests on: those whose chance of being drawn is known.
        effective: As many reviews with equal chances would say as much, at most ``n``.
        calls: All calls that the machine judged.
        machine: The machine's figure of them, uncorrected.
        human: The figure of the reviewed calls alone, with its interval, for comparison.
        power: How much the machine is relied on: 0 as if there were none, 1 like a second person's verdict.
        left_out: Reviewed calls that do not count, for nobody knows their chance.
    """

    value: float
    low: float
    high: float
    n: int
    effective: float
    calls: int
    machine: float
    human: Interval
    power: float
    left_out: int


@dataclass(frozen=True, slots=True)
class RoganGladen:
    """The pass rate that sensitivity and specificity of the machine imply, with the 95 % interval.

    Attributes:
        sensitivity: Share of failures (people's) that the machine fails.
        specificity: Share of passes that it passes.
        failures: Reviewed failures that it rests on.
        passes: Reviewed passes.
    """

    value: float
    low: float
    high: float
    sensitivity: float
    specificity: float
    failures: int
    passes: int


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Reviewed calls of a known chance: the machine's verdict, the person's, and how many calls each stands for."""

    machine: Array
    human: Array
    weight: Array
    left_out: int

    @property
    def effective(self) -> float:
        return _effective(self.weight)


def corrected_rate(
    calls: Sequence[int],
    machine: npt.ArrayLike,
    passed: npt.ArrayLike,
    chance: npt.ArrayLike,
    *,
    uncovered: int = 0,
) -> Corrected | Withheld:
    """The share of all calls that people would pass.

    The rate of each machine verdict's reviewed calls, weighted by how many of all calls have that verdict: with
    two verdicts the PPI++ estimate at its best power exactly, and with more (``unsure`` as a third) still one.
    Its interval holds the middle 95 % of what the rates and the weights may be, each with Jeffreys' credit of half
    a call (L. D. Brown, T. T. Cai, A. DasGupta, Statistical Science 16, 2001, found that to hold for one share);
    unequal chances count as L. Kish's effective number. A verdict that nobody reviewed may have any rate.

    Args:
        calls: How many of all calls have the machine's verdict 0, 1, ...: the verdicts ascend from a fail to
            a pass.
        machine: Shape (n,): of each reviewed call, which of these verdicts the machine gave it.
        passed: Shape (n,): whether the person passed it.
        chance: Shape (n,): the probability, above 0 up to 1, with which it was drawn; NaN where unknown. A call
            without one does not count.
        uncovered: How many of all calls could not have been drawn (``qa.domain.sampling.Sample.uncovered``):
            with any, no figure of all is given.

    Raises:
        ValueError: The arrays differ in length, or a verdict or a chance is none.
    """
    of_all = np.asarray(calls, dtype=np.float64)
    drawn = _drawn(machine, passed, chance)
    if np.any(of_all < 0) or np.any((drawn.machine < 0) | (drawn.machine >= of_all.size)):
        raise ValueError("a machine verdict is none of those counted")
    if np.any((drawn.human != 0) & (drawn.human != 1)):
        raise ValueError("a person passes a call or does not")
    if lack := _lack(int(of_all.sum()), drawn, uncovered):
        return lack
    shares = of_all / of_all.sum()
    pooled = _mean(drawn.human, drawn.weight)
    rates, worth = np.full(of_all.size, pooled), np.zeros(of_all.size)
    for verdict in range(of_all.size):
        mine = drawn.machine == verdict
        if mine.any():
            rates[verdict] = _mean(drawn.human[mine], drawn.weight[mine])
            worth[verdict] = _worth(drawn.human[mine], drawn.weight[mine])
    value = min(1.0, float(shares @ rates))
    random = np.random.default_rng(_SEED)
    # The machine's own figure is of a finite number of calls too.
    weights = random.standard_gamma(of_all + _CREDIT, size=(DRAWS, of_all.size)) * (of_all > 0)
    possible = (weights * _possible(rates, worth, random)).sum(axis=1) / weights.sum(axis=1)
    bounds = _middle(possible, value)
    alone = _worth(drawn.human, drawn.weight)
    human = _middle(_possible(np.array([pooled]), np.array([alone]), random)[:, 0], pooled)
    coded = np.arange(of_all.size, dtype=np.float64)
    best = coded[-1] or 1.0
    return Corrected(
        value=value,
        low=bounds.low,
        high=bounds.high,
        n=drawn.human.size,
        effective=drawn.effective,
        calls=int(of_all.sum()),
        machine=float(shares @ coded / best),
        human=human,
        power=_slope(drawn.machine / best, drawn.human, drawn.weight),
        left_out=drawn.left_out,
    )


def corrected_mean(
    calls: ScoreSum,
    machine: npt.ArrayLike,
    human: npt.ArrayLike,
    chance: npt.ArrayLike,
    *,
    uncovered: int = 0,
) -> Corrected | Withheld:
    """The mean score 0-100 that people would give all calls.

    The PPI++ estimate with its interval by Student's t, two degrees of freedom fewer than effective reviews.

    Args:
        calls: The machine's scores of all calls.
        machine: Shape (n,): of each reviewed call, the machine's score.
        human: Shape (n,): the person's.
        chance: Shape (n,): as ``corrected_rate`` takes it.
        uncovered: As there.

    Raises:
        ValueError: The arrays differ in length, or a chance is none.
    """
    drawn = _drawn(machine, human, chance)
    if lack := _lack(calls.n, drawn, uncovered):
        return lack
    machine_mean = calls.total / calls.n
    alone = _mean(drawn.human, drawn.weight)
    power = min(1.0, max(0.0, _slope(drawn.machine, drawn.human, drawn.weight)))
    gap = drawn.human - power * drawn.machine
    value = power * machine_mean + _mean(gap, drawn.weight)
    error = math.sqrt(
        _error_squared(gap, drawn.weight, lost=2) + power**2 * calls.variance / calls.n
    )
    reach = t_quantile((1 + LEVEL) / 2, drawn.effective - 2) * error
    alone_error = math.sqrt(_error_squared(drawn.human, drawn.weight, lost=1))
    alone_reach = t_quantile((1 + LEVEL) / 2, drawn.effective - 1) * alone_error
    value = min(100.0, max(0.0, value))
    return Corrected(
        value=value,
        low=max(0.0, value - reach),
        high=min(100.0, value + reach),
        n=drawn.human.size,
        effective=drawn.effective,
        calls=calls.n,
        machine=machine_mean,
        human=Interval(max(0.0, alone - alone_reach), min(100.0, alone + alone_reach)),
        power=power,
        left_out=drawn.left_out,
    )


def rogan_gladen(
    calls: tuple[int, int],
    machine: npt.ArrayLike,
    passed: npt.ArrayLike,
    chance: npt.ArrayLike,
    *,
    uncovered: int = 0,
) -> RoganGladen | Withheld:
    """The same share by another way, as a check: the machine's rate with its two kinds of error taken out.

    ``(rate + sensitivity - 1) / (sensitivity + specificity - 1)``, with a pass as what is looked for (W. J. Rogan,
    B. Gladen, American Journal of Epidemiology 107, 1978), and the interval of Zs. Lang and J. Reiczigel
    (Preventive Veterinary Medicine 113, 2014), which allows for both errors being estimated. It uses of the
    reviewed calls less than ``corrected_rate`` does, and is wider.

    Args:
        calls: How many of all calls the machine fails, and how many it passes.
        machine: Shape (n,): of each reviewed call, whether the machine passed it.
        passed: Shape (n,): whether the person did.
        chance: Shape (n,): as ``corrected_rate`` takes it.
        uncovered: As there.

    Returns:
        Withheld for ``NO_SKILL`` where the machine tells failures from passes hardly better than by chance:
        then no number of reviews brings the figure.
    """
    drawn = _drawn(machine, passed, chance)
    if lack := _lack(sum(calls), drawn, uncovered):
        return lack
    good, bad = drawn.human == 1, drawn.human == 0
    for kind, none in ((bad, Why.NOBODY_FAILED), (good, Why.NOBODY_PASSED)):
        found = int(kind.sum())
        if found < NEEDED_OF_KIND:
            missing = NEEDED_OF_KIND - found
            more = math.ceil(missing * kind.size / found) if found else None
            return Withheld(Why.TOO_FEW if found else none, kind.size, more, missing)
    rate = calls[1] / sum(calls)
    of_passes = _mean(drawn.machine[good], drawn.weight[good])
    of_failures = 1 - _mean(drawn.machine[bad], drawn.weight[bad])
    if of_passes + of_failures - 1 < LEAST_SKILL:
        return Withheld(Why.NO_SKILL, drawn.human.size, None)
    value = (rate + of_failures - 1) / (of_passes + of_failures - 1)
    n_rate = sum(calls) + _Z**2
    n_passes, n_failures = (
        _worth(drawn.machine[kind], drawn.weight[kind]) + 2 for kind in (good, bad)
    )
    rate = (calls[1] + _Z**2 / 2) / n_rate
    se = (of_passes * (n_passes - 2) + 1) / n_passes
    sp = (of_failures * (n_failures - 2) + 1) / n_failures
    skill = se + sp - 1
    middle = (rate + sp - 1) / skill
    by_se, by_sp = se * (1 - se) / n_passes, sp * (1 - sp) / n_failures
    shift = 2 * _Z**2 * (middle * by_se - (1 - middle) * by_sp)
    error = math.sqrt(rate * (1 - rate) / n_rate + middle**2 * by_se + (1 - middle) ** 2 * by_sp)
    low, high = (middle + shift + side * _Z * error / skill for side in (-1, 1))
    return RoganGladen(
        value=min(1.0, max(0.0, value)),
        low=min(1.0, max(0.0, low)),
        high=max(0.0, min(1.0, high)),
        sensitivity=of_failures,
        specificity=of_passes,
        failures=int(bad.sum()),
        passes=int(good.sum()),
    )


def _drawn(machine: npt.ArrayLike, human: npt.ArrayLike, chance: npt.ArrayLike) -> _Drawn:
    said, meant, share = (
        np.asarray(each, dtype=np.float64).ravel() for each in (machine, human, chance)
    )
    if not said.size == meant.size == share.size:
        raise ValueError(f"{said.size} machine's, {meant.size} people's and {share.size} chances")
    known = ~np.isnan(share)
    if np.any((share[known] <= 0) | (share[known] > 1)):
        raise ValueError("a call that was drawn had a chance above 0, up to 1")
    return _Drawn(said[known], meant[known], 1 / share[known], int((~known).sum()))


def _lack(calls: int, drawn: _Drawn, uncovered: int) -> Withheld | None:
    n, effective = drawn.human.size, drawn.effective
    if uncovered:
        return Withheld(Why.NOT_COVERED, n, None)
    # Calls drawn with equal chances count in full, which rounding would miss by the last bit.
    if calls == 0 or effective < NEEDED - 1e-6:
        each = effective / n if n else 1.0
        return Withheld(Why.TOO_FEW, n, max(1, math.ceil(NEEDED / each) - n))
    return None


def _effective(weight: Array) -> float:
    return float(weight.sum() ** 2 / (weight @ weight)) if weight.size else 0.0


def _possible(rates: Array, worth: Array, random: np.random.Generator) -> Array:
    """What shares of so many calls may be, shape (DRAWS, shares); any from 0 to 1 of none."""
    # Rounding of weights must not leave a negative number of calls.
    hits, misses = np.maximum(0.0, rates * worth), np.maximum(0.0, (1 - rates) * worth)
    return random.beta(hits + _CREDIT, misses + _CREDIT, size=(DRAWS, rates.size))


def _middle(possible: Array, value: float) -> Interval:
    low, high = np.quantile(possible, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return Interval(min(value, float(low)), max(value, float(high)))


def _worth(flags: Array, weight: Array) -> float:
    """As many calls with equal chances as say as much of a share.

    The effective number supposes that chances have nothing to do with the flags. Where the rarer flag was drawn
    less often and counts for more, the share is less sure than that; enough of them are needed to tell.
    """
    number = _effective(weight)
    rarer = min(int(flags.sum()), flags.size - int(flags.sum()))
    if rarer < _TELLING:
        return number
    share = _mean(flags, weight)
    return min(number, share * (1 - share) / _error_squared(flags, weight, lost=0))


def _mean(values: Array, weight: Array) -> float:
    return float(values @ weight / weight.sum())


def _slope(machine: Array, human: Array, weight: Array) -> float:
    """How much more people give where the machine gives one more; 0 where it gives all the same."""
    apart = machine - _mean(machine, weight)
    spread = float(weight @ apart**2)
    if spread <= 1e-12 * float(weight.sum()):
        return 0.0
    return float((weight * apart) @ (human - _mean(human, weight))) / spread


def _error_squared(values: Array, weight: Array, *, lost: int) -> float:
    """Variance of a weighted mean, with ``lost`` degrees of freedom taken by what was estimated from it."""
    apart = values - _mean(values, weight)
    return (
        float(weight**2 @ apart**2) / float(weight.sum()) ** 2 * values.size / (values.size - lost)
    )

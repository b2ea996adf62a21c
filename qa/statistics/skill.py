"""How well the machine does beside people, in the bounds that a licence is earned and lost by."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from qa.domain.licence import Bounds, Evidence, Measure
from qa.statistics.shares import share_bounds

LICENCE_LEVEL = 0.99
"""How often an interval of these holds the true figure. It is above the 0.95 of what people read, for a licence
looks 52 times a year, and each look is another chance to be wrong."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Reviewed calls by what the machine and the person said of one criterion.

    Attributes:
        both_fail: Both failed it.
        only_person: The person failed it; the machine missed that.
        only_machine: The machine failed it wrongly.
        both_pass: Both passed it.
    """

    both_fail: int = 0
    only_person: int = 0
    only_machine: int = 0
    both_pass: int = 0

    @property
    def n(self) -> int:
        """All of them."""
        return self.both_fail + self.only_person + self.only_machine + self.both_pass


def evidence(table: Beside, level: float = LICENCE_LEVEL) -> Evidence:
    """Sensitivity, specificity and AC1 of the machine, each with its interval where there is anything to say.

    The shares have Wilson's interval as ``qa.statistics.shares`` mends it. AC1 has its own (K. L. Gwet, British
    Journal of Mathematical and Statistical Psychology 61, 2008): the same interval for the share of agreement, of
    as many calls as Gwet's variance is worth, with the agreement by chance taken out.
    """
    failures = table.both_fail + table.only_person
    passes = table.both_pass + table.only_machine
    z = NormalDist().inv_cdf((1 + level) / 2)
    figures = {}
    if failures:
        figures[Measure.SENSITIVITY] = _share(table.both_fail, failures, z)
    if passes:
        figures[Measure.SPECIFICITY] = _share(table.both_pass, passes, z)
    if table.n:
        figures[Measure.AGREEMENT] = _agreement(table, z)
    return Evidence(failures, passes, figures)


def _share(hits: int, n: int, z: float) -> Bounds:
    found = share_bounds(hits / n, n, z)
    return Bounds(hits / n, found.low, found.high, n)


def _agreement(table: Beside, z: float) -> Bounds:
    agreed = (table.both_fail + table.both_pass) / table.n
    failed = (2 * table.both_fail + table.only_person + table.only_machine) / (2 * table.n)
    by_chance = 2 * failed * (1 - failed)
    value = 1 - (1 - agreed) / (1 - by_chance)
    found = share_bounds(agreed, _worth(table, agreed, failed, value), z)
    low, high = (1 - (1 - bound) / (1 - by_chance) for bound in (found.low, found.high))
    return Bounds(value, low, high, table.n)


def _worth(table: Beside, agreed: float, failed: float, value: float) -> float:
    """As many calls as would give the share of agreement the variance that Gwet's AC1 has."""
    parts = (
        table.both_fail / table.n * (1 - failed) + table.both_pass / table.n * failed,
        table.both_fail / table.n * (1 - failed) ** 2
        + (table.only_person + table.only_machine) / table.n * 0.25
        + table.both_pass / table.n * failed**2,
    )
    by_chance = 2 * failed * (1 - failed)
    spread = (
        agreed * (1 - agreed)
        - 4 * (1 - value) * (parts[0] - agreed * by_chance)
        + 4 * (1 - value) ** 2 * (parts[1] - by_chance**2)
    )
    if spread <= 0 or agreed == 1 or math.isclose(spread, 0, abs_tol=1e-12):
        return table.n
    return table.n * agreed * (1 - agreed) / spread

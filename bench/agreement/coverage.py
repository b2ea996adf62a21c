"""How often intervals hold the truth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.agreement.populations import Differences, Totals, World, drawn
from qa.statistics.agreement import Figure, Shown, detected, intraclass, leniency

OFTEN = 0.1
"""A figure is held to the band in a cell where at least this share of the repetitions shows it. Below, the rare
samples that let it pass are not typical of their world, and how often their intervals hold is told apart."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How the intervals of one figure did in one world.

    Attributes:
        figure: Its name.
        truth: Its true value.
        repetitions: How often calls were drawn.
        shown: How often it was shown.
        held: How often its interval held the truth, of those.
        too_high: How often the whole interval lay above the truth, of those.
    """

    figure: str
    truth: float
    repetitions: int
    shown: int
    held: int
    too_high: int

    @property
    def often(self) -> bool:
        """Whether it is shown often enough to be held to the band."""
        return self.shown >= OFTEN * self.repetitions

    @property
    def share(self) -> float:
        """How often the interval held the truth where it was shown, 0-1. Raises where it never was."""
        return self.held / self.shown


def counted(figure: str, truth: float, shown: Sequence[Shown]) -> Coverage:
    """The coverage of one figure over repetitions."""
    figures = [each for each in shown if isinstance(each, Figure)]
    # A bound that is the truth itself may miss it by its last bit.
    held = sum(each.low - 1e-12 <= truth <= each.high + 1e-12 for each in figures)
    too_high = sum(truth < each.low - 1e-12 for each in figures)
    return Coverage(figure, truth, len(shown), len(figures), held, too_high)


def of_agreement(
    world: World, calls: int, repetitions: int, random: np.random.Generator
) -> list[Coverage]:
    """Raw agreement, kappa (of a pair), Gwet's AC1 and alpha in one world."""
    found, which = drawn(world, calls, repetitions, random)
    return [
        counted(name, truth, [getattr(found[each], name) for each in which])
        for name, truth in world.truth.items()
    ]


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine that judges calls which people pass so often.

    Attributes:
        passing: How often people pass a call, 0-1.
        sensitivity: How often it fails one that they failed.
        specificity: How often it passes one that they passed.
    """

    passing: float
    sensitivity: float
    specificity: float


def of_detection(
    machine: Machine, calls: int, repetitions: int, random: np.random.Generator
) -> list[Coverage]:
    """Sensitivity and specificity."""
    failing = 1 - machine.passing
    chances = [
        failing * machine.sensitivity,
        failing * (1 - machine.sensitivity),
        machine.passing * (1 - machine.specificity),
        machine.passing * machine.specificity,
    ]
    found = [
        detected(caught=caught, missed=missed, false_alarms=false, left_alone=right)
        for caught, missed, false, right in random.multinomial(
            calls, chances, size=repetitions
        ).tolist()
    ]
    return [
        counted("sensitivity", machine.sensitivity, [each.sensitivity for each in found]),
        counted("specificity", machine.specificity, [each.specificity for each in found]),
    ]


def of_intraclass(
    totals: Totals, calls: int, repetitions: int, random: np.random.Generator
) -> Coverage:
    """ICC(2,1) of total scores."""
    found = [intraclass(totals.drawn(calls, random).tolist()).figure for _ in range(repetitions)]
    return counted("ICC(2,1)", totals.truth, found)


def of_leniency(
    differences: Differences, calls: int, repetitions: int, random: np.random.Generator
) -> Coverage:
    """The mean difference of one rater to the master."""
    drawn = random.choice(differences.points, p=differences.chances, size=(repetitions, calls))
    master = [0.0] * calls
    found = [leniency(rater[:, None].tolist(), master)[0].difference for rater in drawn]
    return counted("leniency", differences.truth, found)

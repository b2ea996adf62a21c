"""Intervals of agreement hold the truth 93 to 97 times of 100 where they are shown: the core of ``bench.agreement``."""

from __future__ import annotations

import numpy as np
import pytest

from bench.agreement.coverage import (
    Coverage,
    Machine,
    counted,
    of_agreement,
    of_detection,
    of_intraclass,
    of_leniency,
)
from bench.agreement.populations import (
    CALLS,
    DIFFERENCES,
    PAIRS,
    PANELS,
    PASSING,
    TOTALS,
    Pair,
    Panel,
    World,
)
from qa.statistics.agreement import Figure, Why, Withheld, coefficients, pairs_of, points
from qa.statistics.agreement.patterns import Patterns

REPETITIONS = 2_000
LOW, HIGH = 0.93, 0.97


def in_band(found: list[Coverage]) -> dict[str, float]:
    """Coverage of the figures shown often; the band is checked on the way."""
    shares = {each.figure: each.share for each in found if each.often}
    outside = {name: share for name, share in shares.items() if not LOW <= share <= HIGH}
    assert not outside
    return shares


@pytest.mark.parametrize("passing", PASSING)
def test_thirty_calls_show_no_agreement(passing: float) -> None:
    random = np.random.default_rng(1)
    found = of_agreement(Pair(passing, 0.6), 30, REPETITIONS, random)
    assert [each.shown for each in found] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("world", "calls", "figures"),
    [
        (Pair(0.5, 0.8), 60, {"raw", "kappa", "gwet", "alpha"}),
        (Pair(0.9, 0.6), 60, {"raw", "kappa", "gwet", "alpha"}),
        (Pair(0.97, 0.4), 60, {"raw", "gwet"}),
        (Pair(0.9, 0.8), 200, {"raw", "kappa", "gwet", "alpha"}),
        (Pair(0.97, 0.6), 200, {"raw", "kappa", "gwet", "alpha"}),
        (Panel(0.9, 3, 0.9, 0.98), 60, {"raw", "gwet", "alpha"}),
    ],
)
def test_the_intervals_of_agreement_hold(world: World, calls: int, figures: set[str]) -> None:
    random = np.random.default_rng(2)
    assert set(in_band(of_agreement(world, calls, REPETITIONS, random))) == figures


@pytest.mark.parametrize(
    ("passing", "calls", "figures"),
    [
        (0.5, 30, {"sensitivity"}),
        (0.5, 60, {"sensitivity", "specificity"}),
        (0.5, 200, {"sensitivity", "specificity"}),
        (0.9, 30, {"specificity"}),
        (0.9, 60, {"specificity"}),
        (0.9, 200, {"sensitivity", "specificity"}),
        (0.97, 30, {"specificity"}),
        (0.97, 60, {"specificity"}),
        (0.97, 200, {"specificity"}),
    ],
)
def test_the_intervals_of_detection_hold(passing: float, calls: int, figures: set[str]) -> None:
    random = np.random.default_rng(3)
    machine = Machine(passing, sensitivity=0.8, specificity=0.9)
    assert set(in_band(of_detection(machine, calls, REPETITIONS, random))) == figures


def test_the_intervals_of_scores_hold() -> None:
    random = np.random.default_rng(4)
    in_band([of_intraclass(TOTALS[0], 60, REPETITIONS, random)])
    in_band([of_leniency(DIFFERENCES[0], 60, REPETITIONS, random)])


@pytest.mark.parametrize("world", [*PAIRS, *PANELS])
def test_the_truth_of_a_world_is_what_endless_calls_of_it_show(world: World) -> None:
    assert sum(world.chances) == pytest.approx(1)
    endless = np.round(np.array(world.chances) * 100_000).astype(np.int64)
    found = points(world.rated(endless))
    for name, truth in world.truth.items():
        assert getattr(found, name) == pytest.approx(truth, abs=0.002)


def test_coverage_counts_what_is_shown() -> None:
    given = [Figure(0.5, 0.4, 0.6, 9), Figure(0.7, 0.6, 0.8, 9), Withheld(Why.TOO_FEW, 1, 1)]
    found = counted("raw", 0.5, given)
    assert (found.shown, found.held, found.too_high, found.share) == (2, 1, 1, 0.5)
    assert found.often
    assert not counted("raw", 0.5, given[2:]).often


def test_every_cell_asked_for_is_simulated() -> None:
    assert (
        {world.passing for world in PAIRS}
        == {world.passing for world in PANELS}
        == {0.5, 0.9, 0.97}
    )
    assert CALLS == (30, 60, 200)


def test_kappa_of_raters_who_are_not_told_apart_is_refused() -> None:
    one = Patterns(np.ones((1, 2)), np.ones(1), np.ones(1), paired=False)
    with pytest.raises(ValueError, match="two raters"):
        coefficients.kappa(one, np.ones((1, 1)), np.eye(2))
    assert points(pairs_of([[1, 0], [0, 1]])).kappa == 1

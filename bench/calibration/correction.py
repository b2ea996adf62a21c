"""Bias, width and coverage of the corrected figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa.statistics.corrected import (
    Corrected,
    RoganGladen,
    corrected_mean,
    corrected_rate,
    rogan_gladen,
)
from qa.statistics.means import ScoreSum

REPETITIONS = 2_000
CALLS = 2_000
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Site:
    """Calls as they truly are, and a machine: how often it passes a pass, and fails a failure."""

    passing: float
    passes_found: float
    failures_found: float


SITES = (
    Site(0.9, 0.95, 0.70),
    Site(0.5, 0.95, 0.70),
    Site(0.97, 0.95, 0.70),
    Site(0.9, 0.985, 0.90),
    Site(0.9, 0.80, 0.50),
    Site(0.97, 0.80, 0.50),
)
REVIEWS = (40, 60, 100, 200)


def tables() -> Iterator[str]:
    """Markdown tables, line by line."""
    yield "### Corrected pass rate\n"
    yield (
        "| True | Passes / failures found | Chances | Reviews | Bias, points | Width, of people's alone "
        "| Coverage | Withheld | Check: bias | Check: coverage |"
    )
    yield "|---|---|---|---|---|---|---|---|---|---|"
    for site in SITES:
        for unequal in (False, True):
            for reviews in REVIEWS:
                yield _rate_line(site, reviews, unequal=unequal)
    yield "\n### Corrected mean score\n"
    yield "| Chances | Reviews | Bias, points | Width, of people's alone | Coverage | Withheld |"
    yield "|---|---|---|---|---|---|"
    for unequal in (False, True):
        for reviews in REVIEWS:
            yield _mean_line(reviews, unequal=unequal)


def _rate_line(site: Site, reviews: int, *, unequal: bool) -> str:
    drawn = np.random.default_rng([reviews, unequal, round(1000 * site.passing)])
    found: list[Corrected] = []
    checks: list[RoganGladen] = []
    for _ in range(REPETITIONS):
        person = drawn.random(CALLS) < site.passing
        machine = np.where(
            person,
            drawn.random(CALLS) < site.passes_found,
            drawn.random(CALLS) >= site.failures_found,
        )
        chance, taken = _draw(drawn, ~machine, reviews, unequal=unequal)
        calls = int((~machine).sum()), int(machine.sum())
        sample = machine[taken], person[taken], chance[taken]
        rate = corrected_rate(calls, *sample)
        if isinstance(rate, Corrected):
            found.append(rate)
        check = rogan_gladen(calls, *sample)
        if isinstance(check, RoganGladen):
            checks.append(check)
    true = site.passing
    held = np.mean([each.low <= true <= each.high for each in found])
    sure = np.mean([each.low <= true <= each.high for each in checks]) if checks else np.nan
    off = 100 * (np.mean([each.value for each in checks]) - true) if checks else np.nan
    return (
        f"| {true} | {site.passes_found} / {site.failures_found} | {'1 : 4' if unequal else 'equal'} "
        f"| {reviews} | {100 * (np.mean([each.value for each in found]) - true):+.2f} "
        f"| {_narrower(found):.2f} | {100 * held:.1f} % | {REPETITIONS - len(found)} "
        f"| {off:+.2f} | {100 * sure:.1f} % |"
    )


def _mean_line(reviews: int, *, unequal: bool) -> str:
    """Scores of 0-100 with a long lower tail; the machine is 3 points low and 6 off either way."""
    drawn = np.random.default_rng([reviews, unequal])
    found: list[Corrected] = []
    for _ in range(REPETITIONS):
        person = 100 * drawn.beta(6, 1.2, CALLS) * np.where(drawn.random(CALLS) < 0.05, 0.5, 1)
        machine = np.clip(person + drawn.normal(-3, 6, CALLS), 0, 100)
        chance, taken = _draw(drawn, machine < 70, reviews, unequal=unequal)
        sums = ScoreSum(CALLS, float(machine.sum()), float((machine**2).sum()))
        mean = corrected_mean(sums, machine[taken], person[taken], chance[taken])
        if isinstance(mean, Corrected):
            found.append(mean)
    true = 100 * 6 / 7.2 * 0.975
    held = np.mean([each.low <= true <= each.high for each in found])
    return (
        f"| {'1 : 4' if unequal else 'equal'} | {reviews} "
        f"| {np.mean([each.value for each in found]) - true:+.2f} | {_narrower(found):.2f} "
        f"| {100 * held:.1f} % | {REPETITIONS - len(found)} |"
    )


def _draw(
    drawn: np.random.Generator, pressing: Flags, reviews: int, *, unequal: bool
) -> tuple[Numbers, Flags]:
    """Chances, and who is drawn: so many reviews, or as many on average with the pressing four times as likely."""
    if not unequal:
        taken = np.zeros(CALLS, dtype=np.bool_)
        taken[drawn.choice(CALLS, reviews, replace=False)] = True
        return np.full(CALLS, reviews / CALLS), taken
    share = np.where(pressing | (drawn.random(CALLS) < 0.1), 4.0, 1.0)
    chance = np.minimum(1.0, reviews * share / share.sum())
    return chance, drawn.random(CALLS) < chance


def _narrower(found: list[Corrected]) -> float:
    widths = sum(each.high - each.low for each in found)
    return widths / sum(each.human.high - each.human.low for each in found)

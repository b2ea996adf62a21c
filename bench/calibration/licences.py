"""Simulated years: which criteria earn a licence, when, and when they lose it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from qa.domain.licence import Evidence, Level, Look, Terms, decide
from qa.statistics.skill import Beside, evidence

YEARS = 2_000
WEEKS = 52
REVIEWS = 40
"""Random reviews a week."""
BREAKS = 30
"""The week after which a machine that breaks finds fewer failures."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """What is true of a criterion: its failures, and what of failures and passes the machine gets right."""

    name: str
    failing: float
    sensitivity: float
    specificity: float
    broken: float | None = None


CRITERIA = tuple(
    Criterion(name, failing, *rest)
    for failing in (0.1, 0.2)
    for name, *rest in (
        ("very good", 0.98, 0.99),
        ("good", 0.95, 0.97),
        ("sensitivity at the term", 0.80, 0.99),
        ("sensitivity 5 points below", 0.75, 0.99),
        ("specificity at the term", 0.99, 0.90),
        ("specificity 3 points below", 0.99, 0.87),
        ("breaks to 0.7 in week 30", 0.97, 0.98, 0.7),
        ("breaks to 0.5 in week 30", 0.97, 0.98, 0.5),
    )
)


def tables() -> Iterator[str]:
    """Markdown tables, line by line."""
    terms = Terms()
    yield "### A year of licences\n"
    yield (
        "| Criterion | Fails | Sensitivity / specificity | Ever `auto` | First `auto`, week (10 / 50 / 90 %) "
        "| Losses of `auto` a year | `auto` when it broke | Weeks until lost (50 / 90 %) |"
    )
    yield "|---|---|---|---|---|---|---|---|"
    for criterion in CRITERIA:
        yield _line(criterion, _years(criterion, terms))


def _years(criterion: Criterion, terms: Terms) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """Whether the level is ``auto``, shape (years, weeks)."""
    dice = np.random.default_rng(
        [round(1000 * criterion.failing), round(1000 * criterion.sensitivity), len(criterion.name)]
    )
    finds = np.full(WEEKS, criterion.sensitivity)
    if criterion.broken is not None:
        finds[BREAKS:] = criterion.broken
    failures = dice.binomial(REVIEWS, criterion.failing, (YEARS, WEEKS))
    found = dice.binomial(failures, finds)
    passed = dice.binomial(REVIEWS - failures, criterion.specificity)
    cells = np.stack((found, failures - found, REVIEWS - failures - passed, passed), axis=-1)
    until = np.concatenate(
        (np.zeros((YEARS, 1, 4), dtype=cells.dtype), cells.cumsum(axis=1)), axis=1
    )
    auto = np.zeros((YEARS, WEEKS), dtype=np.bool_)
    for year in range(YEARS):
        level, looks = Level.HUMAN_ONLY, []
        for week in range(1, WEEKS + 1):
            window, recent = (
                _evidence(*(until[year, week] - until[year, max(0, week - size)]).tolist())
                for size in (terms.window_weeks, terms.recent_weeks)
            )
            looks.append(Look(window, recent))
            level = decide(level, looks[-terms.looks :], terms).level
            auto[year, week - 1] = level is Level.AUTO
    return auto


@cache
def _evidence(*cells: int) -> Evidence:
    return evidence(Beside(*cells))


def _line(criterion: Criterion, auto: np.ndarray[tuple[int, int], np.dtype[np.bool_]]) -> str:
    ever = auto.any(axis=1)
    first = np.percentile(auto[ever].argmax(axis=1) + 1, (10, 50, 90)) if ever.any() else []
    losses = (auto[:, :-1] & ~auto[:, 1:]).sum(axis=1).mean()
    broke = until = "-"
    if criterion.broken is not None:
        trusted = auto[auto[:, BREAKS - 1]][:, BREAKS:]
        broke = f"{100 * len(trusted) / YEARS:.0f} %"
        weeks = np.where((~trusted).any(axis=1), (~trusted).argmax(axis=1) + 1, WEEKS)
        until = " / ".join(f"{each:.0f}" for each in np.percentile(weeks, (50, 90)))
    return (
        f"| {criterion.name} | {100 * criterion.failing:.0f} % "
        f"| {criterion.sensitivity} / {criterion.specificity} | {100 * ever.mean():.1f} % "
        f"| {' / '.join(f'{each:.0f}' for each in first) if ever.mean() > 0.5 else '-'} "
        f"| {losses:.2f} | {broke} | {until} |"
    )

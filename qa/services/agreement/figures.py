"""Figures of agreement from what was counted: for one criterion, or one pair of people.

The statistics are those of ``qa.statistics.agreement``. The same counts give the same figures, which are therefore
kept: what a page shows again is not worked out again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from qa.ports.agreement import FAILED, NOT_APPLICABLE, PASSED, UNDECIDED, Beside, Said, Together
from qa.statistics.agreement import (
    Agreement,
    Detection,
    Level,
    Points,
    Ratings,
    Weights,
    agreement,
    detected,
    points,
)
from qa.statistics.agreement.ratings import NONE

_KEPT = 2_000
"""Figures kept at a time: those of some dozens of pages."""

_NAMES = {FAILED: "fail", PASSED: "pass", NOT_APPLICABLE: "not_applicable"}

Counts = tuple[tuple[tuple[Said, ...], int], ...]
"""Calls by what was said of them, in a fixed order: counts that are alike are the same."""


def name_of(code: Said) -> str:
    """The category that a verdict is of: an outcome, or the per cent of a level of a scale."""
    return _NAMES.get(code, str(code))


# --- people with each other --------------------------------------------------------------------


def people_figures(found: Iterable[Together], *, scale: bool) -> Agreement:
    """How far people agree who have rated the same calls, whoever they are."""
    counts: Counter[tuple[Said, ...]] = Counter()
    for each in found:
        counts[each.said] += each.calls
    return _of_people(_ordered(counts), scale=scale)


@lru_cache(_KEPT)
def _of_people(counts: Counts, *, scale: bool) -> Agreement:
    # Two columns would be taken for two people, who are not told apart here: every other call is moved by one.
    ratings = _ratings(counts, scale=scale, moved=1)
    found, plain = _agreement(ratings, scale=scale), points(ratings, *_weighing(scale=scale))
    # Kappa is of two; of more, alpha stands for it, whose chance is reckoned alike.
    parted = Points(plain.raw, plain.alpha, plain.gwet, plain.alpha).paradox
    return replace(found, kappa=None, paradox=parted)


def pair_figures(said: Iterable[tuple[Said, Said]], *, scale: bool) -> Agreement:
    """How far two people agree on the calls that both have rated, the first one's verdict first."""
    return _of_pair(_ordered(Counter(said)), scale=scale)


@lru_cache(_KEPT)
def _of_pair(counts: Counts, *, scale: bool) -> Agreement:
    return _agreement(_ratings(counts, scale=scale), scale=scale)


def _ordered(counts: Mapping[tuple[Said, ...], int]) -> Counts:
    return tuple(sorted(counts.items()))


def _agreement(ratings: Ratings, *, scale: bool) -> Agreement:
    return agreement(ratings, *_weighing(scale=scale))


def _weighing(*, scale: bool) -> tuple[Weights, Level]:
    return (Weights.QUADRATIC, Level.INTERVAL) if scale else (Weights.SAME, Level.NOMINAL)


def _ratings(counts: Counts, *, scale: bool, moved: int = 0) -> Ratings:
    """A row for each call, every other one moved by so many columns.

    On a scale, what does not apply stands nowhere and counts as not rated. Off a scale every pass is the same,
    whatever it earned under an earlier rubric.
    """
    if not scale:
        counts = tuple(
            (tuple(PASSED if code > FAILED else code for code in said), calls)
            for said, calls in counts
        )
    used = {code for said, _calls in counts for code in said if code != UNDECIDED}
    codes = sorted({FAILED, PASSED} | used)
    if scale:
        codes = [code for code in codes if code != NOT_APPLICABLE]
    places = {code: place for place, code in enumerate(codes)}
    width = max([2, *(len(said) for said, _calls in counts)])
    rows = np.full((len(counts), width + moved), NONE, dtype=np.int64)
    for row, (said, _calls) in zip(rows, counts, strict=True):
        row[: len(said)] = [places.get(code, NONE) for code in said]
    steps = tuple(map(float, codes if scale else range(len(codes))))
    calls = np.array([calls for _said, calls in counts], dtype=np.int64)
    each = np.repeat(rows, calls, axis=0)
    each[1::2] = np.roll(each[1::2], moved, axis=1)
    return Ratings(tuple(map(name_of, codes)), steps, each)


# --- the machine beside people -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MachineFigures:
    """How far the machine agrees with people, and what it finds and spares.

    Attributes:
        found: Of the calls that both have settled, people's verdict first.
        detection: Failures and what is none. A criterion that does not apply, as people say, is one that they did
            not fail: a machine that fails it takes points as wrongly as from a pass. A machine that says so of
            a call that people failed has missed a failure.
        undecided: Calls that people settled and the machine left to a person.
        unsettled: Calls on which people differ and nothing was agreed.
    """

    found: Agreement
    detection: Detection
    undecided: int
    unsettled: int


def machine_figures(found: Iterable[Beside], *, scale: bool) -> MachineFigures:
    """How far the machine agrees with what people settled on."""
    counts: Counter[tuple[Said, ...]] = Counter()
    for each in found:
        counts[each.person, each.machine] += each.calls
    return _of_machine(_ordered(counts), scale=scale)


@lru_cache(_KEPT)
def _of_machine(counts: Counts, *, scale: bool) -> MachineFigures:
    cells: Counter[tuple[bool, bool]] = Counter()
    undecided = {True: 0, False: 0}
    unsettled = 0
    settled: Counter[tuple[Said, ...]] = Counter()
    for (person, machine), calls in counts:
        failed = person == FAILED
        if person == UNDECIDED:
            unsettled += calls
            continue
        if machine == UNDECIDED:
            undecided[failed] += calls
            continue
        settled[person, machine] += calls
        if failed or machine != NOT_APPLICABLE:
            cells[failed, machine == FAILED] += calls
    return MachineFigures(
        found=_agreement(_ratings(_ordered(settled), scale=scale), scale=scale),
        detection=detected(
            caught=cells[True, True],
            missed=cells[True, False],
            false_alarms=cells[False, True],
            left_alone=cells[False, False],
            undecided_failed=undecided[True],
            undecided_passed=undecided[False],
        ),
        undecided=sum(undecided.values()),
        unsettled=unsettled,
    )

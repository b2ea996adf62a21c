"""``python -m bench.agreement`` simulates how often the intervals hold, and puts the figures on their page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, product
from pathlib import Path

import numpy as np

from bench.agreement.coverage import (
    Coverage,
    Machine,
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
    World,
)

REPETITIONS = 2_000
HARDLY = 0.01
"""Shown in a smaller share of the repetitions than this, a figure is as good as never shown."""
SEED = 20_261
LOW, HIGH = 0.93, 0.97
"""How often an interval that promises 95 of 100 is to hold."""

MACHINES = tuple(
    Machine(passing, sensitivity, specificity)
    for passing, (sensitivity, specificity) in product(
        PASSING, ((0.7, 0.9), (0.8, 0.95), (0.9, 0.95), (0.95, 0.98))
    )
)
PAGE = Path(__file__).resolve().parents[2] / "docs" / "agreement.md"
BEGINS, ENDS = "<!-- figures: written by `python -m bench.agreement` -->", "<!-- end of figures -->"

Row = tuple[str, float, int, Coverage]
"""Kind of raters, how often calls pass, calls, and how one figure did."""


def main() -> None:
    """Simulate, print, and put the tables on their page."""
    pairs, panels, machines, totals = (np.random.default_rng(SEED + part) for part in range(4))
    verdicts = [
        *_agreement("two raters", PAIRS, pairs),
        *_agreement("three or six raters", PANELS, panels),
        *_detection(machines),
    ]
    scores = list(_scores(totals))
    lines = [*_by_prevalence(verdicts), "", *_by_kind(scores)]
    print("\n".join(lines))
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGINS)
    after = rest.split(ENDS)[1]
    PAGE.write_text("\n".join([before + BEGINS, "", *lines, "", ENDS + after]), encoding="utf-8")


def _agreement(kind: str, worlds: Sequence[World], random: np.random.Generator) -> Iterator[Row]:
    for world, calls in product(worlds, CALLS):
        for each in of_agreement(world, calls, REPETITIONS, random):
            yield kind, world.passing, calls, each


def _detection(random: np.random.Generator) -> Iterator[Row]:
    for machine, calls in product(MACHINES, CALLS):
        for each in of_detection(machine, calls, REPETITIONS, random):
            yield "the machine", machine.passing, calls, each


def _scores(random: np.random.Generator) -> Iterator[tuple[str, int, Coverage]]:
    for totals, calls in product(TOTALS, CALLS):
        yield totals.name, calls, of_intraclass(totals, calls, REPETITIONS, random)
    for differences, calls in product(DIFFERENCES, CALLS):
        yield differences.name, calls, of_leniency(differences, calls, REPETITIONS, random)


def _by_prevalence(rows: Iterable[Row]) -> Iterator[str]:
    """A table with a row for each figure and number of calls, a column for each prevalence."""
    yield "| Figure | Calls | " + " | ".join(f"{passing:.0%} pass" for passing in PASSING) + " |"
    yield "|---|---|" + "---|" * len(PASSING)

    def place(row: Row) -> tuple[str, str, int]:
        return row[0], row[3].figure, row[2]

    for (kind, figure, calls), group in groupby(sorted(rows, key=place), key=place):
        cells = list(group)
        told = (_told([each for _, of, _, each in cells if of == passing]) for passing in PASSING)
        yield f"| {figure}, {kind} | {calls} | " + " | ".join(told) + " |"


def _by_kind(rows: Sequence[tuple[str, int, Coverage]]) -> Iterator[str]:
    """A table with a row for each kind of scores, a column for each number of calls."""
    yield "| Figure | Scores | " + " | ".join(f"{calls} calls" for calls in CALLS) + " |"
    yield "|---|---|" + "---|" * len(CALLS)
    for name in dict.fromkeys((each.figure, name) for name, _, each in rows):
        told = (
            _told([each for kind, of, each in rows if (each.figure, kind, of) == (*name, calls)])
            for calls in CALLS
        )
        yield f"| {name[0]} | {name[1]} | " + " | ".join(told) + " |"


def _told(found: Sequence[Coverage]) -> str:
    """The range of coverage over worlds that show a figure often, or that it is withheld."""
    shown = [each for each in found if each.often]
    if shown:
        shares = [each.share for each in shown]
        outside = sum(not LOW <= share <= HIGH for share in shares)
        ends = dict.fromkeys(f"{100 * end:.1f}" for end in (min(shares), max(shares)))
        told = "-".join(ends)
        return f"**{told}** ({outside} of {len(shares)} outside)" if outside else told
    seldom = [each for each in found if each.shown >= HARDLY * each.repetitions]
    if not seldom:
        return "withheld"
    share = max(each.shown / each.repetitions for each in seldom)
    held = sum(each.held for each in seldom) / sum(each.shown for each in seldom)
    return f"withheld (but for {share:.1%} at most, which hold {100 * held:.0f})"


if __name__ == "__main__":
    main()

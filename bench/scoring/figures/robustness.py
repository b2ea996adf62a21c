"""Robustness: what becomes of a verdict where a recogniser loses marks, mishears or drops words.

Every word of a golden dialogue counts as certain, damaged or not, so the machine has no warning. A verdict
that is left open then does no harm; one that is decided otherwise does. The damage can take away the very
word that decided, such as a "not": some of what moves to wrong has become right for the damaged words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from random import Random
from typing import Protocol

from rich.table import Table

from bench.scoring import damage, golden
from bench.scoring.chance import SEED, chance
from bench.scoring.counts import Drift
from bench.scoring.options import Options
from bench.speech.figure import Figure, table


class Harm(Protocol):
    """Damages a text."""

    def __call__(self, text: str, rng: Random) -> str:
        """The damaged text."""


KINDS: Mapping[str, Harm] = {
    "marks lost": damage.without_marks,
    "homophones": damage.homophones,
    "words dropped": damage.dropped,
}
_HEADINGS = ("verdicts", "stayed", "to right", "to open", "to wrong", "to wrong %", "deducted")


def measure(options: Options) -> Figure:
    """Damage every dialogue some times and see where its verdicts go."""
    kinds: dict[str, Drift] = defaultdict(Drift)
    criteria: dict[str, Drift] = defaultdict(Drift)
    for shelf, one in golden.chosen(options.splits):
        language = one.dialogue.transcript.language
        before = golden.outcomes(shelf.rubric, one.dialogue)
        rng = chance("robustness", one.dialogue.id)
        for kind, harm in KINDS.items():
            for _ in range(options.rounds):
                told = golden.told(one.dialogue, partial(harm, rng=rng))
                after = golden.outcomes(shelf.rubric, told)
                for criterion, right in one.dialogue.expected.items():
                    if criterion in before:
                        moved = (right, before[criterion], after[criterion])
                        kinds[f"{kind}, {language}"].count(*moved)
                        criteria[criterion].count(*moved)
    return Figure(
        bars=(),
        tables=(
            _table(f"Verdicts on damaged words, {options.split}", kinds),
            _table("By criterion, all damage", criteria),
        ),
        data={
            "seed": SEED,
            "rounds": options.rounds,
            "kinds": {name: drift.document() for name, drift in kinds.items()},
            "criteria": {name: drift.document() for name, drift in criteria.items()},
        },
    )


def _table(title: str, drifts: Mapping[str, Drift]) -> Table:
    return table(
        title,
        ("", *_HEADINGS),
        [
            (
                name,
                drift.total,
                drift.stayed,
                drift.to_right or "",
                drift.to_open or "",
                drift.to_wrong or "",
                100 * drift.to_wrong / drift.total,
                drift.deducted or "",
            )
            for name, drift in sorted(drifts.items())
        ],
    )

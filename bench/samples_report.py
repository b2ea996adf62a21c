"""Score the sample calls and set every verdict against the truth that comes with them.

``python -m bench.samples_report`` scores ``samples/`` into a fresh data folder, prints the table and fails
when too few verdicts are right, or any point is lost wrongly. ``--keep FOLDER`` uses (and keeps) a data folder.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from qa import bootstrap
from qa.config import Settings
from qa.domain.records import CallDetail
from qa.domain.scorecard import Outcome, Verdict

SAMPLES = Path(__file__).resolve().parent.parent / "samples"
COMPANY_NAMES = ("云帆科技", "Northwind")
FORMS = ("stereo", "mono")
WANTED = {"stereo": 0.95, "mono": 0.85}
"""Share of right verdicts below which this bench fails."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One verdict beside the right one."""

    name: str
    form: str
    criterion: str
    right: str
    given: str
    verdict: Verdict

    @property
    def agrees(self) -> bool:
        """Whether the machine said what a person says."""
        return self.right == self.given


def truth_of(name: str) -> dict[str, str]:
    """The right verdicts of one sample call."""
    document = json.loads((SAMPLES / "truth" / f"{name}.json").read_text(encoding="utf-8"))
    verdicts: dict[str, str] = document["verdicts"]
    return verdicts


def score_samples(home: Path) -> tuple[CallDetail, ...]:
    """Score every sample call into a data folder, real models and all, whatever the machine's settings."""
    settings = Settings.model_construct(home=home, company_names=COMPANY_NAMES)
    outcome = bootstrap.run(settings, [SAMPLES], SAMPLES / "manifest.csv")
    return tuple(outcome.details())


def compare(calls: Iterable[CallDetail]) -> tuple[Compared, ...]:
    """Every verdict of every call beside the right one."""
    compared: list[Compared] = []
    for call in calls:
        name, _, form = call.record.call_id.rpartition("-")
        right = truth_of(name)
        if call.scorecard is None:
            raise LookupError(f"{call.record.call_id} has no scorecard")
        compared += [
            Compared(
                name,
                form,
                verdict.criterion,
                right[verdict.criterion],
                str(verdict.outcome),
                verdict,
            )
            for verdict in call.scorecard.verdicts
        ]
    return tuple(compared)


def share_right(compared: Sequence[Compared], form: str) -> float:
    """Share of verdicts of one form that are right, 0-1."""
    of_form = [one for one in compared if one.form == form]
    return sum(one.agrees for one in of_form) / len(of_form)


def wrong_deductions(compared: Sequence[Compared]) -> list[Compared]:
    """Fails that a person would not have given: the worst kind of error."""
    return [one for one in compared if one.given == Outcome.FAIL and not one.agrees]


def missed_privacy(compared: Sequence[Compared]) -> list[Compared]:
    """Privacy failures that were not found."""
    return [
        one
        for one in compared
        if one.criterion == "privacy" and one.right == "fail" and not one.agrees
    ]


def unproven(compared: Sequence[Compared]) -> list[Compared]:
    """Fails with neither evidence nor the window searched."""
    return [
        one
        for one in compared
        if one.given == Outcome.FAIL and not one.verdict.evidence and one.verdict.searched is None
    ]


def print_tables(compared: Sequence[Compared], console: Console) -> None:
    """A row per criterion with the share right, and every verdict that is not."""
    table = Table(title="Verdicts against the truth")
    for heading in ("criterion", *FORMS):
        table.add_column(heading, justify="left" if heading == "criterion" else "right")
    for criterion in dict.fromkeys(one.criterion for one in compared):
        cells = []
        for form in FORMS:
            ours = [one for one in compared if one.criterion == criterion and one.form == form]
            cells.append(f"{sum(one.agrees for one in ours)}/{len(ours)}")
        table.add_row(criterion, *cells)
    table.add_section()
    table.add_row("all", *(f"{share_right(compared, form):.1%}" for form in FORMS))
    console.print(table)
    for one in compared:
        if not one.agrees:
            console.print(
                f"{one.name}-{one.form} {one.criterion}: said {one.given}, right is {one.right}"
                f" (confidence {one.verdict.confidence:.2f})"
            )


def main() -> None:
    """Score, print, and fail below the promised figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="data folder to use and keep")
    keep: Path | None = parser.parse_args().keep
    console = Console()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        compared = compare(score_samples(keep or Path(scratch)))
    print_tables(compared, console)
    console.print(
        f"stereo {share_right(compared, 'stereo'):.1%}, mono {share_right(compared, 'mono'):.1%}, "
        f"wrong deductions {len(wrong_deductions(compared))}, "
        f"privacy failures missed {len(missed_privacy(compared))}, "
        f"fails without proof {len(unproven(compared))}; {time.perf_counter() - began:.0f} s"
    )
    short = [form for form in FORMS if share_right(compared, form) < WANTED[form]]
    faults = [*wrong_deductions(compared), *missed_privacy(compared), *unproven(compared)]
    sys.exit(1 if short or faults else 0)


if __name__ == "__main__":
    main()

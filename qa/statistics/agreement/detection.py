"""Whether the machine finds the failures that people find, and leaves alone what they pass.

Most calls pass most criteria, so a machine that never fails anything agrees with people nearly always. Sensitivity and
specificity cannot be had that way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qa.statistics.agreement.enough import FAILED, PASSED, too_few_of
from qa.statistics.agreement.figures import Figure, Shown, Why, Withheld
from qa.statistics.proportions import Share, wilson

FAIL, PASS = "fail", "pass"


@dataclass(frozen=True, slots=True)
class Detection:
    """The machine's verdicts against people's.

    Attributes:
        caught: Calls that both failed.
        missed: Calls that people failed and the machine passed.
        false_alarms: Calls that people passed and the machine failed.
        left_alone: Calls that both passed.
        undecided_failed: Calls that people failed and the machine neither failed nor passed. They go to a person
            and count neither for nor against it.
        undecided_passed: The same of calls that people passed.
        sensitivity: Share of the failures it decided that it failed, 0-1.
        specificity: Share of the passes it decided that it passed, 0-1.
    """

    caught: int
    missed: int
    false_alarms: int
    left_alone: int
    undecided_failed: int
    undecided_passed: int
    sensitivity: Shown
    specificity: Shown

    @property
    def n(self) -> int:
        """Calls that both decided."""
        return self.caught + self.missed + self.false_alarms + self.left_alone

    @property
    def table(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Rows: people failed, people passed. Columns: the machine failed, the machine passed."""
        return (self.caught, self.missed), (self.false_alarms, self.left_alone)

    @property
    def prevalence(self) -> float | None:
        """Share of the calls both decided that people failed, 0-1; ``None`` of no calls."""
        return (self.caught + self.missed) / self.n if self.n else None


def detection(verdicts: Iterable[tuple[str | None, str | None]]) -> Detection:
    """Sensitivity and specificity of the machine for failures, with Wilson's intervals.

    Args:
        verdicts: For each call what people said and what the machine said: ``"fail"``, ``"pass"``, or anything else
            (not applicable, cannot judge, ``None``), which decides nothing.
    """
    cells = {(people, machine): 0 for people in (FAIL, PASS) for machine in (FAIL, PASS, None)}
    for people, machine in verdicts:
        if people in {FAIL, PASS}:
            cells[people, machine if machine in {FAIL, PASS} else None] += 1
    return detected(
        caught=cells[FAIL, FAIL],
        missed=cells[FAIL, PASS],
        false_alarms=cells[PASS, FAIL],
        left_alone=cells[PASS, PASS],
        undecided_failed=cells[FAIL, None],
        undecided_passed=cells[PASS, None],
    )


def detected(
    *,
    caught: int,
    missed: int,
    false_alarms: int,
    left_alone: int,
    undecided_failed: int = 0,
    undecided_passed: int = 0,
) -> Detection:
    """The same from counts of calls (see ``Detection``)."""
    n = caught + missed + false_alarms + left_alone
    return Detection(
        caught,
        missed,
        false_alarms,
        left_alone,
        undecided_failed,
        undecided_passed,
        sensitivity=_share(
            caught, caught + missed, too_few_of(Why.NOBODY_FAILED, n, caught + missed, FAILED)
        ),
        specificity=_share(
            left_alone,
            false_alarms + left_alone,
            too_few_of(Why.NOBODY_PASSED, n, false_alarms + left_alone, PASSED),
        ),
    )


def _share(hits: int, of: int, missing: Withheld | None) -> Shown:
    if missing is not None:
        return missing
    share = Share(hits, of)
    bounds = wilson(share)
    return Figure(share.value, bounds.low, bounds.high, of)

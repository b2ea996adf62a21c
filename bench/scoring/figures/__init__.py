"""One figure a module; each has a ``measure`` that takes the options and returns what came out."""

from __future__ import annotations

from collections.abc import Mapping

from bench.scoring.figures import (
    cost,
    deductions,
    fairness,
    recognition,
    robustness,
    verdicts,
)
from bench.scoring.options import Measure

FIGURES: Mapping[str, Measure] = {
    "verdicts": verdicts.measure,
    "recognition": recognition.measure,
    "fairness": fairness.measure,
    "robustness": robustness.measure,
    "cost": cost.measure,
    "deductions": deductions.measure,
}
"""By name, in the order in which they are measured."""

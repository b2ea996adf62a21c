"""One figure a module; each has a ``measure`` that takes the options and returns what came out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bench.night.figures import gone, growth, kills, rerun, rubric, zoo
from bench.night.options import Options
from bench.speech.figure import Figure

FIGURES: Mapping[str, Callable[[Options], Figure]] = {
    "kills": kills.measure,
    "gone": gone.measure,
    "zoo": zoo.measure,
    "rerun": rerun.measure,
    "rubric": rubric.measure,
    "growth": growth.measure,
}
"""By name, in the order in which they are measured."""

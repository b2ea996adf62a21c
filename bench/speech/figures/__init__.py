"""One figure a module; each has a ``measure`` that takes the options and returns what came out."""

from __future__ import annotations

from collections.abc import Mapping

from bench.speech.figure import Measure
from bench.speech.figures import diarization, growth, invented, long, memory, roles, speed, words

FIGURES: Mapping[str, Measure] = {
    "words": words.measure,
    "roles": roles.measure,
    "diarization": diarization.measure,
    "invented": invented.measure,
    "growth": growth.measure,
    "memory": memory.measure,
    "long": long.measure,
    "speed": speed.measure,
}
"""By name, in the order in which they are measured."""

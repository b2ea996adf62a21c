"""Two figures of what was heard in a call, from its stored turns and signals (``qa.store.serial``)."""

from __future__ import annotations

from typing import Any

_WORD_CONFIDENCE = 3
"""Its place in a stored word."""


def confidence(turns: list[Any]) -> float | None:
    """The recogniser's mean confidence over a call's words, 0-1; ``None`` where there are none."""
    sure = [word[_WORD_CONFIDENCE] for turn in turns for word in turn["words"]]
    return sum(sure) / len(sure) if sure else None


def silence(signals: dict[str, Any]) -> float | None:
    """The part of a call in which nobody speaks, 0-1; unknown where its sound was not measured."""
    length_s = signals["duration_s"]
    if not signals.get("measured", True) or not length_s:
        return None
    silent_s = sum(span["end_s"] - span["start_s"] for span in signals["silences"])
    return float(min(1.0, silent_s / length_s))

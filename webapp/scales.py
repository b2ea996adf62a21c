"""The upright scale of a drawing: where it ends, and where a value stands on it."""

from __future__ import annotations

from collections.abc import Sequence

_MARGIN = 0.08
"""Room above and below the values, as a share of what they span."""


def span(values: Sequence[float], least: float) -> tuple[float, float]:
    """The ends of a scale that holds some values with room around them, ``least`` apart or further."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    free = max((high - low) * _MARGIN, (least - (high - low)) / 2)
    return low - free, high + free


def from_top(value: float, bottom: float, top: float) -> float:
    """Where a value stands between the ends of a scale, per cent from its top."""
    return round(100 * (top - value) / (top - bottom), 2)

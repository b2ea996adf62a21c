"""Whose voice an overlap is told to be: on likenesses that are written down, and never beyond what is clear."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.overlaps import CLEARER_BY, Span, clear_parts, overlaps
from models.voices import Vectors

LEAST = 10


def test_overlaps_are_where_several_speak() -> None:
    together = np.zeros((12, 3), dtype=bool)
    together[0:6, 0] = together[4:12, 1] = together[10:12, 2] = True
    assert list(overlaps(together)) == [(4, 6), (10, 12)]
    assert list(overlaps(together[:, :1])) == []


def told(clearness: list[float]) -> list[tuple[Span, int]]:
    """The parts of an overlap whose frames are so much more like the second of two voices."""

    def likeness(span: Span) -> Vectors:
        half = float(np.mean(clearness[slice(*span)])) / 2
        return np.array([0.5 - half, 0.5 + half], dtype=np.float32)

    return list(clear_parts((0, len(clearness)), LEAST, likeness))


def test_a_clear_overlap_is_told_whole() -> None:
    assert told([0.3] * 60) == [((0, 60), 1)]
    assert told([-0.3] * 60) == [((0, 60), 0)]


def test_what_is_like_both_is_looked_at_in_halves() -> None:
    assert told([0.3] * 30 + [-0.3] * 30) == [((0, 30), 1), ((30, 60), 0)]
    assert told([0.0] * 30 + [0.15] * 30) == [((30, 60), 1)]


@pytest.mark.parametrize("clearness", [[0.05] * 60, [0.5] * (LEAST - 1), [0.2, -0.2] * 30])
def test_what_is_not_clear_or_too_short_is_left(clearness: list[float]) -> None:
    assert told(clearness) == []


@given(st.lists(st.floats(-1, 1, width=32), min_size=1, max_size=120))
def test_parts_are_apart_in_order_long_enough_and_clear(clearness: list[float]) -> None:
    end_before = 0
    for (start, end), voice in told(clearness):
        assert end_before <= start < end <= len(clearness)
        assert end - start >= LEAST
        mean = float(np.mean(clearness[start:end]))
        assert abs(mean) >= CLEARER_BY - 1e-6
        assert voice == int(mean > 0)
        end_before = end

"""Arithmetic of spans of time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from qa.domain.transcript import Span


def runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and last-but-one index of each run of truth."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]])))
    return [(int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


def without(spans: Sequence[Span], taken: Iterable[Span], *, at_least_s: float) -> tuple[Span, ...]:
    """Spans less what is taken from them; of a span that was cut, pieces shorter than this go too."""
    left = list(spans)
    for cut in taken:
        left = [
            piece
            for span in left
            for piece in (_parts(span, cut, at_least_s) if span.overlap_s(cut) else (span,))
        ]
    return tuple(left)


def _parts(span: Span, cut: Span, at_least_s: float) -> tuple[Span, ...]:
    sides = (Span(span.start_s, cut.start_s), Span(cut.end_s, span.end_s))
    return tuple(side for side in sides if side.duration_s >= at_least_s)


def total_s(spans: Iterable[Span]) -> float:
    """Length of all spans together; they do not overlap."""
    return sum(span.duration_s for span in spans)


def mask_of(
    spans: Iterable[Span], count: int, hop_s: float, size_s: float
) -> npt.NDArray[np.bool_]:
    """Which of ``count`` frames a hop apart touch a span."""
    mask = np.zeros(count, dtype=np.bool_)
    for span in spans:
        first = int(np.floor((span.start_s - size_s) / hop_s)) + 1
        mask[max(0, first) : max(0, int(np.ceil(span.end_s / hop_s)))] = True
    return mask

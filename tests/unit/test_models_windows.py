from __future__ import annotations

import numpy as np
import pytest

from models.windows import JOINT_S, MAX_WINDOW_S, Window, windows_of
from qa.domain.transcript import Span
from qa.ports import SAMPLE_RATE
from tests.unit.recognition import silence


def test_spans_that_fit_share_a_window_without_what_lies_between_them() -> None:
    speech = [Span(1, 3), Span(60, 62), Span(100, 104)]

    (window,) = windows_of(speech, silence(120))

    assert window.duration_s == pytest.approx(8 + 4 * JOINT_S)
    assert len(window.cut_from(silence(120))) == round(window.duration_s * SAMPLE_RATE)


def test_a_short_gap_is_kept_as_it_is() -> None:
    (window,) = windows_of([Span(1, 3), Span(3.4, 5)], silence(10))

    assert window.pieces == (Span(1, 5),)


def test_no_window_is_longer_than_whisper_takes() -> None:
    speech = [Span(i * 5.0, i * 5.0 + 4) for i in range(100)]

    windows = windows_of(speech, silence(500))

    assert all(window.duration_s <= MAX_WINDOW_S for window in windows)
    covered = sorted(piece.start_s for window in windows for piece in window.pieces)
    assert len(covered) == 100


def test_a_long_span_is_cut_where_it_is_quietest() -> None:
    samples = np.full(60 * SAMPLE_RATE, 0.1, dtype=np.float32)
    samples[int(20 * SAMPLE_RATE) : int(20.2 * SAMPLE_RATE)] = 0.0

    first, second, *_ = windows_of([Span(0, 60)], samples)

    assert first.span.end_s == pytest.approx(20.1, abs=0.1)
    assert second.span.start_s == first.span.end_s


def test_a_word_goes_back_to_exactly_where_it_was_said() -> None:
    window = Window((Span(10, 12), Span(50, 53)))

    assert window.place(0.5, 1.0) == Span(10.5, 11.0)
    assert window.place(2.5, 3.0) == Span(50.5, 51.0)


def test_no_word_reaches_over_a_gap_that_was_not_sent() -> None:
    window = Window((Span(10, 12), Span(50, 53)))

    assert window.place(1.5, 2.4) == Span(11.5, 12)
    assert window.place(1.8, 3.0) == Span(50, 51)
    assert window.place(4.9, 9.0) == Span(52.9, 53)

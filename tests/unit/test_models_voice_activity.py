from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest

from models.vad_silero import MIN_SPEECH_S, PAD_S, spans_of


def frames(*runs: tuple[float, float]) -> npt.NDArray[np.float32]:
    """Frame probabilities from (seconds, probability) runs."""
    return np.concatenate(
        [
            np.full(round(seconds / 0.032), probability, dtype=np.float32)
            for seconds, probability in runs
        ]
    )


def test_speech_is_padded_on_both_sides() -> None:
    (span,) = spans_of(frames((1, 0.0), (1, 0.9), (1, 0.0)), duration_s=3)

    assert span.start_s == pytest.approx(1 - PAD_S, abs=0.05)
    assert span.end_s == pytest.approx(2 + PAD_S, abs=0.05)


def test_a_wavering_probability_does_not_end_speech() -> None:
    assert len(spans_of(frames((1, 0.9), (1, 0.4), (1, 0.9)), duration_s=3)) == 1


def test_a_click_is_no_speech_and_a_short_yes_is() -> None:
    assert spans_of(frames((1, 0.0), (0.064, 0.9), (1, 0.0)), duration_s=2) == ()
    assert len(spans_of(frames((1, 0.0), (MIN_SPEECH_S + 0.1, 0.9), (1, 0.0)), duration_s=2)) == 1


def test_spans_stay_inside_the_recording_and_apart() -> None:
    probabilities = frames((0.5, 0.9), (0.35, 0.0), (0.5, 0.9), (2, 0.0), (0.5, 0.9))

    spans = spans_of(probabilities, duration_s=3.85)

    assert spans[0].start_s == 0
    assert spans[-1].end_s == 3.85
    assert all(a.end_s < b.start_s for a, b in pairwise(spans))

from __future__ import annotations

import numpy as np
import pytest

from models.hypothesis import most_tokens
from models.lengths import LONGEST_S, STEP_S, TAIL_S, batch_s, encoded_s, padded
from models.recogniser import WhisperTranscriber
from models.windows import MAX_WINDOW_S
from qa.domain.transcript import Span
from qa.ports import SAMPLE_RATE, CallSpeech, Utterances
from tests.unit.recognition import ReadingEngine, numbered, silence


def test_a_window_is_encoded_with_its_tail_rounded_up_to_a_step() -> None:
    for window_s in (0.1, 1.0, STEP_S - TAIL_S, STEP_S - TAIL_S + 0.01, STEP_S, 12.3, 23.9):
        taken_s = encoded_s(window_s)

        assert taken_s % STEP_S == 0
        assert window_s + TAIL_S <= taken_s < window_s + TAIL_S + STEP_S


def test_nothing_is_encoded_longer_than_whisper_takes() -> None:
    assert encoded_s(MAX_WINDOW_S) == encoded_s(LONGEST_S) == LONGEST_S


def test_silence_is_added_behind_the_sound() -> None:
    sound = np.ones(SAMPLE_RATE, dtype=np.float32)

    longer = padded(sound, 5.0)

    assert longer.shape == (5 * SAMPLE_RATE,)
    assert longer.dtype == np.float32
    assert longer[:SAMPLE_RATE].all()
    assert not longer[SAMPLE_RATE:].any()


def test_a_batch_is_as_long_as_its_longest_window_needs() -> None:
    assert batch_s([silence(1), silence(12.5), silence(3)]) == encoded_s(12.5)


def test_the_room_for_text_depends_on_the_encoded_length_and_not_on_the_batch() -> None:
    shorter = most_tokens([silence(1.0)])

    assert shorter == most_tokens([silence(2.0)]) == most_tokens([silence(2.0), silence(1.0)])
    assert shorter < most_tokens([silence(MAX_WINDOW_S)])


@pytest.mark.parametrize("excess_s", [1e-9, 2e-5, -1e-9])
def test_windows_whose_seconds_rounding_lifts_over_a_step_are_encoded_by_their_samples(
    excess_s: float,
) -> None:
    edge_s = STEP_S - TAIL_S + excess_s
    engine = ReadingEngine()
    calls = [
        CallSpeech((Utterances(numbered(0, 30), (Span(1, 1 + edge_s),)),), "en"),
        CallSpeech((Utterances(numbered(1, 30), (Span(1, 1 + STEP_S),)),), "en"),
    ]

    WhisperTranscriber(engine, batch=4).transcribe(calls, hotwords=())

    assert sum(len(batch.windows) for batch in engine.batches) == 2
    assert all(len(batch.lengths) == 1 for batch in engine.batches)

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from models.recogniser import WhisperTranscriber
from qa.domain.transcript import Span
from qa.ports import SAMPLE_RATE, Samples, VoiceActivity
from tests.contract.calls import heard_in

pytestmark = pytest.mark.models

SECONDS = 30


def tones(*hertz: float) -> Samples:
    at = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    total = sum(np.sin(2 * np.pi * one * at) for one in hertz)
    return (0.2 * total / len(hertz)).astype(np.float32)


def switched(samples: Samples, period_s: float, on_s: float) -> Samples:
    at = np.arange(len(samples)) / SAMPLE_RATE
    return (samples * ((at % period_s) < on_s)).astype(np.float32)


def noise(loudness: float) -> Samples:
    return np.random.default_rng(7).normal(0, loudness, SECONDS * SAMPLE_RATE).astype(np.float32)


def music() -> Samples:
    """A plucked tune over a chord, as a hold queue plays it."""
    at = np.arange(SECONDS * SAMPLE_RATE) / SAMPLE_RATE
    tune = np.array([261.6, 329.6, 392.0, 523.3, 440.0, 349.2])[(at * 2).astype(int) % 6]
    parts = [np.sin(2 * np.pi * np.cumsum(tune * n) / SAMPLE_RATE) / n for n in (1, 2, 3)]
    plucked = 0.12 * np.sum(parts, axis=0) * np.exp(-3 * (at * 2 % 1))
    return (plucked + 0.25 * tones(130.8, 164.8, 196.0)).astype(np.float32)


WORDLESS = {
    "silence": np.zeros(SECONDS * SAMPLE_RATE, dtype=np.float32),
    "line noise": noise(0.003),
    "loud noise": noise(0.05),
    "hold music": music(),
    "ring-back": switched(tones(440, 480), 6, 2),
    "Chinese ring-back": switched(tones(450), 5, 1),
    "keypad": switched(tones(770, 1336), 0.4, 0.2),
    "mains hum": tones(50, 150),
}
"""What a line carries while nobody speaks."""


def test_speech_of_a_real_call_is_found(
    voice_activity: VoiceActivity, telephone: tuple[Samples, object]
) -> None:
    samples, _ = telephone

    spans = voice_activity.speech(samples)

    # The first word starts at 6.69 s and the two talk to the end.
    assert 6.2 < spans[0].start_s < 6.9
    assert spans[-1].end_s > 29.5
    assert sum(span.duration_s for span in spans) > 21
    assert all(a.end_s < b.start_s for a, b in pairwise(spans))


def test_the_pause_between_two_parties_is_found(
    voice_activity: VoiceActivity, sample_call: Callable[[str], Samples]
) -> None:
    agent, customer = sample_call("zh-late-parcel")

    spoken = [voice_activity.speech(np.ascontiguousarray(one)) for one in (agent, customer)]

    assert all(len(spans) >= 4 for spans in spoken)
    assert spoken[0][0].start_s < 1
    assert spoken[1][0].start_s > 4


def test_a_recording_of_nothing_has_no_speech(voice_activity: VoiceActivity) -> None:
    assert voice_activity.speech(np.zeros(0, dtype=np.float32)) == ()


@pytest.mark.parametrize("sound", sorted(WORDLESS))
def test_no_words_come_from_a_sound_without_words(
    voice_activity: VoiceActivity,
    transcribers: Callable[[str], WhisperTranscriber],
    sound: str,
) -> None:
    samples = WORDLESS[sound]
    speech = voice_activity.speech(samples)

    for language in ("zh", "en"):
        heard = heard_in(
            transcribers("faster-whisper"),
            samples,
            speech,
            language=language,
            hotwords=("云帆科技", "Northwind"),
        )
        assert heard.words == (), (sound, speech)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("sound", ["silence", "loud noise", "Chinese ring-back"])
def test_even_where_voice_activity_is_wrong_the_gates_let_no_company_name_through(
    transcribers: Callable[[str], WhisperTranscriber], sound: str, language: str
) -> None:
    heard = heard_in(
        transcribers("faster-whisper"),
        WORDLESS[sound][: 10 * SAMPLE_RATE],
        [Span(0, 10)],
        language=language,
        hotwords=("云帆科技", "Northwind"),
    )

    text = "".join(word.text for word in heard.words)
    assert "云帆" not in text
    assert "northwind" not in text.lower()

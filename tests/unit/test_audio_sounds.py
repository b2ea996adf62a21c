from __future__ import annotations

import numpy as np
import pytest

from qa.audio.sounds import Heard, find
from qa.audio.spectra import steadiness, tonality
from qa.domain.transcript import Span
from qa.ports import SAMPLE_RATE, Samples
from tests.unit.sound_lab import (
    line,
    music,
    padded,
    sample_call,
    sample_calls,
    silence,
    tone,
)

KEYPAD = {
    "1": (697, 1209), "2": (697, 1336), "3": (697, 1477), "A": (697, 1633),
    "4": (770, 1209), "5": (770, 1336), "6": (770, 1477), "B": (770, 1633),
    "7": (852, 1209), "8": (852, 1336), "9": (852, 1477), "C": (852, 1633),
    "*": (941, 1209), "0": (941, 1336), "#": (941, 1477), "D": (941, 1633),
}  # fmt: skip


def heard(samples: Samples, *speech: Span) -> Heard:
    return find(tonality(samples), steadiness(samples), speech)


def kinds(found: Heard) -> list[str]:
    return [sound.kind for sound in found.sounds]


def voice() -> Samples:
    """Some seconds of a woman's voice, and where in them she speaks."""
    call = sample_call("en-higher-bill")
    first = max(call.speech[1], key=lambda span: span.duration_s)
    return call.channels[1][
        round(first.start_s * SAMPLE_RATE) : round(first.end_s * SAMPLE_RATE)
    ].copy()


@pytest.mark.parametrize("name", sample_calls())
def test_nothing_of_what_people_say_is_taken_for_a_sound(name: str) -> None:
    call = sample_call(name)
    for channel, speech in zip(call.channels, call.speech, strict=True):
        found = heard(channel, *speech)

        assert found.sounds == ()
        assert found.speech == speech


@pytest.mark.parametrize("key", sorted(KEYPAD))
@pytest.mark.parametrize("seconds", [0.07, 0.1, 0.25])
def test_each_key_of_a_telephone_is_heard(key: str, seconds: float) -> None:
    found = heard(line(silence(0.5), tone(seconds, *KEYPAD[key]), silence(0.5)))

    assert kinds(found) == ["dtmf"]
    assert found.sounds[0].start_s == pytest.approx(0.5, abs=0.07)
    assert found.sounds[0].end_s == pytest.approx(0.5 + seconds, abs=0.07)


def test_a_number_that_is_dialled_is_so_many_keys_and_no_speech() -> None:
    number = "4008001234"
    keys = [part for key in number for part in (tone(0.1, *KEYPAD[key]), silence(0.1))]
    samples = line(silence(0.3), *keys, silence(0.3))

    found = heard(samples, Span(0.1, len(samples) / SAMPLE_RATE - 0.1))

    assert kinds(found) == ["dtmf"] * len(number)
    assert found.speech == ()


@pytest.mark.parametrize(
    ("hertz", "on_s", "off_s"),
    [((440, 480), 2.0, 4.0), ((425,), 1.0, 4.0), ((450,), 1.0, 4.0), ((400,), 1.0, 2.0)],
)
def test_the_ringing_of_a_line_is_one_sound_from_its_first_to_its_last_ring(
    hertz: tuple[float, ...], on_s: float, off_s: float
) -> None:
    rings = [silence(0.5)] + [tone(on_s, *hertz), silence(off_s)] * 3
    samples = line(*rings)

    found = heard(samples, *(padded(0.5 + n * (on_s + off_s), 0.5 + on_s) for n in range(1)))

    assert kinds(found) == ["ringback"]
    assert found.sounds[0].start_s == pytest.approx(0.5, abs=0.1)
    assert found.sounds[0].end_s == pytest.approx(0.5 + 3 * on_s + 2 * off_s, abs=0.1)
    assert found.speech == ()


def test_the_british_double_ring_is_ringing() -> None:
    ring = (tone(0.4, 400, 450), silence(0.2), tone(0.4, 400, 450), silence(2.0))

    assert kinds(heard(line(silence(0.5), *ring, *ring))) == ["ringback"]


def test_a_single_ring_before_the_answer_is_ringing_and_after_it_is_a_tone() -> None:
    said = voice()
    said_s = len(said) / SAMPLE_RATE
    before = line(silence(0.3), tone(1.0, 425), silence(0.5), said)
    after = line(said, silence(1.0), tone(1.0, 425), silence(0.5))

    assert kinds(heard(before, Span(1.6, 1.8 + said_s))) == ["ringback"]
    assert kinds(heard(after, Span(0.0, said_s))) == ["tone"]


def test_somebody_who_speaks_between_two_rings_is_heard() -> None:
    said = voice()[: 2 * SAMPLE_RATE]
    samples = line(silence(0.5), tone(1, 450), silence(1), said, silence(1), tone(1, 450))
    speech = Span(2.3, 4.7)

    found = heard(samples, speech)

    assert kinds(found) == ["ringback", "ringback"]
    assert found.speech == (speech,)


@pytest.mark.parametrize(
    ("hertz", "on_s", "off_s"),
    [((480, 620), 0.5, 0.5), ((425,), 0.5, 0.5), ((450,), 0.35, 0.35), ((480, 620), 0.25, 0.25)],
)
def test_a_busy_line_is_tones_and_no_ringing(
    hertz: tuple[float, ...], on_s: float, off_s: float
) -> None:
    samples = line(silence(0.5), *[tone(on_s, *hertz), silence(off_s)] * 6)

    assert kinds(heard(samples)) == ["tone"] * 6


@pytest.mark.parametrize(
    ("hertz", "seconds"),
    [(1400, 0.25), (1000, 0.15), (1100, 0.5), (2100, 3.0), (440, 0.3), (1004, 20.0)],
)
def test_beeps_and_the_calls_of_machines_are_tones(hertz: float, seconds: float) -> None:
    samples = line(silence(1), tone(seconds, hertz), silence(1))

    found = heard(samples, padded(1, 1 + seconds))

    assert kinds(found) == ["tone"]
    assert found.sounds[0].end_s - found.sounds[0].start_s == pytest.approx(seconds, abs=0.1)
    assert found.speech == ()


def test_what_is_said_after_a_beep_within_one_span_is_kept() -> None:
    said = voice()
    samples = line(silence(0.3), tone(0.3, 1400), silence(0.2), said)
    end_s = len(samples) / SAMPLE_RATE

    found = heard(samples, Span(0.1, end_s))

    assert kinds(found) == ["tone"]
    assert len(found.speech) == 1
    assert 0.6 <= found.speech[0].start_s <= 0.75
    assert found.speech[0].end_s == end_s


@pytest.mark.parametrize("seed", range(4))
def test_hold_music_is_music_from_start_to_end_and_its_silences_are_not(seed: int) -> None:
    samples = line(silence(5), music(20, seed=seed), silence(5))

    found = heard(samples)

    assert kinds(found) == ["music"]
    assert found.sounds[0].start_s == pytest.approx(5, abs=0.4)
    assert found.sounds[0].end_s == pytest.approx(25, abs=0.4)


def test_music_that_passes_for_speech_leaves_no_speech() -> None:
    samples = line(silence(1), music(15), silence(1))

    assert heard(samples, padded(1, 16)).speech == ()
    # And where voice activity hears snatches of a song in it.
    assert heard(samples, Span(8.0, 9.5), Span(15.0, 16.0)).speech == ()


def test_two_seconds_of_music_are_not_enough_to_take_speech_away() -> None:
    speech = Span(0.8, 3.2)

    assert heard(line(silence(1), music(2), silence(1)), speech).speech == (speech,)


@pytest.mark.parametrize("name", ["en-higher-bill", "zh-late-parcel"])
def test_speech_with_music_behind_it_stays_speech(name: str) -> None:
    call = sample_call(name)
    for channel, speech in zip(call.channels, call.speech, strict=True):
        behind = music(channel.size / SAMPLE_RATE)
        spoken = np.concatenate(
            [channel[round(s.start_s * SAMPLE_RATE) : round(s.end_s * SAMPLE_RATE)] for s in speech]
        )
        behind *= np.sqrt(np.square(spoken).mean() / np.square(behind).mean()) * 10 ** (-8 / 20)

        found = heard(channel + behind, *speech)

        assert found.speech == speech


def test_a_question_over_hold_music_is_heard() -> None:
    said = voice()
    tune = music(20 + len(said) / SAMPLE_RATE, level=0.03)
    start = 10 * SAMPLE_RATE
    tune[start : start + len(said)] += said
    speech = Span(10.0, 10.0 + len(said) / SAMPLE_RATE)

    found = heard(tune, speech)

    assert found.speech == (speech,)
    assert set(kinds(found)) == {"music"}


def test_a_line_that_hums_plays_no_music() -> None:
    hum = tone(30, *(50.0 * k for k in range(1, 40)), level=0.005)

    assert "music" not in kinds(heard(line(hum)))


@pytest.mark.parametrize("colour", [0.0, 0.5, 1.0])
def test_noise_is_no_sound(colour: float) -> None:
    random = np.random.default_rng(3)
    spectrum = np.fft.rfft(random.normal(0, 0.1, 20 * SAMPLE_RATE))
    spectrum /= np.maximum(np.arange(len(spectrum)), 1) ** colour
    noise = np.fft.irfft(spectrum)
    noise *= 0.1 / noise.std()

    assert heard(noise.astype(np.float32)).sounds == ()

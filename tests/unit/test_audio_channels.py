from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from qa.audio.channels import copied, distinct
from qa.audio.peaks import draw
from qa.ports import SAMPLE_RATE, DecodedAudio

Samples = npt.NDArray[np.float32]


def speechlike(seed: int, *, seconds: float = 8.0, bursts: int = 6) -> Samples:
    """Noise in bursts with silence between them, as a party of a call has it."""
    random = np.random.default_rng(seed)
    samples = np.zeros(int(seconds * SAMPLE_RATE), dtype=np.float32)
    for start in random.uniform(0, seconds - 1, bursts):
        at = int(start * SAMPLE_RATE)
        samples[at : at + SAMPLE_RATE // 2] += random.normal(0, 0.1, SAMPLE_RATE // 2)
    return samples


def test_two_parties_stay_two_channels() -> None:
    both = np.stack([speechlike(1), speechlike(2)])

    heard = distinct(both)

    assert heard.layout == "stereo"
    assert np.array_equal(heard.samples, both)


def test_a_single_channel_is_mono() -> None:
    assert distinct(speechlike(1)[np.newaxis]).layout == "mono"


@pytest.mark.parametrize("gain", [1.0, 0.7, -1.0])
@pytest.mark.parametrize("late_ms", [0, 3, -12])
def test_one_sound_twice_is_a_copy_up_to_level_and_a_short_delay(gain: float, late_ms: int) -> None:
    once = speechlike(3)
    again = np.roll(once, late_ms * SAMPLE_RATE // 1000) * np.float32(abs(gain))

    assert copied(once, again)
    assert distinct(np.stack([once, again])).samples.shape == (1, len(once))


def test_a_copy_that_went_through_mu_law_is_a_copy() -> None:
    once = speechlike(3)
    companded = np.sign(once) * np.log1p(255 * np.abs(once)) / np.log(256)
    coarse = np.round(companded * 127) / 127
    again = np.sign(coarse) * np.expm1(np.abs(coarse) * np.log(256)) / 255

    assert copied(once, again.astype(np.float32))


def test_a_side_on_which_nobody_speaks_stays_a_side() -> None:
    silent = np.zeros_like(speechlike(1))

    assert distinct(np.stack([speechlike(1), silent])).layout == "stereo"
    assert distinct(np.stack([silent, speechlike(1)])).layout == "stereo"
    assert distinct(np.stack([silent, silent])).layout == "stereo"


def test_cross_talk_into_a_silent_side_is_not_a_copy() -> None:
    agent = speechlike(1)

    assert not copied(agent, agent * np.float32(0.05))
    assert not copied(agent * np.float32(0.05), agent)


def test_an_echo_of_one_party_in_the_other_channel_is_not_a_copy() -> None:
    agent, customer = speechlike(1), speechlike(2)

    assert not copied(agent, customer + np.float32(0.3) * np.roll(agent, 80))


def test_channels_shorter_than_the_delay_that_is_searched_are_compared() -> None:
    short = speechlike(1)[:100] + np.float32(0.01)

    assert copied(short, short)


def decoded(channels: Samples) -> DecodedAudio:
    return DecodedAudio(channels, 8000, len(channels), "stereo" if len(channels) > 1 else "mono")


def test_peaks_are_the_largest_magnitude_of_each_bucket_of_each_channel() -> None:
    channels = np.zeros((2, SAMPLE_RATE), dtype=np.float32)
    channels[0, 10] = -0.8
    channels[1, SAMPLE_RATE - 1] = 0.25

    peaks = draw(decoded(channels))

    assert 20 <= peaks.per_second <= 50
    assert [len(channel) for channel in peaks.channels] == [peaks.per_second, peaks.per_second]
    assert peaks.channels[0][0] == 0.8
    assert sum(peaks.channels[0][1:]) == 0
    assert peaks.channels[1][-1] == 0.25


def test_a_last_bucket_that_is_not_full_is_drawn() -> None:
    channels = np.zeros((1, SAMPLE_RATE + 5), dtype=np.float32)
    channels[0, -1] = 0.5

    assert draw(decoded(channels)).channels[0][-1] == 0.5

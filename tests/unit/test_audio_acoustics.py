from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from qa.audio.acoustics import SoundAnalysis
from qa.audio.decode import FileDecoder
from qa.audio.quality import SILENCE_DBFS
from qa.domain.transcript import Span
from qa.ports import SAMPLE_RATE, Acoustics, Samples, Soundscape
from tests.unit.sound_lab import (
    echoed,
    line,
    mu_law,
    music,
    sample_call,
    sample_calls,
    silence,
    tone,
)

ACOUSTICS: Acoustics = SoundAnalysis()


@pytest.mark.parametrize("name", sample_calls())
def test_a_good_call_is_heard_whole_and_without_fault(name: str) -> None:
    call = sample_call(name)

    scape = ACOUSTICS.analyse(call.channels, call.speech)

    assert scape.speech == call.speech
    assert scape.sounds == ((), ())
    assert scape.quality.faults == ()
    for channel in scape.quality.channels:
        assert channel.speech_dbfs is not None
        assert -30 < channel.speech_dbfs < -18
        assert channel.noise_dbfs == pytest.approx(-60, abs=3)
        assert channel.clipped == 0


def analysed(channels: Samples) -> Soundscape:
    """With the speech of ``en-higher-bill``, of which the channels are made."""
    return ACOUSTICS.analyse(channels, sample_call("en-higher-bill").speech[: len(channels)])


@pytest.mark.parametrize("gain", [1.0, 0.5])
def test_a_call_that_was_recorded_too_loud_is_clipped_at_whatever_level_it_is_kept(
    gain: float,
) -> None:
    channels = sample_call("en-higher-bill").channels

    loud = analysed(mu_law(np.clip(channels * 8, -1, 1) * gain))

    assert loud.quality.faults == ("clipped",)
    assert [0.03 < channel.clipped < 0.2 for channel in loud.quality.channels] == [True, True]


def test_a_call_far_below_the_level_of_the_network_is_quiet() -> None:
    channels = sample_call("en-higher-bill").channels

    faint = analysed(channels * np.float32(0.03))

    assert "quiet" in faint.quality.faults
    assert faint.speech == sample_call("en-higher-bill").speech


def test_noise_as_loud_as_speech_is_a_fault_and_is_measured() -> None:
    channels = sample_call("en-higher-bill").channels
    random = np.random.default_rng(2)
    noise = random.normal(0, 0.05, channels.shape).astype(np.float32)

    noisy = analysed(channels + noise)

    assert noisy.quality.faults == ("noisy",)
    for channel in noisy.quality.channels:
        assert channel.noise_dbfs == pytest.approx(20 * np.log10(0.05), abs=1)


def test_a_side_on_which_nobody_speaks_is_silent() -> None:
    call = sample_call("en-higher-bill")
    channels = call.channels.copy()
    channels[0] = 0

    scape = ACOUSTICS.analyse(channels, [(), call.speech[1]])

    assert scape.quality.faults == ("silent_channel",)
    assert scape.quality.channels[0].speech_dbfs is None
    assert scape.quality.channels[0].noise_dbfs == SILENCE_DBFS
    assert scape.speech == ((), call.speech[1])


def test_the_same_voice_on_both_sides_is_named_and_only_the_stronger_side_speaks() -> None:
    call = sample_call("zh-card-number")
    mixed = call.channels.sum(axis=0)
    spans = tuple(sorted([*call.speech[0], *call.speech[1]], key=lambda span: span.start_s))
    late = np.concatenate([silence(0.1), 0.3 * mixed])[: len(mixed)]

    scape = ACOUSTICS.analyse(mu_law(np.stack([late, mixed])), [spans, spans])

    assert scape.quality.faults == ("same_voice",)
    assert scape.speech == ((), spans)


def test_an_echo_is_a_fault_with_its_share() -> None:
    call = sample_call("en-code-please")
    both = echoed(call.channels, 0, down_db=15, late_ms=100)

    scape = ACOUSTICS.analyse(both, [call.speech[0], (*call.speech[1],)])

    assert scape.quality.faults == ("bleed",)
    assert scape.quality.channels[0].bleed < 0.05
    assert scape.quality.channels[1].bleed > 0.5


def test_a_call_that_is_all_hold_has_no_speech_left() -> None:
    samples = line(music(60), noise=1e-3)

    scape = ACOUSTICS.analyse(samples[np.newaxis], [[Span(3, 14), Span(20, 41.5)]])

    assert scape.speech == ((),)
    assert [sound.kind for sound in scape.sounds[0]] == ["music"]
    assert scape.quality.channels[0].speech_dbfs is None


def test_music_in_44_kilohertz_stereo_is_music_on_both_sides(tmp_path: Path) -> None:
    import soxr

    path = tmp_path / "hold.wav"
    sides = [soxr.resample(music(30, seed=seed), SAMPLE_RATE, 44_100) for seed in (1, 2)]
    soundfile.write(path, np.stack(sides, axis=1), 44_100)

    decoded = FileDecoder().decode(path)
    scape = ACOUSTICS.analyse(decoded.channels, [(), ()])

    assert decoded.layout == "stereo"
    for sounds in scape.sounds:
        assert [sound.kind for sound in sounds] == ["music"]
        assert sounds[0].end_s - sounds[0].start_s > 28


def test_ringing_and_a_beep_do_not_count_as_the_noise_of_the_line() -> None:
    samples = line(tone(2, 440, 480), silence(4), tone(2, 440, 480), silence(1), tone(0.5, 1400))

    scape = ACOUSTICS.analyse(samples[np.newaxis], [()])

    assert [sound.kind for sound in scape.sounds[0]] == ["ringback", "tone"]
    assert scape.quality.channels[0].noise_dbfs < -60


def test_three_hours_that_are_mapped_from_a_file_are_analysed_like_what_is_in_memory(
    tmp_path: Path,
) -> None:
    call = sample_call("en-code-please")
    mapped = np.memmap(
        tmp_path / "long.f32", dtype=np.float32, mode="w+", shape=call.channels.shape
    )
    mapped[:] = call.channels

    assert ACOUSTICS.analyse(mapped, call.speech) == ACOUSTICS.analyse(call.channels, call.speech)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whatever_two_channels_hold_is_analysed(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 2))
    length = data.draw(st.sampled_from([0, 1, 511, 512, 1023, 1024, 4095, 4096, 5000, 40_000]))
    kind = data.draw(st.sampled_from(["zeros", "noise", "constant", "drawn"]))
    random = np.random.default_rng(data.draw(st.integers(0, 9)))
    channels = np.zeros((count, length), dtype=np.float32)
    if kind == "noise":
        channels += random.normal(0, data.draw(st.sampled_from([1e-6, 0.1, 1.0])), channels.shape)
    elif kind == "constant":
        channels += data.draw(st.sampled_from([1e-30, 0.5, -1.0]))
    elif kind == "drawn":
        few = arrays.arrays(
            np.float32, min(length, 64), elements=st.floats(-1, 1, width=32, allow_nan=False)
        )
        drawn = data.draw(few)
        channels[:] = np.resize(drawn, length) if len(drawn) else 0.0
    length_s = length / SAMPLE_RATE
    edges = sorted(data.draw(st.lists(st.floats(0, 1), max_size=6)))
    spans = tuple(
        Span(start * length_s, end * length_s)
        for start, end in zip(edges[::2], edges[1::2], strict=False)
        if end * length_s > start * length_s
    )

    scape = ACOUSTICS.analyse(channels, [spans] * count)

    assert len(scape.speech) == len(scape.sounds) == len(scape.quality.channels) == count
    for kept, quality in zip(scape.speech, scape.quality.channels, strict=True):
        assert sum(span.duration_s for span in kept) <= length_s + 1e-6
        assert all(any(piece.overlap_s(span) > 0 for span in spans) for piece in kept)
        assert 0 <= quality.bleed <= 1
        assert 0 <= quality.clipped <= 1
        assert SILENCE_DBFS <= quality.noise_dbfs <= 10

from __future__ import annotations

import os
import struct
import wave
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from qa.audio import source
from qa.audio.decode import FileDecoder
from qa.domain.errors import NotScorable
from qa.ports import SAMPLE_RATE

SECONDS = 2.0
LEFT_HZ, RIGHT_HZ = 440.0, 1000.0

Samples = npt.NDArray[np.float32]


def tone(rate: int, hertz: float, seconds: float = SECONDS) -> Samples:
    at = np.arange(round(rate * seconds)) / rate
    return (0.5 * np.sin(2 * np.pi * hertz * at)).astype(np.float32)


def parties(rate: int) -> Samples:
    """A tone per channel, shape (n, 2)."""
    return np.stack([tone(rate, LEFT_HZ), tone(rate, RIGHT_HZ)], axis=1)


def sound_of(path: Path) -> Samples:
    """A recording's samples as it was made, shape (n, channels)."""
    with source.opened(path) as recording:
        return np.concatenate(list(recording.blocks))


def rate_of(path: Path) -> int:
    with source.opened(path) as recording:
        return recording.rate


def pitch(samples: Samples, rate: int = SAMPLE_RATE) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * rate / len(samples))


def write_m4a(path: Path, samples: Samples, rate: int, codec: str = "aac") -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout="stereo")
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.T), format="fltp", layout="stereo"
        )
        frame.sample_rate = rate
        fifo = av.AudioFifo()
        fifo.write(frame)
        while piece := fifo.read(1024, partial=True):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 44100, 48000])
@pytest.mark.parametrize(
    ("container", "coding"),
    [
        ("WAV", "PCM_16"),
        ("WAV", "PCM_24"),
        ("WAV", "FLOAT"),
        ("WAV", "ULAW"),
        ("WAV", "ALAW"),
        ("FLAC", "PCM_16"),
    ],
)
def test_every_rate_and_coding_keeps_each_party_in_its_own_channel(
    tmp_path: Path, rate: int, container: str, coding: str
) -> None:
    path = tmp_path / "call.dat"
    soundfile.write(path, parties(rate), rate, format=container, subtype=coding)

    decoded = FileDecoder().decode(path)

    assert decoded.layout == "stereo"
    assert decoded.source_rate == rate
    assert decoded.source_channels == 2
    assert decoded.channels.dtype == np.float32
    assert decoded.duration_s == pytest.approx(SECONDS, abs=0.001)
    assert pitch(decoded.channels[0]) == pytest.approx(LEFT_HZ, abs=2)
    assert pitch(decoded.channels[1]) == pytest.approx(RIGHT_HZ, abs=2)
    assert np.abs(decoded.channels).max() == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize(
    ("container", "coding", "rate"),
    [("MP3", "MPEG_LAYER_III", 44100), ("MP3", "MPEG_LAYER_III", 16000), ("OGG", "VORBIS", 8000)],
)
def test_lossy_files_keep_each_party_in_its_own_channel(
    tmp_path: Path, container: str, coding: str, rate: int
) -> None:
    path = tmp_path / "call.dat"
    soundfile.write(path, parties(rate), rate, format=container, subtype=coding)

    decoded = FileDecoder().decode(path)

    assert decoded.layout == "stereo"
    assert decoded.duration_s == pytest.approx(SECONDS, abs=0.15)
    assert pitch(decoded.channels[0]) == pytest.approx(LEFT_HZ, abs=2)
    assert pitch(decoded.channels[1]) == pytest.approx(RIGHT_HZ, abs=2)


@pytest.mark.parametrize("rate", [16000, 44100, 48000])
def test_an_m4a_file_is_read_although_libsndfile_does_not_know_it(
    tmp_path: Path, rate: int
) -> None:
    path = tmp_path / "call.m4a"
    write_m4a(path, parties(rate), rate)

    decoded = FileDecoder().decode(path)

    assert decoded.layout == "stereo"
    assert decoded.source_rate == rate
    assert decoded.duration_s == pytest.approx(SECONDS, abs=0.15)
    assert pitch(decoded.channels[0]) == pytest.approx(LEFT_HZ, abs=2)
    assert pitch(decoded.channels[1]) == pytest.approx(RIGHT_HZ, abs=2)


def test_a_mono_file_has_one_channel(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, tone(8000, LEFT_HZ), 8000, subtype="ULAW")

    decoded = FileDecoder().decode(path)

    assert decoded.layout == "mono"
    assert decoded.channels.shape == (1, int(SECONDS * SAMPLE_RATE))


def test_one_sound_written_twice_becomes_one_channel(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    once = tone(8000, LEFT_HZ)
    soundfile.write(path, np.stack([once, once], axis=1), 8000)

    decoded = FileDecoder().decode(path)

    assert decoded.layout == "copied"
    assert decoded.source_channels == 2
    assert len(decoded.channels) == 1


def test_values_that_are_no_numbers_become_silence(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    samples = tone(16000, LEFT_HZ)
    samples[100:110] = np.nan
    samples[200] = np.inf
    soundfile.write(path, samples, 16000, subtype="FLOAT")

    channel = FileDecoder().decode(path).channels[0]

    assert np.isfinite(channel).all()
    assert not channel[100:110].any()
    assert channel[200] == 1.0


def test_a_streamed_header_without_a_length_is_read_to_the_end(tmp_path: Path) -> None:
    whole = tmp_path / "whole.wav"
    soundfile.write(whole, tone(8000, LEFT_HZ), 8000, subtype="ULAW")
    expected = sound_of(whole)
    for stated in (0, 0xFFFF_FFFF, 0x7FFF_FFFF):
        streamed = tmp_path / f"streamed-{stated}.wav"
        content = bytearray(whole.read_bytes())
        data_at = content.index(b"data")
        struct.pack_into("<I", content, data_at + 4, stated)
        struct.pack_into("<I", content, 4, stated)
        streamed.write_bytes(content)

        assert np.array_equal(sound_of(streamed), expected), hex(stated)


def state_frames(path: Path, frames: int) -> None:
    """Write the 36 bits in which a FLAC file says how many frames it holds."""
    content = bytearray(path.read_bytes())
    content[21] = content[21] & 0xF0 | frames >> 32
    struct.pack_into(">I", content, 22, frames & 0xFFFF_FFFF)
    path.write_bytes(content)


def test_a_flac_file_written_to_a_pipe_is_read_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "call.flac"
    soundfile.write(path, parties(8000), 8000, subtype="PCM_16")
    expected = sound_of(path)
    state_frames(path, 0)

    assert rate_of(path) == 8000
    assert np.array_equal(sound_of(path), expected)


def test_a_flac_file_that_states_months_of_sound_is_named_with_both_lengths(tmp_path: Path) -> None:
    path = tmp_path / "call.flac"
    soundfile.write(path, parties(8000), 8000, subtype="PCM_16")
    state_frames(path, 2**36 - 1)

    code, params = reason(path)

    assert code == "recording.truncated"
    assert params["stated_s"] == pytest.approx(2**36 / 8000)
    assert params["actual_s"] == pytest.approx(SECONDS)


def test_a_header_with_large_notes_before_the_sound_is_not_taken_for_an_empty_one(
    tmp_path: Path,
) -> None:
    plain = tmp_path / "plain.wav"
    soundfile.write(plain, tone(8000, LEFT_HZ), 8000, subtype="PCM_16")
    content = plain.read_bytes()
    data_at = content.index(b"data")
    notes = b"junk" + struct.pack("<I", 200_000) + bytes(200_000)
    noted = content[:data_at] + notes + content[data_at:]
    noted = noted[:4] + struct.pack("<I", len(noted) - 8) + noted[8:]
    path = tmp_path / "noted.wav"
    path.write_bytes(noted)

    assert np.array_equal(sound_of(path), sound_of(plain))


def reason(path: Path) -> tuple[str, dict[str, object]]:
    with pytest.raises(NotScorable) as refused:
        FileDecoder().decode(path)
    return refused.value.reason.code, dict(refused.value.reason.params)


def test_a_file_of_no_bytes_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.touch()

    assert reason(path) == ("recording.empty", {})


def test_the_forty_four_bytes_that_a_switch_writes_for_an_unanswered_call_are_a_header_only(
    tmp_path: Path,
) -> None:
    path = tmp_path / "call.wav"
    with wave.open(str(path), "wb") as stream:
        stream.setparams((1, 2, 8000, 0, "NONE", ""))
    assert path.stat().st_size == 44

    assert reason(path) == ("recording.header_only", {})


@pytest.mark.parametrize("size", [13, 30, 43])
def test_a_wav_header_that_breaks_off_is_a_header_only(tmp_path: Path, size: int) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, tone(8000, LEFT_HZ), 8000)
    path.write_bytes(path.read_bytes()[:size])

    assert reason(path) == ("recording.header_only", {})


@pytest.mark.parametrize(
    ("container", "coding"), [("WAV", "PCM_16"), ("WAV", "ULAW"), ("FLAC", "PCM_16")]
)
def test_a_file_cut_short_is_named_with_both_lengths(
    tmp_path: Path, container: str, coding: str
) -> None:
    path = tmp_path / "call.dat"
    noise = np.random.default_rng(1).normal(0, 0.1, 8000 * 10).astype(np.float32)
    soundfile.write(path, noise, 8000, format=container, subtype=coding)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    code, params = reason(path)

    assert code == "recording.truncated"
    assert params["stated_s"] == pytest.approx(10, abs=0.01)
    assert params["actual_s"] == pytest.approx(5, abs=0.6)


def test_an_mp3_file_cut_short_is_named(tmp_path: Path) -> None:
    path = tmp_path / "call.mp3"
    noise = np.random.default_rng(1).normal(0, 0.1, 16000 * 10).astype(np.float32)
    soundfile.write(path, noise, 16000, format="MP3")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    assert reason(path)[0] == "recording.truncated"


def test_an_m4a_file_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "call.m4a"
    write_m4a(path, parties(16000), 16000)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    assert reason(path)[0] in {"recording.truncated", "recording.not_audio"}


def test_text_that_calls_itself_wav_is_no_audio(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_text("这不是录音。This is not a recording.\n" * 100, encoding="utf-8")

    assert reason(path) == ("recording.not_audio", {})


def test_random_bytes_are_no_audio(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    path.write_bytes(np.random.default_rng(5).bytes(20_000))

    assert reason(path) == ("recording.not_audio", {})


@pytest.mark.parametrize(("container", "channels"), [("WAV", 3), ("FLAC", 4)])
def test_more_than_two_channels_are_refused_with_their_number(
    tmp_path: Path, container: str, channels: int
) -> None:
    path = tmp_path / "call.dat"
    soundfile.write(path, np.zeros((8000, channels), dtype=np.float32), 8000, format=container)

    assert reason(path) == ("recording.channels", {"channels": channels})


def test_a_file_that_is_gone_is_unreadable(tmp_path: Path) -> None:
    assert reason(tmp_path / "gone.wav")[0] == "recording.unreadable"


def test_a_folder_is_unreadable(tmp_path: Path) -> None:
    assert reason(tmp_path)[0] == "recording.unreadable"


def test_a_name_that_is_not_utf_8_is_read(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"call-\xff.wav")
    soundfile.write(os.fsencode(path), tone(8000, LEFT_HZ), 8000)

    assert rate_of(path) == 8000
    assert FileDecoder().decode(path).duration_s == pytest.approx(SECONDS)


def test_infinities_of_both_signs_are_clipped(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    samples = tone(16000, LEFT_HZ)
    samples[100], samples[200] = np.inf, -np.inf
    soundfile.write(path, samples, 16000, subtype="FLOAT")

    channel = FileDecoder().decode(path).channels[0]

    assert (channel[100], channel[200]) == (1.0, -1.0)


def test_a_wav_of_gsm_speech_is_read(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    soundfile.write(path, tone(8000, LEFT_HZ), 8000, subtype="GSM610")

    decoded = FileDecoder().decode(path)

    assert pitch(decoded.channels[0]) == pytest.approx(LEFT_HZ, abs=5)

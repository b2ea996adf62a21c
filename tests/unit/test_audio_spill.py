from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from qa.audio import channels, decode, source, spill
from qa.audio.decode import FileDecoder
from qa.audio.peaks import draw
from qa.audio.shelf import FlacShelf
from qa.audio.spill import Gathering, pieces
from qa.ports import SAMPLE_RATE, DecodedAudio, Samples


def noise(frames: int, count: int = 2) -> Samples:
    return np.random.default_rng(4).normal(0, 0.1, (frames, count)).astype(np.float32)


@pytest.mark.parametrize("count", [1, 2])
def test_what_does_not_fit_in_memory_is_the_same_from_a_file(tmp_path: Path, count: int) -> None:
    sound = noise(5 * SAMPLE_RATE, count)
    with Gathering(count, folder=tmp_path, in_memory_s=1.5) as gathering:
        for block in np.array_split(sound, 7):
            gathering.add(block)
        whole = gathering.whole()

    assert isinstance(whole, np.memmap)
    assert np.array_equal(whole, sound.T)
    assert whole[-1].flags.c_contiguous


def test_what_fits_stays_in_memory(tmp_path: Path) -> None:
    sound = noise(SAMPLE_RATE)
    with Gathering(2, folder=tmp_path, in_memory_s=1.5) as gathering:
        gathering.add(sound)
        whole = gathering.whole()

    assert not isinstance(whole, np.memmap)
    assert np.array_equal(whole, sound.T)


def test_nothing_gathered_is_no_sound() -> None:
    with Gathering(2) as gathering:
        assert gathering.whole().shape == (2, 0)


def test_no_name_of_what_a_customer_said_is_ever_in_the_folder(tmp_path: Path) -> None:
    with Gathering(2, folder=tmp_path, in_memory_s=0) as gathering:
        gathering.add(noise(SAMPLE_RATE))
        assert list(tmp_path.iterdir()) == []
        whole = gathering.whole()
        assert list(tmp_path.iterdir()) == []

    assert np.abs(whole).max() > 0


def test_a_process_that_is_killed_leaves_nothing_behind(tmp_path: Path) -> None:
    script = f"""
import os, signal
from pathlib import Path
import numpy as np
from qa.audio.spill import Gathering
with Gathering(1, folder=Path({str(tmp_path)!r}), in_memory_s=0) as gathering:
    gathering.add(np.ones((16000, 1), dtype=np.float32))
    whole = gathering.whole()
    print(whole.sum(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)

    assert killed.stdout.strip() == b"16000.0"
    assert killed.returncode == -signal.SIGKILL
    assert list(tmp_path.iterdir()) == []


def test_pieces_are_the_whole_in_order() -> None:
    sound = noise(1000).T

    assert [piece.shape[1] for piece in pieces(sound, 300)] == [300, 300, 300, 100]
    assert np.array_equal(np.concatenate(list(pieces(sound, 300)), axis=1), sound)
    assert list(pieces(sound[:, :0], 300)) == []


def test_pages_that_were_let_go_of_are_read_again(tmp_path: Path) -> None:
    sound = noise(SAMPLE_RATE)
    with Gathering(2, folder=tmp_path, in_memory_s=0) as gathering:
        gathering.add(sound)
        whole = gathering.whole()

    for _ in range(2):
        assert np.array_equal(np.concatenate(list(pieces(whole, 999)), axis=1), sound.T)


def test_a_private_copy_keeps_what_was_written_to_it(tmp_path: Path) -> None:
    path = tmp_path / "sound.f32"
    np.zeros(4096, dtype=np.float32).tofile(path)
    private = np.memmap(path, dtype=np.float32, mode="c")
    private[:] = 1.0

    list(pieces(private, 100))

    assert private.sum() == len(private)


@pytest.fixture
def long_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Thirty seconds that are long for this test: many blocks, and more than is kept in memory."""
    monkeypatch.setattr(source, "BLOCK_FRAMES", 10_007)
    monkeypatch.setattr(
        decode.Gathering.__init__, "__kwdefaults__", {"folder": None, "in_memory_s": 1}
    )
    monkeypatch.setattr(spill, "PIECE_SAMPLES", 4801)
    monkeypatch.setattr(channels, "_EXCERPT_S", 2)
    path = tmp_path / "in" / "long.wav"
    path.parent.mkdir()
    soundfile.write(path, noise(30 * 8000), 8000, subtype="PCM_16")
    return path


def test_a_long_recording_is_decoded_to_the_samples_of_a_short_one(
    tmp_path: Path, long_recording: Path
) -> None:
    import soxr

    decoded = FileDecoder(spill=tmp_path).decode(long_recording)

    written, _ = soundfile.read(long_recording, dtype="float32")
    expected = np.stack([soxr.resample(channel, 8000, SAMPLE_RATE) for channel in written.T])
    assert isinstance(decoded.channels, np.memmap)
    assert decoded.layout == "stereo"
    assert decoded.channels.shape == expected.shape
    assert np.abs(decoded.channels - np.clip(expected, -1.5, 1.5)).max() < 1e-4


def test_one_sound_written_twice_is_found_out_piece_by_piece(long_recording: Path) -> None:
    once = noise(30 * 8000, 1)
    soundfile.write(long_recording, np.concatenate([once, once * 0.8], axis=1), 8000)

    decoded = FileDecoder().decode(long_recording)

    assert decoded.layout == "copied"
    assert decoded.channels.shape == (1, 30 * SAMPLE_RATE)


def test_the_waveform_and_the_copy_of_a_long_recording_are_whole(
    tmp_path: Path, long_recording: Path
) -> None:
    decoded = FileDecoder().decode(long_recording)

    peaks = draw(decoded)
    shelf = FlacShelf(tmp_path / "home")
    kept, _ = soundfile.read(shelf.locate(shelf.keep(long_recording, "0" * 64)))

    in_memory = DecodedAudio(np.array(decoded.channels), 8000, 2, "stereo")
    assert peaks == draw(in_memory)
    assert len(peaks.channels[0]) == 30 * peaks.per_second
    assert np.array_equal(kept, soundfile.read(long_recording)[0])

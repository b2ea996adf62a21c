from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from qa.audio.shelf import FlacShelf, sweep
from qa.domain.errors import CallNotFound, NotScorable

RATE = 8000


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "call.wav"
    path.parent.mkdir()
    samples = np.random.default_rng(1).normal(0, 0.1, (RATE, 2))
    soundfile.write(path, samples, RATE, subtype="ULAW")
    return path


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_copy_keeps_rate_channels_and_sound(tmp_path: Path, recording: Path) -> None:
    shelf = FlacShelf(tmp_path / "home")

    relative = shelf.keep(recording, sha256(recording))

    digest = sha256(recording)
    assert relative == f"audio/{digest[:2]}/{digest}.flac"
    kept, rate = soundfile.read(shelf.locate(relative))
    original, _ = soundfile.read(recording)
    assert rate == RATE
    assert np.abs(kept - original).max() < 1 / 2**14


@pytest.fixture
def open_umask() -> Iterator[None]:
    """A process that would let everybody on the machine read and write what it makes."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
@pytest.mark.parametrize("home_mode", [None, 0o755])
def test_what_customers_said_is_for_the_owner_of_the_data_folder_alone(
    tmp_path: Path, recording: Path, home_mode: int | None
) -> None:
    home = tmp_path / "home"
    if home_mode is not None:
        home.mkdir(mode=home_mode)

    kept = home / FlacShelf(home).keep(recording, sha256(recording))

    assert oct(kept.stat().st_mode & 0o777) == "0o600"
    assert oct(kept.parent.stat().st_mode & 0o777) == "0o700"
    assert oct((home / "audio").stat().st_mode & 0o777) == "0o700"
    assert oct(home.stat().st_mode & 0o777) == oct(home_mode or 0o700)


def test_keeping_a_recording_twice_changes_nothing(tmp_path: Path, recording: Path) -> None:
    shelf = FlacShelf(tmp_path / "home")
    kept = shelf.locate(shelf.keep(recording, sha256(recording)))
    before = kept.stat()

    again = shelf.locate(shelf.keep(recording, sha256(recording)))

    assert again == kept
    assert (kept.stat().st_mtime_ns, kept.stat().st_ino) == (before.st_mtime_ns, before.st_ino)


def test_a_recording_that_cannot_be_read_leaves_nothing_behind(tmp_path: Path) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_text("not sound")

    with pytest.raises(NotScorable):
        FlacShelf(tmp_path / "home").keep(broken, sha256(broken))

    assert [path for path in (tmp_path / "home").rglob("*") if path.is_file()] == []


def test_a_copy_that_a_killed_run_left_unfinished_is_swept_and_the_others_stay(
    tmp_path: Path, recording: Path
) -> None:
    home = tmp_path / "home"
    kept = home / FlacShelf(home).keep(recording, sha256(recording))
    left = home / "audio" / "unfinished" / "half.flac"
    left.write_bytes(b"fLaC")

    sweep(home)

    assert [path for path in home.rglob("*") if path.is_file()] == [kept]


def test_sweeping_a_data_folder_without_a_shelf_changes_nothing(tmp_path: Path) -> None:
    sweep(tmp_path / "home")

    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_no_sha256_is_not_written(tmp_path: Path, recording: Path) -> None:
    with pytest.raises(ValueError, match="sha256"):
        FlacShelf(tmp_path / "home").keep(recording, "../../etc/passwd")


@pytest.mark.parametrize(
    "asked",
    [
        "audio/../../secret.flac",
        "../secret.flac",
        "secret.flac",
        "audio/ab/none.flac",
        "audio",
        "",
        "audio/a\0b.flac",
    ],
)
def test_anything_off_the_shelf_is_not_found(tmp_path: Path, asked: str) -> None:
    home = tmp_path / "home"
    (home / "audio" / "ab").mkdir(parents=True)
    (tmp_path / "secret.flac").write_bytes(b"secret")
    (home / "secret.flac").write_bytes(b"secret")

    with pytest.raises(CallNotFound):
        FlacShelf(home).locate(asked)


def test_an_absolute_path_is_not_found(tmp_path: Path) -> None:
    secret = tmp_path / "secret.flac"
    secret.write_bytes(b"secret")

    with pytest.raises(CallNotFound):
        FlacShelf(tmp_path / "home").locate(str(secret))


def test_a_link_on_the_shelf_is_not_followed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "audio" / "ab").mkdir(parents=True)
    secret = tmp_path / "secret.flac"
    secret.write_bytes(b"secret")
    (home / "audio" / "ab" / "link.flac").symlink_to(secret)
    (home / "audio" / "cd").symlink_to(tmp_path)

    for asked in ("audio/ab/link.flac", "audio/cd/secret.flac"):
        with pytest.raises(CallNotFound):
            FlacShelf(home).locate(asked)

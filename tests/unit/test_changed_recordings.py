"""The sound of one call is never kept under another's name, whenever its file is replaced."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from qa.audio.decode import FileDecoder
from qa.audio.peaks import draw
from qa.audio.shelf import FlacShelf
from qa.batch.local import LocalExecutor
from qa.batch.stages import Decode
from qa.batch.step import Step
from qa.domain.call import CallRecord
from qa.domain.records import Peaks
from qa.ports import DecodedAudio
from qa.services.ingest import CHANGED, Job, Refused, stamp_of

RATE = 8000


def tone(path: Path, seconds: float, hertz: float = 440.0) -> None:
    wave = 0.3 * np.sin(2 * np.pi * hertz * np.arange(int(RATE * seconds)) / RATE)
    sf.write(path, wave, RATE, subtype="PCM_16")


@dataclass
class Between:
    """Does something to the file once, between two steps of reading it."""

    path: Path
    act: Callable[[Path], None]
    home: Path
    at: str
    done: list[str] = field(default_factory=list)

    def _now(self, moment: str) -> None:
        if moment == self.at:
            self.done.append(moment)
            self.act(self.path)

    def decode(self, path: Path) -> DecodedAudio:
        self._now("before")
        audio = FileDecoder(spill=self.home).decode(path)
        self._now("decoded")
        return audio

    def draw(self, audio: DecodedAudio) -> Peaks:
        self._now("drawn")
        return draw(audio)


def replaced(path: Path) -> None:
    other = path.with_name("new.wav")
    tone(other, 3.0, hertz=880.0)
    other.replace(path)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:200])


def gone(path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("act", [replaced, cut, gone])
@pytest.mark.parametrize("at", ["before", "decoded", "drawn"])
def test_a_file_that_changes_while_it_is_read_is_kept_nowhere_and_refused_for_now(
    tmp_path: Path, at: str, act: Callable[[Path], None]
) -> None:
    path, home = tmp_path / "a.wav", tmp_path / "var"
    home.mkdir()
    tone(path, 3.0)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    job = Job(path, sha256, CallRecord("C1"), "f", "h", None, stamp=stamp_of(path))
    between = Between(path, act, home, at)
    stage = Decode(between, between.draw, FlacShelf(home))

    *_, end = LocalExecutor([Step("decode", lambda: stage)]).run([job])

    assert between.done == [at]
    assert isinstance(end, Refused)
    assert (end.reason.code, end.final) == (CHANGED, False)
    assert [kept for kept in home.rglob("*.flac") if kept.is_file()] == []


def test_a_file_that_stays_as_it_is_is_kept(tmp_path: Path) -> None:
    path, home = tmp_path / "a.wav", tmp_path / "var"
    home.mkdir()
    tone(path, 3.0)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    job = Job(path, sha256, CallRecord("C1"), "f", "h", None, stamp=stamp_of(path))
    decoded = Decode(FileDecoder(spill=home), draw, FlacShelf(home)).run(job)
    assert (home / decoded.facts.audio).is_file()

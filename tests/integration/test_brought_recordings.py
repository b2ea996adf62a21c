"""A recording that is brought for its turn, through the decoder onto the shelf, and gone from the work folder."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import fsspec
import numpy as np
import pytest
import soundfile

from qa.audio.decode import FileDecoder
from qa.audio.peaks import draw
from qa.batch.stages import Decode
from qa.bootstrap import shelf
from qa.config import Settings
from qa.domain.call import CallRecord
from qa.domain.errors import RecordingChanged
from qa.interop.remote import list_remote
from qa.services.ingest import Job


def _wav(frequency_hz: float) -> bytes:
    at = np.arange(8000) / 8000
    out = io.BytesIO()
    soundfile.write(out, 0.2 * np.sin(2 * np.pi * frequency_hz * at), 8000, format="WAV")
    return out.getvalue()


def _job(work: Path, sha256: str) -> Job:
    listed = list_remote("memory://turn", allowed=("memory",), endpoint="", work=work)
    (distant,) = listed.recordings
    record = CallRecord("C1")
    return Job(distant.path, sha256, record, "f", "h", None, elsewhere=distant.elsewhere)


def test_a_recording_is_brought_decoded_shelved_and_removed(tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe("/turn/a.wav", _wav(440))
    settings = Settings(home=tmp_path / "var", _env_file=None)  # type: ignore[call-arg]
    decode = Decode(FileDecoder(), draw, shelf(settings))
    try:
        job = _job(tmp_path / "work", hashlib.sha256(_wav(440)).hexdigest())
        decoded = decode.run(job)
        assert decoded.facts.duration_s == pytest.approx(1.0)
        assert decoded.facts.name == "a.wav"
        assert (settings.home / decoded.facts.audio).is_file()
        assert not job.path.exists()
    finally:
        memory.rm("/turn", recursive=True)


def test_a_recording_that_is_another_by_its_turn_is_not_taken_for_the_first(
    tmp_path: Path,
) -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe("/turn/a.wav", _wav(550))
    settings = Settings(home=tmp_path / "var", _env_file=None)  # type: ignore[call-arg]
    decode = Decode(FileDecoder(), draw, shelf(settings))
    try:
        job = _job(tmp_path / "work", hashlib.sha256(_wav(440)).hexdigest())
        with pytest.raises(RecordingChanged):
            decode.run(job)
        assert not job.path.exists()
    finally:
        memory.rm("/turn", recursive=True)

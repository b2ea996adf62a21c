from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from qa.audio.shelf import FlacShelf
from qa.batch.local import LocalExecutor
from qa.batch.step import Step
from qa.cli.errors import OUR_FAULT, exit_code
from qa.domain.call import CallRecord
from qa.domain.errors import DiskFull, StoreFull
from qa.services.ingest import Finished, Job
from qa.store.engine import unavailable

NO_ROOM = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Acts:
    def __init__(self, act: Callable[[Any], Any]) -> None:
        self._act = act

    def run(self, item: Any) -> Any:
        return self._act(item)


def job(name: str) -> Job:
    return Job(Path(name), name, CallRecord(call_id=name), f"print-{name}", "hearing", None)


def full(_item: Any) -> Any:
    raise NO_ROOM


def full_for_all(items: Iterable[Any]) -> Any:
    list(items)
    raise NO_ROOM


def test_a_disk_without_room_ends_the_run_and_blames_no_recording() -> None:
    with pytest.raises(DiskFull, match="No space left") as caught:
        list(LocalExecutor([Step("decode", partial(Acts, full))]).run([job("a.wav")]))
    assert "QA_HOME" in caught.value.hint
    assert exit_code(caught.value) == OUR_FAULT


def test_so_it_does_in_a_step_that_takes_many_at_once() -> None:
    steps = [Step("recognise", partial(Acts, full_for_all), size=lambda _: 1.0)]
    with pytest.raises(DiskFull):
        list(LocalExecutor(steps).run([job("a.wav"), job("b.wav")]))


def test_any_other_error_of_the_system_is_that_recordings_alone() -> None:
    def denied(item: Any) -> Any:
        if item.path.name == "a.wav":
            raise OSError(errno.EACCES, "Permission denied")
        return item

    ends = list(
        LocalExecutor([Step("decode", partial(Acts, denied))]).run([job("a.wav"), job("b.wav")])
    )
    assert isinstance(ends[-1], Finished)


def test_the_shelf_says_that_the_disk_is_full_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = tmp_path / "a.wav"
    sf.write(recording, np.zeros((8000, 2)), 8000, subtype="PCM_16")
    home = tmp_path / "var"

    def on_a_full_disk(**options: Any) -> tuple[int, str]:
        descriptor, name = real(**options)
        os.close(descriptor)
        return os.open("/dev/full", os.O_RDWR), name

    real = tempfile.mkstemp
    monkeypatch.setattr(tempfile, "mkstemp", on_a_full_disk)
    with pytest.raises(OSError, match="No space left") as caught:
        FlacShelf(home).keep(recording, hashlib.sha256(b"a").hexdigest())
    assert caught.value.errno == errno.ENOSPC
    assert [path for path in home.rglob("*") if path.is_file()] == []


def test_a_database_without_room_is_told_from_one_that_is_gone() -> None:
    from sqlalchemy.exc import OperationalError

    for said in ("database or disk is full", 'could not extend file "x": No space left on device'):
        fault = unavailable(OperationalError("INSERT", None, Exception(said)))
        assert isinstance(fault, StoreFull)
        assert "make room" in fault.hint
    gone = unavailable(OperationalError("INSERT", None, Exception("server closed the connection")))
    assert gone is not None
    assert not isinstance(gone, StoreFull)
    assert exit_code(gone) == OUR_FAULT

"""Runs nights that die where they are told to: the real command, with stages that cost nothing.

``python -m bench.night.driver`` reads one request a line and answers each with a line, both JSON. Every request
is a night in a process of its own, forked from this one, which has imported everything: thousands of nights
take minutes. What is changed of the product is changed here, in that process alone: the models are stubs, and
every place where a night may be cut short passes a tripwire.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import gc
import hashlib
import io
import json
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import soundfile

from bench.night import rubrics
from bench.night.nights import Night, Place
from bench.speech import stubs
from qa import bootstrap
from qa.audio import shelf
from qa.batch import alone
from qa.batch.items import Voiced
from qa.batch.step import StageFactory, Step
from qa.bootstrap import running as wiring
from qa.cli.main import main as qa
from qa.store.unit_of_work import SqlUnitOfWork

_CAPABILITIES_V3 = 0x2008_0522
_READ_ANYTHING = 1 << 1 | 1 << 2
"""CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH: why root may open a file that nobody may."""

running: Any = wiring
"""Where the product puts a run together: parts of it are exchanged here."""

_ADDRESS_SPACE, _RESIDENT = 0, 1
"""Fields of ``/proc/self/statm``."""


class Tripwire:
    """Counts the fault points that are passed, and sends the process a signal at one of them."""

    def __init__(self, night: Night | None = None) -> None:
        self._signal_at = frozenset(night.signal_at if night else ())
        self._signal = signal.Signals[night.signal] if night else signal.SIGKILL
        self._passed = 0
        self._trace = _appended(night.trace if night else "")
        self._memory = _appended(night.memory if night else "")

    def cross(self, point: str) -> None:
        """Pass a fault point."""
        if self._trace is not None:
            os.write(self._trace, f"{point}\n".encode())
        if self._memory is not None and point == "after a commit":
            os.write(self._memory, f"{_memory_bytes(_RESIDENT)}\n".encode())
        here, self._passed = self._passed, self._passed + 1
        if here in self._signal_at:
            os.kill(os.getpid(), self._signal)


def _appended(path: str) -> int | None:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if path else None


_tripwire = Tripwire()
"""Of this process; one that only borrows the stages has a wire that nothing is tied to."""


class Watched:
    """A stage between two fault points."""

    def __init__(self, name: str, stage: Any, takes_s: float) -> None:
        self._name = name
        self._stage = stage
        self._takes_s = takes_s

    def run(self, item: Any) -> Any:
        """What the stage makes of it."""
        _tripwire.cross(f"before {self._name}")
        outcome = self._stage.run(item)
        time.sleep(self._takes_s)
        _tripwire.cross(f"after {self._name}")
        return outcome

    def foresee(self, item: Any) -> None:
        """What the stage does with it."""
        self._stage.foresee(item)


class Faulty:
    """The recogniser, which some recordings break."""

    def __init__(self, stage: Any, night: Night) -> None:
        self._stage = stage
        self._faults = night.faults

    def run(self, items: Sequence[Voiced]) -> Any:
        """The words, if it comes to that."""
        for item in items:
            FAULTS[self._faults.get(item.decoded.job.path.name, "none")]()
        return self._stage.run(items)


SAID = "what a customer said"
"""In capitals, it is what an error says here and nobody may read."""


def _raise_value_error() -> None:
    # Not as it stands here: a log shows lines of the program, but never the words of an error.
    raise ValueError(SAID.upper())


def _raise_memory_error() -> None:
    raise MemoryError


def _take_all_memory() -> None:
    """Take memory until none is given; it is given back when the error has been met."""
    hoard = []
    while True:
        hoard.append(np.ones(1 << 24))


FAULTS: Mapping[str, Callable[[], object]] = {
    "none": lambda: None,
    "error": _raise_value_error,
    "memory": _raise_memory_error,
    "hog": _take_all_memory,
    "exit": lambda: os._exit(9),
    "segfault": lambda: ctypes.string_at(0),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
}
"""What a recording can do to the process that recognises it."""


def run(night: Night) -> None:
    """Run one night in this process, to whatever end it comes. Does not return."""
    for name in [name for name in os.environ if name.startswith("QA_")]:
        del os.environ[name]
    os.environ |= night.settings
    for descriptor, path in ((1, night.output), (2, f"{night.output}.err")):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), descriptor)
    _prepare(night)
    sys.argv = ["qa", *night.arguments]
    code = 0
    try:
        qa()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _prepare(night: Night) -> None:
    global _tripwire  # noqa: PLW0603 - one for the process, as the process is what it ends
    _tripwire = Tripwire(night)
    running.pipeline = partial(_pipeline, running.pipeline, night)
    _watch_commits(night.clock_back_s)
    _watch_files()
    if night.beat_s:
        running.BEAT_S = night.beat_s
    if not night.spawns:
        # A copy holds both ends of its pipe, so that it never sees this process's end closed: it is ended.
        alone._ENDED_S = 0.1  # noqa: SLF001 - nobody else has a reason to be impatient
        copying = multiprocessing.get_context("fork")
        multiprocessing.get_context = lambda method=None: copying  # type: ignore[assignment] # noqa: ARG005
    if night.copies_bytes:
        _fill_up_after(night.copies_bytes)
    if night.unprivileged:
        _give_up_reading_anything()
    if night.memory_bytes:
        most = _memory_bytes(_ADDRESS_SPACE) + night.memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    if night.file_bytes:
        # Without the signal's usual end a write over the limit fails as it does on a full disk.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (night.file_bytes, night.file_bytes))


def _pipeline(
    made: Callable[..., Sequence[Step]], night: Night, *arguments: object
) -> tuple[Step, ...]:
    return tuple(
        replace(step, factory=partial(build, step.name, _factory(step, night), night))
        for step in made(*arguments)
    )


def _factory(step: Step, night: Night) -> StageFactory:
    return step.factory if step.name in night.real else stubs.STAGES.get(step.name, step.factory)


def build(name: str, factory: StageFactory, night: Night) -> Watched:
    """Build a stage that passes the tripwire of the process that runs it."""
    stage = factory()
    if name == "recognise":
        stage = Faulty(stage, night)
    return Watched(name, stage, night.score_s if name == "score" else 0.0)


def _watch_commits(clock_back_s: float) -> None:
    commit = SqlUnitOfWork.commit
    turned: list[float] = []

    def watched(self: SqlUnitOfWork) -> None:
        _tripwire.cross("before a commit")
        commit(self)
        _tripwire.cross("after a commit")
        if clock_back_s and not turned:
            turned.append(clock_back_s)
            _turn_clock_back(clock_back_s)

    SqlUnitOfWork.commit = watched  # type: ignore[method-assign]


def _turn_clock_back(seconds: float) -> None:
    """Let the machine's clock be wrong from here on; what counts seconds alone is not touched by it."""
    now = bootstrap.SystemClock.now

    def earlier(self: bootstrap.SystemClock) -> datetime:
        return now(self) - timedelta(seconds=seconds)

    bootstrap.SystemClock.now = earlier  # type: ignore[method-assign]


def _watch_files() -> None:
    digest, write, move = hashlib.file_digest, soundfile.SoundFile.write, Path.replace

    def watched_digest(*arguments: Any, **options: Any) -> Any:
        _tripwire.cross("hashing")
        return digest(*arguments, **options)

    def watched_write(self: soundfile.SoundFile, block: Any) -> None:
        write(self, block)
        _tripwire.cross("while a copy is written")

    def watched_move(self: Path, target: Path) -> Path:
        if target.suffix != ".flac":
            return move(self, target)
        _tripwire.cross("before a copy is in place")
        moved = move(self, target)
        _tripwire.cross("after a copy is in place")
        return moved

    hashlib.file_digest = watched_digest
    soundfile.SoundFile.write = watched_write
    Path.replace = watched_move  # type: ignore[assignment,method-assign]


def _fill_up_after(left: int) -> None:
    """Let copies find the disk full once they have taken so many bytes, for users who may mount no small one."""
    write = os.write

    def refused(descriptor: int, data: Any) -> int:
        nonlocal left
        left -= len(data)
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(descriptor, data)

    system: Any = SimpleNamespace(**vars(os))
    system.write = refused
    shelf.os = system  # type: ignore[attr-defined]


def _give_up_reading_anything() -> None:
    """As root, be refused what the mode of a file forbids, as everybody else is."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_V3, 0)
    sets = (ctypes.c_uint32 * 6)()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.capget(header, sets):
        raise OSError(ctypes.get_errno(), "capget")
    sets[0] &= ~_READ_ANYTHING
    if libc.capset(header, sets):
        raise OSError(ctypes.get_errno(), "capset")


def _memory_bytes(which: int) -> int:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[which])
    return pages * resource.getpagesize()


def serve() -> None:
    """Answer requests until there are none: a line of JSON with how each night ended.

    ``code`` is the exit code, negative for the signal that killed it.
    """
    _warm_up()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        night = Night(**json.loads(line))
        began = time.perf_counter()
        pid = os.fork()
        if pid == 0:
            with contextlib.suppress(BaseException):
                run(night)
            os._exit(70)
        if night.kill_after_s is not None:
            time.sleep(night.kill_after_s)
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        code = os.waitstatus_to_exitcode(status)
        print(json.dumps({"code": code, "wall_s": time.perf_counter() - began}), flush=True)


def _warm_up() -> None:
    """Import, build and compile, in a night over nothing worth keeping, all that a night needs."""
    import psycopg  # noqa: F401 - the driver that SQLAlchemy imports by its name

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        soundfile.write(folder / "warm.wav", np.full((24000, 2), 0.1), 8000)
        rubrics.write(folder / "rubrics")
        place = Place(folder / "warm.wav", folder / "home", folder / "rubrics")
        night = place.night()
        made = running.pipeline
        running.pipeline = partial(_pipeline, made, night)
        os.environ |= night.settings
        sys.argv = ["qa", *night.arguments]
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
            qa()
        running.pipeline = made
    # What is there now stays: collecting it again in every night would copy all of its memory.
    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    serve()

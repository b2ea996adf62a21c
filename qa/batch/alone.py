"""The executor for recordings that a run died with: in a process of its own, which may die of them.

Only so can it be told whether the recording or somebody's ``kill`` ended the run: where the process that
works on nothing else ends by itself, it was the recording.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Self

from qa.batch.local import LocalExecutor
from qa.batch.step import Step
from qa.domain.errors import ClusterUnavailable, QAError
from qa.domain.wording import Reason
from qa.services.ingest import Event, Finished, Job, Refused, Stop, never

_ENDED_S = 10.0
_FROM_OUTSIDE = ("SIGTERM", "SIGINT", "SIGHUP")
"""Signals that somebody sends; no recording brings them about."""

_OF_THE_RUN = (signal.SIGTERM, signal.SIGINT)
"""Who sends these, by keyboard to every process at once, means the run: what is begun comes to its end."""

_TAKEN = "taken"
"""What the other process says when it has a job: from then on its end is the recording's doing."""

_STARTS = 2
"""Processes that may end before they have a job; one may have been ended while it waited for it."""


class AloneExecutor:
    """Takes jobs through every step, one by one, in another process that is started again when it dies.

    The process is kept from job to job, so that models are loaded once. Use it in a ``with`` block.

    Args:
        steps: The pipeline; its factories go to the other process.
        before: Called before that is started, so that models are not in memory twice.
    """

    def __init__(self, steps: Sequence[Step], before: Callable[[], None] = lambda: None) -> None:
        self._steps = tuple(steps)
        self._before = before
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def run(self, jobs: Iterable[Job], stop: Stop = never) -> Iterator[Event]:
        """Events as they happen. Raises what ends the run for all, such as ``ModelMissing``.

        Where no other process comes up that takes a job it raises ``ClusterUnavailable``: that is the machine's
        fault, and is held against no recording.
        """
        waiting = iter(jobs)
        while not stop():
            job = next(waiting, None)
            if job is None:
                return
            yield from self._take(job)

    def _take(self, job: Job) -> Iterator[Event]:
        pipe = self._hand(job)
        try:
            while True:
                said = pipe.recv()
                if isinstance(said, BaseException):
                    raise said
                yield said
                if isinstance(said, Finished | Refused):
                    return
        except (EOFError, ConnectionError):
            ended = self._end()
        reason = Reason("recording.died", {"signal": ended})
        yield Refused(job, reason, final=False, stage_s={}, died=ended not in _FROM_OUTSIDE)

    def _hand(self, job: Job) -> Connection:
        """Give a job to the other process, and wait until it has it."""
        ended = ""
        for _ in range(_STARTS):
            try:
                pipe = self._begin()
                pipe.send(job)
                pipe.recv()
            except (EOFError, ConnectionError):
                ended = self._end() or "as it was started"
            else:
                return pipe
        raise ClusterUnavailable(
            f"the process that tries suspected recordings ends before it takes one ({ended})",
            hint="see that this machine has memory and processes to spare, and run it again",
        )

    def _begin(self) -> Connection:
        if self._pipe is None or self._process is None or not self._process.is_alive():
            self._end()
            self._before()
            spawn = multiprocessing.get_context("spawn")
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=_work, args=(self._steps, theirs), daemon=True)
            # Theirs alone once it is started, so that their end shows as the end of the pipe.
            with theirs, _held_back():
                process.start()
            self._process, self._pipe = process, ours
        return self._pipe

    def _end(self) -> str:
        """End the other process; how it ended, as people know it."""
        process, pipe, self._process, self._pipe = self._process, self._pipe, None, None
        if pipe is not None:
            pipe.close()
        if process is None:
            return ""
        process.join(_ENDED_S)
        if process.is_alive():
            process.kill()
            process.join()
        code = process.exitcode or 0
        process.close()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"


@contextmanager
def _held_back() -> Iterator[None]:
    """Let signals to the run wait; a process that is started meanwhile keeps them waiting until it is up."""
    # It is started with the first process and lets these signals through again: it has to be there before.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _OF_THE_RUN)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(steps: Sequence[Step], pipe: Connection) -> None:
    """What the other process does: takes jobs until there is nobody to give it any."""
    for number in _OF_THE_RUN:
        signal.signal(number, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _OF_THE_RUN)
    _end_with_parent()
    executor = LocalExecutor(steps)
    with suppress(EOFError, ConnectionError):
        while True:
            job = pipe.recv()
            pipe.send(_TAKEN)
            for said in _said(executor, job):
                pipe.send(said)


def _said(executor: LocalExecutor, job: Job) -> Iterator[Any]:
    try:
        yield from executor.run([job])
    except QAError as error:
        yield error


def _end_with_parent() -> None:
    """Let a run that is killed take this process with it, whatever that is doing."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()

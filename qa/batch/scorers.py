"""Processes that score what was heard before, a core to each: where a rubric changed there are thousands of such calls.

Scoring is rules, which one process works through on one core however many there are. Starting others takes some
seconds: they are started once many calls have come, and until they are up the calls go on being scored where the run
is. Results come back in the order in which the calls were taken over.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from multiprocessing.synchronize import Barrier
from typing import Self

from qa.batch.child import held_back, settle_in
from qa.batch.step import Step
from qa.batch.travel import Stages, Travel, take_to_end
from qa.services.ingest import Event, Job

MANY = 100
"""Calls heard before that a run meets before other processes are started: scoring these takes about as long as
starting does, so that a run that ends just then takes twice as long at most."""

AHEAD = 4
"""Calls for each process that are taken over before the first of their results is waited for."""

UP_S = 120.0
"""What all of them may take to come up."""

_log = logging.getLogger(__name__)

Result = tuple[Job, Sequence[Event] | None]
"""A job that was taken over, and what happened to it; ``None`` where it was given back."""


class Scorers:
    """Takes jobs whose recordings were heard before through the steps that are left; use it in a ``with`` block.

    Where one of its processes ends no call is blamed: those taken over are given back, and none is taken any more.

    Args:
        steps: The pipeline; the factories of the steps that need no audio go to the other processes.
        processes: How many there are to be; of fewer than two none is started, and none needed.
        many: Calls that are met before they are started.
    """

    def __init__(self, steps: Sequence[Step], *, processes: int, many: int = MANY) -> None:
        self._steps = tuple(step for step in steps if not step.audio)
        self._processes = processes
        self._many = many
        self._met = 0
        self._starter = ThreadPoolExecutor(1, "scorers")
        self._coming: Future[ProcessPoolExecutor] | None = None
        self._taken: deque[tuple[Job, Future[list[Event]]]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.rest()
        self._starter.shutdown()

    def rest(self) -> None:
        """End the processes; they are started again when so many calls have come again."""
        self._end()
        self._taken.clear()
        self._met = 0

    def take(self, job: Job) -> bool:
        """Take a job over, or leave it to who asks; to be asked of each job that the run meets."""
        if job.heard is None or self._processes < 2:  # noqa: PLR2004 - one beside this one gains nothing
            return False
        self._met += 1
        if self._met == self._many:
            self._coming = self._starter.submit(_started, self._steps, self._processes)
        pool = self._pool
        if pool is None:
            return False
        try:
            future = pool.submit(_score, job)
        except BrokenProcessPool as error:
            future = Future()
            future.set_exception(error)
        self._taken.append((job, future))
        return True

    def ready(self) -> Iterator[Result]:
        """What has come back, the jobs in order; waits where many are taken over."""
        while self._taken and (
            self._taken[0][1].done() or len(self._taken) >= AHEAD * self._processes
        ):
            yield self._first()

    def outstanding(self) -> Iterator[Result]:
        """What is still to come back, the jobs in order. Raises as ``ready`` what ends the run for all."""
        while self._taken:
            yield self._first()

    def _first(self) -> Result:
        job, future = self._taken.popleft()
        try:
            return job, future.result()
        except BrokenProcessPool:
            if self._coming is not None:
                _log.warning("a process that scored calls ended: they are scored one by one")
                self._end()
            return job, None

    @property
    def _pool(self) -> ProcessPoolExecutor | None:
        """The processes, once all are up; none where one of them could not be started."""
        coming = self._coming
        if coming is None or not coming.done() or coming.exception() is not None:
            return None
        return coming.result()

    def _end(self) -> None:
        coming, self._coming = self._coming, None
        if coming is not None and coming.exception() is None:
            coming.result().shutdown(cancel_futures=True)


def _started(steps: tuple[Step, ...], processes: int) -> ProcessPoolExecutor:
    """The processes when all are up. Raises what one of them met on the way."""
    spawn = multiprocessing.get_context("spawn")
    all_up = spawn.Barrier(processes)
    pool = ProcessPoolExecutor(processes, spawn, _begin, (steps, all_up))
    try:
        with held_back():
            coming = [pool.submit(_come_up) for _ in range(processes)]
        for each in coming:
            each.result()
    except Exception:
        _log.warning("no other process could be started to score calls: they are scored one by one")
        pool.shutdown(cancel_futures=True)
        raise
    return pool


@dataclass(frozen=True, slots=True)
class _Process:
    """One of the other processes, as it knows itself."""

    steps: tuple[Step, ...]
    all_up: Barrier
    stages: Stages = field(default_factory=Stages)


_this: list[_Process] = []


def _begin(steps: tuple[Step, ...], all_up: Barrier) -> None:
    # SIGTERM is how the pool ends what is left of it where one of them died.
    settle_in(deaf_to=(signal.SIGINT,))
    _this.append(_Process(steps, all_up))


def _come_up() -> None:
    """Build the stages, so that no call waits for it, and wait until each of the processes has."""
    process = _this[0]
    for step in process.steps:
        process.stages.of(step)
    process.all_up.wait(UP_S)


def _score(job: Job) -> list[Event]:
    process = _this[0]
    return list(take_to_end(Travel(job, job), process.steps, process.stages))

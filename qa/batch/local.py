"""The executor that runs here: one process, models loaded once, recordings pooled where that costs less.

On a small machine this is also the fastest way: two model processes on two cores thrash.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice, takewhile

from qa.batch.step import Step
from qa.batch.travel import Stages, Travel, take, take_together
from qa.services.ingest import Event, Finished, Job, StageBegan, Stop, never

AHEAD = 2
"""Recordings for each worker that are read before the first of them goes on."""


class LocalExecutor:
    """Takes jobs through every step in this process.

    Args:
        steps: The pipeline.
        pool_s: Seconds of audio that are held at once before a pooled step takes them. More costs memory
            (128 kB a second of stereo) and what is done again after a kill; less makes batches small.
        workers: Recordings that are taken through the steps before the pooled ones at once, each with a
            core of its own.
    """

    def __init__(self, steps: Sequence[Step], *, pool_s: float = 300.0, workers: int = 1) -> None:
        self._before = tuple(takewhile(lambda step: step.size is None, steps))
        rest = steps[len(self._before) :]
        self._pooled = tuple(takewhile(lambda step: step.size is not None, rest))
        self._after = tuple(rest[len(self._pooled) :])
        self._pool_s = pool_s
        self._workers = workers
        self._stages = Stages()

    def run(self, jobs: Iterable[Job], stop: Stop = never) -> Iterator[Event]:
        """Events as they happen; a job that breaks a stage is refused and the others go on.

        Once ``stop`` gives a reason no more jobs are begun, and those in the pool are finished. Raises
        what is ``FATAL`` for all calls, such as ``ModelMissing``.
        """
        pool: list[Travel] = []
        held_s = 0.0
        for travel, events in self._begun(_until(stop, jobs)):
            yield from events
            if travel.ended:
                continue
            if not self._pooled or travel.job.heard is not None:
                yield from self._finish(travel)
                continue
            pool.append(travel)
            self._foresee(travel)
            held_s += travel.size(self._pooled[0])
            if held_s >= self._pool_s:
                yield from self._empty(pool)
                held_s = 0.0
        if pool:
            yield from self._empty(pool)

    def rest(self) -> None:
        """Let go of the stages and their models, between two runs; the next one builds them anew."""
        self._stages = Stages()
        gc.collect()

    def _begun(self, jobs: Iterator[Job]) -> Iterator[tuple[Travel, Iterable[Event]]]:
        """Each job after the steps before the pooled ones, in order, with what happened to it there.

        A few are read at once and no more, since each is held in memory.
        """
        if self._workers == 1:
            for job in jobs:
                travel = Travel(job, job)
                yield travel, self._take(travel, self._before)
            return
        with ThreadPoolExecutor(self._workers) as threads:
            together = AHEAD * self._workers
            while travels := [Travel(job, job) for job in islice(jobs, together)]:
                began = time.perf_counter()
                taken = threads.map(lambda travel: [*self._take(travel, self._before)], travels)
                events = list(taken)
                _share_time(travels, time.perf_counter() - began)
                yield from zip(travels, events, strict=True)

    def _take(self, travel: Travel, steps: Sequence[Step]) -> Iterator[Event]:
        return take(travel, steps, self._stages)

    def _foresee(self, travel: Travel) -> None:
        for step in self._pooled:
            if step.foresees:
                self._stages.of(step).foresee(travel.item)

    def _empty(self, pool: list[Travel]) -> Iterator[Event]:
        """Take everything in the pool through the pooled steps and on to the end."""
        for step in self._pooled:
            going = [travel for travel in pool if not travel.ended]
            if going:
                yield StageBegan(going[0].job, step.name, together=len(going))
                yield from take_together(going, step, self._stages)
        while pool:
            travel = pool.pop(0)
            if not travel.ended:
                yield from self._finish(travel)

    def _finish(self, travel: Travel) -> Iterator[Event]:
        yield from self._take(travel, self._after)
        if not travel.ended:
            yield Finished(travel.job, travel.item, travel.stage_s)


def _until(stop: Stop, jobs: Iterable[Job]) -> Iterator[Job]:
    """The jobs for as long as nothing says to stop, which is asked before each is taken."""
    waiting = iter(jobs)
    while not stop():
        job = next(waiting, None)
        if job is None:
            return
        yield job


def _share_time(travels: Sequence[Travel], took_s: float) -> None:
    """Bill jobs that were worked on at once for the time that passed, not for the sum of their own."""
    billed_s = sum(chain.from_iterable(travel.stage_s.values() for travel in travels)) or 1.0
    for travel in travels:
        # In place: a job that was refused on the way has been reported with this very table.
        for stage, own_s in travel.stage_s.items():
            travel.stage_s[stage] = own_s * took_s / billed_s

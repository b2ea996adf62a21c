"""The executor that runs here: one process, models loaded once, recordings pooled where that costs less.

On a small machine this is also the fastest way: two model processes on two cores thrash.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, takewhile
from threading import Lock
from typing import Any

from qa.batch.step import Step
from qa.domain.errors import ModelCorrupt, ModelMissing, NotScorable
from qa.domain.wording import Reason
from qa.services.ingest import Event, Finished, Job, Refused, StageBegan

log = logging.getLogger(__name__)

AHEAD = 2
"""Recordings for each worker that are read before the first of them goes on."""

_FATAL = (ModelMissing, ModelCorrupt)
"""Without its models no call can be scored: these end the run."""


@dataclass(slots=True)
class _Travel:
    """One job on its way: what the last stage gave, and the seconds each stage took."""

    job: Job
    item: Any
    stage_s: dict[str, float] = field(default_factory=dict)
    ended: bool = False


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
        self._building = Lock()
        self._built: dict[str, Any] = {}

    def run(self, jobs: Sequence[Job]) -> Iterator[Event]:
        """Events as they happen; a job that breaks a stage is refused and the others go on.

        Raises ``ModelMissing`` and ``ModelCorrupt``: without its models no call can be scored.
        """
        pool: list[_Travel] = []
        held_s = 0.0
        for travel, events in self._begun(jobs):
            yield from events
            if travel.ended:
                continue
            if not self._pooled or travel.job.heard is not None:
                yield from self._finish(travel)
                continue
            pool.append(travel)
            self._foresee(travel)
            held_s += _size(travel, self._pooled[0])
            if held_s >= self._pool_s:
                yield from self._empty(pool)
                held_s = 0.0
        if pool:
            yield from self._empty(pool)

    def _begun(self, jobs: Sequence[Job]) -> Iterator[tuple[_Travel, Iterable[Event]]]:
        """Each job after the steps before the pooled ones, in order, with what happened to it there.

        A few are read at once and no more, since each is held in memory.
        """
        if self._workers == 1:
            for job in jobs:
                travel = _Travel(job, job)
                yield travel, self._take(travel, self._before)
            return
        with ThreadPoolExecutor(self._workers) as threads:
            together = AHEAD * self._workers
            for first in range(0, len(jobs), together):
                travels = [_Travel(job, job) for job in jobs[first : first + together]]
                began = time.perf_counter()
                taken = threads.map(lambda travel: [*self._take(travel, self._before)], travels)
                events = list(taken)
                _share_time(travels, time.perf_counter() - began)
                yield from zip(travels, events, strict=True)

    def _take(self, travel: _Travel, steps: Sequence[Step]) -> Iterator[Event]:
        """Take one job through some steps, one after another."""
        for step in steps:
            if travel.ended or (step.audio and travel.job.heard is not None):
                continue
            yield StageBegan(travel.job, step.name)
            began = time.perf_counter()
            try:
                outcome = self._stage(step).run(travel.item)
            except NotScorable as error:
                outcome = error
            except _FATAL:
                raise
            except Exception as error:  # noqa: BLE001 - whatever broke, the other calls go on
                outcome = error
            travel.stage_s[step.name] = time.perf_counter() - began
            yield from _settle(travel, outcome, step)

    def _foresee(self, travel: _Travel) -> None:
        for step in self._pooled:
            if step.foresees:
                self._stage(step).foresee(travel.item)

    def _empty(self, pool: list[_Travel]) -> Iterator[Event]:
        """Take everything in the pool through the pooled steps and on to the end."""
        for step in self._pooled:
            going = [travel for travel in pool if not travel.ended]
            if going:
                yield StageBegan(going[0].job, step.name, together=len(going))
                yield from self._take_together(going, step)
        while pool:
            travel = pool.pop(0)
            if not travel.ended:
                yield from self._finish(travel)

    def _take_together(self, pool: Sequence[_Travel], step: Step) -> Iterator[Event]:
        """Take everything in the pool through the pooled step; no result is held on to afterwards."""
        began = time.perf_counter()
        outcomes = self._together([travel.item for travel in pool], step)
        took_s = time.perf_counter() - began
        sizes = [_size(travel, step) for travel in pool]
        for travel, outcome, size in zip(pool, outcomes, sizes, strict=True):
            travel.stage_s[step.name] = took_s * size / (sum(sizes) or 1.0)
            yield from _settle(travel, outcome, step)

    def _together(self, items: Sequence[Any], step: Step) -> Sequence[Any]:
        """What a pooled step makes of each item; one that breaks it is found by halving."""
        try:
            outcomes: Sequence[Any] = self._stage(step).run(items)
        except _FATAL:
            raise
        except Exception as error:  # noqa: BLE001 - one item's fault is that item's alone
            if len(items) == 1:
                return [error]
            middle = len(items) // 2
            return [
                *self._together(items[:middle], step),
                *self._together(items[middle:], step),
            ]
        return outcomes

    def _finish(self, travel: _Travel) -> Iterator[Event]:
        yield from self._take(travel, self._after)
        if not travel.ended:
            yield Finished(travel.job, travel.item, travel.stage_s)

    def _stage(self, step: Step) -> Any:
        with self._building:
            if step.name not in self._built:
                self._built[step.name] = step.factory()
            return self._built[step.name]


def _share_time(travels: Sequence[_Travel], took_s: float) -> None:
    """Bill jobs that were worked on at once for the time that passed, not for the sum of their own."""
    billed_s = sum(chain.from_iterable(travel.stage_s.values() for travel in travels)) or 1.0
    for travel in travels:
        # In place: a job that was refused on the way has been reported with this very table.
        for stage, own_s in travel.stage_s.items():
            travel.stage_s[stage] = own_s * took_s / billed_s


def _size(travel: _Travel, step: Step) -> float:
    """What a job adds to the pool of a step, seconds of audio."""
    return step.size(travel.item) if step.size else 0.0


def _settle(travel: _Travel, outcome: Any, step: Step) -> Iterator[Event]:
    """Note what a stage made of a job: the item for the next one, or its end."""
    if not isinstance(outcome, Exception):
        travel.item = outcome
        return
    travel.ended, travel.item = True, None
    if isinstance(outcome, NotScorable):
        yield Refused(
            travel.job,
            outcome.reason,
            final=True,
            stage_s=travel.stage_s,
            quality=outcome.quality,
        )
        return
    _note_fault(travel.job, step.name, outcome)
    reason = Reason("recording.fault", {"stage": step.name, "kind": type(outcome).__name__})
    yield Refused(travel.job, reason, final=False, stage_s=travel.stage_s)


def _note_fault(job: Job, stage: str, error: Exception) -> None:
    """Log where it broke, without the error's message: that may quote what was said."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("recording %s: %s in stage %s\n%s", job.sha256, type(error).__name__, stage, frames)

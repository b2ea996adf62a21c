"""What runs inside a Ray worker: some steps of the pipeline, and what became of each job there.

A worker answers with values alone. An error of a stage never leaves it as an error, since Ray would write its
message and its traceback to a log, and these may quote what was said.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from qa.batch.step import Step
from qa.batch.travel import FATAL, Stages, Travel, take, take_together
from qa.domain.errors import QAError
from qa.services.ingest import Event, Job

Environment = Mapping[str, str | None]
"""Variables a worker sets before it imports a library, or for ``None`` takes away."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a stage broke, told to the driver, who keeps the log."""

    sha256: str
    stage: str
    kind: str
    frames: str


@dataclass(frozen=True, slots=True)
class Came:
    """What became of one job.

    Attributes:
        events: What happened to it, in order.
        stage_s: Seconds that the worker's stages took for it.
        size_s: What it adds to the pool that it goes to next, seconds of audio.
    """

    events: tuple[Event, ...]
    stage_s: dict[str, float]
    ended: bool
    size_s: float


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the jobs of one call; ``fatal`` ends the run instead."""

    came: tuple[Came, ...] = ()
    faults: tuple[Fault, ...] = ()
    fatal: QAError | None = None


class Worker:
    """Holds the stages of some steps, each built when the first job needs it.

    Args:
        steps: Consecutive steps; a pooled one has a worker to itself.
        then: The step after them.
        prepare: Is called before a library is imported.
        environment: See ``Environment``.
    """

    def __init__(
        self,
        steps: Sequence[Step],
        then: Step | None,
        prepare: Callable[[], None],
        environment: Environment,
    ) -> None:
        _silence()
        for name, value in environment.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        prepare()
        self._steps = tuple(steps)
        self._then = then
        self._stages = Stages()
        self._faults: list[Fault] = []

    def hello(self) -> tuple[str, int]:
        """The version of Call QA on this node, and this process."""
        from importlib.metadata import version

        return version("call-qa"), os.getpid()

    def take(self, job: Job, item: Any) -> tuple[Report, Any]:
        """Take one job through the steps; what became of it, and its item for the next step."""
        travel = Travel(job, item)
        try:
            events = tuple(take(travel, self._steps, self._stages, self._note))
        except FATAL as error:
            return Report(fatal=error), None
        return self._report([travel], [events]), travel.item

    def take_together(self, jobs: Sequence[Job], *items: Any) -> list[Any]:
        """Take some jobs through the pooled step: what became of them, then the item of each."""
        pool = [Travel(job, item) for job, item in zip(jobs, items, strict=True)]
        try:
            events = list(take_together(pool, self._steps[0], self._stages, self._note))
        except FATAL as error:
            return [Report(fatal=error), *[None] * len(pool)]
        own = [tuple(event for event in events if event.job is job) for job in jobs]
        return [self._report(pool, own), *[travel.item for travel in pool]]

    def foresee(self, item: Any) -> None:
        """Get ready for a recording (see ``ForesightedStage``); what goes wrong shows when it arrives."""
        with suppress(Exception):
            self._stages.of(self._steps[0]).foresee(item)

    def _report(self, pool: Sequence[Travel], events: Sequence[tuple[Event, ...]]) -> Report:
        came = tuple(
            Came(own, travel.stage_s, travel.ended, 0.0 if travel.ended else self._size_s(travel))
            for travel, own in zip(pool, events, strict=True)
        )
        faults, self._faults = tuple(self._faults), []
        return Report(came, faults)

    def _size_s(self, travel: Travel) -> float:
        return travel.size(self._then) if self._then else 0.0

    def _note(self, sha256: str, stage: str, kind: str, frames: str) -> None:
        self._faults.append(Fault(sha256, stage, kind, frames))


def _silence() -> None:
    """Whatever a library prints or warns of goes nowhere: Ray keeps all of it in files, and it may quote a call."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)

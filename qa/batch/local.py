"""The executor that runs here: one process, one call at a time, models loaded once.

On a small machine this is also the fastest way: two model processes on two cores thrash.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from qa.batch.stages import Stage
from qa.domain.errors import ModelCorrupt, ModelMissing, NotScorable
from qa.domain.records import ScoredCall
from qa.domain.wording import Reason
from qa.services.ingest import Event, Finished, Job, Refused, StageBegan

log = logging.getLogger(__name__)

StageFactory = Callable[[], Stage[Any, Any]]


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of the pipeline by name, and how to build it; picklable.

    ``audio`` steps are skipped for a job whose recording was heard before.
    """

    name: str
    factory: StageFactory
    audio: bool = True


class LocalExecutor:
    """Takes each job through every step in this process."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = tuple(steps)
        self._built: dict[str, Stage[Any, Any]] = {}

    def run(self, jobs: Sequence[Job]) -> Iterator[Event]:
        """Events as they happen; a job that breaks a stage is refused and the next one goes on.

        Raises ``ModelMissing`` and ``ModelCorrupt``: without its models no call can be scored.
        """
        for job in jobs:
            yield from self._run_one(job)

    def _run_one(self, job: Job) -> Iterator[Event]:
        item: Any = job
        stage_s: dict[str, float] = {}
        for step in self._steps:
            if step.audio and job.heard is not None:
                continue
            yield StageBegan(job, step.name)
            began = time.perf_counter()
            try:
                item = self._stage(step).run(item)
            except NotScorable as error:
                yield Refused(job, error.reason, final=True, stage_s=stage_s)
                return
            except (ModelMissing, ModelCorrupt):
                raise
            except Exception as error:  # noqa: BLE001 - whatever broke, the other calls go on
                _note_fault(job, step.name, error)
                reason = Reason(
                    "recording.fault", {"stage": step.name, "kind": type(error).__name__}
                )
                yield Refused(job, reason, final=False, stage_s=stage_s)
                return
            finally:
                stage_s[step.name] = time.perf_counter() - began
        scored: ScoredCall = item
        yield Finished(job, scored, stage_s)

    def _stage(self, step: Step) -> Stage[Any, Any]:
        if step.name not in self._built:
            self._built[step.name] = step.factory()
        return self._built[step.name]


def _note_fault(job: Job, stage: str, error: Exception) -> None:
    """Log where it broke, without the error's message: that may quote what was said."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    log.error("recording %s: %s in stage %s\n%s", job.sha256, type(error).__name__, stage, frames)

"""One job on its way through the steps, in whatever process works on it; see ``qa.batch.local`` and ``ray``."""

from __future__ import annotations

import errno
import logging
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from qa.batch.step import Step
from qa.domain.errors import DiskFull, ModelCorrupt, ModelMissing, NotScorable, RecordingChanged
from qa.domain.wording import Reason
from qa.services.ingest import CHANGED, Event, Job, Refused, StageBegan

log = logging.getLogger(__name__)

FATAL = (ModelMissing, ModelCorrupt, DiskFull)
"""Without its models, or room for what is kept, no call can be scored: these end the run."""

PASSING = frozenset({"recording.unreadable"})
"""Reasons that may be gone the next time: a disk or a network that did not answer."""

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)

Note = Callable[[str, str, str, str], None]
"""Is told of a fault: the recording's sha256, the stage, the kind of error, and the frames it passed."""


@dataclass(slots=True)
class Travel:
    """One job on its way: what the last stage gave, and the seconds each stage took."""

    job: Job
    item: Any
    stage_s: dict[str, float] = field(default_factory=dict)
    ended: bool = False

    def size(self, step: Step) -> float:
        """What the job adds to the pool of a step, seconds of audio."""
        return step.size(self.item) if step.size else 0.0


class Stages:
    """The stages of one process, each built when the first job needs it."""

    def __init__(self) -> None:
        self._building = Lock()
        self._built: dict[str, Any] = {}

    def of(self, step: Step) -> Any:
        """The stage of a step."""
        with self._building:
            if step.name not in self._built:
                self._built[step.name] = step.factory()
            return self._built[step.name]


def note_fault(sha256: str, stage: str, kind: str, frames: str) -> None:
    """Log where a stage broke, without the error's message: that may quote what was said."""
    log.error("recording %s: %s in stage %s\n%s", sha256, kind, stage, frames)


def take(
    travel: Travel, steps: Sequence[Step], stages: Stages, note: Note = note_fault
) -> Iterator[Event]:
    """Take one job through some steps, one after another. Raises what is ``FATAL``."""
    for step in steps:
        if travel.ended or (step.audio and travel.job.heard is not None):
            continue
        yield StageBegan(travel.job, step.name)
        began = time.perf_counter()
        try:
            outcome = stages.of(step).run(travel.item)
        except NotScorable as error:
            outcome = error
        except FATAL:
            raise
        except Exception as error:  # noqa: BLE001 - whatever broke, the other calls go on
            outcome = _spared(error)
        travel.stage_s[step.name] = time.perf_counter() - began
        yield from _settle(travel, outcome, step, note)


def take_together(
    pool: Sequence[Travel], step: Step, stages: Stages, note: Note = note_fault
) -> Iterator[Event]:
    """Take some jobs through a pooled step; no result is held on to afterwards. Raises what is ``FATAL``."""
    began = time.perf_counter()
    outcomes = _together([travel.item for travel in pool], step, stages)
    took_s = time.perf_counter() - began
    sizes = [travel.size(step) for travel in pool]
    for travel, outcome, size in zip(pool, outcomes, sizes, strict=True):
        travel.stage_s[step.name] = took_s * size / (sum(sizes) or 1.0)
        yield from _settle(travel, outcome, step, note)


def _together(items: Sequence[Any], step: Step, stages: Stages) -> Sequence[Any]:
    """What a pooled step makes of each item; one that breaks it is found by halving."""
    try:
        outcomes: Sequence[Any] = stages.of(step).run(items)
    except FATAL:
        raise
    except Exception as error:  # noqa: BLE001 - one item's fault is that item's alone
        if len(items) == 1:
            return [_spared(error)]
        middle = len(items) // 2
        return [
            *_together(items[:middle], step, stages),
            *_together(items[middle:], step, stages),
        ]
    return outcomes


def _spared(error: Exception) -> Exception:
    """An error that is one recording's alone. Raises ``DiskFull`` for one that any recording would meet."""
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        raise DiskFull(
            f"no room left on the disk: {error.strerror or 'it is full'}",
            hint="make room where QA_HOME is and run it again; what was finished is kept",
        ) from error
    return error


def _settle(travel: Travel, outcome: Any, step: Step, note: Note) -> Iterator[Event]:
    """Note what a stage made of a job: the item for the next one, or its end."""
    if not isinstance(outcome, Exception):
        travel.item = outcome
        return
    travel.ended, travel.item = True, None
    if isinstance(outcome, NotScorable):
        yield Refused(
            travel.job,
            outcome.reason,
            final=outcome.reason.code not in PASSING,
            stage_s=travel.stage_s,
            quality=outcome.quality,
        )
        return
    if isinstance(outcome, RecordingChanged):
        yield Refused(travel.job, Reason(CHANGED), final=False, stage_s=travel.stage_s)
        return
    kind = type(outcome).__name__
    note(travel.job.sha256, step.name, kind, "".join(traceback.format_tb(outcome.__traceback__)))
    yield broken(travel, step.name, kind)


def broken(travel: Travel, stage: str, kind: str) -> Refused:
    """The end of a job that a fault ended; the next run tries it again."""
    reason = Reason("recording.fault", {"stage": stage, "kind": kind})
    return Refused(travel.job, reason, final=False, stage_s=travel.stage_s)

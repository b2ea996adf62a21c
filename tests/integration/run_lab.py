"""Runs over real files and a real store, with stages that cost nothing and break when they are told to."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from qa.batch.local import LocalExecutor
from qa.batch.plan import Recipe, StorePlanner
from qa.batch.step import Step
from qa.domain.call import CallRecord
from qa.domain.records import Hearing, Peaks, RecordingFacts, RunReport, ScoredCall
from qa.domain.scorecard import RubricRef, Scorecard
from qa.domain.transcript import Transcript
from qa.ports import UnitOfWork
from qa.services.ingest import Event, Executor, Job, Settle, Source, Stop, ingest, never
from qa.services.ingest.keeping import unfenced
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.review_lab import SILENT, Clock

RUBRIC = RubricRef("r", "1", hashlib.sha256(b"r").hexdigest())
RECIPE = Recipe(models={"recogniser": "stub@1"}, company_names=())
HOUR_S = 3600.0


class Stage:
    """Does what a test says with each recording on its way, then hands it on."""

    def __init__(self, act: Callable[[Job], None]) -> None:
        self._act = act

    def run(self, item: Any) -> Any:
        if isinstance(item, Job):
            self._act(item)
        return item


class Scores:
    """Scores every recording alike."""

    def run(self, job: Job) -> ScoredCall:
        return scored(job)


def scored(job: Job) -> ScoredCall:
    """A scorecard without verdicts."""
    heard = job.heard or (
        RecordingFacts(
            job.sha256, job.path.name, 12.0, 8_000, 1, "mono", Peaks(20, ((0.1,),)), "a.flac"
        ),
        Hearing(job.hearing_fingerprint, Transcript("en", ()), SILENT, {}),
    )
    facts, hearing = heard
    return ScoredCall(job.record, facts, hearing, Scorecard(RUBRIC, 80.0, (), ()), job.fingerprint)


def fine(_job: Job) -> None:
    """Nothing breaks."""


def steps(decode: Callable[[Job], None] = fine, score: type[Any] = Scores) -> Sequence[Step]:
    """A pipeline of two steps."""
    return (Step("decode", partial(Stage, decode)), Step("score", score, audio=False))


@dataclass
class Watching:
    """Keeps what a run tells."""

    found: int = 0
    jobs: int = 0
    events: list[Event] = field(default_factory=list)

    def planned(self, found: int, jobs: int) -> None:
        self.found, self.jobs = found, jobs

    def happened(self, event: Event) -> None:
        self.events.append(event)


@dataclass
class Night:
    """A folder of recordings and the runs over it."""

    folder: Path
    open_store: SqlUnitOfWorkFactory
    clock: Clock = field(default_factory=Clock)
    rubric: RubricRef = RUBRIC
    recipe: Recipe = RECIPE
    watching: Watching = field(default_factory=Watching)

    def record(self, name: str, content: str = "", *, age_s: float = HOUR_S) -> Path:
        """A recording, by default one that was written an hour ago."""
        path = self.folder / name
        path.write_text(content or name, encoding="utf-8")
        changed = time.time() - age_s
        os.utime(path, (changed, changed))
        return path

    def run(
        self,
        decode: Callable[[Job], None] = fine,
        *,
        sources: Sequence[Source] | None = None,
        executor: Executor | None = None,
        alone: Executor | None = None,
        stop: Stop = never,
        fence: Callable[[UnitOfWork], None] = unfenced,
        patience_s: float = 0.0,
        settle: Settle | None = None,
        keep_digests: bool = False,
    ) -> RunReport:
        """Score the folder, or some sources of it."""
        if sources is None:
            files = sorted(path for path in self.folder.iterdir() if path.is_file())
            sources = [Source(path, CallRecord("")) for path in files]
        planner = StorePlanner(self.open_store, self.recipe, self.rubric)
        now_ns = time.time_ns if not keep_digests else lambda: time.time_ns() + int(HOUR_S * 1e9)
        self.watching = Watching()
        report, _ = ingest(
            sources,
            rubric=self.rubric,
            rubric_text="text",
            planner=planner,
            executor=executor or LocalExecutor(steps(decode)),
            alone=alone,
            open_store=self.open_store,
            clock=self.clock,
            watcher=self.watching,
            stop=stop,
            fence=fence,
            patience_s=patience_s,
            settle=settle or Settle(now_ns=now_ns, sleep=lambda _: None),
        )
        return report

    def latest(self) -> RunReport | None:
        """The stored report of the last run."""
        with self.open_store() as store:
            return store.runs.latest()

    def scores(self) -> dict[str, float]:
        """Scores by the name of the recording."""
        with self.open_store() as store:
            return {
                call.recording_name: float(call.scorecard.score)
                for call in store.calls.every()
                if call.scorecard is not None and call.scorecard.score is not None
            }


def with_another_rubric(night: Night) -> None:
    """Let the next run score by other rules."""
    night.rubric = replace(RUBRIC, version="2", sha256=hashlib.sha256(b"r2").hexdigest())

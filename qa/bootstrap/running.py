"""The run of a night's recordings, wired."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from qa.batch.alone import AloneExecutor
from qa.batch.heartbeat import beating, gone, here
from qa.batch.local import LocalExecutor
from qa.batch.lock import run_lock
from qa.batch.plan import StorePlanner
from qa.batch.step import Step
from qa.bootstrap.arrivals import Place, Records, arrivals, work_folder
from qa.bootstrap.lessons import learned
from qa.bootstrap.models_used import recipe, scoring_models
from qa.bootstrap.rubrics import rubric_source
from qa.bootstrap.steps import pipeline
from qa.bootstrap.stopping import draining
from qa.bootstrap.storage import await_database, sweep_shelf, unit_of_work
from qa.config import Settings
from qa.domain.errors import NoRecordings, QAError
from qa.domain.records import CallDetail, CallSummary, RunReport
from qa.interop.folders import Gathered
from qa.ports import Clock, UnitOfWorkFactory
from qa.services.ingest import (
    Event,
    Executor,
    Identified,
    Settle,
    Source,
    Stop,
    Watcher,
    ingest,
    never,
)
from qa.services.run_lock import BEAT_S, HeldLock, hold

_log = logging.getLogger(__name__)


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """The present."""
        return datetime.now(UTC)


class Unwatched:
    """A ``Watcher`` for runs that nobody looks at."""

    def planned(self, found: int, jobs: int) -> None:
        """Nothing to show."""

    def happened(self, event: Event) -> None:
        """Nothing to show."""


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """A run's report, and the way to the calls it was about."""

    report: RunReport
    found: tuple[Identified, ...]
    open_store: UnitOfWorkFactory

    def rows(self) -> tuple[CallSummary, ...]:
        """The calls of this run that the store knows, in the order found."""
        with self.open_store() as store:
            known = store.calls.summaries([one.sha256 for one in self.found])
        return tuple(known[one.sha256] for one in self.found if one.sha256 in known)

    def details(self) -> Iterator[CallDetail]:
        """The same, whole."""
        for row in self.rows():
            with self.open_store() as store:
                yield store.calls.detail(row.public_id)


def run(
    settings: Settings,
    paths: Sequence[Place] = (),
    manifest_path: Path | None = None,
    *,
    records: Sequence[Records] = (),
    names: Sequence[str] = (),
    sources: Sequence[Source] | None = None,
    warnings: Sequence[str] = (),
    engine: str = "local",
    watcher: Watcher | None = None,
    stop: Stop = never,
    clock: Clock | None = None,
    settle: Settle | None = None,
    started: Callable[[int], None] | None = None,
    taking: Callable[[Sequence[Source]], Sequence[Source]] | None = None,
    tell: Callable[[str], None] = _log.warning,
) -> RunOutcome:
    """Score recordings (see ``qa.services.ingest``); one run at a time in a data folder and in a store.

    The first SIGTERM or Ctrl-C lets it finish what it has begun, the second ends it at once.

    Args:
        settings: The installation's.
        paths: Recordings and folders of them, here or elsewhere.
        manifest_path: What the switch knows of the calls.
        records: Files of call records, with their formats.
        names: Templates of file names.
        sources: The recordings themselves, instead of paths, a manifest and records.
        warnings: Lines for the report, with sources.
        engine: Where the stages run.
        watcher: Is told how it goes.
        stop: Why to begin nothing more, besides a signal.
        clock: The time.
        settle: When a file counts as written to its end.
        started: Is told the run's id.
        taking: Picks from what the paths hold, and puts it in order; that they hold nothing is no fault then.
        tell: Gets a line once a database is waited for that is not up yet.
    """
    await_database(settings, tell)
    source = rubric_source(settings)
    lesson = learned(settings)
    made_with = replace(
        recipe(settings), scoring_models=scoring_models(settings, source.rubric, lesson)
    )
    steps = pipeline(_wherever(settings), source.rubric, lesson)

    def begun(run_id: int) -> None:
        lock.assign(run_id)
        if started is not None:
            started(run_id)

    with ExitStack() as open_now:
        told = open_now.enter_context(draining())
        open_now.enter_context(run_lock(settings.home))
        sweep_shelf(settings)
        work = open_now.enter_context(work_folder(settings.home, fresh=sources is None))
        if sources is None:
            try:
                gathered = arrivals(
                    settings, paths, manifest_path, records=records, names=names, work=work
                )
            except NoRecordings as error:
                if taking is None:
                    raise
                gathered = Gathered((), (error.message,))
            sources = taking(gathered.sources) if taking else gathered.sources
            warnings = (*warnings, *gathered.warnings)
        open_store = unit_of_work(settings)
        lock = open_now.enter_context(_held(settings, open_store, told))
        together, alone = open_now.enter_context(_executors(engine, steps, settings))
        report, found = ingest(
            sources,
            rubric=source.rubric.ref,
            rubric_text=source.text,
            planner=StorePlanner(open_store, made_with, source.rubric.ref),
            executor=together,
            alone=alone,
            open_store=open_store,
            clock=clock or SystemClock(),
            watcher=watcher or Unwatched(),
            warnings=warnings,
            stop=lambda: told() or stop(),
            fence=lock.fence,
            patience_s=settings.store_patience_s,
            settle=settle or Settle(young_s=settings.settle_s),
            started=begun,
        )
    return RunOutcome(report, found, open_store)


@contextmanager
def _held(settings: Settings, open_store: UnitOfWorkFactory, stop: Stop) -> Iterator[HeldLock]:
    """The run lock of a store, kept alive for as long as the run goes on."""
    # Who holds the data folder knows of a database in it that nobody else is at work there.
    dead = gone if settings.database_url else _anybody
    lock = hold(open_store, holder=here(), gone=dead, stop=stop)
    try:
        with beating(lock.beat, BEAT_S):
            yield lock
    finally:
        # A store that is gone keeps the lock of a process that is gone, too: the next run sees to it.
        with suppress(QAError):
            lock.release()


def _anybody(_holder: str) -> bool:
    return True


@contextmanager
def _executors(
    engine: str, steps: Sequence[Step], settings: Settings
) -> Iterator[tuple[Executor, Executor]]:
    """Who takes recordings side by side, and who takes those alone that a run died with."""
    from models.environment import prepare, threads_to_use, workers_to_use

    if engine == "local":
        local = LocalExecutor(steps, workers=workers_to_use(settings.threads))
        # Models twice would take the memory, and the recording be blamed for it.
        with AloneExecutor(steps, before=local.rest) as alone:
            yield local, alone
        return
    from qa.batch.ray import RayExecutor

    with (
        RayExecutor(
            steps,
            address=settings.ray_address,
            cpus=threads_to_use(settings.threads),
            prepare=prepare,
        ) as cluster,
        AloneExecutor(steps) as alone,
    ):
        yield cluster, alone


def _wherever(settings: Settings) -> Settings:
    """The settings with paths that hold in every process, whatever folder it was started in."""
    paths = {name: value.absolute() for name, value in settings if isinstance(value, Path)}
    return settings.model_copy(update=paths)

"""The run of a night's recordings, wired."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from qa.batch.local import LocalExecutor
from qa.batch.lock import run_lock
from qa.batch.plan import StorePlanner
from qa.bootstrap.models_used import recipe, scoring_models
from qa.bootstrap.rubrics import rubric_source
from qa.bootstrap.steps import pipeline
from qa.bootstrap.storage import unit_of_work
from qa.config import Settings
from qa.domain.records import CallDetail, CallSummary, RunReport
from qa.interop.folders import gather
from qa.interop.manifest import read_manifest
from qa.ports import UnitOfWorkFactory
from qa.services.ingest import Event, Identified, Watcher, ingest


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
    paths: Sequence[Path],
    manifest_path: Path | None = None,
    *,
    engine: str = "local",
    watcher: Watcher | None = None,
) -> RunOutcome:
    """Score recordings (see ``qa.services.ingest``); one run at a time in a data folder."""
    from models.environment import workers_to_use

    manifest = read_manifest(manifest_path) if manifest_path else None
    gathered = gather(paths, manifest)
    source = rubric_source(settings)
    made_with = replace(recipe(settings), scoring_models=scoring_models(settings, source.rubric))
    executors = {"local": LocalExecutor}
    with run_lock(settings.home):
        open_store = unit_of_work(settings)
        report, found = ingest(
            gathered.sources,
            rubric=source.rubric.ref,
            rubric_text=source.text,
            planner=StorePlanner(open_store, made_with, source.rubric.ref),
            executor=executors[engine](
                pipeline(settings, source.rubric), workers=workers_to_use(settings.threads)
            ),
            open_store=open_store,
            clock=SystemClock(),
            watcher=watcher or Unwatched(),
            warnings=(*(manifest.warnings if manifest else ()), *gathered.warnings),
        )
    return RunOutcome(report, found, open_store)

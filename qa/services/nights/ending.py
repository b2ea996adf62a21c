"""What a night writes of itself: that it began, how much there was to do, and what the morning report shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qa.domain.night import NightKind
from qa.ports import Clock, UnitOfWorkFactory
from qa.services.ingest import Event, Watcher


@dataclass(frozen=True, slots=True)
class Order:
    """What a night was asked for.

    Attributes:
        source: Names the folders (``qa.services.nights.taking.folders_key``).
        since: From when on recordings are taken; ``None`` for all there are.
        deadline: The moment from which nothing more is begun.
    """

    kind: NightKind
    source: str
    since: datetime | None
    deadline: datetime | None = None


class NightLog:
    """Writes a night's course into the store beside its run: a ``Watcher`` that passes on what it is told.

    Args:
        order: What was asked for.
        open_store: Where it goes.
        clock: The time.
        watcher: Who else is told how the run goes.
    """

    def __init__(
        self, order: Order, open_store: UnitOfWorkFactory, clock: Clock, watcher: Watcher
    ) -> None:
        self._order = order
        self._open_store = open_store
        self._clock = clock
        self._watcher = watcher
        self.night_id: int | None = None
        """``None`` until the run began."""

    def started(self, run_id: int) -> None:
        """The run has an id: the night begins."""
        with self._open_store(writes=True) as unit:
            self.night_id = unit.nights.begin(
                run_id,
                kind=self._order.kind,
                source=self._order.source,
                since=self._order.since,
                deadline=self._order.deadline,
                at=self._clock.now(),
            )
            unit.commit()

    def planned(self, found: int, jobs: int) -> None:
        """So many recordings are there, so many are to be done."""
        if self.night_id is not None:
            with self._open_store(writes=True) as unit:
                unit.nights.planned(self.night_id, found=found, jobs=jobs)
                unit.commit()
        self._watcher.planned(found, jobs)

    def happened(self, event: Event) -> None:
        """An event of the executor, after its result was committed."""
        self._watcher.happened(event)


def end_night(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    night_id: int,
    *,
    fault: str,
    findings: Mapping[str, Any],
) -> None:
    """Write how a night ended: its run's report, the figures of its calls, and what else moved.

    Args:
        open_store: The store.
        clock: The time.
        night_id: The night's.
        fault: The sentence of the error that ended it, for where its run could store no report.
        findings: What else the morning report shows.
    """
    with open_store() as unit:
        whole = unit.nights.night(night_id, now=clock.now())
        figures = unit.nights.figures_of(whole.night.run_id)
    with open_store(writes=True) as unit:
        if whole.report is None:
            unit.nights.fail(night_id, fault or "interrupted", at=clock.now())
        else:
            unit.nights.finish(night_id, whole.report)
        unit.nights.keep(night_id, figures if figures.calls else None, findings)
        unit.commit()


def note_told(
    open_store: UnitOfWorkFactory, clock: Clock, night_id: int, told: list[Mapping[str, Any]]
) -> None:
    """Keep who was told of a night and who could not be, with what its report shows."""
    with open_store(writes=True) as unit:
        whole = unit.nights.night(night_id, now=clock.now())
        unit.nights.keep(night_id, whole.figures, {**whole.findings, "told": told})
        unit.commit()

"""A watched folder, wired: rounds of a run for as long as nobody says stop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from qa.bootstrap.arrivals import arrivals, arrivals_folder
from qa.bootstrap.nights import NightOrder, watch_round
from qa.bootstrap.running import SystemClock
from qa.bootstrap.stopping import draining
from qa.bootstrap.storage import await_database, unit_of_work
from qa.config import Settings
from qa.domain.errors import (
    ClusterUnavailable,
    DiskFull,
    ManifestInvalid,
    NoRecordings,
    RecordsInvalid,
    RunInProgress,
    RunTakenOver,
    SettingsInvalid,
    StoreUnavailable,
)
from qa.interop.folders import gather
from qa.interop.remote import is_remote, shown
from qa.ports import Clock, UnitOfWorkFactory
from qa.services.ingest import Source, Stop
from qa.services.nights.watching import Folder

_log = logging.getLogger(__name__)

_NAP_S = 0.5
"""From one look whether it is to stop to the next, seconds."""

_PASSING = (
    *(RunInProgress, RunTakenOver, StoreUnavailable, ClusterUnavailable, DiskFull),
    *(RecordsInvalid, ManifestInvalid),
)
"""What may be over by the next round: somebody may be writing the very file, or moving it away."""


def check(settings: Settings, order: NightOrder) -> None:
    """See that a folder can be watched as it is asked for: once it is watched nobody may be there to be told.

    Raises ``SettingsInvalid``, and ``ManifestInvalid`` or ``RecordsInvalid`` for what cannot be read.
    """
    for place in map(str, order.folders):
        if is_remote(place):
            raise SettingsInvalid(
                f"{shown(place)} is elsewhere, and only folders of this machine are watched",
                hint="let qa night take it, as often as a timer starts that",
            )
    try:
        arrivals(
            settings,
            order.folders,
            order.manifest,
            records=order.records,
            names=order.names,
            work=arrivals_folder(settings.home),
        )
    except NoRecordings:
        return


def watch(
    settings: Settings,
    order: NightOrder,
    *,
    every: timedelta,
    tell: Callable[[str], None],
    warn: Callable[[str], None] = _log.warning,
    clock: Clock | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Score what comes into the folders of an order until this process is told to stop.

    A database that is not up yet is waited for as a run waits, one that goes away later for as long as it takes.

    Args:
        settings: The installation's.
        order: Which folders; a watched one has no hour, no budget, and no beginning.
        every: From the end of one look to the next.
        tell: Gets a line about each round that did something.
        warn: Gets a line about what is waited for.
        clock: The time.
        sleep: Waits.
    """
    clock = clock or SystemClock()
    folder = Folder(settings.settle_s)
    await_database(settings, warn)
    with draining() as stop:
        open_store = unit_of_work(settings)
        while not stop():
            try:
                _round(settings, open_store, order, folder, clock=clock, tell=tell)
            except _PASSING as error:
                if stop():
                    return
                warn(f"Tried again in {every.total_seconds():g} s: {error.message}")
            _wait(every, stop, sleep)


def _round(
    settings: Settings,
    open_store: UnitOfWorkFactory,
    order: NightOrder,
    folder: Folder,
    *,
    clock: Clock,
    tell: Callable[[str], None],
) -> None:
    """Run over what is new."""
    with open_store() as unit:
        again = unit.nights.to_try_again(clock.now())
    if not folder.news(_lying(order), clock.now(), again):
        return
    begun: list[Source] = []

    def taking(sources: Sequence[Source]) -> Sequence[Source]:
        begun.extend(folder.news(sources, clock.now(), again))
        return begun

    report = watch_round(settings, open_store, order, taking=taking, clock=clock)
    folder.looked_at(begun, report)
    if report.scored or report.refusals or report.quarantined:
        tell(
            f"{report.finished_at.astimezone():%Y-%m-%d %H:%M:%S} {report.scored} scored,"
            f" {len(report.refusals)} not scorable, {len(report.quarantined)} quarantined"
        )


def _lying(order: NightOrder) -> Sequence[Source]:
    """The files in the folders, without what records say of them: enough to see whether any is new."""
    try:
        return gather([Path(place) for place in order.folders], None).sources
    except NoRecordings:
        return ()


def _wait(every: timedelta, stop: Stop, sleep: Callable[[float], None]) -> None:
    left_s = every.total_seconds()
    while left_s > 0 and not stop():
        sleep(min(_NAP_S, left_s))
        left_s -= _NAP_S

"""A night, wired: what it takes, its run, its morning report, and who is told."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.bootstrap.arrivals import Place, Records
from qa.bootstrap.licences import licence_terms
from qa.bootstrap.outbox import sender
from qa.bootstrap.rubrics import parse_rubric
from qa.bootstrap.running import SystemClock, Unwatched, run
from qa.bootstrap.storage import await_database, unit_of_work
from qa.config import Settings
from qa.domain.access import CONSOLE
from qa.domain.errors import QAError, SettingsInvalid
from qa.domain.night import NightKind, Since, next_hour, stopping
from qa.domain.records import RunReport
from qa.interop.licence_lines import alarm_lines
from qa.interop.night_text import plain, subject
from qa.ports import Clock, UnitOfWorkFactory
from qa.ports.messages import Mail, Mailer
from qa.services.browse import RubricTexts
from qa.services.drift import latest_drift
from qa.services.ingest import Settle, Source, Watcher, never
from qa.services.licences.steps import review_licences
from qa.services.nights.ending import NightLog, Order, end_night, note_told
from qa.services.nights.morning import Document, for_outside
from qa.services.nights.reading import night_metrics, night_report
from qa.services.nights.taking import folders_key, taken
from qa.services.nights.telling import Ways, ping, tell

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

_log = logging.getLogger(__name__)

_EVERYTHING = Since(None)


@dataclass(frozen=True, slots=True)
class NightOrder:
    """What a night is to do.

    Attributes:
        folders: Folders here, and addresses of folders elsewhere.
        manifest: What the switch knows of the calls.
        records: Files of call records, with their formats.
        names: Templates of file names.
        since: From when on recordings are taken.
        until_hour: At which full hour of this machine's clock nothing more is begun.
        budget: For how long things are begun.
    """

    folders: Sequence[Place]
    manifest: Path | None = None
    records: Sequence[Records] = ()
    names: Sequence[str] = ()
    since: Since = field(default=_EVERYTHING)
    until_hour: int | None = None
    budget: timedelta | None = None
    engine: str = "local"

    @property
    def source(self) -> str:
        """What tells its schedule from another."""
        return folders_key(self.folders, self.manifest)


def local_zone() -> tzinfo:
    """The zone of this machine's clock, with its summer time."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from babel.dates import LOCALTZ

    try:
        return ZoneInfo(str(LOCALTZ))
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def night(
    settings: Settings,
    order: NightOrder,
    *,
    watcher: Watcher | None = None,
    clock: Clock | None = None,
    monotonic: Callable[[], float] = time.monotonic,
    tell_now: Callable[[str], None] = _log.warning,
) -> Document:
    """Score what is new, count it, and tell who is to know; the morning report.

    A database that is not up yet is waited for, and ``tell_now`` gets a line that says so. An error that ends the
    night is told too, and then raised as it came.
    """
    clock, began = clock or SystemClock(), monotonic()
    open_store: UnitOfWorkFactory | None = None
    log: NightLog | None = None
    try:
        mailer(settings)  # a fault of the settings is told before the night, not after it
        await_database(settings, tell_now)
        open_store = unit_of_work(settings)
        with open_store() as unit:
            since = order.since.bound(unit.nights.past(order.source))
            again = unit.nights.to_try_again(clock.now())
        hour = order.until_hour
        deadline = None if hour is None else next_hour(clock.now(), hour, local_zone())
        asked = Order(NightKind.NIGHT, order.source, since, deadline)
        log = NightLog(asked, open_store, clock, watcher or Unwatched())
        run(
            settings,
            order.folders,
            order.manifest,
            records=order.records,
            names=order.names,
            taking=lambda sources: taken(sources, since, again),
            engine=order.engine,
            watcher=log,
            stop=stopping(
                clock.now,
                lambda: monotonic() - began,
                deadline=deadline,
                budget=order.budget,
                told=never,
            ),
            clock=clock,
            settle=Settle(young_s=settings.settle_s, wait=True),
            started=log.started,
        )
    except Exception as error:
        _fail(settings, open_store, clock, log, error)
        raise
    if log.night_id is None:
        raise RuntimeError("a run ended that never began")
    return _end(settings, open_store, clock, log.night_id, fault="")


def watch_round(
    settings: Settings,
    open_store: UnitOfWorkFactory,
    order: NightOrder,
    *,
    taking: Callable[[Sequence[Source]], Sequence[Source]],
    clock: Clock,
) -> RunReport:
    """Score what is new in a watched folder; nobody is told, the list of nights shows it."""
    asked = Order(NightKind.WATCH, order.source, None)
    log = NightLog(asked, open_store, clock, Unwatched())
    try:
        outcome = run(
            settings,
            order.folders,
            order.manifest,
            records=order.records,
            names=order.names,
            taking=taking,
            engine=order.engine,
            watcher=log,
            clock=clock,
            started=log.started,
        )
    finally:
        if log.night_id is not None:
            end_night(open_store, clock, log.night_id, fault="", findings={})
    return outcome.report


def report(settings: Settings, night_id: int) -> Document:
    """The morning report of a night, whole. Raises ``NotFound``."""
    return _report(settings, unit_of_work(settings), night_id)


def _report(settings: Settings, open_store: UnitOfWorkFactory, night_id: int) -> Document:
    return night_report(
        open_store,
        RubricTexts(parse_rubric),
        SystemClock(),
        CONSOLE,
        night_id,
        language=settings.language,
    )


def metrics(open_store: UnitOfWorkFactory, clock: Clock) -> CollectorRegistry:
    """What Prometheus is told (``qa.interop.metrics``)."""
    from qa.interop.metrics import registry

    return registry(night_metrics(open_store, clock, CONSOLE))


# --- the end of a night ----------------------------------------------------------------------------------


def _end(
    settings: Settings, open_store: UnitOfWorkFactory, clock: Clock, night_id: int, *, fault: str
) -> Document:
    """Write how a night ended, and tell who is to know; its report."""
    findings = {
        "weekly_alarms": _found("the weekly drift", partial(_alarms, open_store, clock)),
        "licences": _found("the licences", partial(_licences, settings, open_store, clock)),
    }
    end_night(open_store, clock, night_id, fault=fault, findings=findings)
    document = _report(settings, open_store, night_id)
    zone = local_zone()
    language = settings.language
    mail = Mail(subject(document, language, zone), plain(for_outside(document), language, zone))
    told = tell(
        _ways(settings, open_store, clock),
        open_store,
        clock,
        document,
        mail,
        failed=bool(document["error"]),
    )
    note_told(open_store, clock, night_id, told)
    return _report(settings, open_store, night_id)


def _fail(
    settings: Settings,
    open_store: UnitOfWorkFactory | None,
    clock: Clock,
    log: NightLog | None,
    error: Exception,
) -> None:
    """Tell that a night failed, by whichever ways are left."""
    fault = error.message if isinstance(error, QAError) else type(error).__name__
    try:
        if open_store is not None and log is not None and log.night_id is not None:
            _end(settings, open_store, clock, log.night_id, fault=fault)
            return
    except Exception as second:  # noqa: BLE001 - the first error is the one to tell of
        _log.warning("the end of the night could not be written: %s", type(second).__name__)
    if settings.ping_url is not None:
        url = settings.ping_url.get_secret_value()
        for reason in ping(sender(settings), url, failed=True):
            _log.warning("the monitor could not be told: %s", reason.code)


def _found(
    what: str, ask: Callable[[], Sequence[Mapping[str, Any]]]
) -> Sequence[Mapping[str, Any]]:
    try:
        return ask()
    except Exception as error:  # noqa: BLE001 - the night itself went well, and is told without this
        fault = error.message if isinstance(error, QAError) else type(error).__name__
        _log.warning("%s could not be looked at: %s", what, fault)
        return []


def _alarms(open_store: UnitOfWorkFactory, clock: Clock) -> Sequence[Mapping[str, Any]]:
    return list(alarm_lines(latest_drift(open_store, clock, CONSOLE)))


def _licences(
    settings: Settings, open_store: UnitOfWorkFactory, clock: Clock
) -> Sequence[Mapping[str, Any]]:
    terms, texts = licence_terms(settings), RubricTexts(parse_rubric)
    looked = review_licences(open_store, texts, clock, CONSOLE, terms)
    return [
        {
            "rubric": change.rubric_id,
            "criterion": change.criterion,
            "before": change.before.value,
            "after": change.after.value,
            "cause": change.cause,
        }
        for change in looked.changes
    ]


# --- who is told -----------------------------------------------------------------------------------------


def _ways(settings: Settings, open_store: UnitOfWorkFactory, clock: Clock) -> Ways:
    path = settings.metrics_file

    def write() -> None:
        from qa.interop.metrics import write_file

        if path is not None:
            write_file(metrics(open_store, clock), path)

    return Ways(
        sender=sender(settings),
        mailer=mailer(settings),
        pinger=sender(settings),
        ping_url=settings.ping_url.get_secret_value() if settings.ping_url else "",
        write_metrics=write if path is not None else None,
    )


def mailer(settings: Settings) -> Mailer | None:
    """The way of mails; ``None`` where no mail server is set.

    Raises ``SettingsInvalid`` where one is and it is not said from whom to whom.
    """
    from qa.interop.mail import SmtpMailer

    if not settings.smtp_host:
        return None
    if not settings.smtp_from or not settings.smtp_to:
        raise SettingsInvalid(
            "QA_SMTP_HOST is set without QA_SMTP_FROM or QA_SMTP_TO",
            hint="say who the morning report comes from and who gets it, or unset QA_SMTP_HOST",
        )
    return SmtpMailer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else "",
        sender=settings.smtp_from,
        to=settings.smtp_to,
    )

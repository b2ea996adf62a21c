"""Who is told of a night: addresses of webhooks, people by mail, a monitor.

Whoever cannot be told is named in the report. Nothing of this changes how the night went.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from qa.domain.errors import QAError
from qa.domain.webhook import Event
from qa.domain.wording import Reason
from qa.ports import Clock, UnitOfWorkFactory
from qa.ports.messages import Mail, Mailer, Pinger
from qa.ports.programs import Sender, Undelivered
from qa.services.nights.morning import Document, for_outside
from qa.services.webhooks import announce_now

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways that the settings open; one that is ``None`` is not taken.

    Attributes:
        write_metrics: Raises ``OSError``.
    """

    sender: Sender
    mailer: Mailer | None = None
    pinger: Pinger | None = None
    ping_url: str = ""
    write_metrics: Callable[[], None] | None = None


def tell(
    ways: Ways,
    open_store: UnitOfWorkFactory,
    clock: Clock,
    document: Document,
    mail: Mail,
    *,
    failed: bool,
) -> list[Mapping[str, Any]]:
    """Tell everybody of a night; for each way that was taken, whether it led there, else why not."""
    acts: list[tuple[str, Callable[[], Sequence[Reason]]]] = [
        ("webhook", lambda: _announce(ways, open_store, clock, document))
    ]
    if ways.mailer is not None:
        mailer = ways.mailer
        acts.append(("mail", lambda: _sent(mailer, mail)))
    if ways.write_metrics is not None:
        write = ways.write_metrics
        acts.append(("metrics", lambda: _written(write)))
    if ways.pinger is not None and ways.ping_url:
        pinger = ways.pinger
        acts.append(("ping", lambda: ping(pinger, ways.ping_url, failed=failed)))
    return [each for channel, act in acts for each in _told(channel, act)]


def ping(pinger: Pinger, url: str, *, failed: bool) -> Sequence[Reason]:
    """Show a monitor that a night ran, or that it failed; why that did not arrive, if it did not."""
    try:
        pinger.get(failed_url(url) if failed else url)
    except Undelivered as error:
        return (error.reason,)
    return ()


def failed_url(url: str) -> str:
    """Where a failure is told: ``/fail`` after the path, as healthchecks has it."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/fail"))


def _announce(
    ways: Ways, open_store: UnitOfWorkFactory, clock: Clock, document: Document
) -> Sequence[Reason]:
    return announce_now(open_store, ways.sender, clock, Event.NIGHT_FINISHED, for_outside(document))


def _sent(mailer: Mailer, mail: Mail) -> Sequence[Reason]:
    mailer.send(mail)
    return ()


def _written(write: Callable[[], None]) -> Sequence[Reason]:
    try:
        write()
    except OSError as error:
        detail = error.strerror or type(error).__name__
        return (Reason("night.not_written", {"detail": detail}),)
    return ()


def _told(channel: str, act: Callable[[], Sequence[Reason]]) -> list[Mapping[str, Any]]:
    try:
        faults = act()
    except Undelivered as error:
        faults = [error.reason]
    except QAError as error:
        faults = [Reason("night.fault", {"kind": error.code})]
    except Exception as error:  # noqa: BLE001 - whoever cannot be told must not end a night that is done
        faults = [Reason("night.fault", {"kind": type(error).__name__})]
    for fault in faults:
        _log.warning("a night could not be told by %s: %s", channel, fault.code)
    failed: list[Mapping[str, Any]] = [
        {"channel": channel, "ok": False, "code": fault.code, "params": dict(fault.params)}
        for fault in faults
    ]
    return failed or [{"channel": channel, "ok": True}]

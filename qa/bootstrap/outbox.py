"""What takes messages to webhooks: the way out, and the thread that uses it while the app is served."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import TYPE_CHECKING

from qa.config import Settings
from qa.domain.errors import QAError
from qa.ports import Clock, UnitOfWorkFactory
from qa.ports.programs import Sender
from qa.services.webhooks import deliver_due, forget_old

if TYPE_CHECKING:
    from qa.interop.webhook_http import HttpSender

_log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
_TIDY_EVERY = timedelta(days=1)
_PATIENCE_S = 2.0
"""How long the end of the app waits for a message that is on its way; it is tried again otherwise."""


def sender(settings: Settings) -> HttpSender:
    """The way to the addresses that admins enter."""
    from qa.interop.webhook_http import HttpSender

    return HttpSender(
        plain_http=settings.webhook_plain_http, any_address=settings.webhook_any_address
    )


@contextmanager
def delivering(
    open_store: UnitOfWorkFactory, way: Sender, clock: Clock, *, every_s: float = LOOK_EVERY_S
) -> Iterator[None]:
    """Deliver messages in a thread of its own for as long as the block lasts."""
    ended = Event()
    thread = Thread(
        target=_deliver, args=(open_store, way, clock, every_s, ended), name="webhooks", daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(_PATIENCE_S)


def _deliver(
    open_store: UnitOfWorkFactory, way: Sender, clock: Clock, every_s: float, ended: Event
) -> None:
    tidied: datetime | None = None
    while not ended.wait(every_s):
        try:
            if tidied is None or clock.now() - tidied >= _TIDY_EVERY:
                forget_old(open_store, clock)
                tidied = clock.now()
            deliver_due(open_store, way, clock)
        except QAError as error:
            _log.warning("webhooks wait: %s", error.message)
        except Exception as error:  # noqa: BLE001 - a fault here must not end the deliveries for good
            _log.error("webhooks wait: %s", type(error).__name__)

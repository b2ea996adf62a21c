"""Addresses that are told of what happens here: who enters them, and how messages reach them.

A message is written in the transaction that it tells of and sent afterwards, so that none is lost and none tells
of what never happened. It may arrive twice, or after a later one: its id and time say so.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

from qa.domain.access import Action, Actor, require
from qa.domain.errors import InputInvalid, NotAllowed, NotFound
from qa.domain.webhook import (
    SIGNATURE_HEADER,
    TEST_EVENT,
    Claimed,
    Delivery,
    Event,
    Webhook,
    new_secret,
    next_attempt,
    signature,
)
from qa.domain.wording import Reason
from qa.ports import Clock, UnitOfWorkFactory
from qa.ports.programs import Sender, Undelivered

_log = logging.getLogger(__name__)

MOST_WEBHOOKS = 50
SHOWN = 50
"""Messages of an address that its page lists."""
KEPT = timedelta(days=30)
"""How long messages that were delivered or given up can be looked at."""
_LEASE = timedelta(minutes=15)
"""How long one process may take over the messages that it claimed, before another one tries them."""
_AT_ONCE = 20
"""Messages to one address that are claimed together."""
_PAUSE = timedelta(minutes=1)
"""How long messages wait behind one that failed: an address that is down is knocked at once a minute, and a night
without it does not use up the tries of everything that happened meanwhile."""


@dataclass(frozen=True, slots=True)
class Added:
    """An address that was just entered.

    Attributes:
        secret: What its messages are signed with; it is not shown again.
    """

    webhook: Webhook
    secret: str


@dataclass(frozen=True, slots=True)
class History:
    """An address with its latest messages, the newest first."""

    webhook: Webhook
    deliveries: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of messages that were due."""

    delivered: int = 0
    failed: int = 0
    given_up: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.delivered + other.delivered,
            self.failed + other.failed,
            self.given_up + other.given_up,
        )


# --- addresses -----------------------------------------------------------------------------------------


def list_webhooks(open_store: UnitOfWorkFactory, actor: Actor) -> tuple[Webhook, ...]:
    """All addresses, in the order they were entered. Raises ``NotAllowed``."""
    require(actor, Action.MANAGE_WEBHOOKS)
    with open_store() as unit:
        return unit.webhooks.every()


def webhook_history(open_store: UnitOfWorkFactory, actor: Actor, public_id: str) -> History:
    """One address and what was sent to it. Raises ``NotAllowed`` and ``NotFound``."""
    require(actor, Action.MANAGE_WEBHOOKS)
    with open_store() as unit:
        webhook = unit.webhooks.webhook(public_id)
        return History(webhook, unit.webhooks.deliveries(public_id, limit=SHOWN))


def add_webhook(
    open_store: UnitOfWorkFactory,
    sender: Sender,
    actor: Actor,
    clock: Clock,
    *,
    url: str,
    events: Collection[str],
) -> Added:
    """Enter an address.

    Raises:
        InputInvalid: The address or an event cannot be taken, or there are as many as there may be.
        NotAllowed: The actor is no admin with an account.
    """
    require(actor, Action.MANAGE_WEBHOOKS)
    if actor.user_id is None:
        raise NotAllowed(f"{actor.name} has no account", hint="add it in the review app")
    address = url.strip()
    fault = sender.check(address)
    if fault is not None:
        raise InputInvalid("the address cannot be used", field="url", reason=fault)
    wanted = _events(events)
    secret = new_secret()
    with open_store(writes=True) as unit:
        there = [each.url for each in unit.webhooks.every()]
        if address in there:
            raise InputInvalid(
                "the address is there already", field="url", reason=Reason("webhook.there")
            )
        if len(there) >= MOST_WEBHOOKS:
            raise InputInvalid(
                f"there are {MOST_WEBHOOKS} webhooks",
                field="url",
                reason=Reason("webhook.too_many", {"limit": MOST_WEBHOOKS}),
                hint="remove one that is not used",
            )
        webhook = unit.webhooks.add(
            address, wanted, secret, created_by=actor.user_id, at=clock.now()
        )
        unit.commit()
    return Added(webhook, secret)


def change_webhook(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    public_id: str,
    *,
    events: Collection[str],
    active: bool,
) -> None:
    """Change what an address is told of, or pause it. Raises ``InputInvalid`` and ``NotFound``."""
    require(actor, Action.MANAGE_WEBHOOKS)
    wanted = _events(events)
    with open_store(writes=True) as unit:
        unit.webhooks.change(public_id, wanted, active=active)
        unit.commit()


def remove_webhook(open_store: UnitOfWorkFactory, actor: Actor, public_id: str) -> None:
    """Forget an address with all that waits for it; one that is gone already changes nothing."""
    require(actor, Action.MANAGE_WEBHOOKS)
    with open_store(writes=True) as unit:
        try:
            unit.webhooks.remove(public_id)
        except NotFound:
            return
        unit.commit()


def _events(events: Collection[str]) -> frozenset[Event]:
    if not events:
        raise InputInvalid(
            "a webhook needs an event", field="events", reason=Reason("webhook.no_event")
        )
    try:
        return frozenset(Event(each) for each in events)
    except ValueError as error:
        raise InputInvalid(
            "an event is none of those that there are",
            field="events",
            reason=Reason("form.not_a_choice"),
        ) from error


# --- messages ------------------------------------------------------------------------------------------


def send_again(open_store: UnitOfWorkFactory, actor: Actor, clock: Clock, public_id: str) -> str:
    """Have a message tried anew; the public id of its address. Raises ``NotAllowed`` and ``NotFound``."""
    require(actor, Action.MANAGE_WEBHOOKS)
    with open_store(writes=True) as unit:
        webhook = unit.webhooks.delivery(public_id).webhook
        unit.webhooks.send_again(public_id, at=clock.now())
        unit.commit()
    return webhook


def send_test(
    open_store: UnitOfWorkFactory, sender: Sender, actor: Actor, clock: Clock, public_id: str
) -> Delivery:
    """Send a message that says nothing, once and now, and what became of it.

    Raises ``NotAllowed`` and ``NotFound``.
    """
    require(actor, Action.MANAGE_WEBHOOKS)
    now = clock.now()
    with open_store(writes=True) as unit:
        put_in = unit.webhooks.put_in(public_id, TEST_EVENT, {}, at=now)
        claimed = unit.webhooks.claim_one(put_in.public_id, until=now + _LEASE)
        unit.commit()
    error = _sent(sender, claimed, clock.now())
    with open_store(writes=True) as unit:
        if error is None:
            unit.webhooks.delivered(claimed, at=clock.now())
        else:
            unit.webhooks.failed(claimed, error, next_at=None)
        delivery = unit.webhooks.delivery(put_in.public_id)
        unit.commit()
    return delivery


def announce_now(
    open_store: UnitOfWorkFactory,
    sender: Sender,
    clock: Clock,
    event: Event,
    payload: Mapping[str, Any],
) -> tuple[Reason, ...]:
    """Tell every address that wants to know of something, at once; why those that failed did.

    For what no process that delivers may be there for. What failed is tried again as any other message.
    """
    now = clock.now()
    with open_store(writes=True) as unit:
        put_in = [
            (unit.webhooks.put_in(each.public_id, event, payload, at=now), each.active)
            for each in unit.webhooks.every()
            if event in each.events
        ]
        claimed = [
            unit.webhooks.claim_one(message.public_id, until=now + _LEASE)
            for message, active in put_in
            if active
        ]
        unit.commit()
    faults = []
    for each in claimed:
        error = _sent(sender, each, clock.now())
        _settle(open_store, clock, each, error)
        if error is not None:
            faults.append(error)
    return tuple(faults)


def deliver_due(open_store: UnitOfWorkFactory, sender: Sender, clock: Clock) -> Tally:
    """Try every message that is due, until none is; what became of them.

    Any number of processes may do this at once: a message is tried by the one that claimed it.
    """
    tally = Tally()
    while claimed := _claim(open_store, clock.now()):
        tally += _deliver(open_store, sender, clock, claimed)
    return tally


def forget_old(open_store: UnitOfWorkFactory, clock: Clock) -> None:
    """Drop messages that nobody needs to look at any more."""
    with open_store(writes=True) as unit:
        unit.webhooks.forget_before(clock.now() - KEPT)
        unit.commit()


def _claim(open_store: UnitOfWorkFactory, now: datetime) -> tuple[Claimed, ...]:
    with open_store() as unit:
        # The writer's lock is not taken where there is nothing to do, which is nearly always.
        if not unit.webhooks.any_due(now):
            return ()
    with open_store(writes=True) as unit:
        claimed = unit.webhooks.claim(now, until=now + _LEASE, each=_AT_ONCE)
        unit.commit()
    return claimed


def _deliver(
    open_store: UnitOfWorkFactory, sender: Sender, clock: Clock, claimed: Collection[Claimed]
) -> Tally:
    """Try claimed messages; after one that failed, the others to that address are left for later."""
    tally = Tally()
    left: dict[str, list[Claimed]] = {}
    for each in claimed:
        webhook = each.delivery.webhook
        if webhook in left:
            left[webhook].append(each)
            continue
        error = _sent(sender, each, clock.now())
        tally += _settle(open_store, clock, each, error)
        if error is not None:
            left[webhook] = []
    if any(left.values()):
        with open_store(writes=True) as unit:
            for each in chain.from_iterable(left.values()):
                unit.webhooks.put_back(each, next_at=clock.now() + _PAUSE)
            unit.commit()
    return tally


def _settle(
    open_store: UnitOfWorkFactory, clock: Clock, claimed: Claimed, error: Reason | None
) -> Tally:
    now = clock.now()
    following = next_attempt(claimed.delivery.attempts, now)
    with open_store(writes=True) as unit:
        if error is None:
            unit.webhooks.delivered(claimed, at=now)
        else:
            unit.webhooks.failed(claimed, error, next_at=following)
        unit.commit()
    if error is None:
        return Tally(delivered=1)
    return Tally(failed=1) if following else Tally(given_up=1)


def _sent(sender: Sender, claimed: Claimed, now: datetime) -> Reason | None:
    """Try one message; why it did not arrive, if it did not."""
    delivery = claimed.delivery
    body = encoded(delivery)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "CallQA",
        "X-CallQA-Event": delivery.event,
        "X-CallQA-Delivery": delivery.public_id,
        SIGNATURE_HEADER: signature(claimed.secret, body, now),
    }
    try:
        sender.post(claimed.url, body, headers)
    except Undelivered as error:
        _log.warning(
            "message %s to webhook %s did not arrive: %s",
            delivery.public_id,
            delivery.webhook,
            error.reason.code,
        )
        return error.reason
    return None


def encoded(delivery: Delivery) -> bytes:
    """A message as it is sent: JSON in UTF-8, the same bytes at every try."""
    content: dict[str, Any] = {
        "id": delivery.public_id,
        "type": delivery.event,
        "created_at": delivery.created_at.astimezone(UTC).isoformat(timespec="seconds"),
        "data": dict(delivery.payload),
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()

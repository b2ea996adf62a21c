"""Webhooks in the store, and what is still to be sent to them (``qa.ports.programs``)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from qa.domain.errors import NotFound
from qa.domain.webhook import Claimed, Delivery, Event, Webhook
from qa.domain.wording import Reason
from qa.store.tables import DeliveryRow, WebhookRow


class SqlWebhooks:
    """Webhooks in one transaction.

    Args:
        session: Its transaction must hold the writer's lock for the methods that claim: no other process
            then sees the same message as due.
        public_id: Makes the public ids of what is new.
    """

    def __init__(self, session: Session, public_id: Callable[[], str]) -> None:
        self._session = session
        self._public_id = public_id

    # --- what happens ----------------------------------------------------------------------------

    def announce(self, event: str, payload: Mapping[str, Any], *, at: datetime) -> None:
        """Note an event for every address that wants it, in the transaction that makes it true."""
        for webhook_id in self._wanting(event):
            self._put_in(webhook_id, event, payload, at)

    def wanted(self, event: str) -> bool:
        """Whether any address wants to be told of an event."""
        return bool(self._wanting(event))

    def _wanting(self, event: str) -> list[int]:
        active = select(WebhookRow.id, WebhookRow.events).where(WebhookRow.active)
        return [id_ for id_, events in self._session.execute(active) if event in events]

    # --- addresses -------------------------------------------------------------------------------

    def add(
        self, url: str, events: Collection[Event], secret: str, *, created_by: int, at: datetime
    ) -> Webhook:
        """Store a new address."""
        row = WebhookRow(
            public_id=self._public_id(),
            url=url,
            secret=secret,
            events=sorted(events),
            active=True,
            created_by=created_by,
            created_at=at,
        )
        self._session.add(row)
        self._session.flush()
        return _webhook(row, 0, 0)

    def every(self) -> tuple[Webhook, ...]:
        """All addresses, in the order they were added."""
        found = self._session.execute(_counted().order_by(WebhookRow.id))
        return tuple(_webhook(*row) for row in found)

    def webhook(self, public_id: str) -> Webhook:
        """One address. Raises ``NotFound``."""
        found = self._session.execute(_counted().where(WebhookRow.public_id == public_id)).first()
        if found is None:
            raise _no_webhook()
        return _webhook(*found)

    def change(self, public_id: str, events: Collection[Event], *, active: bool) -> None:
        """Change what an address is told of, and whether. Raises ``NotFound``."""
        row = self._row(public_id)
        row.events = sorted(events)
        row.active = active
        self._session.flush()

    def remove(self, public_id: str) -> None:
        """Forget an address with all that was sent to it. Raises ``NotFound``."""
        self._session.delete(self._row(public_id))
        self._session.flush()

    def _row(self, public_id: str) -> WebhookRow:
        row = self._session.scalar(select(WebhookRow).where(WebhookRow.public_id == public_id))
        if row is None:
            raise _no_webhook()
        return row

    # --- messages --------------------------------------------------------------------------------

    def deliveries(self, public_id: str, *, limit: int) -> tuple[Delivery, ...]:
        """The latest messages to an address, the newest first."""
        rows = self._session.scalars(
            select(DeliveryRow)
            .where(DeliveryRow.webhook_id == self._row(public_id).id)
            .order_by(DeliveryRow.id.desc())
            .limit(limit)
        )
        return tuple(_delivery(row, public_id) for row in rows)

    def delivery(self, public_id: str) -> Delivery:
        """One message. Raises ``NotFound``."""
        return self._claimable(public_id)[1].delivery

    def put_in(
        self, webhook: str, event: str, payload: Mapping[str, Any], *, at: datetime
    ) -> Delivery:
        """Note a message for one address. Raises ``NotFound``."""
        return _delivery(self._put_in(self._row(webhook).id, event, payload, at), webhook)

    def _put_in(
        self, webhook_id: int, event: str, payload: Mapping[str, Any], at: datetime
    ) -> DeliveryRow:
        row = DeliveryRow(
            public_id=self._public_id(),
            webhook_id=webhook_id,
            event=event,
            payload=dict(payload),
            created_at=at,
            attempts=0,
            next_at=at,
        )
        self._session.add(row)
        self._session.flush()
        return row

    def send_again(self, public_id: str, *, at: datetime) -> None:
        """Have a message tried anew from now, whatever became of it. Raises ``NotFound``."""
        row, _ = self._claimable(public_id)
        row.attempts = 0
        row.next_at = at
        row.delivered_at = None
        self._session.flush()

    def forget_before(self, moment: datetime) -> None:
        """Drop messages older than this that were delivered or given up."""
        self._session.execute(
            delete(DeliveryRow).where(
                DeliveryRow.created_at < moment, DeliveryRow.next_at.is_(None)
            )
        )

    # --- delivering ------------------------------------------------------------------------------

    def any_due(self, now: datetime) -> bool:
        """Whether a message is to be tried now."""
        return (
            self._session.scalar(_due(now).with_only_columns(DeliveryRow.id).limit(1)) is not None
        )

    def claim(self, now: datetime, *, until: datetime, each: int) -> tuple[Claimed, ...]:
        """Take what is due, the oldest first and at most ``each`` for one address, from all other processes.

        What is claimed counts as tried, and is due again at ``until`` unless it was settled by then.
        """
        waiting = self._session.scalars(
            _due(now)
            .with_only_columns(DeliveryRow.webhook_id)
            .distinct()
            .order_by(DeliveryRow.webhook_id)
        )
        claimed = []
        for webhook_id in waiting.all():
            due = self._session.execute(
                _due(now)
                .where(DeliveryRow.webhook_id == webhook_id)
                .order_by(DeliveryRow.next_at, DeliveryRow.id)
                .limit(each)
            )
            claimed += [_claim(row, webhook, until) for row, webhook in due]
        self._session.flush()
        return tuple(claimed)

    def claim_one(self, public_id: str, *, until: datetime) -> Claimed:
        """Take one message, due or not. Raises ``NotFound``."""
        row, found = self._claimable(public_id)
        row.attempts += 1
        row.next_at = until
        self._session.flush()
        return Claimed(_delivery(row, found.delivery.webhook), found.url, found.secret)

    def _claimable(self, public_id: str) -> tuple[DeliveryRow, Claimed]:
        found = self._session.execute(
            select(DeliveryRow, WebhookRow)
            .join(WebhookRow, WebhookRow.id == DeliveryRow.webhook_id)
            .where(DeliveryRow.public_id == public_id)
        ).first()
        if found is None:
            raise NotFound("there is no such message")
        row, webhook = found
        return row, Claimed(_delivery(row, webhook.public_id), webhook.url, webhook.secret)

    def delivered(self, claimed: Claimed, *, at: datetime) -> None:
        """Note that a message arrived, unless another process has claimed it since."""
        self._settle(claimed, next_at=None, delivered_at=at, error_code=None, error_params=None)

    def failed(self, claimed: Claimed, error: Reason, *, next_at: datetime | None) -> None:
        """Note why a try failed and when the next one is, unless another process has claimed it since."""
        self._settle(
            claimed, next_at=next_at, error_code=error.code, error_params=dict(error.params)
        )

    def put_back(self, claimed: Claimed, *, next_at: datetime) -> None:
        """Note that a claimed message was not tried after all."""
        self._settle(claimed, next_at=next_at, attempts=claimed.delivery.attempts - 1)

    def _settle(self, claimed: Claimed, **values: Any) -> None:
        self._session.execute(
            update(DeliveryRow)
            .where(
                DeliveryRow.public_id == claimed.delivery.public_id,
                DeliveryRow.attempts == claimed.delivery.attempts,
            )
            .values(values)
        )


def _due(now: datetime) -> Select[DeliveryRow, WebhookRow]:
    return (
        select(DeliveryRow, WebhookRow)
        .join(WebhookRow, WebhookRow.id == DeliveryRow.webhook_id)
        .where(DeliveryRow.next_at <= now, WebhookRow.active)
    )


def _claim(row: DeliveryRow, webhook: WebhookRow, until: datetime) -> Claimed:
    row.attempts += 1
    row.next_at = until
    return Claimed(_delivery(row, webhook.public_id), webhook.url, webhook.secret)


def _counted() -> Select[WebhookRow, int, int]:
    """Webhooks with the number of messages that wait, and of those that were given up."""
    waits = DeliveryRow.next_at.is_not(None)
    given_up = and_(DeliveryRow.next_at.is_(None), DeliveryRow.delivered_at.is_(None))
    return (
        select(WebhookRow, _number(waits), _number(given_up))
        .outerjoin(DeliveryRow, and_(DeliveryRow.webhook_id == WebhookRow.id, or_(waits, given_up)))
        .group_by(WebhookRow.id)
    )


def _number(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(DeliveryRow.id).filter(condition)


def _webhook(row: WebhookRow, waiting: int, given_up: int) -> Webhook:
    known = set(Event)
    return Webhook(
        public_id=row.public_id,
        url=row.url,
        events=frozenset(Event(each) for each in row.events if each in known),
        active=row.active,
        created_at=row.created_at,
        waiting=waiting,
        given_up=given_up,
    )


def _delivery(row: DeliveryRow, webhook: str) -> Delivery:
    return Delivery(
        public_id=row.public_id,
        webhook=webhook,
        event=row.event,
        payload=row.payload,
        created_at=row.created_at,
        attempts=row.attempts,
        next_at=row.next_at,
        delivered_at=row.delivered_at,
        error=Reason(row.error_code, row.error_params or {}) if row.error_code else None,
    )


def _no_webhook() -> NotFound:
    return NotFound("there is no such webhook")

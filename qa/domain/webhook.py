"""Webhooks: what is told, how a message is signed, and when one that failed is tried again.

The signature is Stripe's scheme (https://docs.stripe.com/webhooks/signature): a time and an HMAC-SHA256 over
that time and the body, so that a message can neither be forged nor be played again later.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from qa.domain.wording import Reason


class Event(StrEnum):
    """What a webhook can be told of."""

    SCORECARD_READY = "scorecard.ready"
    REVIEW_SUBMITTED = "review.submitted"
    DISPUTE_OPENED = "dispute.opened"
    NIGHT_FINISHED = "night.finished"


TEST_EVENT = "webhook.test"
"""The event of a message that an admin sends to see whether it arrives; nobody subscribes to it."""

SIGNATURE_HEADER = "X-CallQA-Signature"
SECRET_PREFIX = "cqs_"  # noqa: S105 - what secrets begin with, so that scanners find one that leaked

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
BACKOFF = (
    _MINUTE,
    2 * _MINUTE,
    5 * _MINUTE,
    10 * _MINUTE,
    30 * _MINUTE,
    _HOUR,
    2 * _HOUR,
    4 * _HOUR,
    8 * _HOUR,
    16 * _HOUR,
    24 * _HOUR,
)
"""How long after each failed try the next one follows; after the last there is none."""
MAX_ATTEMPTS = len(BACKOFF) + 1


class DeliveryState(StrEnum):
    """How far a message is."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that is told of events.

    Attributes:
        active: Whether it is told; messages to one that is not wait.
        waiting: Messages to it that are still to be delivered.
        given_up: Messages to it that were given up.
    """

    public_id: str
    url: str
    events: frozenset[Event]
    active: bool
    created_at: datetime
    waiting: int
    given_up: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one address.

    Attributes:
        webhook: Public id of the address.
        event: An ``Event`` or ``TEST_EVENT``.
        attempts: Tries so far, one that goes on included.
        next_at: When it is tried next; ``None`` once it was delivered or given up.
        error: Why the last try failed.
    """

    public_id: str
    webhook: str
    event: str
    payload: Mapping[str, Any]
    created_at: datetime
    attempts: int
    next_at: datetime | None
    delivered_at: datetime | None
    error: Reason | None

    @property
    def state(self) -> DeliveryState:
        """How far it is."""
        if self.delivered_at is not None:
            return DeliveryState.DELIVERED
        return DeliveryState.GIVEN_UP if self.next_at is None else DeliveryState.WAITING


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this process alone may try to deliver for a while, with where to and how to sign it."""

    delivery: Delivery
    url: str
    secret: str


def new_secret() -> str:
    """A key to sign with: 256 random bits."""
    return f"{SECRET_PREFIX}{secrets.token_hex(32)}"


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When a message is tried again after so many failed tries; ``None`` when it is given up."""
    return now + BACKOFF[attempts - 1] if attempts < MAX_ATTEMPTS else None


def signature(secret: str, body: bytes, at: datetime) -> str:
    """The value of the signature header: ``t=<unix seconds>,v1=<hex digest of "t.body">``."""
    seconds = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, sha256).hexdigest()
    return f"t={seconds},v1={digest}"

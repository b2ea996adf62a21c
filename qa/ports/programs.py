"""The store of what programs may do here (tokens) and are told (webhooks), and the way to tell them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Protocol

from qa.domain.access import Scope
from qa.domain.api_token import ApiToken
from qa.domain.feed import CallFilter, Page, ReviewEntry, ReviewFilter
from qa.domain.records import CallSummary
from qa.domain.webhook import Claimed, Delivery, Event, Webhook
from qa.domain.wording import Reason


class Tokens(Protocol):
    """Users' keys for programs, and the requests that these may repeat."""

    def add(
        self,
        user_id: int,
        *,
        name: str,
        token_hash: str,
        scopes: Collection[Scope],
        at: datetime,
        expires_at: datetime | None,
    ) -> ApiToken:
        """Store a new key."""

    def of_user(self, user_id: int) -> tuple[ApiToken, ...]:
        """Somebody's keys, the newest first, with those that work no longer."""

    def with_hash(self, token_hash: str) -> tuple[ApiToken, int] | None:
        """A key and the user id of whose it is, whether or not it still works."""

    def used(self, public_id: str, *, at: datetime) -> None:
        """Note that a key was used."""

    def revoke(self, user_id: int, public_id: str, *, at: datetime) -> None:
        """End a key; a second time changes nothing. Raises ``NotFound`` where it is not theirs."""

    def remembered(self, user_id: int, key: str) -> tuple[str, str] | None:
        """The digest of the request that first had an idempotency key of a user's, and what came of it."""

    def remember(self, user_id: int, key: str, *, digest: str, result: str, at: datetime) -> None:
        """Note what came of a request."""

    def forget_requests_before(self, moment: datetime) -> None:
        """Drop the requests that nobody repeats any more."""


class Webhooks(Protocol):
    """Addresses that are told of events, and what is still to be sent to them. Both are named by public ids."""

    def announce(self, event: str, payload: Mapping[str, Any], *, at: datetime) -> None:
        """Note an event for every address that wants it, in the transaction that makes it true.

        Args:
            event: ``scorecard.ready``, ``review.submitted`` or ``dispute.opened``.
            payload: JSON values: ids and figures, never what was said in a call.
            at: When it happened.
        """

    def wanted(self, event: str) -> bool:
        """Whether any address wants to be told of an event."""

    def add(
        self, url: str, events: Collection[Event], secret: str, *, created_by: int, at: datetime
    ) -> Webhook:
        """Store a new address."""

    def every(self) -> tuple[Webhook, ...]:
        """All addresses, in the order they were added."""

    def webhook(self, public_id: str) -> Webhook:
        """One address. Raises ``NotFound``."""

    def change(self, public_id: str, events: Collection[Event], *, active: bool) -> None:
        """Change what an address is told of, and whether. Raises ``NotFound``."""

    def remove(self, public_id: str) -> None:
        """Forget an address with all that was sent to it. Raises ``NotFound``."""

    def deliveries(self, public_id: str, *, limit: int) -> tuple[Delivery, ...]:
        """The latest messages to an address, the newest first."""

    def delivery(self, public_id: str) -> Delivery:
        """One message. Raises ``NotFound``."""

    def put_in(
        self, webhook: str, event: str, payload: Mapping[str, Any], *, at: datetime
    ) -> Delivery:
        """Note a message for one address. Raises ``NotFound``."""

    def send_again(self, public_id: str, *, at: datetime) -> None:
        """Have a message tried anew from now, whatever became of it. Raises ``NotFound``."""

    def any_due(self, now: datetime) -> bool:
        """Whether a message is to be tried now."""

    def claim(self, now: datetime, *, until: datetime, each: int) -> tuple[Claimed, ...]:
        """Take what is due, the oldest first and at most ``each`` for one address, from all other processes.

        What is claimed counts as tried, and is due again at ``until`` unless it was settled by then.
        """

    def claim_one(self, public_id: str, *, until: datetime) -> Claimed:
        """Take one message, due or not. Raises ``NotFound``."""

    def delivered(self, claimed: Claimed, *, at: datetime) -> None:
        """Note that a message arrived, unless another process has claimed it since."""

    def failed(self, claimed: Claimed, error: Reason, *, next_at: datetime | None) -> None:
        """Note why a try failed and when the next one is, unless another process has claimed it since."""

    def put_back(self, claimed: Claimed, *, next_at: datetime) -> None:
        """Note that a claimed message was not tried after all."""

    def forget_before(self, moment: datetime) -> None:
        """Drop messages older than this that were delivered or given up."""


class Feed(Protocol):
    """Lists for programs, which go on from the entry that they ended with."""

    def calls(self, wanted: CallFilter, *, after: str | None, limit: int) -> Page[CallSummary]:
        """Calls in the order in which they first came in.

        Args:
            wanted: Which.
            after: Public id of the call that they follow.
            limit: How many at most.

        Raises ``NotFound`` where there is no call that they could follow.
        """

    def call(self, public_id: str) -> CallSummary:
        """One call as it is listed. Raises ``CallNotFound``."""

    def reviews(self, wanted: ReviewFilter, *, after: str | None, limit: int) -> Page[ReviewEntry]:
        """Submitted reviews in the order of their submission; the rest as for ``calls``."""


class Undelivered(Exception):
    """A message did not arrive.

    Args:
        reason: Why.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code)
        self.reason = reason


class Sender(Protocol):
    """Takes messages to addresses."""

    def check(self, url: str) -> Reason | None:
        """Why an address cannot be used; ``None`` for one that can, as far as it can be told unasked."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        """Send a message. Raises ``Undelivered`` unless the other side says that it has it."""

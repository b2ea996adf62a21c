"""What programs page through: calls and reviews in an order that nothing which comes later changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeVar

from qa.domain.review import Review

Entry = TypeVar("Entry")

CallStatus = Literal["scored", "not_scorable"]
CallOutcome = Literal["critical", "failed", "open", "clean"]


@dataclass(frozen=True, slots=True)
class CallFilter:
    """Which calls a program asks for; ``None`` and the empty string ask for all.

    Attributes:
        call_id: The site's own id of one call.
        outcome: As the machine scored it: ``critical`` and ``failed`` (a criterion failed), ``open`` (something
            for a person to settle), ``clean`` (none of these).
        reviewed: Whether a review counts for it.
        started_from: When the call began, this moment included; ``started_before`` excluded.
        scored_from: When its scorecard was made, this moment included.
    """

    agent_id: str | None = None
    call_id: str | None = None
    language: str | None = None
    status: CallStatus | None = None
    outcome: CallOutcome | None = None
    reviewed: bool | None = None
    started_from: datetime | None = None
    started_before: datetime | None = None
    scored_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """Which submitted reviews a program asks for.

    Attributes:
        since: When they were submitted, this moment included.
    """

    agent_id: str | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReviewEntry:
    """A submitted review and whose call it is of."""

    review: Review
    call_id: str
    agent_id: str | None


@dataclass(frozen=True, slots=True)
class Page(Generic[Entry]):
    """Entries in their order, and where to go on.

    Attributes:
        following: Public id of the last entry where more follow it; ``None`` at the end.
    """

    entries: tuple[Entry, ...]
    following: str | None

"""What an agent and their supervisors say to one another about a scored call: that it was read, and replies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qa.domain.people import Person

REPLY_LIMIT = 2_000
"""Characters of one reply."""
THREAD_LIMIT = 200
"""Entries under one call; who needs more should talk."""


class ResponseKind(StrEnum):
    """What an entry is."""

    READ = "read"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Response:
    """One entry under a call.

    Attributes:
        by_agent: Whether the call's own agent wrote it.
        current: Whether it is about the scorecard that counts now, not an earlier one.
        text: Empty where it only says that the score was read.
    """

    author: Person
    by_agent: bool
    kind: ResponseKind
    text: str
    made_at: datetime
    current: bool


def read_at(thread: tuple[Response, ...], changed_at: datetime) -> datetime | None:
    """When the agent read a score as it is now: since it last changed, ``None`` where they have not."""
    return next(
        (
            each.made_at
            for each in reversed(thread)
            if each.kind is ResponseKind.READ and each.by_agent and each.made_at >= changed_at
        ),
        None,
    )


def repeats(thread: tuple[Response, ...], author: int, text: str) -> bool:
    """Whether a reply is the last entry once more: the form was sent twice."""
    return bool(thread) and thread[-1].author.id == author and thread[-1].text == text

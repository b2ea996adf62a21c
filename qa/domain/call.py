"""What is known about a call before anybody listens: its parties and its call record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """Who speaks."""

    AGENT = "agent"
    CUSTOMER = "customer"
    UNKNOWN = "unknown"


class Direction(StrEnum):
    """Who called whom, seen from the centre."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    UNKNOWN = "unknown"


class EndedBy(StrEnum):
    """Who hung up, as the call record says it; never guessed from the audio."""

    AGENT = "agent"
    CUSTOMER = "customer"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call as the manifest or the switch's records describe it.

    Attributes:
        call_id: The site's id of the call, unique in the store.
        ring_seconds: Ringing before the answer, seconds.
        rings: Rings before the answer, where the site counts them.
        agent_channel: 0 or 1 in a two-channel recording, ``None`` when mono or not known.
        language: ``zh`` or ``en`` where the site knows it, ``None`` to let the recogniser decide.
        attributes: Further columns of the manifest, as they stood.
    """

    call_id: str
    agent_id: str | None = None
    customer_number: str | None = None
    direction: Direction = Direction.UNKNOWN
    started_at: datetime | None = None
    ring_seconds: float | None = None
    rings: int | None = None
    ended_by: EndedBy = EndedBy.UNKNOWN
    agent_channel: int | None = None
    queue: str | None = None
    language: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


UNKNOWN_CALL = CallRecord(call_id="")
"""What is known of a call that no records name; it gets its id from its content."""

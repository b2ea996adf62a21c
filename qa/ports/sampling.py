"""Draws of calls to review: what they are drawn from, and what was drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

from qa.domain.people import Person
from qa.domain.queue import TaskReason

DrawnSort = Literal["reason", "agent", "chance", "duration"]


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """What is known of a call that a draw may take.

    Attributes:
        call: Its public id.
        critical: Whether a critical criterion failed.
        disputed: Whether a dispute of it is open.
        unsure: Criteria that the machine left for a person to judge.
        doubtful: Deductions that it was not sure of.
        new_agent: Whether its agent's first call was lately, while the site has older ones.
        new_rubric: Whether it was scored with a rubric that came into use lately, after another.
        certain: Whether it is reviewed whatever is drawn: no draw took it, and it was reviewed since it was
            scored, or somebody put it into the queue.
        duration_s: Length of the recording, seconds.
    """

    call: str
    agent_id: str | None
    critical: bool
    disputed: bool
    unsure: int
    doubtful: int
    new_agent: bool
    new_rubric: bool
    certain: bool
    duration_s: float


@dataclass(frozen=True, slots=True)
class Span:
    """Calls scored from one moment, inclusive, to another, exclusive."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class TakenCall:
    """A call as a draw takes it; ``chance`` is ``None`` where nobody knows the probability of that."""

    call: str
    reason: TaskReason
    chance: float | None
    in_floor: bool


@dataclass(frozen=True, slots=True)
class NewDraw:
    """A draw to keep; ``settings`` is whatever repeats it, ``uncovered`` counts what it could not have drawn."""

    seed: str
    settings: Mapping[str, Any]
    span: Span
    population: int
    uncovered: int
    calls: Sequence[TakenCall]


@dataclass(frozen=True, slots=True)
class ReasonLoad:
    """Calls that were drawn for one reason: how many, how long, and how many of them are reviewed by now."""

    calls: int
    audio_s: float
    reviewed: int


@dataclass(frozen=True, slots=True)
class DrawRecord:
    """A draw that was kept.

    Attributes:
        drawn_by: ``None`` for the command line.
        accepted_at: When its calls came into the queue; ``None`` while they did not.
        overtaken: Whether another one that was accepted drew from the same calls, so that this one cannot be.
        by_reason: What it took; reasons without a call are missing.
    """

    public_id: str
    seed: str
    settings: Mapping[str, Any]
    span: Span
    population: int
    uncovered: int
    drawn_by: Person | None
    drawn_at: datetime
    accepted_at: datetime | None
    overtaken: bool
    by_reason: Mapping[TaskReason, ReasonLoad]


@dataclass(frozen=True, slots=True)
class DrawnCall:
    """A call of a draw as a page lists it; ``reviewed`` since it was scored, ``waiting`` in the queue."""

    call: str
    call_id: str
    agent_id: str | None
    duration_s: float
    reason: TaskReason
    chance: float | None
    in_floor: bool
    reviewed: bool
    waiting: bool


@dataclass(frozen=True, slots=True)
class DrawnQuery:
    """Which calls of a draw, and in what order.

    Attributes:
        size: How many, after ``skip``; ``None`` for all.
    """

    reason: TaskReason | None = None
    sort: DrawnSort = "reason"
    descending: bool = False
    skip: int = 0
    size: int | None = None


class Sampling(Protocol):
    """Draws, and the calls that they are made from.

    A draw is made from every call and has its probabilities of all of them; only ``drawn`` leaves out what its
    reader must not come across.
    """

    def drawn_until(self) -> datetime | None:
        """Up to which time of scoring calls were drawn from; ``None`` before the first accepted draw."""

    def frame(
        self, span: Span, *, doubt_below: float, new_since: datetime
    ) -> tuple[FrameFacts, ...]:
        """Every call of a span that has a score; agents and rubrics are new that came after ``new_since``."""

    def disputed_before(self, moment: datetime) -> tuple[FrameFacts, ...]:
        """Calls scored before a moment with an open dispute and no open task."""

    def had(self, since: datetime, *, scored_before: datetime) -> Mapping[str, int]:
        """Agent to how many calls scored before a moment were queued or reviewed since another."""

    def keep(self, draw: NewDraw, *, by: int | None, at: datetime) -> str:
        """Keep a draw, not accepted yet; its public id."""

    def draws(self, *, skip: int, size: int) -> tuple[DrawRecord, ...]:
        """Some draws, the latest first."""

    def count(self) -> int:
        """How many draws there are."""

    def draw(self, public_id: str) -> DrawRecord:
        """One draw. Raises ``NotFound``."""

    def drawn(self, public_id: str, query: DrawnQuery) -> tuple[DrawnCall, ...]:
        """Calls of a draw."""

    def unreviewed(self, public_id: str) -> tuple[TakenCall, ...]:
        """Calls of a draw that nobody reviewed since they were scored, without those put in by hand."""

    def accept(self, public_id: str, *, at: datetime) -> None:
        """Note that a draw was accepted."""

    def discard(self, public_id: str) -> None:
        """Forget a draw."""

    def spans(self) -> tuple[Span, ...]:
        """What accepted draws drew from that left no call out, put together where one follows on another."""

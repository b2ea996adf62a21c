"""The store of what agents answer to their scores: that they read them, replies and disputes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from qa.domain.dispute import Dispute, DisputeState
from qa.domain.response import Response, ResponseKind
from qa.domain.scorecard import Outcome, RubricRef

DisputeSort = Literal["raised_at", "agent_id", "criterion", "decided_at"]


@dataclass(frozen=True, slots=True)
class DisputeQuery:
    """Which disputes a list shows.

    Attributes:
        state: ``None`` for every state.
        agent_id: Only this agent's, ``None`` for everybody's.
    """

    state: DisputeState | None = DisputeState.OPEN
    agent_id: str | None = None
    sort: DisputeSort = "raised_at"
    descending: bool = False
    page: int = 1
    page_size: int = 50


@dataclass(frozen=True, slots=True)
class DisputePage:
    """One page of a list of disputes and how many it is part of."""

    rows: tuple[Dispute, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Decided:
    """How often a criterion's verdict was disputed and decided, and how often it fell."""

    criterion: str
    rubric: RubricRef
    decided: int
    changed: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What was said about one call, in short.

    Attributes:
        read_at: When the agent last said that they read it.
        replies: How many replies there are.
        last_by_agent: Whether the last reply is the agent's own, ``None`` without any.
        disputes: States of its disputes, oldest first.
    """

    read_at: datetime | None = None
    replies: int = 0
    last_by_agent: bool | None = None
    disputes: tuple[DisputeState, ...] = ()


class Answers(Protocol):
    """Responses and disputes. A call is named by its public id; texts are within their limits already."""

    def respond(self, call: str, *, by: int, kind: ResponseKind, text: str, at: datetime) -> None:
        """Add an entry under a call's scorecard. Raises ``CallNotFound`` for a call without one."""

    def thread(self, call: str) -> tuple[Response, ...]:
        """Every entry under a call, oldest first."""

    def answered(self, calls: Sequence[str]) -> Mapping[str, Answered]:
        """What was said about many calls at once; calls that nobody spoke of are missing."""

    def looked_at(self, calls: Sequence[str]) -> frozenset[str]:
        """Those of some calls whose scorecard somebody reviewed, not only decided a dispute on."""

    def raise_dispute(
        self,
        call: str,
        *,
        criterion: str,
        contested: Outcome,
        contested_points: float,
        by: int,
        reason: str,
        at: datetime,
    ) -> str:
        """Write an open dispute on a call's scorecard and the review that counts; its public id.

        Raises ``CallNotFound`` for a call without a scorecard. At most one of a criterion is open.
        """

    def dispute(self, public_id: str) -> Dispute:
        """One dispute. Raises ``NotFound``."""

    def disputes_of(self, call: str) -> tuple[Dispute, ...]:
        """Every dispute on a call, oldest first."""

    def disputes(self, query: DisputeQuery) -> DisputePage:
        """One page of disputes."""

    def open_disputes(self) -> Mapping[str, int]:
        """How many open disputes each agent has."""

    def settle(self, dispute: Dispute) -> None:
        """Write an open dispute's end. Raises ``DisputeClosed`` where it is no longer open."""

    def decided(self) -> tuple[Decided, ...]:
        """Disputes that were decided, counted by criterion."""

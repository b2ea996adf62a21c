"""Coaching: what an agent works on for one criterion, with whom and until when.

A plan is open until it is closed with an outcome or cancelled with a reason, and neither can be undone or
done twice. It carries a revision, so that what somebody changed is never overwritten by who had not seen it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Literal

from qa.domain.errors import Conflict, NotFound
from qa.domain.people import Person


class PlanNotFound(NotFound):
    """No plan has the id that was asked for."""

    code = "plan_not_found"


class PlanState(StrEnum):
    """How far a plan is."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


NEXT: Mapping[PlanState, frozenset[PlanState]] = {
    PlanState.OPEN: frozenset({PlanState.DONE, PlanState.CANCELLED}),
    PlanState.DONE: frozenset(),
    PlanState.CANCELLED: frozenset(),
}
"""For each state, those that a plan may go on to."""

NOTES_LIMIT = 200
"""Notes of one plan; who has more to say opens a new one."""


@dataclass(frozen=True, slots=True)
class PlanNote:
    """What somebody wrote to a plan on its way."""

    author: Person
    text: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """What a plan asks, which may still be changed while it is open.

    Attributes:
        owner: Who coaches.
        due_at: Until when the action is to be done.
        follow_up_at: When to look at the calls again, not before ``due_at``.
    """

    action: str
    owner: Person
    due_at: datetime
    follow_up_at: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an agent works on for one criterion, with whom and until when.

    Attributes:
        agent_id: The agent of call records.
        agent_name: Of their account, empty where they have none.
        rubric_id: The rubric in use when it began.
        call: Public id of the call that it came from, with the site's own ``call_id``.
        acknowledged_at: When the agent said that they read it as it now stands.
        outcome: What came of it, or why it was cancelled; empty while it is open.
        revision: How often its terms or state were changed.
        notes: Oldest first; empty in lists.
    """

    public_id: str
    agent_id: str
    agent_name: str
    criterion: str
    rubric_id: str
    terms: PlanTerms
    created_by: Person
    created_at: datetime
    call: str | None
    call_id: str | None
    state: PlanState
    acknowledged_at: datetime | None
    closed_at: datetime | None
    outcome: str
    revision: int
    notes: tuple[PlanNote, ...] = ()

    def overdue(self, now: datetime) -> bool:
        """Whether its action should be done by now."""
        return self.state is PlanState.OPEN and self.terms.due_at < now

    def follow_up_due(self, now: datetime) -> bool:
        """Whether it is time to look at the calls again; closing it settles that."""
        follow_up_at = self.terms.follow_up_at
        return self.state is PlanState.OPEN and follow_up_at is not None and follow_up_at < now


PlanSort = Literal["due_at", "follow_up_at", "created_at", "agent_id", "criterion", "owner"]
PlanDue = Literal["overdue", "follow_up"]


@dataclass(frozen=True, slots=True)
class PlanQuery:
    """Which plans a list shows, and how.

    Attributes:
        due: Only open ones that are overdue, or whose follow-up is due.
        owner: Public id of who coaches.
    """

    state: PlanState | None = PlanState.OPEN
    due: PlanDue | None = None
    agent_id: str | None = None
    owner: str | None = None
    criterion: str | None = None
    sort: PlanSort = "due_at"
    descending: bool = False
    page: int = 1
    page_size: int = 50


@dataclass(frozen=True, slots=True)
class PlanPage:
    """One page of a list and how many plans it is part of."""

    rows: tuple[Plan, ...]
    total: int


@dataclass(frozen=True, slots=True)
class PlanCounts:
    """How many plans are in each state; ``overdue`` and ``follow_up`` are among the open ones."""

    open: int
    overdue: int
    follow_up: int
    done: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class CallOfAgent:
    """A call that a plan comes from: its public id, the site's own, and who took it."""

    public_id: str
    call_id: str
    agent_id: str | None


def check_revision(plan: Plan, revision: int) -> None:
    """Refuse a change made from another state of a plan than its present one. Raises ``Conflict``."""
    if plan.revision != revision:
        raise Conflict(
            f"plan {plan.public_id} was changed meanwhile", hint="read it again, then change it"
        )


def changed(plan: Plan, terms: PlanTerms, revision: int) -> Plan:
    """A plan under other terms. Another action or due date is to be acknowledged again.

    Raises:
        Conflict: It is not open any more, or was changed since it was read.
    """
    refuse_closed(plan)
    check_revision(plan, revision)
    if terms == plan.terms:
        return plan
    asks_the_same = (terms.action, terms.due_at) == (plan.terms.action, plan.terms.due_at)
    return replace(
        plan,
        terms=terms,
        acknowledged_at=plan.acknowledged_at if asks_the_same else None,
        revision=plan.revision + 1,
    )


def acknowledged(plan: Plan, revision: int, at: datetime) -> Plan:
    """A plan that its agent has read.

    Raises:
        Conflict: It is not open any more, or is not the one that was read.
    """
    refuse_closed(plan)
    check_revision(plan, revision)
    return plan if plan.acknowledged_at else replace(plan, acknowledged_at=at)


def ended(plan: Plan, state: PlanState, outcome: str, revision: int, at: datetime) -> Plan:
    """A plan closed with what came of it, or cancelled with the reason.

    Raises:
        Conflict: It is in a state that does not lead there, or was changed since it was read.
    """
    if state not in NEXT[plan.state]:
        raise _closed(plan)
    check_revision(plan, revision)
    return replace(plan, state=state, outcome=outcome, closed_at=at, revision=plan.revision + 1)


def refuse_closed(plan: Plan) -> None:
    """Refuse to touch a plan that is closed or cancelled. Raises ``Conflict``."""
    if not NEXT[plan.state]:
        raise _closed(plan)


def _closed(plan: Plan) -> Conflict:
    return Conflict(
        f"plan {plan.public_id} is {plan.state} and does not change any more",
        hint="open a new plan for what is still to be done",
    )

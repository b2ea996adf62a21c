"""Coaching plans as pages show them: lists, one plan with what came of it, and what a new one can be made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from qa.domain.access import Action, Actor, only_agent, require, require_agent
from qa.domain.coaching import CallOfAgent, Plan, PlanCounts, PlanNotFound, PlanQuery
from qa.domain.people import User, UserRole
from qa.domain.rubric import Rubric
from qa.domain.wording import Text
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.services.paging import pages_of
from qa.services.plan_effect import Effect, effect_of

LEADS = (UserRole.ADMIN, UserRole.SUPERVISOR)
"""Who may coach."""


@dataclass(frozen=True, slots=True)
class PlanList:
    """One page of plans.

    Attributes:
        query: What was asked, narrowed to what may be seen, its page corrected to one that exists.
        total: Plans that match the query.
        counts: Plans of the same agent, owner and criterion by state.
        now: The moment that what is overdue was told at.
    """

    query: PlanQuery
    rows: tuple[Plan, ...]
    total: int
    counts: PlanCounts
    now: datetime

    @property
    def pages(self) -> int:
        """How many pages the matching plans fill, at least one."""
        return pages_of(self.total, self.query.page_size)


def list_plans(
    open_store: UnitOfWorkFactory, actor: Actor, clock: Clock, query: PlanQuery
) -> PlanList:
    """One page of the plans that somebody may see. Raises ``NotAllowed`` and ``NotFound``."""
    query, now = _within_reach(actor, query), clock.now()
    with open_store() as unit:
        page = unit.coaching.plans(query, now=now)
        if query.page > (last := pages_of(page.total, query.page_size)):
            query = replace(query, page=last)
            page = unit.coaching.plans(query, now=now)
        return PlanList(
            query, page.rows, page.total, unit.coaching.plan_counts(query, now=now), now
        )


def _within_reach(actor: Actor, query: PlanQuery) -> PlanQuery:
    agent_id = only_agent(actor, Action.SEE_PLANS)
    return query if agent_id is None else replace(query, agent_id=agent_id)


_EXPORT_PAGE = 1_000
"""Plans read at a time for an export."""


def plan_lines(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    clock: Clock,
    query: PlanQuery,
    title: Mapping[str, str],
) -> Iterator[dict[str, Any]]:
    """One line a plan of a list, whichever of its pages is asked for.

    Args:
        open_store: The store.
        actor: Who asks.
        clock: Tells what is overdue.
        query: The list.
        title: Criterion id to its wording; a criterion that is not there stands by its id.
    """
    query = replace(_within_reach(actor, query), page=1, page_size=_EXPORT_PAGE)
    return _plan_lines(open_store, query, clock.now(), title)


def _plan_lines(
    open_store: UnitOfWorkFactory, query: PlanQuery, now: datetime, title: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    with open_store() as unit:
        while rows := unit.coaching.plans(query, now=now).rows:
            for plan in rows:
                yield _line(plan, now, title.get(plan.criterion, plan.criterion))
            query = replace(query, page=query.page + 1)


def _line(plan: Plan, now: datetime, title: str) -> dict[str, Any]:
    terms = plan.terms
    return {
        "agent_id": plan.agent_id,
        "agent": plan.agent_name,
        "criterion": plan.criterion,
        "criterion_title": title,
        "action": terms.action,
        "owner": terms.owner.name,
        "state": plan.state.value,
        "overdue": plan.overdue(now),
        "created_at": plan.created_at.isoformat(),
        "due_at": terms.due_at.isoformat(),
        "follow_up_at": terms.follow_up_at.isoformat() if terms.follow_up_at else None,
        "acknowledged_at": plan.acknowledged_at.isoformat() if plan.acknowledged_at else None,
        "closed_at": plan.closed_at.isoformat() if plan.closed_at else None,
        "outcome": plan.outcome,
        "call_id": plan.call_id,
    }


@dataclass(frozen=True, slots=True)
class PlanView:
    """One plan with what came of it so far.

    Attributes:
        effect: The criterion in the agent's calls before and since.
        mine: Whether who looks is the agent, who may acknowledge it.
    """

    plan: Plan
    effect: Effect
    mine: bool
    now: datetime


def open_plan(
    open_store: UnitOfWorkFactory, actor: Actor, clock: Clock, public_id: str, days: int
) -> PlanView:
    """One plan, with the calls of so many days before it. Raises ``NotAllowed`` and ``PlanNotFound``."""
    now = clock.now()
    with open_store() as unit:
        plan = seen_plan(unit, actor, public_id)
        return PlanView(plan, effect_of(unit, plan, now, days), is_of(actor, plan), now)


def seen_plan(unit: UnitOfWork, actor: Actor, public_id: str) -> Plan:
    """A plan that somebody may see. Raises ``NotAllowed`` and ``PlanNotFound``."""
    require(actor, Action.SEE_PLANS)
    plan = unit.coaching.plan(public_id)
    missing = PlanNotFound("there is no such plan")
    require_agent(actor, Action.SEE_PLANS, plan.agent_id, missing=missing)
    return plan


def is_of(actor: Actor, plan: Plan) -> bool:
    """Whether somebody is the agent of a plan."""
    return actor.agent_id is not None and actor.agent_id == plan.agent_id


@dataclass(frozen=True, slots=True)
class PlanChoices:
    """What the form of a plan offers.

    Attributes:
        agents: Accounts of agents, by name; an agent of call records needs none.
        owners: Who may coach, by name.
        call: The call that the plan is to come from; ``None`` where none was asked for or it is gone.
    """

    agents: tuple[User, ...]
    owners: tuple[User, ...]
    call: CallOfAgent | None


def plan_choices(
    open_store: UnitOfWorkFactory, actor: Actor, call: str | None = None
) -> PlanChoices:
    """What a plan can be made of, and the call that it is to come from."""
    require(actor, Action.COACH)
    with open_store() as unit:
        agents = unit.people.active_with((UserRole.AGENT,))
        return PlanChoices(
            agents=tuple(agent for agent in agents if agent.agent_id),
            owners=unit.people.active_with(LEADS),
            call=unit.coaching.call_of_agent(call) if call else None,
        )


def coaches(open_store: UnitOfWorkFactory, actor: Actor) -> tuple[User, ...]:
    """Who may coach, by name, to narrow a list to."""
    require(actor, Action.COACH)
    with open_store() as unit:
        return unit.people.active_with(LEADS)


def titles(rubric: Rubric) -> Mapping[str, Text]:
    """What a plan or a case can be tied to: the criteria of the rubric in use, by id."""
    return {criterion.id: criterion.title for criterion in rubric.criteria}

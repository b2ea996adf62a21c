"""What is done with a coaching plan: begun, changed, noted, acknowledged, closed or cancelled.

Every step is one transaction, made from the state that the page showed: what somebody else changed meanwhile
is a ``Conflict`` and never overwritten, and the same form sent twice is one step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from qa.domain.access import Action, Actor, require, require_account
from qa.domain.coaching import (
    NOTES_LIMIT,
    Plan,
    PlanState,
    PlanTerms,
    acknowledged,
    changed,
    ended,
    refuse_closed,
)
from qa.domain.errors import InputInvalid, NotAllowed, NotFound
from qa.domain.people import Person
from qa.domain.rubric import Rubric
from qa.domain.wording import Param, Reason
from qa.domain.written import written
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.ports.coaching import NewPlan
from qa.services.plans import LEADS, is_of, seen_plan

TEXT_LIMIT = 5_000
"""Characters of an action, a note or an outcome."""
FURTHEST = timedelta(days=730)
"""How far ahead a date may lie; more is a slip of the keyboard."""


class PlanAlreadyOpen(InputInvalid):
    """The agent works on this criterion already; ``plan`` is the public id of where."""

    code = "plan_already_open"

    def __init__(self, plan: Plan) -> None:
        super().__init__(
            f"plan {plan.public_id} is open for this agent and criterion",
            field="criterion",
            reason=Reason("plan.already_open"),
        )
        self.plan = plan.public_id


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """What somebody entered of a plan. ``owner`` and ``call`` are public ids."""

    action: str
    owner: str
    due_at: datetime
    follow_up_at: datetime | None
    agent_id: str = ""
    criterion: str = ""
    call: str | None = None


def begin_plan(
    open_store: UnitOfWorkFactory, actor: Actor, clock: Clock, rubric: Rubric, draft: PlanDraft
) -> Plan:
    """Begin a plan. The same one sent twice is begun once.

    Raises:
        NotAllowed: The actor does not coach, or has no account to sign it with.
        InputInvalid: A field cannot be taken; nothing was written.
        PlanAlreadyOpen: The agent has an open plan on this criterion.
    """
    require(actor, Action.COACH)
    author_id, now = require_account(actor), clock.now()
    agent_id = draft.agent_id.strip()
    action = written(draft.action, field="action", limit=TEXT_LIMIT)
    if rubric.criterion(draft.criterion) is None:
        raise _fault("criterion", "form.not_a_choice")
    _check_dates(draft, now)
    with open_store(writes=True) as unit:
        agent = unit.people.by_agent(agent_id) if agent_id else None
        if agent is None and not unit.coaching.has_calls(agent_id):
            raise _fault("agent", "plan.agent_unknown")
        owner = _owner(unit, draft.owner, agent_id)
        _check_call(unit, draft.call, agent_id)
        terms = PlanTerms(action, owner, draft.due_at, draft.follow_up_at)
        standing = unit.coaching.open_plan(agent_id, draft.criterion)
        if standing is not None:
            if (standing.terms, standing.created_by.id, standing.call) == (
                terms,
                author_id,
                draft.call,
            ):
                return standing
            raise PlanAlreadyOpen(standing)
        plan = unit.coaching.add_plan(
            NewPlan(
                agent_id=agent_id,
                criterion=draft.criterion,
                rubric_id=rubric.ref.id,
                action=action,
                owner_id=owner.id,
                created_by=author_id,
                call=draft.call,
                due_at=draft.due_at,
                follow_up_at=draft.follow_up_at,
            ),
            at=now,
        )
        unit.commit()
        return plan


def change_plan(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    clock: Clock,
    public_id: str,
    draft: PlanDraft,
    *,
    revision: int,
) -> Plan:
    """Put an open plan under other terms; whose it is and on what stays.

    Raises:
        Conflict: It was changed or closed since ``revision`` was read.
        InputInvalid: A field cannot be taken; nothing was written.
    """
    require(actor, Action.COACH)
    require_account(actor)
    action = written(draft.action, field="action", limit=TEXT_LIMIT)
    with open_store(writes=True) as unit:
        plan = seen_plan(unit, actor, public_id)
        _check_dates(draft, clock.now(), plan.terms)
        owner = _owner(unit, draft.owner, plan.agent_id, plan.terms.owner)
        terms = PlanTerms(action, owner, draft.due_at, draft.follow_up_at)
        return _kept(unit, plan, changed(plan, terms, revision))


def note_plan(
    open_store: UnitOfWorkFactory, actor: Actor, clock: Clock, public_id: str, text: str
) -> None:
    """Write a note to an open plan; the same words twice in a row by one person are one note.

    Raises:
        Conflict: It is not open any more.
        InputInvalid: The note cannot be taken.
    """
    require(actor, Action.SEE_PLANS)
    author_id = require_account(actor)
    text = written(text, field="note", limit=TEXT_LIMIT)
    with open_store(writes=True) as unit:
        plan = seen_plan(unit, actor, public_id)
        refuse_closed(plan)
        last = plan.notes[-1] if plan.notes else None
        if last is not None and (last.author.id, last.text) == (author_id, text):
            return
        if len(plan.notes) >= NOTES_LIMIT:
            raise _fault("note", "plan.too_many_notes", limit=NOTES_LIMIT)
        unit.coaching.add_note(public_id, text, author_id=author_id, at=clock.now())
        unit.commit()


def acknowledge_plan(
    open_store: UnitOfWorkFactory, actor: Actor, clock: Clock, public_id: str, revision: int
) -> Plan:
    """Say, as its agent, that one has read a plan. Raises ``NotAllowed``, ``PlanNotFound`` and ``Conflict``."""
    require(actor, Action.SEE_PLANS)
    with open_store(writes=True) as unit:
        plan = seen_plan(unit, actor, public_id)
        if not is_of(actor, plan):
            raise NotAllowed("a plan is acknowledged by its agent alone")
        return _kept(unit, plan, acknowledged(plan, revision, clock.now()))


def close_plan(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    clock: Clock,
    public_id: str,
    outcome: str,
    *,
    revision: int,
) -> Plan:
    """Close a plan with what came of it. Raises ``Conflict`` and ``InputInvalid``."""
    text = _permitted_text(actor, outcome, "outcome")
    return _end(
        open_store, actor, clock, public_id, state=PlanState.DONE, text=text, revision=revision
    )


def cancel_plan(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    clock: Clock,
    public_id: str,
    reason: str,
    *,
    revision: int,
) -> Plan:
    """Give a plan up, with the reason. Raises ``Conflict`` and ``InputInvalid``."""
    text = _permitted_text(actor, reason, "reason")
    return _end(
        open_store, actor, clock, public_id, state=PlanState.CANCELLED, text=text, revision=revision
    )


def _permitted_text(actor: Actor, text: str, field: str) -> str:
    require(actor, Action.COACH)
    require_account(actor)
    return written(text, field=field, limit=TEXT_LIMIT)


def _end(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    clock: Clock,
    public_id: str,
    *,
    state: PlanState,
    text: str,
    revision: int,
) -> Plan:
    with open_store(writes=True) as unit:
        plan = seen_plan(unit, actor, public_id)
        if (plan.state, plan.outcome) == (state, text):
            return plan  # the same form, sent twice
        return _kept(unit, plan, ended(plan, state, text, revision, clock.now()))


def _kept(unit: UnitOfWork, before: Plan, after: Plan) -> Plan:
    if after != before:
        unit.coaching.keep_plan(after)
        unit.commit()
    return after


# --- checks ------------------------------------------------------------------------------------


def _check_dates(draft: PlanDraft, now: datetime, before: PlanTerms | None = None) -> None:
    """Refuse dates that make no sense; one that stands already may have passed."""
    if draft.due_at < now and (before is None or draft.due_at != before.due_at):
        raise _fault("due", "plan.due_past")
    for field, moment in (("due", draft.due_at), ("follow_up", draft.follow_up_at)):
        if moment is not None and moment > now + FURTHEST:
            raise _fault(field, "plan.too_far", days=FURTHEST.days)
    if draft.follow_up_at is not None and draft.follow_up_at < draft.due_at:
        raise _fault("follow_up", "plan.follow_up_early")


def _owner(unit: UnitOfWork, public_id: str, agent_id: str, before: Person | None = None) -> Person:
    """Who is to coach; one who does already may have left since."""
    if before is not None and before.public_id == public_id:
        return before
    try:
        owner = unit.people.user(public_id)
    except NotFound as error:
        raise _fault("owner", "form.not_a_choice") from error
    if owner.role not in LEADS or not owner.active:
        raise _fault("owner", "form.not_a_choice")
    if owner.agent_id == agent_id:
        raise _fault("owner", "plan.owner_is_agent")
    return Person(owner.id, owner.public_id, owner.name)


def _check_call(unit: UnitOfWork, call: str | None, agent_id: str) -> None:
    if call is None:
        return
    found = unit.coaching.call_of_agent(call)
    if found is None:
        raise _fault("call", "plan.call_gone")
    if found.agent_id != agent_id:
        raise _fault("call", "plan.call_of_other")


def _fault(field: str, code: str, **values: Param) -> InputInvalid:
    return InputInvalid(f"{field} cannot be taken", field=field, reason=Reason(code, values))

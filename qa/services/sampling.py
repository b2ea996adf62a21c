"""Draw calls to review by a plan: look at the work first, keep the draw, then let its calls into the queue.

Draws follow on one another: each is made from the calls scored since the one before, so that a call is drawn from
once and the probability with which it was drawn is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from qa.domain.access import Action, Actor, require
from qa.domain.errors import Conflict
from qa.domain.queue import DUE_DAYS, TaskReason, entry
from qa.domain.sampling import (
    DOUBT_BELOW,
    FrameCall,
    Part,
    Sample,
    SamplingPlan,
    Workload,
    draw,
    total,
    work,
)
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.ports.sampling import (
    DrawnCall,
    DrawnQuery,
    DrawRecord,
    FrameFacts,
    NewDraw,
    Span,
    TakenCall,
)
from qa.services.paging import pages_of
from qa.services.queue import REVIEWERS

PAGE_SIZE = 50
"""Draws, and calls of a draw, on one page."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is drawn, and from which calls.

    Attributes:
        plan: The shares.
        unsure_from: Calls are unsure that leave at least this many criteria for a person to judge, as are those
            with a deduction that the machine is not sure of; 0 for neither.
        period_days: Calls scored in the last so many days are drawn from, and no older ones.
        new_days: Agents and rubrics are new for so many days.
        due_days: Days until a task is due, as ``qa.domain.queue.due_after`` takes them.
    """

    plan: SamplingPlan = field(default_factory=SamplingPlan)
    unsure_from: int = 1
    period_days: int = 30
    new_days: int = 14
    due_days: int = DUE_DAYS


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a draw would take.

    Attributes:
        span: Calls scored then are drawn from.
        looked_at: How many these are, and disputed ones from before them.
        by_reason: What is drawn; every reason of a plan is there.
        in_floor: How many of them the random floor drew, whatever the reason that they enter for.
        uncovered: Calls that could not have been drawn: while there are any, the sample says nothing of all.
        reviewers: Who shares the work.
    """

    rules: Rules
    span: Span
    looked_at: int
    by_reason: Mapping[TaskReason, Workload]
    in_floor: int
    uncovered: int
    reviewers: int

    @property
    def total(self) -> Workload:
        """All that is drawn."""
        return total(self.by_reason.values())


@dataclass(frozen=True, slots=True)
class DrawView:
    """A draw with some of its calls.

    Attributes:
        by_reason: The work by reason, most pressing first.
        reviewed: How many calls are reviewed by now.
        total: All of its calls, ``listed`` of them for the reason that was asked for.
    """

    record: DrawRecord
    by_reason: Mapping[TaskReason, Workload]
    reviewed: int
    calls: tuple[DrawnCall, ...]
    listed: int
    page: int

    @property
    def total(self) -> Workload:
        """The work of all of it."""
        return total(self.by_reason.values())

    @property
    def pages(self) -> int:
        """How many pages its calls fill, at least one."""
        return pages_of(self.listed, PAGE_SIZE)


@dataclass(frozen=True, slots=True)
class Draws:
    """One page of the list of draws."""

    records: tuple[DrawRecord, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages they fill, at least one."""
        return pages_of(self.total, PAGE_SIZE)


class Overtaken(Conflict):
    """Another draw from the same calls was accepted meanwhile."""


def look(open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, rules: Rules) -> Prospect:
    """What a draw would take now; nothing is kept. Raises ``NotAllowed``."""
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        return _prospect(unit, _taken(unit, rules, clock.now()), rules)


def keep(open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, rules: Rules) -> str | None:
    """Draw, and keep what was drawn until somebody accepts it.

    Returns:
        The draw's public id, ``None`` where there was nothing to draw.

    Raises:
        NotAllowed: The actor does not calibrate.
    """
    require(actor, Action.CALIBRATE)
    with open_store(writes=True) as unit:
        now = clock.now()
        taken = _taken(unit, rules, now)
        if not taken.new.calls:
            return None
        public_id = unit.sampling.keep(taken.new, by=actor.user_id, at=now)
        unit.commit()
        return public_id


def accept(open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, public_id: str) -> int:
    """Let the calls of a draw into the queue, but for those that were reviewed or put in meanwhile; how many.

    Raises:
        Conflict: It was accepted before.
        NotAllowed: The actor does not calibrate.
        NotFound: There is no such draw.
        Overtaken: Another draw from the same calls was.
    """
    require(actor, Action.CALIBRATE)
    with open_store(writes=True) as unit:
        record = unit.sampling.draw(public_id)
        if record.accepted_at is not None:
            raise Conflict("this draw was accepted before", hint="its calls are in the queue")
        if record.overtaken:
            raise Overtaken(
                "another draw from the same calls was accepted meanwhile",
                hint="discard this one and draw again",
            )
        added = _accept(unit, public_id, record.settings, actor, clock.now())
        unit.commit()
        return added


def discard(open_store: UnitOfWorkFactory, actor: Actor, public_id: str) -> None:
    """Forget a draw that nobody accepted.

    Raises:
        Conflict: Somebody did.
        NotAllowed: The actor does not calibrate.
        NotFound: There is no such draw.
    """
    require(actor, Action.CALIBRATE)
    with open_store(writes=True) as unit:
        if unit.sampling.draw(public_id).accepted_at is not None:
            raise Conflict(
                "this draw was accepted, its calls are in the queue",
                hint="what was drawn stays known, for figures rest on it",
            )
        unit.sampling.discard(public_id)
        unit.commit()


def fill(open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, rules: Rules) -> Prospect:
    """Draw and accept at once, as every night does. Again at once, it lets nothing in.

    Raises:
        NotAllowed: The actor does not calibrate.
    """
    require(actor, Action.CALIBRATE)
    with open_store(writes=True) as unit:
        now = clock.now()
        taken = _taken(unit, rules, now)
        prospect = _prospect(unit, taken, rules)
        # A draw that took nothing of some calls is kept too: they were drawn from.
        if taken.new.population or taken.new.calls:
            public_id = unit.sampling.keep(taken.new, by=actor.user_id, at=now)
            _accept(unit, public_id, taken.new.settings, actor, now)
            unit.commit()
        return prospect


def draws(open_store: UnitOfWorkFactory, actor: Actor, *, page: int = 1) -> Draws:
    """The draws so far, the latest first. Raises ``NotAllowed``."""
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        number = unit.sampling.count()
        page = min(page, pages_of(number, PAGE_SIZE))
        records = unit.sampling.draws(skip=(page - 1) * PAGE_SIZE, size=PAGE_SIZE)
        return Draws(records, number, page)


def view(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    public_id: str,
    query: DrawnQuery,
    *,
    page: int | None = 1,
) -> DrawView:
    """A draw and one page of its calls, all of them with ``page`` ``None``.

    Raises:
        NotAllowed: The actor does not calibrate.
        NotFound: There is no such draw.
    """
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        record = unit.sampling.draw(public_id)
        wanted = [
            load for reason, load in record.by_reason.items() if query.reason in (None, reason)
        ]
        listed = sum(load.calls for load in wanted)
        place = min(page or 1, pages_of(listed, PAGE_SIZE))
        part = DrawnQuery(
            reason=query.reason,
            sort=query.sort,
            descending=query.descending,
            skip=(place - 1) * PAGE_SIZE,
            size=PAGE_SIZE if page is not None else None,
        )
        return DrawView(
            record=record,
            by_reason={
                reason: work(each.calls, each.audio_s) for reason, each in record.by_reason.items()
            },
            reviewed=sum(each.reviewed for each in record.by_reason.values()),
            calls=unit.sampling.drawn(public_id, part),
            listed=listed,
            page=place,
        )


def settings_of(rules: Rules) -> dict[str, Any]:
    """Rules as a draw keeps them."""
    return {
        "floor": rules.plan.floor,
        "shares": {part.value: share for part, share in rules.plan.shares.items()},
        "agent_minimum": rules.plan.agent_minimum,
        "unsure_from": rules.unsure_from,
        "period_days": rules.period_days,
        "new_days": rules.new_days,
        "due_days": rules.due_days,
    }


# --- parts -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Taken:
    """A draw that is made: its sample, disputed calls from before it, and all of it to be kept."""

    sample: Sample
    disputed: tuple[FrameFacts, ...]
    new: NewDraw


def _taken(unit: UnitOfWork, rules: Rules, now: datetime) -> _Taken:
    until = now
    since = now - timedelta(days=rules.period_days)
    drawn_until = unit.sampling.drawn_until()
    span = Span(min(max(since, drawn_until or since), until), until)
    facts = unit.sampling.frame(
        span, doubt_below=DOUBT_BELOW, new_since=now - timedelta(days=rules.new_days)
    )
    frame = [_frame_call(each, rules) for each in facts]
    had = unit.sampling.had(since, scored_before=span.since)
    sample = draw(frame, rules.plan, had)
    disputed = unit.sampling.disputed_before(span.since)
    calls = [
        *(
            TakenCall(each.call.call, TaskReason(each.reason.value), each.chance, each.in_floor)
            for each in sample.draws
        ),
        # What people chose stands for itself: with these calls, the sample speaks for every call of the frame.
        *(
            TakenCall(each.call, TaskReason.HAND, 1.0, in_floor=False)
            for each in frame
            if each.certain
        ),
        *(TakenCall(each.call, TaskReason.DISPUTED, None, in_floor=False) for each in disputed),
    ]
    new = NewDraw(
        seed=rules.plan.seed,
        settings=settings_of(rules),
        span=span,
        population=sample.frame,
        uncovered=sample.uncovered,
        calls=calls,
    )
    return _Taken(sample, disputed, new)


def _frame_call(facts: FrameFacts, rules: Rules) -> FrameCall:
    unsure = facts.unsure >= rules.unsure_from or facts.doubtful > 0
    at_risk = {
        Part.FAILED_CRITICAL: facts.critical,
        Part.DISPUTED: facts.disputed,
        Part.LOW_CONFIDENCE: bool(rules.unsure_from) and unsure,
        Part.NEW_AGENT: facts.new_agent,
        Part.NEW_RUBRIC: facts.new_rubric,
    }
    return FrameCall(
        call=facts.call,
        agent_id=facts.agent_id,
        risks=frozenset(part for part, holds in at_risk.items() if holds),
        duration_s=facts.duration_s,
        certain=facts.certain,
    )


def _prospect(unit: UnitOfWork, taken: _Taken, rules: Rules) -> Prospect:
    lengths: dict[TaskReason, list[float]] = {TaskReason(part.value): [] for part in Part}
    for each in taken.sample.draws:
        lengths[TaskReason(each.reason.value)].append(each.call.duration_s)
    lengths[TaskReason.DISPUTED] += [each.duration_s for each in taken.disputed]
    return Prospect(
        rules=rules,
        span=taken.new.span,
        looked_at=taken.sample.frame + len(taken.disputed),
        by_reason={reason: work(len(each), sum(each)) for reason, each in lengths.items()},
        in_floor=sum(each.in_floor for each in taken.sample.draws),
        uncovered=taken.sample.uncovered,
        reviewers=len(unit.people.active_with(REVIEWERS)),
    )


def _accept(
    unit: UnitOfWork, public_id: str, settings: Mapping[str, Any], actor: Actor, now: datetime
) -> int:
    unit.sampling.accept(public_id, at=now)
    entries = [
        entry(
            each.call,
            each.reason,
            at=now,
            due_days=settings["due_days"],
            chance=settings["floor"] if each.in_floor else None,
        )
        for each in unit.sampling.unreviewed(public_id)
    ]
    return unit.tasks.add(entries, by=actor.user_id, at=now, seen=False)

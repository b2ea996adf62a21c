"""Fill the queue by its rules: first what would enter, then, if that is right, let it in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from qa.domain.access import Action, Actor, require
from qa.domain.errors import Conflict
from qa.domain.queue import TaskReason, entry
from qa.domain.queue_rules import DOUBT_BELOW, Pick, Rules, choose
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.services.queue import REVIEWERS


@dataclass(frozen=True, slots=True)
class Load:
    """How much work some calls are: their number and the length of their recordings, seconds."""

    calls: int
    audio_s: float


@dataclass(frozen=True, slots=True)
class FillPlan:
    """What enters the queue.

    Attributes:
        looked_at: Calls that might.
        by_reason: What does, by the reason that it does for; every reason of a rule is there.
        drawn: How many of them the random draw took, whatever the reason that they enter for.
        reviewers: Who shares the work.
        mark: Differs whenever other calls would enter, or for other reasons.
    """

    rules: Rules
    looked_at: int
    by_reason: Mapping[TaskReason, Load]
    drawn: int
    reviewers: int
    mark: str

    @property
    def total(self) -> Load:
        """All that enters."""
        loads = self.by_reason.values()
        return Load(sum(load.calls for load in loads), sum(load.audio_s for load in loads))


class FillChanged(Conflict):
    """Other calls would enter by now than those that were agreed to; ``plan`` says which."""

    def __init__(self, plan: FillPlan) -> None:
        super().__init__("other calls would enter by now", hint="look at the new figures")
        self.plan = plan


_BY_RULE = tuple(reason for reason in TaskReason if reason is not TaskReason.HAND)


def preview(open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, rules: Rules) -> FillPlan:
    """What would enter the queue now; nothing does. Raises ``NotAllowed``."""
    require(actor, Action.ASSIGN)
    with open_store() as unit:
        return _plan(unit, rules, clock.now())[0]


def fill(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    rules: Rules,
    *,
    agreed: str | None = None,
) -> FillPlan:
    """Let in what the rules choose. Again at once, it lets nothing in.

    Args:
        open_store: The store.
        clock: The time.
        actor: Who fills it.
        rules: What enters.
        agreed: ``FillPlan.mark`` of what somebody agreed to; ``None`` to take whatever it is.

    Raises:
        FillChanged: It is not what was agreed to; nothing was let in.
        NotAllowed: The actor does not fill the queue.
    """
    require(actor, Action.ASSIGN)
    with open_store(writes=True) as unit:
        now = clock.now()
        plan, picks = _plan(unit, rules, now)
        if agreed is not None and agreed != plan.mark:
            raise FillChanged(plan)
        entries = [
            entry(
                pick.candidate.call,
                pick.reason,
                at=now,
                due_days=rules.due_days,
                chance=pick.chance,
            )
            for pick in picks
        ]
        unit.tasks.add(entries, by=actor.user_id, at=now)
        unit.commit()
        return plan


def _plan(unit: UnitOfWork, rules: Rules, now: datetime) -> tuple[FillPlan, tuple[Pick, ...]]:
    since = now - timedelta(days=rules.period_days)
    candidates = unit.tasks.candidates(since, doubt_below=DOUBT_BELOW)
    picks = choose(candidates, rules, unit.tasks.queued_since(since))
    plan = FillPlan(
        rules=rules,
        looked_at=len(candidates),
        by_reason={reason: _load(picks, reason) for reason in _BY_RULE},
        drawn=sum(pick.chance is not None for pick in picks),
        reviewers=len(unit.people.active_with(REVIEWERS)),
        mark=_mark(picks),
    )
    return plan, picks


def _load(picks: tuple[Pick, ...], reason: TaskReason) -> Load:
    lengths = [pick.candidate.duration_s for pick in picks if pick.reason is reason]
    return Load(len(lengths), sum(lengths))


def _mark(picks: tuple[Pick, ...]) -> str:
    said = "\n".join(sorted(f"{pick.candidate.call} {pick.reason.value}" for pick in picks))
    return hashlib.sha256(said.encode()).hexdigest()[:16]

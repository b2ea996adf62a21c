"""What a supervisor arranges in the queue: who does what by when, and calls put in by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from qa.domain.access import Action, Actor, require
from qa.domain.errors import InputInvalid, LimitExceeded
from qa.domain.people import Person
from qa.domain.queue import (
    Move,
    Obstacle,
    Priority,
    Reviewer,
    Task,
    TaskConflict,
    TaskReason,
    entry,
    moved,
)
from qa.domain.wording import Reason
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.services.queue import REVIEWERS

AT_ONCE = 200
"""Tasks that are changed, or calls that are put in, by one request."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A task as the page showed it that it was chosen on."""

    public_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class AssignTo:
    """Give the tasks to a user, by public id."""

    user: str


@dataclass(frozen=True, slots=True)
class Unassign:
    """Take the tasks back from whoever holds them."""


@dataclass(frozen=True, slots=True)
class SetDue:
    """Set by when the tasks are to be done."""

    due_at: datetime


@dataclass(frozen=True, slots=True)
class SetPriority:
    """Set how urgent the tasks are."""

    priority: Priority


Change = AssignTo | Unassign | SetDue | SetPriority


@dataclass(frozen=True, slots=True)
class Kept:
    """A task that stays as it is, and why; ``task`` is ``None`` where there is none any more."""

    task: Task | None
    obstacle: Obstacle


@dataclass(frozen=True, slots=True)
class Changed:
    """How many tasks are as asked now, and which are not."""

    number: int
    kept: tuple[Kept, ...]


def change(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    chosen: Sequence[Chosen],
    change: Change,
) -> Changed:
    """Change several tasks at once: those that can be are changed together, the others are named.

    A task that is as asked already counts as changed, so that a form sent twice does no harm. One that was
    changed by somebody since it was chosen stays as it is.

    Raises:
        InputInvalid: Nothing was chosen (field ``task``), or nobody by this id can be given a task (field
            ``assignee``).
        LimitExceeded: More than ``AT_ONCE`` were chosen.
        NotAllowed: The actor does not assign tasks.
    """
    require(actor, Action.ASSIGN)
    _check_number(len(chosen), "task")
    with open_store(writes=True) as unit:
        to = _reviewer(unit, change.user) if isinstance(change, AssignTo) else None
        found = unit.tasks.tasks([each.public_id for each in chosen])
        kept: list[Kept] = []
        changed: list[Task] = []
        for each in chosen:
            task = found.get(each.public_id)
            if task is None:
                kept.append(Kept(None, Obstacle.GONE))
            elif not _is_as_asked(task, change, to):
                try:
                    changed.append(_changed(task, each.revision, change, to, clock.now()))
                except TaskConflict as conflict:
                    kept.append(Kept(task, conflict.obstacle))
        unit.tasks.save(changed)
        unit.commit()
        return Changed(len(chosen) - len(kept), tuple(kept))


def add_by_hand(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    calls: Sequence[str],
    *,
    due_days: int,
) -> int:
    """Put calls into the queue because somebody wants them reviewed.

    Args:
        open_store: The store.
        clock: The time.
        actor: Who wants it.
        calls: Public ids of the calls.
        due_days: Days that a task usually has.

    Returns:
        How many were put in; the others are in the queue already, or have no score to review.

    Raises:
        InputInvalid: No call was named (field ``call``).
        LimitExceeded: More than ``AT_ONCE`` were named.
        NotAllowed: The actor does not assign tasks.
    """
    require(actor, Action.ASSIGN)
    _check_number(len(calls), "call")
    with open_store(writes=True) as unit:
        now = clock.now()
        entries = [entry(call, TaskReason.HAND, at=now, due_days=due_days) for call in calls]
        added = unit.tasks.add(entries, by=actor.user_id, at=now)
        unit.commit()
        return added


def _changed(task: Task, revision: int, change: Change, to: Reviewer | None, at: datetime) -> Task:
    """A task with a change. Raises ``TaskConflict`` where it cannot have it."""
    if not task.open:
        raise TaskConflict(Obstacle.DONE, task, f"task {task.public_id} is done")
    if task.revision != revision:
        raise TaskConflict(Obstacle.CHANGED, task, f"task {task.public_id} was changed meanwhile")
    match change:
        case AssignTo():
            return moved(task, Move.ASSIGN, at=at, to=to)
        case Unassign():
            return moved(task, Move.RELEASE, at=at)
        case SetDue(due_at):
            return replace(task, due_at=due_at, changed_at=at)
        case SetPriority(priority):
            return replace(task, priority=priority, changed_at=at)


def _is_as_asked(task: Task, change: Change, to: Reviewer | None) -> bool:
    if not task.open:
        return False
    match change:
        case AssignTo():
            return to is not None and task.assignee == to.person
        case Unassign():
            return task.assignee is None
        case SetDue(due_at):
            return task.due_at == due_at
        case SetPriority(priority):
            return task.priority is priority


def _reviewer(unit: UnitOfWork, user: str) -> Reviewer:
    for each in unit.people.active_with(REVIEWERS):
        if each.public_id == user:
            return Reviewer(Person(each.id, each.public_id, each.name), each.agent_id)
    raise InputInvalid(
        "nobody by this id can be given a task",
        field="assignee",
        reason=Reason("form.not_a_choice"),
    )


def _check_number(number: int, field: str) -> None:
    if not number:
        raise InputInvalid("nothing was chosen", field=field, reason=Reason("queue.nothing_chosen"))
    if number > AT_ONCE:
        raise LimitExceeded(
            f"{number} were chosen at once, at most {AT_ONCE} can be", hint="choose fewer"
        )

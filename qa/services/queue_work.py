"""What a reviewer does with the queue: take a task, let go of it, skip it, ask for the next one.

Each is one transaction that holds the writer's lock: of two who claim a task at once, one gets it and the
other is told who did.
"""

from __future__ import annotations

from qa.domain.access import Action, Actor, require
from qa.domain.errors import NotAllowed
from qa.domain.people import Person
from qa.domain.queue import (
    Move,
    Obstacle,
    Reviewer,
    Task,
    TaskConflict,
    TaskState,
    best_for,
    moved,
)
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory


def claim(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    public_id: str,
    *,
    begin: bool = False,
) -> Task:
    """Take a task that nobody holds, and with ``begin`` start on it. One's own already stays one's own.

    Raises:
        TaskConflict: Somebody else has it, it is done, or it is not for the actor to review.
        NotFound: There is no such task.
        NotAllowed: The actor does not review calls.
    """
    with open_store(writes=True) as unit:
        me = _reviewer(unit, actor)
        task = unit.tasks.task(public_id)
        if not (task.open and task.assignee == me.person):
            unit.tasks.save([moved(task, Move.CLAIM, at=clock.now(), to=me)])
        if begin:
            unit.tasks.begin(task.call, me.person.id, at=clock.now())
        task = unit.tasks.task(public_id)
        unit.commit()
        return task


def release(open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, public_id: str) -> Task:
    """Let go of a task, for somebody else to take; a draft of its review stays.

    Raises:
        TaskConflict: The actor does not hold it (any more).
        NotFound: There is no such task.
        NotAllowed: The actor does not review calls.
    """
    with open_store(writes=True) as unit:
        me = _reviewer(unit, actor)
        task = _held(unit, public_id, me)
        unit.tasks.save([moved(task, Move.RELEASE, at=clock.now())])
        task = unit.tasks.task(public_id)
        unit.commit()
        return task


def skip(open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, public_id: str) -> Task:
    """Leave a task to others: let go of it where one holds it, and do not get it as the next one again.

    Raises:
        TaskConflict: Somebody else holds it, or it is done.
        NotFound: There is no such task.
        NotAllowed: The actor does not review calls.
    """
    with open_store(writes=True) as unit:
        me = _reviewer(unit, actor)
        task = unit.tasks.task(public_id)
        if task.assignee is not None or not task.open:
            task = _held(unit, public_id, me)
            unit.tasks.save([moved(task, Move.RELEASE, at=clock.now())])
        unit.tasks.skip(public_id, me.person.id)
        task = unit.tasks.task(public_id)
        unit.commit()
        return task


def take_next(
    open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, *, leaving: str | None = None
) -> Task | None:
    """Take the task that the actor should do next and start on it.

    Args:
        open_store: The store.
        clock: The time.
        actor: Who reviews.
        leaving: Public id of the call that they come from, which is not the next one.

    Returns:
        The task, or ``None`` when nothing is left for them.

    Raises:
        NotAllowed: The actor does not review calls.
    """
    with open_store(writes=True) as unit:
        me = _reviewer(unit, actor)
        best = best_for(me, unit.tasks.waiting_for(me, leaving=leaving))
        if best is None:
            return None
        unit.tasks.begin(best.call, me.person.id, at=clock.now())
        taken = unit.tasks.task(best.public_id)
        unit.commit()
        return taken


def _held(unit: UnitOfWork, public_id: str, me: Reviewer) -> Task:
    """A task that somebody holds. Raises ``TaskConflict`` where they do not."""
    task = unit.tasks.task(public_id)
    if task.state is TaskState.DONE:
        raise TaskConflict(Obstacle.DONE, task, f"task {public_id} is done")
    if task.assignee != me.person:
        obstacle = Obstacle.TAKEN if task.assignee else Obstacle.NOT_HELD
        raise TaskConflict(obstacle, task, f"{me.person.name} does not hold task {public_id}")
    return task


def _reviewer(unit: UnitOfWork, actor: Actor) -> Reviewer:
    require(actor, Action.REVIEW)
    if actor.user_id is None:
        raise NotAllowed(
            f"{actor.name} has no account to hold a task with", hint="log in to the review app"
        )
    user = unit.people.user_by_id(actor.user_id)
    return Reviewer(Person(user.id, user.public_id, user.name), user.agent_id)

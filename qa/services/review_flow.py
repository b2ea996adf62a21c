"""From one call to the next: what a reviewer gets after a review, and after a call that they skip."""

from __future__ import annotations

from qa.domain.access import Action, Actor, require
from qa.ports import Clock, UnitOfWorkFactory
from qa.services import queue_work


def next_call(
    open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, *, leaving: str
) -> str | None:
    """Take the next task of the queue; public id of its call, ``None`` when nothing is left.

    Args:
        open_store: Opens the store.
        clock: Dates it.
        actor: Who reviews.
        leaving: Public id of the call that they come from.

    Raises:
        NotAllowed: The actor does not review calls.
    """
    task = queue_work.take_next(open_store, clock, actor, leaving=leaving)
    return task.call if task else None


def skip_call(open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, call: str) -> None:
    """Leave a call's task to others, if it has one that is not somebody else's already.

    Raises:
        NotAllowed: The actor does not review calls.
    """
    require(actor, Action.REVIEW)
    with open_store() as unit:
        task = unit.tasks.of_call(call)
    if task is not None and (task.assignee is None or task.assignee.id == actor.user_id):
        queue_work.skip(open_store, clock, actor, task.public_id)

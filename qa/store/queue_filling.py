"""New tasks of the review queue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, insert, select
from sqlalchemy.orm import Session

from qa.domain.queue import Entry, TaskReason, TaskState
from qa.store.queue_list import UNDONE
from qa.store.sight import SIGHTED
from qa.store.tables import SCORED, CallRow, TaskRow

_BATCH = 500
"""Calls looked up and tasks written at a time; databases bound the parameters of a statement."""


def add(
    session: Session,
    entries: Sequence[Entry],
    public_id: Callable[[], str],
    *,
    by: int | None,
    at: datetime,
    seen: bool,
) -> int:
    """Put calls into the queue; how many.

    Left out is what has an open task, has no scorecard to review, or does not exist; ``seen`` leaves out as well
    what the reader of the transaction must not come across.
    """
    added = 0
    for start in range(0, len(entries), _BATCH):
        batch = {each.call: each for each in entries[start : start + _BATCH]}
        calls = session.execute(
            select(CallRow.public_id, CallRow.id).where(
                CallRow.public_id.in_(batch), CallRow.status == SCORED, _without_task()
            ),
            execution_options={} if seen else SIGHTED,
        )
        ids = dict(calls.all())
        tasks = [
            {
                "public_id": public_id(),
                "call_id": ids[each.call],
                "reason": each.reason.value,
                "priority": each.priority.value,
                "state": _first_state(each.reason).value,
                "assignee_id": None,
                "due_at": each.due_at,
                "chance": each.chance,
                "created_by": by,
                "created_at": at,
                "changed_at": at,
                "revision": 1,
            }
            for each in batch.values()
            if each.call in ids
        ]
        if tasks:
            session.execute(insert(TaskRow), tasks)
        added += len(tasks)
    return added


def _first_state(reason: TaskReason) -> TaskState:
    return TaskState.DISPUTED if reason is TaskReason.DISPUTED else TaskState.NEW


def _without_task() -> ColumnElement[bool]:
    return ~exists().where(TaskRow.call_id == CallRow.id, UNDONE)

"""The review queue in the store (``qa.ports.queue``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from qa.domain.dispute import DisputeState
from qa.domain.errors import CallNotFound, NotFound
from qa.domain.people import Person
from qa.domain.queue import (
    DUE_DAYS,
    Entry,
    Move,
    Obstacle,
    Reviewer,
    Task,
    TaskConflict,
    TaskReason,
    TaskState,
    bars,
    entry,
    moved,
)
from qa.domain.review import Purpose, ReviewState
from qa.ports.queue import QueuedCall, TaskQuery
from qa.store import queue_filling, queue_list
from qa.store.queue_list import UNDONE
from qa.store.tables import CallRow, DisputeRow, ReviewRow, SkippedTaskRow, TaskRow, UserRow

_BATCH = 500
"""Tasks read or written at a time; databases bound the parameters of a statement."""


class SqlTasks:
    """Tasks in one transaction.

    Args:
        session: Its transaction must hold the writer's lock for the methods that change something.
        public_id: Makes the public id of a new task.
    """

    def __init__(self, session: Session, public_id: Callable[[], str]) -> None:
        self._session = session
        self._public_id = public_id

    # --- for who reviews and who objects -------------------------------------------------------

    def of_call(self, call: str) -> Task | None:
        """A call's open task, if it has one."""
        found = queue_list.tasks(
            self._session, queue_list.whole().where(CallRow.public_id == call, UNDONE)
        )
        return found[0] if found else None

    def begin(self, call: str, reviewer_id: int, *, at: datetime) -> None:
        """Note that somebody began to review a call.

        Its open task becomes theirs where nobody holds it, and is in review where they do; what somebody
        else holds stays as it is.
        """
        task = self.of_call(call)
        if task is None:
            return
        reviewer = self._reviewer(reviewer_id)
        if task.assignee is None and bars(task, reviewer) is None:
            task = moved(task, Move.CLAIM, at=at, to=reviewer)
            self.save([task])
            task = self.task(task.public_id)
        if task.state is TaskState.ASSIGNED and task.assignee == reviewer.person:
            self.save([moved(task, Move.BEGIN, at=at)])

    def finish(self, call: str, *, at: datetime, by: int | None = None) -> None:
        """Mark a call's open task done, if it has one: it was reviewed, by a user where ``by`` names one.

        A disputed one stays while one of the call's disputes is open, whatever else was reviewed.
        """
        task = self.of_call(call)
        if task is None:
            return
        if task.state is TaskState.DISPUTED and self._is_disputed(call):
            return
        self.save([moved(task, Move.FINISH, at=at)])
        if by is not None:
            self._session.execute(
                update(TaskRow).where(TaskRow.public_id == task.public_id).values(assignee_id=by)
            )

    def raise_dispute(self, call: str, *, due_at: datetime | None, at: datetime) -> None:
        """Put a call into the queue as disputed, whatever its open task was for and whoever held it.

        ``due_at`` is ``None`` where it keeps what its open task had, or has none of its own to keep.
        """
        new = entry(call, TaskReason.DISPUTED, at=at, due_days=DUE_DAYS)
        task = self.of_call(call)
        if task is None:
            due = due_at or new.due_at
            added = Entry(call, new.reason, new.priority, due)
            if not self.add([added], by=None, at=at):
                raise CallNotFound(f"no call has the id {call}")
            return
        disputed = moved(task, Move.DISPUTE, at=at)
        self.save([disputed])
        self._session.execute(
            update(TaskRow)
            .where(TaskRow.public_id == task.public_id)
            .values(
                reason=TaskReason.DISPUTED.value,
                priority=min(task.priority, new.priority),
                due_at=due_at or task.due_at,
            )
        )

    # --- the queue -----------------------------------------------------------------------------

    def search(self, query: TaskQuery, *, viewer_id: int | None) -> tuple[QueuedCall, ...]:
        """One page of the queue; ``viewer_id`` is whose skipped tasks are marked."""
        return queue_list.page(self._session, query, viewer_id=viewer_id)

    def count(self, query: TaskQuery) -> Mapping[TaskState, int]:
        """Tasks that match a query by state; states without any are 0."""
        return queue_list.counts(self._session, query)

    def holders(self) -> tuple[Person, ...]:
        """Who holds an open task, by name."""
        holding = exists().where(TaskRow.assignee_id == UserRow.id, UNDONE)
        found = self._session.scalars(select(UserRow).where(holding).order_by(UserRow.name))
        return tuple(Person(row.id, row.public_id, row.name) for row in found)

    def every(self, query: TaskQuery) -> Iterator[QueuedCall]:
        """All tasks that match a query, in its order, read in batches, for exports."""
        ids = self._session.scalars(queue_list.ids(query)).all()
        for start in range(0, len(ids), _BATCH):
            yield from queue_list.rows(self._session, ids[start : start + _BATCH], viewer_id=None)
            # What was read is let go, or an export would end with every row in memory.
            self._session.expunge_all()

    def task(self, public_id: str) -> Task:
        """One task. Raises ``NotFound``."""
        found = self.tasks([public_id])
        if public_id not in found:
            raise NotFound(f"no task has the id {public_id}", hint="open it from the queue")
        return found[public_id]

    def tasks(self, public_ids: Sequence[str]) -> Mapping[str, Task]:
        """Several tasks by id; those that do not exist are missing."""
        found = queue_list.tasks(
            self._session, queue_list.whole().where(TaskRow.public_id.in_(public_ids))
        )
        return {task.public_id: task for task in found}

    def waiting_for(self, reviewer: Reviewer, *, leaving: str | None = None) -> tuple[Task, ...]:
        """What ``qa.domain.queue.best_for`` chooses from for somebody, in the order it came into the queue.

        It holds the best task of each kind, so that its length does not grow with the queue. What they
        skipped and do not hold is not in it, nor the call that they are leaving.
        """
        me = reviewer.person.id
        nobody = TaskRow.assignee_id.is_(None)
        mine = and_(TaskRow.assignee_id == me, TaskRow.state.in_(_HELD))
        new = TaskRow.state == TaskState.NEW.value
        disputed = TaskRow.state == TaskState.DISPUTED.value
        begun = case((TaskRow.state == TaskState.IN_REVIEW.value, 0), else_=1)
        fit = _fit_for(reviewer, leaving)
        best = (
            select(TaskRow.id).where(mine, *fit, or_(~disputed, _unscored(me))).order_by(begun),
            select(TaskRow.id).where(new, *fit, _unskipped(me)),
            select(TaskRow.id).where(disputed, nobody, *fit, _unskipped(me), _unscored(me)),
        )
        ids = [
            self._session.scalar(
                each.join(CallRow, CallRow.id == TaskRow.call_id)
                .order_by(TaskRow.priority, TaskRow.due_at, TaskRow.id)
                .limit(1)
            )
            for each in best
        ]
        return queue_list.tasks(self._session, queue_list.whole().where(TaskRow.id.in_(ids)))

    def save(self, tasks: Iterable[Task]) -> None:
        """Write tasks that were changed. Raises ``TaskConflict`` for one that was changed meanwhile."""
        for task in tasks:
            written = self._session.execute(
                update(TaskRow)
                .where(TaskRow.public_id == task.public_id, TaskRow.revision == task.revision)
                .values(
                    state=task.state.value,
                    assignee_id=task.assignee.id if task.assignee else None,
                    priority=task.priority.value,
                    due_at=task.due_at,
                    changed_at=task.changed_at,
                    revision=task.revision + 1,
                )
                .returning(TaskRow.id)
            )
            if written.scalar() is None:
                now = self.tasks([task.public_id]).get(task.public_id)
                obstacle = Obstacle.CHANGED if now else Obstacle.GONE
                raise TaskConflict(obstacle, now, f"task {task.public_id} was changed meanwhile")
        self._session.expire_all()

    def skip(self, task: str, user_id: int) -> None:
        """Never bring somebody this task as their next while nobody holds it; twice is the same as once."""
        whose = select(TaskRow.id, literal(user_id)).where(
            TaskRow.public_id == task,
            ~exists().where(
                SkippedTaskRow.task_id == TaskRow.id, SkippedTaskRow.user_id == user_id
            ),
        )
        self._session.execute(insert(SkippedTaskRow).from_select(["task_id", "user_id"], whose))

    def skipped(self, user_id: int) -> int:
        """How many open tasks somebody has skipped."""
        counted = (
            select(func.count())
            .select_from(SkippedTaskRow)
            .join(TaskRow, TaskRow.id == SkippedTaskRow.task_id)
            .where(SkippedTaskRow.user_id == user_id, UNDONE)
        )
        return self._session.scalar(counted) or 0

    # --- filling it ----------------------------------------------------------------------------

    def add(
        self, entries: Sequence[Entry], *, by: int | None, at: datetime, seen: bool = True
    ) -> int:
        """Put calls into the queue; how many.

        Left out is what has an open task, has no scorecard to review, or does not exist; ``seen`` leaves out as
        well what the reader must not come across.
        """
        return queue_filling.add(self._session, entries, self._public_id, by=by, at=at, seen=seen)

    # --- parts ---------------------------------------------------------------------------------

    def _reviewer(self, user_id: int) -> Reviewer:
        row = self._session.get_one(UserRow, user_id)
        return Reviewer(Person(row.id, row.public_id, row.name), row.agent_id)

    def _is_disputed(self, call: str) -> bool:
        found = select(DisputeRow.id).join(CallRow, CallRow.id == DisputeRow.call_id)
        opened = DisputeRow.state == DisputeState.OPEN.value
        return self._session.scalar(found.where(CallRow.public_id == call, opened)) is not None


_HELD = tuple(
    state.value for state in (TaskState.ASSIGNED, TaskState.IN_REVIEW, TaskState.DISPUTED)
)


def _fit_for(reviewer: Reviewer, leaving: str | None) -> list[ColumnElement[bool]]:
    """Calls that somebody neither spoke in nor is leaving."""
    fit: list[ColumnElement[bool]] = []
    if reviewer.agent_id is not None:
        own = CallRow.agent_id == reviewer.agent_id
        fit.append(or_(CallRow.agent_id.is_(None), ~own))
    if leaving is not None:
        fit.append(CallRow.public_id != leaving)
    return fit


def _unskipped(user_id: int) -> ColumnElement[bool]:
    return ~exists().where(SkippedTaskRow.task_id == TaskRow.id, SkippedTaskRow.user_id == user_id)


def _unscored(user_id: int) -> ColumnElement[bool]:
    """Calls that somebody has not scored."""
    return ~exists().where(
        ReviewRow.call_id == TaskRow.call_id,
        ReviewRow.reviewer_id == user_id,
        ReviewRow.purpose == Purpose.REVIEW.value,
        ReviewRow.state == ReviewState.SUBMITTED.value,
    )

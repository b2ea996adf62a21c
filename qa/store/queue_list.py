"""The lists of the review queue: what they filter by, how they are ordered, one page of one.

A page is found in two steps: the ids of its tasks from the narrow table and its indexes, then the rows of
these few with everything that is shown of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, exists, func, literal, literal_column, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from qa.domain.people import Person
from qa.domain.queue import OPEN_STATES, Priority, Task, TaskReason, TaskState
from qa.domain.review import Purpose, ReviewState
from qa.ports.queue import QueuedCall, TaskQuery
from qa.store import mapping
from qa.store.tables import CallRow, ReviewRow, SkippedTaskRow, TaskRow, TeamRow, UserRow

_Columns = TypeVarTuple("_Columns")

_Holder, _Agent = aliased(UserRow), aliased(UserRow)

UNDONE: ColumnElement[bool] = TaskRow.state != literal_column("'done'")
"""What is not done, in the words of the indexes that leave the rest out; a parameter would not match them."""

_SORTED_BY: Mapping[str, tuple[InstrumentedAttribute[Any], ...]] = {
    "urgency": (TaskRow.priority, TaskRow.due_at),
    "due": (TaskRow.due_at,),
    "waiting": (TaskRow.created_at,),
    "changed": (TaskRow.changed_at,),
    "score": (CallRow.score,),
    "agent": (CallRow.agent_id,),
}
_MAY_BE_MISSING = ("score", "agent")


def page(session: Session, query: TaskQuery, *, viewer_id: int | None) -> tuple[QueuedCall, ...]:
    """One page of the queue. A page below 1 is the first; one past the end has no rows."""
    skipped = (max(query.page, 1) - 1) * query.page_size
    wanted = ids(query).offset(skipped).limit(query.page_size)
    return rows(session, session.scalars(wanted).all(), viewer_id=viewer_id)


def ids(query: TaskQuery) -> Select[int]:
    """The ids of the tasks that match a query, in its order."""
    columns = _SORTED_BY[query.sort]
    order: list[ColumnElement[Any]] = []
    for column in (*columns, TaskRow.id):
        placed = column.desc() if query.descending else column.asc()
        # What has no value comes last either way; only said where it can be missing, for an index to serve.
        missing = query.sort in _MAY_BE_MISSING and column is not TaskRow.id
        order.append(placed.nulls_last() if missing else placed)
    found = select(TaskRow.id)
    if columns[0].class_ is CallRow:
        found = found.join(CallRow, CallRow.id == TaskRow.call_id)
    return _matching(found, query).order_by(*order)


def counts(session: Session, query: TaskQuery) -> dict[TaskState, int]:
    """Tasks that match a query by state; states without any are 0."""
    found = session.execute(
        _matching(select(TaskRow.state, func.count()), query).group_by(TaskRow.state)
    )
    return dict.fromkeys(TaskState, 0) | {TaskState(state): number for state, number in found}


def rows(
    session: Session, task_ids: Sequence[int], *, viewer_id: int | None
) -> tuple[QueuedCall, ...]:
    """The rows of some tasks, in their order."""
    if not task_ids:
        return ()
    skipped_by_viewer = exists().where(
        SkippedTaskRow.task_id == TaskRow.id,
        SkippedTaskRow.user_id == viewer_id,
        TaskRow.assignee_id.is_distinct_from(viewer_id),
    )
    found = session.execute(
        select(TaskRow, CallRow, _Holder, _Agent.name, skipped_by_viewer)
        .join(CallRow, CallRow.id == TaskRow.call_id)
        .outerjoin(_Holder, _Holder.id == TaskRow.assignee_id)
        .outerjoin(_Agent, _Agent.agent_id == CallRow.agent_id)
        .where(TaskRow.id.in_(task_ids))
    ).all()
    scored_by = scorers(session, [row[0] for row in found])
    by_id = {
        row.id: QueuedCall(
            task=task(
                row,
                call=call.public_id,
                call_id=call.call_id,
                agent_id=call.agent_id,
                holder=holder,
                scored_by=scored_by,
            ),
            call=mapping.call_summary(call),
            agent_name=agent_name,
            skipped=skipped,
        )
        for row, call, holder, agent_name, skipped in found
    }
    return tuple(by_id[each] for each in task_ids if each in by_id)


def tasks(
    session: Session, narrowed: Select[TaskRow, str, str, str | None, UserRow]
) -> tuple[Task, ...]:
    """The tasks of a statement that began as ``whole``, in the order they came into the queue."""
    found = session.execute(narrowed.order_by(TaskRow.id)).all()
    scored_by = scorers(session, [row[0] for row in found])
    return tuple(
        task(row, call=call, call_id=call_id, agent_id=agent_id, holder=holder, scored_by=scored_by)
        for row, call, call_id, agent_id, holder in found
    )


def whole() -> Select[TaskRow, str, str, str | None, UserRow]:
    """Tasks with what the domain wants to know of them."""
    return (
        select(TaskRow, CallRow.public_id, CallRow.call_id, CallRow.agent_id, _Holder)
        .join(CallRow, CallRow.id == TaskRow.call_id)
        .outerjoin(_Holder, _Holder.id == TaskRow.assignee_id)
    )


def scorers(session: Session, found: Iterable[TaskRow]) -> Mapping[int, frozenset[int]]:
    """By call, who has scored it, of those tasks that are disputed."""
    disputed = [row.call_id for row in found if row.state == TaskState.DISPUTED.value]
    if not disputed:
        return {}
    by_call: dict[int, set[int]] = {}
    for call_id, reviewer_id in session.execute(
        select(ReviewRow.call_id, ReviewRow.reviewer_id).where(
            ReviewRow.call_id.in_(disputed),
            ReviewRow.purpose == Purpose.REVIEW.value,
            ReviewRow.state == ReviewState.SUBMITTED.value,
        )
    ):
        by_call.setdefault(call_id, set()).add(reviewer_id)
    return {call_id: frozenset(who) for call_id, who in by_call.items()}


def task(
    row: TaskRow,
    *,
    call: str,
    call_id: str,
    agent_id: str | None,
    holder: UserRow | None,
    scored_by: Mapping[int, frozenset[int]],
) -> Task:
    """A task from its row."""
    return Task(
        public_id=row.public_id,
        call=call,
        call_id=call_id,
        agent_id=agent_id,
        reason=TaskReason(row.reason),
        priority=Priority(row.priority),
        state=TaskState(row.state),
        assignee=Person(holder.id, holder.public_id, holder.name) if holder else None,
        due_at=row.due_at,
        created_at=row.created_at,
        changed_at=row.changed_at,
        revision=row.revision,
        chance=row.chance,
        scored_by=scored_by.get(row.call_id, frozenset()),
    )


def _matching(statement: Select[*_Columns], query: TaskQuery) -> Select[*_Columns]:
    """A statement over tasks narrowed to what a query asks for.

    What is asked of their calls is asked of the calls alone, whose own indexes serve it; joined, a database
    that knows nothing of the values would read every call of every task.
    """
    of_calls = _call_filters(query)
    statement = statement.where(*_task_filters(query))
    if of_calls:
        statement = statement.where(TaskRow.call_id.in_(select(CallRow.id).where(*of_calls)))
    return statement


def _task_filters(query: TaskQuery) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if set(query.states) == set(OPEN_STATES):
        filters.append(UNDONE)
    elif len(query.states) == 1:
        filters.append(TaskRow.state == query.states[0].value)
    elif set(query.states) != set(TaskState):
        filters.append(TaskRow.state.in_([state.value for state in query.states]))
    if query.reason is not None:
        filters.append(TaskRow.reason == query.reason.value)
    if query.held is not None:
        nobody = TaskRow.assignee_id.is_(None)
        filters.append(~nobody if query.held else nobody)
    if query.assignee_id is not None:
        filters.append(TaskRow.assignee_id == query.assignee_id)
    if query.assignee is not None:
        holder = select(UserRow.id).where(UserRow.public_id == query.assignee)
        filters.append(TaskRow.assignee_id == holder.scalar_subquery())
    if query.due_before is not None:
        filters.append(TaskRow.due_at < query.due_before)
    if query.changed_since is not None:
        filters.append(TaskRow.changed_at >= query.changed_since)
    return filters


def _call_filters(query: TaskQuery) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if query.agent is not None:
        named = select(UserRow.agent_id).where(func.lower(UserRow.name) == query.agent.lower())
        filters.append(CallRow.agent_id.in_(named.union_all(select(literal(query.agent)))))
    if query.team is not None:
        members = (
            select(UserRow.agent_id)
            .join(TeamRow, TeamRow.id == UserRow.team_id)
            .where(TeamRow.public_id == query.team, UserRow.agent_id.is_not(None))
        )
        filters.append(CallRow.agent_id.in_(members))
    if query.language is not None:
        filters.append(CallRow.language == query.language)
    if query.critical:
        filters.append(CallRow.critical_count > 0)
    return filters

"""What enters the review queue: calls that may, what the queue had of each agent, and new tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, func, insert, or_, select
from sqlalchemy.orm import Session

from qa.domain.dispute import DisputeState
from qa.domain.queue import Entry, TaskReason, TaskState
from qa.domain.queue_rules import Candidate
from qa.domain.scorecard import Outcome
from qa.store.queue_list import UNDONE
from qa.store.tables import SCORED, CallRow, DisputeRow, ScorecardRow, TaskRow, VerdictRow

_BATCH = 500
"""Calls looked up and tasks written at a time; databases bound the parameters of a statement."""


def candidates(session: Session, since: datetime, doubt_below: float) -> tuple[Candidate, ...]:
    """Scored calls that may enter, the ones scored first coming first."""
    unreviewed = or_(CallRow.reviewed_at.is_(None), CallRow.reviewed_at < CallRow.scored_at)
    # What was scored at some time has a scorecard; its status would only lead away from the better index.
    recent = and_(CallRow.scored_at >= since, unreviewed)
    with_dispute = select(DisputeRow.call_id).where(DisputeRow.state == DisputeState.OPEN.value)
    disputed = set(session.scalars(with_dispute))
    found = session.execute(
        select(
            CallRow.id,
            CallRow.public_id,
            CallRow.agent_id,
            CallRow.critical_count,
            CallRow.duration_s,
        )
        .where(
            CallRow.id.in_(select(CallRow.id).where(recent).union(with_dispute)), _without_task()
        )
        .order_by(CallRow.scored_at, CallRow.id)
    ).all()
    doubts = _doubts(session, recent, doubt_below)
    return tuple(
        Candidate(
            call=public_id,
            agent_id=agent_id,
            critical=critical_count > 0,
            disputed=call_id in disputed,
            unsure=doubts.get(call_id, (0, 0))[0],
            doubtful=doubts.get(call_id, (0, 0))[1],
            duration_s=duration_s or 0.0,
        )
        for call_id, public_id, agent_id, critical_count, duration_s in found
    )


def queued_since(session: Session, since: datetime) -> dict[str, int]:
    """Agent to how many of their calls came into the queue or were reviewed since a moment."""
    queued = select(TaskRow.call_id).where(TaskRow.created_at >= since)
    reviewed = select(CallRow.id).where(CallRow.reviewed_at >= since)
    found = session.execute(
        select(CallRow.agent_id, func.count())
        .where(CallRow.id.in_(queued.union(reviewed)), CallRow.agent_id.is_not(None))
        .group_by(CallRow.agent_id)
    )
    return {agent_id: number for agent_id, number in found if agent_id is not None}


def add(
    session: Session,
    entries: Sequence[Entry],
    public_id: Callable[[], str],
    *,
    by: int | None,
    at: datetime,
) -> int:
    """Put calls into the queue; how many.

    Left out is what has an open task, has no scorecard to review, or does not exist.
    """
    added = 0
    for start in range(0, len(entries), _BATCH):
        batch = {each.call: each for each in entries[start : start + _BATCH]}
        calls = session.execute(
            select(CallRow.public_id, CallRow.id).where(
                CallRow.public_id.in_(batch), CallRow.status == SCORED, _without_task()
            )
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


def _doubts(
    session: Session, recent: ColumnElement[bool], doubt_below: float
) -> dict[int, tuple[int, int]]:
    """By call, how many criteria wait for a person to judge and how many deductions are doubtful."""
    unsure = VerdictRow.outcome == Outcome.CANNOT_JUDGE.value
    doubtful = and_(VerdictRow.outcome == Outcome.FAIL.value, VerdictRow.confidence < doubt_below)
    found = session.execute(
        select(
            ScorecardRow.call_id,
            func.sum(case((unsure, 1), else_=0)),
            func.sum(case((doubtful, 1), else_=0)),
        )
        .join(CallRow, CallRow.id == ScorecardRow.call_id)
        .join(VerdictRow, VerdictRow.scorecard_id == ScorecardRow.id)
        .where(
            recent,
            ScorecardRow.is_current,
            or_(CallRow.open_count > 0, CallRow.failed_count > 0),
            or_(unsure, doubtful),
        )
        .group_by(ScorecardRow.call_id)
    )
    return {call_id: (unsure, doubtful) for call_id, unsure, doubtful in found}

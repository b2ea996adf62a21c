"""The calls that a draw is made from, with what puts them at risk."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from qa.domain.dispute import DisputeState
from qa.domain.queue import TaskReason
from qa.domain.scorecard import Outcome
from qa.ports.sampling import FrameFacts, Span
from qa.store.queue_list import UNDONE
from qa.store.sight import SIGHTED
from qa.store.tables import (
    CallRow,
    DisputeRow,
    DrawCallRow,
    DrawRow,
    RubricRow,
    ScorecardRow,
    TaskRow,
    VerdictRow,
)

REVIEWED = and_(CallRow.reviewed_at.is_not(None), CallRow.reviewed_at >= CallRow.scored_at)
"""A call that somebody reviewed as it is scored now."""
_BY_PEOPLE = (TaskReason.HAND.value, TaskReason.DISPUTED.value)


def frame(
    session: Session, span: Span, doubt_below: float, new_since: datetime
) -> tuple[FrameFacts, ...]:
    """Every call of a span that has a score."""
    inside = and_(CallRow.scored_at >= span.since, CallRow.scored_at < span.until)
    disputed = _disputed(session)
    doubts = _doubts(session, inside, doubt_below)
    chosen = _chosen(session, inside)
    agents = _new_agents(session, new_since)
    rubrics = _new_rubrics(session, new_since)
    found = session.execute(
        select(
            CallRow.id,
            CallRow.public_id,
            CallRow.agent_id,
            CallRow.critical_count,
            CallRow.duration_s,
            CallRow.rubric_sha256,
        ).where(inside),
        execution_options=SIGHTED,
    )
    return tuple(
        FrameFacts(
            call=public_id,
            agent_id=agent_id,
            critical=critical_count > 0,
            disputed=call_id in disputed,
            unsure=doubts.get(call_id, (0, 0))[0],
            doubtful=doubts.get(call_id, (0, 0))[1],
            new_agent=agent_id in agents,
            new_rubric=rubric in rubrics,
            certain=call_id in chosen,
            duration_s=duration_s or 0.0,
        )
        for call_id, public_id, agent_id, critical_count, duration_s, rubric in found
    )


def disputed_before(session: Session, moment: datetime) -> tuple[FrameFacts, ...]:
    """Calls scored before a moment with an open dispute and no open task."""
    found = session.execute(
        select(CallRow.public_id, CallRow.agent_id, CallRow.critical_count, CallRow.duration_s)
        .where(
            CallRow.id.in_(_with_open_dispute()),
            CallRow.scored_at < moment,
            ~exists().where(TaskRow.call_id == CallRow.id, UNDONE),
        )
        .order_by(CallRow.id),
        execution_options=SIGHTED,
    )
    return tuple(
        FrameFacts(
            call=public_id,
            agent_id=agent_id,
            critical=critical_count > 0,
            disputed=True,
            unsure=0,
            doubtful=0,
            new_agent=False,
            new_rubric=False,
            certain=False,
            duration_s=duration_s or 0.0,
        )
        for public_id, agent_id, critical_count, duration_s in found
    )


def had(session: Session, since: datetime, scored_before: datetime) -> dict[str, int]:
    """Agent to how many calls scored before a moment were queued or reviewed since another."""
    queued = select(TaskRow.call_id).where(TaskRow.created_at >= since)
    reviewed = select(CallRow.id).where(CallRow.reviewed_at >= since)
    found = session.execute(
        select(CallRow.agent_id, func.count())
        .where(
            CallRow.id.in_(queued.union(reviewed)),
            CallRow.agent_id.is_not(None),
            CallRow.scored_at < scored_before,
        )
        .group_by(CallRow.agent_id),
        execution_options=SIGHTED,
    )
    return {agent_id: number for agent_id, number in found if agent_id is not None}


def ranked(column: Any, places: Mapping[str, int]) -> ColumnElement[int]:
    """The place of a column's value in an order of values."""
    return case(places, value=column)


def _with_open_dispute() -> Any:
    return select(DisputeRow.call_id).where(DisputeRow.state == DisputeState.OPEN.value)


def _disputed(session: Session) -> frozenset[int]:
    return frozenset(session.scalars(_with_open_dispute(), execution_options=SIGHTED))


def _chosen(session: Session, inside: ColumnElement[bool]) -> frozenset[int]:
    """Calls that are reviewed whatever is drawn, and that no draw took before."""
    drawn = (
        exists()
        .where(DrawCallRow.call_id == CallRow.id, DrawCallRow.draw_id == DrawRow.id)
        .where(DrawRow.accepted_at.is_not(None))
    )
    by_people = select(TaskRow.call_id).where(UNDONE, TaskRow.reason.in_(_BY_PEOPLE))
    return frozenset(
        session.scalars(
            select(CallRow.id).where(inside, or_(REVIEWED, CallRow.id.in_(by_people)), ~drawn),
            execution_options=SIGHTED,
        )
    )


def _new_agents(session: Session, since: datetime) -> frozenset[str]:
    """Agents whose first call was after a moment, if the site has calls from before it."""
    began = func.coalesce(CallRow.started_at, CallRow.scored_at)
    firsts = session.execute(
        select(CallRow.agent_id, func.min(began))
        .where(CallRow.agent_id.is_not(None), CallRow.scored_at.is_not(None))
        .group_by(CallRow.agent_id),
        execution_options=SIGHTED,
    ).all()
    if not any(first < since for _agent, first in firsts):
        return frozenset()
    return frozenset(agent for agent, first in firsts if first >= since and agent is not None)


def _new_rubrics(session: Session, since: datetime) -> frozenset[str]:
    """Rubrics that were first used after a moment, if others were used before it."""
    card = aliased(ScorecardRow)
    first_card = (
        select(func.min(card.id)).where(card.rubric_sha256 == RubricRow.sha256).scalar_subquery()
    )
    firsts = session.execute(
        select(RubricRow.sha256, ScorecardRow.scored_at).join(
            ScorecardRow, ScorecardRow.id == first_card
        ),
        execution_options=SIGHTED,
    ).all()
    if not any(first < since for _rubric, first in firsts):
        return frozenset()
    return frozenset(rubric for rubric, first in firsts if first >= since)


def _doubts(
    session: Session, inside: ColumnElement[bool], doubt_below: float
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
            inside,
            ScorecardRow.is_current,
            or_(CallRow.open_count > 0, CallRow.failed_count > 0),
            or_(unsure, doubtful),
        )
        .group_by(ScorecardRow.call_id),
        execution_options=SIGHTED,
    )
    return {call_id: (unsure, doubtful) for call_id, unsure, doubtful in found}

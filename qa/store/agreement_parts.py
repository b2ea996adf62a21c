"""What the counts of agreement are put together from: who said what, as selects to be grouped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Subquery, and_, case, cast, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from qa.domain.review import Purpose, ReviewState
from qa.domain.scorecard import Outcome
from qa.ports.agreement import FAILED, NOT_APPLICABLE, PASSED, UNDECIDED, Ratings, Said, Source
from qa.store.tables import (
    CalibrationCallRow,
    CalibrationRow,
    CallRow,
    DecisionRow,
    MasterRow,
    RatingDecisionRow,
    RatingRow,
    ReviewRow,
    ScorecardRow,
    TaskRow,
    TeamRow,
    UserRow,
)

RATED = (Outcome.PASS.value, Outcome.FAIL.value, Outcome.NOT_APPLICABLE.value)
"""What a person says who does not leave a criterion open."""

SUBMITTED = ReviewState.SUBMITTED.value
"""Of a review and of a rating alike."""


def said(row: Any) -> ColumnElement[Said]:
    """The verdict of a row with an outcome, points and their maximum, as a number."""
    return case(
        (row.outcome == Outcome.FAIL.value, FAILED),
        (row.outcome == Outcome.NOT_APPLICABLE.value, NOT_APPLICABLE),
        (row.outcome != Outcome.PASS.value, UNDECIDED),
        (row.points >= row.max_points, PASSED),
        else_=cast(func.round(100 * row.points / row.max_points), Integer),
    )


def machine_said(row: type[DecisionRow]) -> ColumnElement[Said]:
    """The machine's verdict that a decision was made beside."""
    return case(
        (row.machine_outcome == Outcome.FAIL.value, FAILED),
        (row.machine_outcome == Outcome.NOT_APPLICABLE.value, NOT_APPLICABLE),
        (row.machine_outcome != Outcome.PASS.value, UNDECIDED),
        (row.machine_points >= row.max_points, PASSED),
        else_=cast(func.round(100 * row.machine_points / row.max_points), Integer),
    )


def within(which: Ratings, at: Any) -> tuple[ColumnElement[bool], ...]:
    """Whether a moment lies between the first and the last edge."""
    return (at >= which.edges[0], at < which.edges[-1])


def stretch(edges: Sequence[datetime], at: Any) -> ColumnElement[int]:
    """Between which of the edges a moment within them lies, from 0."""
    # Told by its number: databases agree neither on where months begin nor on time zones.
    return case(
        *((at < end, number) for number, end in enumerate(edges[1:-1])),
        (at >= edges[0], len(edges) - 2),
    ).label("stretch")


# --- sessions ----------------------------------------------------------------------------------


def of_sessions(which: Ratings, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Submitted ratings of revealed sessions by criterion, with what tells where they belong."""
    found = (
        select(*columns)
        .select_from(CalibrationRow)
        .join(CalibrationCallRow, CalibrationCallRow.calibration_id == CalibrationRow.id)
        .join(RatingRow, RatingRow.calibration_call_id == CalibrationCallRow.id)
        .join(RatingDecisionRow, RatingDecisionRow.rating_id == RatingRow.id)
        .where(
            RatingRow.state == SUBMITTED,
            RatingDecisionRow.outcome.in_(RATED),
            *_sessions_where(which),
        )
    )
    if which.criterion is not None:
        found = found.where(RatingDecisionRow.criterion == which.criterion)
    return found


def _sessions_where(which: Ratings) -> tuple[ColumnElement[bool], ...]:
    conditions: list[ColumnElement[bool]] = [
        CalibrationRow.revealed_at.is_not(None),
        *within(which, CalibrationRow.revealed_at),
    ]
    if which.source is Source.BLIND:
        conditions.append(RatingRow.seen_before.is_(False))
    if which.rubric is not None:
        conditions.append(CalibrationCallRow.rubric_id == which.rubric)
    if which.team is not None:
        conditions.append(
            CalibrationCallRow.call_id.in_(select(CallRow.id).where(_of_team(which.team)))
        )
    if which.hidden:
        conditions.append(
            or_(
                CalibrationCallRow.call_id.is_(None),
                CalibrationCallRow.call_id.not_in(which.hidden),
            )
        )
    return tuple(conditions)


def settled(which: Ratings) -> Subquery:
    """What people settled on for each criterion of each call of a revealed session.

    Columns ``unit``, ``scorecard_id``, ``criterion``, ``at``, ``people`` (how many rated it), ``person`` (what
    was settled, ``UNDECIDED`` where nothing was), ``points`` of ``max_points``, and whether it ``stands`` for
    the master: one was agreed, or two people at least said the same.
    """
    code = said(RatingDecisionRow)
    rated = of_sessions(
        which,
        CalibrationCallRow.id.label("unit"),
        CalibrationCallRow.scorecard_id,
        RatingDecisionRow.criterion,
        CalibrationRow.revealed_at.label("at"),
        func.count().label("people"),
        func.min(code).label("lowest"),
        func.max(code).label("highest"),
        func.max(RatingDecisionRow.points).label("points"),
        func.max(RatingDecisionRow.max_points).label("max_points"),
    ).group_by(
        CalibrationCallRow.id,
        CalibrationCallRow.scorecard_id,
        RatingDecisionRow.criterion,
        CalibrationRow.revealed_at,
    )
    each = rated.subquery()
    agreed = MasterRow.id.is_not(None)
    alike = each.c.lowest == each.c.highest
    return (
        select(
            each.c.unit,
            each.c.scorecard_id,
            each.c.criterion,
            each.c.at,
            each.c.people,
            case((agreed, said(MasterRow)), (alike, each.c.lowest), else_=UNDECIDED).label(
                "person"
            ),
            case((agreed, MasterRow.points), else_=each.c.points).label("points"),
            each.c.max_points,
            case((agreed, 1), (and_(alike, each.c.people > 1), 1), else_=0).label("stands"),
        )
        .outerjoin(
            MasterRow,
            and_(
                MasterRow.calibration_call_id == each.c.unit,
                MasterRow.criterion == each.c.criterion,
                MasterRow.replaced_at.is_(None),
            ),
        )
        .subquery()
    )


# --- reviews -----------------------------------------------------------------------------------


def of_reviews(which: Ratings, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Decisions of submitted reviews that their author took."""
    found = (
        select(*columns)
        .select_from(ReviewRow)
        .join(DecisionRow, DecisionRow.review_id == ReviewRow.id)
        .where(
            ReviewRow.state == SUBMITTED,
            ReviewRow.purpose == Purpose.REVIEW.value,
            # What its author had decided in an earlier review of theirs is taken over as theirs.
            or_(
                DecisionRow.decided_by.is_(None),
                DecisionRow.decided_by == ReviewRow.reviewer_id,
            ),
            DecisionRow.outcome.in_(RATED),
        )
    )
    if which.criterion is not None:
        found = found.where(DecisionRow.criterion == which.criterion)
    return narrowed(found, which)


def last_words(which: Ratings, *columns: Any) -> Select[*tuple[Any, ...]]:
    """What each author said last on each criterion of a scorecard that two people at least have reviewed."""
    shared = (
        select(ReviewRow.scorecard_id)
        .where(ReviewRow.state == SUBMITTED, ReviewRow.purpose == Purpose.REVIEW.value)
        .group_by(ReviewRow.scorecard_id)
        .having(func.min(ReviewRow.reviewer_id) != func.max(ReviewRow.reviewer_id))
    )
    # Decisions are written anew when a review is submitted, so that the last one has the highest id.
    last = (
        of_reviews(which, func.max(DecisionRow.id))
        .where(ReviewRow.scorecard_id.in_(shared))
        .group_by(ReviewRow.scorecard_id, ReviewRow.reviewer_id, DecisionRow.criterion)
    )
    return (
        select(*columns)
        .select_from(DecisionRow)
        .join(ReviewRow, ReviewRow.id == DecisionRow.review_id)
        .where(DecisionRow.id.in_(last))
    )


def narrowed(found: Select[*tuple[Any, ...]], which: Ratings) -> Select[*tuple[Any, ...]]:
    """Reviews of the calls, the rubric and the draws that are asked for."""
    if which.team is not None:
        found = found.join(CallRow, CallRow.id == ReviewRow.call_id).where(_of_team(which.team))
    if which.rubric is not None:
        found = found.join(ScorecardRow, ScorecardRow.id == ReviewRow.scorecard_id).where(
            ScorecardRow.rubric_id == which.rubric
        )
    if which.source is Source.RANDOM:
        drawn = select(TaskRow.call_id).where(TaskRow.chance.is_not(None))
        found = found.where(ReviewRow.call_id.in_(drawn))
    if which.hidden:
        found = found.where(ReviewRow.call_id.not_in(which.hidden))
    return found


def _of_team(team: str) -> ColumnElement[bool]:
    agent: InstrumentedAttribute[str | None] = CallRow.agent_id
    return agent.in_(
        select(UserRow.agent_id)
        .join(TeamRow, TeamRow.id == UserRow.team_id)
        .where(TeamRow.public_id == team, UserRow.agent_id.is_not(None))
    )

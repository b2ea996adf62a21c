"""Scores and outcomes counted in the database (``qa.ports.figures``).

What a call is worth is repeated on ``calls``, by the machine and by the review that counts, so that scores of
any number of calls are added up in one index (``ix_calls_figures``) without reading the calls themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select, union
from sqlalchemy.orm import Session, aliased

from qa.domain.people import UserRole
from qa.domain.scorecard import Outcome, RubricRef
from qa.ports.figures import AgentFigures, AgentName, CriterionFigures, Period
from qa.statistics.means import ScoreSum
from qa.store.tables import (
    CallRow,
    DecisionRow,
    ReviewRow,
    ScorecardRow,
    TeamRow,
    UserRow,
    VerdictRow,
)

_began = func.coalesce(CallRow.started_at, CallRow.scored_at)
"""When a call belongs: to its beginning, or to its scoring where no record tells."""
_LOOKED_AT = CallRow.reviewed_at.is_not(None)
_SCORE = case((_LOOKED_AT, CallRow.reviewed_score), else_=CallRow.score)
_CRITICAL = case((_LOOKED_AT, CallRow.reviewed_critical_count), else_=CallRow.critical_count)
_SUMS = (func.count(_SCORE), func.sum(_SCORE), func.sum(_SCORE * _SCORE))


class SqlFigures:
    """Figures in one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def agent(self, agent_id: str) -> AgentName | None:
        """An agent who has an account or at least one call, else ``None``."""
        named = {name.agent_id: name for name in self._names(UserRow.agent_id == agent_id)}
        if agent_id in named:
            return named[agent_id]
        seen = self._session.scalar(select(literal(1)).where(CallRow.agent_id == agent_id).limit(1))
        return AgentName(agent_id) if seen else None

    def agents(self, period: Period, team: str | None = None) -> tuple[AgentFigures, ...]:
        """Every agent with an account or with calls in a period, or those of one team by its public id."""
        names = {name.agent_id: name for name in self._names(UserRow.agent_id.is_not(None))}
        listed = self._session.scalars(
            select(UserRow.agent_id)
            .outerjoin(TeamRow, TeamRow.id == UserRow.team_id)
            .where(UserRow.agent_id.is_not(None), *_listed(team))
        )
        found = {id_: AgentFigures(names[id_]) for id_ in listed if id_ is not None}
        statement = (
            select(
                CallRow.agent_id,
                *_SUMS,
                func.count(),
                func.count(case((_CRITICAL > 0, 1))),
                func.count(CallRow.reviewed_at),
                func.max(_began),
            )
            .where(CallRow.agent_id.is_not(None), *_within(period))
            .group_by(CallRow.agent_id)
        )
        if team is not None:
            statement = statement.where(CallRow.agent_id.in_(found))
        for agent_id, n, total, squares, calls, critical, reviewed, last in self._session.execute(
            statement
        ):
            found[agent_id] = AgentFigures(
                names.get(agent_id) or AgentName(agent_id),
                calls=calls,
                scores=_sum(n, total, squares),
                critical=critical,
                reviewed=reviewed,
                last_at=last,
            )
        return tuple(found.values())

    def weekly(self, agent_id: str, edges: Sequence[datetime]) -> Mapping[str, Sequence[ScoreSum]]:
        """Scores by week of an agent and of everybody in their team, by agent id."""
        weeks = len(edges) - 1
        member, own = aliased(UserRow), aliased(UserRow)
        colleagues = (
            select(member.agent_id)
            .join(own, own.team_id == member.team_id)
            .where(own.agent_id == agent_id, member.agent_id.is_not(None))
        )
        # A week is told by its number: databases agree neither on where weeks begin nor on time zones.
        week = (
            case(
                *((_began < end, number) for number, end in enumerate(edges[1:-1])), else_=weeks - 1
            )
            if weeks > 1
            else literal(0)
        )
        rows = self._session.execute(
            select(CallRow.agent_id, week.label("week"), *_SUMS)
            .where(
                CallRow.agent_id.in_(union(select(literal(agent_id)), colleagues)),
                *_within(Period(edges[0], edges[-1])),
            )
            .group_by(CallRow.agent_id, "week")
        )
        found: dict[str, list[ScoreSum]] = {}
        for whose, number, *sums in rows:
            found.setdefault(whose, [ScoreSum()] * weeks)[number] = _sum(*sums)
        return found

    def criteria(
        self, agent_id: str, period: Period, criterion: str | None = None
    ) -> tuple[CriterionFigures, ...]:
        """Outcomes of an agent's calls of a period by criterion, or of one criterion alone."""
        rows = self._session.execute(_outcomes(agent_id, period, criterion)).all()
        latest: dict[str, int] = {}
        outcomes: dict[str, dict[Outcome, int]] = {}
        points: dict[str, float] = {}
        for id_, outcome, calls, share, card in rows:
            outcomes.setdefault(id_, {})[Outcome(outcome)] = calls
            points[id_] = points.get(id_, 0.0) + (share if Outcome(outcome).counts else 0.0)
            latest[id_] = max(latest.get(id_, 0), card)
        rubrics = self._rubrics(latest.values())
        return tuple(
            CriterionFigures(id_, rubrics[latest[id_]], outcomes[id_], points[id_])
            for id_ in sorted(outcomes)
        )

    def _rubrics(self, cards: Iterable[int]) -> dict[int, RubricRef]:
        rows = self._session.execute(
            select(
                ScorecardRow.id,
                ScorecardRow.rubric_id,
                ScorecardRow.rubric_version,
                ScorecardRow.rubric_sha256,
            ).where(ScorecardRow.id.in_(set(cards)))
        )
        return {card: RubricRef(*ref) for card, *ref in rows}

    def _names(self, *which: ColumnElement[bool]) -> list[AgentName]:
        rows = self._session.execute(
            select(UserRow.agent_id, UserRow.name, TeamRow.public_id, TeamRow.name)
            .outerjoin(TeamRow, TeamRow.id == UserRow.team_id)
            .where(*which)
        )
        return [
            AgentName(agent_id, name, team, team_name)
            for agent_id, name, team, team_name in rows
            if agent_id is not None
        ]


def _listed(team: str | None) -> tuple[ColumnElement[bool], ...]:
    """Who is listed even without a call: the agents who work here, or a team's."""
    if team is None:
        return (UserRow.role == UserRole.AGENT.value, UserRow.active.is_(True))
    return (TeamRow.public_id == team,)


def _within(period: Period) -> tuple[ColumnElement[bool], ...]:
    # Only a scored call has a time of scoring. Asked by status, SQLite would take that column's index and
    # read every call's row.
    return (CallRow.scored_at.is_not(None), _began >= period.since, _began < period.until)


def _sum(n: int, total: float | None, squares: float | None) -> ScoreSum:
    return ScoreSum(n, total or 0.0, squares or 0.0)


def _outcomes(
    agent_id: str, period: Period, criterion: str | None
) -> Select[str, str, int, float, int]:
    """By criterion and outcome as they count: calls, shares of the points earned, the newest scorecard."""
    outcome = func.coalesce(DecisionRow.outcome, VerdictRow.outcome)
    earned = func.coalesce(DecisionRow.points, VerdictRow.points)
    statement = (
        select(
            VerdictRow.criterion,
            outcome.label("settled"),
            func.count(),
            func.sum(earned / VerdictRow.max_points),
            func.max(ScorecardRow.id),
        )
        .select_from(CallRow)
        .join(ScorecardRow, and_(ScorecardRow.call_id == CallRow.id, ScorecardRow.is_current))
        .join(VerdictRow, VerdictRow.scorecard_id == ScorecardRow.id)
        .outerjoin(
            ReviewRow,
            and_(
                ReviewRow.call_id == CallRow.id,
                ReviewRow.is_current,
                ReviewRow.scorecard_id == ScorecardRow.id,
            ),
        )
        .outerjoin(
            DecisionRow,
            and_(
                DecisionRow.review_id == ReviewRow.id,
                DecisionRow.criterion == VerdictRow.criterion,
            ),
        )
        .where(CallRow.agent_id == agent_id, *_within(period))
        .group_by(VerdictRow.criterion, "settled")
    )
    if criterion is not None:
        statement = statement.where(VerdictRow.criterion == criterion)
    return statement

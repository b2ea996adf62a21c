"""What corrected figures are made of, counted in the database (``qa.ports.corrected``).

The machine's verdicts and scores are counted week by week into ``criterion_weeks`` and ``score_weeks``, and of the
calls that people reviewed those are read that a draw took with a known chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Session, aliased

from qa.domain.review import Purpose, ReviewState
from qa.domain.scorecard import Outcome
from qa.ports.corrected import (
    Cover,
    DrawnCount,
    MachineCount,
    MachineScores,
    Measured,
    ReviewedCall,
)
from qa.ports.figures import AgentName
from qa.ports.sampling import Span
from qa.statistics.means import ScoreSum
from qa.store.columns import UtcDateTime
from qa.store.sight import SIGHTED
from qa.store.tables import (
    CallRow,
    CriterionWeekRow,
    DecisionRow,
    DrawCallRow,
    DrawRow,
    ReviewRow,
    ScorecardRow,
    ScoreWeekRow,
    TeamRow,
    UserRow,
    VerdictRow,
)

_began = func.coalesce(CallRow.started_at, CallRow.scored_at)
_agent = func.coalesce(CallRow.agent_id, "")


class SqlCorrectedFigures:
    """Counts in one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def counted_at(self) -> datetime | None:
        """When the machine's verdicts were counted last; ``None`` before the first time."""
        return self._session.scalar(select(func.max(ScoreWeekRow.counted_at)))

    def begins(self, scored_since: datetime | None) -> datetime | None:
        """When the earliest call began that was scored since a moment, or at all; ``None`` without any."""
        earliest = select(func.min(_began)).where(CallRow.scored_at.is_not(None))
        if scored_since is not None:
            earliest = earliest.where(CallRow.scored_at >= scored_since)
        return self._session.scalar(earliest, execution_options=SIGHTED)

    def count(self, edges: Sequence[datetime], *, at: datetime) -> None:
        """Count the machine's verdicts and scores of the weeks between the edges anew."""
        for table in (CriterionWeekRow, ScoreWeekRow):
            self._session.execute(delete(table).where(_between(table, edges)))
        for week, ends in pairwise(edges):
            for table, counted in (
                (CriterionWeekRow, _verdicts_of(week, ends)),
                (ScoreWeekRow, _scores_of(week, ends, at)),
            ):
                columns = [column.name for column in table.__table__.columns]
                self._session.execute(insert(table).from_select(columns, counted))

    def measured(self) -> Sequence[Measured]:
        """The criteria that were ever counted, in the order of their ids."""
        # Without a period an index alone answers.
        rows = self._session.execute(
            select(CriterionWeekRow.rubric_id, CriterionWeekRow.criterion)
            .distinct()
            .order_by(CriterionWeekRow.rubric_id, CriterionWeekRow.criterion)
        )
        return tuple(Measured(*row) for row in rows)

    def machine(self, what: Measured, edges: Sequence[datetime]) -> Sequence[MachineCount]:
        """What the machine said on a criterion by agent and week, as it was counted last."""
        weeks = {start: number for number, start in enumerate(edges[:-1])}
        rows = self._session.execute(
            select(
                CriterionWeekRow.agent_id,
                CriterionWeekRow.starts_at,
                CriterionWeekRow.calls,
                CriterionWeekRow.failed,
            ).where(
                CriterionWeekRow.rubric_id == what.rubric_id,
                CriterionWeekRow.criterion == what.criterion,
                _between(CriterionWeekRow, edges),
            )
        )
        return tuple(
            MachineCount(agent, weeks[start], calls, failed) for agent, start, calls, failed in rows
        )

    def machine_scores(self, edges: Sequence[datetime]) -> Sequence[MachineScores]:
        """The machine's total scores by agent and week, as they were added up last."""
        weeks = {start: number for number, start in enumerate(edges[:-1])}
        rows = self._session.execute(
            select(
                ScoreWeekRow.agent_id,
                ScoreWeekRow.starts_at,
                ScoreWeekRow.scored,
                ScoreWeekRow.total,
                ScoreWeekRow.squares,
            ).where(_between(ScoreWeekRow, edges), ScoreWeekRow.scored > 0)
        )
        return tuple(
            MachineScores(agent, weeks[start], ScoreSum(n, total, squares))
            for agent, start, n, total, squares in rows
        )

    def cover(self, edges: Sequence[datetime], spans: Sequence[Span]) -> Sequence[Cover]:
        """The calls of each week as they were counted last, and those scored outside some spans, which ascend."""
        counted = self._session.execute(
            select(ScoreWeekRow.starts_at, func.sum(ScoreWeekRow.calls))
            .where(_between(ScoreWeekRow, edges))
            .group_by(ScoreWeekRow.starts_at)
        )
        calls: dict[datetime, int] = dict(counted.all())
        # What lies outside is little where calls are drawn regularly, and an index of its own leads to it.
        rows = self._session.execute(
            select(_week(edges), func.count())
            .where(_outside(spans), *_within(edges))
            .group_by("week"),
            execution_options=SIGHTED,
        )
        outside: dict[int, int] = dict(rows.all())
        return tuple(
            Cover(calls.get(start, 0), outside.get(week, 0))
            for week, start in enumerate(edges[:-1])
        )

    def drawn(self, edges: Sequence[datetime]) -> Sequence[DrawnCount]:
        """How many calls of a period accepted draws took with a known chance, by reason and week."""
        drawn = _drawn()
        rows = self._session.execute(
            select(drawn.c.reason, _week(edges), func.count(), func.sum(1.0 / drawn.c.chance))
            .select_from(drawn)
            .join(CallRow, CallRow.id == drawn.c.call_id)
            .where(*_within(edges))
            .group_by(drawn.c.reason, "week"),
            execution_options=SIGHTED,
        )
        return tuple(DrawnCount(*row) for row in rows)

    def reviewed(self, what: Measured, edges: Sequence[datetime]) -> Sequence[ReviewedCall]:
        """Drawn calls of a period that a person reviewed, with what counts on a criterion since."""
        settled = func.coalesce(DecisionRow.outcome, VerdictRow.outcome)
        failed, open_ = Outcome.FAIL.value, Outcome.CANNOT_JUDGE.value
        statement = (
            _reviewed(
                edges,
                case((VerdictRow.outcome == failed, 0.0), else_=1.0),
                case((settled == failed, 0.0), else_=1.0),
            )
            .join(
                VerdictRow,
                and_(
                    VerdictRow.scorecard_id == ScorecardRow.id,
                    VerdictRow.criterion == what.criterion,
                ),
            )
            .outerjoin(
                DecisionRow,
                and_(
                    DecisionRow.review_id == ReviewRow.id,
                    DecisionRow.criterion == what.criterion,
                ),
            )
            .where(ScorecardRow.rubric_id == what.rubric_id, settled != open_)
        )
        return self._read(statement)

    def reviewed_scores(self, edges: Sequence[datetime]) -> Sequence[ReviewedCall]:
        """Drawn calls of a period that a person gave a score, and the machine too."""
        statement = _reviewed(edges, CallRow.score, ReviewRow.score).where(
            CallRow.score.is_not(None), ReviewRow.score.is_not(None)
        )
        return self._read(statement)

    def names(self) -> Mapping[str, AgentName]:
        """Agents with an account by the id of call records."""
        rows = self._session.execute(
            select(UserRow.agent_id, UserRow.name, TeamRow.public_id, TeamRow.name)
            .outerjoin(TeamRow, TeamRow.id == UserRow.team_id)
            .where(UserRow.agent_id.is_not(None))
        )
        return {
            agent_id: AgentName(agent_id, name, team, team_name)
            for agent_id, name, team, team_name in rows
            if agent_id is not None
        }

    def _read(self, statement: Select[*tuple[Any, ...]]) -> Sequence[ReviewedCall]:
        return tuple(
            ReviewedCall(*row)
            for row in self._session.execute(statement, execution_options=SIGHTED)
        )


def _reviewed(
    edges: Sequence[datetime],
    machine: SQLColumnExpression[Any],
    human: SQLColumnExpression[Any],
) -> Select[*tuple[Any, ...]]:
    """Drawn calls whose scorecard somebody reviewed, not only decided a dispute on, by the review that counts."""
    drawn, looked_at = _drawn(), aliased(ReviewRow)
    return (
        select(_agent, _week(edges), machine, human, drawn.c.reason, drawn.c.chance)
        .select_from(drawn)
        .join(CallRow, CallRow.id == drawn.c.call_id)
        .join(
            ReviewRow,
            and_(
                ReviewRow.call_id == CallRow.id,
                ReviewRow.is_current,
                ReviewRow.state == ReviewState.SUBMITTED.value,
            ),
        )
        .join(
            ScorecardRow, and_(ScorecardRow.id == ReviewRow.scorecard_id, ScorecardRow.is_current)
        )
        .where(
            *_within(edges),
            exists().where(
                looked_at.scorecard_id == ScorecardRow.id,
                looked_at.call_id == CallRow.id,
                looked_at.purpose == Purpose.REVIEW.value,
                looked_at.state == ReviewState.SUBMITTED.value,
            ),
        )
    )


def _drawn() -> Any:
    """Each call that an accepted draw took with a known chance, from the calls as they are scored now.

    Accepted draws are from different calls, so that one at most drew from calls scored at any time.
    """
    call = aliased(CallRow)
    return (
        select(DrawCallRow.call_id, DrawCallRow.reason, DrawCallRow.chance)
        .join(DrawRow, DrawRow.id == DrawCallRow.draw_id)
        .join(call, call.id == DrawCallRow.call_id)
        .where(
            DrawRow.accepted_at.is_not(None),
            DrawCallRow.chance.is_not(None),
            call.scored_at >= DrawRow.since,
            call.scored_at < DrawRow.until,
        )
        .subquery()
    )


def _within(edges: Sequence[datetime]) -> tuple[ColumnElement[bool], ...]:
    return (CallRow.scored_at.is_not(None), _began >= edges[0], _began < edges[-1])


def _week(edges: Sequence[datetime]) -> ColumnElement[int]:
    """Which week a call belongs to, by its number: databases do not agree on where weeks begin."""
    last = len(edges) - 2
    if last == 0:
        return literal(0).label("week")
    ends = [(_began < end, number) for number, end in enumerate(edges[1:-1])]
    return case(*ends, else_=last).label("week")


def _between(
    table: type[CriterionWeekRow | ScoreWeekRow], edges: Sequence[datetime]
) -> ColumnElement[bool]:
    return and_(table.starts_at >= edges[0], table.starts_at < edges[-1])


def _outside(spans: Sequence[Span]) -> ColumnElement[bool]:
    """Calls scored before the first span, between two, or after the last."""
    if not spans:
        return true()
    gaps = [
        and_(CallRow.scored_at >= before.until, CallRow.scored_at < after.since)
        for before, after in pairwise(spans)
    ]
    return or_(CallRow.scored_at < spans[0].since, *gaps, CallRow.scored_at >= spans[-1].until)


def _verdicts_of(week: datetime, ends: datetime) -> Select[*tuple[Any, ...]]:
    """By agent, rubric and criterion: calls of a week with a verdict, and those that fail."""
    failed = case((VerdictRow.outcome == Outcome.FAIL.value, 1), else_=0)
    return (
        select(
            literal(week, UtcDateTime()),
            _agent.label("agent"),
            ScorecardRow.rubric_id,
            VerdictRow.criterion,
            func.count(),
            func.sum(failed),
        )
        .select_from(CallRow)
        .join(ScorecardRow, and_(ScorecardRow.call_id == CallRow.id, ScorecardRow.is_current))
        .join(VerdictRow, VerdictRow.scorecard_id == ScorecardRow.id)
        .where(*_within((week, ends)))
        .group_by("agent", ScorecardRow.rubric_id, VerdictRow.criterion)
    )


def _scores_of(week: datetime, ends: datetime, at: datetime) -> Select[*tuple[Any, ...]]:
    """By agent: calls of a week, those with a score, and the machine's scores added up."""
    return (
        select(
            literal(week, UtcDateTime()),
            _agent.label("agent"),
            func.count(),
            func.count(CallRow.score),
            func.coalesce(func.sum(CallRow.score), 0.0),
            func.coalesce(func.sum(CallRow.score * CallRow.score), 0.0),
            literal(at, UtcDateTime()),
        )
        .where(*_within((week, ends)))
        .group_by("agent")
    )

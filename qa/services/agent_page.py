"""An agent's own page: how their scores run beside their team's, where points are lost, the last calls.

Nobody is compared by a mean of fewer than ten calls. An agent sees the team's scores only where enough
colleagues make them up that nobody's own can be read from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from qa.domain.access import Action, Actor, Reach, require, require_agent
from qa.domain.errors import NotFound
from qa.domain.people import Team
from qa.domain.records import CallQuery, CallSummary
from qa.domain.review import Review
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Outcome
from qa.domain.wording import Text
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.ports.answers import Answered
from qa.ports.figures import AgentFigures, AgentName, Period
from qa.services.browse import CriterionName, RubricTexts, title_of
from qa.services.paging import pages_of
from qa.statistics.means import Difference, Mean, ScoreSum, added, difference, mean_of

WEEKS = (4, 12, 26)
"""Lengths of the period that a page can show, weeks."""
COLLEAGUES_NEEDED = 3
"""Colleagues with scores before an agent sees their mean: of fewer, somebody's own could be read from it."""
CALLS_SHOWN = 20
"""Calls on one page of an agent's calls."""


@dataclass(frozen=True, slots=True)
class Week:
    """One week of the chart.

    Attributes:
        begins: Its Monday, where the reader is; ``whole`` says whether it is over.
        own: The agent's scores; ``team`` those of their colleagues.
    """

    begins: date
    whole: bool
    own: ScoreSum
    team: ScoreSum
    own_mean: Mean | None
    team_mean: Mean | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """An agent's scores of a period beside those of their colleagues.

    Attributes:
        colleagues: How many of the team have scores, the agent apart.
        hidden: Whether they are too few for this reader to see their scores, which are then left out.
        difference: The agent's mean less the colleagues'; ``None`` where either has too few calls.
    """

    own: ScoreSum
    team: ScoreSum
    own_mean: Mean | None
    team_mean: Mean | None
    colleagues: int
    hidden: bool
    difference: Difference | None


@dataclass(frozen=True, slots=True)
class AgentCall:
    """One of an agent's calls, as it stands.

    Attributes:
        score: What counts; ``None`` where nothing does or the call has no score.
        failed: Criteria that count as failed, critical ones first.
        looked_at: Whether a person reviewed it; deciding a dispute alone is no review.
        read: Whether the agent has read it as it stands.
    """

    summary: CallSummary
    score: float | None
    failed: tuple[CriterionName, ...]
    looked_at: bool
    answered: Answered
    read: bool


@dataclass(frozen=True, slots=True)
class CriterionShare:
    """How one criterion went in a period.

    Attributes:
        counted: Calls in which it earned or cost points; ``passed`` of them were passed.
        earned: 0-1, the part of its points that was earned in them; ``None`` without any.
    """

    criterion: str
    title: Text
    counted: int
    passed: int
    earned: float | None


@dataclass(frozen=True, slots=True)
class AgentPage:
    """Everything that an agent's page shows.

    Attributes:
        weeks: How many weeks it looks back on, the running one among them.
        calls: One page of their calls, the latest first, of ``total``.
        criteria: Those that cost most first; of the period.
    """

    agent: AgentName
    own: bool
    weeks: int
    course: tuple[Week, ...]
    comparison: Comparison
    criteria: tuple[CriterionShare, ...]
    calls: tuple[AgentCall, ...]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages their calls fill, at least one."""
        return pages_of(self.total, CALLS_SHOWN)


def agent_page(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    agent_id: str,
    *,
    zone: tzinfo,
    weeks: int = 12,
    page: int = 1,
) -> AgentPage:
    """An agent's page.

    Args:
        open_store: Opens the store.
        rubrics: The texts of the rubrics.
        clock: Says which week it is.
        actor: Who looks.
        agent_id: Whose page.
        zone: Where the reader's weeks begin.
        weeks: One of ``WEEKS``.
        page: Which page of their calls.

    Raises:
        NotAllowed: The actor's role never sees one.
        NotFound: There is no such agent, or it is somebody else's page.
    """
    missing = NotFound(f"there is no agent {agent_id}", hint="open them from the list of agents")
    require_agent(actor, Action.SEE_AGENT, agent_id, missing=missing)
    edges = week_edges(clock.now(), zone, weeks)
    with open_store() as unit:
        agent = unit.figures.agent(agent_id)
        if agent is None:
            raise missing
        by_agent = unit.figures.weekly(agent_id, edges)
        own = by_agent.get(agent_id, [ScoreSum()] * weeks)
        others = [sums for whose, sums in by_agent.items() if whose != agent_id]
        hidden = (
            require(actor, Action.SEE_AGENT) is not Reach.ALL and len(others) < COLLEAGUES_NEEDED
        )
        team = [
            added(sums[week] for sums in others) if not hidden else ScoreSum()
            for week in range(weeks)
        ]
        calls, total, page = _calls(unit, rubrics, agent_id, page)
        return AgentPage(
            agent=agent,
            own=actor.agent_id == agent_id,
            weeks=weeks,
            course=_course(edges, clock.now(), own, team),
            comparison=_comparison(added(own), added(team), len(others), hidden=hidden),
            criteria=_criteria(unit, rubrics, agent_id, Period(edges[0], edges[-1])),
            calls=calls,
            total=total,
            page=page,
        )


def week_edges(now: datetime, zone: tzinfo, weeks: int) -> tuple[datetime, ...]:
    """The beginnings of the last weeks, the running one among them, and the end of that: Mondays at midnight."""
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    return tuple(
        datetime.combine(monday + timedelta(weeks=place), time(), zone)
        for place in range(1 - weeks, 2)
    )


def _course(
    edges: Sequence[datetime], now: datetime, own: Sequence[ScoreSum], team: Sequence[ScoreSum]
) -> tuple[Week, ...]:
    return tuple(
        Week(
            begins=begins.date(),
            whole=ends <= now,
            own=mine,
            team=theirs,
            own_mean=mean_of(mine),
            team_mean=mean_of(theirs),
        )
        for begins, ends, mine, theirs in zip(edges, edges[1:], own, team, strict=False)
    )


def _comparison(own: ScoreSum, team: ScoreSum, colleagues: int, *, hidden: bool) -> Comparison:
    return Comparison(
        own=own,
        team=team,
        own_mean=mean_of(own),
        team_mean=mean_of(team),
        colleagues=colleagues,
        hidden=hidden,
        difference=difference(own, team),
    )


def _criteria(
    unit: UnitOfWork, rubrics: RubricTexts, agent_id: str, period: Period
) -> tuple[CriterionShare, ...]:
    shares = [
        CriterionShare(
            criterion=each.criterion,
            title=title_of(rubrics.of(unit, each.rubric), each.criterion),
            counted=each.counted,
            passed=each.outcomes.get(Outcome.PASS, 0),
            earned=each.points / each.counted if each.counted else None,
        )
        for each in unit.figures.criteria(agent_id, period)
    ]
    return tuple(sorted(shares, key=_costliest))


def _costliest(share: CriterionShare) -> tuple[bool, float, str]:
    return share.earned is None, share.earned or 0.0, share.criterion


# --- their calls -------------------------------------------------------------------------------


def _calls(
    unit: UnitOfWork, rubrics: RubricTexts, agent_id: str, page: int
) -> tuple[tuple[AgentCall, ...], int, int]:
    """One page of an agent's calls, how many there are, and which page it is."""
    query = CallQuery(agent_id=agent_id, page=page, page_size=CALLS_SHOWN)
    found = unit.calls.search(query)
    last = pages_of(found.total, CALLS_SHOWN)
    if page > last:
        page = last
        found = unit.calls.search(CallQuery(agent_id=agent_id, page=page, page_size=CALLS_SHOWN))
    ids = [row.public_id for row in found.rows]
    reviews = unit.reviews.current_of(ids)
    answered = unit.answers.answered(ids)
    looked_at = unit.answers.looked_at(ids)
    rows = tuple(
        _call(
            row,
            rubrics.of(unit, row.rubric),
            reviews.get(row.public_id),
            answered.get(row.public_id) or Answered(),
            looked_at=row.public_id in looked_at,
        )
        for row in found.rows
    )
    return rows, found.total, page


def _call(
    summary: CallSummary,
    rubric: Rubric | None,
    review: Review | None,
    answered: Answered,
    *,
    looked_at: bool,
) -> AgentCall:
    failed, critical = _failed(summary, review)
    names = [CriterionName(id_, title_of(rubric, id_), id_ in critical) for id_ in failed]
    reviewed_at = review.submitted_at if review else None
    changed_at = max((at for at in (summary.scored_at, reviewed_at) if at), default=None)
    return AgentCall(
        summary=summary,
        score=review.score if review else summary.score,
        failed=tuple(sorted(names, key=lambda name: not name.critical)),
        looked_at=looked_at,
        answered=answered,
        read=bool(answered.read_at and changed_at and answered.read_at >= changed_at),
    )


def _failed(summary: CallSummary, review: Review | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Ids of the criteria that count as failed, and of the critical ones among them."""
    if review is None:
        return summary.failed, summary.critical_failed
    settled = {each.criterion: each.outcome for each in review.decisions}
    kept = [id_ for id_ in summary.failed if id_ not in settled]
    decided = [id_ for id_, outcome in settled.items() if outcome is Outcome.FAIL]
    return (*kept, *decided), review.critical_failed


# --- every agent -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AgentRow:
    """One row of the list of agents."""

    figures: AgentFigures
    mean: Mean | None
    open_disputes: int


@dataclass(frozen=True, slots=True)
class AgentList:
    """The list of agents, and the teams that it can be narrowed to."""

    rows: tuple[AgentRow, ...]
    teams: tuple[Team, ...]


def list_agents(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    *,
    zone: tzinfo,
    weeks: int = 12,
    team: str | None = None,
) -> AgentList:
    """Every agent, or those of one team, with their scores of the last weeks.

    Raises:
        NotAllowed: The actor's role never sees agents.
        NotFound: The actor sees only themselves.
    """
    if require(actor, Action.SEE_AGENT) is not Reach.ALL:
        raise NotFound("there is no list of agents", hint="open your own page")
    edges = week_edges(clock.now(), zone, weeks)
    with open_store() as unit:
        disputes = unit.answers.open_disputes()
        rows = tuple(
            AgentRow(each, mean_of(each.scores), disputes.get(each.agent.agent_id, 0))
            for each in unit.figures.agents(Period(edges[0], edges[-1]), team)
        )
        return AgentList(rows, unit.people.teams())

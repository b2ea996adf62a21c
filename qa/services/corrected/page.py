"""Figures of teams and agents: what the machine said of all calls, corrected by the drawn ones that people reviewed.

Only weeks count whose calls were drawn from. What was drawn for one reason is reviewed sooner than what was drawn
for another, so that a reviewed call stands for those of its reason that wait as well.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from qa.domain.access import Action, Actor, require
from qa.domain.people import Team
from qa.domain.rubric import Rubric
from qa.domain.wording import Text
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.ports.corrected import Measured
from qa.services.browse import RubricTexts, title_of
from qa.services.corrected.agents import Agents, agents_of
from qa.services.corrected.measure import Measure, check_of, figure_of, measure_of
from qa.statistics import change_points
from qa.statistics.agreement.figures import Withheld
from qa.statistics.change_points import Stretch, Trend
from qa.statistics.corrected import (
    Corrected,
    RoganGladen,
)
from qa.statistics.proportions import Share

WEEKS = (13, 26, 52)
"""Lengths of the period that a page can show, weeks."""
SCORE = "score"
"""The measure that is the total score; any other is ``rubric/criterion``."""
MOST_OUTSIDE = 0.02
"""Part of a week's calls that may lie outside every draw; with more, the week does not count."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A measure that a page can show; ``title`` and ``what`` are ``None`` for the total score."""

    code: str
    title: Text | None
    what: Measured | None


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """The figure of a team, or of everybody.

    Attributes:
        team: ``None`` for everybody, and for agents in no team.
        name: Of the team; ``None`` likewise.
        figure: The corrected one, or why there is none.
        check: The same by the machine's two kinds of error; ``None`` for scores, which have none.
        calls: Calls that the machine judged; ``machine`` its own figure of them, ``None`` without any.
        reviewed: Drawn calls that people reviewed.
    """

    team: str | None
    name: str | None
    figure: Corrected | Withheld
    check: RoganGladen | Withheld | None
    calls: int
    machine: float | None
    reviewed: int


@dataclass(frozen=True, slots=True)
class WeekPoint:
    """The machine's figure of one week; ``value`` is ``None`` of no calls."""

    begins: datetime
    calls: int
    value: float | None


@dataclass(frozen=True, slots=True)
class StretchFigure:
    """Weeks between two changes, with what the reviewed calls of them correct the machine's figure to."""

    stretch: Stretch
    begins: datetime
    ends: datetime
    figure: Corrected | Withheld


@dataclass(frozen=True, slots=True)
class Course:
    """How the machine's figure ran; ``trend`` is withheld for too few weeks."""

    weeks: tuple[WeekPoint, ...]
    trend: Trend | Withheld
    stretches: tuple[StretchFigure, ...]


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """Everything that the page of corrected figures shows.

    Attributes:
        measure: The code of what is shown, one of ``choices``.
        ceiling: The highest value that it has, 1 or 100.
        since: The first week that counts; ``until`` the end of the last one; ``None`` without any.
        left_out: Weeks with calls that do not count, for their calls were not drawn from.
        counted_at: When the machine's verdicts were counted; ``None`` before the first time.
        team: The team whose agents and course are shown; ``None`` for everybody's.
    """

    measure: str
    ceiling: float
    choices: tuple[Choice, ...]
    weeks: int
    since: datetime | None
    until: datetime | None
    left_out: int
    counted_at: datetime | None
    everybody: GroupFigure
    teams: tuple[GroupFigure, ...]
    apart: frozenset[tuple[str | None, str | None]]
    team: Team | None
    agents: Agents
    course: Course
    reviewers_wait: int


def figures_page(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    *,
    measure: str = SCORE,
    weeks: int = WEEKS[1],
    team: str | None = None,
) -> FiguresPage:
    """Corrected figures of every team, and of the agents of one.

    Args:
        open_store: Opens the store.
        rubrics: The texts of the rubrics.
        clock: Says which week it is.
        actor: Who looks.
        measure: ``SCORE`` or ``rubric/criterion``; what is not known is the score.
        weeks: One of ``WEEKS``.
        team: Public id of the team whose agents are shown; one that is not there is nobody's.

    Raises:
        NotAllowed: The actor does not calibrate.
    """
    require(actor, Action.CALIBRATE)
    edges = week_edges(clock.now(), weeks)
    with open_store() as unit:
        choices = _choices(unit, rubrics)
        chosen = next((each for each in choices if each.code == measure), choices[0])
        cover = unit.corrected.cover(edges, unit.sampling.spans())
        covered = {
            week
            for week, each in enumerate(cover)
            if each.calls and each.outside <= MOST_OUTSIDE * each.calls
        }
        data = measure_of(unit, chosen.what, edges, covered)
        names = unit.corrected.names()
        teams = unit.people.teams()
        wanted = next((each for each in teams if each.public_id == team), None)
        counted_at = unit.corrected.counted_at()
    team_of = {agent: name.team for agent, name in names.items()}
    groups = _groups(data, teams, team_of)
    inside = data if wanted is None else data.of(_members(team_of, wanted.public_id))
    return FiguresPage(
        measure=chosen.code,
        ceiling=data.ceiling,
        choices=choices,
        weeks=weeks,
        since=edges[min(covered)] if covered else None,
        until=edges[max(covered) + 1] if covered else None,
        left_out=sum(1 for week, each in enumerate(cover) if each.calls and week not in covered),
        counted_at=counted_at,
        everybody=_group(data, None, None),
        teams=groups,
        apart=_apart(groups),
        team=wanted,
        agents=agents_of(inside, names),
        course=_course(inside, edges, covered),
        reviewers_wait=sum(each.calls for each in data.drawn) - len(data.reviewed),
    )


def count(open_store: UnitOfWorkFactory, clock: Clock, actor: Actor) -> None:
    """Count the machine's verdicts of the weeks in which calls were scored since the last time.

    Raises:
        NotAllowed: The actor does not calibrate.
    """
    require(actor, Action.CALIBRATE)
    with open_store(writes=True) as unit:
        begins = unit.corrected.begins(unit.corrected.counted_at())
        if begins is None:
            return
        now = clock.now()
        weeks = max(1, math.ceil((_monday(now) - _monday(begins)) / timedelta(weeks=1)) + 1)
        unit.corrected.count(week_edges(now, weeks), at=now)
        unit.commit()


def week_edges(now: datetime, weeks: int) -> tuple[datetime, ...]:
    """The beginnings of the last weeks, the running one among them, and the end of that: Mondays, UTC."""
    monday = _monday(now)
    return tuple(monday + timedelta(weeks=place) for place in range(1 - weeks, 2))


def _monday(at: datetime) -> datetime:
    day = at.astimezone(UTC).date()
    return datetime.combine(day - timedelta(days=day.weekday()), time(), UTC)


def _choices(unit: UnitOfWork, rubrics: RubricTexts) -> tuple[Choice, ...]:
    texts: dict[str, Rubric | None] = {}
    for ref in unit.agreement.rubrics():
        if ref.id not in texts:
            texts[ref.id] = rubrics.of(unit, ref)
    criteria = (
        Choice(
            f"{each.rubric_id}/{each.criterion}",
            title_of(texts.get(each.rubric_id), each.criterion),
            each,
        )
        for each in unit.corrected.measured()
    )
    return (Choice(SCORE, None, None), *criteria)


# --- teams -------------------------------------------------------------------------------------


def _members(team_of: Mapping[str, str | None], team: str) -> frozenset[str]:
    return frozenset(agent for agent, theirs in team_of.items() if theirs == team)


def _groups(
    data: Measure, teams: Sequence[Team], team_of: Mapping[str, str | None]
) -> tuple[GroupFigure, ...]:
    """One a team with calls, by name, and one for agents in none."""
    named = [
        _group(data.of(_members(team_of, each.public_id)), each.public_id, each.name)
        for each in sorted(teams, key=lambda each: each.name.casefold())
    ]
    placed = {agent for agent, team in team_of.items() if team is not None}
    elsewhere = data.by_agent().keys() - placed
    if elsewhere and named:
        named.append(_group(data.of(elsewhere), None, None))
    return tuple(each for each in named if each.calls)


def _group(data: Measure, team: str | None, name: str | None) -> GroupFigure:
    return GroupFigure(
        team=team,
        name=name,
        figure=figure_of(data),
        check=None if data.ceiling > 1 else check_of(data),
        calls=data.calls,
        machine=data.machine,
        reviewed=len(data.reviewed),
    )


def _apart(groups: Sequence[GroupFigure]) -> frozenset[tuple[str | None, str | None]]:
    """Pairs of teams whose intervals do not overlap, the higher one first."""
    shown = [(each.team, each.figure) for each in groups if isinstance(each.figure, Corrected)]
    return frozenset(
        (one, other) for one, high in shown for other, low in shown if high.low > low.high
    )


# --- the course of weeks -----------------------------------------------------------------------


def _course(data: Measure, edges: Sequence[datetime], covered: Collection[int]) -> Course:
    apart, none = data.by_week(), data.during(())
    by_week = [apart.get(week, none) for week in range(len(edges) - 1)]
    points = tuple(
        WeekPoint(begins, week.calls, week.machine)
        for begins, week in zip(edges, by_week, strict=False)
    )
    if data.ceiling > 1:
        trend = change_points.mean_changes([week.score for week in by_week])
    else:
        trend = change_points.share_changes(
            [Share(week.verdicts[1], week.calls) for week in by_week]
        )
    if isinstance(trend, Withheld):
        return Course(points, trend, ())
    stretches = tuple(
        StretchFigure(
            each,
            edges[each.start],
            edges[each.stop],
            figure_of(data.during([week for week in covered if each.start <= week < each.stop])),
        )
        for each in trend.stretches
    )
    return Course(points, trend, stretches)

"""Scores and outcomes counted over many calls, as they stand after reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from qa.domain.scorecard import Outcome, RubricRef
from qa.statistics.means import ScoreSum


@dataclass(frozen=True, slots=True)
class Period:
    """From when, inclusive, until when, exclusive; a call belongs to when it began, else to when it was scored."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class AgentName:
    """An agent as people know them.

    Attributes:
        name: Of their account; ``None`` where they have none.
        team: Public id of their team, ``None`` where they are in none; ``team_name`` words it.
    """

    agent_id: str
    name: str | None = None
    team: str | None = None
    team_name: str | None = None


@dataclass(frozen=True, slots=True)
class AgentFigures:
    """One agent's scored calls of a period.

    Attributes:
        calls: Scored calls, also those in which nothing applied.
        scores: The scores of those in which something did.
        critical: Calls that fail for a critical criterion.
        reviewed: Calls that a person has looked at.
        last_at: When the last one began, or was scored.
    """

    agent: AgentName
    calls: int = 0
    scores: ScoreSum = field(default_factory=ScoreSum)
    critical: int = 0
    reviewed: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CriterionFigures:
    """How often one criterion of an agent's calls of a period ended in each outcome.

    Attributes:
        rubric: The latest rubric that it was scored with, which words it.
        points: The part of its points that was earned where it counted, 0-1 each, added up.
    """

    criterion: str
    rubric: RubricRef
    outcomes: Mapping[Outcome, int]
    points: float

    @property
    def counted(self) -> int:
        """Calls in which it earned or cost points."""
        return self.outcomes.get(Outcome.PASS, 0) + self.outcomes.get(Outcome.FAIL, 0)


class Figures(Protocol):
    """Counts that pages draw; a review that counts replaces the machine's verdicts it decided on."""

    def agent(self, agent_id: str) -> AgentName | None:
        """An agent who has an account or at least one call, else ``None``."""

    def agents(self, period: Period, team: str | None = None) -> tuple[AgentFigures, ...]:
        """Every agent with an account or with calls in a period, or those of one team by its public id."""

    def weekly(self, agent_id: str, edges: Sequence[datetime]) -> Mapping[str, Sequence[ScoreSum]]:
        """Scores by week of an agent and of everybody in their team, by agent id.

        Args:
            agent_id: Whose week and team; without a team, only their own are counted.
            edges: The beginning of each week and the end of the last, ascending.

        Returns:
            For each agent with a scored call between the edges, one sum a week.
        """

    def criteria(
        self, agent_id: str, period: Period, criterion: str | None = None
    ) -> tuple[CriterionFigures, ...]:
        """Outcomes of an agent's calls of a period by criterion, or of one criterion alone."""

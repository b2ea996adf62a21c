"""What the machine said of all calls and people of those that were drawn, counted for corrected figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from qa.ports.figures import AgentName
from qa.ports.sampling import Span
from qa.statistics.means import ScoreSum


@dataclass(frozen=True, slots=True)
class Measured:
    """A criterion of a rubric, whichever version."""

    rubric_id: str
    criterion: str


@dataclass(frozen=True, slots=True)
class MachineCount:
    """What the machine said on a criterion in one agent's calls of one week.

    Attributes:
        agent_id: Empty for calls whose record names nobody.
        week: Which one between two of the edges, from 0.
        calls: All with a verdict on it, also where it does not apply.
        failed: Those that the machine fails on it.
    """

    agent_id: str
    week: int
    calls: int
    failed: int


@dataclass(frozen=True, slots=True)
class MachineScores:
    """The machine's total scores of one agent's calls of one week."""

    agent_id: str
    week: int
    scores: ScoreSum


@dataclass(frozen=True, slots=True)
class DrawnCount:
    """Calls of one week that were drawn for one reason, which people review about equally soon.

    Attributes:
        stand_for: How many calls they stand for: the sum of 1 / chance.
    """

    reason: str
    week: int
    calls: int
    stand_for: float


@dataclass(frozen=True, slots=True)
class Cover:
    """The calls of one week that have a score, and those that no draw was made from."""

    calls: int
    outside: int


@dataclass(frozen=True, slots=True)
class ReviewedCall:
    """A drawn call that a person reviewed, as one measure sees it.

    Attributes:
        agent_id: Empty for a call whose record names nobody.
        week: Which one between two of the edges, from 0.
        machine: 1 where the machine did not fail the criterion and 0 where it did, or the machine's score.
        human: The same of the person.
        reason: Why it was drawn.
        chance: The probability with which it was, above 0 up to 1.
    """

    agent_id: str
    week: int
    machine: float
    human: float
    reason: str
    chance: float


class CorrectedFigures(Protocol):
    """Counts of calls by when they began, or were scored where no record tells; ``edges`` are Mondays, UTC."""

    def counted_at(self) -> datetime | None:
        """When the machine's verdicts and scores were counted last; ``None`` before the first time."""

    def begins(self, scored_since: datetime | None) -> datetime | None:
        """When the earliest call began that was scored since a moment, or at all; ``None`` without any."""

    def count(self, edges: Sequence[datetime], *, at: datetime) -> None:
        """Count the machine's verdicts and scores of the weeks between the edges anew."""

    def measured(self) -> Sequence[Measured]:
        """The criteria that were ever counted, in the order of their ids."""

    def machine(self, what: Measured, edges: Sequence[datetime]) -> Sequence[MachineCount]:
        """What the machine said on a criterion by agent and week, as it was counted last."""

    def machine_scores(self, edges: Sequence[datetime]) -> Sequence[MachineScores]:
        """The machine's total scores by agent and week, as they were added up last."""

    def cover(self, edges: Sequence[datetime], spans: Sequence[Span]) -> Sequence[Cover]:
        """The calls of each week as they were counted last, and those scored outside some spans, which ascend."""

    def drawn(self, edges: Sequence[datetime]) -> Sequence[DrawnCount]:
        """How many calls of a period accepted draws took with a known chance, by reason and week."""

    def reviewed(self, what: Measured, edges: Sequence[datetime]) -> Sequence[ReviewedCall]:
        """Drawn calls of a period that a person reviewed, with what counts on a criterion since.

        A verdict that the reviewer left as it stood counts as theirs; one that is still open does not count.
        """

    def reviewed_scores(self, edges: Sequence[datetime]) -> Sequence[ReviewedCall]:
        """Drawn calls of a period that a person gave a score, and the machine too."""

    def names(self) -> Mapping[str, AgentName]:
        """Agents with an account by the id of call records."""

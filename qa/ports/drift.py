"""The store of past weeks: what their random draws showed, counted once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from qa.statistics.means import ScoreSum
from qa.statistics.skill import Beside


@dataclass(frozen=True, slots=True)
class DrawnCalls:
    """What the machine made of the calls that the random draw took in a week.

    Attributes:
        calls: How many.
        scores: The machine's scores, 0-100.
        critical: Calls in which a critical criterion failed.
        failed: Verdicts that cost points, of ``counted`` that earned or cost any.
        confidence: How sure the recogniser was, the mean over each call's words, 0-1.
        silence: The part of each call in which nobody speaks, 0-1.
        languages: Calls by the language heard.
    """

    calls: int = 0
    scores: ScoreSum = field(default_factory=ScoreSum)
    critical: int = 0
    failed: int = 0
    counted: int = 0
    confidence: ScoreSum = field(default_factory=ScoreSum)
    silence: ScoreSum = field(default_factory=ScoreSum)
    languages: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RubricWeek:
    """One week of one rubric.

    Attributes:
        starts_at: Monday, midnight UTC.
        drawn: Of the calls that were drawn in it.
        beside: By criterion, the random reviews submitted in it beside the machine.
    """

    starts_at: datetime
    rubric_id: str
    drawn: DrawnCalls
    beside: Mapping[str, Beside]


class Weeks(Protocol):
    """Past weeks, by rubric."""

    def kept(self, since: datetime) -> tuple[RubricWeek, ...]:
        """The weeks that were counted, from a moment on, the earliest first."""

    def keep(self, weeks: Iterable[RubricWeek], *, at: datetime) -> None:
        """Write weeks; one that is there already is replaced."""

    def drawn(self, since: datetime, until: datetime) -> Mapping[str, DrawnCalls]:
        """By rubric, what the machine made of the calls that were drawn in a period."""

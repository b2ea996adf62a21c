"""The verdict model: five outcomes, evidence or the window searched, points of what applied."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qa.domain.call import Role
from qa.domain.wording import Reason


class Outcome(StrEnum):
    """What is said of one criterion. The last three earn and cost nothing and are listed as open."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    CANNOT_JUDGE = "cannot_judge"
    NOT_MEASURABLE = "not_measurable"

    @property
    def counts(self) -> bool:
        """Whether the verdict enters the score."""
        return self in (Outcome.PASS, Outcome.FAIL)


@dataclass(frozen=True, slots=True)
class Evidence:
    """The clip that proves a verdict: where, by whom, and the words (empty for a silence)."""

    start_s: float
    end_s: float
    speaker: Role
    quote: str


@dataclass(frozen=True, slots=True)
class Searched:
    """Where something was looked for and not found; ``speaker`` is ``None`` when anyone counted."""

    start_s: float
    end_s: float
    speaker: Role | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """One criterion's outcome.

    A pass or a fail holds evidence, or, for an omission, the window searched; construction refuses
    one without either.

    Attributes:
        points: Earned points, 0 unless the outcome counts.
        max_points: The criterion's points, whether or not it counted.
        confidence: 0-1, how sure the machine is of this outcome.
    """

    criterion: str
    outcome: Outcome
    points: float
    max_points: float
    confidence: float
    reason: Reason
    evidence: tuple[Evidence, ...] = ()
    searched: Searched | None = None

    def __post_init__(self) -> None:
        if self.outcome.counts and not self.evidence and self.searched is None:
            raise ValueError(
                f"{self.criterion}: a {self.outcome} needs evidence or the window searched"
            )


@dataclass(frozen=True, slots=True)
class RubricRef:
    """The exact rubric that a scorecard was made with."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All verdicts of one call under one rubric.

    Attributes:
        score: Earned over applicable points, 0-100 with one decimal; ``None`` when nothing applied.
        critical_failed: Ids of failed critical criteria. They fail the call; the score stays visible.
    """

    rubric: RubricRef
    score: float | None
    critical_failed: tuple[str, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def open(self) -> tuple[Verdict, ...]:
        """Verdicts that a person or missing data must settle."""
        return tuple(
            v for v in self.verdicts if v.outcome in (Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE)
        )


def total(verdicts: tuple[Verdict, ...]) -> float | None:
    """Earned over applicable points, 0-100 with one decimal; ``None`` when no verdict counts."""
    counted = [v for v in verdicts if v.outcome.counts]
    applicable = sum(v.max_points for v in counted)
    if applicable == 0:
        return None
    return round(100 * sum(v.points for v in counted) / applicable, 1)

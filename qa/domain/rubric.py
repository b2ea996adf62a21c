"""A rubric: what the service standard asks of a call, and the detectors that prove it."""

from __future__ import annotations

from dataclasses import dataclass

from qa.domain.detectors.base import Detector
from qa.domain.scorecard import Outcome, RubricRef, Verdict
from qa.domain.wording import Text

POINT_DECIMALS = 2
"""Decimals of the points that a level of a scale earns."""


@dataclass(frozen=True, slots=True)
class Section:
    """A group of criteria, such as the opening of the call."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class Level:
    """One step of a scale.

    Attributes:
        share: 0-1, the part of the criterion's points that it earns; 0 is a fail, more a pass.
        title: What an agent on this level does, shown with the points.
        holds_if: What puts a call on it; ``None`` takes every call that no better level holds.
    """

    share: float
    title: Text
    holds_if: Detector | None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing asked of the agent.

    Applicability comes first, then what breaks the standard, then what meets it; or, on a scale, the
    best level that holds (see ``qa.domain.scoring``).

    Attributes:
        section: Id of the section it stands in.
        standard: What is asked.
        example: Wording that meets it, shown to agents.
        points: What it is worth where it applies, above 0.
        critical: A fail fails the whole call.
        applies_if: Where it finds nothing, the criterion does not apply; ``None`` applies always.
        pass_if: What meets the standard.
        fail_if: What breaks it, decided before ``pass_if``.
        when_absent: The outcome when ``pass_if`` finds nothing: a fail, a pass or for a person.
        min_confidence: 0-1; a step (recognition, role, detector) less sure than this goes to a person.
        bad_example: Wording that breaks it, shown to agents.
        levels: A scale, best level first, in place of ``pass_if`` and ``fail_if``.
    """

    id: str
    section: str
    title: Text
    standard: Text
    example: Text
    points: float
    critical: bool
    applies_if: Detector | None
    pass_if: Detector | None
    fail_if: Detector | None
    when_absent: Outcome
    min_confidence: float
    bad_example: Text | None = None
    levels: tuple[Level, ...] = ()

    def worth(self, share: float) -> float:
        """The points that a share of 0-1 of this criterion earns, never more than the whole."""
        if 0 < share < 1:
            return min(self.points, round(share * self.points, POINT_DECIMALS))
        return share * self.points

    def level_of(self, verdict: Verdict) -> Level | None:
        """The level that a verdict's points are of; ``None`` off a scale and where nothing is settled."""
        if not verdict.outcome.counts:
            return None
        return next(
            (each for each in self.levels if self.worth(each.share) == verdict.points), None
        )


@dataclass(frozen=True, slots=True)
class Rubric:
    """A versioned list of criteria in the order in which they are shown."""

    ref: RubricRef
    title: Text
    sections: tuple[Section, ...]
    criteria: tuple[Criterion, ...]

    def of(self, section: str) -> tuple[Criterion, ...]:
        """The criteria of one section, by its id."""
        return tuple(criterion for criterion in self.criteria if criterion.section == section)

    def criterion(self, criterion_id: str) -> Criterion | None:
        """One criterion by its id, or ``None`` where this rubric has no such."""
        return next((each for each in self.criteria if each.id == criterion_id), None)

"""A rubric: what the service standard asks of a call, and the detectors that prove it."""

from __future__ import annotations

from dataclasses import dataclass

from qa.domain.detectors.base import Detector
from qa.domain.scorecard import Outcome, RubricRef
from qa.domain.wording import Text


@dataclass(frozen=True, slots=True)
class Section:
    """A group of criteria, such as the opening of the call."""

    id: str
    title: Text


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing asked of the agent.

    Applicability comes first, then what breaks the standard, then what meets it
    (see ``qa.domain.scoring``).

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

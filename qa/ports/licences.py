"""The store of licences: what the machine may settle by itself, and what reviews say of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from qa.domain.licence import Level
from qa.domain.people import Person
from qa.domain.scorecard import Outcome, RubricRef


@dataclass(frozen=True, slots=True)
class Licence:
    """How far the machine is trusted with one criterion of a rubric.

    Attributes:
        changed_at: When it got its level.
        decided_at: When the latest weekly decision was made; ``None`` before the first.
        figures: Those of that decision, as ``qa.services.licences.steps`` writes them.
        held: Set by hand, and left alone by the weekly decisions.
    """

    rubric_id: str
    criterion: str
    level: Level
    changed_at: datetime
    decided_at: datetime | None = None
    figures: Mapping[str, Any] | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class LicenceChange:
    """A change of a level.

    Attributes:
        cause: A code.
        figures: That caused it, or that there were when somebody made it.
        note: The reason that they gave; empty where nobody but the figures did.
        by: ``None`` for the weekly decision, and for whoever runs ``qa``.
    """

    rubric_id: str
    criterion: str
    before: Level
    after: Level
    cause: str
    figures: Mapping[str, Any] | None
    at: datetime
    note: str = ""
    by: Person | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """How often a machine and a person said this and that of one criterion.

    Attributes:
        same: Whether they gave the same points too, which on a scale not every pass does.
    """

    rubric: RubricRef
    criterion: str
    machine: Outcome
    person: Outcome
    same: bool
    calls: int


class Licences(Protocol):
    """Licences by rubric and criterion."""

    def levels(self, rubric_id: str) -> Mapping[str, Level]:
        """The level of each criterion of a rubric that has one; the others have the lowest."""

    def every(self) -> Mapping[tuple[str, str], Licence]:
        """All licences, by rubric and criterion."""

    def put(self, licences: Iterable[Licence]) -> None:
        """Write licences as they are now."""

    def log(self, changes: Iterable[LicenceChange]) -> None:
        """Add changes to the history."""

    def changes(
        self, *, limit: int | None = None, of: tuple[str, str] | None = None
    ) -> Sequence[LicenceChange]:
        """The history, or that of one criterion of a rubric, the latest change first."""

    def rubrics(self) -> Mapping[str, RubricRef]:
        """By id, the rubric that the latest scorecard of each was made with."""

    def judged(self, since: datetime, until: datetime) -> tuple[Judged, ...]:
        """What random reviews that were submitted in a period say of the machine.

        These are reviews of calls that the random draw took, the latest of each scorecard, and only those
        that decide every criterion: one that decides some says what its reviewer chose to look at.
        """

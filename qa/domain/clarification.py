"""Clarifications: how a criterion is to be read, dated, for all who score by it and for who writes its rubric."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qa.domain.errors import NotFound
from qa.domain.people import Person

TEXT_LIMIT = 2_000
"""Characters of a clarification."""


class ClarificationNotFound(NotFound):
    """No clarification has the id that was asked for."""

    code = "clarification_not_found"


@dataclass(frozen=True, slots=True)
class Clarification:
    """How a criterion is to be read, said once for all who score by it.

    Attributes:
        rubric_id: Of whichever version; it holds until it is withdrawn.
        calibration: Public id of the session that it came from, with its title; ``None`` for one that came
            from none.
    """

    public_id: str
    rubric_id: str
    criterion: str
    text: str
    calibration: str | None
    calibration_title: str | None
    author: Person
    made_at: datetime
    withdrawn_by: Person | None = None
    withdrawn_at: datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether nobody has withdrawn it."""
        return self.withdrawn_at is None

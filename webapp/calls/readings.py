"""How the criteria of a scorecard are to be read, for the page of a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qa.domain.access import Action, may
from qa.domain.clarification import Clarification
from qa.domain.scorecard import RubricRef
from qa.services.clarifications import list_clarifications
from webapp.deps import deps
from webapp.guard import actor

Readings = Mapping[str, Sequence[Clarification]]


def readings(rubric: RubricRef | None) -> Readings:
    """By criterion the clarifications that hold, the latest first; none for who does not score calls."""
    if rubric is None or not may(actor(), Action.CALIBRATE):
        return {}
    found: dict[str, list[Clarification]] = {}
    for each in list_clarifications(deps().open_store, actor(), rubric.id):
        found.setdefault(each.criterion, []).append(each)
    return found

"""What a reviewer is told when the page in front of them is stale: in what it differs from what counts now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.domain.review import Decision
from qa.domain.scorecard import Outcome
from qa.domain.wording import Text
from qa.services.review import Change, ReviewChanged
from webapp.calls.card import Line


@dataclass(frozen=True, slots=True)
class Difference:
    """A criterion that was decided otherwise; ``theirs`` is ``None`` where it is decided here alone."""

    title: Text
    theirs: Outcome | None
    reason: str


def differences(changed: ReviewChanged, lines: Sequence[Line]) -> tuple[Difference, ...]:
    """The criteria in which the other version differs from what the form holds."""
    other = changed.draft if changed.change is Change.SAVED else changed.current
    if other is None or changed.change in (Change.ENDED, Change.RESCORED):
        return ()
    found = [(line, other.decision(line.id)) for line in lines]
    return tuple(
        Difference(
            title=line.view.title,
            theirs=decision.outcome if decision else None,
            reason=decision.reason if decision else "",
        )
        for line, decision in found
        if _differs(line, decision, changed.change)
    )


def _differs(line: Line, decision: Decision | None, change: Change) -> bool:
    if line.asked is None:
        return False
    chosen = line.asked.chosen
    if change is Change.REVIEWED:
        # What they left to the machine is no news.
        return decision is not None and (
            decision.changed or (chosen is not None and chosen.outcome is not decision.outcome)
        )
    mine = chosen.outcome if chosen else None
    theirs = decision.outcome if decision else None
    return mine is not theirs or (
        decision is not None and decision.reason != line.asked.entry.reason.strip()
    )

"""The rules of a blind rating: what may be chosen, and what a rating needs before it is final.

They are those of a review (``qa.domain.reviewing``) without a machine: the same choices with the same points,
whatever the machine made of the criterion.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from qa.domain.calibration import RatingDecision
from qa.domain.comparison import said
from qa.domain.errors import InputInvalid
from qa.domain.review import Decision, Pending
from qa.domain.reviewing import Choice, Entry, choices, decided, points_of
from qa.domain.rubric import Criterion
from qa.domain.scorecard import Outcome, Verdict
from qa.domain.wording import Reason

UNTOLD = Reason("calibration.untold")
"""The reason of a verdict that nobody has given."""


def unjudged(criterion: str, max_points: float) -> Verdict:
    """A criterion of which nothing is said yet."""
    return Verdict(criterion, Outcome.CANNOT_JUDGE, 0.0, max_points, 0.0, UNTOLD)


def rating_choices(name: str, max_points: float, criterion: Criterion | None) -> tuple[Choice, ...]:
    """What can be picked, in the order in which it is offered; the last one is that it cannot be judged."""
    return choices(unjudged(name, max_points), criterion)


def choice_for(
    outcome: Outcome, points: float, max_points: float, criterion: Criterion | None, *, name: str
) -> Choice | None:
    """The choice behind an outcome and its points; ``None`` where it is not offered."""
    blank = unjudged(name, max_points)
    wanted = said(outcome, points)
    return next(
        (
            each
            for each in choices(blank, criterion)
            if said(each.outcome, points_of(each, blank, criterion)) == wanted
        ),
        None,
    )


def rated(
    name: str, max_points: float, criterion: Criterion | None, entry: Entry, *, at: datetime
) -> RatingDecision | Pending:
    """What an entry says of a criterion; clips are to be checked before.

    Raises:
        InputInvalid: A text or the number of clips is over its limit, or the choice is not offered.
    """
    read = decided(unjudged(name, max_points), criterion, entry, at=at)
    if isinstance(read, Decision):
        return RatingDecision(
            criterion=name,
            outcome=read.outcome,
            points=read.points,
            max_points=read.max_points,
            reason=read.reason,
            note=read.note,
            evidence=read.evidence,
            decided_at=read.decided_at,
        )
    return read


def entry_for(
    held: RatingDecision | Pending | None, max_points: float, criterion: Criterion | None
) -> Entry:
    """What to fill a form with."""
    if held is None:
        return Entry(None)
    choice = None
    if isinstance(held, RatingDecision):
        choice = choice_for(held.outcome, held.points, max_points, criterion, name=held.criterion)
    return Entry(choice, held.reason, held.note, held.evidence)


def same(one: RatingDecision, other: RatingDecision) -> bool:
    """Whether two decisions say the same, whenever they were made."""
    return replace(one, decided_at=other.decided_at) == other


def require_decided(names: Sequence[str], decisions: Sequence[RatingDecision]) -> None:
    """Check that every criterion is decided.

    A criterion left out would say nothing to anybody; that it cannot be judged is a decision too.

    Raises:
        InputInvalid: ``field`` names the first one that is not.
    """
    settled = {each.criterion for each in decisions}
    for name in names:
        if name not in settled:
            raise InputInvalid(
                f"{name} is not decided", field=f"{name}.choice", reason=Reason("rating.undecided")
            )

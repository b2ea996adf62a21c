"""What a criterion's licence decides: what a reviewer decides unseen, and what of a score is provisional.

With licensing off, which it is until somebody turns it on, nothing here applies: everything that the machine
says is shown and counts.
"""

from __future__ import annotations

from collections.abc import Mapping

from qa.domain.licence import Level
from qa.domain.review import Purpose, Review
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Scorecard
from qa.domain.withholding import judged
from qa.ports import UnitOfWork, UnitOfWorkFactory
from qa.services.review_state import ReviewingState


def for_people(unit: UnitOfWork, state: ReviewingState, *, licensing: bool) -> frozenset[str]:
    """The criteria that a reviewer decides before they are shown what the machine says.

    These are the ones that it has no licence to suggest anything for. Of a call that the random draw took it
    is all of them: what people find there measures the machine, and who sees its verdict first agrees too
    easily. Once a review counts for the call, nothing is left to withhold.
    """
    if not licensing or state.purpose is not Purpose.REVIEW or state.current is not None:
        return frozenset()
    said = judged(state.card.verdicts)
    task = unit.tasks.of_call(state.call)
    if task is not None and task.chance is not None:
        return said
    levels = unit.licences.levels(state.card.rubric.id)
    return frozenset(each for each in said if _level(levels, each) is Level.HUMAN_ONLY)


def awaiting(
    unit: UnitOfWork, card: Scorecard | None, review: Review | None, *, licensing: bool
) -> tuple[str, ...]:
    """The criteria that count in a score by the machine's word, which has no licence to count alone.

    While there are any the score is provisional. A review settles all of them: it is a person's.
    """
    if not licensing or card is None or review is not None:
        return ()
    levels = unit.licences.levels(card.rubric.id)
    return tuple(
        each.criterion
        for each in card.verdicts
        if each.outcome.counts and _level(levels, each.criterion) is not Level.AUTO
    )


def awaiting_in(
    open_store: UnitOfWorkFactory,
    card: Scorecard | None,
    review: Review | None,
    *,
    licensing: bool,
) -> int:
    """How many criteria of a call await a person (see ``awaiting``)."""
    if not licensing:
        return 0
    with open_store() as unit:
        return len(awaiting(unit, card, review, licensing=licensing))


def unlicensed(unit: UnitOfWork, rubric: Rubric | None) -> int:
    """How many criteria of a rubric the machine has no licence to settle alone."""
    if rubric is None:
        return 0
    levels = unit.licences.levels(rubric.ref.id)
    return sum(_level(levels, each.id) is not Level.AUTO for each in rubric.criteria)


def awaiting_a_person(
    open_store: UnitOfWorkFactory, rubric: Rubric | None, *, licensing: bool
) -> int:
    """The same, 0 with licensing off: what makes the score of a call provisional that nobody has reviewed."""
    if not licensing:
        return 0
    with open_store() as unit:
        return unlicensed(unit, rubric)


def _level(levels: Mapping[str, Level], criterion: str) -> Level:
    return levels.get(criterion, Level.HUMAN_ONLY)

"""A session laid open: what people and the machine said side by side, and what is agreed of it.

A call that the reader has still to rate in another open session is left out, and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qa.domain.access import Action, Actor, require
from qa.domain.calibration import Calibration, DrawnCall, Rater, Rating
from qa.domain.clarification import Clarification
from qa.domain.comparison import Comparison, compared, divergence_first, said, total
from qa.domain.rating import rating_choices, unjudged
from qa.domain.review import FinalScore, in_force
from qa.domain.reviewing import Choice, critical_of, points_of
from qa.domain.rubric import Criterion, Level, Rubric
from qa.domain.scorecard import Outcome, Scorecard
from qa.domain.wording import Reason, Text
from qa.ports import UnitOfWork, UnitOfWorkFactory
from qa.services.browse import RubricTexts, title_of
from qa.services.calibration.masters import Agreement, MasterChanged, agree, require_revealed
from qa.services.calibration.remarks import remarks_on
from qa.services.calibration.view import steers

__all__ = [
    "Agreement",
    "CallOfReveal",
    "MasterChanged",
    "MasterOption",
    "RevealView",
    "Row",
    "Scored",
    "agree",
    "open_reveal",
]


@dataclass(frozen=True, slots=True)
class MasterOption:
    """One choice for a master.

    Attributes:
        votes: How many people chose it.
        suggested: Whether more than half of at least two chose it: a form may have it filled in, and a person
            enters it with a reason all the same. Where opinions are tied no option is.
    """

    choice: Choice
    points: float
    level: Level | None
    votes: int
    suggested: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion of one call, side by side (``comparison``), as it is worded and can be agreed on.

    Attributes:
        criterion: What the rubric of this call asks; ``None`` when its text is not at hand.
        options: What can be agreed on, in order; empty where the scorecard is gone.
    """

    comparison: Comparison
    title: Text
    criterion: Criterion | None
    critical: bool
    options: tuple[MasterOption, ...]


@dataclass(frozen=True, slots=True)
class Scored:
    """What one rater makes of one call as a whole.

    Attributes:
        score: 0-100; ``None`` where they did not rate it or nothing counts.
        note: To the whole call, possibly empty.
    """

    rater: Rater
    score: float | None
    critical_failed: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class CallOfReveal:
    """A call with its totals.

    Attributes:
        machine: What the pinned scorecard comes to; ``None`` where it is gone.
        master: What was agreed comes to; ``None`` until every criterion of the call is agreed.
        agreed: How many criteria are agreed, of how many.
        rescored: Whether the call shows another scorecard by now.
    """

    drawn: DrawnCall
    rubric: Rubric | None
    scores: tuple[Scored, ...]
    machine: FinalScore | None
    master: float | None
    agreed: int
    criteria: int
    rescored: bool


@dataclass(frozen=True, slots=True)
class RevealView:
    """A session laid open.

    Attributes:
        raters: Whose columns there are, in order; who left without submitting anything has none.
        rows: What people disagree on most first.
        calls: In the order of the session, with totals.
        remarks: What is missing or has to be known before anything is read from it: sentences by code.
        clarifications: That came from this session, withdrawn ones too, the latest first.
        manages: Whether the reader steers it and may enter what was agreed.
    """

    calibration: Calibration
    raters: tuple[Rater, ...]
    rows: tuple[Row, ...]
    calls: tuple[CallOfReveal, ...]
    remarks: tuple[Reason, ...]
    clarifications: tuple[Clarification, ...]
    manages: bool


def open_reveal(
    open_store: UnitOfWorkFactory, rubrics: RubricTexts, actor: Actor, public_id: str
) -> RevealView:
    """A session laid open, divergence first.

    Raises:
        NotAllowed: The actor does not calibrate.
        CalibrationNotFound: There is no such session.
        CalibrationConflict: It is not revealed (``STILL_OPEN``), or was closed unrated (``NOTHING_RATED``).
    """
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        calibration = unit.calibrations.get(public_id)
        require_revealed(calibration)
        withheld = unit.calibrations.withheld(public_id)
        shown = tuple(each for each in calibration.calls if each.position not in withheld)
        ratings = [
            each
            for each in unit.calibrations.ratings(public_id)
            if each.submitted_at is not None and each.position not in withheld
        ]
        machines = {
            position: card
            for position, card in unit.calibrations.machines(public_id).items()
            if position not in withheld
        }
        masters = [
            each for each in unit.calibrations.masters(public_id) if each.position not in withheld
        ]
        texts = {each.position: rubrics.of(unit, each.rubric) for each in shown}
        rescored = _rescored(unit, shown)
        clarifications = unit.calibrations.clarifications(calibration=public_id, withdrawn=True)
    comparisons = [
        each
        for each in compared(calibration, ratings, machines, masters)
        if each.position not in withheld
    ]
    submitted = {each.rater.id for each in ratings}
    return RevealView(
        calibration=calibration,
        raters=tuple(
            each for each in calibration.raters if each.active or each.person.id in submitted
        ),
        rows=tuple(_row(each, texts.get(each.position)) for each in divergence_first(comparisons)),
        calls=tuple(
            _call(
                each,
                texts[each.position],
                [rating for rating in ratings if rating.position == each.position],
                card=machines.get(each.position),
                comparisons=[row for row in comparisons if row.position == each.position],
                raters=calibration.raters,
                rescored=each.position in rescored,
            )
            for each in shown
        ),
        remarks=remarks_on(calibration, ratings, withheld=withheld, rescored=rescored),
        clarifications=clarifications,
        manages=steers(actor, calibration),
    )


# --- parts of the page -------------------------------------------------------------------------


def _rescored(unit: UnitOfWork, calls: Iterable[DrawnCall]) -> frozenset[int]:
    """Positions of the calls that show another scorecard than the one that was pinned."""
    there = {each.call: each for each in calls if each.call is not None}
    now = unit.calibrations.drawable(list(there))
    return frozenset(
        each.position
        for call, each in there.items()
        if call in now and now[call].scorecard != each.scorecard
    )


def _row(comparison: Comparison, rubric: Rubric | None) -> Row:
    name = comparison.criterion
    criterion = rubric.criterion(name) if rubric else None
    worth = comparison.machine.max_points if comparison.machine else 0.0
    spoken = [said(each.outcome, each.points) for each in comparison.decisions]
    suggestion = comparison.suggestion
    wanted = said(suggestion.outcome, suggestion.points) if suggestion else None
    options = []
    # Without its scorecard there is nothing that a master could be held against.
    for choice in rating_choices(name, worth, criterion) if comparison.machine else ():
        points = points_of(choice, unjudged(name, worth), criterion)
        what = said(choice.outcome, points)
        level = criterion.levels[choice.level] if criterion and choice.level is not None else None
        options.append(MasterOption(choice, points, level, spoken.count(what), what == wanted))
    return Row(
        comparison=comparison,
        title=title_of(rubric, name),
        criterion=criterion,
        critical=criterion.critical if criterion else False,
        options=tuple(options),
    )


def _call(
    drawn: DrawnCall,
    rubric: Rubric | None,
    ratings: Sequence[Rating],
    *,
    card: Scorecard | None,
    comparisons: Sequence[Comparison],
    raters: Sequence[Rater],
    rescored: bool,
) -> CallOfReveal:
    critical = critical_of(rubric)
    by_rater = {each.rater.id: each for each in ratings}
    masters = [each.master for each in comparisons if each.master]
    whole = bool(comparisons) and len(masters) == len(comparisons)
    return CallOfReveal(
        drawn=drawn,
        rubric=rubric,
        scores=tuple(
            _scored(each, by_rater.get(each.person.id), critical)
            for each in raters
            if each.active or each.person.id in by_rater
        ),
        machine=in_force(card, (), critical) if card else None,
        master=total(masters) if whole else None,
        agreed=len(masters),
        criteria=len(comparisons),
        rescored=rescored,
    )


def _scored(rater: Rater, rating: Rating | None, critical: Mapping[str, bool]) -> Scored:
    if rating is None:
        return Scored(rater, None, ())
    failed = tuple(
        each.criterion
        for each in rating.decisions
        if each.outcome is Outcome.FAIL and critical.get(each.criterion, False)
    )
    return Scored(rater, rating.score, failed, rating.note)

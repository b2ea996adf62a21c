"""One call as a rater of a session sees it, blind: what was said, and what the rubric asks.

Nothing here knows what the machine or anybody else says of the call. The view is built from the rubric and
from what was heard; the pinned scorecard gives the criteria and their points, and none of its verdicts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from qa.domain.access import Action, Actor, require
from qa.domain.calibration import Calibration, DrawnCall, Rating, RatingDecision, RatingState
from qa.domain.clarification import Clarification
from qa.domain.correction import CorrectedTurn, corrected
from qa.domain.errors import CallNotFound
from qa.domain.rating import entry_for, rating_choices, unjudged
from qa.domain.records import CallDetail
from qa.domain.review import Pending
from qa.domain.reviewing import Choice, Entry, points_of
from qa.domain.rubric import Criterion, Level, Rubric
from qa.domain.wording import Text
from qa.ports import AudioShelf, UnitOfWorkFactory
from qa.ports.calibration import RatingPlace
from qa.services.browse import RubricTexts, title_of
from qa.services.calibration.rating_state import (
    BlindState,
    drawn_in,
    no_such_call,
    read_state,
    require_rating,
)
from qa.services.clarifications import standing


@dataclass(frozen=True, slots=True)
class RatingOption:
    """One choice of a criterion, as it is offered; ``level`` is the level of a scale that it is."""

    choice: Choice
    points: float
    level: Level | None


@dataclass(frozen=True, slots=True)
class CriterionRating:
    """One criterion to rate.

    Attributes:
        id: The criterion's id, which names its fields in a form.
        criterion: What the rubric asks; ``None`` when the rubric's text is not at hand.
        clarifications: How it is to be read, the latest first.
        options: What can be chosen, in order; the last one is that it cannot be judged.
        entry: What the rater's own draft holds; blank where it holds nothing.
    """

    id: str
    title: Text
    criterion: Criterion | None
    critical: bool
    max_points: float
    clarifications: tuple[Clarification, ...]
    options: tuple[RatingOption, ...]
    entry: Entry


@dataclass(frozen=True, slots=True)
class SectionRating:
    """A section of the rubric; ``title`` is ``None`` for criteria that the rubric does not place."""

    title: Text | None
    criteria: tuple[CriterionRating, ...]


@dataclass(frozen=True, slots=True)
class RatingView:
    """One call as a rater sees it.

    Attributes:
        detail: The call's record, recording and hearing. Its ``scorecard``, ``scored_at``, ``version`` and
            ``refusal`` are ``None``, whatever the call has.
        turns: The transcript as people corrected it.
        rating: The rater's own; ``None`` before its first save.
        previous: Position of the call before it, ``next`` of the one after it, among those that they rate.
        left: How many calls they have still to submit, this one included.
    """

    calibration: Calibration
    drawn: DrawnCall
    detail: CallDetail
    turns: tuple[CorrectedTurn, ...]
    rubric: Rubric | None
    sections: tuple[SectionRating, ...]
    rating: Rating | None
    previous: int | None
    next: int | None
    left: int

    @property
    def criteria(self) -> tuple[CriterionRating, ...]:
        """Every criterion in the order it is shown."""
        return tuple(each for section in self.sections for each in section.criteria)

    @property
    def revision(self) -> int:
        """How often the rating was saved; 0 before its first save."""
        return self.rating.revision if self.rating else 0

    @property
    def submitted(self) -> bool:
        """Whether the rater has submitted this call; it is shown to them as they left it."""
        return self.rating is not None and self.rating.state is RatingState.SUBMITTED

    @property
    def note(self) -> str:
        """The own note to the whole call."""
        return self.rating.note if self.rating else ""


def open_rating(
    open_store: UnitOfWorkFactory, rubrics: RubricTexts, actor: Actor, place: RatingPlace
) -> RatingView:
    """A call of an open session as its rater sees it. Opening changes nothing.

    Raises:
        NotAllowed: The actor does not calibrate.
        CalibrationNotFound: There is no such session, or no such call in it.
        CalibrationConflict: The actor does not rate it (``Obstacle``): no rater, left, own call, deleted,
            or the session is not open any more.
    """
    with open_store() as unit:
        state = read_state(unit, rubrics, actor, place)
        said_of = standing(unit, state.drawn.rubric.id)
        ratings = unit.calibrations.ratings(place.calibration)
    pinned = state.pinned
    heard = pinned.detail.hearing
    own = {each.position: each.state for each in ratings if each.rater.id == state.rater_id}
    asked = [each.position for each in state.asked]
    at = asked.index(place.position)
    return RatingView(
        calibration=state.calibration,
        drawn=state.drawn,
        detail=replace(pinned.detail, scorecard=None, scored_at=None, version=None),
        turns=corrected(heard.transcript, pinned.corrections) if heard else (),
        rubric=state.rubric,
        sections=_sections(state, said_of),
        rating=state.rating,
        previous=asked[at - 1] if at else None,
        next=asked[at + 1] if at + 1 < len(asked) else None,
        left=sum(own.get(each) is not RatingState.SUBMITTED for each in asked),
    )


def rating_sound(
    open_store: UnitOfWorkFactory, shelf: AudioShelf, actor: Actor, place: RatingPlace
) -> Path:
    """The playable copy of a call's recording, for its raters and, once revealed, for who calibrates.

    Raises:
        NotAllowed: The actor does not calibrate.
        CallNotFound: There is no recording that can be played.
        CalibrationNotFound: There is no such session, or no such call in it.
        CalibrationConflict: The actor does not rate it, and it is not revealed.
    """
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        calibration = unit.calibrations.get(place.calibration)
        drawn = drawn_in(calibration, place)
        if not calibration.revealed:
            require_rating(calibration, actor, drawn)
        elif place.position in unit.calibrations.withheld(place.calibration):
            raise no_such_call()
        audio = unit.calibrations.sound(place.calibration, place.position)
    path = shelf.locate(audio) if audio else None
    if path is None or not path.is_file():
        raise CallNotFound(f"call {drawn.call_name} has no recording that can be played")
    return path


# --- parts of the page -------------------------------------------------------------------------


def _sections(
    state: BlindState, said_of: Mapping[str, tuple[Clarification, ...]]
) -> tuple[SectionRating, ...]:
    """The criteria of the scorecard in the rubric's order; without the rubric's text, in its own."""
    views = {name: _criterion(state, name, said_of.get(name, ())) for name in state.points}
    if state.rubric is None:
        return (SectionRating(None, tuple(views.values())),)
    return tuple(
        SectionRating(section.title, shown)
        for section in state.rubric.sections
        if (
            shown := tuple(
                views[each.id] for each in state.rubric.of(section.id) if each.id in views
            )
        )
    )


def _criterion(
    state: BlindState, name: str, clarifications: tuple[Clarification, ...]
) -> CriterionRating:
    criterion, worth = state.criterion(name), state.points[name]
    blank = unjudged(name, worth)
    held: RatingDecision | Pending | None = None
    if state.rating is not None:
        held = state.rating.decision(name) or next(
            (each for each in state.rating.pending if each.criterion == name), None
        )
    return CriterionRating(
        id=name,
        title=title_of(state.rubric, name),
        criterion=criterion,
        critical=criterion.critical if criterion else False,
        max_points=worth,
        clarifications=clarifications,
        options=tuple(
            RatingOption(
                choice=choice,
                points=points_of(choice, blank, criterion),
                level=(
                    criterion.levels[choice.level]
                    if criterion and choice.level is not None
                    else None
                ),
            )
            for choice in rating_choices(name, worth, criterion)
        ),
        entry=entry_for(held, worth, criterion),
    )

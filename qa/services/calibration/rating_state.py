"""Where the rating of one call of a session stands, for one rater."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa.domain.access import Action, Actor, require
from qa.domain.calibration import (
    Calibration,
    CalibrationConflict,
    CalibrationNotFound,
    DrawnCall,
    Obstacle,
    Rating,
    RatingState,
    bars,
    to_rate,
)
from qa.domain.rubric import Criterion, Rubric
from qa.ports import UnitOfWork
from qa.ports.calibration import PinnedCall, RatingPlace
from qa.services.browse import RubricTexts


@dataclass(frozen=True, slots=True)
class BlindState:
    """A call that somebody rates, with all that their form is checked against.

    Attributes:
        points: By criterion, in the order of the scorecard, what it is worth.
        asked: The calls that they are to rate.
    """

    calibration: Calibration
    drawn: DrawnCall
    pinned: PinnedCall
    rubric: Rubric | None
    points: Mapping[str, float]
    asked: tuple[DrawnCall, ...]
    rater_id: int
    rating: Rating | None

    def criterion(self, name: str) -> Criterion | None:
        """What the rubric asks; ``None`` where its text is not at hand."""
        return self.rubric.criterion(name) if self.rubric else None


def read_state(
    unit: UnitOfWork, rubrics: RubricTexts, actor: Actor, place: RatingPlace
) -> BlindState:
    """Where a rating stands that somebody may work on.

    Raises:
        NotAllowed: The actor does not calibrate.
        CalibrationNotFound: There is no such session, or no such call in it.
        CalibrationConflict: The actor does not rate it (any more).
    """
    require(actor, Action.CALIBRATE)
    calibration = unit.calibrations.get(place.calibration)
    rater_id = require_rating(calibration, actor, drawn_in(calibration, place))
    state = _read(unit, rubrics, calibration, place, rater_id)
    if state is None:
        raise CalibrationConflict(Obstacle.CALL_GONE)
    return state


def read_submitted(
    unit: UnitOfWork, rubrics: RubricTexts, actor: Actor, place: RatingPlace
) -> BlindState | None:
    """Where a rating stands that somebody has submitted, whatever became of the session since."""
    require(actor, Action.CALIBRATE)
    if actor.user_id is None:
        return None
    calibration = unit.calibrations.get(place.calibration)
    rating = unit.calibrations.rating(place.calibration, place.position, actor.user_id)
    if rating is None or rating.state is not RatingState.SUBMITTED:
        return None
    return _read(unit, rubrics, calibration, place, actor.user_id)


def drawn_in(calibration: Calibration, place: RatingPlace) -> DrawnCall:
    """A call of a session. Raises ``CalibrationNotFound``."""
    drawn = calibration.drawn(place.position)
    if drawn is None:
        raise no_such_call()
    return drawn


def no_such_call() -> CalibrationNotFound:
    """The error for a call that a session has not, or that is out of reach."""
    return CalibrationNotFound(
        "the session has no such call", hint="open it from the page of its session"
    )


def require_rating(calibration: Calibration, actor: Actor, drawn: DrawnCall) -> int:
    """The id of who rates a call. Raises ``CalibrationConflict`` where they do not."""
    barred = bars(calibration, actor.user_id, drawn)
    if barred is not None or actor.user_id is None:
        raise CalibrationConflict(barred or Obstacle.NOT_A_RATER)
    return actor.user_id


def _read(
    unit: UnitOfWork,
    rubrics: RubricTexts,
    calibration: Calibration,
    place: RatingPlace,
    rater_id: int,
) -> BlindState | None:
    """A call with its rating; ``None`` where the call or its scorecard is gone."""
    pinned = unit.calibrations.pinned(place.calibration, place.position)
    rater = calibration.rater(rater_id)
    if pinned is None or pinned.detail.scorecard is None or rater is None:
        return None
    card = pinned.detail.scorecard
    return BlindState(
        calibration=calibration,
        drawn=pinned.drawn,
        pinned=pinned,
        rubric=rubrics.of(unit, card.rubric),
        points={each.criterion: each.max_points for each in card.verdicts},
        asked=to_rate(calibration, rater),
        rater_id=rater_id,
        rating=unit.calibrations.rating(place.calibration, place.position, rater_id),
    )

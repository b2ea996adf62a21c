"""What is agreed on a criterion of a call: entered by a person with its reason, never computed."""

from __future__ import annotations

from dataclasses import dataclass

from qa.domain.access import Action, Actor, require, require_account
from qa.domain.calibration import (
    Calibration,
    CalibrationConflict,
    CalibrationState,
    Master,
    Obstacle,
)
from qa.domain.errors import Conflict
from qa.domain.faults import invalid
from qa.domain.rating import rating_choices, unjudged
from qa.domain.reviewing import TEXT_LIMIT, Choice, points_of
from qa.domain.wording import Reason, render
from qa.domain.written import written
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.ports.calibration import RatingPlace
from qa.services.browse import RubricTexts
from qa.services.calibration.rating_state import drawn_in, no_such_call
from qa.services.calibration.view import require_steering


class MasterChanged(Conflict):
    """Somebody else entered what was agreed meanwhile; ``master`` is what stands, nothing was overwritten."""

    code = "master_changed"

    def __init__(self, master: Master) -> None:
        self.reason = Reason("master.changed", {"name": master.decided_by.name})
        super().__init__(render(self.reason, "en"))
        self.master = master


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a person enters as agreed.

    Attributes:
        choice: The code of an option (``Choice.code``); empty for none.
        reason: Why, always asked for.
        revision: Of the master that the page showed; 0 where it showed none.
    """

    position: int
    criterion: str
    choice: str
    reason: str
    revision: int


def agree(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    public_id: str,
    *,
    agreement: Agreement,
) -> Master:
    """Enter what was agreed on one criterion of one call; the same again changes nothing.

    Raises:
        NotAllowed: The actor does not steer the session, or has no account to sign with.
        InputInvalid: Nothing or nothing that is offered was chosen (``choice``), or no reason is given
            (``reason``).
        MasterChanged: Something else was entered since the page was made.
        CalibrationConflict: The session is not revealed, or closed; or the call's scorecard is gone.
        CalibrationNotFound: There is no such session, or no such call in it.
    """
    require(actor, Action.CALIBRATE)
    by = require_account(actor)
    with open_store(writes=True) as unit:
        calibration = unit.calibrations.get(public_id)
        require_steering(actor, calibration)
        require_revealed(calibration)
        if calibration.state is CalibrationState.CLOSED:
            raise CalibrationConflict(Obstacle.CLOSED)
        choice, points, worth = _chosen(unit, rubrics, calibration, agreement)
        reason = _reason(agreement.reason)
        standing = next(
            (
                each
                for each in unit.calibrations.masters(public_id)
                if (each.position, each.criterion) == (agreement.position, agreement.criterion)
            ),
            None,
        )
        if standing is not None:
            if (standing.outcome, standing.points, standing.reason) == (
                choice.outcome,
                points,
                reason,
            ):
                return standing
            if standing.revision != agreement.revision:
                raise MasterChanged(standing)
        master = unit.calibrations.put_master(
            public_id,
            agreement.position,
            criterion=agreement.criterion,
            outcome=choice.outcome,
            points=points,
            max_points=worth,
            reason=reason,
            decided_by=by,
            at=clock.now(),
        )
        unit.commit()
        return master


def require_revealed(calibration: Calibration) -> None:
    """Raise ``CalibrationConflict`` for a session whose ratings may not be looked at."""
    if not calibration.revealed:
        unrated = calibration.state is CalibrationState.CLOSED
        raise CalibrationConflict(Obstacle.NOTHING_RATED if unrated else Obstacle.STILL_OPEN)


def _chosen(
    unit: UnitOfWork, rubrics: RubricTexts, calibration: Calibration, agreement: Agreement
) -> tuple[Choice, float, float]:
    """What was chosen, the points that it gives, and what the criterion is worth."""
    withheld = unit.calibrations.withheld(calibration.public_id)
    drawn = drawn_in(calibration, RatingPlace(calibration.public_id, agreement.position))
    if agreement.position in withheld:
        raise no_such_call()
    card = unit.calibrations.machines(calibration.public_id).get(agreement.position)
    if card is None:
        raise CalibrationConflict(Obstacle.CALL_GONE)
    verdict = next((each for each in card.verdicts if each.criterion == agreement.criterion), None)
    if verdict is None:
        raise invalid("criterion", "review.no_such_criterion")
    if not agreement.choice:
        raise invalid("choice", "master.choice_needed")
    rubric = rubrics.of(unit, drawn.rubric)
    criterion = rubric.criterion(agreement.criterion) if rubric else None
    blank = unjudged(agreement.criterion, verdict.max_points)
    for each in rating_choices(agreement.criterion, verdict.max_points, criterion):
        if each.code == agreement.choice:
            return each, points_of(each, blank, criterion), verdict.max_points
    raise invalid("choice", "form.not_a_choice")


def _reason(text: str) -> str:
    if not text.strip():
        raise invalid("reason", "master.reason_needed")
    return written(text, field="reason", limit=TEXT_LIMIT)

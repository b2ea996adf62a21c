"""Entering at once what everybody said the same of: one act and one reason for the criteria nobody disputes.

It is still a person who enters it. A majority is no such case, nor is what one person alone has rated.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.domain.access import Action, Actor, require, require_account
from qa.domain.calibration import CalibrationConflict, CalibrationState, Obstacle
from qa.domain.comparison import Comparison, compared
from qa.domain.faults import invalid
from qa.domain.reviewing import TEXT_LIMIT
from qa.domain.written import written
from qa.ports import Clock, UnitOfWorkFactory
from qa.ports.calibration import RatingPlace
from qa.services.calibration.masters import require_revealed
from qa.services.calibration.rating_state import drawn_in, no_such_call
from qa.services.calibration.view import require_steering


def undisputed(comparisons: Sequence[Comparison]) -> tuple[Comparison, ...]:
    """Criteria of which at least two people, and everybody who was asked, say the same, and nothing is entered."""
    return tuple(
        each for each in comparisons if each.agreed and not each.missing and each.master is None
    )


def agree_on_undisputed(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    place: RatingPlace,
    *,
    reason: str,
) -> int:
    """Enter as agreed what everybody said the same of on one call; how many criteria that were.

    What is agreed already stays as it is.

    Raises:
        NotAllowed: The actor does not steer the session, or has no account to sign with.
        InputInvalid: No reason is given (``reason``), or it is too long.
        CalibrationConflict: The session is not revealed, or closed.
        CalibrationNotFound: There is no such session, or no such call in it.
    """
    require(actor, Action.CALIBRATE)
    by, name = require_account(actor), place.calibration
    with open_store(writes=True) as unit:
        calibration = unit.calibrations.get(name)
        require_steering(actor, calibration)
        require_revealed(calibration)
        if calibration.state is CalibrationState.CLOSED:
            raise CalibrationConflict(Obstacle.CLOSED)
        drawn_in(calibration, place)
        if place.position in unit.calibrations.withheld(name):
            raise no_such_call()
        if not reason.strip():
            raise invalid("reason", "master.reason_needed")
        why, now = written(reason, field="reason", limit=TEXT_LIMIT), clock.now()
        everything = compared(
            calibration,
            unit.calibrations.ratings(name),
            unit.calibrations.machines(name),
            unit.calibrations.masters(name),
        )
        of_call = [each for each in everything if each.position == place.position]
        entered = undisputed(of_call)
        for each in entered:
            said = each.decisions[0]
            unit.calibrations.put_master(
                name,
                place.position,
                criterion=each.criterion,
                outcome=said.outcome,
                points=said.points,
                max_points=said.max_points,
                reason=why,
                decided_by=by,
                at=now,
            )
        unit.commit()
    return len(entered)

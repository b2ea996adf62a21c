"""Calibration sessions as pages show them: which there are, how far they are, and what is the reader's to do.

Whoever calibrates sees the sessions and their progress in numbers. Nobody sees a rating here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from qa.domain.access import Action, Actor, may, require
from qa.domain.calibration import (
    Calibration,
    CalibrationQuery,
    CalibrationState,
    DrawnCall,
    Obstacle,
    Progress,
    Rater,
    RatingState,
    bars,
    progress,
)
from qa.domain.calibration import Rating as RatingOfCall
from qa.domain.errors import NotAllowed
from qa.domain.people import User, UserRole
from qa.ports import Clock, UnitOfWorkFactory
from qa.ports.calibration import CalibrationRow, RatingPlace
from qa.services.paging import pages_of

RATERS = (UserRole.ADMIN, UserRole.SUPERVISOR)
"""Who can be asked to rate."""


@dataclass(frozen=True, slots=True)
class CalibrationList:
    """One page of sessions.

    Attributes:
        query: What was asked, its page corrected to one that exists.
        total: Sessions that match the query.
        waiting: Open sessions in which the reader has still calls to rate, the one due first at the head;
            ``submitted`` and ``asked`` of each are the reader's own.
        now: The moment that what is overdue was told at.
    """

    query: CalibrationQuery
    rows: tuple[CalibrationRow, ...]
    total: int
    waiting: tuple[CalibrationRow, ...]
    now: datetime

    @property
    def pages(self) -> int:
        """How many pages the matching sessions fill, at least one."""
        return pages_of(self.total, self.query.page_size)


@dataclass(frozen=True, slots=True)
class OwnCall:
    """A call of a session as one rater has it.

    Attributes:
        state: Of their rating; ``None`` where they have not begun.
        barred: Why they do not rate it; ``None`` where they may.
    """

    drawn: DrawnCall
    state: RatingState | None
    barred: Obstacle | None


@dataclass(frozen=True, slots=True)
class CalibrationView:
    """One session as somebody sees it.

    Attributes:
        manages: Whether the reader steers it: its owner, or an admin.
        rater: The reader's place among the raters, if they have one.
        own: Each call as the reader rates it; empty for who is no rater.
        progress: How far each rater is, by numbers alone.
        next: Position of the first call that the reader has still to rate.
        overdue: Whether its deadline has passed unrevealed; nothing happens by itself.
        invitable: People who could still be invited; empty for who does not steer it.
    """

    calibration: Calibration
    manages: bool
    rater: Rater | None
    own: tuple[OwnCall, ...]
    progress: tuple[Progress, ...]
    next: int | None
    overdue: bool
    invitable: tuple[User, ...]
    now: datetime


def list_calibrations(
    open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, query: CalibrationQuery
) -> CalibrationList:
    """One page of the sessions, and those that wait for the reader. Raises ``NotAllowed``."""
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        page = unit.calibrations.page(query)
        if query.page > (last := pages_of(page.total, query.page_size)):
            query = replace(query, page=last)
            page = unit.calibrations.page(query)
        waiting = unit.calibrations.waiting_for(actor.user_id) if actor.user_id else ()
        return CalibrationList(query, page.rows, page.total, waiting, clock.now())


def open_calibration(
    open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, public_id: str
) -> CalibrationView:
    """One session, its progress and what of it is the reader's to do.

    Raises:
        NotAllowed: The actor does not calibrate.
        CalibrationNotFound: There is no such session.
    """
    require(actor, Action.CALIBRATE)
    now = clock.now()
    with open_store() as unit:
        calibration = unit.calibrations.get(public_id)
        ratings = unit.calibrations.ratings(public_id)
        manages = steers(actor, calibration)
        invitable: tuple[User, ...] = ()
        if manages and calibration.state is CalibrationState.OPEN:
            known = {each.person.id for each in calibration.raters}
            people = unit.people.active_with(RATERS)
            invitable = tuple(each for each in people if each.id not in known)
    rater = calibration.rater(actor.user_id)
    own = _own(calibration, ratings, actor.user_id) if rater else ()
    return CalibrationView(
        calibration=calibration,
        manages=manages,
        rater=rater,
        own=own,
        progress=progress(calibration, ratings),
        next=next_position(own),
        overdue=calibration.overdue(now),
        invitable=invitable,
        now=now,
    )


def rating_place(open_store: UnitOfWorkFactory, actor: Actor, call: str) -> RatingPlace | None:
    """Where somebody rates a call that is otherwise not there for them, if they do."""
    if actor.user_id is None or not may(actor, Action.CALIBRATE):
        return None
    with open_store() as unit:
        return unit.calibrations.place(actor.user_id, call)


def people_to_invite(open_store: UnitOfWorkFactory, actor: Actor) -> tuple[User, ...]:
    """Who can be asked to rate, by name. Raises ``NotAllowed``."""
    require(actor, Action.CALIBRATE)
    with open_store() as unit:
        return unit.people.active_with(RATERS)


def steers(actor: Actor, calibration: Calibration) -> bool:
    """Whether somebody may change a session: its owner, or an admin."""
    return actor.role is UserRole.ADMIN or actor.user_id == calibration.owner.id


def require_steering(actor: Actor, calibration: Calibration) -> None:
    """Raise ``NotAllowed`` for who does not steer a session."""
    require(actor, Action.CALIBRATE)
    if not steers(actor, calibration):
        raise NotAllowed(
            f"{actor.name} does not own this session", hint="ask its owner, or an admin"
        )


def next_position(own: Sequence[OwnCall]) -> int | None:
    """The first call that a rater has still to submit."""
    return next(
        (
            each.drawn.position
            for each in own
            if each.barred is None and each.state is not RatingState.SUBMITTED
        ),
        None,
    )


def _own(
    calibration: Calibration, ratings: Sequence[RatingOfCall], user_id: int | None
) -> tuple[OwnCall, ...]:
    states = {each.position: each.state for each in ratings if each.rater.id == user_id}
    return tuple(
        OwnCall(call, states.get(call.position), bars(calibration, user_id, call))
        for call in calibration.calls
    )

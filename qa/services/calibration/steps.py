"""Calibration sessions: made, changed, joined and left, laid open and closed.

A session's owner and admins steer it; they see its ratings no sooner than anybody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from qa.domain.access import Action, Actor, require, require_account
from qa.domain.calibration import (
    CALLS_LIMIT,
    RATERS_LIMIT,
    TITLE_LIMIT,
    Calibration,
    CalibrationConflict,
    CalibrationQuery,
    CalibrationState,
    Obstacle,
    closed,
    complete,
    edited,
    laid_open,
)
from qa.domain.errors import NotFound
from qa.domain.faults import invalid
from qa.domain.people import User
from qa.domain.reviewing import checked_text
from qa.domain.written import written
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.ports.calibration import NewCalibration
from qa.services.calibration.view import (
    RATERS,
    CalibrationList,
    CalibrationView,
    OwnCall,
    list_calibrations,
    next_position,
    open_calibration,
    people_to_invite,
    rating_place,
    require_steering,
    steers,
)

__all__ = [
    "FURTHEST",
    "RATERS",
    "CalibrationList",
    "CalibrationView",
    "Draft",
    "OwnCall",
    "Terms",
    "close_calibration",
    "edit_calibration",
    "invite_raters",
    "leave_all",
    "leave_calibration",
    "list_calibrations",
    "make_calibration",
    "next_position",
    "open_calibration",
    "people_to_invite",
    "rating_place",
    "require_steering",
    "reveal_calibration",
    "reveal_if_complete",
    "steers",
]

FURTHEST = timedelta(days=365)
"""How far ahead a deadline may lie; more is a slip of the keyboard."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What of a session may be changed while it is not closed."""

    title: str
    note: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody entered of a new session.

    Attributes:
        calls: By public id or by the site's own call id, in the order in which they are to be rated.
        raters: Public ids of people.
    """

    terms: Terms
    calls: Sequence[str]
    raters: Sequence[str]


def make_calibration(
    open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, draft: Draft
) -> Calibration:
    """Make a session; from now on its raters find its calls nowhere but on their rating page.

    The same form sent twice makes one session.

    Raises:
        NotAllowed: The actor does not calibrate, or has no account to own a session with.
        InputInvalid: A field cannot be taken (``title``, ``note``, ``due``, ``calls``, ``raters``); nothing
            was written.
    """
    require(actor, Action.CALIBRATE)
    owner_id, now = require_account(actor), clock.now()
    terms = _checked(draft.terms, now)
    with open_store(writes=True) as unit:
        before = _made_before(unit, actor, terms, _named(draft.calls))
        if before is not None:
            return before
        calls = _calls(unit, draft.calls)
        raters = _raters(unit, draft.raters)
        made = unit.calibrations.add(
            NewCalibration(
                title=terms.title,
                note=terms.note,
                owner_id=owner_id,
                due_at=terms.due_at,
                calls=calls,
                raters=[each.id for each in raters],
            ),
            at=now,
        )
        unit.commit()
        return made


def edit_calibration(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    public_id: str,
    terms: Terms,
    *,
    revision: int,
) -> Calibration:
    """Give a session another title, note or deadline.

    Raises:
        NotAllowed: The actor does not steer it.
        CalibrationConflict: It is closed, or was changed since ``revision`` was read.
        InputInvalid: A field cannot be taken; nothing was written.
    """
    with open_store(writes=True) as unit:
        before = _steered(unit, actor, public_id)
        checked = _checked(terms, clock.now(), before)
        after = edited(
            before,
            title=checked.title,
            note=checked.note,
            due_at=checked.due_at,
            revision=revision,
        )
        return _kept(unit, before, after)


def invite_raters(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    public_id: str,
    raters: Sequence[str],
) -> Calibration:
    """Invite more people to an open session; who is invited already stays so.

    Raises:
        NotAllowed: The actor does not steer it.
        CalibrationConflict: It is not open any more.
        InputInvalid: Somebody cannot rate, has left before, or there would be too many (``raters``).
    """
    with open_store(writes=True) as unit:
        calibration = _steered(unit, actor, public_id)
        if calibration.state is not CalibrationState.OPEN:
            raise CalibrationConflict(Obstacle.NOT_OPEN)
        asked = _raters(unit, raters)
        for each in asked:
            standing = calibration.rater(each.id)
            if standing is not None and not standing.active:
                raise invalid("raters", "calibration.rater_left", name=each.name)
        new = [each.id for each in asked if calibration.rater(each.id) is None]
        if len(calibration.raters) + len(new) > RATERS_LIMIT:
            raise invalid("raters", "calibration.too_many_raters", limit=RATERS_LIMIT)
        if not new:
            return calibration
        unit.calibrations.invite(public_id, new, at=clock.now())
        unit.calibrations.keep(replace(calibration, revision=calibration.revision + 1))
        unit.commit()
        return unit.calibrations.get(public_id)


def leave_calibration(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    actor: Actor,
    public_id: str,
    *,
    rater: str | None = None,
) -> Calibration:
    """Leave an open session, or take somebody off it; what they submitted stays.

    Where everybody else has submitted everything, the session is laid open by it.

    Args:
        open_store: Opens the store.
        clock: Dates it.
        actor: Who asks.
        public_id: Of the session.
        rater: Public id of whom to take off; ``None`` for oneself.

    Raises:
        NotAllowed: Somebody else is to be taken off by who does not steer the session.
        CalibrationConflict: It is not open any more, or who is meant is no rater of it.
    """
    require(actor, Action.CALIBRATE)
    with open_store(writes=True) as unit:
        calibration = unit.calibrations.get(public_id)
        meant = next(
            (
                each
                for each in calibration.raters
                if each.person.public_id == rater
                or (rater is None and each.person.id == actor.user_id)
            ),
            None,
        )
        if meant is None or meant.person.id != actor.user_id:
            require_steering(actor, calibration)
        if meant is None:
            raise CalibrationConflict(Obstacle.NOT_A_RATER)
        if not meant.active:
            return calibration
        if calibration.state is not CalibrationState.OPEN:
            raise CalibrationConflict(Obstacle.NOT_OPEN)
        unit.calibrations.leave(public_id, meant.person.id, at=clock.now())
        after = reveal_if_complete(unit, public_id, at=clock.now())
        unit.commit()
        return after


def reveal_calibration(
    open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, public_id: str
) -> Calibration:
    """End the rating and lay open what was submitted; drafts are never shown. A second time does nothing.

    Raises:
        NotAllowed: The actor does not steer it.
        CalibrationConflict: Nobody has submitted anything, or the session was closed unrated.
    """
    with open_store(writes=True) as unit:
        calibration = _steered(unit, actor, public_id)
        if calibration.revealed:
            return calibration
        ratings = unit.calibrations.ratings(public_id)
        return _kept(unit, calibration, laid_open(calibration, ratings, at=clock.now()))


def close_calibration(
    open_store: UnitOfWorkFactory, clock: Clock, actor: Actor, public_id: str
) -> Calibration:
    """End a session: what was agreed stands as it is. A second time does nothing.

    Raises:
        NotAllowed: The actor does not steer it.
        CalibrationConflict: It is open and holds ratings; they are to be laid open first.
    """
    with open_store(writes=True) as unit:
        calibration = _steered(unit, actor, public_id)
        if calibration.state is CalibrationState.CLOSED:
            return calibration
        ratings = unit.calibrations.ratings(public_id)
        return _kept(unit, calibration, closed(calibration, ratings, at=clock.now()))


def leave_all(unit: UnitOfWork, user_id: int, *, at: datetime) -> None:
    """Take somebody off the open sessions that wait for them; part of a caller's transaction."""
    for waiting in unit.calibrations.waiting_for(user_id):
        public_id = waiting.calibration.public_id
        unit.calibrations.leave(public_id, user_id, at=at)
        reveal_if_complete(unit, public_id, at=at)


def reveal_if_complete(unit: UnitOfWork, public_id: str, *, at: datetime) -> Calibration:
    """Lay a session open once nothing is left to be rated; part of a caller's transaction."""
    calibration = unit.calibrations.get(public_id)
    if calibration.state is not CalibrationState.OPEN:
        return calibration
    ratings = unit.calibrations.ratings(public_id)
    if not complete(calibration, ratings):
        return calibration
    after = laid_open(calibration, ratings, at=at)
    unit.calibrations.keep(after)
    return after


def _steered(unit: UnitOfWork, actor: Actor, public_id: str) -> Calibration:
    require(actor, Action.CALIBRATE)
    calibration = unit.calibrations.get(public_id)
    require_steering(actor, calibration)
    return calibration


def _kept(unit: UnitOfWork, before: Calibration, after: Calibration) -> Calibration:
    if after != before:
        unit.calibrations.keep(after)
        unit.commit()
    return after


# --- checks ------------------------------------------------------------------------------------


def _checked(terms: Terms, now: datetime, before: Calibration | None = None) -> Terms:
    """Terms tidied; a deadline that stands already may have passed."""
    title = written(terms.title, field="title", limit=TITLE_LIMIT)
    note = checked_text(terms.note, field="note")
    if terms.due_at <= now and (before is None or terms.due_at != before.due_at):
        raise invalid("due", "calibration.due_past")
    if terms.due_at > now + FURTHEST:
        raise invalid("due", "calibration.due_far", days=FURTHEST.days)
    return Terms(" ".join(title.split()), note, terms.due_at)


def _calls(unit: UnitOfWork, names: Sequence[str]) -> list[str]:
    """Public ids of the calls that were named, each once, in order."""
    wanted = _named(names)
    if not wanted:
        raise invalid("calls", "calibration.no_calls")
    if len(wanted) > CALLS_LIMIT:
        raise invalid("calls", "calibration.too_many_calls", limit=CALLS_LIMIT)
    found = unit.calibrations.drawable(wanted)
    for name in wanted:
        if name not in found:
            raise invalid("calls", "calibration.call_unknown", call=name)
        if found[name].scorecard is None:
            raise invalid("calls", "calibration.call_not_scored", call=found[name].call_name)
    return list(dict.fromkeys(found[name].public_id for name in wanted))


def _named(names: Sequence[str]) -> list[str]:
    """Names as they were sent, each once."""
    return list(dict.fromkeys(name.strip() for name in names if name.strip()))


def _raters(unit: UnitOfWork, public_ids: Sequence[str]) -> list[User]:
    """The people who were named, each once, in order."""
    wanted = list(dict.fromkeys(public_ids))
    if not wanted:
        raise invalid("raters", "calibration.no_raters")
    if len(wanted) > RATERS_LIMIT:
        raise invalid("raters", "calibration.too_many_raters", limit=RATERS_LIMIT)
    found = []
    for public_id in wanted:
        try:
            user = unit.people.user(public_id)
        except NotFound as error:
            raise invalid("raters", "form.not_a_choice") from error
        if user.role not in RATERS or not user.active:
            raise invalid("raters", "calibration.rater_unfit", name=user.name)
        found.append(user)
    return found


def _made_before(
    unit: UnitOfWork, actor: Actor, terms: Terms, names: Sequence[str]
) -> Calibration | None:
    """The open session that a form sent twice has made already.

    It is looked for before the calls are: whoever makes a session that they rate in does not find them any more.
    """
    latest = CalibrationQuery(state=CalibrationState.OPEN, page_size=20)
    return next(
        (
            each.calibration
            for each in unit.calibrations.page(latest).rows
            if each.calibration.owner.id == actor.user_id
            and (each.calibration.title, each.calibration.note, each.calibration.due_at)
            == (terms.title, terms.note, terms.due_at)
            and len(names) == len(each.calibration.calls)
            and all(
                name in (call.call, call.call_name)
                for name, call in zip(names, each.calibration.calls, strict=True)
            )
        ),
        None,
    )

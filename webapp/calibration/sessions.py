"""The list of sessions, the page of one, and the steps that its owner takes."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, make_response, redirect, render_template, request, url_for

from qa.domain.access import Action
from qa.domain.calibration import CalibrationConflict, Obstacle, RatingState
from qa.domain.errors import InputInvalid
from qa.services.calibration import steps as service
from qa.services.calibration.steps import Terms
from qa.services.calibration.view import CalibrationView, list_calibrations, open_calibration
from webapp.calibration import listing
from webapp.calibration.blueprint import blueprint, to_session
from webapp.calibration.meeting import reveal_page, terms_of
from webapp.coaching.fields import day
from webapp.deps import deps
from webapp.download import csv_file
from webapp.guard import actor, needs

_EXPORTED = 10_000
"""Rows of the file; who has more sessions than these narrows the list."""


# --- lists -------------------------------------------------------------------------------------


@blueprint.get("")
@needs(Action.CALIBRATE)
def index() -> str:
    """The sessions, the latest first, and those that wait for the reader."""
    query = listing.read(request.args)
    found = list_calibrations(deps().open_store, deps().clock, actor(), query)
    return render_template("calibration/index.html", list=found, query=found.query, listing=listing)


@blueprint.get("/sessions.csv")
@needs(Action.CALIBRATE)
def table() -> Response:
    """The list as its address filters and sorts it, for a spreadsheet."""
    query = replace(listing.read(request.args), page=1, page_size=_EXPORTED)
    found = list_calibrations(deps().open_store, deps().clock, actor(), query)
    return csv_file("calibration.csv", listing.COLUMNS, listing.lines(found.rows))


# --- one session -------------------------------------------------------------------------------


@blueprint.get("/<session_id>")
@needs(Action.CALIBRATE)
def show(session_id: str) -> str:
    """One session: while it is rated how far everybody is, and all that was said once it is laid open."""
    view = _opened(session_id)
    return reveal_page(view) if view.calibration.revealed else _page(view)


@blueprint.get("/<session_id>/next")
@needs(Action.CALIBRATE)
def next_call(session_id: str) -> Response:
    """On to the next call that the reader has to rate, beyond the one that they leave for now."""
    view = _opened(session_id)
    left = request.args.get("after", 0, type=int)
    waiting = [
        each.drawn.position
        for each in view.own
        if each.barred is None and each.state is not RatingState.SUBMITTED
    ]
    position = next((each for each in waiting if each > left), waiting[0] if waiting else None)
    if position is None:
        return make_response(redirect(url_for(".show", session_id=session_id)))
    return make_response(redirect(url_for(".call", session_id=session_id, position=position)))


@blueprint.post("/<session_id>/edit")
@needs(Action.CALIBRATE)
def edit(session_id: str) -> Response | tuple[str, int]:
    """Give it another title, note or deadline; what was typed stays where that cannot be."""
    view = _opened(session_id)
    try:
        service.edit_calibration(
            deps().open_store,
            deps().clock,
            actor(),
            session_id,
            Terms(
                request.form.get("title", ""),
                request.form.get("note", ""),
                day("due", view.calibration.due_at),
            ),
            revision=request.form.get("revision", -1, type=int),
        )
    except InputInvalid as error:
        return _page(view, typed=_typed(), error=error), 422
    except CalibrationConflict as conflict:
        if conflict.obstacle is not Obstacle.CHANGED:
            raise
        return _page(_opened(session_id), typed=_typed(), stale=True), 409
    return to_session(session_id, "saved")


@blueprint.post("/<session_id>/raters")
@needs(Action.CALIBRATE)
def invite(session_id: str) -> Response | tuple[str, int]:
    """Invite more people to rate."""
    asked = request.form.getlist("rater")
    try:
        service.invite_raters(deps().open_store, deps().clock, actor(), session_id, asked)
    except InputInvalid as error:
        return _page(_opened(session_id), error=error), 422
    return to_session(session_id, "calibration_invited", "raters")


@blueprint.post("/<session_id>/leave")
@needs(Action.CALIBRATE)
def leave(session_id: str) -> Response:
    """Rate no more, or take somebody off."""
    rater = request.form.get("rater") or None
    service.leave_calibration(deps().open_store, deps().clock, actor(), session_id, rater=rater)
    return to_session(
        session_id, "calibration_taken_off" if rater else "calibration_left", "raters"
    )


@blueprint.post("/<session_id>/reveal")
@needs(Action.CALIBRATE)
def reveal(session_id: str) -> Response:
    """Lay open what was submitted."""
    service.reveal_calibration(deps().open_store, deps().clock, actor(), session_id)
    return to_session(session_id, "calibration_revealed")


@blueprint.post("/<session_id>/close")
@needs(Action.CALIBRATE)
def close(session_id: str) -> Response:
    """End it."""
    service.close_calibration(deps().open_store, deps().clock, actor(), session_id)
    return to_session(session_id, "calibration_closed")


def _opened(session_id: str) -> CalibrationView:
    return open_calibration(deps().open_store, deps().clock, actor(), session_id)


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("title", "note", "due")}


def _page(
    view: CalibrationView,
    *,
    typed: dict[str, str] | None = None,
    error: InputInvalid | None = None,
    stale: bool = False,
) -> str:
    terms = terms_of(view.calibration)
    standing = terms["typed"]
    terms |= {"typed": typed or standing, "editing": typed is not None, "error": error}
    return render_template(
        "calibration/session.html",
        view=view,
        session=view.calibration,
        standing=standing,
        stale=stale,
        **terms,
    )

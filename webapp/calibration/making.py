"""Beginning a session: what it is called, which calls, who rates them, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, make_response, redirect, render_template, request, url_for

from qa.domain.access import Action
from qa.domain.calibration import CALLS_LIMIT, TITLE_LIMIT, Calibration
from qa.domain.errors import InputInvalid
from qa.services.calibration.picking import pick_calls
from qa.services.calibration.steps import Draft, Terms, make_calibration
from qa.services.calibration.view import people_to_invite
from webapp import forms
from webapp.calibration.blueprint import blueprint
from webapp.coaching.fields import shown_day
from webapp.deps import deps
from webapp.guard import actor, needs
from webapp.i18n import time_zone
from webapp.notices import tell

_USUAL = timedelta(days=7)
"""How long people have where nobody says otherwise."""
_SEARCH_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Typed:
    """The form as it stands."""

    title: str
    note: str
    due: str
    calls: Sequence[str]
    raters: Sequence[str]
    search: str
    draw: str


@blueprint.get("/new")
@needs(Action.CALIBRATE)
def new() -> str:
    """The form of a new session; an address may name calls that it begins with."""
    due_at = deps().clock.now() + _USUAL
    args = request.args
    return _page(
        Typed(
            title=args.get("title", "")[:TITLE_LIMIT],
            note="",
            due=shown_day(due_at),
            calls=args.getlist("call")[:CALLS_LIMIT],
            raters=(),
            search=args.get("q", "")[:_SEARCH_LIMIT],
            draw=args.get("draw", ""),
        )
    )


@blueprint.post("/new")
@needs(Action.CALIBRATE)
def begin() -> Response | str | tuple[str, int]:
    """Begin it, or look for other calls with everything else kept as it is typed."""
    typed = Typed(
        title=request.form.get("title", ""),
        note=request.form.get("note", ""),
        due=request.form.get("due", ""),
        calls=request.form.getlist("call"),
        raters=request.form.getlist("rater"),
        search=request.form.get("q", "")[:_SEARCH_LIMIT],
        draw=request.form.get("draw", ""),
    )
    if request.form.get("do") == "search":
        return _page(typed)
    try:
        made = _make(typed)
    except InputInvalid as error:
        return _page(typed, error), 422
    address = url_for(".show", session_id=made.public_id)
    return tell("calibration_begun", make_response(redirect(address, 303)))


def _make(typed: Typed) -> Calibration:
    terms = Terms(typed.title, typed.note, forms.day_end("due", time_zone()))
    draft = Draft(terms, typed.calls, typed.raters)
    return make_calibration(deps().open_store, deps().clock, actor(), draft)


def _page(typed: Typed, error: InputInvalid | None = None) -> str:
    picking = pick_calls(
        deps().open_store,
        actor(),
        search=typed.search,
        chosen=typed.calls,
        draw=typed.draw or None,
    )
    return render_template(
        "calibration/new.html",
        typed=typed,
        picking=picking,
        people=people_to_invite(deps().open_store, actor()),
        error=error,
        title_limit=TITLE_LIMIT,
        calls_limit=CALLS_LIMIT,
    )

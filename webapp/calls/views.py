"""The list of calls and the page of one call."""

from __future__ import annotations

from itertools import chain

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as WerkzeugResponse

from qa.domain.access import Action
from qa.domain.errors import CallNotFound
from qa.interop.lines import call_csv
from qa.services.browse import OUTCOMES, list_calls
from qa.services.calibration.steps import rating_place
from qa.services.export import call_lines
from qa.services.licences.steps import unlicensed_rubrics
from webapp.calls import listing
from webapp.calls.page import call_page
from webapp.deps import deps
from webapp.guard import actor, needs
from webapp.i18n import language

blueprint = Blueprint("calls", __name__)


@blueprint.get("/")
@needs(Action.SEE_CALLS)
def index() -> str:
    """The calls, most recent first unless the address says otherwise."""
    calls = list_calls(
        deps().open_store,
        deps().rubrics,
        actor(),
        listing.read(request.args),
        licensing=deps().settings.licenses,
    )
    return render_template("calls/calls.html", calls=calls, outcomes=OUTCOMES, listing=listing)


@blueprint.get("/calls.csv")
@needs(Action.EXPORT)
def table() -> Response:
    """Every call of the list as its address filters and sorts it, for a spreadsheet."""
    rows = call_lines(
        deps().open_store,
        actor(),
        listing.read(request.args),
        language(),
        unlicensed=unlicensed_rubrics(
            deps().open_store, deps().rubrics, licensing=deps().settings.licenses
        ),
    )
    return Response(
        chain([_BYTE_ORDER_MARK], call_csv(rows)),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="calls.csv"'},
    )


_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads Chinese as the machine's old code page."""


@blueprint.get("/calls/<public_id>")
@needs(Action.SEE_CALLS)
def call(public_id: str) -> str | WerkzeugResponse:
    """One call: its scorecard beside its transcript and sound, to review where that is due.

    Who has still to rate it blind is led to where they do.
    """
    try:
        return call_page(public_id)
    except CallNotFound:
        place = rating_place(deps().open_store, actor(), public_id)
        if place is None:
            raise
    address = url_for("calibration.call", session_id=place.calibration, position=place.position)
    return redirect(address)

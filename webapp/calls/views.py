"""The list of calls and the page of one call."""

from __future__ import annotations

from itertools import chain

from flask import Blueprint, Response, render_template, request

from qa.domain.access import Action
from qa.interop.lines import call_csv
from qa.services.browse import OUTCOMES, list_calls
from qa.services.export import call_lines
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
    calls = list_calls(deps().open_store, deps().rubrics, actor(), listing.read(request.args))
    return render_template("calls/calls.html", calls=calls, outcomes=OUTCOMES, listing=listing)


@blueprint.get("/calls.csv")
@needs(Action.EXPORT)
def table() -> Response:
    """Every call of the list as its address filters and sorts it, for a spreadsheet."""
    rows = call_lines(deps().open_store, actor(), listing.read(request.args), language())
    return Response(
        chain([_BYTE_ORDER_MARK], call_csv(rows)),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="calls.csv"'},
    )


_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads Chinese as the machine's old code page."""


@blueprint.get("/calls/<public_id>")
@needs(Action.SEE_CALLS)
def call(public_id: str) -> str:
    """One call: its scorecard beside its transcript and sound, to review where that is due."""
    return call_page(public_id)

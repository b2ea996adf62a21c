"""The list of calls and the page of one call."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from qa.services.browse import OUTCOMES, list_calls, open_call
from webapp import listing
from webapp.deps import deps
from webapp.transcript import lines

blueprint = Blueprint("calls", __name__)


@blueprint.get("/")
def index() -> str:
    """The calls, most recent first unless the address says otherwise."""
    calls = list_calls(deps().open_store, deps().rubrics, listing.read(request.args))
    return render_template("calls.html", calls=calls, outcomes=OUTCOMES, listing=listing)


@blueprint.get("/calls/<public_id>")
def call(public_id: str) -> str:
    """One call: its scorecard beside its transcript and sound."""
    query = listing.read(request.args)
    view = open_call(deps().open_store, deps().rubrics, public_id, query)
    return render_template(
        "call.html",
        view=view,
        call=view.detail,
        card=view.detail.scorecard,
        lines=lines(view.detail.hearing, view.criteria),
        back=listing.same_page(query),
    )

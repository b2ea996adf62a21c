"""The list of calls and the page of one call."""

from __future__ import annotations

from itertools import chain

from flask import Blueprint, Response, render_template, request

from qa.interop.lines import call_csv
from qa.services.browse import OUTCOMES, list_calls, open_call
from qa.services.export import call_lines
from webapp import listing
from webapp.deps import deps
from webapp.i18n import language
from webapp.quality import quality
from webapp.talk import talk
from webapp.transcript import is_converted, lines
from webapp.waveform import marks

blueprint = Blueprint("calls", __name__)


@blueprint.get("/")
def index() -> str:
    """The calls, most recent first unless the address says otherwise."""
    calls = list_calls(deps().open_store, deps().rubrics, listing.read(request.args))
    return render_template("calls.html", calls=calls, outcomes=OUTCOMES, listing=listing)


@blueprint.get("/calls.csv")
def table() -> Response:
    """Every call of the list as its address filters and sorts it, for a spreadsheet."""
    rows = call_lines(deps().open_store, listing.read(request.args), language())
    return Response(
        chain([_BYTE_ORDER_MARK], call_csv(rows)),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="calls.csv"'},
    )


_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads Chinese as the machine's old code page."""


@blueprint.get("/calls/<public_id>")
def call(public_id: str) -> str:
    """One call: its scorecard beside its transcript and sound."""
    query = listing.read(request.args)
    view = open_call(deps().open_store, deps().rubrics, public_id, query)
    hearing = view.detail.hearing
    return render_template(
        "call.html",
        view=view,
        call=view.detail,
        card=view.detail.scorecard,
        lines=lines(hearing, view.criteria),
        converted=is_converted(hearing),
        marked={mark["kind"] for mark in marks(hearing, (), view.criteria)},
        quality=quality(view.detail),
        talk=talk(hearing) if hearing else None,
        back=listing.same_page(query),
    )

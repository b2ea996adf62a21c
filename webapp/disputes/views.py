"""The list of disputes, and the page where one is decided."""

from __future__ import annotations

from dataclasses import replace

from flask import (
    Blueprint,
    Response,
    abort,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from qa.domain.access import Action
from qa.domain.correction import corrected
from qa.domain.dispute import REASON_LIMIT, DecideFirst, DisputeClosed, NotImpartial, ScoreChanged
from qa.domain.errors import InputInvalid
from qa.domain.review import FinalVerdict
from qa.services import disputes
from qa.services.dispute_view import DisputeView, list_disputes, open_dispute
from qa.statistics.proportions import Share, wilson
from webapp.agents.feedback import window
from webapp.calls.card import Line
from webapp.calls.transcript import lines
from webapp.calls.waveform import marks, waveform
from webapp.deps import deps
from webapp.disputes import listing
from webapp.download import csv_file
from webapp.guard import actor, needs
from webapp.i18n import language
from webapp.notices import tell

blueprint = Blueprint("disputes", __name__)

_EXPORTED = 10_000
"""Rows of the file; who has more disputes than these narrows the list."""


@blueprint.get("/disputes")
@needs(Action.DECIDE_DISPUTE)
def index() -> str:
    """Disputes, those that wait longest first."""
    found = list_disputes(
        deps().open_store,
        deps().rubrics,
        actor(),
        listing.read(request.args),
        window=window(),
    )
    return render_template(
        "disputes/index.html",
        view=found,
        query=found.query,
        listing=listing,
        now=deps().clock.now(),
        share=lambda hits, calls: wilson(Share(hits, calls)),
    )


@blueprint.get("/disputes.csv")
@needs(Action.DECIDE_DISPUTE)
def table() -> Response:
    """The list as its address filters and sorts it, for a spreadsheet."""
    query = replace(listing.read(request.args), page=1, page_size=_EXPORTED)
    found = list_disputes(deps().open_store, deps().rubrics, actor(), query, window=window())
    return csv_file("disputes.csv", listing.COLUMNS, listing.lines(found.rows, language()))


@blueprint.get("/disputes/<public_id>")
@needs(Action.DECIDE_DISPUTE)
def decide(public_id: str) -> str:
    """One dispute, with the form to decide it for who may."""
    return _page(open_dispute(deps().open_store, deps().rubrics, actor(), public_id))


@blueprint.app_errorhandler(DecideFirst)
def decide_first(first: DecideFirst) -> Response:
    """Lead who may still decide a dispute to it, from any page that would tell what was decided before."""
    address = url_for("disputes.decide", public_id=first.dispute)
    return tell("decide_first", make_response(redirect(address, 303)))


@blueprint.get("/disputes/<public_id>/waveform.json")
@needs(Action.DECIDE_DISPUTE)
def peaks(public_id: str) -> Response:
    """Peaks and lanes of the call, and the machine's marks for the disputed criterion alone."""
    view = open_dispute(deps().open_store, deps().rubrics, actor(), public_id)
    if view.detail.recording is None:
        abort(404)
    return jsonify(waveform(view.detail, view.detail.recording, _lines(view)))


@blueprint.post("/disputes/<public_id>")
@needs(Action.DECIDE_DISPUTE)
def settle(public_id: str) -> Response | tuple[str, int]:
    """Decide it; what was typed stays where that cannot be."""
    try:
        disputes.decide(
            deps().open_store,
            deps().rubrics,
            deps().clock,
            actor(),
            public_id,
            choice=request.form.get("choice", ""),
            reason=request.form.get("reason", ""),
            seen=request.form.get("seen", ""),
        )
    except InputInvalid as error:
        return _again(public_id, error=error), 422
    except ScoreChanged:
        return _again(public_id, trouble="changed"), 409
    except DisputeClosed as closed:
        if closed.decided_by != actor().user_id:
            return _again(public_id, trouble="closed"), 409
        # The form was sent twice.
    except NotImpartial:
        return _again(public_id, trouble="barred"), 409
    return tell(
        "dispute_decided",
        make_response(redirect(url_for("disputes.decide", public_id=public_id), 303)),
    )


def _again(public_id: str, *, error: InputInvalid | None = None, trouble: str = "") -> str:
    view = open_dispute(deps().open_store, deps().rubrics, actor(), public_id)
    typed = {name: request.form.get(name, "") for name in ("choice", "reason")}
    return _page(view, typed=typed, error=error, trouble=trouble)


def _page(
    view: DisputeView,
    *,
    typed: dict[str, str] | None = None,
    error: InputInvalid | None = None,
    trouble: str = "",
) -> str:
    hearing = view.detail.hearing
    # What people corrected names them: who decides reads what the machine heard.
    turns = corrected(hearing.transcript, ()) if hearing else ()
    shown = _lines(view)
    return render_template(
        "disputes/decide.html",
        view=view,
        dispute=view.dispute,
        call=view.detail,
        line=shown[0] if shown else None,
        lines=lines(hearing, turns, shown),
        marked={mark["kind"] for mark in marks(hearing, (), shown)},
        waveform_address=url_for("disputes.peaks", public_id=view.dispute.public_id),
        typed=typed or {},
        error=error,
        trouble=trouble,
        limit=REASON_LIMIT,
        swaps=(),
        seen=0,
    )


def _lines(view: DisputeView) -> tuple[Line, ...]:
    """The disputed criterion with the machine's verdict alone."""
    return (Line(view.view, FinalVerdict(view.view.verdict, None), None),) if view.view else ()

"""The plan with the work it would be, the list of draws, and each draw with its calls."""

from __future__ import annotations

from collections.abc import Mapping

from flask import (
    Blueprint,
    Response,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from qa import bootstrap
from qa.domain.access import Action
from qa.domain.errors import InputInvalid
from qa.domain.queue import TaskReason
from qa.services import sampling
from webapp.deps import deps
from webapp.download import csv_file
from webapp.guard import actor, needs
from webapp.listing import page_of
from webapp.notices import tell
from webapp.sampling import form, listing

blueprint = Blueprint("sampling", __name__, url_prefix="/sampling")


@blueprint.get("")
@needs(Action.CALIBRATE)
def index() -> Response:
    """The plan, the work that it would be where somebody asked for that, and the draws so far."""
    rules = _standing()
    if not form.was_sent(request.args):
        return _page(rules)
    try:
        rules = form.read(request.args, rules)
    except InputInvalid as fault:
        return _page(rules, sent=request.args, fault=fault, status=422)
    return _page(rules, prospect=sampling.look(deps().open_store, deps().clock, actor(), rules))


@blueprint.post("")
@needs(Action.CALIBRATE)
def draw() -> Response:
    """Draw by the plan that was sent, for somebody to look at and accept."""
    try:
        rules = form.read(request.form, _standing())
    except InputInvalid as fault:
        return _page(_standing(), sent=request.form, fault=fault, status=422)
    made = sampling.keep(deps().open_store, deps().clock, actor(), rules)
    if made is None:
        return tell("nothing_drawn", make_response(redirect(url_for(".index"), 303)))
    return make_response(redirect(url_for(".page", public_id=made), 303))


@blueprint.get("/draws.csv")
@needs(Action.CALIBRATE)
def table() -> Response:
    """The draws of one page, for a spreadsheet."""
    found = sampling.draws(deps().open_store, actor(), page=page_of(request.args))
    return csv_file("draws.csv", listing.DRAW_COLUMNS, listing.draw_lines(found.records))


@blueprint.get("/<public_id>")
@needs(Action.CALIBRATE)
def page(public_id: str) -> str:
    """A draw: the work that it is, and its calls with their probabilities."""
    query = listing.read(request.args)
    view = sampling.view(deps().open_store, actor(), public_id, query, page=page_of(request.args))
    settings = view.record.settings
    shares = {TaskReason.RANDOM: settings["floor"]}
    shares |= {TaskReason(part): share for part, share in settings["shares"].items()}
    return render_template(
        "sampling/draw.html", view=view, shares=shares, query=query, listing=listing
    )


@blueprint.get("/<public_id>/calls.csv")
@needs(Action.CALIBRATE)
def calls(public_id: str) -> Response:
    """All calls of a draw, as the address narrows and sorts them, for a spreadsheet."""
    query = listing.read(request.args)
    view = sampling.view(deps().open_store, actor(), public_id, query, page=None)
    lines = listing.call_lines(view.record, view.calls)
    return csv_file("draw.csv", listing.CALL_COLUMNS, lines)


@blueprint.post("/<public_id>/accept")
@needs(Action.CALIBRATE)
def accept(public_id: str) -> Response:
    """Let the calls of a draw into the queue."""
    sampling.accept(deps().open_store, deps().clock, actor(), public_id)
    return tell("queue_filled", make_response(redirect(url_for("queue.index"), 303)))


@blueprint.post("/<public_id>/discard")
@needs(Action.CALIBRATE)
def discard(public_id: str) -> Response:
    """Forget a draw that nobody accepted."""
    sampling.discard(deps().open_store, actor(), public_id)
    return tell("draw_discarded", make_response(redirect(url_for(".index"), 303)))


def _page(
    rules: sampling.Rules,
    *,
    prospect: sampling.Prospect | None = None,
    sent: Mapping[str, str] | None = None,
    fault: InputInvalid | None = None,
    status: int = 200,
) -> Response:
    found = sampling.draws(deps().open_store, actor(), page=page_of(request.args))
    page = render_template(
        "sampling/index.html",
        values=form.values_of(rules),
        prospect=prospect,
        draws=found,
        sent=sent or {},
        fault=fault,
        bounds=form.BOUNDS,
    )
    return make_response(page, status)


def _standing() -> sampling.Rules:
    """The plan of this installation."""
    return bootstrap.sampling_rules(deps().settings)

"""Reviewing a call: save a draft, submit it, skip it, and go on with the next one."""

from __future__ import annotations

from typing import Any

from flask import (
    Blueprint,
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from qa.domain.access import Action
from qa.domain.errors import InputInvalid
from qa.services import review as service
from qa.services.review import Change, ReviewChanged, ReviewForm, ReviewView
from qa.services.review_flow import next_call, skip_call
from webapp.calls.card import Line
from webapp.calls.page import Sent, call_page, desk_of, review_card
from webapp.deps import deps
from webapp.filters import moment, points, worded
from webapp.guard import actor, needs
from webapp.notices import tell
from webapp.review import form
from webapp.review.told import differences

blueprint = Blueprint("review", __name__)
blueprint.add_app_template_filter(form.choice_code)
blueprint.add_app_template_filter(form.clip_code)


@blueprint.get("/calls/<public_id>/review")
@needs(Action.REVIEW)
def again(public_id: str) -> str:
    """The page of a call to review it, also where it was reviewed before."""
    desk_of(public_id)
    return call_page(public_id, again=True)


@blueprint.post("/calls/<public_id>/review")
@needs(Action.REVIEW)
def send(public_id: str) -> Response:
    """Save, submit or give up a review; a script gets the outcome as data, a form as a page."""
    wish = request.form.get("do", "submit")
    if wish == "discard":
        return _discard(public_id)
    try:
        sent = form.read(request.form)
    except InputInvalid as fault:
        return _refused(public_id, None, fault)
    try:
        return _saved(public_id, sent) if wish == "save" else _submitted(public_id, sent)
    except InputInvalid as fault:
        return _refused(public_id, sent, fault)
    except ReviewChanged as changed:
        return _stale(public_id, sent, changed)


@blueprint.post("/calls/<public_id>/skip")
@needs(Action.REVIEW)
def skip(public_id: str) -> Response:
    """Leave the call to others and go on with the next one."""
    skip_call(deps().open_store, deps().clock, actor(), public_id)
    address = _next_address(public_id)
    return _to(address) if address else tell("queue_empty", _to(_list_address()))


def _saved(public_id: str, sent: ReviewForm) -> Response:
    saved = service.save_draft(
        deps().open_store, deps().rubrics, deps().clock, actor(), public_id, form=sent
    )
    if not _by_script():
        if saved.news is not None:
            raise saved.news
        return tell("draft_saved", _to(url_for(".again", public_id=public_id)))
    told = _told(public_id, sent, saved.news) if saved.news else ""
    return jsonify(
        revision=saved.draft.revision,
        at=moment(saved.draft.saved_at),
        told=told,
        **_now(public_id),
    )


def _submitted(public_id: str, sent: ReviewForm) -> Response:
    service.submit(
        deps().open_store,
        deps().rubrics,
        deps().clock,
        actor(),
        public_id,
        form=sent,
        leave_open="leave_open" in request.form,
        licensing=deps().settings.licenses,
    )
    address = _next_address(public_id)
    notice = "review_submitted" if address else "review_submitted_last"
    address = address or _list_address()
    return tell(notice, jsonify(next=address) if _by_script() else _to(address))


def _discard(public_id: str) -> Response:
    revision = request.form.get("revision", 0, type=int)
    service.discard(deps().open_store, deps().clock, actor(), public_id, revision=revision)
    return tell("draft_discarded", _to(url_for("calls.call", public_id=public_id)))


_LACKS = ("review.undecided", "review.reason_needed")
"""Why a review is not complete; the page marks every criterion that lacks the same."""

# --- what could not be done --------------------------------------------------------------------


def _refused(public_id: str, sent: ReviewForm | None, fault: InputInvalid) -> Response:
    """Something cannot be taken; a submit has kept the draft all the same, which its revision tells."""
    if _by_script():
        return _answer(
            422,
            faults={fault.field: worded(fault.reason)},
            lacks=fault.field.rpartition(".")[2] if fault.reason.code in _LACKS else None,
            revision=desk_of(public_id).revision,
        )
    shown = Sent(sent.entries, sent.note, fault=fault) if sent else None
    return make_response(call_page(public_id, again=True, sent=shown), 422)


def _stale(public_id: str, sent: ReviewForm, changed: ReviewChanged) -> Response:
    if _by_script():
        told = _told(public_id, sent, changed)
        kept = changed.draft if changed.change in (Change.REVIEWED, Change.RESCORED) else None
        return _answer(409, told=told, **({"revision": kept.revision} if kept else {}))
    shown = Sent(sent.entries, sent.note, told=changed)
    return make_response(call_page(public_id, again=True, sent=shown), 409)


def _answer(status: int, **parts: Any) -> Response:
    return make_response(jsonify(parts), status)


def _told(public_id: str, sent: ReviewForm, changed: ReviewChanged) -> str:
    lines = review_card(desk_of(public_id), Sent(sent.entries, sent.note)).lines
    return render_template("review/_told.html", told=changed, differs=differences(changed, lines))


def _now(public_id: str) -> dict[str, Any]:
    """What the page shows as it is now.

    That is the score with the draft, who else is at the call, and what the machine says of the criteria that
    were decided before it was shown.
    """
    desk = desk_of(public_id)
    shown = review_card(desk)
    return {
        "result": render_template("calls/_result.html", card=shown),
        "presence": render_template("review/_presence.html", others=desk.others),
        "shown": {line.id: _shown(desk, line) for line in shown.lines if _decided_unseen(line)},
    }


def _decided_unseen(line: Line) -> bool:
    return line.asked is not None and line.asked.unseen and not line.asked.withheld


def _shown(desk: ReviewView, line: Line) -> dict[str, str]:
    options = line.asked.options if line.asked else ()
    verdict = line.view.verdict
    return {
        "html": render_template("review/_shown.html", call=desk.detail, line=line),
        "agrees": next((form.choice_code(each.choice) for each in options if each.machine), ""),
        "outcome": str(verdict.outcome),
        "points": points(verdict.points) if verdict.outcome.counts else "",
    }


# --- where to ----------------------------------------------------------------------------------


def _by_script() -> bool:
    """Whether a script of the page asks, which shows the outcome itself."""
    return request.accept_mimetypes.best == "application/json"


def _next_address(public_id: str) -> str | None:
    following = next_call(deps().open_store, deps().clock, actor(), leaving=public_id)
    return url_for("calls.call", public_id=following) if following else None


def _list_address() -> str:
    return url_for("calls.index")


def _to(address: str) -> Response:
    return make_response(redirect(address, 303))

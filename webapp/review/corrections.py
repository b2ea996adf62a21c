"""Correcting the transcript: a turn's text or speaker, all speakers at once, and taking it back."""

from __future__ import annotations

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
from qa.domain.call import Role
from qa.domain.correction import CorrectedTurn
from qa.domain.errors import InputInvalid, NotFound
from qa.domain.records import CallQuery
from qa.services import corrections as service
from qa.services.corrections import TranscriptChanged
from webapp import forms
from webapp.calls.page import Opened, card_of, opened
from webapp.calls.transcript import latest, proved_in, spoken, turn_line
from webapp.deps import deps
from webapp.filters import worded
from webapp.guard import actor, needs
from webapp.notices import tell

blueprint = Blueprint("corrections", __name__)

_SPEAKERS = (Role.AGENT, Role.CUSTOMER)
_LONGEST = 1_000_000
"""Characters of a text that are read; its own limit is the service's."""


@blueprint.get("/calls/<public_id>/turns/<int:turn>")
@needs(Action.CORRECT_TRANSCRIPT)
def turn(public_id: str, turn: int) -> str:
    """One turn to correct, for who has no script to do it in the transcript."""
    return _page(opened(public_id, CallQuery(page_size=1)), turn)


@blueprint.post("/calls/<public_id>/corrections")
@needs(Action.CORRECT_TRANSCRIPT)
def correct(public_id: str) -> Response:
    """Correct a turn; a script gets it as the page shows it now."""
    turn = request.form.get("turn", -1, type=int)
    try:
        _make(public_id, turn)
    except InputInvalid as fault:
        return _failed(public_id, turn, 422, worded(fault.reason))
    except TranscriptChanged as changed:
        return _failed(public_id, turn, 409, worded(changed.reason))
    return _done(public_id, turn)


def _make(public_id: str, turn: int) -> None:
    port = (deps().open_store, deps().clock, actor(), public_id)
    kind = forms.choice("kind", ("text", "speaker", "swap", "undo"))
    if kind == "undo":
        service.undo(*port, correction=request.form.get("correction", 0, type=int))
        return
    transcript = request.form.get("transcript", "")
    seen = request.form.get("seen", 0, type=int)
    if kind == "swap":
        service.swap_speakers(*port, transcript=transcript, seen=seen)
    elif kind == "speaker":
        speaker = Role(forms.choice("value", _SPEAKERS))
        service.correct_speaker(*port, turn=turn, speaker=speaker, transcript=transcript, seen=seen)
    else:
        text = forms.text("value", limit=_LONGEST, required=False)
        service.correct_text(*port, turn=turn, text=text, transcript=transcript, seen=seen)


def _done(public_id: str, turn: int) -> Response:
    if not _by_script():
        return tell("corrected", _to(public_id, turn))
    return jsonify(_turn(opened(public_id, CallQuery(page_size=1)), turn))


def _failed(public_id: str, turn: int, status: int, told: str) -> Response:
    call = opened(public_id, CallQuery(page_size=1))
    if not _by_script() and turn < 0:  # all speakers were to be swapped
        return tell("transcript_changed", _to(public_id, turn))
    if not _by_script():
        return make_response(_page(call, turn, told), status)
    # What is there now comes along; what was typed stays in its field.
    return make_response(jsonify(**_turn(call, turn), told=told), status)


def _page(call: Opened, turn: int, told: str = "") -> str:
    found = _found(call, turn)
    if found is None:
        raise NotFound(f"call {call.detail.public_id} has no turn {turn}")
    return render_template(
        "review/turn.html",
        call=call.detail,
        turn=found,
        last=len(call.turns) - 1,
        told=told,
        typed=request.form.get("value") if request.form.get("kind") == "text" else None,
        seen=latest(call.turns),
        transcript=service.transcript_version(call.detail),
    )


def _found(call: Opened, turn: int) -> CorrectedTurn | None:
    return next((each for each in call.turns if each.index == turn), None)


def _turn(call: Opened, turn: int) -> dict[str, object]:
    """A turn as the page shows it now."""
    card = card_of(call)
    found = _found(call, turn)
    if found is None:
        return {}
    line = turn_line(found, proved_in(found, card.lines if card else ()))
    return {"line": render_template("calls/_one_turn.html", line=line, spoken=spoken(call.detail))}


def _by_script() -> bool:
    return request.accept_mimetypes.best == "application/json"


def _to(public_id: str, turn: int) -> Response:
    place = f"turn-{turn}" if turn >= 0 else "transcript"
    return make_response(redirect(url_for("calls.call", public_id=public_id, _anchor=place), 303))

"""The sound of a call and what its waveform is drawn from."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, send_file

from qa.domain.access import Action
from qa.domain.records import CallQuery
from qa.services.browse import audio_file
from webapp.calls.page import opened, shown_card
from webapp.calls.waveform import waveform
from webapp.deps import deps
from webapp.guard import actor, needs

blueprint = Blueprint("media", __name__)


@blueprint.get("/calls/<public_id>/audio")
@needs(Action.LISTEN)
def audio(public_id: str) -> Response:
    """The playable copy, whole or by byte range, so that a browser can seek without loading it all."""
    path = audio_file(deps().open_store, deps().shelf, actor(), public_id)
    return send_file(
        path,
        mimetype="audio/flac",
        conditional=True,
        download_name=f"{public_id}{path.suffix}",
    )


@blueprint.get("/calls/<public_id>/waveform.json")
@needs(Action.SEE_CALLS)
def peaks(public_id: str) -> Response:
    """Peaks, lanes and marks of a call."""
    call = opened(public_id, CallQuery(page_size=1))
    recording = call.detail.recording
    if recording is None:
        abort(404)
    card = shown_card(call)
    return jsonify(waveform(call.detail, recording, card.lines if card else ()))

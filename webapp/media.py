"""The sound of a call and what its waveform is drawn from."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, send_file

from qa.domain.records import CallQuery
from qa.services.browse import audio_file, open_call
from webapp.deps import deps
from webapp.waveform import waveform

blueprint = Blueprint("media", __name__)


@blueprint.get("/calls/<public_id>/audio")
def audio(public_id: str) -> Response:
    """The playable copy, whole or by byte range, so that a browser can seek without loading it all."""
    path = audio_file(deps().open_store, deps().shelf, public_id)
    return send_file(
        path,
        mimetype="audio/flac",
        conditional=True,
        download_name=f"{public_id}{path.suffix}",
    )


@blueprint.get("/calls/<public_id>/waveform.json")
def peaks(public_id: str) -> Response:
    """Peaks, lanes and marks of a call."""
    view = open_call(deps().open_store, deps().rubrics, public_id, CallQuery(page_size=1))
    recording = view.detail.recording
    if recording is None:
        abort(404)
    return jsonify(waveform(view.detail, recording, view.criteria))

"""The blueprint that the pages of calibration are added to, and what all of them answer where something is barred."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from qa.domain.calibration import CalibrationConflict
from webapp.errors import status_of
from webapp.notices import tell

blueprint = Blueprint("calibration", __name__, url_prefix="/calibration")


@blueprint.errorhandler(CalibrationConflict)
def barred(conflict: CalibrationConflict) -> tuple[str, int]:
    """Say why a session cannot be changed, or a call not rated, as it was asked."""
    session_id = (request.view_args or {}).get("session_id")
    page = render_template("calibration/barred.html", conflict=conflict, session_id=session_id)
    return page, status_of(conflict)


def to_session(session_id: str, notice: str, anchor: str | None = None) -> Response:
    """Back to a session's page, which says what was done."""
    address = url_for("calibration.show", session_id=session_id, _anchor=anchor)
    return tell(notice, make_response(redirect(address, 303)))

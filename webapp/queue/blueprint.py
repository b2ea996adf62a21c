"""The blueprint that the views of the queue are added to, and what its templates call things."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint

from webapp.filters import moment
from webapp.queue import wording

blueprint = Blueprint("queue", __name__, url_prefix="/queue")
wording.init_blueprint(blueprint)


@blueprint.app_template_filter()
def due_day(at: datetime) -> str:
    """The day of a moment in the reader's time zone."""
    return moment(at).partition(" ")[0]

"""Browsers for the tests of coaching: in English, over an app whose rubric was read once for all of them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from flask.testing import FlaskClient

from qa import bootstrap
from qa.config import Settings
from qa.domain.rubric import Rubric


@cache
def _standard() -> Rubric:
    return bootstrap.rubric_source(Settings()).rubric


def browser(staff: Any, login: str) -> FlaskClient:
    """A browser of somebody of ``staff``."""
    deps = staff.app.extensions["callqa"]
    staff.app.extensions["callqa"] = replace(deps, standard=_standard)
    client: FlaskClient = staff.client_as(login)
    client.set_cookie("lang", "en")
    return client

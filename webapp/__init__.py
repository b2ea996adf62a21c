"""The review app: a list of scored calls, and each call with the clip that proves every verdict."""

from __future__ import annotations

from functools import cache

from flask import Flask

from qa import bootstrap
from qa.config import Settings
from qa.services.browse import RubricTexts
from webapp import (
    assets,
    calibration,
    errors,
    filters,
    guard,
    i18n,
    learning,
    licences,
    navigation,
    nights,
    notices,
    queue,
    security,
)
from webapp.accounts import entry, openid, own, people
from webapp.agents import feedback
from webapp.agents import views as agents
from webapp.agreement import views as agreement
from webapp.api import tokens, webhooks
from webapp.api import views as api
from webapp.calls import media, views
from webapp.coaching import cases, plans
from webapp.deps import Deps
from webapp.disputes import views as disputes
from webapp.figures import views as figures
from webapp.review import corrections
from webapp.review import views as review
from webapp.sampling import views as sampling

AREAS = (
    agents,
    agreement,
    api,
    calibration,
    cases,
    corrections,
    disputes,
    entry,
    feedback,
    figures,
    learning,
    licences,
    media,
    nights,
    openid,
    own,
    people,
    plans,
    queue,
    review,
    sampling,
    tokens,
    views,
    webhooks,
)
"""Modules with a blueprint each."""


def create_app(settings: Settings, *, first_admin: str | None = None) -> Flask:
    """The app over an installation's data folder. Brings the store's schema up first.

    Args:
        settings: The installation's.
        first_admin: A secret, known to whoever started the app, that makes them the first admin
            (``webapp.accounts.entry.first``); ``None`` leaves that to ``qa user``.
    """
    app = Flask(__name__, static_url_path=assets.address())
    app.config["FIRST_ADMIN"] = first_admin
    app.extensions["callqa"] = Deps(
        open_store=bootstrap.unit_of_work(settings),
        shelf=bootstrap.shelf(settings),
        rubrics=RubricTexts(bootstrap.parse_rubric),
        standard=cache(lambda: bootstrap.rubric_source(settings).rubric),
        clock=bootstrap.SystemClock(),
        settings=settings,
        passwords=bootstrap.passwords(),
        rules=bootstrap.session_rules(settings),
        open_id=bootstrap.open_id_provider(settings),
        open_id_role=bootstrap.open_id_role(settings),
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    assets.init_app(app)
    security.init_app(app, settings)
    i18n.init_app(app, settings.language)
    filters.init_app(app)
    notices.init_app(app)
    navigation.init_app(app)
    errors.init_app(app)
    guard.init_app(app)
    for area in AREAS:
        app.register_blueprint(area.blueprint)
    guard.check(app)
    return app

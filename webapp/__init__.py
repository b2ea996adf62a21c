"""The review app: a list of scored calls, and each call with the clip that proves every verdict."""

from __future__ import annotations

from flask import Flask

from qa import bootstrap
from qa.config import Settings
from qa.services.browse import RubricTexts
from webapp import calls, errors, filters, i18n, media, security
from webapp.deps import Deps


def create_app(settings: Settings) -> Flask:
    """The app over an installation's data folder. Brings the store's schema up first."""
    app = Flask(__name__)
    app.extensions["callqa"] = Deps(
        open_store=bootstrap.unit_of_work(settings),
        shelf=bootstrap.shelf(settings),
        rubrics=RubricTexts(bootstrap.parse_rubric),
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    security.init_app(app)
    i18n.init_app(app, settings.language)
    filters.init_app(app)
    errors.init_app(app)
    app.register_blueprint(calls.blueprint)
    app.register_blueprint(media.blueprint)
    return app

"""The one place where errors become HTTP statuses; every answer is a page in the reader's language."""

from __future__ import annotations

import logging
import traceback

from flask import Flask, Response, render_template, request
from flask_babel import gettext
from werkzeug.exceptions import HTTPException, SecurityError

from qa.domain.errors import (
    Conflict,
    InputInvalid,
    LimitExceeded,
    NotAllowed,
    NotFound,
    QAError,
    RubricNotFound,
    RunInProgress,
    SchemaOutdated,
    StoreUnavailable,
    TokenRefused,
)

STATUS: dict[type[QAError], int] = {
    NotFound: 404,
    TokenRefused: 401,
    NotAllowed: 403,
    Conflict: 409,
    InputInvalid: 422,
    LimitExceeded: 429,
    RubricNotFound: 404,
    RunInProgress: 409,
    SchemaOutdated: 503,
    StoreUnavailable: 503,
}
"""Any other error that reaches a page is a fault of the installation: 500."""

_log = logging.getLogger(__name__)

Page = tuple[str, int]


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_error_handler(QAError, _known)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(SecurityError, _untrusted)
    app.register_error_handler(Exception, _unknown)


def status_of(error: QAError) -> int:
    """The HTTP status of an error."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)


def _known(error: QAError) -> Page:
    status = status_of(error)
    if status >= 500:  # noqa: PLR2004 - the class of statuses that are the server's fault
        _log.error("%s: %s", error.code, error.message)
    title, advice = _wording(status)
    if isinstance(error, RunInProgress):
        title = gettext("A run is busy with this")
        advice = gettext("Wait until the run has finished, then load the page again.")
    elif isinstance(error, NotAllowed):
        title = gettext("Your role does not include this")
        advice = gettext("An admin of this installation can change what you may do.")
    elif isinstance(error, SchemaOutdated):
        title = gettext("The database was made by another version")
        advice = gettext("Stop the app, run “qa db upgrade” and start it again.")
    return render_template("error.html", title=title, advice=advice, code=error.code), status


def _http(error: HTTPException) -> Page | Response | HTTPException:
    from webapp.api import problems

    if request.path.startswith(problems.PREFIX):
        return problems.of_http(error)
    status = error.code
    if status is None or status < 400:  # noqa: PLR2004 - redirects pass as they are
        return error
    title, advice = _wording(status)
    return render_template("error.html", title=title, advice=advice, code=str(status)), status


def _untrusted(_error: SecurityError) -> Response:
    """A name that is not ours: no page, for its addresses would be built from that name."""
    title, advice = _wording(400)
    return Response(f"{title}\n{advice}\n", 400, mimetype="text/plain")


def _unknown(error: Exception) -> Page:
    """A fault of ours. The log gets the frames and the kind, never the message: it may quote a call."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s failed: %s\n%s", request.endpoint, type(error).__name__, frames)
    title, advice = _wording(500)
    return render_template("error.html", title=title, advice=advice, code=type(error).__name__), 500


def _wording(status: int) -> tuple[str, str]:
    known = {
        400: (
            gettext("This request cannot be read"),
            gettext("Open the app at the address that “qa serve” prints."),
        ),
        403: (
            gettext("Another site asked for this"),
            gettext("The review app answers only to its own pages. Open it directly."),
        ),
        404: (
            gettext("There is nothing here"),
            gettext(
                "It may have been removed, the address is incomplete, or it is not yours to see."
            ),
        ),
        405: (
            gettext("That cannot be done here"),
            gettext("Go back to the list of calls and start from there."),
        ),
        409: (
            gettext("Somebody changed this meanwhile"),
            gettext(
                "Nothing was overwritten. Go back to what you typed, load the page anew in another tab,"
                " and decide again."
            ),
        ),
        413: (
            gettext("That is too much at once"),
            gettext("Nothing was changed. Go back, shorten what you typed, and send it again."),
        ),
        416: (
            gettext("That part of the recording does not exist"),
            gettext("Load the call's page again."),
        ),
        422: (
            gettext("Something in the form cannot be taken"),
            gettext("Nothing was changed. Go back, and look at what you typed."),
        ),
        429: (
            gettext("Too often in a short time"),
            gettext("Wait a little, then try again. Nothing was changed."),
        ),
        503: (
            gettext("The store cannot be reached"),
            gettext(
                "Nothing is lost. See what the log of “qa serve” says, then load the page again."
            ),
        ),
    }
    return known.get(
        status,
        (
            gettext("Something went wrong on our side"),
            gettext("Nothing is lost. Load the page again; the log of “qa serve” says more."),
        ),
    )

"""The way in: the page to log in on, the one-time link, and what a request of nobody's gets."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    jsonify,
    make_response,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext

from qa import bootstrap
from qa.domain.access import CONSOLE
from qa.domain.errors import InputInvalid, TryLater
from qa.domain.passwords import LONGEST, SHORTEST
from qa.domain.people import LOGIN_LIMIT, NAME_LIMIT, Account, UserRole
from qa.services import accounts, login
from webapp.accounts.arrival import (
    client,
    let_in,
    page_before,
    same_site,
    to,
    unequal,
    waiting,
)
from webapp.deps import deps
from webapp.guard import LoginNeeded, asking, is_here, public
from webapp.security import SAFE_METHODS

blueprint = Blueprint("entry", __name__)

KEPT = "kept."
"""Before the names of the fields that somebody sent after their login had ended."""
_NEVER_KEPT = ("accounts", "entry", "people")
"""Blueprints whose forms carry passwords or decide who gets in: these are filled in anew."""


@blueprint.app_errorhandler(LoginNeeded)
def ask_to_log_in(_error: LoginNeeded) -> Response:
    """What a request gets that needs a login: the page to log in on, or for a program 401 and what is missing.

    A form that was sent too late is not lost: its fields travel with the login, and can be sent again after it.
    """
    if not _wants_page():
        return _unauthorised()
    asked = request.full_path.removesuffix("?")
    if request.method in SAFE_METHODS:
        return to(url_for("entry.log_in", next=asked))
    kept = [] if request.blueprint in _NEVER_KEPT else list(request.form.items(multi=True))
    return login_page(401, on_to=page_before(), again=asked if kept else "", kept=kept)


def _wants_page() -> bool:
    """Whether a person is to read the answer, rather than a script of a page or a program."""
    if request.path.startswith("/api/") or "HX-Request" in request.headers:
        return False
    if "Sec-Fetch-Dest" in request.headers:
        return request.headers["Sec-Fetch-Dest"] == "document"
    return "text/html" in request.headers.get("Accept", "text/html")


def _unauthorised() -> Response:
    page = url_for("entry.log_in", next=page_before())
    told = {"code": "login_needed", "message": gettext("You are not logged in."), "login": page}
    response = make_response(jsonify(error=told), 401)
    response.headers["WWW-Authenticate"] = "Bearer"
    if "HX-Request" in request.headers:
        response.headers["HX-Redirect"] = page
    return response


@blueprint.get("/login")
@public
def log_in() -> Response:
    """The page to log in on."""
    on_to = same_site(request.args.get("next"))
    return to(on_to) if asking() else login_page(200, on_to=on_to)


@blueprint.post("/login")
@public
def enter() -> Response:
    """Log in, then go on to where somebody was going."""
    on_to = same_site(request.values.get("next"))
    again = same_site(request.form.get("again"))
    kept = [
        (name.removeprefix(KEPT), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(KEPT)
    ]
    typed = request.form.get("login", "")
    try:
        logged_in = login.log_in(
            deps().open_store,
            deps().passwords,
            deps().clock,
            deps().rules,
            login=typed,
            password=request.form.get("password", ""),
            client=client(),
        )
    except InputInvalid as error:
        return login_page(422, on_to=on_to, again=again, kept=kept, typed=typed, error=error)
    except TryLater as error:
        page = login_page(
            429, on_to=on_to, again=again, kept=kept, typed=typed, wait=waiting(error.wait_s)
        )
        page.headers["Retry-After"] = str(error.wait_s)
        return page
    if kept:
        page = make_response(
            render_template("accounts/again.html", again=again, kept=kept, on_to=on_to)
        )
        return let_in(page, logged_in)
    return let_in(to(on_to), logged_in)


@blueprint.get("/first/<secret>")
@public
def first(secret: str) -> str:
    """The form for the first admin, for whoever started the app and read this address from its output."""
    _check_first(secret)
    return _first({})


@blueprint.post("/first/<secret>")
@public
def make_first(secret: str) -> Response | tuple[str, int]:
    """Make the first admin, who goes on to choose a password."""
    _check_first(secret)
    typed = {name: request.form.get(name, "") for name in ("name", "login")}
    try:
        user = accounts.add_user(
            deps().open_store, CONSOLE, deps().clock, Account(role=UserRole.ADMIN, **typed)
        )
    except InputInvalid as error:
        return _first(typed, error), 422
    link = accounts.invite(
        deps().open_store,
        CONSOLE,
        deps().clock,
        user.public_id,
        lifetime=bootstrap.invitation_lifetime(deps().settings),
    )
    return to(url_for("entry.welcome", token=link.token))


def _check_first(secret: str) -> None:
    """Nothing is there but for who holds the secret, on this machine, while nobody has an account."""
    expected = current_app.config["FIRST_ADMIN"]
    right = expected is not None and hmac.compare_digest(secret.encode(), expected.encode())
    if not right or not is_here() or login.accounts_exist(deps().open_store):
        abort(404)


def _first(typed: Mapping[str, str], error: InputInvalid | None = None) -> str:
    return render_template(
        "accounts/first.html",
        typed=typed,
        error=error,
        login_limit=LOGIN_LIMIT,
        name_limit=NAME_LIMIT,
    )


@blueprint.get("/welcome/<token>")
@public
def welcome(token: str) -> str:
    """The page of a one-time link: choose a password. Looking at it does not use the link."""
    return _welcome(token)


@blueprint.post("/welcome/<token>")
@public
def accept(token: str) -> Response | tuple[str, int]:
    """Choose a password by a one-time link, and be logged in."""
    password = request.form.get("password", "")
    try:
        if password != request.form.get("repeated", ""):
            raise unequal()
        logged_in = accounts.accept_invitation(
            deps().open_store,
            deps().passwords,
            deps().clock,
            deps().rules,
            token=token,
            password=password,
            client=client(),
        )
    except InputInvalid as error:
        return _welcome(token, error), 422
    return let_in(to(url_for("calls.index")), logged_in)


def _welcome(token: str, error: InputInvalid | None = None) -> str:
    return render_template(
        "accounts/welcome.html",
        user=accounts.invited(deps().open_store, deps().clock, token),
        shortest=SHORTEST,
        longest=LONGEST,
        error=error,
    )


def login_page(
    status: int,
    *,
    on_to: str,
    again: str = "",
    kept: Iterable[tuple[str, str]] = (),
    typed: str = "",
    error: InputInvalid | None = None,
    wait: str = "",
    refusal: str = "",
) -> Response:
    """The page to log in on.

    Args:
        status: Its status.
        on_to: Where to go after it.
        again: Where a form was sent before it.
        kept: The fields of that form.
        typed: The login that was typed.
        error: Why somebody is not let in.
        wait: How long until the next attempt is looked at, in words.
        refusal: What else stands in the way.
    """
    page = render_template(
        "accounts/login.html",
        on_to=on_to,
        again=again,
        kept=tuple(kept),
        prefix=KEPT,
        typed=typed,
        limit=LOGIN_LIMIT,
        error=error,
        wait=wait,
        refusal=refusal,
        nobody=not login.accounts_exist(deps().open_store),
        open_id=deps().settings.oidc_label if deps().open_id else None,
    )
    return make_response(page, status)

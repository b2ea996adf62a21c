"""One's own account: language, time zone, password, and where one is logged in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple
from zoneinfo import available_timezones

from flask import Blueprint, Response, render_template, request, url_for

from qa.domain.access import Action
from qa.domain.errors import InputInvalid, TryLater
from qa.domain.passwords import LONGEST, SHORTEST
from qa.domain.people import LoginSession, User
from qa.services import accounts, login
from webapp import cookies, forms
from webapp.accounts.arrival import client, let_in, page_of, to, unequal, waiting
from webapp.accounts.browsers import short_name
from webapp.deps import deps
from webapp.guard import actor, asking, needs, public
from webapp.notices import tell

blueprint = Blueprint("accounts", __name__)


class Login(NamedTuple):
    """One row of where somebody is logged in."""

    session: LoginSession
    browser: str
    here: bool


def logins(user: str | None = None) -> tuple[Login, ...]:
    """Where somebody (``None``: who asks) is logged in."""
    found = login.sessions(deps().open_store, actor(), deps().clock, deps().rules, user)
    mine = asking()
    return tuple(
        Login(
            each, short_name(each.client.browser), mine is not None and each.id == mine.session.id
        )
        for each in found
    )


def time_zones() -> list[str]:
    """The zones that people live in, without the old and the technical names of the same."""
    return sorted(
        name
        for name in available_timezones()
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/"))
    )


@blueprint.post("/logout")
@public
def log_out() -> Response:
    """End this browser's login, if it still has one."""
    token = cookies.carried()
    if token is not None:
        login.log_out(deps().open_store, deps().clock, token)
    response = to(url_for("entry.log_in"))
    cookies.take_back(response)
    return response


@blueprint.get("/account")
@needs(Action.USE_ACCOUNT)
def own() -> str:
    """One's own account."""
    return _page()


@blueprint.post("/account")
@needs(Action.USE_ACCOUNT)
def prefer() -> Response | tuple[str, int]:
    """Choose language and time zone."""
    typed = {name: request.form.get(name, "") for name in ("language", "time_zone")}
    try:
        accounts.set_preferences(
            deps().open_store,
            actor(),
            language=forms.choice("language", ("", "zh", "en")) or None,
            time_zone=forms.text("time_zone", required=False) or None,
        )
    except InputInvalid as error:
        return _page(typed=typed, error=error), 422
    response = to(url_for("accounts.own"))
    response.delete_cookie("lang", httponly=True, samesite="Lax")
    return tell("saved", response)


@blueprint.get("/account/password")
@needs(Action.USE_ACCOUNT)
def no_password() -> Response:
    """The form's page."""
    return page_of(url_for("accounts.own"))


@blueprint.post("/account/password")
@needs(Action.USE_ACCOUNT)
def change_password() -> Response | tuple[str, int]:
    """Choose another password. All other logins end."""
    new = request.form.get("new", "")
    try:
        if new != request.form.get("repeated", ""):
            raise unequal()
        logged_in = accounts.change_password(
            deps().open_store,
            actor(),
            deps().passwords,
            deps().clock,
            deps().rules,
            current=request.form.get("current", ""),
            new=new,
            client=client(),
        )
    except InputInvalid as error:
        return _page(error=error), 422
    except TryLater as error:
        return _page(wait=waiting(error.wait_s)), 429
    response = to(url_for("accounts.own"))
    return tell("password_changed", let_in(response, logged_in))


@blueprint.post("/account/logins/<session_id>/end")
@needs(Action.USE_ACCOUNT)
def end_login(session_id: str) -> Response:
    """Log one of one's own browsers out."""
    login.end_session(deps().open_store, actor(), deps().clock, session_id)
    return tell("login_ended", to(url_for("accounts.own")))


@blueprint.post("/account/logins/end")
@needs(Action.USE_ACCOUNT)
def end_other_logins() -> Response:
    """Log all of one's own browsers out but this one."""
    mine = asking()
    login.end_sessions(
        deps().open_store, actor(), deps().clock, but=mine.session.id if mine else None
    )
    return tell("login_ended", to(url_for("accounts.own")))


def _page(
    typed: Mapping[str, str] | None = None, error: InputInvalid | None = None, wait: str = ""
) -> str:
    return render_template(
        "accounts/own.html",
        user=_myself(),
        typed=typed,
        logins=logins(),
        zones=time_zones(),
        shortest=SHORTEST,
        longest=LONGEST,
        error=error,
        wait=wait,
    )


def _myself() -> User:
    mine = asking()
    if mine is None:
        raise LookupError("a page of one's own was asked for without a login")
    return mine.user

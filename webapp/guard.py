"""Who asks, and whether they may: every view says what it is for, and one that does not is never called."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g, request

from qa.domain.access import STRANGER, VISITOR, Action, Actor, require
from qa.domain.errors import NotAllowed
from qa.services import login, tokens
from webapp import cookies
from webapp.deps import deps, look_as
from webapp.security import LOOPBACK_NAMES, from_program

_View = TypeVar("_View", bound=Callable[..., Any])

_ACTION = "callqa_action"
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip")
"""What proxies add to requests that they pass on."""


class LoginNeeded(Exception):
    """Nobody knows who asks. How that is answered depends on what was asked for (``webapp.accounts.entry``)."""


def needs(action: Action) -> Callable[[_View], _View]:
    """Mark what a view is for; the guard asks the policy before it is called."""

    def mark(view: _View) -> _View:
        setattr(view, _ACTION, action)
        return view

    return mark


def public(view: _View) -> _View:
    """Mark a view that anybody may call, such as the page to log in on."""
    setattr(view, _ACTION, None)
    return view


def action_of(view: Callable[..., Any]) -> Action | None:
    """What a view is for; ``None`` for a public one. Raises ``LookupError`` where it does not say."""
    if not hasattr(view, _ACTION):
        raise LookupError(f"{view.__module__}.{view.__qualname__} does not say who may call it")
    return cast("Action | None", getattr(view, _ACTION))


def init_app(app: Flask) -> None:
    """Guard an app's views."""
    public(app.view_functions["static"])
    app.before_request(_admit)


def check(app: Flask) -> None:
    """Look at every view once. Raises ``LookupError`` for one that does not say who may call it."""
    for view in app.view_functions.values():
        action_of(view)


def actor() -> Actor:
    """Who asks."""
    asking: Actor = g.actor
    return asking


def asking() -> login.Asking | None:
    """The account and the login that somebody at a browser asks with, if they have logged in."""
    found: login.Asking | None = g.get("asking")
    return found


def is_here() -> bool:
    """Whether a request was made on this machine, to this machine, past no proxy."""
    if any(name in request.headers for name in _FORWARDED):
        return False
    try:
        comes_from = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return comes_from.is_loopback and request.host.partition(":")[0] in LOOPBACK_NAMES


def _admit() -> None:
    g.actor = STRANGER
    g.asking = None
    if request.endpoint == "static":
        return
    _identify()
    if g.actor.user_id is not None:
        look_as(g.actor.user_id)
    if request.endpoint is None:
        return  # nothing is there: the error page says so
    try:
        action = action_of(current_app.view_functions[request.endpoint])
    except LookupError as error:
        raise NotAllowed(str(error)) from error
    if action is None:
        return
    if g.actor is STRANGER:
        raise LoginNeeded
    require(g.actor, action)


def _for_programs() -> bool:
    return request.blueprint == "api" or request.endpoint == "nights.metrics"


def _identify() -> None:
    if from_program():
        # A token opens the API and the metrics, nothing else; whose it is, and what it allows, is looked up anew each time.
        if _for_programs() and request.authorization is not None:
            g.actor = tokens.bearer(
                deps().open_store, deps().clock, request.authorization.token or ""
            )
        return
    token = cookies.carried()
    if token is not None:
        g.asking = login.resolve(deps().open_store, deps().clock, deps().rules, token)
    if g.asking is not None:
        g.actor = g.asking.actor
    elif is_here() and not login.accounts_exist(deps().open_store):
        g.actor = VISITOR

"""The areas of the app that somebody may go to, for the bar at the top of every page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext

from qa.domain.access import STRANGER, Action, Actor, may
from qa.domain.people import UserRole


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the bar.

    Attributes:
        endpoint: Its page.
        name: Its wording, asked for when it is shown.
        action: What its page is for.
        roles: Who finds it useful; it may be open to others, who get there by links.
    """

    endpoint: str
    name: Callable[[], str]
    action: Action
    roles: frozenset[UserRole | None]


_LEADS = frozenset({UserRole.ADMIN, UserRole.SUPERVISOR})
_AGENTS = frozenset({UserRole.AGENT})

PLACES = (
    Place("agents.me", lambda: gettext("My page"), Action.SEE_AGENT, _AGENTS),
    Place("queue.index", lambda: gettext("Queue"), Action.SEE_QUEUE, _LEADS),
    Place("calls.index", lambda: gettext("Calls"), Action.SEE_CALLS, _LEADS | _AGENTS | {None}),
    Place("agents.index", lambda: gettext("Agents"), Action.SEE_AGENT, _LEADS),
    Place("disputes.index", lambda: gettext("Disputes"), Action.DECIDE_DISPUTE, _LEADS),
    Place("coaching.index", lambda: gettext("Coaching"), Action.SEE_PLANS, _LEADS | _AGENTS),
    Place("cases.index", lambda: gettext("Cases"), Action.SEE_CASES, _LEADS | _AGENTS),
    Place(
        "people.index",
        lambda: gettext("People"),
        Action.MANAGE_PEOPLE,
        frozenset({UserRole.ADMIN}),
    ),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A link of the bar; ``here`` marks the area that the page belongs to."""

    address: str
    name: str
    here: bool


def init_app(app: Flask) -> None:
    """Give the templates the bar's links and a way to ask the policy."""
    app.context_processor(
        lambda: {"places": _places, "who": _who, "can": lambda name: may(_who(), Action(name))}
    )


def _who() -> Actor:
    """Who asks; a request that was refused before that was known gets the pages of a stranger."""
    asking: Actor = g.get("actor", STRANGER)
    return asking


def _places() -> tuple[Entry, ...]:
    blueprint = request.blueprint
    return tuple(
        Entry(url_for(place.endpoint), place.name(), place.endpoint.split(".")[0] == blueprint)
        for place in PLACES
        if place.endpoint in current_app.view_functions
        and _who().role in place.roles
        and may(_who(), place.action)
    )

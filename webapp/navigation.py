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
        tabs: Pages of the same area and their wordings, its own first; none where it has but one.
    """

    endpoint: str
    name: Callable[[], str]
    action: Action
    roles: frozenset[UserRole | None]
    tabs: tuple[tuple[str, Callable[[], str]], ...] = ()

    @property
    def blueprints(self) -> frozenset[str]:
        """What its pages belong to."""
        return frozenset(_blueprint(each) for each in (self.endpoint, *dict(self.tabs)))


_LEADS = frozenset({UserRole.ADMIN, UserRole.SUPERVISOR})
_AGENTS = frozenset({UserRole.AGENT})
_NIGHTS = frozenset({UserRole.ADMIN, UserRole.SUPERVISOR, UserRole.OPERATOR})

PLACES = (
    Place("agents.me", lambda: gettext("My page"), Action.SEE_AGENT, _AGENTS),
    Place("queue.index", lambda: gettext("Queue"), Action.SEE_QUEUE, _LEADS),
    Place("calls.index", lambda: gettext("Calls"), Action.SEE_CALLS, _LEADS | _AGENTS | {None}),
    Place("agents.index", lambda: gettext("Agents"), Action.SEE_AGENT, _LEADS),
    Place("disputes.index", lambda: gettext("Disputes"), Action.DECIDE_DISPUTE, _LEADS),
    Place(
        "calibration.index",
        lambda: gettext("Calibration"),
        Action.CALIBRATE,
        _LEADS,
        tabs=(
            ("calibration.index", lambda: gettext("Sessions")),
            ("agreement.index", lambda: gettext("Agreement")),
            ("licences.index", lambda: gettext("Licences")),
            ("learning.index", lambda: gettext("Learning")),
            ("sampling.index", lambda: gettext("Sampling")),
            ("figures.index", lambda: gettext("Figures")),
        ),
    ),
    Place("coaching.index", lambda: gettext("Coaching"), Action.SEE_PLANS, _LEADS | _AGENTS),
    Place("cases.index", lambda: gettext("Cases"), Action.SEE_CASES, _LEADS | _AGENTS),
    Place("nights.index", lambda: gettext("Nights"), Action.SEE_NIGHTS, _NIGHTS),
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
        lambda: {
            "places": _places,
            "tabs": _tabs,
            "who": _who,
            "can": lambda name: may(_who(), Action(name)),
        }
    )


def _who() -> Actor:
    """Who asks; a request that was refused before that was known gets the pages of a stranger."""
    asking: Actor = g.get("actor", STRANGER)
    return asking


def _places() -> tuple[Entry, ...]:
    return tuple(
        Entry(url_for(place.endpoint), place.name(), request.blueprint in place.blueprints)
        for place in PLACES
        if place.endpoint in current_app.view_functions
        and _who().role in place.roles
        and may(_who(), place.action)
    )


def _tabs() -> tuple[Entry, ...]:
    """The pages beside the present one in its area."""
    here = request.blueprint
    return tuple(
        Entry(url_for(endpoint), name(), _blueprint(endpoint) == here)
        for place in PLACES
        if here in place.blueprints
        for endpoint, name in place.tabs
        if endpoint in current_app.view_functions
    )


def _blueprint(endpoint: str) -> str:
    return endpoint.partition(".")[0]

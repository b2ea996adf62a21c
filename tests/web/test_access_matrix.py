"""Every route of the app, for everybody: who gets in is what the policy says, wherever a route came from.

The routes are those of ``app.url_map``. A new one takes part by itself; one that does not say what it is for, or
whose address holds an id of a kind that is not known here, fails.
"""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from qa.domain.access import POLICY, STRANGER, Action, Reach, reach
from tests.web.route_ids import KINDS
from tests.web.walking import UNSAFE, Walk, ids_in, routes
from webapp import create_app
from webapp.guard import action_of, needs

ROLES = ("stranger", "ada", "sun", "amy", "otto")
"""Nobody's, an admin's, a supervisor's, an agent's and an operator's browser."""

PUBLIC = {
    "static",
    "entry.log_in",
    "entry.enter",
    "entry.first",
    "entry.make_first",
    "entry.welcome",
    "entry.accept",
    "openid.begin",
    "openid.back",
    "accounts.log_out",
    "api.openapi",
}
"""Whoever opens these need not be known. Another one is added here on purpose, or not at all."""
LOOKS_ITSELF = {"api.me"}
"""Open to everybody with an account, whatever their role or token; the view itself refuses who has none."""
ADMINS_TOO = {"accounts.end_login"}
"""What people do with their own, and who manages people with everybody's."""


OF_EVERYBODY = {"agents.index", "agents.table"}
"""Lists of all agents: not there for who sees only what is their own."""
THE_AGENTS_OWN = {"feedback.acknowledge", "coaching.acknowledge"}
"""That one has read something, which nobody can say for somebody else, whatever they may see."""


# --- asking ------------------------------------------------------------------------------------


def expected(rule: Rule, method: str, walk: Walk, granted: Reach | None) -> set[int]:
    """The statuses that a route may answer; forms and requests are sent empty."""
    api = rule.rule.startswith("/api/")
    if walk.actor is STRANGER:
        return {302} if method == "GET" and not api else {401}
    if granted is None:
        return {401} if api and method in UNSAFE and not walk.program else {403}
    if granted is Reach.OWN and rule.endpoint in OF_EVERYBODY:
        return {404}
    if rule.endpoint in THE_AGENTS_OWN and walk.actor.agent_id is None:
        return {403}
    if method == "GET":
        return {200, 302}
    # 404: of what the form names, which is nothing. What is somebody else's has a test of its own.
    return {200, 201, 302, 303, 400, 404, 409, 422}


# --- the matrix --------------------------------------------------------------------------------


def test_every_view_says_what_it_is_for_and_the_public_ones_are_meant_to_be(app: Flask) -> None:
    public = {endpoint for endpoint, view in app.view_functions.items() if action_of(view) is None}
    assert public == PUBLIC | LOOKS_ITSELF


def test_an_app_with_a_view_that_does_not_say_is_not_started(
    installation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from webapp.calls import views

    forgetful = type("Area", (), {"blueprint": _forgetful_blueprint()})
    monkeypatch.setattr("webapp.AREAS", (views, forgetful))
    with pytest.raises(LookupError, match="does not say who may call it"):
        create_app(installation[0])


def _forgetful_blueprint() -> Any:
    from flask import Blueprint

    blueprint = Blueprint("forgetful", __name__)
    blueprint.add_url_rule("/forgotten", view_func=lambda: "everything")
    return blueprint


def test_a_view_that_slipped_in_later_is_never_called(staff: Any) -> None:
    staff.app.add_url_rule("/forgotten", view_func=lambda: "everything")
    assert staff.client_as("ada").get("/forgotten").status_code == 403


def test_every_id_in_an_address_is_of_a_known_kind(app: Flask) -> None:
    unknown = {
        f"{rule.rule} ({place})"
        for rule in app.url_map.iter_rules()
        for name, place in ids_in(rule).items()
        if place not in KINDS and not name.startswith("_")
    }
    assert not unknown, "say in KINDS which of them an agent may reach"


@pytest.mark.parametrize("login", ROLES)
def test_who_gets_in_is_what_the_policy_says(staff: Any, login: str) -> None:
    walk = Walk(staff, login)
    wrong = []
    for rule, method in routes(staff.app):
        if rule.endpoint in PUBLIC or any(name.startswith("_") for name in rule.arguments):
            continue
        action = action_of(staff.app.view_functions[rule.endpoint])
        granted = reach(walk.actor, action or Action.USE_ACCOUNT)
        status = walk.ask(rule, method)
        if status not in expected(rule, method, walk, granted):
            wrong.append(f"{method} {rule.rule} ({action}, granted {granted}): {status}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("login", ["amy", "sun", "ada"])
def test_what_is_somebody_elses_is_not_there(staff: Any, login: str) -> None:
    walk = Walk(staff, login)
    asked, wrong = set(), []
    for rule, method in routes(staff.app):
        action = action_of(staff.app.view_functions[rule.endpoint])
        if action is None or reach(walk.actor, action) is not Reach.OWN:
            continue
        if login == "ada" and rule.endpoint in ADMINS_TOO:
            continue
        for place in ids_in(rule).values():
            if walk.ids[place].theirs is None:
                continue
            asked.add(rule.endpoint)
            status = walk.ask(rule, method, theirs=place)
            if status != 404:
                wrong.append(f"{method} {rule.rule} ({place}): {status}")
    assert not wrong, "\n".join(wrong)
    assert asked


def test_a_page_that_is_looked_at_changes_nothing(staff: Any) -> None:
    walk = Walk(staff, "sun")
    changed = []
    for rule, method in routes(staff.app):
        if method == "GET" and not any(name.startswith("_") for name in rule.arguments):
            walk.commits.clear()
            walk.ask(rule, method)
            changed += [rule.rule] * len(walk.commits)
    assert changed == []


@pytest.mark.parametrize(
    "comes_from",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://other.localhost"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {},
    ],
)
def test_nothing_is_changed_for_another_sites_page(staff: Any, comes_from: dict[str, str]) -> None:
    walk = Walk(staff, "ada")
    del walk.browser.environ_base["HTTP_SEC_FETCH_SITE"]
    asked, wrong = 0, []
    for rule, method in routes(staff.app):
        if method in UNSAFE:
            asked += 1
            address = walk.address(rule)
            answer = walk.browser.open(address, method=method, headers=comes_from)
            if answer.status_code != 403:
                wrong.append(f"{method} {rule.rule}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)
    assert asked > 20
    assert walk.commits == []


def test_every_action_of_the_policy_is_asked_for_somewhere(app: Flask) -> None:
    asked = {action_of(view) for view in app.view_functions.values()}
    by_the_command_line = {Action.RUN_BATCH}
    assert set(POLICY) == set(Action)
    assert set(Action) - asked == by_the_command_line


def test_the_guard_asks_the_policy_itself(staff: Any) -> None:
    def never() -> str:
        raise AssertionError

    staff.app.add_url_rule("/never", view_func=needs(Action.MANAGE_PEOPLE)(never))
    assert staff.client_as("amy").get("/never").status_code == 403

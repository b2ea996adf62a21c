"""A way through every route of the app, in a store that nothing changes in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from qa.domain.access import STRANGER, Actor
from qa.services import tokens
from tests.web.route_ids import KINDS, Ids

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Every route with each of its methods."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def ids_in(rule: Rule) -> dict[str, str]:
    """For each id of a route's address its kind: the part of the address before it, and its name."""
    found = {}
    parts = rule.rule.strip("/").split("/")
    for before, part in zip(["", *parts], parts, strict=False):
        if part.startswith("<"):
            name = part.strip("<>").rpartition(":")[2]
            # Files lie under a name that changes with what is in them.
            found[name] = f"{'static' if rule.endpoint == 'static' else before}/{name}"
    return found


class Walk:
    """One person's way through every route of a store that nothing changes in."""

    def __init__(self, staff: Any, login: str) -> None:
        self.staff, self.login = staff, login
        self.actor: Actor = STRANGER if login == "stranger" else staff.actor(login)
        self.ids: dict[str, Ids] = {}
        self.browser: FlaskClient = (
            staff.stranger() if login == "stranger" else staff.client_as(login)
        )
        self.program = self._bearer()
        for rule, _method in routes(staff.app):
            for place in ids_in(rule).values():
                if place not in self.ids and place in KINDS:
                    self.ids[place] = KINDS[place](staff, login)
        self.commits = keep_nothing(staff.app)

    def _bearer(self) -> dict[str, str]:
        """The key of a program of theirs, which changes through the API need."""
        offered = tokens.offered(self.actor)
        if not offered:
            return {}
        store, clock = self.staff.open_store, self.staff.app.extensions["callqa"].clock
        issued = tokens.issue_token(
            store, self.actor, clock, name="all", scopes=list(offered), days=7
        )
        return {"Authorization": f"Bearer {issued.secret}"}

    def address(self, rule: Rule, *, theirs: str = "") -> str:
        """An address of a route, with own ids but of the kind that is to be somebody else's."""
        values: dict[str, Any] = {}
        for name, place in ids_in(rule).items():
            ids = self.ids[place]
            values[name] = ids.theirs if place == theirs else ids.own
        for name in rule.arguments - values.keys():
            values[name] = (rule.defaults or {})[name]
        converters = rule._converters
        values = {
            name: converters[name].to_python(value) if isinstance(value, str) else value
            for name, value in values.items()
        }
        with self.staff.app.test_request_context():
            address: str = self.staff.app.url_for(rule.endpoint, **values)
        return address

    def ask(self, rule: Rule, method: str, *, theirs: str = "") -> int:
        """The status of the answer."""
        answer = self.answer(rule, method, theirs=theirs)
        answer.close()
        return answer.status_code

    def answer(self, rule: Rule, method: str, *, theirs: str = "") -> TestResponse:
        """The answer, which is to be closed."""
        address = self.address(rule, theirs=theirs)
        by_program = method in UNSAFE and rule.endpoint.startswith("api.")
        client = self.staff.stranger() if by_program else self.browser
        sent: dict[str, Any] = {"json": {}} if by_program else {}
        headers = self.program if by_program else {}
        return client.open(address, method=method, headers=headers, **sent)


def keep_nothing(app: Flask) -> list[str]:
    """Make every transaction of an app end without a change; what was to be kept is counted."""
    deps = app.extensions["callqa"]
    commits: list[str] = []

    class KeepsNothing:
        """A store whose transactions end without a change, whoever looks at it."""

        def __init__(self, open_store: Any) -> None:
            self._open_store = open_store

        def __call__(self, *, writes: bool = False) -> Any:
            unit = self._open_store(writes=writes)
            unit.commit = lambda: commits.append("commit")
            return unit

        def for_reader(self, user_id: int) -> KeepsNothing:
            return KeepsNothing(self._open_store.for_reader(user_id))

        def for_everybody(self) -> KeepsNothing:
            return KeepsNothing(self._open_store.for_everybody())

    app.extensions["callqa"] = replace(deps, open_store=KeepsNothing(deps.open_store))
    return commits

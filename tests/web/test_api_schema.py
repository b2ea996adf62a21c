"""The API against its own document: whatever is sent, it answers as it says it does, and without a fault of its own."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import positive_data_acceptance

from qa import bootstrap
from qa.config import Settings
from qa.domain.access import Scope, actor_of
from qa.services.tokens import issue_token
from webapp import create_app
from webapp.api.openapi import document
from webapp.api.operations import OPERATIONS, Operation
from webapp.api.reference import PAGE, page

EXAMPLES = int(os.environ.get("API_EXAMPLES", "25"))
"""For each operation, person and kind of request."""


@dataclass(frozen=True, slots=True)
class Api:
    """The app over a seeded store, its document, a token by login, and what a request can name there."""

    app: Flask
    schema: BaseSchema
    tokens: dict[str, str]
    calls: tuple[str, ...]
    versions: dict[str, str]
    criteria: tuple[str, ...]


@pytest.fixture(scope="module")
def api(staffed_home: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Api:
    home, ids = staffed_home
    copy = tmp_path_factory.mktemp("schema") / "var"
    shutil.copytree(home, copy)
    installation = Settings(home=copy, _env_file=None)  # type: ignore[call-arg]
    open_store = bootstrap.unit_of_work(installation)
    app = create_app(installation)
    with open_store() as unit:
        users = {user.login: user for user in unit.people.everybody()}
        versions = {id_: unit.calls.detail(id_).version or "" for id_ in ids.values()}
    allowed = {"ada": tuple(Scope), "amy": (Scope.READ_CALLS, Scope.READ_REVIEWS)}
    tokens = {
        login: issue_token(
            open_store,
            actor_of(users[login]),
            bootstrap.SystemClock(),
            name="schema",
            scopes=scopes,
            days=7,
        ).secret
        for login, scopes in allowed.items()
    }
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    criteria = tuple(each.id for each in bootstrap.rubric_source(installation).rubric.criteria)
    return Api(app, schema, tokens, (*ids.values(), "nothing"), versions, criteria)


@pytest.mark.parametrize("login", ["ada", "amy"])
@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
@pytest.mark.parametrize("of", OPERATIONS, ids=lambda of: of.name)
def test_whatever_is_sent_the_answer_is_one_that_the_document_tells(
    api: Api, of: Operation, mode: GenerationMode, login: str
) -> None:
    operation = api.schema[of.rule.replace("<", "{").replace(">", "}")][of.method]
    # What a review holds must also be of the call, which no schema says.
    loose = [positive_data_acceptance] if of.body else []

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
    def check(case: Case, data: st.DataObject) -> None:
        if case.path_parameters:
            case.path_parameters["call"] = data.draw(st.sampled_from(api.calls))
        if mode is GenerationMode.POSITIVE:
            _name_what_is_there(api, case, data)
        case.call_and_validate(
            headers={"Authorization": f"Bearer {api.tokens[login]}"}, excluded_checks=loose
        )

    check()


def _name_what_is_there(api: Api, case: Case, data: st.DataObject) -> None:
    """Put ids of the store where a request that the document allows has made-up ones."""
    query = case.query or {}
    if "cursor" in query:
        del query["cursor"]
        if case.operation.path == "/calls":
            query["cursor"] = data.draw(st.sampled_from(list(api.versions)))
    if isinstance(case.body, dict):
        version = api.versions.get(case.path_parameters["call"])
        case.body["scorecard"] = version or "none"
        sent = case.body.get("decisions", {})
        named = dict(zip(api.criteria, sent.values(), strict=False))
        case.body["decisions"] = named


def test_the_document_is_one_of_openapi_3_1(api: Api) -> None:
    told = api.app.test_client().get("/api/v1/openapi.json").get_json()
    assert told == json.loads(json.dumps(document(OPERATIONS)))
    api.schema.validate()
    named = {
        operation["operationId"] for path in told["paths"].values() for operation in path.values()
    }
    assert (told["openapi"], named) == ("3.1.0", {each.name for each in OPERATIONS})


def test_the_page_of_the_api_is_made_from_its_models() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run python -m webapp.api.reference"

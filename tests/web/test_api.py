"""The API as a program meets it: what it reads, what it submits, and how it is told what is wrong."""

from __future__ import annotations

import functools
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from qa import bootstrap
from qa.bootstrap import SystemClock
from qa.config import Settings
from qa.domain.access import Action, Actor, Scope, actor_of
from qa.domain.errors import StoreUnavailable
from qa.domain.people import User
from qa.domain.scorecard import Outcome
from qa.ports import UnitOfWorkFactory
from qa.services.tokens import Issued, issue_token, revoke_token
from webapp import create_app
from webapp.api.operations import OPERATIONS
from webapp.guard import action_of

AGENT_CALL, OTHER_CALL = "bad-call", "good-call"


class Program:
    """A client that sends somebody's token."""

    def __init__(self, office: Office, login: str, *scopes: Scope, language: str = "en") -> None:
        wanted = frozenset(scopes or [Scope.READ_CALLS])
        self.issued = _issued(office, login, wanted)
        self.client: FlaskClient = office.app.test_client()
        self.headers = {
            "Authorization": f"Bearer {self.issued.secret}",
            "Accept-Language": language,
        }

    def get(self, address: str, **headers: str) -> TestResponse:
        return self.client.get(f"/api/v1{address}", headers={**self.headers, **headers})

    def post(self, address: str, body: Any, **headers: str) -> TestResponse:
        return self.client.post(f"/api/v1{address}", json=body, headers={**self.headers, **headers})


@functools.cache
def _issued(office: Office, login: str, scopes: frozenset[Scope]) -> Issued:
    return issue_token(
        office.open_store,
        office.actor(login),
        SystemClock(),
        name=" ".join(sorted(scopes)),
        scopes=scopes,
        days=30,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Office:
    """The app over a copy of the seeded store with people, as the ``staff`` of other tests."""

    app: Flask
    open_store: UnitOfWorkFactory
    ids: dict[str, str]
    users: dict[str, User]

    def actor(self, login: str) -> Actor:
        return actor_of(self.users[login])

    def program(self, login: str, *scopes: Scope, language: str = "en") -> Program:
        return Program(self, login, *scopes, language=language)


def open_office(home: Path, copy: Path, ids: dict[str, str]) -> Office:
    shutil.copytree(home, copy)
    settings = Settings(home=copy, _env_file=None)  # type: ignore[call-arg]
    open_store = bootstrap.unit_of_work(settings)
    with open_store() as unit:
        users = {user.login: user for user in unit.people.everybody()}
    return Office(create_app(settings), open_store, ids, users)


@pytest.fixture(scope="module")
def library(
    staffed_home: tuple[Path, dict[str, str]], tmp_path_factory: pytest.TempPathFactory
) -> Office:
    """One for all tests that only read."""
    return open_office(staffed_home[0], tmp_path_factory.mktemp("api") / "var", staffed_home[1])


@pytest.fixture
def office(staffed_home: tuple[Path, dict[str, str]], tmp_path: Path) -> Office:
    """One for a test that changes something."""
    return open_office(staffed_home[0], tmp_path / "var", staffed_home[1])


def problem(response: TestResponse, status: int, code: str) -> dict[str, Any]:
    """The problem document of a response, which must be this one."""
    assert response.status_code == status, response.text
    assert response.mimetype == "application/problem+json"
    told: dict[str, Any] = response.get_json()
    assert (told["status"], told["code"]) == (status, code)
    assert told["type"] == f"urn:callqa:problem:{code}"
    assert told["title"]
    assert told["detail"]
    return told


def review_of(program: Program, call: str, **decisions: Any) -> dict[str, Any]:
    """A review that decides everything the machine left open, from what the API says of the call."""
    card = program.get(f"/calls/{call}/scorecard").get_json()
    open_ones = {
        each["criterion"]: {"choice": each["choices"][0], "reason": "Heard it."}
        for each in card["criteria"]
        if each["counts"]["outcome"] in {"cannot_judge", "not_measurable"}
    }
    return {
        "scorecard": card["scorecard"],
        "base": card["review"],
        "decisions": {**open_ones, **decisions},
    }


# --- who asks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer " + "cqa_" + "0" * 64},
        {"Authorization": "Bearer =;=,"},
        {"Authorization": "Basic YWRhOnNlY3JldA=="},
        {"Authorization": "cqa_" + "0" * 64},
    ],
)
@pytest.mark.parametrize("address", ["/me", "/calls", "/calls/x/reviews", "/reviews"])
def test_nobody_comes_in_without_a_token_that_works(
    sent: dict[str, str], address: str, library: Office
) -> None:
    response = library.app.test_client().get(f"/api/v1{address}", headers=sent)
    told = problem(response, 401, response.get_json()["code"])
    assert told["code"] in {"token_missing", "token_unknown"}
    assert response.headers["WWW-Authenticate"].startswith("Bearer ")


def test_a_token_is_not_looked_for_in_the_address(library: Office) -> None:
    secret = library.program("sun").issued.secret
    for name in ("token", "access_token", "api_key"):
        response = library.app.test_client().get(f"/api/v1/calls?{name}={secret}")
        problem(response, 401, "token_missing")


def test_a_token_opens_the_api_and_no_page(library: Office) -> None:
    sun = library.program("sun", *Scope)
    for address in ("/", "/account/tokens", "/admin/webhooks", f"/calls/{library.ids[AGENT_CALL]}"):
        assert sun.client.get(address, headers=sun.headers).status_code in {302, 303, 401}


def test_a_revoked_token_is_told_so(office: Office) -> None:
    sun = office.program("sun")
    assert sun.get("/me").status_code == 200
    revoke_token(office.open_store, office.actor("sun"), SystemClock(), sun.issued.token.public_id)
    problem(sun.get("/me"), 401, "token_revoked")
    response = sun.get("/me")
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


def test_a_program_is_told_whom_it_acts_for(library: Office) -> None:
    me = library.program("amy", Scope.READ_CALLS, Scope.READ_REVIEWS).get("/me").get_json()
    assert {key: me[key] for key in ("login", "name", "role", "agent_id", "team", "scopes")} == {
        "login": "amy",
        "name": "Amy Tan",
        "role": "agent",
        "agent_id": "A201",
        "team": "Returns",
        "scopes": ["calls:read", "reviews:read"],
    }


def test_a_browser_that_is_logged_in_reads_and_changes_nothing(
    staff: Any, client_as: Callable[..., FlaskClient]
) -> None:
    browser = client_as("sun")
    assert browser.get("/api/v1/me").get_json()["scopes"] is None
    assert browser.get("/api/v1/calls").status_code == 200
    address = f"/api/v1/calls/{staff.ids[AGENT_CALL]}/reviews"
    problem(browser.post(address, json={}), 401, "token_missing")


@pytest.mark.parametrize(
    ("scope", "address"),
    [
        (Scope.READ_REVIEWS, "/calls"),
        (Scope.READ_REVIEWS, "/calls/{call}/scorecard"),
        (Scope.READ_CALLS, "/reviews"),
        (Scope.READ_CALLS, "/calls/{call}/reviews"),
    ],
)
def test_a_token_does_what_its_scopes_say_and_nothing_else(
    scope: Scope, address: str, library: Office
) -> None:
    told = library.program("sun", scope)
    problem(told.get(address.format(call=library.ids[AGENT_CALL])), 403, "not_allowed")
    assert told.get("/me").status_code == 200


def test_a_token_that_reads_does_not_write(library: Office) -> None:
    reads = library.program("sun", Scope.READ_CALLS, Scope.READ_REVIEWS)
    call = library.ids[AGENT_CALL]
    problem(reads.post(f"/calls/{call}/reviews", review_of(reads, call)), 403, "not_allowed")


# --- what an agent sees --------------------------------------------------------------------------------


def test_an_agents_program_sees_that_agents_calls(library: Office) -> None:
    amy = library.program("amy", Scope.READ_CALLS, Scope.READ_REVIEWS)
    listed = amy.get("/calls").get_json()
    assert [call["call_id"] for call in listed["items"]] == [AGENT_CALL]
    assert amy.get("/calls?agent_id=A101").get_json() == {"items": [], "next": None}
    assert amy.get("/reviews?agent_id=A101").get_json() == {"items": [], "next": None}
    own = library.ids[AGENT_CALL]
    for part in ("", "/scorecard", "/transcript", "/reviews"):
        assert amy.get(f"/calls/{own}{part}").status_code == 200
        for other in (library.ids[OTHER_CALL], "nothing-of-this-id"):
            problem(amy.get(f"/calls/{other}{part}"), 404, "call_not_found")


def test_what_is_not_there_and_what_is_somebody_elses_read_alike(library: Office) -> None:
    amy = library.program("amy")
    hidden, missing = (amy.get(f"/calls/{id_}") for id_ in (library.ids[OTHER_CALL], "nothing"))
    assert hidden.data == missing.data
    cursor = library.program("sun").get("/calls?limit=1").get_json()["next"]
    assert amy.get(f"/calls?cursor={cursor}").status_code == 200


def test_an_agents_program_cannot_review(library: Office) -> None:
    amy = library.program("amy")
    call = library.ids[AGENT_CALL]
    problem(amy.post(f"/calls/{call}/reviews", {}), 403, "not_allowed")


# --- reading -------------------------------------------------------------------------------------------


def test_calls_are_paged_without_gap_or_repeat(library: Office) -> None:
    sun = library.program("sun")
    every = sun.get("/calls").get_json()
    assert every["next"] is None
    seen, cursor = [], ""
    for _ in range(10):
        page = sun.get(f"/calls?limit=1{cursor}").get_json()
        seen += page["items"]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert seen == every["items"]
    assert len(seen) == 4


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("agent_id=A101", {"good-call"}),
        ("call_id=mono-call", {"mono-call"}),
        ("status=scored", {"bad-call", "good-call", "mono-call"}),
        ("status=scored&language=en", {"bad-call"}),
        ("outcome=critical", {"bad-call"}),
        ("outcome=clean", {"good-call"}),
        ("reviewed=true", set()),
        ("reviewed=false&status=scored", {"bad-call", "good-call", "mono-call"}),
        ("started_from=2026-03-02T01:14:00Z", {"bad-call"}),
        ("started_from=2026-03-02T09:14:00%2B08:00", {"bad-call"}),
        ("started_from=2026-03-02T09:14:00+08:00", {"bad-call"}),
        ("started_from=2026-03-02T01:14:00.001Z", set()),
        ("started_before=2026-03-02T01:14:00Z", set()),
        ("scored_from=2026-03-02T01:14:00Z&agent_id=A102", {"mono-call"}),
        ("scored_from=9999-12-31T23:59:59Z", set()),
    ],
)
def test_filters_find_what_they_say(query: str, found: set[str], library: Office) -> None:
    response = library.program("sun").get(f"/calls?{query}")
    assert response.status_code == 200, response.text
    assert {call["call_id"] for call in response.get_json()["items"]} == found


def test_a_call_says_how_it_was_scored(library: Office) -> None:
    sun = library.program("sun")
    call = sun.get(f"/calls/{library.ids['bad-call']}").get_json()
    assert call["agent_id"] == "A201"
    assert call["started_at"] == "2026-03-02T01:14:00Z"
    assert call["critical_failed"]
    assert set(call["critical_failed"]) <= set(call["failed"])
    assert call["review"] is None
    assert "customer_number" not in json.dumps(call)
    (refused,) = sun.get("/calls?status=not_scorable").get_json()["items"]
    assert refused["score"] is None
    assert refused["refusal"]["code"].startswith("recording.")


def test_texts_are_in_the_language_of_the_request(library: Office) -> None:
    read = {
        language: library.program("sun", language=language).get(
            f"/calls/{library.ids['bad-call']}/scorecard"
        )
        for language in ("zh", "en")
    }
    assert {name: each.headers["Content-Language"] for name, each in read.items()} == {
        "zh": "zh",
        "en": "en",
    }
    zh, en = (read[name].get_json()["criteria"][0] for name in ("zh", "en"))
    assert zh["title"] != en["title"]
    assert zh["machine"]["reason"]["text"] != en["machine"]["reason"]["text"]
    assert zh["machine"]["reason"]["code"] == en["machine"]["reason"]["code"]
    told = [
        problem(
            library.program("sun", Scope.READ_REVIEWS, language=name).get("/calls"),
            403,
            "not_allowed",
        )
        for name in ("zh", "en")
    ]
    assert told[0]["detail"] != told[1]["detail"]


def test_a_scorecard_has_the_machines_verdicts_with_their_proof(library: Office) -> None:
    card = library.program("sun").get(f"/calls/{library.ids['bad-call']}/scorecard").get_json()
    assert card["machine"] == card["counts"]
    for each in card["criteria"]:
        machine = each["machine"]
        assert machine["outcome"] == each["counts"]["outcome"]
        assert not each["counts"]["reviewed"]
        if machine["outcome"] in {"pass", "fail"}:
            assert machine["evidence"] or machine["searched"]
        assert each["choices"]


def test_a_transcript_comes_with_words_where_they_are_asked_for(library: Office) -> None:
    sun = library.program("sun")
    address = f"/calls/{library.ids['bad-call']}/transcript"
    brief, full = (sun.get(f"{address}{query}").get_json() for query in ("", "?words=true"))
    assert brief["turns"][1]["text"] == "My <b>parcel</b> has not come & I am cross."
    assert {turn["words"] for turn in brief["turns"]} == {None}
    assert all(turn["words"] for turn in full["turns"])
    assert full["turns"][0]["heard"] is None
    refused = sun.get("/calls?status=not_scorable").get_json()["items"][0]["id"]
    problem(sun.get(f"/calls/{refused}/transcript"), 404, "call_not_found")
    problem(sun.get(f"/calls/{refused}/scorecard"), 404, "call_not_found")


def test_what_has_not_changed_is_not_sent_again(library: Office) -> None:
    sun = library.program("sun")
    first = sun.get("/calls")
    again = sun.get("/calls", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert sun.get("/calls?limit=1").headers["ETag"] != first.headers["ETag"]


# --- what cannot be read -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("limit=0", "limit", "api.too_small"),
        ("limit=201", "limit", "api.too_large"),
        ("limit=ten", "limit", "api.not_whole"),
        ("limit=1_0", "limit", "api.not_whole"),
        ("limit=1&limit=2", "limit", "api.repeated"),
        ("agent=A201", "agent", "api.unknown_field"),
        ("agent_id=", "agent_id", "form.required"),
        ("agent_id=" + "a" * 201, "agent_id", "api.too_long"),
        ("language=fr", "language", "api.not_offered"),
        ("outcome=FAILED", "outcome", "api.not_offered"),
        ("reviewed=1", "reviewed", "api.not_yes_or_no"),
        ("started_from=2026-03-02", "started_from", "api.not_a_moment"),
        ("started_from=2026-03-02T01:14:00", "started_from", "api.not_a_moment"),
        ("started_from=2026-02-30T01:14:00Z", "started_from", "api.not_a_moment"),
        ("started_from=1700000000", "started_from", "api.not_a_moment"),
        ("cursor=nowhere", "cursor", "api.cursor_gone"),
        ("cursor=" + "c" * 65, "cursor", "api.too_long"),
    ],
)
def test_a_filter_that_cannot_be_taken_is_named(
    query: str, field: str, code: str, library: Office
) -> None:
    told = problem(library.program("sun").get(f"/calls?{query}"), 422, "input_invalid")
    assert [(each["field"], each["code"]) for each in told["errors"]] == [(field, code)]
    assert told["errors"][0]["detail"]


def test_addresses_and_methods_that_are_not_there_are_told_as_problems(library: Office) -> None:
    sun = library.program("sun", *Scope)
    problem(sun.get("/recordings"), 404, "not_found")
    response = sun.post("/calls", {})
    problem(response, 405, "method_not_allowed")
    assert "GET" in response.headers["Allow"]


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        (b"{}", "text/plain", (415, "unsupported_media_type")),
        (b"{}", "application/x-www-form-urlencoded", (415, "unsupported_media_type")),
        (b"", "application/json", (400, "bad_request")),
        (b"{", "application/json", (400, "bad_request")),
        (b"\xff\xfe", "application/json", (400, "bad_request")),
        (b'{"note": "\\ud800"}', "application/json", (400, "bad_request")),
        (b"[" * 5_000, "application/json", (400, "bad_request")),
        (b"[]", "application/json", (422, "input_invalid")),
        (b"null", "application/json", (422, "input_invalid")),
        (b'{"scorecard": 7}', "application/json", (422, "input_invalid")),
        (b'{"scorecard": "x", "score": 100}', "application/json", (422, "input_invalid")),
        (b'{"note": "' + b"a" * (1 << 20) + b'"}', "application/json", (413, "too_large")),
    ],
)
def test_a_body_that_cannot_be_read_changes_nothing(
    body: bytes, kind: str, told: tuple[int, str], library: Office
) -> None:
    sun = library.program("sun", *Scope)
    address = f"/api/v1/calls/{library.ids['bad-call']}/reviews"
    response = sun.client.post(address, data=body, content_type=kind, headers=sun.headers)
    problem(response, *told)
    assert sun.get(f"/calls/{library.ids['bad-call']}/reviews").get_json() == {"items": []}


def test_a_fault_of_ours_tells_nothing_of_itself(
    monkeypatch: pytest.MonkeyPatch, library: Office
) -> None:
    sun = library.program("sun")

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("what was said in a call")

    monkeypatch.setattr("qa.services.feed.list_calls", fail)
    response = sun.get("/calls")
    problem(response, 500, "internal_error")
    assert "said in a call" not in response.text

    def busy(*_: object, **__: object) -> None:
        raise StoreUnavailable("the database is locked at /srv/secret")

    monkeypatch.setattr("qa.services.feed.list_calls", busy)
    response = sun.get("/calls")
    problem(response, 503, "store_unavailable")
    assert "secret" not in response.text


# --- reviewing -----------------------------------------------------------------------------------------


def test_a_review_that_a_program_submits_counts(office: Office) -> None:
    sun = office.program("sun", *Scope)
    call = office.ids["bad-call"]
    sent = review_of(sun, call, greeting={"choice": "fail", "reason": "No name was given."})
    began = datetime.now(UTC)
    response = sun.post(f"/calls/{call}/reviews", sent)
    assert response.status_code == 201, response.text
    review = response.get_json()
    assert response.headers["Location"] == f"/api/v1/calls/{call}/reviews"
    assert review["counts"]
    assert review["reviewer"]["name"] == "孙悦"
    assert datetime.fromisoformat(review["submitted_at"]) - began < timedelta(minutes=1)
    decision = next(each for each in review["decisions"] if each["criterion"] == "greeting")
    assert (decision["outcome"], decision["reason"]) == ("fail", "No name was given.")

    card = sun.get(f"/calls/{call}/scorecard").get_json()
    assert card["review"] == review["id"]
    assert card["counts"]["score"] == review["score"]
    greeting = next(each for each in card["criteria"] if each["criterion"] == "greeting")
    assert greeting["machine"]["outcome"] != "fail"
    assert greeting["counts"] == {"outcome": "fail", "points": 0.0, "reviewed": True}
    listed = sun.get("/calls?reviewed=true").get_json()["items"]
    assert [(each["id"], each["review"]["score"]) for each in listed] == [(call, review["score"])]
    assert sun.get(f"/calls/{call}/reviews").get_json() == {"items": [review]}
    assert sun.get("/reviews").get_json() == {"items": [review], "next": None}
    assert sun.get(f"/reviews?cursor={review['id']}").get_json() == {"items": [], "next": None}
    assert sun.get("/reviews?since=9999-01-01T00:00:00Z").get_json()["items"] == []
    seen = office.program("amy", Scope.READ_REVIEWS).get("/reviews").get_json()["items"]
    assert [each["id"] for each in seen] == [review["id"]]


def test_a_clip_gets_the_words_that_are_said_there(office: Office) -> None:
    sun = office.program("sun", *Scope)
    call = office.ids["bad-call"]
    clip = {"start_s": 0.5, "end_s": 3.0, "speaker": "agent"}
    decided = {"choice": "fail", "reason": "Too fast.", "evidence": [clip]}
    review = sun.post(f"/calls/{call}/reviews", review_of(sun, call, greeting=decided)).get_json()
    decision = next(each for each in review["decisions"] if each["criterion"] == "greeting")
    assert decision["evidence"] == [{**clip, "quote": "Good morning, this is Northwind."}]


def test_the_same_review_sent_again_changes_nothing(office: Office) -> None:
    sun = office.program("sun", *Scope)
    address = f"/calls/{office.ids['bad-call']}/reviews"
    sent = review_of(sun, office.ids["bad-call"])
    first = sun.post(address, sent)
    again = sun.post(address, sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json() == again.get_json()
    assert len(sun.get("/reviews").get_json()["items"]) == 1


def test_a_key_tells_a_repeat_even_after_others_have_reviewed(office: Office) -> None:
    sun, sam = office.program("sun", *Scope), office.program("sam", *Scope)
    call = office.ids["bad-call"]
    address = f"/calls/{call}/reviews"
    key = {"Idempotency-Key": "3f1c7c9e-0f0e-4b3a-9b1d-2f3b8b1f7a10"}
    sent = review_of(sun, call)
    first = sun.post(address, sent, **key).get_json()
    later = review_of(sam, call, greeting={"choice": "fail", "reason": "No."})
    assert sam.post(address, later, **key).status_code == 201
    again = sun.post(address, sent, **key)
    assert again.status_code == 200
    assert again.get_json() == {**first, "counts": False}
    problem(sun.post(address, later, **key), 409, "idempotency_key_reused")
    assert len(sun.get(address).get_json()["items"]) == 2


@pytest.mark.parametrize("key", ["", "k" * 201, "with space", "schlüssel"])
def test_a_key_that_is_none_is_refused(key: str, library: Office) -> None:
    sun = library.program("sun", *Scope)
    response = sun.post(f"/calls/{library.ids['bad-call']}/reviews", {}, **{"Idempotency-Key": key})
    told = problem(response, 422, "input_invalid")
    assert [each["field"] for each in told["errors"]] == ["Idempotency-Key"]


def test_a_review_of_what_somebody_has_reviewed_meanwhile_is_not_taken(office: Office) -> None:
    sun, sam = office.program("sun", *Scope), office.program("sam", *Scope)
    call = office.ids["bad-call"]
    address = f"/calls/{call}/reviews"
    late = review_of(sam, call, greeting={"choice": "fail", "reason": "No."})
    first = sun.post(address, review_of(sun, call)).get_json()
    told = problem(sam.post(address, late), 409, "review_changed")
    assert "孙悦" in told["detail"]
    assert told["current"] == {
        "change": "reviewed",
        "scorecard": first["scorecard"],
        "base": first["id"],
        "draft_revision": 0,
    }
    assert [each["id"] for each in sun.get(address).get_json()["items"]] == [first["id"]]
    again = {**late, "base": told["current"]["base"]}
    assert sam.post(address, again).status_code == 201


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"scorecard": "gone"}, "scorecard", "api.no_such_scorecard"),
        ({"decisions": {}}, None, "review.undecided"),
        ({"decisions": {"smile": {"choice": "pass"}}}, "decisions.smile.choice", "review.no_such_criterion"),
        ({"decisions": {"greeting": {"choice": "level-9"}}}, "decisions.greeting.choice", "form.not_a_choice"),
        ({"decisions": {"greeting": {"choice": "perfect"}}}, "decisions.greeting.choice", "api.not_offered"),
        ({"decisions": {"greeting": {}}}, "decisions.greeting.choice", "form.required"),
        ({"decisions": {"greeting": {"choice": "pass", "points": 9}}}, "decisions.greeting.points", "api.unknown_field"),
        ({"note": "n" * 5_001}, "note", "api.too_long"),
    ],
)  # fmt: skip
def test_a_review_that_cannot_be_taken_names_what_is_wrong_and_is_not_kept(
    changes: dict[str, Any], field: str | None, code: str, library: Office
) -> None:
    sun = library.program("sun", *Scope)
    call = library.ids["bad-call"]
    sent = {**review_of(sun, call), **changes}
    told = problem(sun.post(f"/calls/{call}/reviews", sent), 422, "input_invalid")
    (fault,) = told["errors"]
    assert fault["code"] == code
    assert field is None or fault["field"] == field
    assert sun.get(f"/calls/{call}/reviews").get_json() == {"items": []}


def test_a_review_that_was_refused_leaves_no_draft_in_the_way_of_the_next(office: Office) -> None:
    sun = office.program("sun", *Scope)
    call = office.ids["bad-call"]
    complete = review_of(sun, call)
    bare = {**complete, "decisions": {"greeting": {"choice": "fail"}}}
    problem(sun.post(f"/calls/{call}/reviews", bare), 422, "input_invalid")
    assert sun.post(f"/calls/{call}/reviews", complete).status_code == 201


def test_a_review_based_on_one_that_never_was_is_not_taken(library: Office) -> None:
    sun = library.program("sun", *Scope)
    call = library.ids["bad-call"]
    sent = {**review_of(sun, call), "base": "never"}
    told = problem(sun.post(f"/calls/{call}/reviews", sent), 409, "review_changed")
    assert (told["current"]["change"], told["current"]["base"]) == ("rescored", None)


def test_a_changed_verdict_needs_a_reason_and_a_clip_lies_in_the_call(library: Office) -> None:
    sun = library.program("sun", *Scope)
    call = library.ids["bad-call"]
    bare = review_of(sun, call, greeting={"choice": "fail"})
    told = problem(sun.post(f"/calls/{call}/reviews", bare), 422, "input_invalid")
    assert told["errors"][0]["field"] == "decisions.greeting.reason"
    far = {"start_s": 500.0, "end_s": 501.0}
    outside = review_of(sun, call, greeting={"choice": "fail", "reason": "No.", "evidence": [far]})
    told = problem(sun.post(f"/calls/{call}/reviews", outside), 422, "input_invalid")
    assert told["errors"][0]["field"] == "decisions.greeting.evidence"


def test_a_call_without_a_score_cannot_be_reviewed(library: Office) -> None:
    sun = library.program("sun", *Scope)
    refused = sun.get("/calls?status=not_scorable").get_json()["items"][0]["id"]
    body = {"scorecard": "x"}
    told = problem(sun.post(f"/calls/{refused}/reviews", body), 403, "not_reviewable")
    assert told["detail"]
    problem(sun.post("/calls/nothing/reviews", body), 404, "call_not_found")


def test_who_may_settle_a_dispute_is_not_told_first_what_the_first_reviewer_decided(
    office: Office,
) -> None:
    sun, sam, amy = (
        office.program("sun", *Scope),
        office.program("sam", *Scope),
        office.program("amy", Scope.READ_CALLS, Scope.READ_REVIEWS),
    )
    call = office.ids["bad-call"]
    sent = review_of(sun, call, greeting={"choice": "fail", "reason": "No name was given."})
    sun.post(f"/calls/{call}/reviews", sent)
    assert sam.get(f"/calls/{call}/scorecard").status_code == 200
    with office.open_store(writes=True) as unit:
        unit.answers.raise_dispute(
            call,
            criterion="greeting",
            contested=Outcome.FAIL,
            contested_points=0.0,
            by=office.users["amy"].id,
            reason="I did.",
            at=SystemClock().now(),
        )
        unit.commit()
    problem(sam.get(f"/calls/{call}/scorecard"), 409, "decide_first")
    for address in ("/reviews", f"/calls/{call}/reviews"):
        (blind,) = sam.get(address).get_json()["items"]
        assert blind["withheld"]
        assert (blind["reviewer"], blind["score"], blind["decisions"]) == (None, None, [])
        assert "No name was given." not in json.dumps(blind)
        for sees in (sun, amy):
            (shown,) = sees.get(address).get_json()["items"]
            assert not shown["withheld"]
            assert shown["decisions"]


def test_every_operation_says_what_it_is_for(library: Office) -> None:
    for each in OPERATIONS:
        action = action_of(library.app.view_functions[f"api.{each.name}"])
        assert (action is None) == (each.scope is None)
        assert action is None or isinstance(action, Action)

"""Logging in and out, the one-time link, and what happens to whoever is not logged in."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from flask import request
from werkzeug.test import TestResponse

from qa import bootstrap
from qa.config import Settings
from qa.domain.access import CONSOLE, Action
from qa.domain.passwords import SHORTEST
from qa.domain.wording import Reason, render
from qa.services import accounts
from webapp import create_app
from webapp.guard import needs


def log_in(client: Any, staff: Any, login: str = "amy", **fields: str) -> TestResponse:
    sent = {"login": login, "password": staff.password, **fields}
    answer: TestResponse = client.post("/login", data=sent)
    return answer


def token(client: Any) -> str | None:
    cookie = client.get_cookie("callqa")
    return cookie.value if cookie else None


def _action(page: str) -> str:
    form = re.search(r'action="(/login[^"]*)"', page)
    assert form
    return unescape(form[1])


def invite(staff: Any, login: str, lifetime: timedelta = timedelta(hours=1)) -> str:
    clock = bootstrap.SystemClock()
    user = staff.users[login].public_id
    made = accounts.invite(staff.open_store, CONSOLE, clock, user, lifetime=lifetime)
    return made.token


# --- the page to log in on -----------------------------------------------------------------------


def test_who_logs_in_goes_on_to_the_page_that_was_asked_for(staff: Any) -> None:
    client = staff.stranger()
    asked = client.get("/?q=a&outcome=failed")
    assert asked.status_code == 302
    page = client.get(asked.headers["Location"]).text
    answer = client.post(_action(page), data={"login": "amy", "password": staff.password})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/?q=a&outcome=failed")
    assert client.get("/?q=a").status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
        "/" + "a" * 5_000,
    ],
)
def test_nobody_is_sent_to_another_site_after_logging_in(staff: Any, elsewhere: str) -> None:
    assert log_in(staff.stranger(), staff, next=elsewhere).headers["Location"] == "/"
    logged_in = staff.client_as("amy")
    assert logged_in.get("/login", query_string={"next": elsewhere}).headers["Location"] == "/"


def test_the_login_is_taken_however_it_is_spelled(staff: Any) -> None:
    assert log_in(staff.stranger(), staff, " AMY ").status_code == 302


def test_an_unknown_login_and_a_wrong_password_get_the_same_answer(staff: Any) -> None:
    pages = [
        staff.stranger().post("/login", data={"login": login, "password": "not the one"})
        for login in ("amy", "nobody")
    ]
    assert [page.status_code for page in pages] == [422, 422]
    shown = [page.text.replace('value="amy"', "").replace('value="nobody"', "") for page in pages]
    assert shown[0] == shown[1]
    assert "The login or the password is wrong" in shown[0]


def test_what_was_typed_stays_but_the_password(staff: Any) -> None:
    page = staff.stranger().post("/login", data={"login": "<amy>", "password": "s3cret-typed"}).text
    assert 'value="&lt;amy&gt;"' in page
    assert "s3cret-typed" not in page


def test_too_many_failures_are_told_to_wait_and_how_long(staff: Any) -> None:
    client = staff.stranger()
    assert client.post("/login", data={"login": "an", "password": "no"}).status_code == 422
    staff.fail_often("an")
    answer = log_in(client, staff, "an")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 60
    assert re.search(r"Try again in \d+ (seconds|minutes)\.", answer.text)
    assert token(client) is None


def test_a_login_gets_a_new_token_and_ends_the_one_before(staff: Any) -> None:
    client = staff.client_as("amy")
    before = token(client)
    assert log_in(client, staff, "sun").status_code == 302
    assert token(client) not in {before, None}
    other = staff.stranger()
    other.set_cookie("callqa", before)
    assert other.get("/").status_code == 302


def test_a_token_that_the_browser_brought_along_is_never_taken_over(staff: Any) -> None:
    client = staff.stranger()
    client.set_cookie("callqa", "chosen-by-somebody-else")
    assert log_in(client, staff).status_code == 302
    assert token(client) != "chosen-by-somebody-else"


def test_logging_out_ends_the_login_on_the_server_too(staff: Any) -> None:
    client = staff.client_as("amy")
    kept = token(client)
    assert client.post("/logout").headers["Location"] == "/login"
    assert token(client) is None
    client.set_cookie("callqa", kept)
    assert client.get("/").status_code == 302


def test_logging_out_by_a_link_is_not_possible(staff: Any) -> None:
    client = staff.client_as("amy")
    assert client.get("/logout").status_code == 405
    assert client.get("/").status_code == 200


def test_a_disabled_account_is_out_with_the_next_request(staff: Any) -> None:
    client = staff.client_as("amy")
    clock = bootstrap.SystemClock()
    amy = staff.users["amy"].public_id
    accounts.set_active(staff.open_store, CONSOLE, clock, amy, active=False)
    assert client.get("/").status_code == 302
    assert log_in(staff.stranger(), staff).status_code == 422


# --- the cookie ----------------------------------------------------------------------------------


def test_over_plain_http_the_cookie_is_kept_from_scripts_and_other_sites(staff: Any) -> None:
    cookie = log_in(staff.stranger(), staff).headers["Set-Cookie"]
    assert cookie.startswith("callqa=")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_over_https_the_cookie_is_held_to_this_host_and_to_https(staff: Any) -> None:
    staff.app.config["HTTPS"] = True
    answer = log_in(staff.stranger(), staff)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-callqa=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=31536000")


# --- who is not logged in ------------------------------------------------------------------------


def test_a_script_of_a_page_is_told_to_log_in_and_where(staff: Any) -> None:
    client = staff.stranger(HTTP_SEC_FETCH_DEST="empty", HTTP_REFERER="http://localhost/?q=a")
    answer = client.get("/")
    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "login_needed"
    assert answer.json["error"]["login"] == "/login?next=/?q%3Da"


def test_a_swapped_list_leads_the_whole_page_to_the_login(staff: Any) -> None:
    client = staff.stranger(
        HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="http://localhost/?outcome=failed"
    )
    answer = client.get("/?q=a", headers={"Accept": "text/html"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/?outcome%3Dfailed"


def test_a_login_page_never_goes_back_to_another_sites_page(staff: Any) -> None:
    client = staff.stranger(HTTP_SEC_FETCH_DEST="empty", HTTP_REFERER="http://evil.example/trap")
    assert client.get("/").json["error"]["login"] == "/login?next=/"


def _hidden(page: str) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page)
    return {unescape(name): unescape(value) for name, value in fields}


def test_what_was_typed_survives_a_login_that_ended_meanwhile(staff: Any) -> None:
    @needs(Action.SEE_CALLS)
    def take() -> str:
        return f"took {request.form['note']} {request.args['part']}"

    staff.app.add_url_rule("/take", "calls.take", take, methods=["POST"])
    client = staff.stranger()
    typed = {"note": "line one\n<b>line two</b>"}
    late = client.post("/take?part=2", data=typed, headers={"Referer": "http://localhost/?q=a"})
    assert late.status_code == 401
    assert "What you typed is kept" in late.text
    asked = late
    for password, status in (("wrong", 422), (staff.password, 200)):
        entered = _hidden(asked.text) | {"login": "amy", "password": password}
        asked = client.post(_action(asked.text), data=entered)
        assert asked.status_code == status
    assert 'action="/take?part=2"' in asked.text
    assert 'href="/?q=a"' in asked.text
    sent = client.post("/take?part=2", data=_hidden(asked.text))
    assert sent.text == f"took {typed['note']} 2"


def test_a_kept_form_is_never_sent_to_another_site(staff: Any) -> None:
    fields = {"again": "https://evil.example/", "kept.note": "a customer's secret"}
    page = log_in(staff.stranger(), staff, **fields).text
    assert "evil.example" not in page


def test_a_password_is_never_kept_for_later(staff: Any) -> None:
    late = staff.stranger().post("/account/password", data={"current": "old-secret"})
    assert late.status_code == 401
    assert "old-secret" not in late.text


# --- while nobody has an account -----------------------------------------------------------------


def test_a_visitor_on_this_machine_may_look_and_change_nothing(client: Any) -> None:
    assert client.get("/").status_code == 200
    assert client.get("/account").status_code == 403
    assert client.get("/people").status_code == 403


@pytest.mark.parametrize(
    "environment",
    [
        {"REMOTE_ADDR": "192.168.1.7"},
        {"REMOTE_ADDR": ""},
        {"HTTP_X_FORWARDED_FOR": "127.0.0.1"},
        {"HTTP_X_REAL_IP": "127.0.0.1"},
        {"HTTP_FORWARDED": "for=127.0.0.1"},
    ],
)
def test_a_visitor_from_elsewhere_sees_nothing(client: Any, environment: dict[str, str]) -> None:
    answer = client.get("/", environ_overrides=environment)
    assert answer.headers["Location"] == "/login?next=/"
    page = client.get("/login", environ_overrides=environment)
    assert "Nobody has an account here yet" in page.text


# --- the first admin -----------------------------------------------------------------------------


@pytest.fixture
def empty_app(tmp_path: Any) -> Any:
    settings = Settings(home=tmp_path / "var", _env_file=None)  # type: ignore[call-arg]
    return create_app(settings, first_admin="read-from-the-terminal")


def test_the_first_admin_comes_in_by_the_printed_link_and_ends_the_visits(empty_app: Any) -> None:
    client = empty_app.test_client()
    client.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    assert client.get("/").status_code == 200
    assert client.get("/first/guessed").status_code == 404
    address = "/first/read-from-the-terminal"
    assert client.get(address).status_code == 200
    assert client.post(address, data={"name": "", "login": "ada"}).status_code == 422
    made = client.post(address, data={"name": "Ada", "login": "ada"})
    welcome = made.headers["Location"]
    password = "four words nobody guesses"  # noqa: S105 - of somebody who exists only here
    entered = client.post(welcome, data={"password": password, "repeated": password})
    assert entered.headers["Location"] == "/"
    assert client.get("/people").status_code == 200
    assert client.get(address).status_code == 404
    assert client.post(address, data={"name": "Eve", "login": "eve"}).status_code == 404
    assert empty_app.test_client().get("/").status_code == 302


def test_the_first_admin_is_made_on_this_machine_alone(empty_app: Any) -> None:
    client = empty_app.test_client()
    away = {"REMOTE_ADDR": "192.168.1.7"}
    answer = client.get("/first/read-from-the-terminal", environ_overrides=away)
    assert answer.status_code == 404


def test_an_app_without_such_a_link_makes_nobody_an_admin(client: Any) -> None:
    assert client.get("/first/None").status_code == 404
    assert client.get("/first/").status_code == 404


# --- the one-time link ---------------------------------------------------------------------------


def test_a_link_works_once_and_looking_at_it_does_not_use_it(staff: Any) -> None:
    client = staff.stranger()
    address = f"/welcome/{invite(staff, 'amy')}"
    for _ in range(2):
        page = client.get(address)
        assert page.status_code == 200
        assert "Amy Tan" in page.text
    chosen = {"password": "another few odd words", "repeated": "another few odd words"}
    assert client.post(address, data=chosen).headers["Location"] == "/"
    assert client.get("/account").status_code == 200
    assert client.get(address).status_code == 404
    assert staff.stranger().post(address, data=chosen).status_code == 404


def test_a_password_that_cannot_be_taken_leaves_the_link_as_it_was(staff: Any) -> None:
    client = staff.stranger()
    address = f"/welcome/{invite(staff, 'amy')}"
    short = client.post(address, data={"password": "short", "repeated": "short"})
    assert short.status_code == 422
    assert f"at least {SHORTEST} characters" in short.text
    unequal = client.post(address, data={"password": "few odd words", "repeated": "few odd word"})
    assert unequal.status_code == 422
    assert render(Reason("password.unequal"), "en") in unequal.text
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("guess", ["guessed", "%00", "..%2f..", "a" * 3_000])
def test_a_link_that_is_none_leads_nowhere(staff: Any, guess: str) -> None:
    assert staff.stranger().get(f"/welcome/{guess}").status_code == 404


def test_a_link_that_is_too_old_leads_nowhere(staff: Any) -> None:
    address = f"/welcome/{invite(staff, 'amy', timedelta(seconds=-1))}"
    assert staff.stranger().get(address).status_code == 404

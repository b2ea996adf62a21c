"""Headers on every answer, and requests that are refused."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request, session
from flask.testing import FlaskClient

from qa.config import Settings
from qa.domain.errors import RunInProgress, SchemaOutdated
from webapp import assets, create_app
from webapp.guard import public
from webapp.security import FORM_LIMIT_BYTES

EXPECTED = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@pytest.mark.parametrize(
    "address", ["/", "/calls/{bad}", "/calls/{bad}/audio", "/calls/{bad}/waveform.json", "/nowhere"]
)
def test_every_answer_is_hardened(client: FlaskClient, ids: dict[str, str], address: str) -> None:
    headers = client.get(address.format(bad=ids["bad-call"]), buffered=True).headers
    assert EXPECTED.items() <= dict(headers).items()
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


def test_static_files_are_kept_by_browsers_and_are_never_of_two_versions(
    client: FlaskClient,
) -> None:
    page = client.get("/").text
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page))
    assert len({each.split("/")[2] for each in addresses}) == 1
    for each in addresses:
        headers = client.get(each, buffered=True).headers
        assert "max-age=31536000" in headers["Cache-Control"]
        assert "immutable" in headers["Cache-Control"]
        assert headers["X-Content-Type-Options"] == "nosniff"
    old = client.get("/static/0123456789ab/css/base.css")
    assert old.status_code == 404
    assert old.headers["Cache-Control"] == "no-store"


def test_an_asset_that_changes_has_another_address(tmp_path: Path) -> None:
    sheet = tmp_path / "css" / "base.css"
    sheet.parent.mkdir()
    sheet.write_text("body {}", encoding="utf-8")
    before = assets.address(tmp_path)
    assert assets.address(tmp_path) == before
    sheet.write_text("body { margin: 0 }", encoding="utf-8")
    changed = assets.address(tmp_path)
    sheet.rename(sheet.with_name("app.css"))
    assert len({before, changed, assets.address(tmp_path)}) == 3


def test_the_style_nonce_is_fresh_and_allowed(client: FlaskClient, ids: dict[str, str]) -> None:
    nonces = set()
    for _ in range(2):
        answer = client.get(f"/calls/{ids['bad-call']}")
        nonce = answer.text.split('data-style-nonce="')[1].split('"')[0]
        assert f"style-src 'self' 'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]
        nonces.add(nonce)
    assert len(nonces) == 2


@pytest.mark.parametrize("address", ["/", "/calls/{bad}"])
def test_pages_carry_no_inline_code(client: FlaskClient, ids: dict[str, str], address: str) -> None:
    page = client.get(address.format(bad=ids["bad-call"])).text
    assert "<script>" not in page
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "10.0.0.7:8000"])
def test_a_foreign_host_name_is_refused(client: FlaskClient, host: str) -> None:
    answer = client.get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:9000", "localhost"])
def test_loopback_names_are_answered(client: FlaskClient, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_page_gets_nothing_but_a_link_may_be_followed(
    client: FlaskClient, ids: dict[str, str], site: str
) -> None:
    embedded = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "audio"}
    assert client.get(f"/calls/{ids['bad-call']}/audio", headers=embedded).status_code == 403
    framed = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "iframe"}
    assert client.get("/", headers=framed).status_code == 403
    followed = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert client.get("/", headers=followed).status_code == 200


# --- what may change something -------------------------------------------------------------------

OWN = "http://localhost"


@pytest.fixture
def changed(staff: Any) -> Any:
    """``changed(headers)``: the status of a form of somebody who is logged in, sent with these headers."""
    client = staff.client_as("amy")
    del client.environ_base["HTTP_SEC_FETCH_SITE"]

    def send(headers: dict[str, str]) -> int:
        answer = client.post("/account", data={"language": "en"}, headers=headers)
        status: int = answer.status_code
        return status

    return send


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "same-origin", "Origin": OWN},
        {"Sec-Fetch-Site": "none", "Origin": OWN},
        {"Origin": OWN},
    ],
)
def test_a_form_of_our_own_pages_changes_something(changed: Any, headers: dict[str, str]) -> None:
    assert changed(headers) == 302


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": OWN},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "none", "Origin": "null"},
        {"Sec-Fetch-Site": "invented", "Origin": OWN},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "https://localhost"},
        {"Origin": "http://localhost:8001"},
        {"Origin": "http://localhost.evil.example"},
        {"Referer": "http://localhost/account"},
    ],
)
def test_a_form_of_anybody_elses_changes_nothing(changed: Any, headers: dict[str, str]) -> None:
    assert changed(headers) == 403


def test_behind_a_proxy_that_ends_https_our_own_pages_are_https_ones(
    staff: Any, changed: Any
) -> None:
    staff.app.config["HTTPS"] = True
    assert changed({"Origin": OWN}) == 403
    # The login cookie has another name over https, so the right origin gets as far as the login.
    assert changed({"Origin": "https://localhost"}) == 401


def test_a_token_needs_no_origin_for_no_browser_sends_it_by_itself(staff: Any) -> None:
    client = staff.stranger()
    del client.environ_base["HTTP_SEC_FETCH_SITE"]
    answer = client.post("/account", headers={"Authorization": "Bearer invented"})
    assert answer.status_code == 401


def test_a_token_opens_no_page_whatever_cookie_comes_with_it(staff: Any) -> None:
    answer = staff.client_as("ada").get("/people", headers={"Authorization": "Bearer invented"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login")


def test_the_app_signs_nothing_and_so_keeps_no_secret(staff: Any) -> None:
    @public
    def sign() -> str:
        session["signed"] = True
        return "signed"

    staff.app.add_url_rule("/signs", view_func=sign)
    assert staff.app.secret_key is None
    # Whoever begins to sign something has to think of its key first.
    assert staff.client_as("amy").get("/signs").status_code == 500


# --- names, proxies and limits -------------------------------------------------------------------


def app_with(tmp_path: Path, **settings: Any) -> Flask:
    return create_app(Settings(home=tmp_path / "var", _env_file=None, **settings))  # type: ignore[call-arg]


def test_the_names_of_the_settings_are_answered_and_no_others(tmp_path: Path) -> None:
    client = app_with(tmp_path, hosts="qa.example.com, qa.lan").test_client()
    answers = {
        host: client.get("/login", headers={"Host": host}).status_code
        for host in ("qa.example.com", "qa.lan:8000", "www.qa.example.com", "example.com")
    }
    assert list(answers.values()) == [200, 200, 400, 400]


@pytest.mark.parametrize(
    ("proxies", "address", "scheme"),
    [(0, "10.0.0.9", "http"), (1, "203.0.113.5", "https"), (2, "198.51.100.7", "http")],
)
def test_as_many_proxies_are_believed_as_the_settings_say(
    tmp_path: Path, proxies: int, address: str, scheme: str
) -> None:
    app = app_with(tmp_path, proxies=proxies)

    @public
    def seen() -> dict[str, str | None]:
        return {"address": request.remote_addr, "scheme": request.scheme}

    app.add_url_rule("/seen", view_func=seen)
    answer = app.test_client().get(
        "/seen",
        environ_overrides={"REMOTE_ADDR": "10.0.0.9"},
        headers={
            "X-Forwarded-For": "192.0.2.1, 198.51.100.7, 203.0.113.5",
            "X-Forwarded-Proto": "http, https",
            "X-Forwarded-Host": "evil.example",
        },
    )
    assert answer.json == {"address": address, "scheme": scheme}


def test_a_form_over_the_limit_gets_a_page_that_says_so(staff: Any) -> None:
    client = staff.client_as("amy")
    answer = client.post("/account", data={"language": "en", "time_zone": "x" * FORM_LIMIT_BYTES})
    assert answer.status_code == 413
    assert "Nothing was changed" in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_note_of_a_megabyte_reaches_the_field_that_refuses_it(staff: Any) -> None:
    client = staff.client_as("amy")
    note = "长" * (2**20 // 3)
    answer = client.post("/account", data={"language": "en", "time_zone": note})
    assert answer.status_code == 422
    assert "At most 200 characters" in answer.text


# --- pages of errors -----------------------------------------------------------------------------


def test_the_answers_to_refused_requests_are_hardened_too(staff: Any) -> None:
    amy, stranger = staff.client_as("amy"), staff.stranger()
    answers = {
        302: stranger.get("/"),
        400: stranger.get("/", headers={"Host": "evil.example"}),
        401: stranger.post("/account"),
        403: amy.get("/people"),
        404: amy.get(f"/calls/{staff.ids['good-call']}"),
        405: amy.put("/account"),
        422: amy.post("/account", data={"language": "fr"}),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert EXPECTED.items() <= dict(answer.headers).items(), status
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], status


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SchemaOutdated("the database is older"), 503),
        (RunInProgress("a run holds this folder"), 409),
        (RuntimeError("the customer said 4111 1111 1111 1111"), 500),
    ],
)
def test_errors_become_pages_that_tell_nothing_they_should_not(
    installation: tuple[Settings, dict[str, str]],
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    status: int,
) -> None:
    @public
    def fail() -> str:
        raise error

    app = create_app(installation[0])
    app.add_url_rule("/fails", view_func=fail)
    with caplog.at_level(logging.DEBUG):
        answer = app.test_client().get("/fails", headers={"Accept-Language": "en"})
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert "Go to the list of calls" in answer.text
    assert "4111" not in answer.text
    assert "4111" not in caplog.text
    assert answer.headers["Cache-Control"] == "no-store"

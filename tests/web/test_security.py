"""Headers on every answer, and requests that are refused."""

from __future__ import annotations

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient

from qa.config import Settings
from qa.domain.errors import RunInProgress, SchemaOutdated
from webapp import create_app

EXPECTED = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
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


def test_static_files_may_be_revalidated_instead_of_sent_again(client: FlaskClient) -> None:
    headers = client.get("/static/css/base.css", buffered=True).headers
    assert headers["Cache-Control"] == "no-cache"
    assert "ETag" in headers
    assert headers["X-Content-Type-Options"] == "nosniff"


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


def test_nothing_can_be_changed_over_http(app: Flask) -> None:
    methods = {method for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    assert methods == {"GET", "HEAD", "OPTIONS"}


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

"""Logging in at an OpenID Connect provider, as the pages do it; the protocol itself is ``qa.identity``'s."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from qa.domain.errors import ProviderUnavailable
from qa.domain.people import UserRole
from qa.ports.identity import Handshake, Identity

BACK = "http://localhost/login/openid/back"


class Provider:
    """A provider that knows one person, and lets them in for the code ``right``."""

    def __init__(self, email: str) -> None:
        self.email = email
        self.down = False

    def address(self, handshake: Handshake, redirect_uri: str, _now: datetime) -> str:
        self._answer()
        return f"https://login.example.com/?state={handshake.state}&redirect_uri={redirect_uri}"

    def identify(
        self, _handshake: Handshake, code: str, redirect_uri: str, _now: datetime
    ) -> Identity:
        self._answer()
        assert (code, redirect_uri) == ("right", BACK)
        return Identity(subject="https://login.example.com 7", email=self.email, name="Bo")

    def _answer(self) -> None:
        if self.down:
            raise ProviderUnavailable("login.example.com does not answer")


@pytest.fixture
def provider(staff: Any) -> Provider:
    provider = Provider("bo@example.com")
    deps = staff.app.extensions["callqa"]
    staff.app.extensions["callqa"] = replace(
        deps, open_id=provider, open_id_role=UserRole.SUPERVISOR
    )
    return provider


def began(client: Any, on_to: str = "/?q=a") -> str:
    answer = client.get("/login/openid", query_string={"next": on_to})
    assert answer.status_code == 302
    (state,) = parse_qs(urlsplit(answer.headers["Location"]).query)["state"]
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    return state


def test_the_page_offers_the_provider_only_where_there_is_one(staff: Any, client: Any) -> None:
    assert "/login/openid" not in client.get("/login").text
    assert client.get("/login/openid").status_code == 404
    assert client.get("/login/openid/back").status_code == 404


def test_somebody_comes_back_logged_in_where_they_were_going(staff: Any, provider: Any) -> None:
    client = staff.stranger()
    assert "/login/openid?next=/?q%3Da" in client.get("/login?next=/?q%3Da").text
    answer = client.get(
        "/login/openid/back", query_string={"state": began(client), "code": "right"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/?q=a")
    assert "bo@example.com" in client.get("/account").text


def test_coming_back_twice_or_into_another_browser_lets_nobody_in(
    staff: Any, provider: Any
) -> None:
    client, other = staff.stranger(), staff.stranger()
    sent = {"state": began(client), "code": "right"}
    stolen = other.get("/login/openid/back", query_string=sent)
    assert stolen.status_code == 422
    assert client.get("/login/openid/back", query_string=sent).status_code == 302
    client.post("/logout")
    assert client.get("/login/openid/back", query_string=sent).status_code == 422


@pytest.mark.parametrize("sent", [{}, {"error": "access_denied"}, {"state": "x", "code": "right"}])
def test_an_answer_that_is_not_to_what_was_asked_lets_nobody_in(
    staff: Any, provider: Any, sent: dict[str, str]
) -> None:
    client = staff.stranger()
    began(client)
    answer = client.get("/login/openid/back", query_string=sent)
    assert answer.status_code == 422
    assert client.get("/").status_code == 302


def test_a_provider_that_does_not_answer_is_told_and_passwords_still_work(
    staff: Any, provider: Any
) -> None:
    client = staff.stranger()
    provider.down = True
    answer = client.get("/login/openid")
    assert answer.status_code == 502
    assert "The login provider does not answer" in answer.text
    entered = client.post("/login", data={"login": "amy", "password": staff.password})
    assert entered.status_code == 302


def test_whoever_comes_back_is_not_sent_on_to_another_site(staff: Any, provider: Any) -> None:
    client = staff.stranger()
    state = began(client, "https://evil.example/")
    answer = client.get("/login/openid/back", query_string={"state": state, "code": "right"})
    assert answer.headers["Location"] == "/"

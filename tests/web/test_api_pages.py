"""The pages of tokens and webhooks: what is shown once, what a form that cannot be taken keeps, who gets in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from qa import bootstrap
from qa.services import webhooks
from tests.unit.receiver import Receiver, receiving, status

TOKEN = re.compile(r"cqa_[0-9a-f]{64}")
SECRET = re.compile(r"cqs_[0-9a-f]{64}")


@pytest.fixture
def sun(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    return client_as("sun", HTTP_ACCEPT_LANGUAGE="en")


@pytest.fixture
def ada(client_as: Callable[..., FlaskClient]) -> FlaskClient:
    return client_as("ada")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def english(client: FlaskClient, address: str, **sent: Any) -> str:
    """A page in English, whichever language its reader prefers."""
    response = (
        client.post(f"{address}?lang=en", **sent) if sent else client.get(f"{address}?lang=en")
    )
    return response.text


# --- tokens --------------------------------------------------------------------------------------------


def test_a_new_token_is_shown_once_and_works(staff: Any, sun: FlaskClient) -> None:
    made = english(
        sun,
        "/account/tokens",
        data={"name": "nightly", "scopes": ["calls:read"], "days": "30"},
    )
    (secret,) = set(TOKEN.findall(made))
    assert "The token “nightly” is made" in made
    assert not TOKEN.search(english(sun, "/account/tokens"))
    program = staff.app.test_client()
    answer = program.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert answer.get_json()["login"] == "sun"
    shown = english(sun, "/account/tokens")
    assert "last used" in shown
    assert "Read calls, scorecards and transcripts" in shown


def test_a_revoked_token_works_no_longer(staff: Any, sun: FlaskClient) -> None:
    made = english(
        sun, "/account/tokens", data={"name": "x", "scopes": ["calls:read"], "days": "7"}
    )
    secret = TOKEN.findall(made)[0]
    revoke = re.search(r'action="(/account/tokens/[\w-]+/revoke)"', made)
    assert revoke
    assert sun.post(revoke[1]).status_code == 302
    shown = english(sun, "/account/tokens")
    assert "lets nobody in any more" in shown
    assert "Tokens that work no longer (1)" in shown
    program = staff.app.test_client()
    answer = program.get("/api/v1/me", headers={"Authorization": f"Bearer {secret}"})
    assert answer.get_json()["code"] == "token_revoked"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": ""}, "This must be filled in"),
        ({"name": "n" * 101}, "At most 100 characters"),
        ({"scopes": []}, "Choose at least one permission"),
        ({"scopes": ["calls:erase"]}, "Choose one of the list"),
        ({"days": "36500"}, "Choose one of the list"),
    ],
)
def test_a_form_that_cannot_be_taken_keeps_what_was_typed(
    sun: FlaskClient, sent: dict[str, Any], said: str
) -> None:
    data = {"name": "nightly", "scopes": ["reviews:read"], "days": "7", **sent}
    response = sun.post("/account/tokens?lang=en", data=data)
    assert response.status_code == 422
    assert said in response.text
    assert not TOKEN.search(response.text)
    if sent.get("name") != "":
        assert f'value="{data["name"]}"' in response.text
    if "scopes" not in sent:
        assert 'value="reviews:read" checked' in response.text


def test_an_agent_is_offered_what_an_agent_may(client_as: Callable[..., FlaskClient]) -> None:
    page = english(client_as("amy"), "/account/tokens")
    assert 'value="calls:read"' in page
    assert 'value="reviews:write"' not in page
    otto = english(client_as("otto"), "/account/tokens")
    assert 'value="metrics:read"' in otto
    assert 'value="calls:read"' not in otto


def test_a_name_is_text_whatever_is_in_it(sun: FlaskClient) -> None:
    data = {"name": "<script>alert(1)</script>", "scopes": ["calls:read"], "days": "7"}
    made = english(sun, "/account/tokens", data=data)
    assert "<script>alert" not in made
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in made


def test_somebody_elses_token_is_not_there(staff: Any, sun: FlaskClient) -> None:
    made = english(
        sun, "/account/tokens", data={"name": "x", "scopes": ["calls:read"], "days": "7"}
    )
    revoke = re.search(r'action="(/account/tokens/[\w-]+/revoke)"', made)
    assert revoke
    assert staff.client_as("sam").post(revoke[1]).status_code == 404


# --- webhooks ------------------------------------------------------------------------------------------


def add(ada: FlaskClient, url: str) -> tuple[str, str]:
    """Enter an address; its page and its secret."""
    added = ada.post("/admin/webhooks", data={"url": url, "events": ["review.submitted"]})
    assert added.status_code == 200, added.text
    page = re.search(r'action="(/admin/webhooks/[\w-]+)/test"', added.text)
    assert page
    (secret,) = set(SECRET.findall(added.text))
    return page[1], secret


def test_an_address_gets_a_secret_that_is_shown_once(ada: FlaskClient, receiver: Receiver) -> None:
    page, _secret = add(ada, receiver.url)
    shown = english(ada, page)
    assert not SECRET.search(shown)
    assert 'value="review.submitted" checked' in shown
    assert 'value="dispute.opened" checked' not in shown
    assert "A review was submitted" in english(ada, "/admin/webhooks")


def test_the_test_button_says_what_became_of_the_message(
    ada: FlaskClient, receiver: Receiver
) -> None:
    page, _secret = add(ada, receiver.url)
    receiver.script[:] = [status(200), status(302, Location="http://127.0.0.1:1/")]
    assert ada.post(f"{page}/test").status_code == 302
    assert "Delivered" in english(ada, page)
    ada.post(f"{page}/test")
    shown = english(ada, page)
    assert "Given up" in shown
    assert "redirects are not followed" in shown
    assert [got.headers["X-CallQA-Event"] for got in receiver.got] == ["webhook.test"] * 2


def test_a_message_is_sent_again_by_its_button(
    staff: Any, ada: FlaskClient, receiver: Receiver
) -> None:
    page, _secret = add(ada, receiver.url)
    receiver.script[:] = [status(500), status(200)]
    ada.post(f"{page}/test")
    again = re.search(r'action="(/admin/deliveries/[\w-]+/again)"', english(ada, page))
    assert again
    assert ada.post(again[1]).status_code == 302
    done = webhooks.deliver_due(
        staff.open_store, bootstrap.sender(staff.settings), bootstrap.SystemClock()
    )
    assert done.delivered == 1
    assert receiver.got[0].body == receiver.got[1].body


def test_an_address_is_paused_changed_and_removed(ada: FlaskClient, receiver: Receiver) -> None:
    page, _secret = add(ada, receiver.url)
    ada.post(page, data={"events": ["dispute.opened", "scorecard.ready"]})
    shown = english(ada, page)
    assert 'value="dispute.opened" checked' in shown
    assert "Paused" in english(ada, "/admin/webhooks")
    none = ada.post(f"{page}?lang=en", data={"events": [], "active": "yes"})
    assert none.status_code == 422
    assert "Choose at least one event" in none.text
    assert ada.post(f"{page}/remove").status_code == 302
    assert ada.post(f"{page}/remove").status_code == 302
    assert ada.get(page).status_code == 404
    assert "Nobody is told yet" in english(ada, "/admin/webhooks")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "This is no address"),
        ("http://example.com/hook", "Use https"),
        ("https://169.254.169.254/", "Nothing is sent to 169.254.169.254"),
        ("https://a:b@example.com/", "may hold no user name"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_and_stays_typed(
    ada: FlaskClient, url: str, said: str
) -> None:
    response = ada.post("/admin/webhooks?lang=en", data={"url": url, "events": ["dispute.opened"]})
    assert response.status_code == 422
    assert said in response.text
    assert f'value="{url}"' in response.text
    assert 'value="dispute.opened" checked' in response.text


def test_webhooks_are_for_admins(client_as: Callable[..., FlaskClient]) -> None:
    for login in ("sun", "amy", "otto"):
        assert client_as(login).get("/admin/webhooks").status_code == 403
        account = client_as(login).get("/account").text
        assert "/account/tokens" in account
        assert "/admin/webhooks" not in account
    assert "/admin/webhooks" in client_as("ada").get("/account").text

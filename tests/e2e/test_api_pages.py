"""A token and a webhook, from the page to the program that uses them."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.unit.receiver import receiving, status

PHONE = {"width": 390, "height": 844}

pytestmark = pytest.mark.browser


def ask(site: Any, token: str) -> tuple[int, dict[str, Any]]:
    """What a program gets for a token."""
    connection = http.client.HTTPConnection(urlsplit(site.address).netloc)
    connection.request("GET", "/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    with connection.getresponse() as response:
        told = json.loads(response.read())
    connection.close()
    return response.status, told


def fits(page: Page) -> bool:
    """Whether nothing makes the page wider than the window."""
    wide: bool = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    return not wide


def test_a_supervisor_makes_a_token_by_keyboard_uses_it_and_revokes_it(
    open_page: Callable[..., Page], staffed_site: Any, log_in: Callable[[Page, str], None]
) -> None:
    page = open_page(staffed_site.address)
    log_in(page, "sam")
    page.goto(f"{staffed_site.address}/account")
    page.get_by_role("button", name="My tokens").click()
    page.get_by_label("Token name").focus()
    page.keyboard.type("nightly")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # also reads reviews
    page.keyboard.press("Enter")
    token = page.get_by_label("Token", exact=True).input_value()
    status_code, told = ask(staffed_site, token)
    assert (status_code, told["scopes"]) == (200, ["calls:read", "reviews:read"])
    page.goto(f"{staffed_site.address}/account/tokens")
    assert token not in page.content()
    expect(page.get_by_text("last used")).to_be_visible()
    page.get_by_role("button", name="Revoke nightly").click()
    expect(page.get_by_text("Tokens that work no longer (1)")).to_be_visible()
    assert ask(staffed_site, token)[0] == 401


def test_an_admin_adds_an_address_on_a_phone_and_its_messages_arrive(
    open_page: Callable[..., Page], staffed_site: Any, log_in: Callable[[Page, str], None]
) -> None:
    page = open_page(staffed_site.address, viewport=PHONE)
    log_in(page, "ada")
    with receiving() as receiver:
        receiver.script[:] = [status(500), status(204)]
        page.goto(f"{staffed_site.address}/admin/webhooks")
        page.get_by_label("Address", exact=True).fill(receiver.url)
        page.get_by_role("button", name="Add the address").click()
        expect(page.get_by_label("Secret")).to_have_value(re.compile(r"cqs_[0-9a-f]{64}"))
        assert fits(page)
        page.get_by_role("button", name="Send a test message").click()
        expect(page.get_by_text("The other side answered with status 500")).to_be_visible()
        page.get_by_role("button", name="Send again").click()
        # The thread of “qa serve” takes it from here.
        deadline = time.monotonic() + 60
        while len(receiver.got) < 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        assert [got.headers["X-CallQA-Event"] for got in receiver.got] == ["webhook.test"] * 2
        # The answer is on its way back, and then into the store.
        while not page.get_by_text("Delivered").count() and time.monotonic() < deadline:
            page.reload()
        expect(page.get_by_text("Delivered")).to_be_visible()
        assert fits(page)

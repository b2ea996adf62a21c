"""A reviewer decides unseen what the machine has no licence for; then it is shown without loading the page again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qa.config import Settings

pytestmark = pytest.mark.browser

GREETING = "#criterion-greeting"


@pytest.fixture
def licensed_site(
    staffed: Settings, staffed_home: tuple[Any, dict[str, str]], serve: Callable[..., Any]
) -> Any:
    """The app with licensing on, of one test alone."""
    return serve(staffed, staffed_home[1], QA_LICENSING="on")


def test_the_machines_verdict_appears_once_a_person_has_decided(
    licensed_site: Any, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{licensed_site.address}/login")
    page.locator("#login").fill("sam")
    page.locator("#password").fill("four words nobody guesses")
    page.locator("main form button").click()
    page.wait_for_url(lambda address: "/login" not in address)
    page.goto(licensed_site.call("bad-call"))
    criterion = page.locator(GREETING)
    expect(criterion).to_contain_text("Decide this; what the machine says is shown afterwards")
    expect(page.locator("main")).not_to_contain_text("The agent says so")
    expect(page.locator(".submit-bar")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator(".criterion.current")).to_have_id("criterion-greeting")
    page.keyboard.press("a")  # there is nothing to agree with yet
    expect(criterion.locator("input:checked")).to_have_value("")
    page.keyboard.press("2")
    expect(criterion.locator(".machine-said")).to_contain_text("Machine")
    expect(criterion.locator(".machine-said")).to_contain_text("Good morning, this is Northwind.")
    expect(page.locator(f"{GREETING}.fail.explain")).to_be_visible()
    expect(page.locator("#criterion-farewell")).to_contain_text("Decide this")

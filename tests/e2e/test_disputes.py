"""An agent reads feedback and disputes it; the second supervisor decides blind, the first cannot."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qa import bootstrap
from qa.config import Settings
from qa.domain.access import actor_of
from tests.web.dispute_desk import reviewed

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def reviewed_site(staffed_site: Any) -> Any:
    """The app after Sun has reviewed Amy's call, today."""
    settings = Settings(home=staffed_site.home, _env_file=None)  # type: ignore[call-arg]
    open_store = bootstrap.unit_of_work(settings)
    with open_store() as unit:
        users = {user.login: user for user in unit.people.everybody()}
    reviewed(
        SimpleNamespace(
            open_store=open_store,
            ids=staffed_site.ids,
            actor=lambda login: actor_of(users[login]),
        )
    )
    return staffed_site


def test_a_dispute_from_feedback_to_the_outcome(
    reviewed_site: Any,
    open_page: Callable[..., Page],
    log_in: Callable[[Page, str], None],
) -> None:
    site = reviewed_site
    amy = open_page(site.address + "/login")
    log_in(amy, "amy")
    amy.goto(site.address + "/me")
    amy.get_by_role("link", name="bad-call").click()
    headings = amy.locator("main h2").all_inner_texts()
    assert headings.index("What went well") < headings.index("What to do differently")

    clip = amy.locator(".point.fail .clip").first
    clip.click()
    expect(clip).to_have_attribute("aria-pressed", "true")
    amy.wait_for_function("document.getElementById('audio').currentTime > 8")
    amy.get_by_role("button", name="I have read this").click()
    expect(amy.get_by_text("You read this")).to_be_visible()

    farewell = amy.locator("#point-farewell")
    farewell.get_by_role("button", name="Dispute this").click()
    amy.get_by_label("Why is this verdict wrong?").fill("I say goodbye at 0:22.")
    amy.get_by_role("button", name="Send the dispute").click()
    expect(amy.locator(".objection")).to_contain_text("I say goodbye at 0:22.")

    sun = open_page(site.address + "/login")
    log_in(sun, "sun")
    sun.goto(site.address + "/disputes?lang=en")
    sun.locator("table.disputes tbody a").click()
    expect(sun.get_by_text("You have scored this call, so somebody else decides.")).to_be_visible()
    assert sun.locator("#decide").count() == 0

    sam = open_page(site.address + "/login")
    log_in(sam, "sam")
    sam.goto(f"{site.call('bad-call')}?lang=en")
    expect(sam.locator("#decide")).to_be_visible()
    assert "/disputes/" in sam.url
    assert "孙悦" not in sam.content()
    expect(sam.locator("#waveform canvas, #waveform >> css=div").first).to_be_attached()
    sam.get_by_role("radio", name="Pass").check()
    sam.get_by_label("Why?").fill("Heard at 0:22, said softly.")
    sam.get_by_role("button", name="Decide").click()
    expect(sam.locator("#decide")).to_have_count(0)
    expect(sam.get_by_text("孙悦").first).to_be_visible()

    amy.reload()
    outcome = amy.locator(".objection")
    expect(outcome).to_contain_text("Verdict changed")
    expect(outcome).to_contain_text("Heard at 0:22, said softly.")
    expect(amy.get_by_role("button", name="I have read this")).to_be_visible()
    sun.reload()
    expect(sun.get_by_text("Heard at 0:22, said softly.")).to_be_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_fit_a_phone(
    reviewed_site: Any,
    open_page: Callable[..., Page],
    log_in: Callable[[Page, str], None],
    language: str,
) -> None:
    page = open_page(reviewed_site.address + "/login", viewport=PHONE)
    call = f"/calls/{reviewed_site.ids['bad-call']}"
    for login, addresses in (
        ("amy", ("/me", f"{call}/feedback", f"{call}/dispute/farewell")),
        ("sun", ("/agents", "/agents/A201", "/disputes")),
    ):
        log_in(page, login)
        for address in addresses:
            page.goto(f"{reviewed_site.address}{address}?lang={language}")
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= PHONE["width"], address


def test_feedback_is_answered_with_the_keyboard_alone(
    reviewed_site: Any,
    open_page: Callable[..., Page],
    log_in: Callable[[Page, str], None],
) -> None:
    page = open_page(reviewed_site.address + "/login")
    log_in(page, "amy")
    page.goto(f"{reviewed_site.call('bad-call')}/feedback")
    reply = page.get_by_label("Reply")
    for _ in range(60):
        page.keyboard.press("Tab")
        if reply.evaluate("box => box === document.activeElement"):
            break
    page.keyboard.type("I was looking for the order. 正在找订单。")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".thread li")).to_contain_text("正在找订单")

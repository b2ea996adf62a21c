"""Coaching from beginning to end, and an example from the call to a colleague's ear."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qa import bootstrap
from qa.config import Settings
from qa.domain.access import CONSOLE
from qa.services import teams

pytestmark = pytest.mark.browser

LogIn = Callable[[Page, str], None]
PHONE = {"width": 390, "height": 844}


def english(page: Page, address: str) -> None:
    """Open a page in English, whatever the account's language."""
    page.goto(f"{address}{'&' if '?' in address else '?'}lang=en")


def day(ahead: int) -> str:
    """A day from today, as a date field takes it."""
    return (datetime.now().astimezone() + timedelta(days=ahead)).date().isoformat()


def test_a_plan_is_begun_acknowledged_noted_changed_and_closed(
    staffed_site: Any, open_page: Callable[..., Page], log_in: LogIn
) -> None:
    sun = open_page(staffed_site.address)
    log_in(sun, "sun")
    call = staffed_site.ids["bad-call"]
    english(sun, f"{staffed_site.address}/coaching/new?agent=A201&criterion=privacy&call={call}")
    sun.get_by_label("Action").fill("Never ask for the code: name the self-service page.")
    sun.get_by_label("To be done by").fill(day(7))
    sun.get_by_label("Follow-up").fill(day(21))
    sun.get_by_role("button", name="Begin the plan").click()
    expect(sun.get_by_text("The plan has begun")).to_be_visible()
    expect(sun.get_by_role("heading", level=1)).to_have_text("Protects the customer's secrets")
    expect(sun.get_by_role("link", name="bad-call")).to_be_visible()
    expect(sun.get_by_text("Too few calls to tell")).to_have_count(2)
    plan = sun.url

    amy = open_page(staffed_site.address, viewport=PHONE)
    log_in(amy, "amy")
    english(amy, f"{staffed_site.address}/coaching")
    amy.get_by_role("link", name="Protects the customer's secrets").click()
    amy.get_by_role("button", name="I have read this").click()
    expect(amy.get_by_text("Your supervisor sees that you have read it.")).to_be_visible()
    amy.get_by_label("New note").fill("Ich habe es heute versucht. 今天试过了。")
    amy.get_by_role("button", name="Add the note").click()
    expect(amy.locator(".notes li")).to_have_count(1)
    assert amy.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]

    sun.reload()
    expect(sun.locator(".opening .badge")).to_have_text("Acknowledged")
    expect(sun.locator(".notes")).to_contain_text("今天试过了。")
    sun.get_by_role("button", name="Change the plan").click()
    sun.get_by_label("Action").fill("Never ask for the code.")
    sun.get_by_role("button", name="Save").click()
    expect(sun.locator(".opening .badge")).to_have_text("Not yet acknowledged")
    # The agent still has the page of before: what they have not seen is not acknowledged for them.
    amy.get_by_label("New note").fill("And tomorrow again.")
    amy.get_by_role("button", name="Add the note").click()
    amy.get_by_role("button", name="I have read this").click()
    expect(amy.locator(".opening .badge")).to_have_text("Acknowledged")

    sun.reload()
    sun.get_by_text("Close with an outcome").click()
    sun.get_by_label("Outcome").fill("No code was asked for in two weeks.")
    sun.get_by_role("button", name="Close the plan").click()
    expect(sun.locator(".opening .badge")).to_have_text("Closed")
    expect(sun.get_by_text("No code was asked for in two weeks.")).to_be_visible()
    expect(sun.locator("main form")).to_have_count(0)
    english(sun, f"{staffed_site.address}/coaching?show=done")
    expect(sun.locator("tbody tr")).to_have_count(1)

    an = open_page(staffed_site.address)
    log_in(an, "an")
    english(an, f"{staffed_site.address}/coaching?show=all")
    expect(an.locator(".cards li")).to_have_count(0)
    assert an.request.get(plan).status == 404


def test_a_stale_page_says_so_and_keeps_what_was_typed(
    staffed_site: Any, open_page: Callable[..., Page], log_in: LogIn, watched: Any
) -> None:
    watched.refusals.add(409)
    sun, sam = open_page(staffed_site.address), open_page(staffed_site.address)
    log_in(sun, "sun")
    log_in(sam, "sam")
    english(sun, f"{staffed_site.address}/coaching/new?agent=A101&criterion=greeting")
    sun.get_by_label("Action").fill("Greet first.")
    sun.get_by_label("To be done by").fill(day(3))
    sun.get_by_role("button", name="Begin the plan").click()
    expect(sun.locator(".opening .badge")).to_be_visible()
    edit = f"{sun.url}/edit"
    for page in (sun, sam):
        english(page, edit)
    sam.get_by_label("Action").fill("Sam was faster.")
    sam.get_by_role("button", name="Save").click()
    sun.get_by_label("Action").fill("Sun typed long.")
    sun.get_by_role("button", name="Save").click()
    expect(sun.get_by_role("alert")).to_contain_text("Sam was faster.")
    expect(sun.get_by_label("Action")).to_have_value("Sun typed long.")
    sun.get_by_role("button", name="Save").click()
    expect(sun.locator(".agreed")).to_have_text("Sun typed long.")


def move_to_sales(settings: Settings, login: str) -> None:
    """Put somebody into a team of their own."""
    open_store = bootstrap.unit_of_work(settings)
    sales = teams.add_team(open_store, CONSOLE, bootstrap.SystemClock(), "Sales").public_id
    with open_store(writes=True) as unit:
        user = unit.people.by_login(login)
        assert user
        unit.people.change_user(user.id, replace(user.account, team=sales))
        unit.commit()


def test_an_example_is_marked_shared_found_and_heard(
    staffed_site: Any,
    staffed: Settings,
    open_page: Callable[..., Page],
    log_in: LogIn,
    watched: Any,
) -> None:
    move_to_sales(staffed, "an")
    sun = open_page(staffed_site.address)
    log_in(sun, "sun")
    english(sun, f"{staffed_site.call('bad-call')}/cases/new?criterion=privacy&kind=problem")
    sun.wait_for_function("() => document.getElementById('audio').readyState >= 1")
    sun.locator("#audio").evaluate("audio => { audio.currentTime = 14; }")
    sun.get_by_role("button", name="Take where it plays").first.click()
    expect(sun.get_by_label("From")).to_have_value("0:14")
    sun.get_by_label("To", exact=True).fill("18.5")
    sun.get_by_label("Comment").fill("The code is the customer's alone.")
    sun.get_by_label("Shared with").select_option(label="Returns")
    sun.get_by_role("button", name="Put into the library").click()
    expect(sun).to_have_url(re.compile(r"/calls/[^/]+$"))
    english(sun, f"{staffed_site.address}/cases")
    expect(sun.locator(".case")).to_have_count(1)

    amy = open_page(staffed_site.address, viewport=PHONE)
    log_in(amy, "amy")
    english(amy, f"{staffed_site.address}/cases?kind=problem&q=alone")
    case = amy.locator(".case")
    expect(case).to_contain_text("The code is the customer's alone.")
    expect(case).to_contain_text("Four seven one.")
    watched.asked.clear()
    audio = case.locator("audio")
    audio.evaluate("async audio => { await audio.play(); }")
    amy.wait_for_function("() => document.querySelector('.case audio').currentTime > 0.2")
    assert audio.evaluate("audio => audio.duration") == pytest.approx(4.5, abs=0.01)
    sound = audio.evaluate("audio => audio.currentSrc")
    part = amy.request.get(sound, headers={"Range": "bytes=10-19"})
    assert (part.status, len(part.body())) == (206, 10)
    assert {url for kind, url in watched.asked if kind == "media"} == {sound}
    amy.get_by_label("Kind").select_option("good")
    amy.get_by_role("button", name="Show").click()
    expect(amy.get_by_role("heading", name="No case matches")).to_be_visible()

    an = open_page(staffed_site.address)
    log_in(an, "an")
    english(an, f"{staffed_site.address}/cases")
    expect(an.get_by_role("heading", name="No cases yet")).to_be_visible()
    assert an.request.get(sound).status == 404
    assert an.request.get(sound.removesuffix("/sound")).status == 404
    assert an.request.get(f"{staffed_site.call('bad-call')}/audio").status == 404

    english(sun, f"{staffed_site.address}/cases")
    sun.get_by_role("button", name="Remove from the library").click()
    expect(sun.get_by_role("heading", name="No cases yet")).to_be_visible()
    assert amy.request.get(sound).status == 404

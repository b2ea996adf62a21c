"""Three people rate the same calls blind, look at what they said, agree and clarify: by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.test_accessibility import AXE, WCAG

pytestmark = pytest.mark.browser

CALLS = ("bad-call", "good-call")
NAMES = {"sun": "孙悦", "sam": "Sam Okafor", "ada": "Ada Lovelace"}
FAILS = {"sun": ("farewell",), "sam": ("farewell", "privacy"), "ada": ("privacy",)}
"""What each of them fails in the first call."""
CURRENT = ".criterion.current"
PHONE = {"width": 390, "height": 844}
MOST_TABS = 120


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, control: Locator) -> None:
    """Reach a control as somebody does who has no pointer."""
    expect(control).to_be_visible()
    for _ in range(MOST_TABS):
        if control.evaluate("each => each === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{control} cannot be reached with the Tab key")


def go(page: Page, control: Locator) -> None:
    tab_to(page, control)
    page.keyboard.press("Enter")


@pytest.fixture
def desks(
    staffed_site: Any, open_page: Callable[..., Page], log_in: Callable[..., None]
) -> dict[str, Page]:
    """A browser for each of them, at the list of sessions."""
    found = {}
    for login in NAMES:
        page = open_page(f"{staffed_site.address}/login")
        log_in(page, login)
        page.goto(f"{staffed_site.address}/calibration?lang=en")
        found[login] = page
    return found


def begin(page: Page) -> None:
    """Make a session of two calls for three raters."""
    go(page, page.get_by_role("button", name="New session").first)
    tab_to(page, page.get_by_label("Search"))
    page.keyboard.type("bad")
    expect(page.locator(".picking tbody tr")).to_have_count(1)
    tab_to(page, page.get_by_role("checkbox", name="bad-call"))
    press(page, "Space", "Shift+Tab", "Shift+Tab", "Shift+Tab", "Control+a", "Delete")
    expect(page.get_by_text("1 call chosen")).to_be_visible()
    tab_to(page, page.get_by_role("checkbox", name="good-call"))
    press(page, "Space")
    for name in NAMES.values():
        tab_to(page, page.get_by_role("checkbox", name=name))
        press(page, "Space")
    tab_to(page, page.get_by_label("Title"))
    page.keyboard.type("Privacy checks 隐私")
    go(page, page.get_by_role("button", name="Begin the session"))
    expect(page.locator("h1")).to_have_text("Privacy checks 隐私")


def rate(page: Page, fails: tuple[str, ...]) -> None:
    """Rate the call that is open, and submit it."""
    expect(page.locator(CURRENT)).to_be_attached()
    for criterion in page.locator(".criterion").evaluate_all("all => all.map(each => each.id)"):
        expect(page.locator(CURRENT)).to_have_id(criterion)
        if criterion.removeprefix("criterion-") in fails:
            press(page, "2", "r")
            page.keyboard.type("1 2 n: 没有做到。")
            press(page, "Escape")
        else:
            press(page, "1")
        press(page, "j")
    expect(page.locator("#draft-state")).to_have_attribute("data-state", "saved")
    press(page, "Control+Enter")


def test_three_raters_one_session_by_keyboard_alone(
    desks: dict[str, Page], staffed_site: Any
) -> None:
    sun = desks["sun"]
    begin(sun)
    session = sun.url.partition("?")[0]

    # Blind: the calls are nowhere but here, and nothing here is the machine's.
    desks["sam"].goto(staffed_site.address + "/?lang=en")
    expect(desks["sam"].get_by_text("mono-call")).to_be_visible()
    expect(desks["sam"].get_by_text("bad-call")).to_have_count(0)

    for login, page in desks.items():
        page.goto(f"{session}?lang=en")
        go(page, page.get_by_role("button", name="Rate the next call"))
        expect(page.locator("h1")).to_have_text(CALLS[0])
        expect(page.locator(".machine, [data-stands]")).to_have_count(0)
        expect(page.locator("#waveform").first).to_be_attached()
        rate(page, FAILS[login])
        expect(page.locator("h1")).to_have_text(CALLS[1])
        rate(page, ())
        expect(page.locator("h1")).to_have_text("Privacy checks 隐私")

    # The last rating laid it open: what they differ on stands first.
    sun.reload()
    rows = sun.locator("#verdicts table").first.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.locator("th").nth(0)).to_contain_text("Says goodbye")
    expect(rows.locator("th").nth(1)).to_contain_text("Protects the customer's secrets")
    go(sun, sun.get_by_role("link", name="Says goodbye"))
    farewell = sun.locator("#criterion-farewell")
    expect(farewell).to_be_focused()
    expect(farewell.locator(".opinions")).to_contain_text("1 2 n: 没有做到。")
    expect(farewell.locator(".opinions .machine")).to_contain_text("Fail")

    # What is agreed, with its reason.
    press(sun, "1", "r")
    sun.keyboard.type("Said at 0:22, softly; j k are text here.")
    press(sun, "Control+Enter")
    agreed = sun.locator("#criterion-farewell .agreed")
    expect(agreed).to_contain_text("Pass")
    expect(agreed).to_contain_text("Said at 0:22, softly; j k are text here.")

    # And how it is to be read from now on: whoever reviews sees it.
    expect(sun.locator("#criterion-farewell")).to_be_focused()
    press(sun, "c")
    sun.keyboard.type("A farewell said softly counts.")
    press(sun, "Control+Enter")
    expect(sun.locator("#criterion-farewell .readings")).to_contain_text("said softly counts")
    sam = desks["sam"]
    sam.goto(staffed_site.call("bad-call") + "?lang=en")
    expect(sam.locator("#criterion-farewell .readings")).to_contain_text("孙悦")

    # What nobody disputes is entered at once; then the meeting is over.
    go(sun, sun.locator(".totals summary"))
    go(sun, sun.locator(".totals button"))
    expect(sun.locator(".totals")).to_contain_text("6 of 7 criteria are settled.")
    sun.goto(f"{session}?lang=en")
    go(sun, sun.locator("details.quiet summary"))
    go(sun, sun.get_by_role("button", name="Close the session"))
    expect(sun.get_by_text("The session is closed.")).to_be_visible()


def test_what_was_typed_for_a_rating_is_never_lost(desks: dict[str, Page]) -> None:
    page = desks["sun"]
    begin(page)
    go(page, page.get_by_role("button", name="Rate the next call"))
    expect(page.locator(CURRENT)).to_be_attached()
    page.context.set_offline(True)
    press(page, "2", "r")
    page.keyboard.type("Kept without a connection.")
    press(page, "Escape")
    expect(page.locator("#draft-state")).to_have_attribute("data-state", "offline")
    page.context.set_offline(False)
    expect(page.locator("#draft-state")).to_have_attribute("data-state", "saved")
    page.reload()
    expect(page.locator(".criterion").first).to_contain_text("Kept without a connection.")


@pytest.fixture(autouse=True)
def forgive_refusals(open_page: Callable[..., Page], watched: Any) -> Iterator[None]:
    """A connection that a test takes away is an error to the browser's console."""
    yield
    watched.complaints[:] = [
        each for each in watched.complaints if not re.search(r"INTERNET_DISCONNECTED", each)
    ]


@pytest.mark.parametrize(
    ("language", "reader"),
    [
        ("zh", {"color_scheme": "light"}),
        ("en", {"color_scheme": "dark", "viewport": PHONE}),
    ],
    ids=["zh-desktop-light", "en-phone-dark"],
)
def test_no_page_of_a_session_keeps_anybody_out(
    staffed_site: Any,
    open_page: Callable[..., Page],
    log_in: Callable[..., None],
    language: str,
    reader: dict[str, Any],
) -> None:
    page = open_page(f"{staffed_site.address}/login", bypass_csp=True, **reader)
    log_in(page, "sun")
    page.goto(f"{staffed_site.address}/calibration/new?lang=en")
    page.get_by_role("checkbox", name="bad-call").check()
    page.get_by_role("checkbox", name=NAMES["sun"]).check()
    page.get_by_label("Title").fill("隐私 " + "x" * 150)
    page.get_by_role("button", name="Begin the session").click()
    expect(page.locator("h1")).to_contain_text("隐私")
    session = page.url.partition("?")[0]
    faults = [
        fault for path in ("", "/calls/1") for fault in looked_at(page, session, path, language)
    ]
    for criterion in page.locator(".criterion").all():
        criterion.locator(".choice.pass").first.click()
    page.locator("#submit-bar button[value=submit]").click()
    page.wait_for_url(session)
    faults += [
        fault for path in ("", "/calls/1") for fault in looked_at(page, session, path, language)
    ]
    page.locator(".clarifying textarea").first.fill("x" * 300)
    page.locator(".clarifying[open] button").first.click()
    page.wait_for_load_state("networkidle")
    for path in ("/calibration", "/calibration/new", "/calibration/clarifications"):
        faults += looked_at(page, staffed_site.address, path, language)
    assert faults == []


def looked_at(page: Page, site: str, path: str, language: str) -> list[Any]:
    """What keeps people out of a page with everything unfolded: by axe, or because it scrolls sideways."""
    page.goto(f"{site}{path}?lang={language}")
    page.wait_for_load_state("networkidle")
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true; })")
    page.add_script_tag(path=AXE)
    found = page.evaluate("wcag => axe.run({runOnly: wcag})", WCAG)
    faults: list[Any] = [
        (path, fault["id"], node["html"][:120], node["failureSummary"])
        for fault in found["violations"]
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]
    width = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return [*faults, *([(path, "scrolls sideways", width)] if width > 0 else [])]

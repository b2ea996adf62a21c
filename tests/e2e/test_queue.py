"""A supervisor's queue in a browser: find, arrange, claim, go on to the next call."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qa import bootstrap
from qa.config import Settings
from qa.domain.access import CONSOLE
from qa.domain.sampling import SamplingPlan
from qa.services import sampling

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
ROWS = "table.tasks tbody tr"


@pytest.fixture
def queue(
    staffed: Settings,
    staffed_site: Any,
    open_page: Callable[..., Page],
    log_in: Callable[[Page, str], None],
) -> Callable[..., Page]:
    """``queue("sam")``: somebody's browser at the queue, in which the three scored calls are."""
    rules = sampling.Rules(SamplingPlan(floor=1), period_days=3650)
    clock = bootstrap.SystemClock()
    sampling.fill(bootstrap.unit_of_work(staffed), clock, CONSOLE, rules)

    def queue(login: str, **context: Any) -> Page:
        page = open_page(f"{staffed_site.address}/login", **context)
        log_in(page, login)
        page.goto(f"{staffed_site.address}/queue")
        return page

    return queue


def row(page: Page, call_id: str) -> Any:
    return page.locator(ROWS).filter(has_text=call_id)


def test_the_list_is_narrowed_kept_under_a_name_and_found_again(queue: Callable[..., Page]) -> None:
    page = queue("sam")
    expect(page.locator(ROWS)).to_have_count(3)
    page.get_by_label("Why it is here").select_option("Critical failure")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile(r"reason=failed_critical"))
    expect(page.locator(ROWS)).to_have_count(1)
    page.get_by_text("Keep this list").click()
    page.get_by_label("Name", exact=True).fill("Critical first")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.get_by_role("link", name="Show everything").click()
    expect(page.locator(ROWS)).to_have_count(3)
    page.get_by_role("link", name="Critical first").click()
    expect(page.locator(ROWS)).to_have_count(1)
    page.get_by_role("button", name="Forget the list Critical first").click()
    expect(page.get_by_role("link", name="Critical first")).to_have_count(0)


def test_several_tasks_are_given_to_somebody_by_keyboard_alone(queue: Callable[..., Page]) -> None:
    page = queue("ada")
    everything = page.get_by_label("Choose all on this page")
    everything.focus()
    page.keyboard.press("Space")
    expect(page.locator("#chosen")).to_have_text("(3)")
    row(page, "good-call").get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    expect(page.locator("#chosen")).to_have_text("(2)")
    page.get_by_label("Give to").focus()
    page.keyboard.type("Sam")
    page.keyboard.press("Enter")
    expect(page.locator(".holder")).to_have_text(["Sam Okafor", "Sam Okafor"])
    expect(row(page, "good-call").locator(".holder")).to_have_count(0)
    # Enter in the date sets the date, not what the bar's first button does.
    row(page, "bad-call").get_by_role("checkbox").check()
    page.get_by_label("Due date").fill("2020-02-29")
    page.get_by_label("Due date").press("Enter")
    expect(row(page, "bad-call").locator(".due")).to_have_class(re.compile("late"))
    expect(row(page, "bad-call").locator(".due")).to_contain_text("2020-02-29")


def test_with_shift_all_between_two_ticks_are_chosen(queue: Callable[..., Page]) -> None:
    page = queue("sam")
    ticks = page.locator(f"{ROWS} input[type=checkbox]")
    ticks.nth(0).click()
    ticks.nth(2).click(modifiers=["Shift"])
    expect(page.locator("#chosen")).to_have_text("(3)")


def test_of_two_who_claim_the_second_is_told_who_was_first(
    queue: Callable[..., Page], watched: Any
) -> None:
    watched.refusals.add(409)
    sam, ada = queue("sam"), queue("ada")
    row(sam, "bad-call").get_by_role("button", name="Claim").click()
    expect(sam.get_by_role("status").first).to_contain_text("yours to review")
    expect(row(sam, "bad-call")).to_contain_text("Sam Okafor")
    row(ada, "bad-call").get_by_role("button", name="Claim").click()
    expect(ada.get_by_role("heading", level=1)).to_have_text("Nothing was changed")
    expect(ada.get_by_role("main")).to_contain_text("Somebody else has taken it.")
    expect(ada.get_by_role("main")).to_contain_text("Sam Okafor")
    ada.get_by_role("button", name="Back to the queue").click()
    expect(row(ada, "bad-call").get_by_role("button")).to_have_count(0)
    row(sam, "bad-call").get_by_role("button", name="Release").click()
    ada.reload()
    expect(row(ada, "bad-call").get_by_role("button", name="Claim")).to_be_visible()


def test_the_next_call_is_one_key_away_and_never_while_typing(queue: Callable[..., Page]) -> None:
    page = queue("sam")
    page.get_by_label("Agent", exact=True).focus()
    page.keyboard.type("n")
    expect(page.get_by_label("Agent", exact=True)).to_have_value("n")
    page.get_by_role("heading", level=1).click()
    page.get_by_label("Keys", exact=True).uncheck()
    page.get_by_label("Keys", exact=True).blur()
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile(r"/queue$"))
    page.get_by_label("Keys", exact=True).check()
    page.get_by_label("Keys", exact=True).blur()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text("bad-call")
    page.go_back()
    page.reload()
    expect(row(page, "bad-call")).to_contain_text("In review")


def test_the_board_shows_what_was_claimed_in_its_column(queue: Callable[..., Page]) -> None:
    page = queue("sam")
    page.get_by_role("link", name="Board").click()
    column = page.get_by_role("region", name=re.compile("^Assigned"))
    expect(column.locator(".card")).to_have_count(0)
    page.locator(".card").filter(has_text="good-call").get_by_role("button", name="Claim").click()
    expect(page).to_have_url(re.compile(r"/queue/board$"))
    expect(column.locator(".card")).to_have_count(1)


def test_what_would_enter_is_seen_before_it_does(
    queue: Callable[..., Page], staffed_site: Any
) -> None:
    page = queue("ada")
    page.get_by_role("button", name="Draw calls").click()
    page.get_by_label("Scored in the last so many days").fill("3650")
    page.locator("#plan").get_by_role("button", name="Look at the work").click()
    expect(page.get_by_text("By this plan nothing is drawn now")).to_be_visible()


def test_a_call_is_put_in_from_the_list_and_from_its_page(
    staffed_site: Any, open_page: Callable[..., Page], log_in: Callable[[Page, str], None]
) -> None:
    page = open_page(f"{staffed_site.address}/login")
    log_in(page, "sam")
    page.goto(f"{staffed_site.address}/?q=good-call")
    page.get_by_role("button", name="Put into the queue: good-call").click()
    expect(page.get_by_role("status").filter(has_text="Added")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?q=good-call$"))
    page.goto(staffed_site.call("bad-call"))
    page.get_by_role("button", name="Put into the queue").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("bad-call")
    page.goto(f"{staffed_site.address}/queue")
    expect(page.locator(ROWS)).to_have_count(2)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_phone_shows_everything_without_scrolling_sideways(
    queue: Callable[..., Page], staffed_site: Any, language: str
) -> None:
    page = queue("sam", viewport=PHONE)
    for address in ("/queue", "/queue/board", "/queue?state=done"):
        joint = "&" if "?" in address else "?"
        page.goto(f"{staffed_site.address}{address}{joint}lang={language}")
        wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, address
    page.goto(f"{staffed_site.address}/queue?lang=en")
    row(page, "bad-call").get_by_role("button", name="Claim").click()
    expect(row(page, "bad-call").get_by_role("button", name="Review")).to_be_visible()

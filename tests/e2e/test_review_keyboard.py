"""A supervisor reviews calls by keyboard alone; nothing that was typed is ever lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qa import bootstrap
from qa.config import Settings
from qa.domain.queue import Entry, Priority, TaskReason

pytestmark = pytest.mark.browser

CALLS = ("bad-call", "good-call", "mono-call")
CRITERION = "#criterion-{}"
CURRENT = ".criterion.current"
HOSTILE = "<script>alert(1)</script> \u202eשלום <img src=x onerror=alert(2)>"


@pytest.fixture
def desk(staffed_site: Any, open_page: Callable[..., Page], log_in: Callable[..., None]) -> Page:
    """Sam's browser, logged in."""
    page = open_page(f"{staffed_site.address}/login")
    log_in(page, "sam")
    return page


@pytest.fixture
def colleague(
    staffed_site: Any, open_page: Callable[..., Page], log_in: Callable[..., None]
) -> Page:
    """Another supervisor's browser, who reads Chinese."""
    page = open_page(f"{staffed_site.address}/login", locale="zh-CN")
    log_in(page, "sun")
    return page


def fill_queue(site: Any) -> None:
    """Put the scored calls into the queue, in their order."""
    settings = Settings(home=site.home, _env_file=None)  # type: ignore[call-arg]
    now = datetime.now(UTC)
    with bootstrap.unit_of_work(settings)(writes=True) as unit:
        for place, call in enumerate(CALLS):
            due = now + timedelta(hours=place + 1)
            entry = Entry(site.ids[call], TaskReason.HAND, Priority.HIGH, due)
            assert unit.tasks.add([entry], by=None, at=now) == 1
        unit.commit()


def begin(page: Page, call: str) -> None:
    """Wait until a call's page listens to keys."""
    expect(page.locator("h1")).to_have_text(call)
    expect(page.locator(CURRENT)).to_be_attached()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def go_to(page: Page, criterion: str) -> None:
    """Walk down to a criterion with the key that does."""
    order = page.locator(".criterion").evaluate_all("all => all.map(each => each.id)")
    here = page.locator(CURRENT).get_attribute("id")
    for _ in range(order.index(f"criterion-{criterion}") - order.index(here)):
        press(page, "j")
    expect(page.locator(CURRENT)).to_have_id(f"criterion-{criterion}")


def chosen(page: Page, criterion: str) -> str:
    """What is chosen for a criterion."""
    radio = page.locator(f"{CRITERION.format(criterion)} .outcomes input:checked")
    value: str = radio.get_attribute("value") or ""
    return value


def saved(page: Page) -> None:
    expect(page.locator("#draft-state")).to_have_attribute("data-state", "saved")


def test_three_calls_are_reviewed_by_keyboard_alone(desk: Page, staffed_site: Any) -> None:
    fill_queue(staffed_site)
    page = desk
    page.goto(staffed_site.call("bad-call"))
    begin(page, "bad-call")

    # Agree, and agree again: each goes on to the next criterion.
    press(page, "a", "a")
    assert chosen(page, "answered_in_three_rings") == "pass"
    assert chosen(page, "greeting") == "pass"

    # What the machine could not judge: a verdict with its reason, the words that prove it, and a note.
    go_to(page, "confirm_need")
    press(page, "2", "r")
    page.keyboard.type("Never asked; j k 1 2 a are only text here.")
    press(page, "Escape", "/")
    page.keyboard.type("moment")
    press(page, "Enter", "Escape")
    expect(page.locator("#picked q")).to_have_text("moment")
    press(page, "e")
    added = page.locator(f"{CRITERION.format('confirm_need')} .added li")
    expect(added).to_have_count(1)
    expect(added.locator("q")).to_have_text("moment")
    expect(added.locator(".speaker:not(.silent)")).to_have_text("Agent")
    expect(page.locator("#picked")).to_be_hidden()
    press(page, "w")
    page.keyboard.type("Ask what the parcel is for.")
    press(page, "Escape")
    expect(page.locator(CURRENT)).to_be_focused()

    # A deduction that is wrong.
    go_to(page, "farewell")
    press(page, "n", "r")
    page.keyboard.type("The line broke.")
    press(page, "Escape")
    saved(page)
    expect(page.locator(".machine-score")).to_be_visible()

    # Something the machine left open is still undecided: nothing is submitted, and it says where.
    press(page, "Control+Enter")
    expect(page.locator("#draft-state")).to_have_attribute("data-state", "unsubmitted")
    expect(page.locator(CURRENT)).to_have_id("criterion-customer_hangs_up_first")
    expect(
        page.locator(f"{CRITERION.format('customer_hangs_up_first')} .fault").first
    ).to_be_visible()
    press(page, "a", "Control+Enter")

    begin(page, "good-call")
    press(page, "a", "a", "Control+Enter")

    begin(page, "mono-call")
    number = page.locator(".criterion").count()
    press(page, *["a"] * number, "Control+Enter")
    expect(page.get_by_text("your queue is empty")).to_be_visible()

    page.goto(staffed_site.call("bad-call"))
    expect(page.locator("#result")).to_contain_text("Reviewed by Sam Okafor")
    farewell = page.locator(CRITERION.format("farewell"))
    expect(farewell.locator(".decision")).to_contain_text("Does not apply")
    expect(farewell.locator(".decision")).to_contain_text("The line broke.")
    expect(farewell.locator(".reason.overruled")).to_contain_text("Fail")
    need = page.locator(CRITERION.format("confirm_need"))
    expect(need).to_contain_text("Ask what the parcel is for.")
    expect(need.locator(".evidence q")).to_have_text("moment")


@pytest.fixture(autouse=True)
def forgive_refusals(
    staffed_site: Any, open_page: Callable[..., Page], watched: Any
) -> Iterator[None]:
    """A refusal that the page deals with is still an error to the browser's console."""
    yield
    watched.complaints[:] = [
        each
        for each in watched.complaints
        if not re.search(r"status of (401|409|422)|INTERNET_DISCONNECTED|EMPTY_RESPONSE", each)
    ]


def test_keys_decide_take_back_and_play_the_evidence(desk: Page, staffed_site: Any) -> None:
    page = desk
    page.goto(staffed_site.call("bad-call"))
    go_to(page, "privacy")
    press(page, "1")
    assert chosen(page, "privacy") == "pass"
    expect(page.locator("#criterion-privacy .seal .icon-pass")).to_be_visible()
    press(page, "1")
    assert chosen(page, "privacy") == ""
    expect(page.locator("#criterion-privacy .seal .icon-fail")).to_be_visible()
    press(page, ".")
    page.wait_for_function("() => document.getElementById('audio').currentTime >= 14")
    press(page, "i")
    expect(page.locator("#criterion-privacy details.standard")).to_have_attribute("open", "")


def test_a_call_is_skipped_with_its_draft_kept(desk: Page, staffed_site: Any) -> None:
    fill_queue(staffed_site)
    page = desk
    page.goto(staffed_site.call("bad-call"))
    begin(page, "bad-call")
    press(page, "2", "s")
    begin(page, "good-call")
    press(page, "s")
    begin(page, "mono-call")
    page.goto(staffed_site.call("bad-call"))
    assert chosen(page, "answered_in_three_rings") == "fail"


def test_the_turn_that_is_heard_is_evidence_where_nothing_is_selected(
    desk: Page, staffed_site: Any
) -> None:
    page = desk
    page.goto(staffed_site.call("bad-call"))
    go_to(page, "privacy")
    press(page, ".")
    expect(page.locator(".turn.current")).to_contain_text("Please read me")
    press(page, "Space", "e")
    clip = page.locator("#criterion-privacy .added .clip")
    expect(clip).to_have_attribute("data-start", "14")
    expect(clip).to_have_attribute("data-end", "16.5")
    saved(page)
    page.reload()
    expect(page.locator("#criterion-privacy .added q")).to_have_text(
        "Please read me the code that you got."
    )
    page.locator("#criterion-privacy .added .remove").click()
    saved(page)
    page.reload()
    expect(page.locator("#criterion-privacy .added li")).to_have_count(0)


def test_a_stretch_of_the_waveform_is_evidence_with_the_words_in_it(
    desk: Page, staffed_site: Any
) -> None:
    page = desk
    page.goto(staffed_site.call("bad-call"))
    expect(page.locator("#waveform [part~=region]")).to_have_count(8)
    go_to(page, "privacy")
    box = page.locator("#waveform").bounding_box()
    assert box
    # The customer's lane is the lower one.
    lower = box["y"] + box["height"] * 0.75
    page.mouse.move(box["x"] + box["width"] * 16.9 / 24, lower)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 17.5 / 24, lower, steps=4)
    page.mouse.move(box["x"] + box["width"] * 18.6 / 24, lower, steps=4)
    page.mouse.up()
    expect(page.locator("#picked q")).to_have_text("Four seven one.")
    press(page, "e")
    added = page.locator("#criterion-privacy .added li")
    expect(added).to_contain_text("Four seven one.")
    expect(added).to_contain_text("Customer")
    expect(page.locator("#waveform [part~=added]")).to_have_count(1)
    saved(page)


def test_no_key_fires_while_chinese_is_composed(desk: Page, staffed_site: Any) -> None:
    page = desk
    page.goto(staffed_site.call("bad-call"))
    go_to(page, "privacy")
    press(page, "1", "r")
    keyboard = page.context.new_cdp_session(page)
    keyboard.send(
        "Input.imeSetComposition", {"text": "shi", "selectionStart": 3, "selectionEnd": 3}
    )
    # The keys that pick a candidate, and the one that confirms it, belong to the input method.
    for key, code in (("2", 229), ("Enter", 229)):
        keyboard.send(
            "Input.dispatchKeyEvent",
            {
                "type": "rawKeyDown",
                "key": key,
                "windowsVirtualKeyCode": code,
                "modifiers": 2 if key == "Enter" else 0,
            },
        )
    keyboard.send("Input.insertText", {"text": "是测试"})
    reason = page.locator("#criterion-privacy textarea[name$='.reason']")
    expect(reason).to_have_value("是测试")
    assert chosen(page, "privacy") == "pass"
    for element in ("document.body", "document.activeElement"):
        page.evaluate(
            f"""() => {{
              for (const key of ["2", "a", "j"]) {{
                {element}.dispatchEvent(new KeyboardEvent("keydown", {{key, bubbles: true, isComposing: true}}));
              }}
              const submit = {{key: "Enter", ctrlKey: true, bubbles: true, isComposing: true}};
              {element}.dispatchEvent(new KeyboardEvent("keydown", submit));
            }}"""
        )
    assert chosen(page, "privacy") == "pass"
    expect(page.locator(CURRENT)).to_have_id("criterion-privacy")
    saved(page)
    expect(page.locator("h1")).to_have_text("bad-call")


def test_a_draft_survives_a_page_closed_before_it_was_saved(desk: Page, staffed_site: Any) -> None:
    page = desk
    page.goto(staffed_site.call("bad-call"))
    page.context.set_offline(True)
    go_to(page, "privacy")
    press(page, "1", "r")
    page.keyboard.type("Typed without a connection.")
    expect(page.locator("#draft-state")).to_have_attribute("data-state", "offline")
    # Closed while still offline: a page that is back on the network saves before it goes.
    page.close()
    page.context.set_offline(False)
    page = page.context.new_page()
    page.goto(staffed_site.call("bad-call"))
    expect(page.locator("#told")).to_contain_text("brought back")
    assert chosen(page, "privacy") == "pass"
    expect(page.locator("#criterion-privacy textarea[name$='.reason']")).to_have_value(
        "Typed without a connection."
    )
    saved(page)
    page.reload()
    assert chosen(page, "privacy") == "pass"
    expect(page.locator("#told")).to_be_empty()


def test_a_draft_survives_a_login_that_ended(
    desk: Page, staffed_site: Any, log_in: Callable[..., None]
) -> None:
    page = desk
    page.goto(staffed_site.call("bad-call"))
    page.context.clear_cookies(name="callqa")
    go_to(page, "greeting")
    press(page, "2", "r")
    page.keyboard.type("Said nothing of the kind.")
    expect(page.locator("#draft-state")).to_have_attribute("data-state", "logged_out")
    link = page.locator("#told").get_by_role("link")
    expect(link).to_have_text("Log in and go on")
    link.click()
    page.locator("#login").fill("sam")
    page.locator("#password").fill("four words nobody guesses")
    page.locator("main form button").click()
    expect(page.locator("h1")).to_have_text("bad-call")
    expect(page.locator("#told")).to_contain_text("brought back")
    assert chosen(page, "greeting") == "fail"
    expect(page.locator("#criterion-greeting textarea[name$='.reason']")).to_have_value(
        "Said nothing of the kind."
    )
    saved(page)


def test_what_one_person_typed_is_not_brought_back_for_another(
    desk: Page, staffed_site: Any, log_in: Callable[..., None]
) -> None:
    page = desk
    page.goto(staffed_site.call("bad-call"))
    page.context.clear_cookies(name="callqa")
    press(page, "w")
    page.keyboard.type("Private.")
    expect(page.locator("#draft-state")).to_have_attribute("data-state", "logged_out")
    log_in(page, "sun")
    page.goto(staffed_site.call("bad-call"))
    expect(page.locator("#told")).to_be_empty()
    assert "Private." not in page.locator("#review").inner_text()


def test_the_second_reviewer_is_told_and_a_conflict_keeps_what_was_typed(
    desk: Page, colleague: Page, staffed_site: Any
) -> None:
    address = staffed_site.call("bad-call")
    desk.goto(address)
    go_to(desk, "confirm_need")
    press(desk, "a")
    saved(desk)

    colleague.goto(address)
    expect(colleague.locator("#presence")).to_contain_text("Sam Okafor 自")
    go_to(colleague, "confirm_need")
    press(colleague, "n", "r")
    colleague.keyboard.insert_text("客户没有提出问题。")
    press(colleague, "Escape")
    go_to(colleague, "customer_hangs_up_first")
    press(colleague, "a")
    saved(colleague)

    go_to(desk, "customer_hangs_up_first")
    press(desk, "a", "Control+Enter")
    expect(desk).not_to_have_url(address)

    press(colleague, "Control+Enter")
    told = colleague.locator("#told")
    expect(told).to_contain_text("Sam Okafor")
    expect(told).to_contain_text("您的草稿已保留")
    assert chosen(colleague, "confirm_need") == "not_applicable"
    expect(colleague.locator("#criterion-confirm_need textarea[name$='.reason']")).to_have_value(
        "客户没有提出问题。"
    )
    told.get_by_role("button", name="以我的判定继续").click()
    saved(colleague)
    press(colleague, "Control+Enter")
    expect(colleague).not_to_have_url(address)
    desk.goto(address)
    expect(desk.locator("#criterion-confirm_need .decision")).to_contain_text("客户没有提出问题。")
    expect(desk.locator(".history > ol > li")).to_have_count(2)


def test_two_windows_of_one_person_do_not_overwrite_each_other(
    desk: Page, staffed_site: Any
) -> None:
    address = staffed_site.call("bad-call")
    desk.goto(address)
    other = desk.context.new_page()
    other.goto(address)
    press(desk, "w")
    desk.keyboard.type("First window.")
    saved(desk)
    press(other, "w")
    other.keyboard.type("Second window.")
    told = other.locator("#told")
    expect(told).to_contain_text("in another window")
    note = other.locator("#criterion-answered_in_three_rings textarea[name$='.note']")
    expect(note).to_have_value("Second window.")
    told.get_by_role("button", name="Save what is here over it").click()
    saved(other)
    desk.reload()
    kept = desk.locator("#criterion-answered_in_three_rings textarea[name$='.note']")
    expect(kept).to_have_value("Second window.")


def test_hostile_text_stays_text_and_a_megabyte_is_refused_with_it_kept(
    desk: Page, staffed_site: Any
) -> None:
    page = desk
    page.goto(staffed_site.call("bad-call"))
    note = page.locator("#note")
    note.fill(HOSTILE)
    saved(page)
    page.reload()
    expect(note).to_have_value(HOSTILE)
    note.evaluate(
        """field => {
          field.value = "long ".repeat(200_000);
          field.dispatchEvent(new Event("input", {bubbles: true}));
        }"""
    )
    expect(page.locator("#note-fault")).to_contain_text("At most 5000 characters")
    assert page.evaluate("document.getElementById('note').value.length") == 1_000_000
    note.fill("Short.")
    saved(page)
    expect(page.locator("#note-fault")).to_be_hidden()


def test_words_and_speaker_are_corrected_in_place_with_the_machines_version_a_key_away(
    desk: Page, staffed_site: Any
) -> None:
    page = desk
    page.goto(staffed_site.call("bad-call"))
    press(page, "/")
    page.keyboard.type("seven")
    press(page, "Enter", "Escape", "c")
    editor = page.locator(".editor textarea")
    expect(editor).to_have_value("Four seven one.")
    editor.fill("Four seven two.")
    press(page, "Enter")
    turn = page.locator(".turn").last
    expect(turn.locator(".words.now")).to_have_text("Four seven two.")
    expect(turn.locator(".words.heard")).to_be_hidden()
    expect(turn).to_contain_text("corrected by Sam Okafor")
    press(page, "m")
    expect(turn.locator(".words.heard")).to_be_visible()
    expect(turn.locator(".words.now")).to_be_hidden()
    press(page, "m")
    press(page, "x")
    expect(turn).to_have_class(re.compile(r"\bagent\b"))
    expect(turn).to_contain_text("heard as Customer")
    # Corrected words are found, and are evidence.
    page.goto(f"{staffed_site.address}/?q=seven+two")
    expect(page.locator("tbody tr")).to_have_count(1)


def test_a_review_works_without_scripts(
    open_page: Callable[..., Page], staffed_site: Any, log_in: Callable[..., None]
) -> None:
    page = open_page(f"{staffed_site.address}/login", java_script_enabled=False)
    log_in(page, "sam")
    page.goto(staffed_site.call("bad-call"))
    page.locator("#criterion-confirm_need .choice.not_applicable").click()
    page.locator("#criterion-confirm_need textarea[name$='.reason']").fill("Nothing to confirm.")
    page.get_by_role("button", name="Submit").click()
    expect(page.locator("#criterion-customer_hangs_up_first .fault").first).to_be_visible()
    expect(page.locator("#criterion-confirm_need textarea[name$='.reason']")).to_have_value(
        "Nothing to confirm."
    )
    page.locator("#criterion-customer_hangs_up_first .choice.not_measurable").click()
    page.get_by_role("button", name="Submit").click()
    page.goto(staffed_site.call("bad-call"))
    expect(page.locator("#result")).to_contain_text("Reviewed by Sam Okafor")

"""A supervisor at work: from the list to the clip that proves a verdict."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

CLIP = "#criterion-{} .clip"
FRAME_S = 0.15
"""How far past its end a clip may run: a few frames of a busy machine."""

PRESS_MS = 250
"""How long a slow hand holds the button: nothing may be swapped from under it."""


def audio(page: Page, what: str) -> Any:
    """A property of the audio element."""
    return page.eval_on_selector("#audio", f"audio => audio.{what}")


def wait_until(page: Page, condition: str) -> None:
    """Wait for something about the audio element."""
    page.wait_for_function(
        f"() => {{ const audio = document.getElementById('audio'); return {condition}; }}"
    )


def test_from_the_list_to_a_clip_that_plays_and_stops_at_its_end(page: Page) -> None:
    page.get_by_role("searchbox").fill("cross")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="bad-call").click(delay=PRESS_MS)
    expect(page.get_by_role("heading", level=1)).to_have_text("bad-call")

    button = page.locator(CLIP.format("privacy"))
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#playing")).to_have_text("Protects the customer's secrets")
    wait_until(page, "!audio.paused && audio.currentTime > 14.2")
    assert 14.0 <= audio(page, "currentTime") <= 16.5
    wait_until(page, "audio.paused")
    assert 16.5 <= audio(page, "currentTime") <= 16.5 + FRAME_S
    expect(button).to_have_attribute("aria-pressed", "false")


def test_the_window_searched_can_be_heard(open_page: Callable[..., Page], site: Any) -> None:
    page = open_page(site.call("bad-call"))
    page.locator(CLIP.format("farewell")).click()
    wait_until(page, "!audio.paused && audio.currentTime >= 9")


def click_word(page: Page, word: str) -> None:
    """Click the first place of the transcript that holds a word."""
    page.wait_for_selector("#transport:not([hidden])")  # the page's script is at work
    x, y = page.evaluate(
        """word => {
          const pane = document.getElementById("pane");
          const walker = document.createTreeWalker(pane, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(word);
            if (at < 0) continue;
            walker.currentNode.parentElement.scrollIntoView({block: "center"});
            const range = document.createRange();
            range.setStart(walker.currentNode, at);
            range.setEnd(walker.currentNode, at + word.length);
            const box = range.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
          }
        }""",
        word,
    )
    page.mouse.click(x, y)


def test_a_clicked_turn_is_played_and_marked(open_page: Callable[..., Page], site: Any) -> None:
    page = open_page(site.call("bad-call"))
    click_word(page, "Four")
    wait_until(page, "!audio.paused && audio.currentTime >= 17 && audio.currentTime < 18.5")
    current = page.locator(".turn[aria-current]")
    expect(current).to_have_count(1)
    expect(current).to_contain_text("Four seven one.")


def test_a_word_is_its_own_place(open_page: Callable[..., Page], site: Any) -> None:
    page = open_page(site.call("bad-call"))
    click_word(page, "seven")
    wait_until(page, "audio.currentTime >= 17.5")


def test_the_transcript_follows_until_the_reader_scrolls(
    open_page: Callable[..., Page], site: Any
) -> None:
    page = open_page(site.call("bad-call"), viewport={"width": 1440, "height": 620})
    page.get_by_role("button", name="Play from 0:17").click()
    expect(page.locator(".turn.current")).to_be_in_viewport()
    page.locator("#pane").hover()
    page.mouse.wheel(0, -2000)
    follow = page.get_by_role("button", name="Follow the recording")
    expect(follow).to_be_visible()
    follow.click()
    expect(follow).to_be_hidden()
    expect(page.locator(".turn.current")).to_be_in_viewport()


def test_the_waveform_is_drawn_without_loading_the_recording_for_it(
    open_page: Callable[..., Page], site: Any, watched: Any
) -> None:
    page = open_page(site.call("bad-call"))
    expect(page.locator("#lanes li")).to_have_text(["Agent", "Customer"])
    expect(page.locator("#waveform canvas").first).to_be_visible()
    expect(page.locator("#waveform [part~=region]")).to_have_count(8)
    kinds = {kind for kind, url in watched.asked if url.endswith("/audio")}
    assert kinds == {"media"}


def test_marks_differ_by_pattern_and_say_what_they_are(
    open_page: Callable[..., Page], site: Any
) -> None:
    page = open_page(site.call("bad-call"))
    expect(page.locator("#waveform [part~=region]")).to_have_count(8)
    patterns = page.evaluate(
        """() => ["ringback", "hold", "music", "dead_air", "overtalk", "backchannel"].map(kind => {
          const host = document.querySelector("#waveform > div");
          const mark = host.shadowRoot.querySelector(`[part~="${kind}"]`);
          const swatch = document.querySelector(`.legend .swatch.${kind}`);
          return [mark.title, getComputedStyle(mark).backgroundImage,
                  getComputedStyle(swatch).backgroundImage];
        })"""
    )
    assert [title for title, _, _ in patterns] == [
        *("Ringing", "Hold in silence", "Hold with music", "Dead air", "Both speak at once"),
        "Back-channel (“mm”, “okay”)",
    ]
    assert len({drawn for _, drawn, _ in patterns}) == len(patterns)
    assert all(swatch.startswith(drawn) for _, drawn, swatch in patterns)


def test_the_longest_hold_can_be_heard(open_page: Callable[..., Page], site: Any) -> None:
    page = open_page(site.call("bad-call"))
    page.locator(".talk li", has_text="Hold with music").get_by_role("button").click()
    expect(page.locator("#playing")).to_have_text("Hold with music")
    wait_until(page, "!audio.paused && audio.currentTime >= 10")


def test_text_can_be_read_as_the_recogniser_wrote_it(
    open_page: Callable[..., Page], site: Any
) -> None:
    page = open_page(site.call("good-call"))
    words = page.locator(".turn .words").first
    expect(words).to_have_text("您好，云帆科技客服中心。")
    button = page.get_by_role("button", name="As the machine heard it")
    button.click()
    expect(words).to_have_text("您好，雲颿科技客服中心。")
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(words).to_have_text("您好，云帆科技客服中心。")


def test_a_click_on_the_waveform_goes_there(open_page: Callable[..., Page], site: Any) -> None:
    page = open_page(site.call("bad-call"))
    expect(page.locator("#waveform [part~=region]")).to_have_count(8)
    box = page.locator("#waveform").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.75)
    wait_until(page, "Math.abs(audio.currentTime - 21.6) < 0.3")


def test_keys_walk_the_criteria_and_play(open_page: Callable[..., Page], site: Any) -> None:
    page = open_page(site.call("bad-call"))
    for _ in range(2):
        page.keyboard.press("j")
    expect(page.locator("#criterion-greeting")).to_be_focused()
    page.keyboard.press(".")
    wait_until(page, "!audio.paused && audio.currentTime > 0.6 && audio.currentTime < 3")
    page.keyboard.press("Space")
    wait_until(page, "audio.paused")
    before = audio(page, "currentTime")
    page.keyboard.press("ArrowRight")
    wait_until(page, f"Math.abs(audio.currentTime - {before + 5}) < 0.2")
    page.keyboard.press("k")
    expect(page.locator("#criterion-answered_in_three_rings")).to_be_focused()
    page.keyboard.press("]")
    assert audio(page, "playbackRate") == 1.25
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator("#criterion-greeting")).not_to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_no_key_fires_while_somebody_types_or_composes(
    open_page: Callable[..., Page], site: Any
) -> None:
    page = open_page(site.call("bad-call"))
    page.evaluate("document.getElementById('main').append(document.createElement('textarea'))")
    page.locator("textarea").click()
    page.keyboard.type("j . ?")
    expect(page.locator("textarea")).to_have_value("j . ?")
    page.locator("textarea").blur()
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', bubbles: true, isComposing: true}))"
    )
    expect(page.locator(".criterion:focus")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert audio(page, "paused")


def test_the_keys_can_be_switched_off_for_good(open_page: Callable[..., Page], site: Any) -> None:
    page = open_page(site.call("bad-call"))
    page.keyboard.press("?")
    page.get_by_role("switch").click()
    page.get_by_role("button", name="Close").click()
    page.reload()
    page.keyboard.press("j")
    expect(page.locator(".criterion:focus")).to_have_count(0)


def test_a_recording_that_is_gone_is_said_so(
    open_page: Callable[..., Page], site: Any, watched: Any
) -> None:
    kept = sorted(site.home.rglob("*.flac"))
    for path in kept:
        path.rename(path.with_suffix(".aside"))
    try:
        page = open_page(site.call("good-call"))
        expect(page.locator("#playing")).to_contain_text("cannot be played")
        assert any("404" in complaint for complaint in watched.complaints)
        watched.complaints.clear()
    finally:
        for path in kept:
            path.with_suffix(".aside").rename(path)


def test_the_list_sorts_filters_and_goes_back_without_loading_the_page_again(page: Page) -> None:
    page.evaluate("window.stillHere = true")
    page.get_by_role("link", name="Score").click()
    expect(page.locator("th[aria-sort]")).to_have_text("Score")
    page.locator("#outcome-open").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    assert page.url.endswith("/?outcome=open&sort=score&order=up")
    page.get_by_role("searchbox").fill("bad")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("#found")).to_have_text("1 call")
    assert "outcome=open" in page.url
    assert page.evaluate("window.stillHere")
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(2)


def test_the_language_is_switched_and_stays(page: Page) -> None:
    page.get_by_role("searchbox").fill("call")
    chinese = page.get_by_role("link", name="中文")
    expect(chinese).to_have_attribute("href", re.compile("q=call"))
    chinese.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("通话")
    expect(page.get_by_role("searchbox")).to_have_value("call")
    page.get_by_role("link", name="bad-call").click()
    expect(page.locator("#criterion-greeting h3")).to_have_text("主动问候")
    page.get_by_role("link", name="English").click()
    expect(page.locator("#criterion-greeting h3")).to_have_text("Greets the customer")

"""How the pages hold up: accessibility, phones, and nothing jumping while they load."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
ADDRESSES = [
    "/",
    "/?q=nothing-matches",
    "/calls/{bad}",
    "/calls/{mono}",
    "/calls/{silent}",
    "/nowhere",
]


def address(site: Any, path: str) -> str:
    ids = {name.removesuffix("-call"): public_id for name, public_id in site.ids.items()}
    return site.address + path.format(**ids)


@pytest.mark.parametrize(
    "reader",
    [
        {"locale": "zh-CN", "viewport": DESKTOP, "color_scheme": "light"},
        {"locale": "en-GB", "viewport": DESKTOP, "color_scheme": "dark"},
        {"locale": "zh-CN", "viewport": PHONE, "color_scheme": "dark"},
        {"locale": "en-GB", "viewport": PHONE, "color_scheme": "light"},
    ],
    ids=["zh-desktop-light", "en-desktop-dark", "zh-phone-dark", "en-phone-light"],
)
def test_no_page_has_a_serious_accessibility_fault(
    open_page: Callable[..., Page],
    site: Any,
    watched: Any,
    reader: dict[str, Any],
) -> None:
    page = open_page(site.address, bypass_csp=True, **reader)
    faults = []
    for path in ADDRESSES:
        page.goto(address(site, path))
        page.wait_for_load_state("networkidle")
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        page.add_script_tag(path=AXE)
        found = page.evaluate("wcag => axe.run({runOnly: wcag})", WCAG)
        faults += [
            (path, fault["id"], node["html"][:120], node["failureSummary"])
            for fault in found["violations"]
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]
        ]
    watched.complaints[:] = [text for text in watched.complaints if "404" not in text]
    assert faults == []


@pytest.mark.parametrize("path", ["/", "/calls/{bad}", "/calls/{mono}"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_jumps_while_a_page_loads(
    open_page: Callable[..., Page], site: Any, path: str, viewport: dict[str, int]
) -> None:
    page = open_page(address(site, path), viewport=viewport)
    page.wait_for_load_state("networkidle")
    shift = page.evaluate(
        """() => new Promise(resolve => {
          let sum = 0;
          new PerformanceObserver(list => {
            for (const entry of list.getEntries()) sum += entry.value;
          }).observe({type: 'layout-shift', buffered: true});
          setTimeout(() => resolve(sum), 300);
        })"""
    )
    # 0.1 is what is called good; a busy machine paints the page in more pieces than a quiet one.
    assert shift < 0.05


@pytest.mark.parametrize("path", ["/", "/calls/{bad}", "/calls/{mono}", "/nowhere"])
def test_a_phone_never_scrolls_sideways(
    open_page: Callable[..., Page], site: Any, watched: Any, path: str
) -> None:
    page = open_page(address(site, path), viewport=PHONE)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    watched.complaints[:] = [text for text in watched.complaints if "404" not in text]


def test_on_a_phone_scorecard_and_transcript_share_the_screen_with_the_player(
    open_page: Callable[..., Page], site: Any
) -> None:
    page = open_page(address(site, "/calls/{bad}"), viewport=PHONE, has_touch=True)
    expect(page.locator("#scorecard")).to_be_visible()
    expect(page.locator("#transcript")).to_be_hidden()
    page.get_by_role("button", name="Transcript").tap()
    expect(page.locator("#transcript")).to_be_visible()
    expect(page.locator("#scorecard")).to_be_hidden()
    expect(page.locator("#play")).to_be_in_viewport()
    page.locator(".proves a", has_text="Protects").tap()
    expect(page.locator("#criterion-privacy")).to_be_in_viewport()
    expect(page.locator("#play")).to_be_in_viewport()


def test_the_list_works_without_a_script(open_page: Callable[..., Page], site: Any) -> None:
    page = open_page(site.address, java_script_enabled=False)
    page.get_by_role("searchbox").fill("good-call")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="good-call").click()
    expect(page.locator("audio")).to_be_visible()
    expect(page.locator("#transcript")).to_be_visible()

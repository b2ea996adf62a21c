"""Every page that people work on: axe finds nothing serious, nothing jumps, nothing is heavy, a phone is wide enough."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from qa import bootstrap
from qa.config import Settings
from tests.integration.nights_lab import (
    DAY,
    FIRST,
    figures,
    keep_night,
    refusal,
    report,
    steady_nights,
)

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
HEAVIEST_BYTES = 300_000
MOST_SHIFT = 0.1
"""Cumulative layout shift below which a page counts as still (web.dev, Core Web Vitals)."""

PAGES = {
    "sun": (
        "/",
        "/queue",
        "/queue/board",
        "/sampling",
        "/figures",
        "/calls/{bad}",
        "/calls/{bad}/review",
        "/agents",
        "/agents/A201",
        "/agreement",
        "/agreement?with=machine",
        "/agreement/criteria/greeting",
        "/agreement/raters",
        "/agreement/course",
        "/disputes",
        "/calibration",
        "/calibration/new",
        "/calibration/clarifications",
        "/coaching",
        "/coaching/new?agent=A201&criterion=greeting",
        "/cases",
        "/learning",
        "/learning/{lesson}",
        "/licences",
        "/licences/service-standard/greeting",
        "/nights",
        "/nights/14",
        "/account",
        "/account/tokens",
    ),
    "amy": ("/me", "/calls/{bad}/feedback", "/calls/{bad}", "/coaching", "/cases"),
    "ada": (
        "/licences/service-standard/greeting",
        "/people",
        "/people/add",
        "/teams",
        "/admin/webhooks",
    ),
}
VISITS = [(login, path) for login, paths in PAGES.items() for path in paths]

SHIFT = """() => new Promise(resolve => {
  let sum = 0;
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) sum += entry.value;
  }).observe({type: 'layout-shift', buffered: true});
  setTimeout(() => resolve(sum), 300);
})"""


@pytest.fixture(autouse=True)
def _nights(staffed: Settings) -> None:
    """Fourteen nights, the last of which went badly."""
    open_store = bootstrap.unit_of_work(staffed)
    last = FIRST + 14 * DAY
    steady_nights(open_store, 13, until=last)
    given_up = refusal("b.wav", "recording.fault", stage="score", kind="ValueError")
    told = report(last, refusals=(refusal("a.wav"),), quarantined=(given_up,), waiting=("c.wav",))
    keep_night(open_store, told, at=last, counted=figures(score=60.0), refused=told.refusals)


def visit(site: Any, page: Page, path: str) -> None:
    ids = {name.removesuffix("-call"): public_id for name, public_id in site.ids.items()}
    page.goto(site.address + path.format(**ids))
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize(
    "reader",
    [
        {"locale": "zh-CN", "viewport": DESKTOP, "color_scheme": "light"},
        {"locale": "en-GB", "viewport": PHONE, "color_scheme": "dark"},
    ],
    ids=["zh-desktop-light", "en-phone-dark"],
)
@pytest.mark.parametrize("login", PAGES)
def test_no_page_keeps_anybody_out(
    open_page: Callable[..., Page],
    log_in: Callable[[Page, str], None],
    staffed_site: Any,
    login: str,
    reader: dict[str, Any],
) -> None:
    page = open_page(staffed_site.address, bypass_csp=True, **reader)
    log_in(page, login)
    faults = []
    for path in PAGES[login]:
        visit(staffed_site, page, path)
        page.evaluate(
            "document.querySelectorAll('main details').forEach(one => { one.open = true; })"
        )
        page.add_script_tag(path=AXE)
        found = page.evaluate("wcag => axe.run({runOnly: wcag})", WCAG)
        faults += [
            (path, fault["id"], node["html"][:120], node["failureSummary"])
            for fault in found["violations"]
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]
        ]
        if page.evaluate("document.documentElement.scrollWidth") > reader["viewport"]["width"]:
            faults.append((path, "scrolls sideways"))
    assert faults == []


@pytest.mark.parametrize("login", PAGES)
def test_pages_are_light_and_nothing_jumps_while_they_load(
    open_page: Callable[..., Page],
    log_in: Callable[[Page, str], None],
    staffed_site: Any,
    login: str,
) -> None:
    page = open_page(staffed_site.address)
    log_in(page, login)
    faults = []
    for path in PAGES[login]:
        visit(staffed_site, page, path)
        shift = page.evaluate(SHIFT)
        loaded = page.evaluate(
            """() => performance.getEntries()
              .filter(each => ['navigation', 'resource'].includes(each.entryType))
              .filter(each => !each.name.endsWith('/audio') && !each.name.endsWith('/sound'))
              .reduce((sum, each) => sum + each.encodedBodySize, 0)"""
        )
        if shift >= MOST_SHIFT:
            faults.append((path, "layout shift", shift))
        if loaded > HEAVIEST_BYTES:
            faults.append((path, "bytes", loaded))
    assert faults == []

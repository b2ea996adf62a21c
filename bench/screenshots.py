"""Retakes the pictures in ``docs/images``: ``python -m bench.screenshots``.

Each page 1440 and 390 px wide, Chinese and English, from a copy of the store in ``QA_HOME`` (score the samples
into it first: ``SERVE=0 make demo``), to which people and a filled queue are added. Chromium and the app run on
this machine; nothing leaves it.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import waitress
from playwright.sync_api import Browser, Page, expect, sync_playwright

from qa import bootstrap
from qa.config import Settings, load_settings
from qa.domain.access import CONSOLE
from qa.domain.people import Account, Client, UserRole
from qa.domain.records import CallQuery
from qa.services import accounts, teams
from webapp import create_app

IMAGES = Path(__file__).parent.parent / "docs" / "images"
SIZES = {1440: 940, 390: 844}
CALLS = {"zh": "zh-card-number-stereo", "en": "en-refund-rude-stereo"}
"""The call shown in each language: a critical failure, and a row of plain ones."""
ZONE = "Asia/Shanghai"
"""Pages show times on their reader's clock; the pictures must not depend on whose machine they are taken on."""
SUPERVISOR = Account("sun", "孙悦", UserRole.SUPERVISOR, time_zone=ZONE)
AGENTS = {
    "zh": Account("ning", "安宁", UserRole.AGENT, agent_id="A101", time_zone=ZONE),
    "en": Account("noah", "Noah Reed", UserRole.AGENT, agent_id="A202", time_zone=ZONE),
}
MAX_BYTES = 400_000
CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]


@dataclass(frozen=True, slots=True)
class Shot:
    """A page to be taken: its name in ``docs/images``, its path, and the cookie of who looks at it."""

    name: str
    path: str
    cookie: str


def main() -> None:
    """Take every picture; ends with an error where the samples have not been scored."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with _staffed() as (settings, cookies), _served(settings) as address:
        ids = _public_ids(settings)
        missing = [call_id for call_id in CALLS.values() if call_id not in ids]
        if missing:
            sys.exit(f"not in the store: {', '.join(missing)}; run SERVE=0 make demo first")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium") or "/usr/bin/chromium", args=CHROMIUM_ARGS
            )
            for language, call_id in CALLS.items():
                for shot in _shots(
                    ids[call_id],
                    supervisor=cookies[SUPERVISOR.login],
                    agent=cookies[AGENTS[language].login],
                ):
                    for width in SIZES:
                        _take(browser, address, shot, language=language, width=width)
            browser.close()


def _shots(call: str, *, supervisor: str, agent: str) -> tuple[Shot, ...]:
    return (
        Shot("calls", "/", supervisor),
        Shot("call", f"/calls/{call}", supervisor),
        Shot("queue", "/queue", supervisor),
        Shot("agent", "/me", agent),
        Shot("feedback", f"/calls/{call}/feedback", agent),
    )


@contextmanager
def _staffed() -> Iterator[tuple[Settings, Mapping[str, str]]]:
    """A copy of the store with people and a queue, and everybody's cookie by login; gone afterwards."""
    source = load_settings()
    with tempfile.TemporaryDirectory() as folder:
        settings = source.model_copy(update={"home": Path(folder) / "var"})
        shutil.copytree(source.home, settings.home)
        team = teams.add_team(
            bootstrap.unit_of_work(settings), CONSOLE, bootstrap.SystemClock(), "售后 Returns"
        )
        people = (SUPERVISOR, *AGENTS.values())
        cookies = {
            each.login: _hired(settings, replace(each, team=team.public_id)) for each in people
        }
        subprocess.run(
            [Path(sys.executable).with_name("qa"), "queue", "fill", "--random-percent", "40"],
            env={**os.environ, "QA_HOME": str(settings.home)},
            check=True,
        )
        yield settings, cookies


def _hired(settings: Settings, account: Account) -> str:
    """Give somebody an account, and log them in; their cookie."""
    open_store, clock = bootstrap.unit_of_work(settings), bootstrap.SystemClock()
    user = accounts.add_user(open_store, CONSOLE, clock, account)
    lifetime = bootstrap.invitation_lifetime(settings)
    link = accounts.invite(open_store, CONSOLE, clock, user.public_id, lifetime=lifetime)
    logged_in = accounts.accept_invitation(
        open_store,
        bootstrap.passwords(),
        clock,
        bootstrap.session_rules(settings),
        token=link.token,
        password=secrets.token_urlsafe(),
        client=Client("127.0.0.1", "Chromium"),
    )
    return logged_in.token


def _public_ids(settings: Settings) -> dict[str, str]:
    with bootstrap.unit_of_work(settings)() as unit:
        rows = unit.calls.search(CallQuery(page_size=1000)).rows
    return {row.record.call_id: row.public_id for row in rows}


@contextmanager
def _served(settings: Settings) -> Iterator[str]:
    """The app on a free port, until the block is left; its thread dies with the process."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = waitress.create_server(create_app(settings), host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"


def _take(browser: Browser, address: str, shot: Shot, *, language: str, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]}, color_scheme="light"
    )
    context.add_cookies([{"name": "callqa", "value": shot.cookie, "url": address}])
    page = context.new_page()
    page.goto(f"{address}{shot.path}?lang={language}")
    if shot.name == "call":
        _settle(page)
    page.evaluate("document.fonts.ready")
    target = IMAGES / f"{shot.name}-{width}-{language}.png"
    page.screenshot(path=target)
    context.close()
    size = target.stat().st_size
    if size > MAX_BYTES:
        sys.exit(f"{target.name} is too large for a README: {size} bytes")
    print(f"{target.name}: {size // 1000} kB")


def _settle(page: Page) -> None:
    """Wait until the waveform is drawn, then show the moment of the first piece of evidence."""
    expect(page.locator("#waveform canvas").first).to_be_visible()
    page.evaluate(
        """() => {
          const clip = document.querySelector('.criterion.fail .quote')?.parentElement;
          const start = clip?.querySelector('.clip')?.dataset.start ?? 1;
          document.getElementById('audio').currentTime = Number(start) + 0.4;
        }"""
    )
    expect(page.locator(".turn.current")).to_have_count(1)
    page.wait_for_timeout(600)


if __name__ == "__main__":
    main()

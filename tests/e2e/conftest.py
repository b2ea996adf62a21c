"""Chromium against ``qa serve`` over a seeded store.

Whatever a test does, the pages may ask no other host for anything and may not trip over their own
content security policy; the ``page`` fixture holds every test to that.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from qa.config import Settings

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}


def _seed(settings: Settings, folder: Path) -> dict[str, str]:
    source = Path(__file__).parents[1] / "web" / "seeding.py"
    spec = importlib.util.spec_from_file_location("web_seeding", source)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    ids: dict[str, str] = module.seed(settings, folder)
    return ids


@dataclass(frozen=True, slots=True)
class Site:
    """The served app: its address, the public ids of its calls, its data folder."""

    address: str
    ids: dict[str, str]
    home: Path

    def call(self, call_id: str) -> str:
        """The address of a call's page."""
        return f"{self.address}/calls/{self.ids[call_id]}"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """``qa serve`` in a process of its own."""
    folder = tmp_path_factory.mktemp("e2e")
    settings = Settings(home=folder / "var", _env_file=None)  # type: ignore[call-arg]
    ids = _seed(settings, folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = "from qa.cli.main import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "serve", "--port", str(port)],
        cwd=folder,
        env={**os.environ, "QA_HOME": str(settings.home)},
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stdout
            assert f"http://127.0.0.1:{port}/" in server.stdout.readline()
            yield Site(f"http://127.0.0.1:{port}", ids, settings.home)
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    executable = shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@dataclass(slots=True)
class Watched:
    """What a page asked for and complained of."""

    complaints: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)


@pytest.fixture
def watched() -> Watched:
    """What the page of this test asked for and complained of, filled while the test runs."""
    return Watched()


@pytest.fixture
def open_page(browser: Browser, site: Site, watched: Watched) -> Iterator[Callable[..., Page]]:
    """Opens pages in contexts of their own; afterwards none may have left the app or complained."""
    contexts: list[BrowserContext] = []

    def open_page(address: str, **context: Any) -> Page:
        options = {"viewport": DESKTOP, "locale": "en-GB", "reduced_motion": "reduce", **context}
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(15_000)
        page.on(
            "request", lambda request: watched.asked.append((request.resource_type, request.url))
        )
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        page.on(
            "console",
            lambda message: message.type == "error" and watched.complaints.append(message.text),
        )
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    own = (site.address + "/", "data:", "blob:" + site.address)
    assert [url for _kind, url in watched.asked if not url.startswith(own)] == []
    assert watched.complaints == []


@pytest.fixture
def page(open_page: Callable[..., Page], site: Site) -> Page:
    """The list on a desktop, in English."""
    return open_page(site.address)

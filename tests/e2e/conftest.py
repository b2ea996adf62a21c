"""Chromium against ``qa serve`` over a seeded store, with and without people.

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
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import IO, Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from qa.config import Settings

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A name that a browser does not know for this machine's own, as the app has it in a local network.
    "--host-resolver-rules=MAP qa.test 127.0.0.1",
]
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
PATIENCE_MS = 30_000
"""How long a page may take to do what it has to do on a busy machine."""


def _load(name: str) -> ModuleType:
    """Import a module of the web tests; the test folders are not packages."""
    source = Path(__file__).parents[1] / "web" / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"web_{name}", source)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass(frozen=True, slots=True)
class Site:
    """The served app: its address, the public ids of its calls, its data folder, what else it prints."""

    address: str
    ids: dict[str, str]
    home: Path
    output: IO[str]

    def call(self, call_id: str) -> str:
        """The address of a call's page."""
        return f"{self.address}/calls/{self.ids[call_id]}"


@contextmanager
def served(settings: Settings, ids: dict[str, str], **environment: str) -> Iterator[Site]:
    """``qa serve`` in a process of its own, with these settings besides."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = "from qa.cli.main import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "serve", "--port", str(port)],
        cwd=settings.home,
        env={**os.environ, "QA_HOME": str(settings.home), **environment},
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert server.stdout
            assert f"http://127.0.0.1:{port}/" in server.stdout.readline()
            yield Site(f"http://127.0.0.1:{port}", ids, settings.home, server.stdout)
        finally:
            server.terminate()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The app while nobody has an account: whoever is on this machine may look."""
    folder = tmp_path_factory.mktemp("e2e")
    settings = Settings(home=folder / "var", _env_file=None)  # type: ignore[call-arg]
    ids = _load("seeding").seed(settings, folder)
    with served(settings, ids) as site:
        yield site


@pytest.fixture
def serve(watched: Watched) -> Iterator[Callable[..., Site]]:
    """``serve(settings, ids, QA_HOSTS="qa.test")``: an app of this test alone, with settings of its own."""
    with ExitStack() as running:

        def serve(settings: Settings, ids: dict[str, str], **environment: str) -> Site:
            site = running.enter_context(served(settings, ids, **environment))
            watched.own.append(site.address)
            return site

        yield serve


@pytest.fixture(scope="session")
def staffed_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A seeded data folder with people, to copy from, and the public ids of its calls by call id."""
    folder = tmp_path_factory.mktemp("e2e-staffed")
    settings = Settings(home=folder / "var", _env_file=None)  # type: ignore[call-arg]
    ids = _load("seeding").seed(settings, folder)
    _load("staffing").staff(settings)
    ids["lesson"] = _load("lesson_desk").keep_lesson(settings, ids)
    return settings.home, ids


@pytest.fixture
def staffed(staffed_home: tuple[Path, dict[str, str]], tmp_path: Path) -> Settings:
    """Settings of a data folder with people, of one test alone."""
    settings = Settings(home=tmp_path / "var", _env_file=None)  # type: ignore[call-arg]
    shutil.copytree(staffed_home[0], settings.home)
    return settings


@pytest.fixture
def staffed_site(
    staffed: Settings, staffed_home: tuple[Path, dict[str, str]], serve: Callable[..., Site]
) -> Site:
    """The app with people (``tests/web/staffing.py``), of one test alone, which may change it."""
    return serve(staffed, staffed_home[1])


@pytest.fixture
def log_in(staffed_site: Site) -> Callable[[Page, str], None]:
    """``log_in(page, "sun")``: log somebody of ``staffed_site`` in as they would, from whatever page is open."""
    password = _load("staffing").PASSWORD

    def log_in(page: Page, login: str) -> None:
        page.context.clear_cookies(name="callqa")
        page.goto(f"{staffed_site.address}/login")
        page.locator("#login").fill(login)
        page.locator("#password").fill(password)
        page.locator("main form button").click()
        page.wait_for_url(lambda address: "/login" not in address)

    return log_in


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    executable = shutil.which("chromium") or "/usr/bin/chromium"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@dataclass(slots=True)
class Watched:
    """What a page asked for and complained of.

    Attributes:
        own: The addresses that were its own to ask.
        refusals: Statuses that a test means to get; Chromium complains of each.
    """

    complaints: list[str] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    own: list[str] = field(default_factory=list)
    refusals: set[int] = field(default_factory=set)

    def hear(self, kind: str, text: str) -> None:
        """Note what the console says, if it is a complaint."""
        meant = any(f"with a status of {status} " in text for status in self.refusals)
        if kind == "error" and not meant:
            self.complaints.append(text)


@pytest.fixture
def watched() -> Watched:
    """What the page of this test asked for and complained of, filled while the test runs."""
    return Watched()


@pytest.fixture
def open_page(
    browser: Browser,
    watched: Watched,
    serve: Callable[..., Site],
) -> Iterator[Callable[..., Page]]:
    """Opens pages in contexts of their own; afterwards none may have left the app or complained.

    They close before the apps of this test end: a page that still loads something complains of an app that is gone.
    """
    contexts: list[BrowserContext] = []

    def open_page(address: str, **context: Any) -> Page:
        options = {"viewport": DESKTOP, "locale": "en-GB", "reduced_motion": "reduce", **context}
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on(
            "request", lambda request: watched.asked.append((request.resource_type, request.url))
        )
        page.on("pageerror", lambda error: watched.complaints.append(str(error)))
        page.on("console", lambda message: watched.hear(message.type, message.text))
        watched.own.append("{0.scheme}://{0.netloc}".format(urlsplit(address)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    own = tuple(f"{kind}{address}/" for address in watched.own for kind in ("", "blob:"))
    assert [url for _kind, url in watched.asked if not url.startswith((*own, "data:"))] == []
    assert watched.complaints == []


@pytest.fixture
def page(open_page: Callable[..., Page], site: Site) -> Page:
    """The list on a desktop, in English."""
    return open_page(site.address)

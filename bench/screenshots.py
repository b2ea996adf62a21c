"""Retakes the pictures in ``docs/images``: ``python -m bench.screenshots``.

Both pages, 1440 and 390 px wide, Chinese and English, from the store in ``QA_HOME`` (score the samples
into it first: ``SERVE=0 make demo``). Chromium and the app run on this machine; nothing leaves it.
"""

from __future__ import annotations

import logging
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import waitress
from playwright.sync_api import Browser, Page, expect, sync_playwright

from qa import bootstrap
from qa.config import load_settings
from qa.domain.records import CallQuery
from webapp import create_app

IMAGES = Path(__file__).parent.parent / "docs" / "images"
SIZES = {1440: 940, 390: 844}
CALLS = {"zh": "zh-card-number-stereo", "en": "en-refund-rude-stereo"}
"""The call shown in each language: a critical failure, and a row of plain ones."""
MAX_BYTES = 400_000
CHROMIUM_ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]


def main() -> None:
    """Take every picture; ends with an error where the samples have not been scored."""
    # The pages show times on this machine's clock; the pictures must not depend on whose it is.
    os.environ["TZ"] = "Asia/Shanghai"
    time.tzset()
    ids = _public_ids()
    missing = [call_id for call_id in CALLS.values() if call_id not in ids]
    if missing:
        sys.exit(f"not in the store: {', '.join(missing)}; run SERVE=0 make demo first")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with _served() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or "/usr/bin/chromium", args=CHROMIUM_ARGS
        )
        for language, call_id in CALLS.items():
            for width in SIZES:
                _take(browser, f"{address}/", "calls", language=language, width=width)
                call_url = f"{address}/calls/{ids[call_id]}"
                _take(browser, call_url, "call", language=language, width=width)
        browser.close()


def _public_ids() -> dict[str, str]:
    with bootstrap.unit_of_work(load_settings())() as unit:
        rows = unit.calls.search(CallQuery(page_size=1000)).rows
    return {row.record.call_id: row.public_id for row in rows}


@contextmanager
def _served() -> Iterator[str]:
    """The app on a free port, until the block is left; its thread dies with the process."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = waitress.create_server(create_app(load_settings()), host="127.0.0.1", port=0)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"


def _take(browser: Browser, page_url: str, name: str, *, language: str, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]}, color_scheme="light"
    )
    page = context.new_page()
    page.goto(f"{page_url}?lang={language}")
    if name == "call":
        _settle(page)
    page.evaluate("document.fonts.ready")
    target = IMAGES / f"{name}-{width}-{language}.png"
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

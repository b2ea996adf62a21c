"""The first admin, logging in, and forms that are not the app's own, in a browser."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from qa.config import Settings

pytestmark = pytest.mark.browser

PASSWORD = "a few odd words together"  # noqa: S105 - of people who exist only in a test


def test_the_first_admin_comes_in_and_adds_a_supervisor(
    serve: Callable[..., Any], open_page: Callable[..., Page], tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "var", _env_file=None)  # type: ignore[call-arg]
    settings.home.mkdir()
    site = serve(settings, {})
    printed = site.output.readline() + site.output.readline()
    page = open_page(printed.split()[-1])
    page.get_by_label("Your name").fill("Ada Lovelace")
    page.get_by_label("Login").fill("ada")
    page.keyboard.press("Enter")
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_label("The same again").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="People", exact=True).click()
    page.get_by_role("button", name="Add somebody").click()
    page.get_by_label("Name", exact=True).fill("孙悦")
    page.get_by_label("Login").fill("sun")
    page.get_by_label("Role").select_option("supervisor")
    page.get_by_role("button", name="Add and make a link").click()
    link = page.get_by_label("One-time link").input_value()
    theirs = open_page(link, locale="zh-CN")
    expect(theirs.get_by_role("heading", level=1)).to_contain_text("孙悦")
    theirs.get_by_label("新密码").fill(PASSWORD)
    theirs.get_by_label("再输入一次").fill(PASSWORD)
    theirs.get_by_role("button", name="保存并登录").click()
    expect(theirs.locator(".account")).to_contain_text("孙悦")
    stranger = open_page(site.address)
    expect(stranger).to_have_url(f"{site.address}/login?next=/")


def test_what_was_typed_survives_a_login_that_ended(
    staffed_site: Any,
    open_page: Callable[..., Page],
    log_in: Callable[[Page, str], None],
    watched: Any,
) -> None:
    watched.refusals.add(401)
    page = open_page(staffed_site.address)
    log_in(page, "sun")
    page.goto(f"{staffed_site.address}/calls/{staffed_site.ids['good-call']}/cases/new")
    comment = "一句开场白，\nworth <b>hearing</b>."
    page.locator("[name=comment]").fill(comment)
    page.locator("[name=start]").fill("0:01")
    page.locator("[name=end]").fill("0:03")
    page.context.clear_cookies(name="callqa")
    page.locator("main form button[type=submit]").click()
    expect(page.get_by_text("What you typed is kept")).to_be_visible()
    page.get_by_label("Login").fill("sun")
    page.get_by_label("Password").fill("four words nobody guesses")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Send it now").click()
    page.wait_for_url("**/calls/**")
    page.goto(f"{staffed_site.address}/cases")
    expect(page.locator("main")).to_contain_text("worth <b>hearing</b>.")


def test_over_plain_http_to_another_name_our_own_forms_are_known_by_their_origin(
    serve: Callable[..., Any], staffed: Settings, open_page: Callable[..., Page]
) -> None:
    site = serve(staffed, {}, QA_HOSTS="qa.test")
    page = open_page(site.address.replace("127.0.0.1", "qa.test") + "/login?next=/account")
    assert page.evaluate("window.isSecureContext") is False
    page.get_by_label("Login").fill("amy")
    page.get_by_label("Password").fill("four words nobody guesses")
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Time zone").fill("Asia/Shanghai")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Shanghai")
    expect(page.get_by_text("Saved.")).to_be_visible()


@pytest.fixture
def trap() -> Iterator[Callable[[str], str]]:
    """``trap(html)``: the address of a page of another site, on this machine as the app is."""
    pages: dict[str, bytes] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(pages.get(self.path, b""))

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def trap(html: str) -> str:
        pages["/trap"] = html.encode()
        return f"http://127.0.0.1:{server.server_port}/trap"

    yield trap
    server.shutdown()
    server.server_close()


def test_a_form_of_another_site_changes_nothing_though_the_cookie_comes_along(
    staffed_site: Any,
    open_page: Callable[..., Page],
    log_in: Callable[[Page, str], None],
    watched: Any,
    trap: Callable[[str], str],
) -> None:
    watched.refusals.update({403, 404})
    page = open_page(staffed_site.address)
    log_in(page, "amy")
    # Another port is another origin, yet the same site: SameSite does not keep the cookie back.
    form = f'<form method="post" action="{staffed_site.address}/account/logins/end"></form>'
    address = trap(f"{form}<p>Win!</p>")
    watched.own.append(address.removesuffix("/trap"))
    page.goto(address)
    with page.expect_request(f"{staffed_site.address}/**") as sent:
        page.evaluate("document.forms[0].submit()")
    assert "callqa=" in sent.value.all_headers().get("cookie", "")
    expect(page.get_by_role("heading", level=1)).to_have_text("Another site asked for this")


def test_a_request_that_a_proxy_passed_on_is_not_this_machines(site: Any) -> None:
    with urlopen(f"{site.address}/") as here:  # noqa: S310 - ours
        assert here.url == f"{site.address}/"
    passed_on = Request(f"{site.address}/", headers={"X-Forwarded-For": "127.0.0.1"})  # noqa: S310 - idem
    with urlopen(passed_on) as away:  # noqa: S310 - idem
        assert away.url == f"{site.address}/login?next=/"


def test_logging_out_leaves_nothing_to_go_back_to(
    staffed_site: Any, open_page: Callable[..., Page], log_in: Callable[[Page, str], None]
) -> None:
    page = open_page(staffed_site.address)
    log_in(page, "amy")
    page.goto(f"{staffed_site.address}/account")
    page.get_by_role("button", name="Log out", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")

"""Agreement in a browser, by keyboard alone: from the list to a criterion, and to the table behind a figure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from qa import bootstrap
from qa.config import Settings
from qa.domain.scorecard import Outcome
from qa.store.engine import make_engine
from tests.integration.rated_calls import Rated, RatedCalls

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
FIGURES = "table.agreement svg.range"


@pytest.fixture
def rated(staffed: Settings) -> None:
    """A hundred ratings by two people, who never agree on a failed greeting."""
    open_store, engine = bootstrap.unit_of_work(staffed), make_engine(staffed.store_url)
    with open_store() as unit:
        users = {user.login: user for user in unit.people.everybody()}
    calls = RatedCalls(open_store, users=users, engine=engine)
    for number in range(10):
        calls.call(f"c{number}", "A201", {"greeting": Outcome.PASS})
    for first in range(0, 100, 10):
        says = {
            number: {
                "sun": Outcome.FAIL if first + number < 2 else Outcome.PASS,
                "sam": Outcome.FAIL if first + number > 97 else Outcome.PASS,
            }
            for number in range(10)
        }
        calls.session(
            {
                f"c{number}": tuple(
                    Rated(login, {"greeting": outcome}) for login, outcome in said.items()
                )
                for number, said in says.items()
            }
        )
    engine.dispose()


@pytest.mark.usefixtures("rated")
def test_a_figure_leads_to_the_table_behind_it(
    open_page: Callable[..., Page], log_in: Callable[[Page, str], None], staffed_site: Any
) -> None:
    page = open_page(staffed_site.address)
    log_in(page, "sam")
    page.goto(f"{staffed_site.address}/agreement")
    expect(page.locator(FIGURES).first).to_be_visible()
    link = page.get_by_role("link", name="Greets the customer")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/agreement/criteria/greeting**")
    people = page.locator("#people")
    table = people.locator("table.matrix")
    expect(table).to_be_hidden()
    people.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(table).to_be_visible()
    expect(table).to_contain_text("192")  # both passed 96 calls, seen from either side
    expect(page.get_by_text("People differ on 4 calls.")).to_be_visible()
    page.get_by_role("link", name="By rater").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Agreement by rater")).to_be_visible()


@pytest.mark.usefixtures("rated")
def test_a_phone_shows_every_figure_with_its_name(
    open_page: Callable[..., Page], log_in: Callable[[Page, str], None], staffed_site: Any
) -> None:
    page = open_page(staffed_site.address, viewport=PHONE)
    log_in(page, "sam")
    for path in (
        "/agreement",
        "/agreement?with=machine",
        "/agreement/criteria/greeting",
        "/agreement/raters",
        "/agreement/course?step=3",
    ):
        page.goto(staffed_site.address + path)
        assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"], path
    page.goto(f"{staffed_site.address}/agreement")
    name = page.locator("td.shown").first.evaluate(
        "one => getComputedStyle(one, '::before').content"
    )
    assert name == '"Same verdict"'

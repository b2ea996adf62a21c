"""What a plan's page says of the calls before it and since, and every page of coaching in Chinese."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from qa.domain.scorecard import Outcome
from qa.services import plan_steps
from tests.unit.coaching_lab import Lab, SetClock, rubric
from tests.web.coaching_desk import browser


def coached(staff: Any, *, before: tuple[int, int], since: tuple[int, int]) -> str:
    """A plan of ten days ago with so many failed calls of so many before it and since; its address."""
    began = datetime.now(UTC) - timedelta(days=10)
    lab = Lab(staff.open_store)
    for (failed, calls), day in ((before, -1), (since, 1)):
        for place in range(calls):
            outcome = Outcome.FAIL if place < failed else Outcome.PASS
            lab.call(outcome, at=began + timedelta(days=day), version=f"2026.{day}")
    draft = plan_steps.PlanDraft(
        "Greet.", staff.users["sun"].public_id, began + timedelta(days=5), None, "A201", "greeting"
    )
    plan = plan_steps.begin_plan(
        staff.open_store, staff.actor("sun"), SetClock(began), rubric(), draft
    )
    return f"/coaching/{plan.public_id}"


def said(page: str) -> str:
    """The words of a page."""
    body = re.sub(r"<(script|svg|code|pre)\b.*?</\1>", "", page, flags=re.DOTALL)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body.split("<main")[1])))


@pytest.mark.parametrize(
    ("before", "since", "says"),
    [
        ((9, 12), (1, 12), "Fewer failures: 67 points less 28 to 84 points less"),
        ((1, 12), (9, 12), "More failures: 67 points more 28 to 84 points more"),
        ((6, 12), (5, 12), "No change can be told from these calls"),
    ],
)
def test_the_change_is_said_as_far_as_the_calls_carry_it(
    staff: Any, before: tuple[int, int], since: tuple[int, int], says: str
) -> None:
    page = browser(staff, "sun").get(coached(staff, before=before, since=since)).text
    assert says in said(page)
    assert page.count('<svg class="interval') == 3
    assert "The rubric changed in between (2026.-1, then 2026.1)" in said(page)
    assert f"{before[0]} of {before[1]} calls failed" in said(page)


def test_one_side_with_too_few_calls_has_no_number(staff: Any) -> None:
    page = browser(staff, "sun").get(coached(staff, before=(9, 12), since=(0, 3))).text
    assert "75% 47% to 91%" in said(page)
    assert "Too few calls to tell 3 so far, at least 10 are needed" in said(page)
    assert "points" not in said(page)
    assert page.count('<svg class="interval') == 1


def test_the_pages_are_whole_in_chinese(staff: Any, subtests: pytest.Subtests) -> None:
    plan = coached(staff, before=(9, 12), since=(1, 12))
    call = staff.ids["bad-call"]
    sun = browser(staff, "sun")
    sun.set_cookie("lang", "zh")
    sun.post(f"/calls/{call}/cases/new", data=CASE)
    typed = {"note": "", "outcome": "", "reason": "", "revision": "7"}
    asked = [
        *((sun.get, address, {}) for address in ("/coaching", "/coaching?show=done", plan)),
        *((sun.get, address, {}) for address in (f"{plan}/edit", "/coaching/new", "/cases")),
        *((sun.get, address, {}) for address in ("/cases?q=x", f"/calls/{call}/cases/new")),
        *((sun.post, f"{plan}/{step}", typed) for step in ("notes", "close", "cancel", "edit")),
        (sun.post, f"/calls/{call}/cases/new", {}),
        (sun.post, "/coaching/new", {}),
        (browser(staff, "an").get, "/coaching?lang=zh", {}),
        (browser(staff, "an").get, "/cases?lang=zh", {}),
    ]
    for ask, address, data in asked:
        with subtests.test(address=address):
            answer = ask(address, data=data) if data or ask == sun.post else ask(address)
            assert answer.status_code in (200, 409, 422)
            shown = said(answer.text)
            for known in ("Amy Tan", "Ada Lovelace", "Sam Okafor", *CASE.values(), *SPOKEN):
                shown = shown.replace(known, "")
            assert not re.findall(r"[a-z]{2,} [a-z]{2,}", shown)


CASE = {
    "kind": "problem",
    "criterion": "privacy",
    "start": "0:14",
    "end": "16.5",
    "comment": "She asks for the code.",
    "team": "",
}
SPOKEN = ("Please read me the code that you got.",)

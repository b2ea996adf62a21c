"""The pages of licences, and what a licence does on the pages of calls."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from qa import bootstrap
from qa.domain.access import CONSOLE
from qa.domain.licence import Level
from qa.domain.queue import TaskReason, entry
from qa.domain.scorecard import Outcome
from qa.services.export import scorecard_lines
from qa.services.licences.evidence import week_of
from qa.services.licences.steps import set_licence
from tests.integration.licence_lab import LicenceLab, said
from webapp import create_app

HUMAN_ONLY, ASSIST, AUTO = Level
WEEKS = 16
GREETING = "Good morning, this is Northwind."


def engine_of(staff: Any) -> Engine:
    return bootstrap.engine(staff.settings)


@pytest.fixture
def lab(staff: Any) -> LicenceLab:
    """Sixteen weeks of random reviews up to now, in which `greeting` went well and `farewell` badly."""
    begins = week_of(datetime.now(UTC)) - timedelta(weeks=WEEKS)
    lab = LicenceLab(engine_of(staff), begins)
    for number in range(WEEKS):
        lab.week(
            number,
            {
                "greeting": said(hit=4, clear=16),
                "farewell": said(hit=2, missed=2, false=4, clear=12),
            },
        )
    lab.look(WEEKS - 1)
    lab.look(WEEKS)
    return lab


@dataclass
class Licensed:
    """The staff's app with licensing on."""

    staff: Any
    app: Any

    def client_as(self, login: str) -> FlaskClient:
        browser: FlaskClient = self.app.test_client()
        known = self.staff.client_as(login)
        cookie = known.get_cookie("callqa")
        assert cookie
        browser.set_cookie("callqa", cookie.value)
        browser.environ_base |= {
            "HTTP_ACCEPT_LANGUAGE": "en",
            "HTTP_SEC_FETCH_SITE": "same-origin",
        }
        return browser

    def allow(self, levels: Mapping[str, Level]) -> None:
        deps = self.app.extensions["callqa"]
        for criterion, level in levels.items():
            set_licence(
                deps.open_store,
                deps.rubrics,
                deps.clock,
                CONSOLE,
                ("service-standard", criterion),
                level=level,
                note="for the test",
            )


@pytest.fixture
def licensed(staff: Any) -> Licensed:
    settings = staff.settings.model_copy(update={"licensing": "on"})
    return Licensed(staff, create_app(settings))


# --- the pages of licences ---------------------------------------------------------------------


def test_the_page_says_what_each_criterion_may_do_and_what_is_missing(
    staff: Any, lab: LicenceLab
) -> None:
    page = staff.client_as("sam").get("/licences").text
    assert lab.level("greeting") is AUTO
    assert "Licensing is off" in page
    row = re.search(
        r"<tr>\s*<th scope=\"row\"><a href=\"[^\"]*/greeting\">.*?</tr>", page, re.DOTALL
    )
    assert row
    assert "Counts alone" in row[0]
    assert row[0].count('class="reach"') == 3
    worse = re.search(
        r"<tr>\s*<th scope=\"row\"><a href=\"[^\"]*/farewell\">.*?</tr>", page, re.DOTALL
    )
    assert worse
    assert "People decide" in worse[0]
    assert "not with any number of reviews" in worse[0]
    assert "at least 28 random reviews" in page, "what nobody reviewed yet"
    assert "Decide this week" not in page, "a supervisor looks"


def test_the_history_names_the_figures_that_caused_a_change(staff: Any, lab: LicenceLab) -> None:
    browser = staff.client_as("ada")
    page = browser.get("/licences").text
    assert "Earned" in page
    table = browser.get("/licences/history.csv").text
    assert table.splitlines()[0].startswith("\ufeffat,rubric,criterion,before,after,cause")
    rows = [line for line in table.splitlines() if ",greeting," in line]
    assert len(rows) == 2
    assert ",assist,auto,earned," in rows[0]


def test_drift_is_drawn_with_its_limits(staff: Any, lab: LicenceLab) -> None:
    browser = staff.client_as("sam")
    page = browser.get("/licences").text
    assert "Failures that the machine catches" in page
    assert page.count('class="weeks"') == 8
    assert browser.get("/licences/drift.csv").text.count("\n") == 1 + 8 * WEEKS


def test_an_alarm_stands_at_the_top_of_the_page(staff: Any) -> None:
    begins = week_of(datetime.now(UTC)) - timedelta(weeks=WEEKS)
    lab = LicenceLab(engine_of(staff), begins)
    for number in range(WEEKS - 1):
        lab.week(number, {"greeting": said(hit=8, clear=32)})
    lab.week(WEEKS - 1, {"greeting": said(hit=1, missed=7, clear=32)})
    lab.look(WEEKS)
    page = staff.client_as("sam").get("/licences").text
    assert "1 figure moved further than chance explains" in page
    assert "lower than chance explains" in page


def test_an_empty_installation_says_what_to_do(staff: Any) -> None:
    page = staff.client_as("sam").get("/licences").text
    assert "No week has been counted yet" in page
    assert "at least 28 random reviews" in page


@pytest.mark.parametrize("sort", ["level", "sensitivity", "specificity", "agreement", "reviews"])
def test_the_table_is_sorted_by_links(staff: Any, lab: LicenceLab, sort: str) -> None:
    browser = staff.client_as("sam")
    up = re.findall(r"/licences/service-standard/(\w+)", browser.get(f"/licences?sort={sort}").text)
    down = re.findall(
        r"/licences/service-standard/(\w+)",
        browser.get(f"/licences?sort={sort}&order=down").text,
    )
    assert down.index("greeting") < down.index("thanks")
    assert up.index("thanks") < up.index("greeting")


def test_the_table_can_be_downloaded(staff: Any, lab: LicenceLab) -> None:
    lines = staff.client_as("sam").get("/licences.csv").text.splitlines()
    heading = lines[0].removeprefix("\ufeff").split(",")
    row = dict(
        zip(heading, next(line for line in lines if ",greeting," in line).split(","), strict=True)
    )
    assert row["level"] == "auto"
    assert (row["both_fail"], row["both_pass"]) == ("48", "192")
    assert float(row["sensitivity_low"]) > 0.8


def test_an_admin_sets_a_level_by_hand_with_a_reason(staff: Any, lab: LicenceLab) -> None:
    browser = staff.client_as("ada")
    address = "/licences/service-standard/farewell"
    page = browser.get(address).text
    assert "Machine failed it" in page
    form = {"level": "assist", "note": "the words were mended", "seen": "human_only"}
    assert browser.post(address, data=form).status_code == 303
    page = browser.get(address).text
    assert "Set by hand" in page
    assert "the words were mended" in page
    assert lab.level("farewell") is ASSIST


def test_what_was_typed_stays_where_a_level_cannot_be_set(staff: Any, lab: LicenceLab) -> None:
    browser = staff.client_as("ada")
    address = "/licences/service-standard/farewell"
    answer = browser.post(address, data={"level": "assist", "note": "", "seen": "human_only"})
    assert answer.status_code == 422
    answer = browser.post(address, data={"level": "assist", "note": "kept", "seen": "auto"})
    assert answer.status_code == 409
    assert "kept" in answer.text
    assert browser.post(address, data={"level": "best", "note": "x"}).status_code == 422
    assert lab.level("farewell") is HUMAN_ONLY


def test_a_supervisor_sets_nothing(staff: Any, lab: LicenceLab) -> None:
    browser = staff.client_as("sam")
    address = "/licences/service-standard/farewell"
    assert 'name="level"' not in browser.get(address).text
    form = {"level": "auto", "note": "please", "seen": "human_only"}
    assert browser.post(address, data=form).status_code == 403
    assert browser.post("/licences/look").status_code == 403


def test_the_weekly_decision_can_be_made_at_once(staff: Any) -> None:
    browser = staff.client_as("ada")
    assert "Decide this week" in browser.get("/licences").text
    assert browser.post("/licences/look").status_code == 303
    assert "decided for this week" in browser.get("/licences").text
    browser.post("/licences/look")
    assert "was made before" in browser.get("/licences").text


def test_a_criterion_that_there_is_not_is_not_found(staff: Any) -> None:
    browser = staff.client_as("ada")
    assert browser.get("/licences/service-standard/nothing").status_code == 404
    assert browser.get("/licences/none/greeting").status_code == 404


# --- what a licence does -----------------------------------------------------------------------


def test_without_a_licence_the_review_page_says_nothing_of_the_machine(
    licensed: Licensed, staff: Any
) -> None:
    call = staff.ids["bad-call"]
    browser = licensed.client_as("sam")
    page = browser.get(f"/calls/{call}").text
    finding = criterion(page, "greeting")
    assert "Decide this; what the machine says is shown afterwards" in finding
    assert "data-stands" not in finding
    assert "data-explain" not in finding
    assert 'class="machine"' not in finding
    assert "Pass</b>" not in finding
    assert "sure" not in finding
    assert "of 100" in page
    assert "yours to decide before" in page
    marks = browser.get(f"/calls/{call}/waveform.json").json["marks"]
    assert not [mark for mark in marks if mark["criterion"]]


def test_every_word_of_a_withheld_verdict_is_missing(licensed: Licensed, staff: Any) -> None:
    """The page is the same whatever the machine said: its outcome, points, reason, clips and score."""
    call = staff.ids["bad-call"]
    browser = licensed.client_as("sam")
    before = browser.get(f"/calls/{call}").text
    with engine_of(staff).begin() as connection:
        connection.exec_driver_sql(
            "update verdicts set outcome = 'pass', points = max_points, confidence = 0.123 "
            "where outcome = 'fail'"
        )
        connection.exec_driver_sql("update evidence set start_s = start_s + 0.25")
        connection.exec_driver_sql("update scorecards set score = 77.7, critical_failed = '[]'")
    assert steady(browser.get(f"/calls/{call}").text) == steady(before)


def test_what_was_decided_is_shown_with_the_draft(licensed: Licensed, staff: Any) -> None:
    call = staff.ids["bad-call"]
    browser = licensed.client_as("sam")
    page = browser.get(f"/calls/{call}").text
    answer = browser.post(
        f"/calls/{call}/review",
        data={**hidden(page), "greeting.choice": "fail", "do": "save"},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 200
    assert set(answer.json["shown"]) == {"greeting"}
    shown = answer.json["shown"]["greeting"]
    assert shown["agrees"] == "pass"
    assert "Machine" in shown["html"]
    assert GREETING in shown["html"]
    page = browser.get(f"/calls/{call}").text
    assert "data-stands" in criterion(page, "greeting")
    assert "data-stands" not in criterion(page, "farewell")
    rest = json.dumps(answer.json["shown"]) + answer.json["result"]
    assert "read me the code" not in rest


def test_a_person_decides_what_the_machine_may_not(licensed: Licensed, staff: Any) -> None:
    call = staff.ids["good-call"]
    browser = licensed.client_as("sam")
    page = browser.get(f"/calls/{call}").text
    answer = browser.post(
        f"/calls/{call}/review",
        data={**hidden(page), "leave_open": "1", "do": "submit"},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 422
    assert answer.json["lacks"] == "choice"


def test_a_criterion_that_may_be_suggested_is_shown(licensed: Licensed, staff: Any) -> None:
    licensed.allow({"greeting": ASSIST, "farewell": AUTO})
    page = licensed.client_as("sam").get(f"/calls/{staff.ids['bad-call']}").text
    assert "data-stands" in criterion(page, "greeting")
    assert "data-stands" in criterion(page, "farewell")
    assert "data-stands" not in criterion(page, "privacy")


def test_of_a_call_of_the_random_draw_everything_is_decided_unseen(
    licensed: Licensed, staff: Any
) -> None:
    call = staff.ids["bad-call"]
    licensed.allow({"greeting": ASSIST, "farewell": AUTO})
    now = datetime.now(UTC)
    with staff.open_store(writes=True) as unit:
        drawn = entry(call, TaskReason.RANDOM, at=now, due_days=7, chance=0.05)
        assert unit.tasks.add([drawn], by=None, at=now) == 1
        unit.commit()
    page = licensed.client_as("sam").get(f"/calls/{call}").text
    assert "data-stands" not in criterion(page, "greeting")
    assert "data-stands" not in criterion(page, "farewell")


def test_a_score_that_nobody_reviewed_is_provisional(licensed: Licensed, staff: Any) -> None:
    call = staff.ids["bad-call"]
    with staff.open_store() as unit:
        card = unit.calls.detail(call).scorecard
    assert card
    counted = sum(each.outcome in (Outcome.PASS, Outcome.FAIL) for each in card.verdicts)
    amy = licensed.client_as("amy")
    sentence = f"Provisional: {counted} criteria await a person."
    assert sentence in amy.get(f"/calls/{call}").text
    assert sentence in amy.get(f"/calls/{call}/feedback").text
    assert "provisional" in amy.get("/me").text
    assert "provisional" in licensed.client_as("sam").get("/").text
    assert "provisional" in licensed.client_as("sam").get("/agents").text
    assert sentence not in staff.client_as("amy").get(f"/calls/{call}").text, "licensing is off"


def test_a_download_says_which_scores_are_provisional(licensed: Licensed, staff: Any) -> None:
    table = licensed.client_as("sam").get("/calls.csv").text
    assert table.splitlines()[0].endswith(",provisional")
    assert all(line.endswith(("True", "False")) for line in table.splitlines()[1:])
    assert not staff.client_as("sam").get("/calls.csv").text.count("True")


def test_an_export_names_the_criteria_that_await_a_person(licensed: Licensed, staff: Any) -> None:
    licensed.allow({"greeting": AUTO})
    lines = scorecard_lines(staff.open_store, staff.actor("sam"), "en", licensing=True)
    awaiting = {line["call_id"]: line["awaiting"] for line in lines}
    assert "farewell" in awaiting["bad-call"]
    assert "greeting" not in awaiting["bad-call"]
    assert awaiting["silent-call"] == []
    lines = scorecard_lines(staff.open_store, staff.actor("sam"), "en")
    assert not any("awaiting" in line for line in lines)


def criterion(page: str, name: str) -> str:
    found = re.search(rf'<article [^>]*id="criterion-{name}".*?</article>', page, re.DOTALL)
    assert found
    return found[0]


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the review's form."""
    form = page[page.index('id="review"') :]
    names = ("scorecard", "base", "revision")
    found = {name: re.search(rf'name="{name}" value="([^"]*)"', form) for name in names}
    return {name: match[1] for name, match in found.items() if match}


def steady(page: str) -> str:
    """A page without what differs from one request to the next."""
    return re.sub(r'nonce="[^"]*"', "", page)

"""The pages of lessons: what was learnt, what it changes, and who decides on it."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from qa.services.calibration.steps import Draft, Terms, make_calibration
from tests.integration.learning_lab import write_rubric_without_heads
from tests.web.lesson_desk import add_lesson, change
from webapp import create_app


def decide(browser: Any, lesson: str, act: str, **form: str) -> Any:
    return browser.post(f"/learning/{lesson}/{act}", data={"revision": "1", **form})


def state(staff: Any, lesson: str) -> str:
    with staff.open_store() as unit:
        return str(unit.lessons.get(lesson).state)


def test_a_site_whose_rubric_asks_no_head_is_told_how(staff: Any) -> None:
    folder = staff.settings.home / "rubrics"
    write_rubric_without_heads(folder)
    settings = staff.settings.model_copy(update={"rubric": "plain", "rubric_dir": folder})
    plain = replace(staff, app=create_app(settings), settings=settings)
    page = plain.client_as("sam").get("/learning").text
    assert "No criterion can learn yet" in page
    assert "- head: {name: satisfaction_question}" in page


def test_the_list_shows_what_was_found_before_and_after(staff: Any) -> None:
    lesson = add_lesson(staff)
    page = staff.client_as("sam").get("/learning").text
    assert f"/learning/{lesson}" in page
    assert "Waits for a decision" in page
    assert "1 → 6" in page
    assert "0 → 6" in page


def test_a_lesson_says_what_it_learnt_what_it_did_not_and_what_changes(staff: Any) -> None:
    lesson = add_lesson(staff)
    page = staff.client_as("sam").get(f"/learning/{lesson}").text
    assert "42 calls scored since" in page
    assert "1 word for word as learnt" in page
    assert "it needs at least 17 more that do" in page
    assert page.count("您这通电话打得还划算吧？") == 3
    assert f"/calls/{staff.ids['bad-call']}#criterion-satisfaction_question" in page


def test_the_changes_are_narrowed_and_sorted_by_links(staff: Any) -> None:
    lesson = add_lesson(staff)
    browser = staff.client_as("sam")

    def shown(query: str) -> list[str]:
        page = browser.get(f"/learning/{lesson}?{query}").text
        return re.findall(r"#criterion-\w+\">([\w-]+)</a></th>", page)

    assert shown("criterion=thanks") == ["good-call"]
    assert shown("sort=call_id") == ["bad-call", "good-call", "good-call"]
    assert shown("sort=call_id&order=down") == ["good-call", "good-call", "bad-call"]
    assert shown("criterion=nothing") == []


def test_the_changes_come_page_by_page(staff: Any) -> None:
    changes = [change(staff.ids["bad-call"], "bad-call") for _ in range(51)]
    lesson = add_lesson(staff, changes)
    browser = staff.client_as("sam")
    assert "Page 1 of 2" in browser.get(f"/learning/{lesson}").text
    last = browser.get(f"/learning/{lesson}?page=2").text
    assert last.count("<q dir=") == 1
    assert len(browser.get(f"/learning/{lesson}/changes.csv").text.splitlines()) == 52


def test_the_changes_can_be_downloaded(staff: Any) -> None:
    lesson = add_lesson(staff)
    table = staff.client_as("sam").get(f"/learning/{lesson}/changes.csv?sort=call_id").text
    rows = list(csv.DictReader(io.StringIO(table.removeprefix("\ufeff"))))
    assert [row["call_id"] for row in rows] == ["bad-call", "good-call", "good-call"]
    assert rows[0]["before"] == "fail"
    assert rows[0]["after"] == "pass"
    assert rows[0]["after_points"] == "5.0"
    assert rows[0]["quote"] == "您这通电话打得还划算吧？"


def test_a_supervisor_accepts_a_lesson_and_goes_back_from_it(staff: Any) -> None:
    lesson = add_lesson(staff)
    browser = staff.client_as("sam")
    assert decide(browser, lesson, "accept", sure="1").status_code == 303
    page = browser.get(f"/learning/{lesson}").text
    assert "The lesson is in use" in page
    assert "Sam Okafor" in page
    answer = browser.post(f"/learning/{lesson}/retire", data={"revision": "2", "reason": "odd"})
    assert answer.status_code == 303
    assert state(staff, lesson) == "retired"
    assert "Take it up again" in browser.get(f"/learning/{lesson}").text


def test_accepting_takes_having_looked(staff: Any) -> None:
    lesson = add_lesson(staff)
    answer = decide(staff.client_as("sam"), lesson, "accept")
    assert answer.status_code == 422
    assert "Confirm that you have looked" in answer.text
    assert state(staff, lesson) == "candidate"


def test_the_second_of_two_who_accept_is_told(staff: Any) -> None:
    lesson = add_lesson(staff)
    assert decide(staff.client_as("sam"), lesson, "accept", sure="1").status_code == 303
    answer = decide(staff.client_as("ada"), lesson, "accept", sure="1")
    assert answer.status_code == 409
    assert "Nothing was changed" in answer.text


def test_another_lesson_takes_the_place_of_the_one_in_use(staff: Any) -> None:
    browser = staff.client_as("sam")
    first = add_lesson(staff)
    decide(browser, first, "accept", sure="1")
    second = add_lesson(staff)
    assert "is retired by it" in browser.get(f"/learning/{second}").text
    decide(browser, second, "accept", sure="1")
    assert (state(staff, first), state(staff, second)) == ("retired", "in_use")
    assert (
        browser.post(f"/learning/{first}/accept", data={"revision": "3", "sure": "1"}).status_code
        == 303
    )
    assert (state(staff, first), state(staff, second)) == ("in_use", "retired")


def test_a_candidate_made_upon_other_heads_cannot_be_accepted(staff: Any) -> None:
    first, second = add_lesson(staff), add_lesson(staff)
    browser = staff.client_as("sam")
    decide(browser, first, "accept", sure="1")
    page = browser.get(f"/learning/{second}").text
    assert "Other heads came into use since this lesson was made" in page
    assert 'name="sure"' not in page
    assert decide(browser, second, "accept", sure="1").status_code == 409
    assert (state(staff, first), state(staff, second)) == ("in_use", "candidate")
    chinese = staff.client_as("sun").get(f"/learning/{second}").text
    assert "正在使用的模型已经换过" in chinese


def test_a_rejection_needs_a_reason_and_is_for_good(staff: Any) -> None:
    lesson = add_lesson(staff)
    browser = staff.client_as("sam")
    answer = decide(browser, lesson, "reject", reason=" ")
    assert answer.status_code == 422
    assert "Say why it is rejected" in answer.text
    too_long = "so " * 400
    answer = decide(browser, lesson, "reject", reason=too_long)
    assert answer.status_code == 422
    assert too_long.strip() in answer.text, "what was typed stays"
    assert decide(browser, lesson, "reject", reason="Too many passes.").status_code == 303
    page = browser.get(f"/learning/{lesson}").text
    assert "Too many passes." in page
    assert 'name="sure"' not in page
    answer = browser.post(f"/learning/{lesson}/accept", data={"revision": "2", "sure": "1"})
    assert answer.status_code == 409


def test_heads_of_another_encoder_are_not_used_and_the_page_says_so(staff: Any) -> None:
    lesson = add_lesson(staff, encoder="bge-small@1")
    browser = staff.client_as("sam")
    page = browser.get(f"/learning/{lesson}").text
    assert "belong to the encoder bge-small@1" in page
    assert 'name="sure"' not in page
    assert decide(browser, lesson, "accept", sure="1").status_code == 409


@pytest.mark.parametrize("login", ["amy", "otto"])
def test_who_does_not_calibrate_sees_nothing(staff: Any, login: str) -> None:
    lesson = add_lesson(staff)
    browser = staff.client_as(login)
    assert browser.get("/learning").status_code == 403
    assert browser.get(f"/learning/{lesson}").status_code == 403
    assert decide(browser, lesson, "accept", sure="1").status_code == 403


def test_a_lesson_that_there_is_not_is_not_found(staff: Any) -> None:
    assert staff.client_as("ada").get("/learning/nothing").status_code == 404


def test_a_rater_does_not_come_across_a_call_that_they_rate_blind(staff: Any) -> None:
    lesson = add_lesson(staff)
    terms = Terms("Blind", "", datetime.now(UTC) + timedelta(days=7))
    draft = Draft(terms, [staff.ids["good-call"]], [staff.users["sam"].public_id])
    clock = staff.app.extensions["callqa"].clock
    make_calibration(staff.open_store, clock, staff.actor("sun"), draft)
    page = staff.client_as("sam").get(f"/learning/{lesson}").text
    assert page.count("您这通电话打得还划算吧？") == 1
    assert "good-call" not in page
    assert "thanks" not in page, "nor is it counted"
    assert "good-call" not in staff.client_as("sam").get(f"/learning/{lesson}/changes.csv").text
    assert "good-call" in staff.client_as("sun").get(f"/learning/{lesson}").text


def test_a_deleted_call_is_gone_from_the_changes(staff: Any) -> None:
    lesson = add_lesson(staff, [change("gone", "gone"), change(staff.ids["bad-call"], "bad-call")])
    page = staff.client_as("sam").get(f"/learning/{lesson}").text
    assert page.count("您这通电话打得还划算吧？") == 1


def test_the_pages_are_in_chinese_too(staff: Any) -> None:
    lesson = add_lesson(staff)
    browser = staff.client_as("sun")
    page = browser.get(f"/learning/{lesson}").text
    assert "会改变的结论" in page
    assert "误报" in page
    assert "Verdicts" not in page

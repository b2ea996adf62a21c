"""The page on which a call is reviewed, its saves and its submits."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from qa.domain.queue import Entry, Priority, TaskReason
from qa.domain.records import ScoredCall
from qa.domain.reviewing import TEXT_LIMIT

SCRIPT = {"Accept": "application/json"}
SETTLED = {
    "confirm_need.choice": "not_applicable",
    "confirm_need.reason": "Nothing was asked for.",
    "customer_hangs_up_first.choice": "not_measurable",
}
"""Decisions on what the machine left open in ``bad-call``."""


@pytest.fixture
def call(staff: Any) -> str:
    """Public id of a call with every outcome."""
    public_id: str = staff.ids["bad-call"]
    return public_id


def fields_of(page: str) -> dict[str, str]:
    """What a browser would send of the page's form, had nothing been touched."""
    form = re.search(r'<form id="review".*?</form>', page, re.DOTALL)
    assert form
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    chosen = re.findall(r'<input type="radio" name="([^"]+)" value="([^"]*)"[^>]*checked', form[0])
    typed = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', form[0], re.DOTALL)
    return {**hidden, **dict(chosen), **dict(typed)}


def post(
    client: FlaskClient, call: str, fields: dict[str, Any], do: str = "submit", **headers: str
) -> TestResponse:
    return client.post(f"/calls/{call}/review", data={**fields, "do": do}, headers=headers)


def article(page: str, criterion: str) -> str:
    found = re.search(rf'<article[^>]*id="criterion-{criterion}".*?</article>', page, re.DOTALL)
    assert found, criterion
    return found[0]


# --- who sees it -------------------------------------------------------------------------------


def test_a_supervisor_gets_the_form_with_the_call_and_an_agent_reads_it(
    staff: Any, call: str
) -> None:
    assert 'id="review"' in staff.client_as("sam").get(f"/calls/{call}").text
    assert 'id="review"' not in staff.client_as("amy").get(f"/calls/{call}").text


def test_nobody_without_that_role_reviews(staff: Any, call: str) -> None:
    for login in ("amy", "otto"):
        client = staff.client_as(login)
        assert client.get(f"/calls/{call}/review").status_code == 403
        assert post(client, call, {}).status_code == 403
        assert client.post(f"/calls/{call}/skip").status_code == 403


def test_a_call_without_a_score_has_no_form(staff: Any) -> None:
    client = staff.client_as("sam")
    page = client.get(f"/calls/{staff.ids['silent-call']}")
    assert page.status_code == 200
    assert 'id="review"' not in page.text


def test_every_choice_has_its_key_and_the_machines_is_marked(staff: Any, call: str) -> None:
    privacy = article(staff.client_as("sam").get(f"/calls/{call}").text, "privacy")
    offered = re.findall(r'value="([\w/]*)" data-key="(\w)"', privacy)
    assert offered == [
        ("pass", "1"),
        ("fail", "2"),
        ("not_applicable", "n"),
        ("cannot_judge", "3"),
    ]
    assert re.search(r'value="fail"[^>]*data-stands', privacy)
    assert not re.search(r'value="fail"[^>]*data-explain', privacy)
    assert re.search(r'value="pass"[^>]*data-explain', privacy)
    assert "90% sure" in privacy


# --- drafts ------------------------------------------------------------------------------------


def test_opening_begins_nothing(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    assert fields_of(client.get(f"/calls/{call}").text)["revision"] == "0"
    assert fields_of(client.get(f"/calls/{call}").text)["revision"] == "0"


def test_a_draft_is_saved_half_done_and_comes_back(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    typed = {"privacy.choice": "pass", "greeting.note": "Nice <b>voice</b>", "note": "Later."}
    fields = {**fields_of(client.get(f"/calls/{call}").text), **typed}
    answer = post(client, call, fields, "save", **SCRIPT)
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["revision"] == 1
    assert "Score with your draft" in answer.json["result"]
    assert "Critical criterion failed" not in answer.json["result"]
    page = client.get(f"/calls/{call}").text
    kept = fields_of(page)
    assert kept["revision"] == "1"
    assert kept["privacy.choice"] == "pass"
    assert kept["greeting.note"] == "Nice &lt;b&gt;voice&lt;/b&gt;"
    assert kept["note"] == "Later."


def test_a_form_without_a_script_saves_too(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    fields = {**fields_of(client.get(f"/calls/{call}").text), "note": "By hand."}
    answer = post(client, call, fields, "save")
    assert answer.status_code == 303
    page = client.get(answer.location).text
    assert "Draft saved." in page
    assert fields_of(page)["note"] == "By hand."


def test_added_evidence_comes_back_with_a_box_to_take_it_out(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    clip = '{"start_s": 6.2, "end_s": 7.5, "speaker": "agent", "quote": "One moment."}'
    fields = {**fields_of(client.get(f"/calls/{call}").text), "hold_notice.evidence": clip}
    fields["privacy.evidence"] = clip
    del fields["hold_notice.evidence"]
    assert post(client, call, fields, "save", **SCRIPT).status_code == 200
    privacy = article(client.get(f"/calls/{call}").text, "privacy")
    added = privacy[privacy.index('class="evidence added"') :]
    assert "One moment." in added
    assert re.search(r'type="checkbox" name="privacy.evidence" value="[^"]+" checked', added)


def test_a_clip_that_nobody_says_is_refused_at_its_criterion(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    clip = '{"start_s": 900, "end_s": 901, "speaker": "agent", "quote": ""}'
    fields = {**fields_of(client.get(f"/calls/{call}").text), "privacy.evidence": clip}
    answer = post(client, call, fields, "save", **SCRIPT)
    assert answer.status_code == 422
    assert answer.json is not None
    assert "not inside the call" in answer.json["faults"]["privacy.evidence"]


def test_a_text_over_its_limit_stays_on_the_page_with_what_is_wrong(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    long = "长" * (TEXT_LIMIT + 1)
    fields = {**fields_of(client.get(f"/calls/{call}").text), "note": long}
    page = post(client, call, fields)
    assert page.status_code == 422
    assert long in page.text
    assert f"At most {TEXT_LIMIT} characters; this has {TEXT_LIMIT + 1}" in page.text
    assert fields_of(client.get(f"/calls/{call}").text)["revision"] == "0"


def test_a_note_of_one_megabyte_is_answered_as_one_that_is_too_long(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    fields = fields_of(client.get(f"/calls/{call}").text) | {"privacy.note": "x" * 1_000_000}
    answer = post(client, call, fields, "save", **SCRIPT)
    assert answer.status_code == 422
    assert answer.json is not None
    assert list(answer.json["faults"]) == ["privacy.note"]


def test_a_draft_can_be_given_up(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    fields = fields_of(client.get(f"/calls/{call}").text) | {"note": "No."}
    post(client, call, fields, "save", **SCRIPT)
    answer = post(client, call, {"revision": "1"}, "discard")
    assert answer.status_code == 303
    assert fields_of(client.get(f"/calls/{call}").text)["note"] == ""


# --- submitting --------------------------------------------------------------------------------


def test_what_the_machine_left_open_must_be_decided(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    fields = fields_of(client.get(f"/calls/{call}").text) | {"note": "Kept."}
    answer = post(client, call, fields, **SCRIPT)
    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["faults"] == {
        "confirm_need.choice": "Decide this, or leave it open on purpose"
    }
    # What was typed is a draft now.
    assert answer.json["revision"] == 1
    page = post(client, call, {**fields, "revision": "1"})
    assert page.status_code == 422
    assert "Decide this, or leave it open on purpose" in article(page.text, "confirm_need")
    assert fields_of(page.text)["note"] == "Kept."


def test_a_change_needs_its_reason(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    fields = fields_of(client.get(f"/calls/{call}").text) | SETTLED | {"privacy.choice": "pass"}
    page = post(client, call, fields)
    assert page.status_code == 422
    privacy = article(page.text, "privacy")
    assert "say why" in privacy
    assert 'aria-invalid="true"' in privacy
    assert re.search(r'value="pass"[^>]*checked', privacy)


def review(client: FlaskClient, call: str, **fields: str) -> TestResponse:
    """Submit a review of ``bad-call``."""
    sent = fields_of(client.get(f"/calls/{call}/review").text) | SETTLED | fields
    return post(client, call, sent, **SCRIPT)


def test_a_submitted_review_counts_and_the_machines_verdict_stays_beside_it(
    staff: Any, call: str
) -> None:
    client = staff.client_as("sam")
    answer = review(
        client,
        call,
        **{
            "privacy.choice": "pass",
            "privacy.reason": "A test call; no code.",
            "note": "Well done",
        },
    )
    assert answer.status_code == 200
    page = client.get(f"/calls/{call}").text
    assert "Critical criterion failed" not in page
    assert "Reviewed by Sam Okafor" in page
    privacy = article(page, "privacy")
    assert "A test call; no code." in privacy
    assert re.search(r'class="word pass">Pass</b>.*Sam Okafor', privacy)
    assert re.search(r'class="source">Machine</span> <b class="word fail">Fail', privacy)
    assert "Well done" in page
    machine = re.search(r'class="machine-score">Machine <b>([\d.]+)</b>', page)
    total = re.search(r'class="total">\s*<b>([\d.]+)</b>', page)
    assert machine
    assert total
    assert float(machine[1]) < float(total[1])
    # The form is behind a link now, and the list shows what counts.
    assert 'id="review"' not in page
    assert f'href="/calls/{call}/review"' in page
    listed = client.get("/?q=bad-call").text
    assert f'<span class="figure">{total[1]}</span>' in listed
    assert "reviewed" in listed
    assert "Protects" not in re.sub(r"<option.*?</option>", "", listed)


def test_the_agent_reads_what_counts_and_no_draft(staff: Any, call: str) -> None:
    sam, sun, amy = (staff.client_as(login) for login in ("sam", "sun", "amy"))
    review(sam, call, **{"privacy.choice": "pass", "privacy.reason": "A test call; no code."})
    fields = fields_of(sun.get(f"/calls/{call}/review").text)
    post(sun, call, fields | {"privacy.note": "Not for her eyes"}, "save", **SCRIPT)
    page = amy.get(f"/calls/{call}").text
    assert "A test call; no code." in page
    assert "Not for her eyes" not in page
    assert "has been reviewing" not in page


def test_reviews_are_listed_with_who_when_and_on_what(staff: Any, call: str) -> None:
    sam = staff.client_as("sam")
    review(sam, call, **{"privacy.choice": "pass", "privacy.reason": "A test call."})
    review(
        staff.client_as("sun"), call, **{"privacy.choice": "fail", "privacy.reason": "It was real."}
    )
    page = sam.get(f"/calls/{call}").text
    history = re.search(r'<section class="history".*?</section>', page, re.DOTALL)
    assert history
    assert re.findall(r"<summary>\s*<b>(.*?)</b>", history[0]) == ["孙悦", "Sam Okafor"]
    assert history[0].count("Counts") == 1
    assert "A test call." in history[0]
    assert "On service-standard" in history[0]


def test_a_double_submit_changes_nothing_the_second_time(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    fields = fields_of(client.get(f"/calls/{call}").text) | SETTLED
    assert post(client, call, fields, **SCRIPT).status_code == 200
    assert post(client, call, fields, **SCRIPT).status_code == 200
    history = client.get(f"/calls/{call}").text.split('<section class="history"')[1]
    assert history.split("</section>")[0].count("<summary>") == 1


def test_without_a_next_call_a_submit_leads_to_a_page_that_says_so(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    fields = fields_of(client.get(f"/calls/{call}").text) | SETTLED
    answer = post(client, call, fields)
    assert answer.status_code == 303
    assert "your queue is empty" in client.get(answer.location).text


# --- two people, two windows -------------------------------------------------------------------


def test_the_second_reviewer_is_told_who_and_since_when(staff: Any, call: str) -> None:
    sam = staff.client_as("sam")
    post(sam, call, fields_of(sam.get(f"/calls/{call}").text) | {"note": "x"}, "save", **SCRIPT)
    page = staff.client_as("sun").get(f"/calls/{call}?lang=en").text
    assert re.search(r"Sam Okafor has been reviewing this call since \d{4}-\d\d-\d\d", page)
    assert "has been reviewing" not in sam.get(f"/calls/{call}").text
    # Who was there first learns of the second one with their next save.
    sun = staff.client_as("sun")
    post(sun, call, fields_of(sun.get(f"/calls/{call}").text) | {"note": "y"}, "save", **SCRIPT)
    fields = fields_of(sam.get(f"/calls/{call}").text) | {"note": "z"}
    answer = post(sam, call, fields, "save", **SCRIPT)
    assert answer.json is not None
    assert "孙悦 has been reviewing this call since" in answer.json["presence"]


def test_whoever_submits_second_is_told_and_nothing_is_overwritten(staff: Any, call: str) -> None:
    sam, sun = staff.client_as("sam"), staff.client_as("sun")
    mine = fields_of(sun.get(f"/calls/{call}").text) | SETTLED | {"note": "Mine"}
    review(sam, call, **{"privacy.choice": "pass", "privacy.reason": "<i>A test call</i>"})
    answer = sun.post(
        f"/calls/{call}/review?lang=en", data={**mine, "do": "submit"}, headers=SCRIPT
    )
    assert answer.status_code == 409
    assert answer.json is not None
    told = answer.json["told"]
    assert "Sam Okafor submitted a review of this call while you had it open" in told
    assert "Protects the customer" in told
    assert "&lt;i&gt;A test call&lt;/i&gt;" in told
    # The draft is kept; going on from what counts now submits it.
    base = re.search(r'data-do="go-on" data-revision="(\d+)" data-base="([^"]+)"', told)
    assert base
    on_top = mine | {"revision": base[1], "base": base[2]}
    assert post(sun, call, on_top, **SCRIPT).status_code == 200


def test_a_stale_page_without_a_script_keeps_what_was_typed(staff: Any, call: str) -> None:
    sam, sun = staff.client_as("sam"), staff.client_as("sun")
    mine = fields_of(sun.get(f"/calls/{call}").text) | SETTLED | {"note": "Mine"}
    review(sam, call)
    page = sun.post(f"/calls/{call}/review?lang=en", data={**mine, "do": "submit"})
    assert page.status_code == 409
    assert "while you had it open" in page.text
    again = fields_of(page.text)
    assert again["note"] == "Mine"
    assert again["confirm_need.choice"] == "not_applicable"
    # The page that says so was made from what counts now: sent again, it goes through.
    assert post(sun, call, again).status_code == 303


def test_another_window_of_the_same_person_overwrites_nothing(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    page = fields_of(client.get(f"/calls/{call}").text)
    post(client, call, page | {"greeting.choice": "fail", "note": "First"}, "save", **SCRIPT)
    answer = post(client, call, page | {"note": "Second"}, "save", **SCRIPT)
    assert answer.status_code == 409
    assert answer.json is not None
    assert "in another window" in answer.json["told"]
    assert "Greets the customer" in answer.json["told"]
    assert fields_of(client.get(f"/calls/{call}").text)["note"] == "First"


def test_a_call_that_was_scored_anew_says_so_and_brings_the_draft_along(
    staff: Any, call: str
) -> None:
    client = staff.client_as("sam")
    mine = fields_of(client.get(f"/calls/{call}").text) | SETTLED | {"note": "Mine"}
    now = datetime.now(UTC)
    with staff.open_store(writes=True) as unit:
        was = unit.calls.detail(call)
        anew = ScoredCall(was.record, was.recording, was.hearing, was.scorecard, "another print")
        assert unit.calls.add_scored(anew, run_id=unit.runs.begin(now), at=now)
        unit.commit()
    answer = post(client, call, mine, **SCRIPT)
    assert answer.status_code == 409
    assert answer.json is not None
    assert "scored anew while you had it open" in answer.json["told"]
    assert "Load the new scorecard" in answer.json["told"]
    page = client.get(f"/calls/{call}").text
    kept = fields_of(page)
    assert kept["note"] == "Mine"
    assert kept["confirm_need.reason"] == "Nothing was asked for."
    assert kept["scorecard"] != mine["scorecard"]
    assert post(client, call, kept, **SCRIPT).status_code == 200


def test_a_call_that_is_gone_is_answered_as_such(staff: Any) -> None:
    client = staff.client_as("sam")
    assert post(client, "nothing", {"revision": "0"}, "save", **SCRIPT).status_code == 404


def test_a_login_that_ended_is_answered_for_a_script_to_see(staff: Any, call: str) -> None:
    answer = staff.stranger(HTTP_SEC_FETCH_DEST="empty").post(
        f"/calls/{call}/review", data={"do": "save"}, headers=SCRIPT
    )
    assert answer.status_code == 401


# --- the queue ---------------------------------------------------------------------------------


def queue_up(staff: Any, *calls: str) -> None:
    """Put calls into the queue, the first one most pressing."""
    now = datetime.now(UTC)
    with staff.open_store(writes=True) as unit:
        for place, call in enumerate(calls):
            due = now + timedelta(hours=place + 1)
            entry = Entry(staff.ids[call], TaskReason.HAND, Priority.HIGH, due)
            assert unit.tasks.add([entry], by=None, at=now) == 1
        unit.commit()


def test_a_submitted_review_leads_to_the_next_call_of_the_queue(staff: Any, call: str) -> None:
    queue_up(staff, "bad-call", "good-call")
    client = staff.client_as("sam")
    fields = fields_of(client.get(f"/calls/{call}").text) | SETTLED
    answer = post(client, call, fields, **SCRIPT)
    assert answer.json == {"next": f"/calls/{staff.ids['good-call']}"}
    page = client.get(answer.json["next"]).text
    assert "here is the next call" in page
    # Its task is theirs now, and somebody else is told.
    other = staff.client_as("ada").get(f"/calls/{staff.ids['good-call']}").text
    assert "Sam Okafor has taken this call to review." in other


def test_a_skipped_call_does_not_come_back_as_the_next_one(staff: Any, call: str) -> None:
    queue_up(staff, "bad-call", "good-call")
    client = staff.client_as("sam")
    answer = client.post(f"/calls/{call}/skip")
    assert answer.location == f"/calls/{staff.ids['good-call']}"
    answer = client.post(f"/calls/{staff.ids['good-call']}/skip")
    assert "Nothing is left for you" in client.get(answer.location).text
    # Somebody else gets it.
    answer = staff.client_as("ada").post(f"/calls/{staff.ids['mono-call']}/skip")
    assert answer.location == f"/calls/{call}"


def test_a_skipped_call_without_a_task_leads_on_all_the_same(staff: Any, call: str) -> None:
    answer = staff.client_as("sam").post(f"/calls/{call}/skip")
    assert answer.status_code == 303


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_is_worded_in_both_languages(
    client_as: Callable[..., FlaskClient], staff: Any, language: str
) -> None:
    page = client_as("sam").get(f"/calls/{staff.ids['bad-call']}?lang={language}").text
    submit = {"zh": "提交", "en": "Submit"}[language]
    assert re.search(rf'value="submit">{submit}', page)

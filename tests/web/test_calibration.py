"""Calibration in the app: a session is begun, rated blind, laid open side by side, and settled."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from sqlalchemy import Engine, event

from qa.domain.sampling import SamplingPlan
from qa.ports.sampling import DrawnQuery
from qa.services import sampling
from tests.web.calibration_desk import (
    RATERS,
    begun,
    entries,
    rate,
    revealed,
    soon,
    terms,
    words,
)

SCRIPT = {"Accept": "application/json"}
OF_THE_MACHINE = ("data-stands", 'class="machine"', "The machine is", "machine-score", "searched")
"""What a page that shows the machine's verdicts is made of."""


def rows(answer: Any) -> list[dict[str, str]]:
    """A downloaded table."""
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def article(page: str, criterion: str) -> str:
    """The part of a page that is of one criterion."""
    found = re.search(rf'<article[^>]*id="criterion-{criterion}".*?</article>', page, re.DOTALL)
    assert found, criterion
    return found[0]


# --- beginning ---------------------------------------------------------------------------------


def test_calls_are_found_without_a_word_on_how_they_were_scored(staff: Any) -> None:
    page = staff.client_as("sam").get("/calibration/new").text
    assert "bad-call" in page
    assert "silent-call" not in page  # it has no score, so there is nothing to compare with
    assert "50" not in words(page)
    assert not any(mark in page for mark in OF_THE_MACHINE)


def test_a_search_keeps_what_was_typed_and_chosen(staff: Any) -> None:
    sent = terms(staff, do="search", q="mono", title="Zürich ", call=[staff.ids["good-call"]])
    page = staff.client_as("sam").post("/calibration/new", data=sent).text
    assert 'value="Zürich "' in page
    assert re.search(rf'value="{staff.ids["good-call"]}" checked', page)
    assert re.search(rf'value="{staff.ids["mono-call"]}">', page)
    assert staff.ids["bad-call"] not in page
    assert page.count('name="rater"') == len(RATERS)
    assert len(re.findall(r'name="rater" value="[^"]+" checked', page)) == len(RATERS)
    assert staff.client_as("sam").get("/calibration/sessions.csv").text.count("\n") == 1


def test_an_address_may_bring_calls_along(staff: Any) -> None:
    page = staff.client_as("sam").get(f"/calibration/new?call={staff.ids['bad-call']}").text
    assert re.search(rf'value="{staff.ids["bad-call"]}" checked', page)


def test_calls_are_chosen_from_a_draw_that_was_accepted(staff: Any) -> None:
    clock = staff.app.extensions["callqa"].clock
    plan = sampling.Rules(SamplingPlan(floor=1), period_days=3_650)
    drawn = sampling.keep(staff.open_store, clock, staff.actor("sun"), plan)
    client = staff.client_as("sam")
    assert 'name="draw"' not in client.get(f"/calibration/new?draw={drawn}").text
    sampling.accept(staff.open_store, clock, staff.actor("sun"), drawn or "")
    assert f"/calibration/new?draw={drawn}" in client.get(f"/sampling/{drawn}").text
    page = client.get(f"/calibration/new?draw={drawn}").text
    assert re.search(rf'value="{drawn}" selected', page)
    with staff.open_store() as unit:
        names = {each.call_id for each in unit.sampling.drawn(drawn, DrawnQuery())}
    assert names
    assert set(re.findall(r'<label for="call-[^"]+">([^<]+)<', page)) == names


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": "  "}, "This must be filled in"),
        ({"call": []}, "Choose at least one call"),
        ({"call": ["no-such-call"]}, "There is no call no-such-call"),
        ({"rater": []}, "Invite at least one rater"),
        ({"rater": ["nobody"]}, "Choose one of the list"),
        ({"due": "2020-01-01"}, "This is over already"),
        ({"due": "soon"}, "date"),
        ({"note": "x" * 5_001}, "5000"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_is_lost(
    staff: Any, changes: dict[str, Any], sentence: str
) -> None:
    client = staff.client_as("sam")
    answer = client.post("/calibration/new", data=terms(staff, **changes))
    assert answer.status_code == 422
    assert sentence.lower() in words(answer.text).lower()
    kept = "Privacy checks" if "title" not in changes else soon()
    assert f'value="{kept}"' in answer.text
    assert rows(client.get("/calibration/sessions.csv")) == []


def test_a_form_sent_twice_begins_one_session(staff: Any) -> None:
    assert begun(staff) == begun(staff)
    assert len(rows(staff.client_as("sam").get("/calibration/sessions.csv"))) == 1


def test_the_list_says_what_waits_for_whom_and_sorts_and_narrows(staff: Any) -> None:
    begun(staff, title="Second", rater=[staff.users["ada"].public_id])
    begun(staff, title="First")
    page = words(staff.client_as("sam").get("/calibration").text)
    waiting = page.partition("Waiting for you")[2].partition("State")[0]
    assert "First" in waiting
    assert "Second" not in waiting
    client = staff.client_as("ada")
    titles = [
        row["title"] for row in rows(client.get("/calibration/sessions.csv?sort=title&order=up"))
    ]
    assert titles == ["First", "Second"]
    assert "No such session" in client.get("/calibration?state=closed").text
    assert client.get("/calibration?page=99&sort=nonsense").status_code == 200


# --- rating ------------------------------------------------------------------------------------


def test_the_rating_page_asks_everything_and_shows_nothing_of_the_machine(staff: Any) -> None:
    session = begun(staff)
    page = staff.client_as("sam").get(f"{session}/calls/1").text
    assert not any(mark in page for mark in OF_THE_MACHINE)
    assert "sure" not in words(article(page, "privacy"))
    offered = re.findall(r'value="([\w/]+)" data-key="(\w)"', article(page, "privacy"))
    assert offered == [
        ("pass", "1"),
        ("fail", "2"),
        ("not_applicable", "n"),
        ("cannot_judge", "3"),
    ]
    assert re.search(r'value="fail"[^>]*data-explain', article(page, "privacy"))
    assert not re.search(r'value="pass"[^>]*data-explain', article(page, "privacy"))
    assert "Cannot judge" in words(article(page, "privacy"))
    assert "Scored with" not in page
    assert "dead_air" not in page
    assert "Thanks for watching" not in page


def test_the_waveform_of_a_call_to_rate_has_no_marks_of_the_machine(staff: Any) -> None:
    session = begun(staff)
    drawn = staff.client_as("sam").get(f"{session}/calls/1/waveform.json").json
    assert drawn["peaks"]
    assert {mark["kind"] for mark in drawn["marks"]} <= {"silence"}
    assert all(mark["criterion"] is None for mark in drawn["marks"])


def test_the_recording_is_for_the_raters_page(staff: Any) -> None:
    session = begun(staff)
    client = staff.client_as("sam")
    part = client.get(f"{session}/calls/1/audio", headers={"Range": "bytes=0-99"})
    assert part.status_code == 206
    part.close()
    assert client.get(f"/calls/{staff.ids['bad-call']}/audio").status_code == 404


def test_a_draft_is_kept_and_shown_again_to_its_writer_alone(staff: Any) -> None:
    session = begun(staff)
    place, client = f"{session}/calls/1", staff.client_as("sam")
    sent = {
        "do": "save",
        "revision": "0",
        "privacy.choice": "fail",
        "privacy.reason": "念了号码 <b>",
    }
    answer = client.post(place, data=sent, headers=SCRIPT)
    assert answer.json["revision"] == 1
    assert "念了号码 &lt;b&gt;" in client.get(place).text
    assert "念了号码" not in staff.client_as("sun").get(place).text
    assert "念了号码" not in staff.client_as("sun").get(session).text


def test_a_submit_that_leaves_something_out_keeps_the_draft_and_says_where(staff: Any) -> None:
    session = begun(staff)
    place, client = f"{session}/calls/1", staff.client_as("sam")
    sent = {"do": "submit", "revision": "0", "privacy.choice": "fail"}
    answer = client.post(place, data=sent, headers=SCRIPT)
    assert answer.status_code == 422
    assert answer.json["lacks"] == "choice"
    assert answer.json["revision"] == 1
    plain = client.post(place, data={**sent, "revision": "1"})
    assert plain.status_code == 422
    assert "choose “cannot judge”" in words(plain.text)
    assert re.search(r'value="fail"[^>]* checked', article(plain.text, "privacy"))


def test_a_stale_window_overwrites_nothing(staff: Any) -> None:
    session = begun(staff)
    place, client = f"{session}/calls/1", staff.client_as("sam")
    client.post(place, data={"do": "save", "revision": "0", "privacy.choice": "fail"})
    late = {"do": "save", "revision": "0", "privacy.choice": "pass", "privacy.note": "typed here"}
    answer = client.post(place, data=late, headers=SCRIPT)
    assert answer.status_code == 409
    assert 'data-revision="1"' in answer.json["told"]
    plain = client.post(place, data=late)
    assert plain.status_code == 409
    assert "typed here" in plain.text
    assert re.search(r'value="fail"[^>]* checked', article(client.get(place).text, "privacy"))


def test_a_submitted_call_is_shown_as_it_was_left_and_leads_to_the_next(staff: Any) -> None:
    session = begun(staff)
    client = staff.client_as("sam")
    answer = rate(client, session, 1, ("privacy",))
    assert answer.headers["Location"] == f"{session}/calls/2"
    own = client.get(f"{session}/calls/1").text
    assert 'id="review"' not in own
    assert "没有说 &lt;i&gt;" in own
    assert client.get(f"{session}/next").headers["Location"] == f"{session}/calls/2"
    again = client.post(f"{session}/calls/1", data={"do": "save", "revision": "1"}, headers=SCRIPT)
    assert again.status_code == 409
    assert rate(client, session, 2).headers["Location"] == session
    assert client.get(f"{session}/next").headers["Location"] == session


def test_skipping_goes_on_and_comes_round(staff: Any) -> None:
    session = begun(staff)
    client = staff.client_as("sam")
    assert client.get(f"{session}/next?after=1").headers["Location"] == f"{session}/calls/2"
    assert client.get(f"{session}/next?after=2").headers["Location"] == f"{session}/calls/1"


def test_who_is_no_rater_is_told_so_and_sees_no_rating(staff: Any) -> None:
    session = begun(staff, rater=[staff.users["sam"].public_id])
    client = staff.client_as("sun")
    answer = client.get(f"{session}/calls/1")
    assert answer.status_code == 409
    assert "评分尚未揭晓" in words(answer.text)
    sent = client.post(f"{session}/calls/1", data={"do": "save", "revision": "0"})
    assert sent.status_code == 409
    assert client.get(f"{session}/calls/9").status_code == 404
    assert client.get(f"{session}/verdicts.csv").headers["Location"] == session


def test_no_agent_gets_anywhere_near(staff: Any) -> None:
    session = begun(staff)
    for login in ("amy", "otto"):
        client = staff.client_as(login)
        for path in ("/calibration", session, f"{session}/calls/1", "/calibration/clarifications"):
            assert client.get(path).status_code == 403
        assert "/calibration" not in client.get("/account").text


# --- how far it is -----------------------------------------------------------------------------


def test_progress_is_numbers_alone(staff: Any) -> None:
    session = begun(staff)
    rate(staff.client_as("sam"), session, 1, ("privacy",))
    page = staff.client_as("sun").get(session).text
    said = words(page)
    assert "Sam Okafor 1 / 2" in said
    assert "5 ratings are missing" in said or "还缺 5 份评分" in said
    assert "没有说" not in page
    assert "Fail" not in said


def test_terms_change_and_a_stale_form_says_what_stands(staff: Any) -> None:
    session = begun(staff)
    client = staff.client_as("ada")  # an admin steers every session
    fields = {"title": "Other title", "note": "", "due": soon(9), "revision": "0"}
    revision = re.search(r'name="revision" value="(\d+)"', client.get(session).text)
    assert revision
    assert (
        client.post(f"{session}/edit", data={**fields, "revision": revision[1]}).status_code == 303
    )
    late = client.post(f"{session}/edit", data={**fields, "title": "Mine", "revision": revision[1]})
    assert late.status_code == 409
    assert 'value="Mine"' in late.text
    assert "Other title" in words(late.text)
    empty = client.post(f"{session}/edit", data={**fields, "title": ""})
    assert empty.status_code == 422
    assert staff.client_as("sam").post(f"{session}/edit", data=fields).status_code == 403


def test_raters_are_invited_taken_off_and_leave(staff: Any) -> None:
    session = begun(staff, rater=[staff.users["sam"].public_id])
    owner, ada = staff.client_as("sun"), staff.users["ada"].public_id
    assert owner.post(f"{session}/raters", data={"rater": [ada]}).status_code == 303
    assert owner.post(f"{session}/raters", data={}).status_code == 422
    assert owner.post(f"{session}/leave", data={"rater": ada}).status_code == 303
    refused = owner.post(f"{session}/raters", data={"rater": [ada]})
    assert refused.status_code == 422
    assert staff.client_as("sam").post(f"{session}/leave").status_code == 303
    gone = staff.client_as("sam").get(f"{session}/calls/1")
    assert gone.status_code == 409
    assert "You have left this session" in gone.text


def test_what_nobody_rated_is_called_off_and_not_laid_open(staff: Any) -> None:
    session = begun(staff)
    owner = staff.client_as("sun")
    assert owner.post(f"{session}/reveal").status_code == 409
    assert staff.client_as("sam").post(f"{session}/close").status_code == 403
    assert owner.post(f"{session}/close").status_code == 303
    assert owner.get(session).status_code == 200
    assert staff.client_as("sam").get(f"/calls/{staff.ids['bad-call']}").status_code == 200


def test_what_was_rated_is_laid_open_before_it_is_closed(staff: Any) -> None:
    session = begun(staff)
    rate(staff.client_as("sam"), session, 1)
    owner = staff.client_as("sun")
    assert owner.post(f"{session}/close").status_code == 409
    assert owner.post(f"{session}/reveal").status_code == 303
    assert rate_refused(staff.client_as("ada"), session)
    assert owner.post(f"{session}/close").status_code == 303
    assert owner.post(f"{session}/close").status_code == 303


def rate_refused(client: Any, session: str) -> bool:
    """Whether a rating comes too late."""
    sent = client.post(f"{session}/calls/2", data={"do": "save", "revision": "0"}, headers=SCRIPT)
    return bool(sent.status_code == 409 and sent.json["told"])


# --- laid open ---------------------------------------------------------------------------------


def test_the_last_rating_lays_all_open_with_divergence_first(staff: Any) -> None:
    session = revealed(staff)
    page = staff.client_as("sam").get(session).text
    said = words(page)
    assert "2 of 3 pairs differ" in said
    assert said.index("Says goodbye") < said.index("Protects the customer's secrets")
    assert "criteria of which everybody said the same" in said
    shown = staff.client_as("sam").get(f"{session}/calls/1").text
    first = re.findall(r'data-criterion="(\w+)"', shown)[0]
    assert first == "farewell"
    farewell = words(article(shown, "farewell"))
    assert "没有说 <i>" in farewell
    assert "Machine Fail" in farewell
    assert "2 people said so" in words(
        article(staff.client_as("sun").get(f"{session}/calls/1?lang=en").text, "farewell")
    )


@pytest.mark.parametrize("order", ["divergence", "call", "criterion", "nonsense"])
def test_the_comparison_is_sorted_by_its_headings(staff: Any, order: str) -> None:
    session = revealed(staff)
    page = staff.client_as("sam").get(f"{session}?sort={order}").text
    sorted_by = re.findall(r'aria-sort="(\w+)"', page)
    assert sorted_by
    assert set(sorted_by) == {"ascending" if order in ("call", "criterion") else "descending"}


def test_everything_that_was_said_is_a_table_to_download(staff: Any) -> None:
    session = revealed(staff)
    found = rows(staff.client_as("sam").get(f"{session}/verdicts.csv"))
    of_farewell = [row for row in found if row["criterion"] == "farewell" and row["call"] == "1"]
    assert [(row["by"], row["verdict"]) for row in of_farewell] == [
        ("machine", "fail"),
        ("rater", "pass"),
        ("rater", "fail"),
        ("rater", "pass"),
    ]
    assert {row["criterion_title"] for row in of_farewell} == {"Says goodbye"}


def test_what_is_agreed_needs_a_choice_and_a_reason(staff: Any) -> None:
    session = revealed(staff)
    place, owner = f"{session}/calls/1/agreed", staff.client_as("sun")
    sent = {"criterion": "farewell", "choice": "pass", "reason": "", "revision": "0"}
    refused = owner.post(place, data=sent)
    assert refused.status_code == 422
    assert 'id="farewell.reason-fault"' in refused.text
    undecided = owner.post(place, data={**sent, "choice": "", "reason": "听到了 <b>"})
    assert undecided.status_code == 422
    assert "听到了 &lt;b&gt;" in undecided.text
    entered = owner.post(place, data={**sent, "reason": "听到了 <b>"})
    assert entered.headers["Location"] == f"{session}/calls/1#criterion-farewell"
    shown = article(staff.client_as("sam").get(f"{session}/calls/1").text, "farewell")
    assert "听到了 &lt;b&gt;" in shown
    assert "Agreed Pass 孙悦" in words(shown)
    assert staff.client_as("sam").post(place, data={**sent, "reason": "No"}).status_code == 403


def test_of_two_who_enter_what_was_agreed_one_is_told(staff: Any) -> None:
    session = revealed(staff)
    place = f"{session}/calls/1/agreed"
    sent = {"criterion": "farewell", "choice": "pass", "reason": "Heard.", "revision": "0"}
    assert staff.client_as("sun").post(place, data=sent).status_code == 303
    late = staff.client_as("ada").post(place, data={**sent, "choice": "fail", "reason": "No <b>"})
    assert late.status_code == 409
    assert "No &lt;b&gt;" in late.text
    assert "Heard." in late.text
    assert 'name="revision" value="1"' in article(late.text, "farewell")


def test_a_clarification_reaches_whoever_scores_until_it_is_taken_back(staff: Any) -> None:
    session = revealed(staff)
    client = staff.client_as("sam")
    sent = {"criterion": "farewell", "text": "“保重” counts as a farewell. <b>"}
    assert client.post(f"{session}/calls/1/clarifications", data=sent).status_code == 303
    escaped = "“保重” counts as a farewell. &lt;b&gt;"
    review = staff.client_as("ada").get(f"/calls/{staff.ids['bad-call']}").text
    assert escaped in article(review, "farewell")
    assert escaped not in article(review, "privacy")
    other = begun(staff, call=[staff.ids["mono-call"]], title="Next")
    assert escaped in client.get(f"{other}/calls/1").text
    listed = client.get("/calibration/clarifications").text
    assert escaped in listed
    [row] = rows(client.get("/calibration/clarifications.csv"))
    assert (row["criterion"], row["author"], row["session"]) == (
        "farewell",
        "Sam Okafor",
        "Privacy checks",
    )
    taken = re.search(r'action="(/calibration/clarifications/[\w-]+/withdraw)"', listed)
    assert taken
    assert client.post(taken[1]).status_code == 303
    assert escaped not in client.get("/calibration/clarifications").text
    assert escaped in client.get("/calibration/clarifications?withdrawn=1").text
    assert escaped not in staff.client_as("ada").get(f"/calls/{staff.ids['bad-call']}").text


def test_a_clarification_without_a_session_names_its_criterion(staff: Any) -> None:
    client = staff.client_as("sam")
    empty = client.post("/calibration/clarifications", data={"criterion": "", "text": "Typed <b>"})
    assert empty.status_code == 422
    assert "Typed &lt;b&gt;" in empty.text
    long = {"criterion": "farewell", "text": "x" * 2_001}
    assert client.post("/calibration/clarifications", data=long).status_code == 422
    sent = {"criterion": "farewell", "text": "Said softly counts."}
    assert client.post("/calibration/clarifications", data=sent).status_code == 303


def test_a_closed_session_is_read_and_no_more(staff: Any) -> None:
    session = revealed(staff)
    owner = staff.client_as("sun")
    owner.post(f"{session}/close")
    sent = {"criterion": "farewell", "choice": "pass", "reason": "Late", "revision": "0"}
    assert owner.post(f"{session}/calls/1/agreed", data=sent).status_code == 409
    assert "agreeing" not in owner.get(f"{session}/calls/1").text
    assert owner.get(session).status_code == 200


def test_one_rater_alone_is_no_comparison(staff: Any) -> None:
    session = begun(staff, rater=[staff.users["sam"].public_id])
    client = staff.client_as("sam")
    rate(client, session, 1)
    rate(client, session, 2)
    said = words(client.get(session).text)
    assert "nobody to compare" in said
    assert "too few" in said
    assert "pairs differ" not in said


def test_nothing_of_what_a_form_names_reaches_a_page_unescaped(staff: Any) -> None:
    session = begun(staff, title="<script>alert(1)</script>", note="<img src=x>")
    for path in (session, "/calibration", f"{session}/calls/1"):
        page = staff.client_as("sam").get(path).text
        assert "<script>alert(1)" not in page
        assert "<img src=x>" not in page


def test_a_rating_form_of_no_page_of_ours_is_refused(staff: Any) -> None:
    session = begun(staff)
    client = staff.client_as("sam")
    page = client.get(f"{session}/calls/1").text
    for field, value in (
        ("privacy.choice", "splendid"),
        ("privacy.evidence", json.dumps({"start_s": "x"})),
        ("unheard_of.choice", "pass"),
    ):
        sent = {**entries(page), field: value, "do": "save"}
        answer = client.post(f"{session}/calls/1", data=sent, headers=SCRIPT)
        assert answer.status_code == 422, field


# --- what a page asks of the database ----------------------------------------------------------


def statements(client: Any, address: str) -> int:
    """How many statements a page sends, logins included."""
    client.get(address)  # what is read once and kept, such as a rubric
    asked: list[str] = []

    def note(_c: Any, _u: Any, statement: str, _p: Any, _x: Any, _m: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(asked)


def test_a_larger_session_asks_no_more_often(staff: Any) -> None:
    small = begun(
        staff,
        title="Small",
        call=[staff.ids["mono-call"]],
        rater=[staff.users[login].public_id for login in ("sam", "ada")],
    )
    large = begun(staff)
    client = staff.client_as("sam")
    pages = ("", "/calls/1")
    while_open = [
        [statements(client, f"{each}{page}") for page in pages] for each in (small, large)
    ]
    for login in RATERS:
        rater = staff.client_as(login)
        for session, positions in ((small, (1,)), (large, (1, 2))):
            for position in positions:
                if session == large or login != "sun":
                    rate(rater, session, position)
    laid_open = [[statements(client, f"{each}{page}") for page in pages] for each in (small, large)]
    assert while_open[0] == while_open[1]
    assert laid_open[0] == laid_open[1]
    assert max(*while_open[0], *laid_open[0]) <= 30


def test_what_a_rater_notes_to_the_whole_call_is_read_in_the_meeting(staff: Any) -> None:
    session = begun(staff, rater=[staff.users["sam"].public_id], call=[staff.ids["bad-call"]])
    client = staff.client_as("sam")
    page = client.get(f"{session}/calls/1").text
    sent = {**entries(page), "note": "Calm to the end. <b>", "do": "submit"}
    assert client.post(f"{session}/calls/1", data=sent).status_code == 303
    assert "Calm to the end. &lt;b&gt;" in staff.client_as("ada").get(f"{session}/calls/1").text


def test_what_nobody_disputes_is_entered_at_once(staff: Any) -> None:
    session = revealed(staff)
    place, owner = f"{session}/calls/1/undisputed", staff.client_as("sun")
    assert owner.post(place, data={"reason": " "}).status_code == 422
    assert staff.client_as("sam").post(place, data={"reason": "All said so."}).status_code == 403
    assert owner.post(place, data={"reason": "All said so. <b>"}).status_code == 303
    page = staff.client_as("sam").get(f"{session}/calls/1").text
    assert "All said so. &lt;b&gt;" in article(page, "privacy")
    assert "All said so." not in article(page, "farewell")
    assert "6 of 7 criteria are settled." in words(page)
    assert owner.post(place, data={"reason": "Again."}).status_code == 303
    agreed = [row for row in rows(owner.get(f"{session}/verdicts.csv")) if row["by"] == "agreed"]
    assert {row["reason"] for row in agreed} == {"All said so. <b>"}
    owner.post(f"{session}/close")
    assert owner.post(place, data={"reason": "Late."}).status_code == 409

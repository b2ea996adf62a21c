"""Objecting to a verdict, and deciding it without knowing what was decided before."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from qa.domain.dispute import DisputeState
from qa.domain.queue import TaskState
from tests.web.dispute_desk import CLOCK, disputed, hidden, reviewed, words


def address(staff: Any, criterion: str = "farewell") -> str:
    return f"/calls/{staff.ids['bad-call']}/dispute/{criterion}"


def sent(staff: Any, reason: str = "我说了再见 <b>", criterion: str = "farewell") -> Any:
    """Amy sends the form as her browser shows it."""
    client = staff.client_as("amy")
    page = client.get(address(staff, criterion)).text
    return client.post(
        address(staff, criterion), data={"reason": reason, "seen": hidden(page, "seen")}
    )


def decided(staff: Any, public_id: str, login: str = "sam", **form: str) -> Any:
    """Somebody decides on the page as it is."""
    client = staff.client_as(login)
    with staff.open_store() as unit:
        seen = unit.calls.detail(staff.ids["bad-call"]).version
    whole = {"choice": "pass", "reason": "I hear it at 0:22.", "seen": seen, **form}
    return client.post(f"/disputes/{public_id}", data=whole)


def only(staff: Any) -> Any:
    with staff.open_store() as unit:
        return unit.answers.disputes_of(staff.ids["bad-call"])[-1]


# --- raising -----------------------------------------------------------------------------------


def test_an_agent_objects_and_sees_what_becomes_of_it(staff: Any) -> None:
    reviewed(staff)
    answer = sent(staff)
    assert answer.status_code == 303
    page = staff.client_as("amy").get(answer.headers["Location"]).text
    assert "我说了再见 &lt;b&gt;" in page
    assert "Take the dispute back" in words(page)
    with staff.open_store() as unit:
        task = unit.tasks.of_call(staff.ids["bad-call"])
    assert task
    assert task.state is TaskState.DISPUTED


def test_the_time_for_a_dispute_is_over_a_week_after_the_score(staff: Any) -> None:
    page = staff.client_as("amy").get(address(staff) + "?lang=en").text
    assert "The time for a dispute is over." in words(page)
    assert "<textarea" not in page
    late = staff.client_as("amy").post(address(staff), data={"reason": "no", "seen": "x"})
    assert late.status_code == 409
    feedback = words(
        staff.client_as("amy").get(f"/calls/{staff.ids['bad-call']}/feedback?lang=en").text
    )
    assert "Disputes were possible until" in feedback
    assert "Dispute this" not in feedback


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2_001])
def test_an_objection_without_a_reason_keeps_what_was_typed(staff: Any, reason: str) -> None:
    reviewed(staff)
    answer = sent(staff, reason)
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert f">{reason}</textarea>" in answer.text


def test_an_objection_sent_twice_is_one(staff: Any) -> None:
    reviewed(staff)
    client = staff.client_as("amy")
    form = {"reason": "no", "seen": hidden(client.get(address(staff)).text, "seen")}
    assert client.post(address(staff), data=form).status_code == 303
    again = client.post(address(staff), data=form)
    assert again.status_code == 409
    assert "A dispute on this criterion is open already." in words(again.text)
    assert "no" in words(again.text)
    with staff.open_store() as unit:
        assert len(unit.answers.disputes_of(staff.ids["bad-call"])) == 1


def test_an_objection_to_a_score_that_changed_keeps_what_was_typed(staff: Any) -> None:
    reviewed(staff)
    client = staff.client_as("amy")
    answer = client.post(address(staff), data={"reason": "I said it twice", "seen": "stale"})
    assert answer.status_code == 409
    assert "The score changed since you opened this page; nothing was sent." in words(answer.text)
    assert ">I said it twice</textarea>" in answer.text
    fresh = {"reason": "I said it twice", "seen": hidden(answer.text, "seen")}
    assert client.post(address(staff), data=fresh).status_code == 303


@pytest.mark.parametrize("criterion", ["greeting", "customer_hangs_up_first"])
def test_what_cost_nothing_has_no_form(staff: Any, criterion: str) -> None:
    reviewed(staff)
    page = staff.client_as("amy").get(address(staff, criterion) + "?lang=en").text
    assert "This criterion cost no points" in words(page)
    assert "<textarea" not in page


def test_a_criterion_that_is_none_is_not_there(staff: Any) -> None:
    assert staff.client_as("amy").get(address(staff, "no-such")).status_code == 404


@pytest.mark.parametrize("login", ["sun", "ada"])
def test_who_leads_does_not_object(staff: Any, login: str) -> None:
    assert staff.client_as(login).get(address(staff)).status_code == 403


def test_an_agent_takes_their_dispute_back(staff: Any) -> None:
    reviewed(staff)
    public_id = disputed(staff)
    assert staff.client_as("an").post(f"/disputes/{public_id}/withdraw").status_code == 404
    assert staff.client_as("sun").post(f"/disputes/{public_id}/withdraw").status_code == 403
    client = staff.client_as("amy")
    first = client.post(f"/disputes/{public_id}/withdraw")
    assert only(staff).state is DisputeState.WITHDRAWN
    assert "The dispute is taken back." in words(client.get(first.headers["Location"]).text)
    second = client.post(f"/disputes/{public_id}/withdraw")
    assert "It was settled meanwhile" in words(client.get(second.headers["Location"]).text)


# --- blind -------------------------------------------------------------------------------------


def test_who_decides_sees_the_machines_verdict_and_nothing_of_the_first_reviewer(
    staff: Any,
) -> None:
    reviewed(staff)
    public_id = disputed(staff)
    page = staff.client_as("sam").get(f"/disputes/{public_id}?lang=en").text
    said = words(page)
    assert "I said goodbye." in said
    assert "What the machine found" in said
    assert 'id="decide"' in page
    assert "孙悦" not in page
    assert "听得出您很着急" not in page


@pytest.mark.parametrize("path", ["", "/feedback", "/review", "/waveform.json"])
def test_no_other_page_tells_them_either(staff: Any, path: str) -> None:
    reviewed(staff)
    public_id = disputed(staff)
    answer = staff.client_as("sam").get(f"/calls/{staff.ids['bad-call']}{path}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/disputes/{public_id}"
    assert "孙悦" not in answer.text


def test_the_first_reviewer_sees_their_own_verdict_and_no_form(staff: Any) -> None:
    reviewed(staff)
    public_id = disputed(staff)
    page = staff.client_as("sun").get(f"/disputes/{public_id}?lang=en").text
    assert "You have scored this call, so somebody else decides." in words(page)
    assert 'id="decide"' not in page
    answer = decided(staff, public_id, "sun")
    assert answer.status_code == 409
    assert "I hear it at 0:22." in words(answer.text)
    assert only(staff).state is DisputeState.OPEN


@pytest.mark.parametrize("login", ["amy", "an", "otto"])
@pytest.mark.parametrize(
    "path", ["/disputes", "/disputes.csv", "/disputes/{}", "/disputes/{}/waveform.json"]
)
def test_disputes_are_for_who_decides_them(staff: Any, login: str, path: str) -> None:
    reviewed(staff)
    public_id = disputed(staff)
    assert staff.client_as(login).get(path.format(public_id)).status_code == 403


def test_the_waveform_marks_what_the_machine_found_for_the_disputed_criterion(
    staff: Any,
) -> None:
    reviewed(staff)
    public_id = disputed(staff, "privacy")
    drawn = staff.client_as("sam").get(f"/disputes/{public_id}/waveform.json").get_json()
    marked = {mark["criterion"] for mark in drawn["marks"] if mark["criterion"]}
    assert marked == {"privacy"}


def test_the_call_shows_its_agent_and_its_first_reviewer_what_is_disputed(staff: Any) -> None:
    reviewed(staff)
    disputed(staff)
    for login in ("amy", "sun"):
        page = staff.client_as(login).get(f"/calls/{staff.ids['bad-call']}?lang=en").text
        assert "I said goodbye." in page
        assert f"/calls/{staff.ids['bad-call']}/feedback" in page


# --- deciding ----------------------------------------------------------------------------------


def test_a_decision_shows_the_agent_and_the_first_reviewer_the_outcome(staff: Any) -> None:
    reviewed(staff)
    public_id = disputed(staff)
    answer = decided(staff, public_id)
    assert answer.status_code == 303
    call = f"/calls/{staff.ids['bad-call']}"
    for login, path in (
        ("amy", f"{call}/feedback"),
        ("sun", f"/disputes/{public_id}"),
        ("sam", f"/disputes/{public_id}"),
    ):
        said = words(staff.client_as(login).get(f"{path}?lang=en").text)
        assert "Verdict changed" in said
        assert "I hear it at 0:22." in said
        assert "Sam Okafor" in said
    seen = words(staff.client_as("sam").get(f"/disputes/{public_id}?lang=en").text)
    assert "What was disputed" in seen
    assert "孙悦" in seen
    assert staff.client_as("sam").get(call).status_code == 200
    with staff.open_store() as unit:
        current = unit.reviews.current(staff.ids["bad-call"])
    assert current
    assert current.reviewer.name == "Sam Okafor"


@pytest.mark.parametrize(
    ("form", "field"), [({"choice": ""}, "choice"), ({"reason": ""}, "reason")]
)
def test_a_decision_that_lacks_something_keeps_the_rest(
    staff: Any, form: dict[str, str], field: str
) -> None:
    reviewed(staff)
    public_id = disputed(staff)
    answer = decided(staff, public_id, **form)
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    assert (">I hear it at 0:22.</textarea>" in answer.text) == (field == "choice")
    assert ('value="pass" required checked' in answer.text) == (field == "reason")
    assert only(staff).state is DisputeState.OPEN


def test_a_decision_on_a_call_scored_anew_is_not_taken_unseen(staff: Any) -> None:
    reviewed(staff)
    public_id = disputed(staff)
    answer = decided(staff, public_id, seen="an earlier scorecard")
    assert answer.status_code == 409
    assert "The call was scored anew since you opened this page" in words(answer.text)
    assert ">I hear it at 0:22.</textarea>" in answer.text
    assert only(staff).state is DisputeState.OPEN


def test_a_decision_sent_twice_is_one_and_a_later_one_is_told(staff: Any) -> None:
    reviewed(staff)
    public_id = disputed(staff)
    assert decided(staff, public_id).status_code == 303
    assert decided(staff, public_id).status_code == 303
    late = decided(staff, public_id, "ada", choice="fail", reason="I do not hear it.")
    assert late.status_code == 409
    assert "This dispute was settled meanwhile" in words(late.text)
    assert "I do not hear it." in words(late.text)
    assert only(staff).state is DisputeState.CHANGED


def test_there_is_no_dispute_of_another_id(staff: Any) -> None:
    assert staff.client_as("sam").get("/disputes/none").status_code == 404
    assert decided(staff, "none").status_code == 404


# --- the list ----------------------------------------------------------------------------------


def test_the_list_shows_what_waits_and_for_whom(staff: Any) -> None:
    reviewed(staff)
    disputed(staff)
    for_sam = words(staff.client_as("sam").get("/disputes?lang=en").text)
    assert "bad-call" in for_sam
    assert f"Due {CLOCK.now().year}" in for_sam
    assert "孙悦" not in for_sam
    assert "Somebody else decides" in words(staff.client_as("sun").get("/disputes?lang=en").text)


def test_the_list_is_narrowed_sorted_and_taken_home(staff: Any) -> None:
    reviewed(staff)
    decided(staff, disputed(staff))
    disputed(staff, "privacy")
    client = staff.client_as("sam")
    assert words(client.get("/disputes?lang=en").text).count("bad-call") == 1
    assert words(client.get("/disputes?state=all").text).count("bad-call") == 2
    assert "Verdict changed" in words(client.get("/disputes?state=changed").text)
    assert "No such dispute" in words(client.get("/disputes?state=upheld").text)
    assert "No dispute waits" in words(client.get("/disputes?agent=A101").text)
    for key in ("raised_at", "agent_id", "criterion", "decided_at", "nonsense"):
        assert client.get(f"/disputes?sort={key}&order=down&page=99").status_code == 200
    rows = list(
        csv.DictReader(io.StringIO(client.get("/disputes.csv?state=all").text.lstrip("\ufeff")))
    )
    assert [(row["criterion"], row["state"], row["contested"]) for row in rows] == [
        ("farewell", "changed", "fail"),
        ("privacy", "open", ""),
    ]
    assert "1 of 1" in words(client.get("/disputes").text)

"""The pages of the sampling plan: the work first, then a draw, then the queue."""

from __future__ import annotations

import csv
import re
from typing import Any

import pytest

from qa import bootstrap
from qa.domain.sampling import SamplingPlan
from qa.ports.queue import TaskQuery
from qa.services import sampling

CLOCK = bootstrap.SystemClock()
PLAN = {
    "random_percent": "0",
    "critical_percent": "100",
    "unsure_percent": "100",
    "unsure_from": "0",
    "new_agent_percent": "0",
    "new_rubric_percent": "0",
    "new_days": "14",
    "agent_minimum": "0",
    "period_days": "3650",
    "due_days": "7",
}
ALL = {**PLAN, "random_percent": "100"}


def queued(staff: Any) -> set[str]:
    with staff.open_store() as unit:
        return {row.task.call_id for row in unit.tasks.search(TaskQuery(), viewer_id=None)}


def drawn(staff: Any, **changes: str) -> str:
    """The address of a draw that was just made."""
    answer = staff.client_as("sam").post("/sampling", data={**ALL, **changes})
    assert answer.status_code == 303
    return str(answer.location)


def test_the_work_is_seen_then_drawn_then_accepted(staff: Any) -> None:
    client = staff.client_as("sam")
    page = client.get("/sampling", query_string=PLAN).text
    assert "Draw 1 call<" in page
    assert queued(staff) == set()
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    assert sent == PLAN
    answer = client.post("/sampling", data=sent)
    page = client.get(answer.location).text
    assert "bad-call" in page
    assert "Critical failure" in page
    assert queued(staff) == set()
    accepted = client.post(f"{answer.location}/accept")
    assert (accepted.status_code, accepted.location) == (303, "/queue")
    assert queued(staff) == {"bad-call"}
    assert "Accept: put them into the queue" not in client.get(answer.location).text


def test_the_plan_begins_with_that_of_the_installation(staff: Any) -> None:
    page = staff.client_as("sam").get("/sampling").text
    values = dict(re.findall(r'name="(\w+)" type="number"[^>]* value="([^"]*)"', page))
    assert values == {
        "random_percent": "5",
        "critical_percent": "100",
        "unsure_percent": "100",
        "unsure_from": "1",
        "new_agent_percent": "25",
        "new_rubric_percent": "25",
        "new_days": "14",
        "agent_minimum": "2",
        "period_days": "30",
        "due_days": "7",
    }
    assert "Nothing was drawn yet." in page


def test_a_plan_that_draws_nothing_says_so(staff: Any) -> None:
    client = staff.client_as("sam")
    nothing = {**PLAN, "critical_percent": "0"}
    assert "By this plan nothing is drawn now" in client.get("/sampling", query_string=nothing).text
    answer = client.post("/sampling", data=nothing)
    assert answer.location == "/sampling"
    assert "By this plan nothing is drawn now" in client.get("/sampling").text


def test_a_plan_without_a_random_share_is_warned_of(staff: Any) -> None:
    page = staff.client_as("sam").get("/sampling", query_string=PLAN).text
    assert "2 calls cannot be drawn by this plan" in page
    assert "cannot be drawn" not in staff.client_as("sam").get("/sampling", query_string=ALL).text


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("field", "value"),
    [("random_percent", "101"), ("random_percent", "nan"), ("period_days", "0"), ("due_days", "x")],
)
def test_a_plan_that_makes_no_sense_is_said_at_its_field(
    staff: Any, method: str, field: str, value: str
) -> None:
    sent = {**PLAN, field: value}
    options = {"query_string": sent} if method == "GET" else {"data": sent}
    answer = staff.client_as("sam").open("/sampling", method=method, **options)
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    assert f'value="{value}"' in answer.text
    with staff.open_store() as unit:
        assert unit.sampling.count() == 0


def test_a_draw_that_is_not_wanted_is_discarded_and_gone(staff: Any) -> None:
    client = staff.client_as("sam")
    address = drawn(staff)
    assert client.post(f"{address}/discard").location == "/sampling"
    assert client.get(address).status_code == 404
    assert queued(staff) == set()


def test_a_late_form_changes_nothing(staff: Any) -> None:
    client = staff.client_as("sam")
    first, second = drawn(staff), drawn(staff)
    client.post(f"{second}/accept")
    assert client.post(f"{second}/accept").status_code == 409
    assert client.post(f"{second}/discard").status_code == 409
    assert client.post(f"{first}/accept").status_code == 409
    assert "Discard it and draw again" in client.get(first).text
    assert client.get(second).status_code == 200


def test_calls_of_a_draw_are_sorted_narrowed_and_taken_away(staff: Any) -> None:
    client = staff.client_as("sam")
    address = drawn(staff)
    first_call = re.compile(r'<th scope="row"><a href="/calls/[^"]+">([^<]+)</a>')
    by_reason = first_call.findall(client.get(address).text)
    assert by_reason[0] == "bad-call"
    turned = client.get(address, query_string={"sort": "reason", "order": "down"}).text
    assert first_call.findall(turned)[-1] == "bad-call"
    critical = client.get(address, query_string={"reason": "failed_critical"}).text
    assert first_call.findall(critical) == ["bad-call"]
    answer = client.get(f"{address}/calls.csv")
    rows = list(csv.DictReader(answer.text.lstrip("\ufeff").splitlines()))
    assert {row["call_id"]: (row["reason"], row["probability"]) for row in rows} == {
        "bad-call": ("failed_critical", "1.0"),
        **{call: ("random", "1.0") for call in by_reason if call != "bad-call"},
    }
    draws = csv.DictReader(client.get("/sampling/draws.csv").text.lstrip("\ufeff").splitlines())
    assert [(row["calls_drawn"], row["random_floor"]) for row in draws] == [("3", "1.0")]


def test_only_who_calibrates_draws(staff: Any) -> None:
    address = drawn(staff)
    for login in ("amy", "otto"):
        client = staff.client_as(login)
        for path in ("/sampling", "/sampling/draws.csv", address, f"{address}/calls.csv"):
            assert client.get(path).status_code == 403
        for path in ("/sampling", f"{address}/accept", f"{address}/discard"):
            assert client.post(path, data=ALL).status_code == 403
    assert queued(staff) == set()


def test_pages_are_in_chinese_too(staff: Any) -> None:
    client = staff.client_as("sun", HTTP_ACCEPT_LANGUAGE="zh")
    address = drawn(staff)
    for path in ("/sampling", f"/sampling?{'&'.join(f'{k}={v}' for k, v in ALL.items())}", address):
        page = client.get(path).text
        assert "抽样" in page
        assert "Drawn" not in page


def test_a_draw_of_the_command_line_is_named_so(staff: Any) -> None:
    rules = sampling.Rules(SamplingPlan(floor=1), period_days=3650)
    from qa.domain.access import CONSOLE

    sampling.fill(staff.open_store, CLOCK, CONSOLE, rules)
    assert "Command line" in staff.client_as("sam").get("/sampling").text

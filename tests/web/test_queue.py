"""The pages of the review queue and everything that can be done on them."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.datastructures import MultiDict

from qa import bootstrap
from qa.domain.access import VISITOR
from qa.domain.queue import Priority, Task, TaskReason, TaskState
from qa.domain.sampling import SamplingPlan
from qa.ports.queue import TaskQuery
from qa.services import sampling
from qa.services.sampling import Rules
from webapp.queue import listing

CLOCK = bootstrap.SystemClock()
SEEDED_LONG_AGO = Rules(SamplingPlan(floor=1), period_days=3650)


@pytest.fixture
def filled(staff: Any) -> Any:
    """The staff's installation, its three scored calls in the queue."""
    plan = sampling.fill(staff.open_store, CLOCK, staff.actor("ada"), SEEDED_LONG_AGO)
    assert plan.total.calls == 3
    return staff


def task_of(staff: Any, call_id: str) -> Task:
    """A call's newest task."""
    query = TaskQuery(states=tuple(TaskState), sort="waiting", descending=True)
    with staff.open_store() as unit:
        found = [row.task for row in unit.tasks.search(query, viewer_id=None)]
    return next(task for task in found if task.call_id == call_id)


def chosen(*tasks: Task) -> list[str]:
    return [f"{task.public_id}.{task.revision}" for task in tasks]


def listed(page: str) -> list[str]:
    """The call ids that a page lists, in its order."""
    return re.findall(r'class="call">\s*<a href="[^"]+">([^<]+)</a>', page)


# --- looking -----------------------------------------------------------------------------------


def test_the_most_urgent_call_stands_first_with_why_it_is_here(filled: Any) -> None:
    page = filled.client_as("sam").get("/queue").text
    assert listed(page)[0] == "bad-call"
    assert "Critical failure" in page
    assert "Protects the customer&#39;s secrets" in page
    assert "Amy Tan" in page


@pytest.mark.parametrize("address", ["/queue", "/queue/board", "/queue/tasks.csv"])
def test_only_those_who_review_see_it(filled: Any, address: str) -> None:
    for login in ("ada", "sun", "sam"):
        assert filled.client_as(login).get(address).status_code == 200
    # Agents and operators may leave with lists of their own elsewhere, never with this one.
    for login in ("amy", "otto"):
        assert filled.client_as(login).get(address).status_code == 403
    assert filled.stranger().get(address).status_code in (302, 303, 401, 403)


@pytest.mark.parametrize("act", ["claim", "release", "skip", "next", "bulk", "add", "lists"])
def test_agents_and_operators_do_nothing_with_it(filled: Any, act: str) -> None:
    task = task_of(filled, "bad-call")
    sent = {"task": [task.public_id, *chosen(task)], "do": "unassign", "call": task.call}
    for login in ("amy", "otto"):
        assert filled.client_as(login).post(f"/queue/{act}", data=sent).status_code == 403
    assert task_of(filled, "bad-call") == task


def test_the_address_narrows_the_list(filled: Any) -> None:
    client = filled.client_as("sam")
    every = {"bad-call", "good-call", "mono-call"}
    for address, expected in {
        "?reason=failed_critical": {"bad-call"},
        "?agent=A101": {"good-call"},
        "?agent=amy tan": {"bad-call"},
        "?language=en": {"bad-call"},
        "?critical=1": {"bad-call"},
        "?overdue=1": set(),
        "?who=me": set(),
        "?who=nobody": every,
        "?who=somebody": set(),
        f"?who={filled.users['sun'].public_id}": set(),
        "?state=new": every,
        "?state=disputed": set(),
        "?state=done": set(),
        "?state=all": every,
        "?reason=nonsense&language=xx&state=xx&sort=xx&page=minus&size=7": every,
    }.items():
        assert set(listed(client.get(f"/queue{address}").text)) == expected, address


def test_an_empty_list_says_what_to_do(staff: Any) -> None:
    client = staff.client_as("sam")
    assert "The queue is empty" in client.get("/queue").text
    assert "No task is like that" in client.get("/queue?who=me").text
    assert "Nothing in this state" in client.get("/queue?state=disputed").text


def test_headings_sort_and_turn_round(filled: Any) -> None:
    client = filled.client_as("sam")
    up = client.get("/queue?sort=score").text
    assert 'aria-sort="ascending"' in up
    assert 'href="/queue?sort=score&amp;order=down"' in up
    assert listed(client.get("/queue?sort=score&order=down").text) == listed(up)[::-1]


def test_a_query_survives_its_address() -> None:
    now = CLOCK.now()
    reader = listing.Reader(replace(VISITOR, user_id=7), now)
    for query in (
        TaskQuery(),
        TaskQuery(assignee_id=7, descending=True, page=3, page_size=100),
        TaskQuery(states=(TaskState.DONE,), sort="changed", descending=True),
        TaskQuery(states=(TaskState.DONE,), sort="urgency"),
        TaskQuery(states=tuple(TaskState), held=True, critical=True, due_before=now),
        TaskQuery(
            states=(TaskState.NEW,),
            reason=TaskReason.RANDOM,
            assignee="someone",
            agent="王 & co",
            team="t",
            language="zh",
            sort="due",
        ),
    ):
        assert listing.read(MultiDict(listing.same_page(query)), reader) == query
        assert listing.read_back(listing.address(query), reader) == query


def test_the_board_shows_each_state_in_a_column(filled: Any) -> None:
    client = filled.client_as("sam")
    client.post("/queue/claim", data={"task": task_of(filled, "good-call").public_id})
    with filled.open_store(writes=True) as unit:
        unit.tasks.finish(task_of(filled, "mono-call").call, at=CLOCK.now())
        unit.commit()
    page = client.get("/queue/board").text
    columns = dict(re.findall(r'id="column-(\w+)">.*?class="number">(\d+)<', page))
    assert columns == {"new": "1", "assigned": "1", "in_review": "0", "disputed": "0", "done": "1"}


def test_the_list_can_be_taken_away_as_it_is_filtered(filled: Any) -> None:
    answer = filled.client_as("sam").get("/queue/tasks.csv?reason=failed_critical")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="queue.csv"'
    text = answer.data.decode("utf-8")
    assert text.startswith("\ufeff")
    (row,) = csv.DictReader(text[1:].splitlines())
    assert (row["call_id"], row["priority"], row["state"]) == ("bad-call", "urgent", "new")
    assert row["random_chance"] == "1.0"


# --- one task ----------------------------------------------------------------------------------


def test_a_call_is_claimed_released_and_skipped(filled: Any) -> None:
    client = filled.client_as("sam")
    task = task_of(filled, "bad-call")
    back = {"task": task.public_id, "back": "reason=failed_critical"}
    for act, held, said in (
        ("claim", "Sam Okafor", "yours to review"),
        ("release", None, "others can take it"),
        ("claim", "Sam Okafor", "yours to review"),
        ("skip", None, "does not come back"),
    ):
        answer = client.post(f"/queue/{act}", data=back)
        assert (answer.status_code, answer.location) == (303, "/queue?reason=failed_critical")
        holder = task_of(filled, "bad-call").assignee
        assert (holder.name if holder else None) == held
        assert said in client.get(answer.location).text
    assert "You skipped it" in client.get("/queue").text


def test_the_second_of_two_who_claim_is_told_who_was_first(filled: Any) -> None:
    task = task_of(filled, "bad-call")
    filled.client_as("sun").post("/queue/claim", data={"task": task.public_id})
    answer = filled.client_as("sam").post("/queue/claim", data={"task": task.public_id})
    assert answer.status_code == 409
    assert "Somebody else has taken it" in answer.text
    assert "孙悦" in answer.text
    assert "bad-call" in answer.text
    holder = task_of(filled, "bad-call").assignee
    assert holder
    assert holder.name == "孙悦"


def test_a_stale_release_changes_nothing(filled: Any) -> None:
    client = filled.client_as("sam")
    task = task_of(filled, "bad-call")
    client.post("/queue/claim", data={"task": task.public_id})
    client.post("/queue/release", data={"task": task.public_id})
    filled.client_as("sun").post("/queue/claim", data={"task": task.public_id})
    answer = client.post("/queue/release", data={"task": task.public_id})
    assert answer.status_code == 409
    assert task_of(filled, "bad-call").assignee


def test_a_task_that_is_not_there_is_not_found(filled: Any) -> None:
    client = filled.client_as("sam")
    assert client.post("/queue/claim", data={"task": "no-such"}).status_code == 404
    assert client.post("/queue/claim", data={}).status_code == 422


def test_next_goes_to_the_most_urgent_call_and_then_to_the_one_after_it(filled: Any) -> None:
    client = filled.client_as("sam")
    answer = client.post("/queue/next")
    assert (answer.status_code, answer.location) == (303, f"/calls/{filled.ids['bad-call']}")
    assert task_of(filled, "bad-call").state is TaskState.IN_REVIEW
    following = client.post("/queue/next", data={"leaving": filled.ids["bad-call"]})
    assert following.location != answer.location
    assert client.post("/queue/next").location == answer.location


def test_where_nothing_is_left_next_goes_back_to_the_list_and_says_so(staff: Any) -> None:
    client = staff.client_as("sam")
    answer = client.post("/queue/next", data={"back": "who=me", "view": "board"})
    assert answer.location == "/queue/board?who=me"
    assert "Nothing is left for you" in client.get(answer.location).text


def test_asking_for_an_act_as_a_page_leads_to_the_list_and_does_nothing(filled: Any) -> None:
    task = task_of(filled, "bad-call")
    for act in ("claim", "release", "skip", "next", "bulk", "add", "lists"):
        answer = filled.client_as("sam").get(f"/queue/{act}?lang=zh")
        assert (answer.status_code, answer.location) == (302, "/queue?lang=zh")
    assert task_of(filled, "bad-call") == task


def test_a_form_leads_back_to_our_own_pages_only(filled: Any) -> None:
    task = task_of(filled, "bad-call")
    answer = filled.client_as("sam").post(
        "/queue/claim", data={"task": task.public_id, "back": "https://example.com/?x=1"}
    )
    assert answer.location == "/queue"


# --- several tasks -----------------------------------------------------------------------------


def test_chosen_tasks_are_given_taken_back_dated_and_ranked(filled: Any) -> None:
    client = filled.client_as("ada")

    def send(**asked: str) -> None:
        tasks = [task_of(filled, call) for call in ("bad-call", "good-call")]
        answer = client.post("/queue/bulk", data={"task": chosen(*tasks), **asked})
        assert (answer.status_code, answer.location) == (303, "/queue"), answer.text

    send(do="assign", assignee=filled.users["sun"].public_id)
    assert len(listed(client.get(f"/queue?who={filled.users['sun'].public_id}").text)) == 2
    send(do="unassign")
    assert len(listed(client.get("/queue?who=nobody").text)) == 3
    send(do="due", due="2020-01-31")
    assert len(listed(client.get("/queue?overdue=1").text)) == 2
    send(do="priority", priority="4")
    assert task_of(filled, "bad-call").priority is Priority.LOW


def test_what_could_not_be_changed_is_named_and_the_rest_is_changed(filled: Any) -> None:
    bad, good = task_of(filled, "bad-call"), task_of(filled, "good-call")
    filled.client_as("sam").post("/queue/claim", data={"task": good.public_id})
    client = filled.client_as("ada")
    sent = {
        "task": chosen(bad, good),
        "do": "assign",
        "assignee": filled.users["sun"].public_id,
        "back": "language=en",
    }
    answer = client.post("/queue/bulk", data=sent)
    assert answer.status_code == 200
    assert "Not everything was changed" in answer.text
    assert re.search(r"good-call</a></th>\s*<td>Somebody changed it meanwhile", answer.text)
    assert "bad-call" not in answer.text
    assert 'href="/queue?language=en"' in answer.text
    assert task_of(filled, "bad-call").assignee
    again = client.post("/queue/bulk", data={**sent, "task": chosen(good)})
    assert again.status_code == 409
    assert "Nothing was changed" in again.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"do": "assign", "assignee": ""}, "must be filled in"),
        ({"do": "assign", "assignee": "no-such"}, "Choose one of the list"),
        ({"do": "due", "due": ""}, "must be filled in"),
        ({"do": "due", "due": "yesterday"}, "Write a date"),
        ({"do": "priority", "priority": "9"}, "Choose one of the list"),
        ({"do": "explode"}, "Choose one of the list"),
        ({"do": "unassign", "task": []}, "Choose at least one call"),
    ],
)
def test_what_cannot_be_taken_is_said_and_what_was_ticked_stays(
    filled: Any, asked: dict[str, Any], said: str
) -> None:
    task = task_of(filled, "bad-call")
    answer = filled.client_as("ada").post("/queue/bulk", data={"task": chosen(task), **asked})
    assert answer.status_code == 422
    assert said in answer.text
    ticked = re.findall(r'name="task" value="([^"]+)"[^>]* checked', answer.text)
    assert ticked == ([] if "task" in asked else chosen(task))
    assert task_of(filled, "bad-call") == task


def test_a_hostile_revision_is_a_task_that_changed(filled: Any) -> None:
    task = task_of(filled, "bad-call")
    for value in (task.public_id, f"{task.public_id}.x", f"{task.public_id}.²", "."):
        sent = {"task": value, "do": "priority", "priority": "1" if value == "." else "4"}
        answer = filled.client_as("ada").post("/queue/bulk", data=sent)
        assert answer.status_code == 409
    assert task_of(filled, "bad-call") == task


# --- putting calls in --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calls", "said"),
    [
        (["bad-call"], "Added to the queue."),
        (["bad-call", "silent-call"], "but for those"),
        (["silent-call"], "in the queue already, or has no score"),
        ([], "Choose at least one call"),
    ],
)
def test_calls_are_put_in_from_the_list(staff: Any, calls: list[str], said: str) -> None:
    client = staff.client_as("sam")
    sent = {"call": [staff.ids[call] for call in calls], "back": "outcome=open&q=call"}
    answer = client.post("/queue/add", data=sent)
    assert answer.location == "/?q=call&outcome=open"
    assert said in client.get(answer.location).text
    assert listed(client.get("/queue").text) == [call for call in calls if call == "bad-call"]


def test_a_call_is_put_in_from_its_own_page_once(staff: Any) -> None:
    client = staff.client_as("sam")
    sent = {"call": staff.ids["bad-call"], "from": "call"}
    for said in ("Added to the queue.", "in the queue already"):
        answer = client.post("/queue/add", data=sent)
        assert answer.location == f"/calls/{staff.ids['bad-call']}"
        assert said in client.get(answer.location).text
    assert listed(client.get("/queue").text) == ["bad-call"]


# --- lists that somebody keeps -----------------------------------------------------------------


def test_a_list_is_kept_under_a_name_and_forgotten(filled: Any) -> None:
    client = filled.client_as("sam")
    sent = {"name": "严重 <b>", "back": "reason=failed_critical&page=3&nonsense=1"}
    answer = client.post("/queue/lists", data=sent)
    assert answer.status_code == 303
    page = client.get("/queue").text
    assert "严重 &lt;b&gt;" in page
    kept = re.search(r'href="/queue\?(reason=failed_critical[^"]*)"', page)
    assert kept
    assert "nonsense" not in kept[1]
    assert "严重" not in filled.client_as("sun").get("/queue").text
    forget = re.search(r'name="forget" value="([^"]+)"', page)
    assert forget
    assert (
        filled.client_as("sun").post("/queue/lists", data={"forget": forget[1]}).status_code == 404
    )
    assert client.post("/queue/lists", data={"forget": forget[1]}).status_code == 303
    assert "严重" not in client.get("/queue").text


def test_a_list_without_a_name_is_asked_for_one(filled: Any) -> None:
    answer = filled.client_as("sam").post("/queue/lists", data={"name": " ", "back": "who=me"})
    assert answer.status_code == 422
    assert 'id="name-fault"' in answer.text


# --- how it holds up ---------------------------------------------------------------------------


def test_pages_are_in_chinese_too(filled: Any) -> None:
    client = filled.client_as("sun", HTTP_ACCEPT_LANGUAGE="zh")
    for address, word in (
        ("/queue", "复核队列"),
        ("/queue/board", "复核队列"),
    ):
        assert word in client.get(f"{address}?lang=zh").text


def queries(staff: Any, client: FlaskClient, address: str) -> int:
    """How many statements a page asks the database."""
    engine = staff.app.extensions["callqa"].open_store._engine
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(asked)


@pytest.mark.parametrize(("address", "most"), [("/queue", 14), ("/queue/board", 24)])
def test_a_page_asks_the_database_a_few_times(filled: Any, address: str, most: int) -> None:
    client = filled.client_as("sam")
    with filled.open_store(writes=True) as unit:
        due = CLOCK.now() + timedelta(days=1)
        unit.tasks.raise_dispute(filled.ids["good-call"], due_at=due, at=CLOCK.now())
        unit.tasks.finish(filled.ids["mono-call"], at=CLOCK.now())
        unit.commit()
    client.get(address)  # reads the rubric's text, once
    assert queries(filled, client, address) <= most

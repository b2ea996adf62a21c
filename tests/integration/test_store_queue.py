"""The queue in a real database: what comes next, two at once, and which indexes its statements use."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, insert, text
from sqlalchemy.orm import Session

from qa.domain.access import Actor
from qa.domain.people import Person, UserRole
from qa.domain.queue import (
    OPEN_STATES,
    Priority,
    Reviewer,
    Task,
    TaskConflict,
    TaskReason,
    TaskState,
    best_for,
)
from qa.ports.queue import TaskQuery
from qa.services import queue_work
from qa.store import queue_list
from qa.store.engine import writing
from qa.store.queue import SqlTasks
from qa.store.tables import (
    CallRow,
    HearingRow,
    RecordingRow,
    ReviewRow,
    RunRow,
    ScorecardRow,
    SkippedTaskRow,
    TaskRow,
    UserRow,
)
from qa.store.unit_of_work import SqlUnitOfWorkFactory, new_public_id

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AGENTS = tuple(f"A{number}" for number in range(200))
ME = Reviewer(Person(1, "u1", "Sun"), "A0")
HELD = (TaskState.ASSIGNED, TaskState.IN_REVIEW)


class StoppedClock:
    """Always the same moment."""

    def now(self) -> datetime:
        return AT


def user(number: int, agent_id: str | None = None) -> dict[str, Any]:
    return {
        "id": number,
        "public_id": f"u{number}",
        "login": f"login{number}",
        "name": f"Person {number}",
        "role": UserRole.SUPERVISOR.value,
        "agent_id": agent_id,
        "active": True,
        "created_at": AT,
    }


def call(number: int, agent_id: str | None, **changes: Any) -> dict[str, Any]:
    row = {
        "id": number,
        "public_id": f"c{number}",
        "call_id": f"C-{number}",
        "agent_id": agent_id,
        "direction": "inbound",
        "ended_by": "unknown",
        "attributes": {},
        "status": "scored",
        "recording_name": f"{number}.wav",
        "duration_s": 180.0,
        "language": "zh" if number % 2 else "en",
        "score": number % 100 + 0.5,
        "scored_at": AT,
        "failed": [],
        "critical_failed": [],
        "open": [],
        "failed_count": 0,
        "critical_count": int(number % 20 == 0),
        "open_count": 0,
    }
    return row | changes


def task(number: int, **changes: Any) -> dict[str, Any]:
    row = {
        "id": number,
        "public_id": f"t{number}",
        "call_id": number,
        "reason": TaskReason.RANDOM.value,
        "priority": Priority.NORMAL.value,
        "state": TaskState.NEW.value,
        "assignee_id": None,
        "due_at": AT + timedelta(days=7),
        "chance": None,
        "created_by": None,
        "created_at": AT,
        "changed_at": AT,
        "revision": 1,
    }
    return row | changes


@contextmanager
def statements(engine: Engine) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database meanwhile, with its values."""
    asked: list[tuple[str, Any]] = []

    def note(
        _connection: Any, _cursor: Any, statement: str, values: Any, _context: Any, _many: bool
    ) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            asked.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


# --- next --------------------------------------------------------------------------------------


def _mine(task: Task) -> bool:
    return task.assignee is not None and task.assignee.id == ME.person.id


@st.composite
def _tasks(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows of tasks of calls 1, 2, ..., at most one of each, as the queue could hold them."""
    rows = []
    for number in range(1, draw(st.integers(0, 8)) + 1):
        state = draw(st.sampled_from(TaskState))
        people = st.sampled_from((1, 2))
        holder = draw(people if state in HELD else st.none() | people)
        rows.append(
            task(
                number,
                state=state.value,
                assignee_id=None if state is TaskState.NEW else holder,
                priority=draw(st.integers(1, 4)),
                due_at=AT + timedelta(hours=draw(st.integers(0, 2))),
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue as it could be: calls 1, 2, ... with their agents, and tasks of some of them."""

    rows: list[dict[str, Any]]
    agents: list[str | None]
    skipped: set[int]
    scored: set[tuple[int, int]]
    leaving: int | None


def _queues() -> st.SearchStrategy[Queue]:
    numbers = st.integers(1, 8)
    return st.builds(
        Queue,
        rows=_tasks(),
        agents=st.lists(st.sampled_from((None, "A0", "A1")), min_size=8, max_size=8),
        skipped=st.sets(numbers),
        scored=st.sets(st.tuples(numbers, st.sampled_from((1, 2)))),
        leaving=st.none() | numbers,
    )


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(_queues())
def test_the_database_offers_whatever_is_best_of_the_whole_queue(
    engine: Engine, queue: Queue
) -> None:
    rows, skipped, leaving = queue.rows, queue.skipped, queue.leaving
    # Nothing is committed, so that each example finds the store empty.
    with Session(writing(engine)) as session:
        session.execute(insert(UserRow), [user(1, "A0"), user(2)])
        session.execute(
            insert(CallRow),
            [call(number, agent) for number, agent in enumerate(queue.agents, start=1)],
        )
        if rows:
            session.execute(insert(TaskRow), rows)
        there = {row["id"] for row in rows}
        for number in skipped & there:
            session.add(SkippedTaskRow(task_id=number, user_id=1))
        _add_reviews(session, queue.scored)
        session.flush()

        every = queue_list.tasks(session, queue_list.whole())
        fit = [
            each
            for each in every
            if each.call != f"c{leaving}" and (int(each.call[1:]) not in skipped or _mine(each))
        ]
        offered = SqlTasks(session, new_public_id).waiting_for(
            ME, leaving=f"c{leaving}" if leaving else None
        )
        assert len(offered) <= 3
        best, expected = best_for(ME, offered), best_for(ME, fit)
        assert (best and best.public_id) == (expected and expected.public_id)


def _add_reviews(session: Session, scored: set[tuple[int, int]]) -> None:
    """Submitted reviews, each of a scorecard of its own, as far as the queue looks at them."""
    session.execute(insert(RunRow), [{"id": 1, "started_at": AT}])
    session.execute(insert(RecordingRow), [RECORDING])
    session.execute(insert(HearingRow), [HEARING])
    for number, (call_id, reviewer_id) in enumerate(sorted(scored), start=1):
        card = {**SCORECARD, "id": number, "call_id": call_id, "fingerprint": f"f{number}"}
        session.execute(insert(ScorecardRow), [card])
        review = {
            **REVIEW,
            "id": number,
            "public_id": f"r{number}",
            "call_id": call_id,
            "scorecard_id": number,
            "reviewer_id": reviewer_id,
        }
        session.execute(insert(ReviewRow), [review])


RECORDING = {
    "id": 1,
    "sha256": "0" * 64,
    "name": "call.wav",
    "duration_s": 180.0,
    "sample_rate": 8_000,
    "channels": 2,
    "layout": "stereo",
    "audio": "audio/call.flac",
    "peaks_per_second": 20,
    "peaks": [[0.1], [0.1]],
}
HEARING = {
    "id": 1,
    "recording_id": 1,
    "fingerprint": "heard",
    "language": "en",
    "role_confidence": 1.0,
    "speaker_confidence": 1.0,
    "turns": [],
    "dropped": [],
    "signals": {},
    "models": {},
}
SCORECARD = {
    "recording_id": 1,
    "hearing_id": 1,
    "run_id": 1,
    "is_current": False,
    "scored_at": AT,
    "rubric_id": "service-standard",
    "rubric_version": "1",
    "rubric_sha256": "0" * 64,
    "critical_failed": [],
}
REVIEW = {
    "purpose": "review",
    "state": "submitted",
    "is_current": False,
    "revision": 1,
    "opened_at": AT,
    "saved_at": AT,
    "submitted_at": AT,
    "critical_failed": [],
    "pending": [],
    "note": "",
}


# --- two at once -------------------------------------------------------------------------------


def test_many_who_ask_for_the_next_call_at_once_get_a_call_each(
    engine: Engine, open_store: SqlUnitOfWorkFactory
) -> None:
    with Session(writing(engine)) as session:
        session.execute(insert(UserRow), [user(number) for number in range(1, 5)])
        session.execute(insert(CallRow), [call(number, None) for number in range(1, 9)])
        session.execute(insert(TaskRow), [task(number) for number in range(1, 9)])
        session.commit()
    actors = [Actor(number, f"Person {number}", UserRole.SUPERVISOR) for number in range(1, 5)]
    start = threading.Barrier(len(actors))
    taken: list[str] = []

    def work(actor: Actor) -> None:
        start.wait()
        leaving = None
        for _ in range(2):
            found = queue_work.take_next(open_store, StoppedClock(), actor, leaving=leaving)
            assert found
            taken.append(found.call)
            leaving = found.call

    threads = [threading.Thread(target=work, args=(actor,)) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [f"c{number}" for number in range(1, 9)]


def test_a_task_saved_from_an_old_reading_is_refused(
    engine: Engine, open_store: SqlUnitOfWorkFactory
) -> None:
    with Session(writing(engine)) as session:
        session.execute(insert(CallRow), [call(1, None)])
        session.execute(insert(TaskRow), [task(1)])
        session.commit()
    with open_store(writes=True) as unit:
        read = unit.tasks.task("t1")
        unit.tasks.save([replace(read, priority=Priority.LOW)])
        with pytest.raises(TaskConflict):
            unit.tasks.save([replace(read, priority=Priority.URGENT)])
        unit.commit()
    with open_store() as unit:
        now = unit.tasks.task("t1")
        assert (now.priority, now.revision) == (Priority.LOW, 2)


# --- fast at any size --------------------------------------------------------------------------

MANY = 3_000
"""Calls, of which four in five are in the queue: enough for PostgreSQL to prefer an index."""


@pytest.fixture
def many(engine: Engine) -> Engine:
    """A database with a long queue, its statistics up to date."""
    states = (*(TaskState.NEW,) * 6, *HELD, TaskState.DISPUTED, TaskState.DONE)
    tasks = [
        task(
            number,
            reason=tuple(TaskReason)[number % 6].value,
            priority=number * 7 % 4 + 1,
            state=(state := states[number % len(states)]).value,
            assignee_id=number % 20 + 1 if state in HELD else None,
            due_at=AT + timedelta(minutes=number * 7919 % 40_000),
            created_at=AT + timedelta(minutes=number),
            changed_at=AT + timedelta(minutes=number),
        )
        for number in range(1, MANY * 4 // 5)
    ]
    with Session(writing(engine)) as session:
        session.execute(insert(UserRow), [user(number) for number in range(1, 21)])
        session.execute(
            insert(CallRow),
            [call(number, AGENTS[number % len(AGENTS)]) for number in range(1, MANY)],
        )
        session.execute(insert(TaskRow), tasks)
        session.commit()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return engine


def plan(engine: Engine, statement: str, values: Any) -> str:
    """How the database goes about a statement; PostgreSQL by an index wherever one can serve.

    Of a table as small as this one it reads everything where that is cheaper, as it is not at 100,000.
    """
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        rows = connection.exec_driver_sql(explain + statement, values).all()
    return "\n".join(str(row[-1]) for row in rows)


def reads_whole_tables(told: str) -> list[str]:
    """The lines of a plan that read a whole table rather than what an index leads to."""
    return [
        line
        for line in told.splitlines()
        if re.search(r"SCAN (tasks|calls)(?!.*INDEX)", line)
        or re.search(r"Seq Scan on (tasks|calls)", line)
    ]


NARROWED = {
    "everything open": TaskQuery(),
    "one state": TaskQuery(states=(TaskState.NEW,)),
    "done, newest first": TaskQuery(states=(TaskState.DONE,), sort="changed", descending=True),
    "mine": TaskQuery(assignee_id=8),
    "by due date": TaskQuery(sort="due"),
    "longest in the queue": TaskQuery(sort="waiting"),
    "overdue": TaskQuery(due_before=AT + timedelta(days=1)),
    "one agent": TaskQuery(agent="A7"),
}


def test_a_page_of_the_queue_is_found_by_an_index(many: Engine) -> None:
    for name, query in NARROWED.items():
        with Session(many) as session, statements(many) as asked:
            assert SqlTasks(session, new_public_id).search(query, viewer_id=1), name
        for statement, values in asked:
            assert reads_whole_tables(plan(many, statement, values)) == [], name


def test_the_next_task_is_found_by_an_index(many: Engine) -> None:
    with Session(many) as session, statements(many) as asked:
        assert SqlTasks(session, new_public_id).waiting_for(ME)
    assert len(asked) <= 5
    for statement, values in asked:
        told = plan(many, statement, values)
        assert reads_whole_tables(told) == [], statement
        assert "TEMP B-TREE" not in told or "assignee_id" in statement, statement


def test_a_page_costs_the_same_number_of_statements_whatever_it_shows(many: Engine) -> None:
    numbers = set()
    for size in (1, 50, 200):
        with Session(many) as session, statements(many) as asked:
            query = TaskQuery(page_size=size)
            found = SqlTasks(session, new_public_id).search(query, viewer_id=1)
        assert len(found) == size
        numbers.add(len(asked))
    assert max(numbers) <= 3


def test_counts_come_from_one_statement_and_add_up(many: Engine) -> None:
    with Session(many) as session, statements(many) as asked:
        tasks = SqlTasks(session, new_public_id)
        counts = tasks.count(TaskQuery())
        assert len(asked) == 1
        assert counts[TaskState.DONE] == 0
        for state in OPEN_STATES:
            every = list(tasks.every(TaskQuery(states=(state,))))
            assert counts[state] == len(every) > 0
            assert {row.task.state for row in every} == {state}


def test_pages_hold_every_task_once_in_one_order(many: Engine) -> None:
    with Session(many) as session:
        tasks = SqlTasks(session, new_public_id)
        seen = [
            row.task
            for page in range(1, 200)
            for row in tasks.search(TaskQuery(page=page, page_size=200), viewer_id=None)
        ]
    assert len({each.public_id for each in seen}) == len(seen) > 2_000
    keys = [(each.priority, each.due_at) for each in seen]
    assert keys == sorted(keys)

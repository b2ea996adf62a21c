"""Calls written together: the same rows in every table as when they are written one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Table, event, select
from sqlalchemy.orm import Session

from qa.domain.call import CallRecord
from qa.domain.meanings import Meanings
from qa.domain.records import ScoredCall
from qa.domain.scorecard import Outcome, RubricRef, Searched
from qa.store.calls import SqlCalls
from qa.store.engine import writing
from qa.store.tables import Base, CallRow, CallTextRow
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.review_lab import OPEN_ONES, Lab
from tests.integration.test_store_calls import NIGHT, refusal, scored, sha, verdict, write

NEWER = RubricRef("service-standard", "2.0.0", sha("rubric 2"))

FOUND = Meanings("use@1", {"head empathy": {"0f": 0.25}})

Rows = dict[str, list[dict[str, Any]]]


def again(name: str, **changes: Any) -> ScoredCall:
    """A call scored anew: one criterion more, of which there is nothing to show."""
    one = scored(name, fingerprint="score-2", rubric=NEWER, **changes)
    verdicts = (
        *one.scorecard.verdicts,
        verdict("thanks", Outcome.FAIL, evidence=(), searched=Searched(0.0, 9.0, None)),
        verdict("empathy", Outcome.CANNOT_JUDGE, evidence=()),
    )
    return replace(one, scorecard=replace(one.scorecard, verdicts=verdicts))


def kept(connection: Connection) -> Rows:
    """Every row of the store; ids by their order, since a database counts on after what was undone."""
    tables = Base.metadata.sorted_tables
    places = {
        table.c.id: {
            row: place
            for place, row in enumerate(
                connection.scalars(select(table.c.id).order_by(table.c.id)).all()
            )
        }
        for table in tables
        if "id" in table.c
    }
    return {table.name: _rows(connection, table, places) for table in tables}


def _rows(connection: Connection, table: Table, places: dict[Any, Any]) -> list[dict[str, Any]]:
    refers = {
        column.key: places[target]
        for column in table.c
        for target in (column, *(key.column for key in column.foreign_keys))
        if target in places
    }
    found = connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
    return [
        {
            key: refers[key][value] if key in refers and value is not None else value
            for key, value in row.items()
        }
        for row in found
    ]


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    """What the database is asked from now on."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def written(engine: Engine, write: Callable[[SqlCalls], Sequence[str]]) -> tuple[list[str], Rows]:
    """What a way of writing tells and leaves, undone afterwards."""
    numbers = count(1)
    with Session(writing(engine)) as session:
        told = write(SqlCalls(session, lambda: f"new-{next(numbers)}"))
        rows = kept(session.connection())
        session.rollback()
    return list(told), rows


def one_by_one(calls: Sequence[ScoredCall]) -> Callable[[SqlCalls], Sequence[str]]:
    return lambda store: [
        call.recording.sha256 for call in calls if store.add_scored(call, run_id=1, at=NIGHT)
    ]


def together(calls: Sequence[ScoredCall]) -> Callable[[SqlCalls], Sequence[str]]:
    return lambda store: store.add_together(calls, run_id=1, at=NIGHT)


PLAIN = (
    again("A", score=None, outcomes={"greeting": Outcome.NOT_APPLICABLE}, meanings=FOUND),
    again("B", outcomes={"greeting": Outcome.FAIL}, critical_failed=("greeting",)),
    again("C", record=CallRecord("C", agent_id="A7", queue="night"), outcomes={}),
)
NOT_PLAIN = {
    "scored so already": scored("D"),
    "scored so before": scored("H", meanings=FOUND),
    "never heard": again("new"),
    "heard otherwise": again("D", hearing=replace(scored().hearing, fingerprint="speech-2")),
    "of another call": again("D", record=CallRecord("B")),
    "of a call that is new": again("D", record=CallRecord("Z")),
    "of the same call": again("A", content="another take of A"),
}


@pytest.fixture
def stored(open_store: SqlUnitOfWorkFactory) -> SqlUnitOfWorkFactory:
    """Five calls that were scored, one of them twice, and one of them refused since."""
    known = Meanings("use@0", {})
    before = [scored(name, meanings=known) for name in "ABCDH"]
    write(open_store, *before, again("H"), refusal("C", fingerprint="score-0"))
    return open_store


@pytest.mark.parametrize("other", [None, *NOT_PLAIN])
@pytest.mark.parametrize("first", [True, False])
def test_calls_that_are_written_together_leave_the_rows_of_calls_written_one_by_one(
    stored: SqlUnitOfWorkFactory, engine: Engine, other: str | None, first: bool
) -> None:
    more = [NOT_PLAIN[other]] if other else []
    calls = [*more, *PLAIN] if first else [*PLAIN, *more]
    assert written(engine, together(calls)) == written(engine, one_by_one(calls))


def test_a_call_of_a_refusal_that_is_scored_again_shows_its_score(
    open_store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    write(open_store, scored("A"), scored("A", content="other"), refusal("A", sha256=sha("A")))
    calls = [again("A", content="other")]
    assert written(engine, together(calls)) == written(engine, one_by_one(calls))


def test_thirty_calls_scored_anew_ask_the_database_no_more_than_three(
    open_store: SqlUnitOfWorkFactory, engine: Engine, statements: list[str]
) -> None:
    names = [f"call-{number}" for number in range(30)]
    write(open_store, *map(scored, names))
    asked = []
    for many in (3, 30):
        statements.clear()
        told, _ = written(engine, together([again(name) for name in names[:many]]))
        assert len(told) == many
        asked.append(len(statements))
    assert asked[0] == asked[1]


def test_what_people_said_of_a_call_stays_when_it_is_scored_anew_with_others(
    open_store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    lab = Lab(open_store)
    lab.score("c2")
    lab.review("sun", OPEN_ONES)
    lab.correct("sun", 1, "My parcel from Kashgar has not come")
    lab.score(fingerprint="f2")
    lab.score("c2", fingerprint="f2")
    assert lab.score_of() == (None, None)
    with engine.connect() as connection:
        texts = connection.execute(
            select(CallRow.call_id, CallTextRow.text).join_from(CallTextRow, CallRow)
        ).all()
    assert {call_id: "kashgar" in said for call_id, said in texts} == {"c1": True, "c2": False}

"""A database of every revision that was ever released, with rows in each of its tables, is brought up to date.

``rows_of_0006.json`` holds what a store of revision 0006 wrote, table by table; an earlier revision has fewer tables
and fewer columns of them. The rubric's text is left out of it, being the one that ships.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import (
    Boolean,
    Connection,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    func,
    inspect,
    select,
    text,
)

from qa import bootstrap
from qa.config import Settings
from qa.domain.access import CONSOLE
from qa.domain.people import Client
from qa.domain.records import CallQuery
from qa.services.export import conversation_lines, review_lines
from qa.services.login import open_session
from qa.store import schema, search_index
from qa.store.engine import make_engine, writing
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from webapp import create_app

ROWS: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("rows_of_0006.json").read_text(encoding="utf-8")
)
RELEASED = schema.REVISIONS[: schema.REVISIONS.index("0006") + 1]
PAGES = (
    "/",
    "/queue",
    "/queue/board",
    "/agents",
    "/agents/A201",
    "/agreement",
    "/agreement/raters",
    "/disputes",
    "/calibration",
    "/calibration/clarifications",
    "/coaching",
    "/cases",
    "/sampling",
    "/figures",
    "/licences",
    "/people",
)


@pytest.fixture
def engine(bare_url: str) -> Iterator[Engine]:
    made = make_engine(bare_url)
    yield made
    made.dispose()


@pytest.fixture(params=RELEASED)
def kept(request: pytest.FixtureRequest, engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Make a database of one revision, fill every table of it, and say what with."""
    with writing(engine).begin() as connection:
        command.upgrade(schema.migrations(connection), request.param)
    found = MetaData()
    with writing(engine).begin() as connection:
        found.reflect(connection)
        tables = [each for each in found.sorted_tables if _is_ours(each)]
        kept = {each.name: _fill(connection, each) for each in tables}
    assert schema.status(engine).revision == request.param
    assert {name for name, rows in kept.items() if not rows} == set()
    assert len(kept) > 8
    return kept


def _is_ours(table: Table) -> bool:
    """Not the revision's own, nor what SQLite keeps its search index in."""
    return table.name != schema.VERSION_TABLE and not table.name.startswith("call_grams")


def _fill(connection: Connection, table: Table) -> list[dict[str, Any]]:
    rows = [
        {column.name: _value(column.type, row[column.name]) for column in table.columns}
        for row in ROWS[table.name]
    ]
    if table.name == "rubrics":
        source = bootstrap.rubric_source(Settings()).text
        rows = [row | {"source": source} for row in rows]
    connection.execute(table.insert(), rows)
    if table.name == "call_texts" and inspect(connection).has_table(search_index.NAME):
        for row in rows:
            search_index.write(connection, row["call_id"], None, row["text"])
    if connection.dialect.name == "postgresql" and "id" in table.columns:
        # Rows that bring their id leave the sequence behind.
        connection.execute(
            select(func.setval(func.pg_get_serial_sequence(table.name, "id"), len(rows) + 1000))
        )
    return rows


def _value(kind: Any, held: Any) -> Any:
    if held is None:
        return None
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(held)
    if isinstance(kind, LargeBinary):
        return base64.b64decode(held)
    return bool(held) if isinstance(kind, Boolean) else held


def test_every_row_of_every_table_is_there_as_it_was(
    engine: Engine, kept: dict[str, list[dict[str, Any]]]
) -> None:
    revision = schema.status(engine).revision
    assert schema.upgrade(engine) is (revision != schema.HEAD)
    found = MetaData()
    with engine.connect() as connection:
        found.reflect(connection, only=list(kept))
        for name, rows in kept.items():
            columns = [found.tables[name].columns[column] for column in rows[0]]
            held = connection.execute(select(*columns)).mappings().all()
            assert sorted(map(_comparable, held)) == sorted(map(_comparable, rows)), name


def _comparable(row: Any) -> str:
    return repr(sorted((name, _instant(value)) for name, value in row.items()))


def _instant(value: Any) -> Any:
    """A moment in UTC, which is how SQLite keeps it; anything else as it is."""
    if not isinstance(value, datetime):
        return value
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value


def test_what_was_said_is_found_and_exported(
    engine: Engine, kept: dict[str, list[dict[str, Any]]]
) -> None:
    schema.upgrade(engine)
    store = SqlUnitOfWorkFactory(engine)
    lines = {line["call_id"]: line for line in conversation_lines(store, CONSOLE, "en")}
    assert set(lines) == {row["call_id"] for row in kept["calls"]}
    assert lines["good-call"]["transcript"]["turns"][0]["text"] == "您好，云帆科技客服中心。"
    assert len(lines["bad-call"]["scorecard"]["criteria"]) > 3
    reviewed = {line["call_id"] for line in review_lines(store, CONSOLE)}
    assert reviewed == ({"bad-call"} if "reviews" in kept else set())
    with store() as unit:
        named = unit.calls.search(CallQuery(search="A201")).rows
        said = unit.calls.search(CallQuery(search="parcel")).rows
    assert "bad-call" in {row.record.call_id for row in named}
    assert {row.record.call_id for row in said} == {"bad-call"}


def test_every_page_is_shown_and_the_store_takes_new_rows(
    engine: Engine,
    bare_url: str,
    kept: dict[str, list[dict[str, Any]]],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    schema.upgrade(engine)
    settings = Settings(home=tmp_path / "var", database_url=bare_url)
    app = create_app(settings)
    client = app.test_client()
    store = app.extensions["callqa"].open_store
    request.addfinalizer(store._engine.dispose)
    if "users" in kept:
        with store(writes=True) as unit:
            admin = next(user for user in unit.people.everybody() if user.login == "ada")
            opened = open_session(
                unit,
                admin,
                Client("127.0.0.1", "test"),
                bootstrap.session_rules(settings),
                bootstrap.SystemClock().now(),
            )
            unit.commit()
        client.set_cookie("callqa", opened.token)
    calls = [f"/calls/{row['public_id']}" for row in kept["calls"]]
    pages = (*PAGES, *calls) if "users" in kept else ("/", *calls)
    client.set_cookie("lang", "zh" if engine.dialect.name == "sqlite" else "en")
    # A call that somebody objects to leads on to the objection.
    shown = {page: client.get(page, follow_redirects=True).status_code for page in pages}
    assert {page: status for page, status in shown.items() if status != 200} == {}
    with writing(engine).begin() as connection:
        connection.execute(text("INSERT INTO runs (started_at) VALUES (CURRENT_TIMESTAMP)"))

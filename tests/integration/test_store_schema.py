"""The schema makes itself in an empty database, is brought up from an older one, and touches no other."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event, inspect

from qa.domain.call import Role
from qa.domain.errors import SchemaOutdated
from qa.domain.signals import Overlap, ResponseGap, Signals
from qa.domain.transcript import Span, Turn, Word
from qa.store import schema
from qa.store.engine import make_engine, writing
from qa.store.tables import Base
from qa.store.unit_of_work import SqlUnitOfWorkFactory

CALL_OF_0001 = Path(__file__).with_name("call_of_0001.sql")
"""The rows of one scored call, letter by letter as revision 0001 was written."""
GRAMS = {"call_grams", *(f"call_grams_{part}" for part in ("config", "data", "idx"))}
"""The search index, and what SQLite keeps it in."""
LIST_ORDERS = {"ix_calls_latest", "ix_calls_best"}
"""Indexes for PostgreSQL alone, whose order of empty values no table can state."""
OURS = {*Base.metadata.tables, schema.VERSION_TABLE, "call_grams"}


@pytest.fixture
def engine(bare_url: str) -> Iterator[Engine]:
    made = make_engine(bare_url)
    yield made
    made.dispose()


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    made = make_engine(f"sqlite:///{tmp_path / 'alone.sqlite'}")
    yield made
    made.dispose()


def tables(engine: Engine) -> set[str]:
    """Every table but what SQLite keeps the search index in."""
    return set(inspect(engine).get_table_names()) - (GRAMS - {"call_grams"})


def stamp(engine: Engine, revision: str) -> None:
    with writing(engine).begin() as connection:
        connection.exec_driver_sql(
            f"UPDATE {schema.VERSION_TABLE} SET version_num = '{revision}'"  # noqa: S608 - literals
        )


def test_an_empty_database_is_set_up_by_itself(engine: Engine) -> None:
    schema.ensure_current(engine)
    assert tables(engine) == OURS
    assert schema.status(engine).revision == schema.HEAD


def test_migrations_and_tables_describe_the_same_schema(engine: Engine) -> None:
    schema.ensure_current(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": schema.VERSION_TABLE,
                "compare_server_default": True,
                "include_name": lambda name, _kind, _parents: name not in {*GRAMS, *LIST_ORDERS},
            },
        )
        assert compare_metadata(context, Base.metadata) == []


def test_migrations_and_tables_make_the_same_sql(sqlite_engine: Engine, tmp_path: Path) -> None:
    """Autogenerate sees no partial index and no ON DELETE; the database's own text of both does."""
    schema.ensure_current(sqlite_engine)
    direct = make_engine(f"sqlite:///{tmp_path / 'direct.sqlite'}")
    Base.metadata.create_all(direct)

    def described(database: Engine) -> dict[str, list[str]]:
        """Each statement's parts in one order: a column that was added later stands last in its table."""
        with database.connect() as connection:
            made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE sql > ''")
            return {
                name: sorted(re.findall(r"(?:\([^()]*\)|[^\s(),])+", sql)) for name, sql in made
            }

    migrated = described(sqlite_engine)
    for name in (schema.VERSION_TABLE, *GRAMS):
        migrated.pop(name)
    assert migrated == described(direct)
    direct.dispose()


def test_the_known_revisions_are_those_of_the_migrations(engine: Engine) -> None:
    with engine.connect() as connection:
        scripts = ScriptDirectory.from_config(schema.migrations(connection))
    found = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(found)) == schema.REVISIONS


def test_a_current_database_costs_one_query(engine: Engine) -> None:
    schema.ensure_current(engine)
    statements: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(_c: Any, _u: Any, statement: str, _p: Any, _x: Any, _m: Any) -> None:
        statements.append(statement)

    schema.ensure_current(engine)
    ours = [said for said in statements if schema.VERSION_TABLE in said]
    assert ours == [f"SELECT {schema.VERSION_TABLE}.version_num \nFROM {schema.VERSION_TABLE}"]
    assert not [said for said in statements if said.startswith("SELECT") and said not in ours]


def test_a_database_that_was_taken_down_is_set_up_again(engine: Engine) -> None:
    schema.ensure_current(engine)
    with writing(engine).begin() as connection:
        command.downgrade(schema.migrations(connection), "base")
    assert tables(engine) == {schema.VERSION_TABLE}
    schema.ensure_current(engine)
    assert tables(engine) == OURS


def test_upgrading_says_whether_there_was_anything_to_do(engine: Engine) -> None:
    assert schema.upgrade(engine) is True
    assert schema.upgrade(engine) is False


@pytest.mark.parametrize("use", [schema.ensure_current, schema.upgrade])
def test_a_database_of_a_newer_version_is_left_alone(
    engine: Engine, use: Callable[[Engine], object]
) -> None:
    schema.ensure_current(engine)
    stamp(engine, "9999")
    with pytest.raises(SchemaOutdated, match=r"9999.*newer") as caught:
        use(engine)
    assert "update Call QA" in caught.value.hint
    assert schema.status(engine).revision == "9999"


@pytest.fixture
def of_0001(sqlite_engine: Engine) -> Engine:
    """A database of the first revision with one scored call, as SQLite wrote it."""
    with writing(sqlite_engine).begin() as connection:
        command.upgrade(schema.migrations(connection), "0001")
        for statement in CALL_OF_0001.read_text(encoding="utf-8").split(";\n"):
            connection.exec_driver_sql(statement)
    return sqlite_engine


def test_a_database_of_an_older_version_waits_for_the_upgrade_command(of_0001: Engine) -> None:
    with pytest.raises(SchemaOutdated, match=f"revision 0001.*works with {schema.HEAD}") as caught:
        schema.ensure_current(of_0001)
    assert "qa db upgrade" in caught.value.hint
    assert schema.status(of_0001).revision == "0001"


def test_what_an_older_version_heard_reads_as_before_once_upgraded(of_0001: Engine) -> None:
    assert schema.upgrade(of_0001) is True
    schema.ensure_current(of_0001)
    with SqlUnitOfWorkFactory(of_0001)() as unit:
        (call,) = unit.calls.every()
    assert call.scorecard
    assert [clip.quote for clip in call.scorecard.verdicts[0].evidence] == ["感谢您的来电"]
    assert call.recording
    assert call.recording.peaks.channels == ((0.0, 1.0), (0.25, 0.5))
    assert call.hearing
    words = (Word(2.5, 3.0, "我要", 0.75), Word(3.0, 4.0, "退款", 0.5))
    assert call.hearing.transcript.turns == (Turn(Role.CUSTOMER, 2.5, 4.0, "我要退款", words),)
    assert call.hearing.quality is None
    assert call.hearing.signals == Signals(
        duration_s=78.5,
        activity={Role.CUSTOMER: (Span(2.5, 4.0),)},
        silences=(Span(4.0, 9.0),),
        overlaps=(Overlap(10.0, 10.5, Role.AGENT),),
        response_gaps=(ResponseGap(2.25, 2.5, Role.CUSTOMER),),
        talk_share={Role.AGENT: 0.6, Role.CUSTOMER: 0.4},
        speech_rate={Role.AGENT: 240.0},
        overlap_confidence=1.0,
    )


def test_an_upgraded_database_can_be_taken_back(of_0001: Engine) -> None:
    schema.upgrade(of_0001)
    with writing(of_0001).begin() as connection:
        command.downgrade(schema.migrations(connection), "0001")
        columns = {column["name"] for column in inspect(connection).get_columns("hearings")}
    assert "models" in columns
    assert "quality" not in columns
    assert schema.status(of_0001).rows["hearings"] == 1


@pytest.mark.parametrize("use", [schema.ensure_current, schema.upgrade])
def test_a_database_of_another_program_is_left_alone(
    engine: Engine, use: Callable[[Engine], object]
) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE wp_posts (id INTEGER)")
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT)")
    with pytest.raises(SchemaOutdated, match="wp_posts") as caught:
        use(engine)
    assert "QA_DATABASE_URL" in caught.value.hint
    assert tables(engine) == {"wp_posts", "alembic_version"}


def test_the_status_of_an_empty_database_is_empty(engine: Engine) -> None:
    assert schema.status(engine) == schema.StoreStatus(revision=None, rows={})

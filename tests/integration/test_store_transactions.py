"""What holds when processes write at once, die, meet a full or damaged database, or forget the rules."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, inspect, text
from sqlalchemy.exc import IntegrityError

from qa.domain.errors import SettingsInvalid, StoreUnavailable
from qa.domain.scorecard import RubricRef
from qa.store import engine as engines
from qa.store.engine import make_engine
from qa.store.schema import ensure_current
from qa.store.tables import RubricRow, ScorecardRow
from qa.store.unit_of_work import SqlUnitOfWorkFactory

NOW = datetime(2026, 3, 1, tzinfo=UTC)
RUBRIC = RubricRef("service-standard", "1.0.0", "ab" * 32)

OPEN = """
import sys
from datetime import UTC, datetime
from qa.domain.scorecard import RubricRef
from qa.store.engine import make_engine
from qa.store.schema import ensure_current
from qa.store.unit_of_work import SqlUnitOfWorkFactory
engine = make_engine(sys.argv[1])
store = SqlUnitOfWorkFactory(engine)
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'var' / 'callqa.sqlite'}"


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = make_engine(url)
    ensure_current(made)
    yield made
    made.dispose()


@pytest.fixture
def store(engine: Engine) -> SqlUnitOfWorkFactory:
    return SqlUnitOfWorkFactory(engine)


def start(program: str, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OPEN + program, url], stderr=subprocess.PIPE, text=True
    )


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return connection.scalar(text(f"SELECT count(*) FROM {table}")) or 0  # noqa: S608 - a literal


# --- several processes -----------------------------------------------------------------------------


def test_processes_that_meet_one_empty_database_make_it_once_and_lose_no_write(url: str) -> None:
    program = """
ensure_current(engine)
for _ in range(25):
    with store(writes=True) as unit:
        before = unit.runs.latest()
        unit.runs.begin(datetime.now(UTC))
        unit.commit()
"""
    writers = [start(program, url) for _ in range(3)]
    faults = [writer.communicate(timeout=240)[1] for writer in writers]
    assert faults == [""] * 3
    engine = make_engine(url)
    assert count(engine, "runs") == 75
    assert count(engine, "callqa_schema") == 1
    engine.dispose()


def test_a_process_that_dies_before_its_commit_leaves_nothing(url: str, engine: Engine) -> None:
    program = """
import os
with store(writes=True) as unit:
    unit.runs.begin(datetime.now(UTC))
    unit.rubrics.keep(RubricRef("a", "1", "ab"), "text")
    os._exit(9)
"""
    dying = start(program, url)
    dying.communicate(timeout=240)
    assert dying.returncode == 9
    assert count(engine, "runs") == count(engine, "rubrics") == 0
    with SqlUnitOfWorkFactory(engine)(writes=True) as unit:
        unit.runs.begin(NOW)
        unit.commit()
    assert count(engine, "runs") == 1


def test_a_process_that_dies_while_making_the_schema_leaves_an_empty_database(url: str) -> None:
    program = """
import os
from sqlalchemy import event

@event.listens_for(engine, "after_cursor_execute")
def die(connection, cursor, statement, *others):
    if "CREATE TABLE verdicts" in statement:
        os._exit(9)

ensure_current(engine)
"""
    dying = start(program, url)
    dying.communicate(timeout=240)
    assert dying.returncode == 9
    engine = make_engine(url)
    assert inspect(engine).get_table_names() == []
    ensure_current(engine)
    assert count(engine, "verdicts") == 0
    engine.dispose()


# --- one writer, many readers ------------------------------------------------------------------------


def test_a_writer_holds_the_lock_from_the_start_and_others_are_told_to_wait(
    url: str, store: SqlUnitOfWorkFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "BUSY_S", 0.05)
    other = make_engine(url)
    impatient = SqlUnitOfWorkFactory(other)
    with store(writes=True) as unit:
        with (
            pytest.raises(StoreUnavailable, match="locked") as caught,
            impatient(writes=True),
        ):
            pass
        assert "another process is writing" in caught.value.hint
        unit.runs.begin(NOW)
        unit.commit()
    with impatient(writes=True) as unit:
        unit.runs.begin(NOW)
        unit.commit()
    assert count(other, "runs") == 2
    other.dispose()


def test_a_reader_sees_one_moment_and_does_not_wait_for_the_writer(
    store: SqlUnitOfWorkFactory,
) -> None:
    with store() as reader:
        assert reader.rubrics.source(RUBRIC.sha256) is None
        with store(writes=True) as writer:
            writer.rubrics.keep(RUBRIC, "text")
            writer.commit()
        assert reader.rubrics.source(RUBRIC.sha256) is None
    with store() as reader:
        assert reader.rubrics.source(RUBRIC.sha256) == "text"


def test_a_unit_of_work_that_was_opened_to_read_cannot_write(
    store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    with pytest.raises(StoreUnavailable, match="readonly"), store() as unit:
        unit.runs.begin(NOW)
    # The connection goes back to the pool and may write again for the next one.
    with store(writes=True) as unit:
        unit.runs.begin(NOW)
        unit.commit()
    assert count(engine, "runs") == 1


def test_an_error_inside_rolls_back_and_passes_through(
    store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    with pytest.raises(ZeroDivisionError), store(writes=True) as unit:
        _ = unit.runs.begin(NOW) / 0
    assert count(engine, "runs") == 0


def test_a_unit_of_work_is_of_no_use_outside_its_block(store: SqlUnitOfWorkFactory) -> None:
    unit = store(writes=True)
    with pytest.raises(RuntimeError, match="inside its with block"):
        unit.commit()


# --- rules the database keeps --------------------------------------------------------------------------


def test_foreign_keys_are_enforced(engine: Engine) -> None:
    orphan = insert(ScorecardRow).values(
        call_id=1,
        recording_id=1,
        hearing_id=1,
        run_id=1,
        fingerprint="f",
        is_current=True,
        scored_at=NOW,
        rubric_id="a",
        rubric_version="1",
        rubric_sha256="ab",
        critical_failed=[],
    )
    with pytest.raises(IntegrityError, match="FOREIGN KEY"), engine.begin() as connection:
        connection.execute(orphan)


def test_every_connection_writes_ahead_and_waits(engine: Engine) -> None:
    with engine.connect() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        }
    assert settings == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 30_000,
        "synchronous": 1,
    }


def test_an_error_of_the_database_quotes_no_values(engine: Engine) -> None:
    secret = "六二二二零二"  # noqa: S105 - a card number said aloud
    row = {"sha256": "ab", "rubric_id": "a", "version": "1", "source": secret}
    with pytest.raises(IntegrityError) as caught, engine.begin() as connection:
        connection.execute(insert(RubricRow), [row, row])
    assert secret not in str(caught.value)


# --- the database file and its URL -----------------------------------------------------------------


def test_the_data_folder_and_the_database_are_the_owners_alone(
    engine: Engine, tmp_path: Path
) -> None:
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode)
        for path in (tmp_path / "var", tmp_path / "var" / "callqa.sqlite")
    }
    assert modes == {"var": 0o700, "callqa.sqlite": 0o600}


def test_a_file_that_is_no_database_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("these are notes, not a database" * 100)
    engine = make_engine(f"sqlite:///{path}")
    with pytest.raises(StoreUnavailable, match="not a database"):
        ensure_current(engine)
    engine.dispose()


def test_a_full_database_is_reported_and_nothing_is_half_written(
    store: SqlUnitOfWorkFactory, engine: Engine
) -> None:
    with engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreUnavailable, match="full") as caught, store(writes=True) as unit:
        unit.rubrics.keep(RUBRIC, "x" * 1_000_000)
    assert "make room" in caught.value.hint
    assert count(engine, "rubrics") == 0


def test_a_folder_that_cannot_be_made_is_a_setting_to_put_right(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsInvalid, match="cannot be made") as caught:
        make_engine(f"sqlite:///{tmp_path / 'file' / 'callqa.sqlite'}")
    assert "QA_HOME" in caught.value.hint


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("callqa.sqlite", "not a database URL"),
        ("postgresql://callqa:hunter2@host:port/callqa", "not a database URL"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite:///file:x?mode=memory&uri=true", "in memory"),
        ("mysql://callqa:hunter2@host/callqa", "does not run on: mysql"),
        ("postgres://callqa:hunter2@host/callqa", "does not run on: postgres"),
        ("postgresql+nodriver://callqa:hunter2@host/callqa", "driver that is not installed"),
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_repeating_its_password(
    url: str, message: str
) -> None:
    with pytest.raises(SettingsInvalid, match=message) as caught:
        make_engine(url)
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


def test_a_relative_path_is_taken_from_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    engine = make_engine("sqlite:///callqa.sqlite")
    ensure_current(engine)
    engine.dispose()
    with sqlite3.connect(tmp_path / "callqa.sqlite") as connection:
        assert connection.execute("SELECT count(*) FROM calls").fetchone() == (0,)
    connection.close()


def test_importing_the_unit_of_work_imports_no_database_library() -> None:
    program = (
        "import sys, qa.store.unit_of_work, qa.cli.db; "
        "sys.exit('sqlalchemy' in sys.modules or 'alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, env=dict(os.environ))
    assert done.returncode == 0

"""``qa db backup`` and ``qa db restore``: one moment of a database in use, checked, never over another."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.app import postgresql
from qa import bootstrap
from qa.config import Settings
from qa.domain.access import CONSOLE
from qa.domain.call import CallRecord
from qa.domain.errors import SettingsInvalid, StoreUnavailable
from qa.domain.records import CallQuery, Refusal
from qa.domain.wording import Reason
from qa.services.export import scorecard_lines
from qa.store import schema
from qa.store.backup import backup, database_file, restore
from qa.store.engine import make_engine
from qa.store.schema import HEAD
from qa.store.tables import Base
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.conftest import QaCommand
from tests.integration.stored_calls import CURT, POLITE, store_calls

AT = datetime(2026, 3, 2, 1, 14, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data folder with two scored calls and a refusal."""
    made = Settings(home=tmp_path / "var", company_names=("云帆科技",))
    store_calls(made, {"c1": POLITE, "c2": CURT}, refused="c3")
    return made


def calls_of(home: Path) -> list[object]:
    return list(scorecard_lines(bootstrap.unit_of_work(Settings(home=home)), CONSOLE, "en"))


def test_a_restored_store_lists_the_same_calls(
    settings: Settings, tmp_path: Path, qa_command: QaCommand
) -> None:
    saved = tmp_path / "night.sqlite"
    done = qa_command("db", "backup", saved)
    assert (done.returncode, done.stdout) == (0, f"{saved} holds 3 calls (revision {HEAD}).\n")
    assert [path.name for path in tmp_path.glob("night*")] == ["night.sqlite"]
    assert saved.stat().st_mode & 0o777 == 0o600
    fresh = tmp_path / "elsewhere" / "fresh"
    back = qa_command("db", "restore", saved, QA_HOME=str(fresh))
    assert (back.returncode, back.stderr) == (0, "")
    assert back.stdout.startswith(f"Restored 3 calls (revision {HEAD}).\n")
    assert str(fresh / "audio") in back.stdout
    assert calls_of(fresh) == calls_of(settings.home)
    with bootstrap.unit_of_work(Settings(home=fresh))() as unit:
        assert [row.record.call_id for row in unit.calls.search(CallQuery(search="物流")).rows]


def test_a_backup_is_of_one_moment_while_others_write(settings: Settings, tmp_path: Path) -> None:
    """A writer adds two calls a transaction: an odd number of them would be half of one."""
    store = bootstrap.unit_of_work(settings)
    written, enough = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not enough.is_set():
            with store(writes=True) as unit:
                run_id = unit.runs.begin(AT)
                for half in "ab":
                    record = CallRecord(f"n{number}{half}")
                    refusal = Refusal(record, "x.wav", None, "f", Reason("recording.empty"))
                    unit.calls.add_refusal(refusal, run_id=run_id, at=AT)
                unit.commit()
            number += 1
            written.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        counts = []
        for number in range(5):
            assert written.wait(30)
            written.clear()
            saved = tmp_path / f"{number}.sqlite"
            counts.append(backup(database_file(settings.store_url), saved).calls)
    finally:
        enough.set()
        writer.join()
    assert counts == sorted(set(counts))
    assert all((count - 3) % 2 == 0 for count in counts)


def test_what_only_the_write_ahead_log_holds_is_in_the_backup(
    settings: Settings, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(database_file(settings.store_url))) as held:
        held.execute("PRAGMA wal_autocheckpoint=0")
        held.execute("BEGIN IMMEDIATE")
        held.execute("UPDATE calls SET agent_id = 'A9' WHERE call_id = 'c1'")
        held.commit()
        log = settings.home / "callqa.sqlite-wal"
        assert log.stat().st_size > 0
        backup(database_file(settings.store_url), tmp_path / "b.sqlite")
    with closing(sqlite3.connect(tmp_path / "b.sqlite")) as copy:
        found = copy.execute("SELECT agent_id FROM calls WHERE call_id = 'c1'").fetchone()
        assert found == ("A9",)
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)


def test_nothing_is_written_over(settings: Settings, tmp_path: Path) -> None:
    database = database_file(settings.store_url)
    saved = tmp_path / "b.sqlite"
    backup(database, saved)
    before = saved.read_bytes()
    with pytest.raises(SettingsInvalid, match="exists and is not written over"):
        backup(database, saved)
    with pytest.raises(SettingsInvalid, match="exists and is not written over"):
        restore(saved, database)
    assert saved.read_bytes() == before
    assert len(calls_of(settings.home)) == 3


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_the_log_of_another_database_is_never_read_into_the_restored_one(
    settings: Settings, tmp_path: Path, suffix: str
) -> None:
    saved, fresh = tmp_path / "b.sqlite", tmp_path / "fresh" / "callqa.sqlite"
    backup(database_file(settings.store_url), saved)
    fresh.parent.mkdir()
    left = fresh.with_name(fresh.name + suffix)
    left.write_bytes(b"left")
    with pytest.raises(SettingsInvalid, match="belongs to another database"):
        restore(saved, fresh)
    assert [path.name for path in fresh.parent.iterdir()] == [left.name]


def _cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _overwritten(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for page in range(4096 * 3, len(content) - 4096, 4096 * 2):
        content[page : page + 512] = b"\xff" * 512
    path.write_bytes(bytes(content))


def _no_database(path: Path) -> None:
    path.write_text("calls, 3\n" * 1000, encoding="utf-8")


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _of_another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("CREATE TABLE wp_posts (id INTEGER)")


def _of_a_newer_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as newer, newer:
        newer.execute("UPDATE callqa_schema SET version_num = '9999'")


def _without_what_is_referred_to(path: Path) -> None:
    with closing(sqlite3.connect(path)) as torn, torn:
        torn.execute("DELETE FROM recordings")


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_cut_off, "cannot be read as a database"),
        (_overwritten, "cannot be read as a database"),
        (_no_database, "cannot be read as a database"),
        (_empty, "is no database of Call QA"),
        (_of_another_program, "is no database of Call QA"),
        (_of_a_newer_version, "revision 9999, which is newer"),
        (_without_what_is_referred_to, "rows refer to others that are gone"),
    ],
)
def test_a_backup_that_cannot_be_trusted_is_refused_before_anything_is_made(
    settings: Settings,
    tmp_path: Path,
    harm: object,
    said: str,
) -> None:
    saved, fresh = tmp_path / "b.sqlite", tmp_path / "fresh" / "callqa.sqlite"
    backup(database_file(settings.store_url), saved)
    harm(saved)  # type: ignore[operator]
    with pytest.raises(StoreUnavailable, match=said) as caught:
        restore(saved, fresh)
    assert str(saved) in caught.value.message
    assert list(fresh.parent.iterdir()) == []


def test_a_damaged_database_is_not_taken_for_a_backup(settings: Settings, tmp_path: Path) -> None:
    copy = tmp_path / "live.sqlite"
    backup(database_file(settings.store_url), copy)
    _overwritten(copy)
    with pytest.raises(StoreUnavailable, match=r"live\.sqlite cannot be read"):
        backup(copy, tmp_path / "b.sqlite")
    assert not (tmp_path / "b.sqlite").exists()


def test_an_older_backup_is_restored_and_waits_for_its_upgrade(
    settings: Settings, tmp_path: Path, qa_command: QaCommand
) -> None:
    saved = tmp_path / "old.sqlite"
    backup(database_file(settings.store_url), saved)
    with closing(sqlite3.connect(saved)) as older, older:
        older.execute("UPDATE callqa_schema SET version_num = '0006'")
    done = qa_command("db", "restore", saved, QA_HOME=str(tmp_path / "fresh"))
    assert done.returncode == 0
    assert "qa db upgrade" in done.stdout


def test_what_is_not_there_and_what_is_not_sqlite_is_a_sentence(
    tmp_path: Path, qa_command: QaCommand
) -> None:
    nothing = qa_command("db", "backup", tmp_path / "b.sqlite")
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert "there is no database" in nothing.stderr
    missing = qa_command("db", "restore", tmp_path / "b.sqlite")
    assert "there is no backup" in missing.stderr
    elsewhere = qa_command(
        "db", "backup", tmp_path / "b.sqlite", QA_DATABASE_URL="postgresql://somebody@nowhere/x"
    )
    assert (elsewhere.returncode, "pg_dump" in elsewhere.stderr) == (2, True)
    assert not (tmp_path / "var").exists()


def test_a_crashed_databases_log_is_replayed(settings: Settings, tmp_path: Path) -> None:
    """The files of a database whose process was killed: what it had committed is still in its log alone."""
    with closing(sqlite3.connect(database_file(settings.store_url))) as held:
        held.execute("PRAGMA wal_autocheckpoint=0")
        held.execute("BEGIN IMMEDIATE")
        held.execute("UPDATE calls SET agent_id = 'A9' WHERE call_id = 'c1'")
        held.commit()
        crashed = tmp_path / "crashed"
        shutil.copytree(settings.home, crashed)
    (crashed / "callqa.sqlite-shm").unlink()
    assert backup(crashed / "callqa.sqlite", tmp_path / "b.sqlite").calls == 3
    with closing(sqlite3.connect(tmp_path / "b.sqlite")) as copy:
        found = copy.execute("SELECT agent_id FROM calls WHERE call_id = 'c1'").fetchone()
        assert found == ("A9",)


@pytest.fixture
def empty_postgresql(postgresql_url: str) -> Iterator[str]:
    """A PostgreSQL database beside the one with the schema, with nothing in it."""
    yield postgresql.make_database(postgresql_url, "restored")
    postgresql.drop_database(postgresql_url, "restored")


def test_what_pg_dump_saved_pg_restore_brings_back(
    postgresql_url: str, empty_postgresql: str, tmp_path: Path
) -> None:
    """The commands of ``docs/backup.md``."""
    dump = tmp_path / "callqa.dump"
    before = _written_to(postgresql_url)
    try:
        for command in (
            (
                *(postgresql.program("pg_dump"), "--format=custom", "--no-owner"),
                *(f"--file={dump}", postgresql_url),
            ),
            (
                *(postgresql.program("pg_restore"), "--no-owner", "--exit-on-error"),
                *("--single-transaction", f"--dbname={empty_postgresql}", str(dump)),
            ),
        ):
            subprocess.run(command, check=True, capture_output=True)
    finally:
        postgresql.empty(postgresql_url, Base.metadata.tables)
    engine = make_engine(empty_postgresql)
    try:
        assert schema.status(engine).revision == HEAD
        assert list(scorecard_lines(SqlUnitOfWorkFactory(engine), CONSOLE, "en")) == before
    finally:
        engine.dispose()


def _written_to(url: str) -> list[object]:
    """Put three refused calls into a database; what is exported of them."""
    engine = make_engine(url)
    store = SqlUnitOfWorkFactory(engine)
    with store(writes=True) as unit:
        run_id = unit.runs.begin(AT)
        for call_id in ("c1", "c2", "通话"):
            refusal = Refusal(CallRecord(call_id), "x.wav", None, "f", Reason("recording.empty"))
            unit.calls.add_refusal(refusal, run_id=run_id, at=AT)
        unit.commit()
    lines: list[object] = list(scorecard_lines(store, CONSOLE, "en"))
    engine.dispose()
    return lines

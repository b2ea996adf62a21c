"""``qa db`` as a person types it."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from qa.store.schema import HEAD

QaCommand = Callable[..., subprocess.CompletedProcess[str]]


def test_the_database_is_made_by_upgrade_and_left_alone_the_second_time(
    qa_command: QaCommand, bare_url: str
) -> None:
    setting = {"QA_DATABASE_URL": bare_url}
    before = qa_command("db", "status", **setting)
    assert (before.returncode, before.stderr) == (0, "")
    assert f"revision   none (this Call QA works with {HEAD})" in before.stdout
    made = qa_command("db", "upgrade", **setting)
    assert (made.returncode, made.stdout) == (0, f"The database is now at revision {HEAD}.\n")
    again = qa_command("db", "upgrade", **setting)
    assert again.stdout == f"The database is current (revision {HEAD}); nothing to do.\n"
    after = qa_command("db", "status", **setting).stdout.splitlines()
    assert after[0] == f"database   {bare_url}"
    assert after[1] == f"revision   {HEAD} (this Call QA works with {HEAD})"
    assert "calls      0" in after
    assert "recordings 0" in after


def test_without_a_setting_the_database_is_a_file_in_the_data_folder(
    qa_command: QaCommand, tmp_path: Path
) -> None:
    shown = qa_command("db", "status").stdout.splitlines()
    assert shown[0] == f"database   sqlite:///{tmp_path / 'var' / 'callqa.sqlite'}"


def test_a_database_of_a_newer_version_ends_in_one_sentence_and_what_to_do(
    qa_command: QaCommand, tmp_path: Path
) -> None:
    qa_command("db", "upgrade")
    with closing(sqlite3.connect(tmp_path / "var" / "callqa.sqlite")) as database, database:
        database.execute("UPDATE callqa_schema SET version_num = '9999'")
    done = qa_command("db", "upgrade")
    assert done.returncode == 2
    assert done.stdout == ""
    assert "revision 9999, which is newer" in done.stderr
    assert "update Call QA" in done.stderr
    assert "Traceback" not in done.stderr

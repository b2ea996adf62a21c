"""A database server that comes up after the command that needs it, as at the start of a machine."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.app import postgresql
from bench.night import rubrics

QA = "from qa.cli.main import main; main()"


@pytest.fixture
def down() -> Iterator[postgresql.Server]:
    """A server that has not been started yet."""
    data = Path(tempfile.mkdtemp(prefix="callqa-postgresql-"))
    yield postgresql.Server(data)
    shutil.rmtree(data)


@contextmanager
def up(server: postgresql.Server) -> Iterator[None]:
    """The server, started."""
    server.start()
    try:
        yield
    finally:
        server.stop()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file that is no recording."""
    made = tmp_path / "in"
    made.mkdir()
    (made / "text.wav").write_text("no recording", encoding="utf-8")
    os.utime(made / "text.wav", (1.0, 1.0))
    return made


def environment(home: Path, url: str, patience_s: float) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    rubrics.write(home / "rubrics")
    return others | {
        "QA_HOME": str(home),
        "QA_DATABASE_URL": url,
        "QA_STORE_PATIENCE_S": str(patience_s),
        "QA_RUBRIC_DIR": str(home / "rubrics"),
        "QA_RUBRIC": rubrics.NAME,
    }


def line_of(stream: int, within_s: float) -> str:
    """The next line, if it comes in time."""
    said = b""
    until = time.monotonic() + within_s
    while not said.endswith(b"\n"):
        ready, _, _ = select.select([stream], [], [], max(0.0, until - time.monotonic()))
        assert ready, said
        said += os.read(stream, 1)
    return said.decode()


@pytest.mark.parametrize("asked", [["night", "--from"], ["run"]])
def test_a_night_waits_for_a_database_that_is_not_up_yet(
    down: postgresql.Server, folder: Path, tmp_path: Path, asked: list[str]
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", QA, *asked, str(folder)],
        env=environment(tmp_path / "var", down.url, 60),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as night:
        try:
            assert night.stderr is not None
            waiting = line_of(night.stderr.fileno(), within_s=240)
            assert waiting.startswith("Waiting for the database, 60 s at most: ")
            assert night.poll() is None
            with up(down):
                said, rest = night.communicate(timeout=240)
        finally:
            night.kill()
    assert (night.returncode, rest.strip()) == (3, b"")
    assert b"text.wav" in said


def test_a_night_whose_database_stays_away_ends_with_a_sentence(
    down: postgresql.Server, folder: Path, tmp_path: Path
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", QA, "night", "--from", str(folder)],
        env=environment(tmp_path / "var", down.url, 1),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ended.returncode == 1
    waiting, sentence, hint = filter(None, ended.stderr.splitlines())
    assert waiting.startswith("Waiting for the database, 1 s at most: ")
    assert sentence.startswith("Error: the database cannot be used: ")
    assert "it was waited for 1 s (QA_STORE_PATIENCE_S)" in hint


def test_a_server_that_is_up_and_has_no_such_database_is_not_waited_for(
    down: postgresql.Server, folder: Path, tmp_path: Path
) -> None:
    url = down.url.rpartition("/")[0] + "/another"
    with up(down):
        ended = subprocess.run(
            [sys.executable, "-c", QA, "night", "--from", str(folder)],
            env=environment(tmp_path / "var", url, 300),
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    assert ended.returncode == 1
    assert 'database "another" does not exist' in ended.stderr
    assert "Waiting" not in ended.stderr

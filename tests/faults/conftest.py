"""Nights to cut short: the driver that runs them, what they run over, and fresh stores of both kinds."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from bench.app import postgresql
from bench.night import nights, rubrics
from bench.night.audit import kept
from bench.night.nights import Driver, Place
from qa.store.engine import make_engine
from qa.store.schema import ensure_current
from tests.faults.night_lab import ONE_BY_ONE, SCORABLE, Places, Undisturbed


@pytest.fixture(scope="session")
def driver() -> Iterator[Driver]:
    """Runs nights in processes of their own."""
    with nights.driver() as working:
        yield working


@pytest.fixture(scope="session")
def other_driver() -> Iterator[Driver]:
    """Runs nights beside those of the first."""
    with nights.driver() as working:
        yield working


@pytest.fixture(scope="session")
def server() -> Iterator[postgresql.Server]:
    """A PostgreSQL server with a database ``empty`` that has the schema; who stops it starts it again."""
    with postgresql.running() as started:
        empty = make_engine(postgresql.make_database(started.url, "empty"))
        ensure_current(empty)
        empty.dispose()
        yield started


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema and nothing in it."""
    path = tmp_path_factory.mktemp("empty") / "callqa.sqlite"
    made = make_engine(f"sqlite:///{path}")
    ensure_current(made)
    made.dispose()
    return path


@pytest.fixture(scope="session")
def calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three tiny calls and two files that are none; nobody writes here."""
    folder = tmp_path_factory.mktemp("night")
    nights.make_recordings(folder, SCORABLE)
    (folder / "empty.wav").touch()
    (folder / "text.wav").write_text("this is a note, not a call\n" * 20, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def rubric_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the small rubric."""
    folder = tmp_path_factory.mktemp("rubrics")
    rubrics.write(folder)
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def places(
    request: pytest.FixtureRequest, tmp_path: Path, calls: Path, rubric_folder: Path
) -> Places:
    """Fresh places for nights over the three calls: once on SQLite, once on PostgreSQL."""
    number = count()

    @contextmanager
    def on_sqlite() -> Iterator[Place]:
        home = tmp_path / f"home-{next(number)}"
        home.mkdir(mode=0o700)
        shutil.copy(request.getfixturevalue("empty_sqlite"), home / "callqa.sqlite")
        yield Place(calls, home, rubric_folder)
        shutil.rmtree(home)

    @contextmanager
    def on_postgresql() -> Iterator[Place]:
        server: postgresql.Server = request.getfixturevalue("server")
        home = tmp_path / f"home-{next(number)}"
        home.mkdir(mode=0o700)
        name = f"{tmp_path.name}-{home.name}"
        url = postgresql.make_database(server.url, name, like="empty")
        yield Place(calls, home, rubric_folder, url)
        postgresql.drop_database(server.url, name)
        shutil.rmtree(home)

    return on_sqlite if request.param == "sqlite" else on_postgresql


@pytest.fixture
def undisturbed(driver: Driver, places: Places, tmp_path: Path) -> Undisturbed:
    """A night that nobody cuts short, on the same kind of store."""
    trace = tmp_path / "points"
    with places() as place:
        ended = driver.run(place.night(trace=str(trace), settings=ONE_BY_ONE))
        assert ended.code == 3, ended.errors
        return Undisturbed(ended, kept(place), tuple(trace.read_text("utf-8").splitlines()))

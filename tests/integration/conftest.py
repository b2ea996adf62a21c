"""The sample calls, scored once for all tests that look at the result, and the ``qa`` command."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import Engine

from bench.app import postgresql
from bench.samples_report import COMPANY_NAMES, Compared, compare, score_samples
from qa.bootstrap import nights
from qa.config import Settings
from qa.domain.records import CallDetail
from qa.store.engine import make_engine
from qa.store.schema import ensure_current
from qa.store.tables import Base
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.night_desk import Desk


class QaCommand(Protocol):
    """Runs ``qa`` with arguments in a process of its own, into the test's data folder."""

    def __call__(
        self, *arguments: str | Path, **settings: str
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(scope="session")
def samples_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder into which the samples are scored."""
    return tmp_path_factory.mktemp("samples")


@pytest.fixture(scope="session")
def scored_samples(samples_home: Path) -> tuple[CallDetail, ...]:
    """Every sample call, scored with the real models."""
    return score_samples(samples_home)


@pytest.fixture(scope="session")
def compared_samples(scored_samples: tuple[CallDetail, ...]) -> tuple[Compared, ...]:
    """Every verdict of the sample calls beside the right one."""
    return compare(scored_samples)


@pytest.fixture
def qa_command(tmp_path: Path) -> QaCommand:
    """The command line, as a user has it."""

    def run(*arguments: str | Path, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("QA_")
        }
        environment |= {
            "QA_HOME": str(tmp_path / "var"),
            "QA_COMPANY_NAMES": ",".join(COMPANY_NAMES),
            **settings,
        }
        program = "from qa.cli.main import main; main()"
        return subprocess.run(
            [sys.executable, "-P", "-c", program, *map(str, arguments)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema and nothing in it, made once: each test works on a copy."""
    path = tmp_path_factory.mktemp("empty") / "callqa.sqlite"
    made = make_engine(f"sqlite:///{path}")
    ensure_current(made)
    made.dispose()
    return path


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A PostgreSQL database with the schema and nothing in it; who uses it empties it again."""
    with postgresql.server() as url:
        database = postgresql.make_database(url, "callqa")
        made = make_engine(database)
        ensure_current(made)
        made.dispose()
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the test alone, its schema made: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "callqa.sqlite"
        shutil.copy(request.getfixturevalue("empty_sqlite"), path)
        yield f"sqlite:///{path}"
        return
    url = request.getfixturevalue("postgresql_url")
    yield url
    postgresql.empty(url, Base.metadata.tables)


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the test alone with nothing in it, not even the schema: on SQLite, then on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'callqa.sqlite'}"
        return
    url = request.getfixturevalue("postgresql_url")
    yield postgresql.make_database(url, "bare")
    postgresql.drop_database(url, "bare")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Its engine."""
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def open_store(engine: Engine) -> SqlUnitOfWorkFactory:
    """Transactions on it."""
    return SqlUnitOfWorkFactory(engine)


@pytest.fixture
def desk(
    tmp_path: Path,
    open_store: SqlUnitOfWorkFactory,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Desk:
    """A folder that nights look at, and a store that they write to."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    settings = Settings(home=tmp_path / "var", database_url=database_url, _env_file=None)  # type: ignore[call-arg]
    made = Desk(folder, open_store, settings)
    monkeypatch.setattr(nights, "run", made.ran)
    monkeypatch.setattr(nights, "unit_of_work", lambda _settings: open_store)
    monkeypatch.setattr(nights, "local_zone", lambda: UTC)
    # Files were written where they lie, as long ago as they say: no test can age a file's entry.
    monkeypatch.setattr("qa.services.nights.taking._arrived", lambda _source: None)
    return made


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of an S3-compatible service on this machine, with the bucket ``night``."""
    import fsspec
    from moto.server import ThreadedMotoServer

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    fsspec.filesystem("s3", endpoint_url=endpoint).mkdir("night")
    try:
        yield endpoint
    finally:
        fsspec.filesystem("s3", endpoint_url=endpoint).rm("night", recursive=True)
        fsspec.get_filesystem_class("s3").clear_instance_cache()
        server.stop()

"""The database engine: how each kind of database reads, and how it lets one writer in at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError

from qa.domain.errors import SettingsInvalid, StoreFull, StoreUnavailable
from qa.store.columns import to_json

BUSY_S = 30.0
"""How long a writer waits for another one before it gives up, seconds."""

CONNECT_S = 10
"""How long a PostgreSQL server is given to answer, seconds; the driver's own is over two minutes."""

_MODE = "callqa_transaction"
_WRITER_LOCK = 0x63616C6C7161
"""PostgreSQL advisory lock of the one writer; any number of ours does, this one spells the name."""


def make_engine(url: str) -> Engine:
    """Make the engine for a database URL. No connection is opened yet.

    SQLite's folder is made (for its owner alone) where it is missing. Raises ``SettingsInvalid`` for a
    URL that cannot be used, a database that is not supported and a driver that is not installed.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        # The URL may carry a password, so it is not repeated.
        raise SettingsInvalid(
            "QA_DATABASE_URL is not a database URL",
            hint="write it like sqlite:////srv/callqa/callqa.sqlite or postgresql://user@host/callqa",
        ) from error
    kind = parsed.get_backend_name()
    if kind == "sqlite":
        return _sqlite(parsed)
    if kind == "postgresql":
        return _postgresql(parsed)
    raise SettingsInvalid(
        f"QA_DATABASE_URL names a database that Call QA does not run on: {kind}",
        hint="use sqlite:/// or postgresql://",
    )


def reading(engine: Engine) -> Engine:
    """The engine for transactions that only read: one snapshot, and a write is refused."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{_MODE: "read"})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def writing(engine: Engine) -> Engine:
    """The engine for transactions that write: each holds the writer's lock from its first moment."""
    return engine.execution_options(**{_MODE: "write"})


@contextmanager
def reported() -> Iterator[None]:
    """Turn a database that cannot be used into ``StoreUnavailable``."""
    try:
        yield
    except DatabaseError as error:
        fault = unavailable(error)
        if fault is None:
            raise
        raise fault from error


def unavailable(error: BaseException | None) -> StoreUnavailable | None:
    """The fault to report where an error says that the database is locked, full, gone or damaged.

    ``None`` for every other error: wrong SQL and broken constraints are faults of ours, and stay loud.
    """
    if type(error) not in (DatabaseError, OperationalError):
        return None
    said = " ".join(str(cast("DatabaseError", error).orig).split())
    kind = StoreFull if _is_full(said) else StoreUnavailable
    return kind(f"the database cannot be used: {said}", hint=_hint(said))


def takes_connections(engine: Engine) -> bool:
    """Whether a PostgreSQL server takes connections at all, whoever may log in there.

    ``False`` where it is not up, not up yet or out of reach, and where the driver cannot tell.
    """
    if engine.dialect.driver != "psycopg":
        return False
    from psycopg import Error, conninfo, pq

    _, named = engine.dialect.create_connect_args(engine.url)
    known = _patience(engine.url) | {key: each for key, each in named.items() if key != "context"}
    try:
        where = conninfo.make_conninfo(**known)
    except Error:
        return False
    return pq.PGconn.ping(where.encode()) == pq.Ping.OK


def _is_full(message: str) -> bool:
    return "full" in message or "No space left" in message


def _hint(message: str) -> str:
    if "locked" in message:
        return "another process is writing; run it again when that one has finished"
    if _is_full(message):
        return "make room on the disk and run it again; nothing was half-written"
    return "check QA_DATABASE_URL, QA_HOME and who may write there"


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:" or url.query.get("mode") == "memory":
        raise SettingsInvalid(
            "QA_DATABASE_URL names a database in memory, which would be lost at exit",
            hint="name a file: sqlite:////srv/callqa/callqa.sqlite",
        )
    if not url.database.startswith("file:"):
        _make_private(Path(url.database))
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_S},
        json_serializer=to_json,
        # A statement's values are what people said on the telephone: never into a log.
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_private(path: Path) -> None:
    try:
        if not path.parent.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
    except OSError as error:
        raise SettingsInvalid(
            f"the database file cannot be made: {path}: {error.strerror}",
            hint="set QA_HOME or QA_DATABASE_URL to a place you may write to",
        ) from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver emits no BEGIN of its own, so that DDL and SELECT are part of our transactions too.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA synchronous=NORMAL")
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        connection.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get(_MODE)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if mode == 'read' else 'OFF'}")
    # A deferred transaction that writes after reading fails at once when another has written since;
    # taking the lock first waits instead.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if mode == "write" else "BEGIN")


def _postgresql(url: URL) -> Engine:
    try:
        engine = create_engine(
            url,
            connect_args=_patience(url),
            json_serializer=to_json,
            hide_parameters=True,
            # A server that was started again has left every pooled connection dead.
            pool_pre_ping=True,
        )
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise SettingsInvalid(
            f"QA_DATABASE_URL needs a driver that is not installed: {url.drivername}",
            hint="install psycopg (version 3) beside Call QA",
        ) from error
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _patience(url: URL) -> dict[str, Any]:
    """How long a server is waited for, as the driver is told it: what the URL says itself goes first."""
    says = url.get_driver_name() != "psycopg" or "connect_timeout" in url.query
    return {} if says else {"connect_timeout": CONNECT_S}


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get(_MODE) == "write":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})")

"""The schema's version: made by itself on an empty database, never changed unasked on any other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, column, func, inspect, select, table
from sqlalchemy.exc import DBAPIError

from qa.domain.errors import SchemaOutdated
from qa.store.engine import reading, reported, writing

if TYPE_CHECKING:
    from alembic.config import Config

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008")
"""Every revision of the schema, oldest first; the last is the one this Call QA works with."""
HEAD = REVISIONS[-1]
VERSION_TABLE = "callqa_schema"
"""Of our own name, so that another program's Alembic in the same database is not taken for ours."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_VERSION = table(VERSION_TABLE, column("version_num"))
_COUNTED = ("calls", "scorecards", "refusals", "recordings", "hearings", "runs")


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """What is in a database: its revision (``None`` when it is empty) and rows by table."""

    revision: str | None
    rows: dict[str, int]


def ensure_current(engine: Engine) -> None:
    """Make the schema in an empty database; one query and nothing else where it is current.

    Raises ``SchemaOutdated`` for a database of an older or newer Call QA, or of another program.
    """
    with reported():
        if _quick_revision(engine) == HEAD:
            return
        # Two processes may meet one empty database: the second waits here and finds it made.
        with writing(engine).begin() as connection:
            found = _revision(connection)
            if found is None:
                _refuse_foreign(connection)
                _migrate(connection)
            elif found != HEAD:
                raise _mismatch(found)


def upgrade(engine: Engine) -> bool:
    """Bring an empty or older database to the current revision, in one transaction.

    Returns whether there was anything to do. Raises ``SchemaOutdated`` for a database of a newer Call QA
    or of another program.
    """
    with reported(), writing(engine).begin() as connection:
        found = _revision(connection)
        if found == HEAD:
            return False
        if found is None:
            _refuse_foreign(connection)
        elif found not in REVISIONS:
            raise _mismatch(found)
        _migrate(connection)
        return True


def status(engine: Engine) -> StoreStatus:
    """The revision and row counts of a database of any age."""
    with reported(), reading(engine).connect() as connection:
        ours = set(inspect(connection).get_table_names()).intersection(_COUNTED)
        return StoreStatus(
            revision=_revision(connection),
            rows={
                name: connection.scalar(select(func.count()).select_from(table(name))) or 0
                for name in _COUNTED
                if name in ours
            },
        )


def migrations(connection: Connection) -> Config:
    """Alembic's configuration for migrating over an open connection, inside its transaction."""
    from alembic.config import Config

    config = Config()
    # Alembic's configuration interpolates %.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _migrate(connection: Connection) -> None:
    from alembic import command

    command.upgrade(migrations(connection), "head")


def _quick_revision(engine: Engine) -> str | None:
    try:
        with reading(engine).connect() as connection:
            return connection.scalar(select(_VERSION.c.version_num))
    except DBAPIError:
        # No such table, or a database that cannot be used: the slow way tells which.
        return None


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.scalar(select(_VERSION.c.version_num))


def _refuse_foreign(connection: Connection) -> None:
    strangers = sorted(set(inspect(connection).get_table_names()) - {VERSION_TABLE})
    if strangers:
        raise SchemaOutdated(
            f"the database holds tables that Call QA did not make: {', '.join(strangers[:5])}",
            hint="point QA_DATABASE_URL at a database of its own",
        )


def _mismatch(found: str) -> SchemaOutdated:
    if found in REVISIONS:
        return SchemaOutdated(
            f"the database is at revision {found}, this Call QA works with {HEAD}",
            hint="make a copy of the database, then run: qa db upgrade",
        )
    return SchemaOutdated(
        f"the database is at revision {found}, which is newer than this Call QA (it knows {HEAD})",
        hint="update Call QA to the version that made the database",
    )

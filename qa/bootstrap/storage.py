"""Where calls and their sound are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.config import Settings
from qa.ports import AudioShelf, Store

if TYPE_CHECKING:
    from sqlalchemy import Engine


def engine(settings: Settings) -> Engine:
    """The database engine; the schema is not looked at."""
    from qa.store.engine import make_engine

    return make_engine(settings.store_url)


def unit_of_work(settings: Settings) -> Store:
    """Transactions on a store whose schema is current.

    An empty database is set up. Raises ``SchemaOutdated`` for one that another version made.
    """
    from qa.store.schema import ensure_current
    from qa.store.unit_of_work import SqlUnitOfWorkFactory

    database = engine(settings)
    ensure_current(database)
    return SqlUnitOfWorkFactory(database)


def existing_store(settings: Settings) -> Store | None:
    """The store, where there is one; a command that only reads makes none.

    Raises ``SchemaOutdated`` for one that another version made.
    """
    if not settings.database_url and not (settings.home / "callqa.sqlite").is_file():
        return None
    return unit_of_work(settings)


def shelf(settings: Settings) -> AudioShelf:
    """Where playable audio is kept."""
    from qa.audio.shelf import FlacShelf

    return FlacShelf(settings.home)

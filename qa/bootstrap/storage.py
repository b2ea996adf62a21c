"""Where calls and their sound are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa.config import Settings
from qa.ports import AudioShelf, UnitOfWorkFactory

if TYPE_CHECKING:
    from sqlalchemy import Engine


def engine(settings: Settings) -> Engine:
    """The database engine; the schema is not looked at."""
    from qa.store.engine import make_engine

    return make_engine(settings.store_url)


def unit_of_work(settings: Settings) -> UnitOfWorkFactory:
    """Transactions on a store whose schema is current.

    An empty database is set up. Raises ``SchemaOutdated`` for one that another version made.
    """
    from qa.store.schema import ensure_current
    from qa.store.unit_of_work import SqlUnitOfWorkFactory

    database = engine(settings)
    ensure_current(database)
    return SqlUnitOfWorkFactory(database)


def shelf(settings: Settings) -> AudioShelf:
    """Where playable audio is kept."""
    from qa.audio.shelf import FlacShelf

    return FlacShelf(settings.home)

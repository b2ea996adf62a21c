"""Where calls and their sound are kept."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from qa.config import Settings
from qa.domain.errors import StoreUnavailable
from qa.ports import AudioShelf, Store
from qa.services.patience import patiently

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


def await_database(settings: Settings, tell: Callable[[str], None]) -> None:
    """Wait until a database server is up; for a command that a machine may start before it.

    A database file is always there.

    Args:
        settings: How long it is waited for is ``store_patience_s``.
        tell: Gets a line once it is waited for.

    Raises:
        StoreUnavailable: It has not come up in that time, or takes connections and not this one.
        SchemaOutdated: Another version made it.
    """
    from qa.store.engine import takes_connections
    from qa.store.schema import ensure_current

    if settings.store_url.startswith("sqlite"):
        return
    database = engine(settings)
    patience_s = settings.store_patience_s
    waited = up = False

    def passes(error: StoreUnavailable) -> bool:
        nonlocal waited, up
        if up:
            return False
        # It may have come up in between: only a second refusal is not for want of a server.
        up = takes_connections(database)
        if not up and not waited:
            waited = True
            tell(f"Waiting for the database, {patience_s:g} s at most: {error.message}")
        return True

    try:
        patiently(partial(ensure_current, database), patience_s, passes=passes)
    except StoreUnavailable as error:
        if not waited or up:
            raise
        raise StoreUnavailable(
            error.message,
            hint=f"it was waited for {patience_s:g} s (QA_STORE_PATIENCE_S); see that it is up and QA_DATABASE_URL right",
        ) from error
    finally:
        database.dispose()


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


def sweep_shelf(settings: Settings) -> None:
    """Remove what a run was killed over before it was on the shelf; only while no run is at work."""
    from qa.audio.shelf import sweep

    sweep(settings.home)

"""``qa db``: look after the database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qa.config import load_settings

if TYPE_CHECKING:
    from sqlalchemy import Engine


@click.group(name="db")
def command() -> None:
    """Look after the database."""


@command.command()
def upgrade() -> None:
    """Bring the database to the revision that this Call QA works with.

    An empty database is made, one that is current stays as it is. Copy the database first.
    """
    from qa.store import schema

    if schema.upgrade(_engine()):
        click.echo(f"The database is now at revision {schema.HEAD}.")
    else:
        click.echo(f"The database is current (revision {schema.HEAD}); nothing to do.")


@command.command()
def status() -> None:
    """Show where the database is, its revision and how much it holds."""
    from qa.store import schema

    engine = _engine()
    found = schema.status(engine)
    click.echo(f"database   {engine.url.render_as_string(hide_password=True)}")
    click.echo(f"revision   {found.revision or 'none'} (this Call QA works with {schema.HEAD})")
    for table, rows in found.rows.items():
        click.echo(f"{table:<11}{rows}")
    if found.revision is None:
        click.echo("The database is empty; the first run makes it, or: qa db upgrade")


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy a SQLite database into a new FILE while the app and a run use it.

    The copy is of one moment and is checked before it takes its name. Recordings are not in it: see docs/backup.md,
    also for PostgreSQL.
    """
    from qa.store import backup as copies

    made = copies.backup(copies.database_file(load_settings().store_url), file)
    click.echo(f"{file} holds {made.calls} calls (revision {made.revision}).")


@command.command()
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Make the SQLite database from a backup FILE, where there is none yet.

    The backup is checked before anything is made, and no database is ever written over.
    """
    from qa.store import backup as copies

    settings = load_settings()
    made = copies.restore(file, copies.database_file(settings.store_url))
    click.echo(f"Restored {made.calls} calls (revision {made.revision}).")
    if not made.is_current:
        click.echo("An earlier Call QA made it; bring it up to date: qa db upgrade")
    if made.calls and not (settings.home / "audio").is_dir():
        click.echo(f"Recordings are not in a backup; copy them back to {settings.home / 'audio'}.")


def _engine() -> Engine:
    from qa import bootstrap

    return bootstrap.engine(load_settings())

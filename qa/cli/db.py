"""``qa db``: look after the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

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


def _engine() -> Engine:
    from qa import bootstrap
    from qa.config import load_settings

    return bootstrap.engine(load_settings())

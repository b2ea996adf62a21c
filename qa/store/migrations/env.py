"""Runs the migrations over the connection that ``qa.store.schema`` hands in, inside its transaction."""

from __future__ import annotations

from alembic import context

from qa.store.schema import VERSION_TABLE
from qa.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    # SQLite changes a table by copying it.
    render_as_batch=True,
    # Our engine begins a transaction before DDL on SQLite too: a migration happens whole or not at all.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

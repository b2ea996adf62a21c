"""The usual orders of the list of calls, for PostgreSQL, which reads no index backwards with its NULLs last."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_ORDERS = {"ix_calls_latest": "started_at", "ix_calls_best": "score"}


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name, column in _ORDERS.items():
            op.execute(f"CREATE INDEX {name} ON calls ({column} DESC NULLS LAST, id DESC)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name in _ORDERS:
            op.drop_index(name, "calls")

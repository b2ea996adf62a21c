"""How well a recording can be heard, beside what was heard in it or why it was refused; unknown of older ones.

The new fields of signals, overlaps and words need no change here: they live in columns of JSON, and what an
earlier version wrote is read with their defaults (see ``qa.store.serial``).
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Added in place: no row is touched, however many there are.
    op.add_column("hearings", sa.Column("quality", sa.JSON(), nullable=True))
    op.add_column("calls", sa.Column("refusal_quality", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("calls", "refusal_quality")
    op.drop_column("hearings", "quality")

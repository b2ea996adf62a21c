"""What the sentences of stored transcripts were found to mean, so that a changed rubric need not ask again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "meanings",
        sa.Column("hearing_id", sa.Integer(), nullable=False),
        sa.Column("told_by", sa.Text(), nullable=False),
        sa.Column("told", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["hearing_id"],
            ["hearings.id"],
            name=op.f("fk_meanings_hearing_id_hearings"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("hearing_id", name=op.f("pk_meanings")),
    )


def downgrade() -> None:
    op.drop_table("meanings")

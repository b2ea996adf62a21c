"""The index behind the search of calls, filled from the texts that are there.

It is derived from ``call_texts`` alone, so it is made as the code of the day makes it.
"""

from __future__ import annotations

from alembic import op

from qa.store import search_index

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    search_index.make(op.get_bind())


def downgrade() -> None:
    search_index.drop(op.get_bind())

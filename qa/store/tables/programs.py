"""What programs sent, so that a repeat of a request that got lost on its way back changes nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from qa.store.tables.base import Base


class RequestKeyRow(Base):
    """A user's ``Idempotency-Key`` and what came of the request that first had it.

    ``digest`` is of the request, so that a key used again for something else is noticed.
    """

    __tablename__ = "request_keys"

    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id"), primary_key=True, autoincrement=False
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str]
    result: Mapped[str]
    made_at: Mapped[datetime] = mapped_column(index=True)

"""Who is told of what happens here, and what is still to be told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from qa.store.tables.base import Base


class WebhookRow(Base):
    """An address that an admin wants told; ``secret`` signs what is sent."""

    __tablename__ = "webhooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str]
    secret: Mapped[str]
    events: Mapped[list[Any]]
    active: Mapped[bool]
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]


class DeliveryRow(Base):
    """One message to one address, written in the transaction that it tells of and sent afterwards.

    ``next_at`` is ``None`` once it was delivered or given up; while one try goes on, it is when another
    process may take it over. ``error_`` begins why the last try failed.
    """

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "next_at"), Index(None, "webhook_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    event: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    attempts: Mapped[int]
    next_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    error_code: Mapped[str | None]
    error_params: Mapped[dict[str, Any] | None]

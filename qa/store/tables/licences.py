"""What the machine may decide by itself, criterion by criterion, and the weeks that say whether it still may."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.store.tables.base import Base
from qa.store.tables.people import UserRow


class LicenceRow(Base):
    """The level that a criterion of a rubric has now; one without a row has the lowest.

    ``figures`` are those of the latest weekly decision, made at ``decided_at``: ``None`` before the first one.
    One that is ``held`` was set by hand and stays until somebody lets the figures decide again.
    """

    __tablename__ = "licences"

    rubric_id: Mapped[str] = mapped_column(primary_key=True)
    criterion: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[str]
    changed_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    figures: Mapped[dict[str, Any] | None]
    held: Mapped[bool]


class LicenceChangeRow(Base):
    """One change of a level, with the figures that caused it; ``by`` is ``None`` where nobody but they did."""

    __tablename__ = "licence_changes"
    __table_args__ = (
        Index(None, "rubric_id", "criterion", "id"),
        Index(None, "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rubric_id: Mapped[str]
    criterion: Mapped[str]
    before: Mapped[str]
    after: Mapped[str]
    cause: Mapped[str]
    figures: Mapped[dict[str, Any] | None]
    note: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    author: Mapped[UserRow | None] = relationship(lazy="raise")


class WeekRow(Base):
    """What a past week's random draw showed of one rubric: counted once, so that no page counts it again."""

    __tablename__ = "drift_weeks"

    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    rubric_id: Mapped[str] = mapped_column(primary_key=True)
    counted_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]]

"""What corrections taught: heads trained from them, and what these would change."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.store.tables.base import Base
from qa.store.tables.calls import CallRow
from qa.store.tables.people import UserRow


class LessonRow(Base):
    """Heads trained from corrections; at most one lesson is in use.

    ``document`` holds the heads as ``models/heads.toml`` does, ``figures`` what earned them their place.
    ``revision`` counts the changes of the state, so that a stale form can be told.
    """

    __tablename__ = "lessons"
    __table_args__ = (
        Index(
            "uq_lessons_in_use",
            "state",
            unique=True,
            sqlite_where=text("state = 'in_use'"),
            postgresql_where=text("state = 'in_use'"),
        ),
        Index(None, "made_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    revision: Mapped[int]
    rubric_id: Mapped[str]
    rubric_version: Mapped[str]
    rubric_sha256: Mapped[str]
    encoder: Mapped[str]
    document: Mapped[str]
    digest: Mapped[str]
    figures: Mapped[dict[str, Any]]
    rescored: Mapped[int]
    since: Mapped[datetime]
    made_at: Mapped[datetime]


class LessonStepRow(Base):
    """One step of a lesson: made, accepted, rejected or given up; ``by`` is ``None`` on the command line."""

    __tablename__ = "lesson_steps"
    __table_args__ = (Index(None, "lesson_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id", ondelete="CASCADE"))
    state: Mapped[str]
    reason: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    author: Mapped[UserRow | None] = relationship(lazy="raise")


class LessonChangeRow(Base):
    """One verdict of a stored call that would be another one with a lesson's heads."""

    __tablename__ = "lesson_changes"
    __table_args__ = (
        Index(None, "lesson_id", "criterion", "before", "after"),
        Index(None, "call_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lessons.id", ondelete="CASCADE"))
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    criterion: Mapped[str]
    before: Mapped[str]
    before_points: Mapped[float]
    after: Mapped[str]
    after_points: Mapped[float]
    max_points: Mapped[float]
    reason_code: Mapped[str]
    reason_params: Mapped[dict[str, Any]]
    evidence: Mapped[list[Any]]

    call: Mapped[CallRow] = relationship(lazy="raise")

"""What is done so that the next call goes better: plans with an agent, and calls worth listening to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.store.tables.base import Base


class PlanRow(Base):
    """What an agent works on for one criterion, with whom and until when; at most one of both is open."""

    __tablename__ = "plans"
    __table_args__ = (
        Index(None, "agent_id", "state"),
        Index(None, "state", "due_at", "id"),
        Index(
            "uq_plans_open",
            "agent_id",
            "criterion",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(None, "call_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    agent_id: Mapped[str]
    criterion: Mapped[str]
    rubric_id: Mapped[str]
    action: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id", ondelete="SET NULL"))
    state: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    follow_up_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str]
    revision: Mapped[int]

    notes: Mapped[list[PlanNoteRow]] = relationship(lazy="raise", order_by="PlanNoteRow.id")


class PlanNoteRow(Base):
    """What somebody wrote to a plan on its way."""

    __tablename__ = "plan_notes"
    __table_args__ = (Index(None, "plan_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plans.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str]
    made_at: Mapped[datetime]


class CaseRow(Base):
    """A stretch of a call that shows how it is done, or how not; without a team everybody hears it.

    It stays a stretch of the recording that was listened to, whatever recording its call shows later.
    ``searchable`` is what a search is matched against.
    """

    __tablename__ = "cases"
    __table_args__ = (Index(None, "call_id"), Index(None, "team_id", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    recording_id: Mapped[int] = mapped_column(
        ForeignKey("recordings.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    criterion: Mapped[str | None]
    start_s: Mapped[float]
    end_s: Mapped[float]
    comment: Mapped[str]
    said: Mapped[list[Any]]
    searchable: Mapped[str]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"))
    added_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

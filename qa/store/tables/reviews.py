"""What people do with a scored call: who is to review it, what they decided, and what the agent answers.

A machine's verdict is never overwritten: a review stands beside the scorecard that it looked at, and the
newest one that was submitted is what counts for the call.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.store.tables.base import Base
from qa.store.tables.calls import CallRow, ScorecardRow
from qa.store.tables.people import UserRow

_OPEN: dict[str, Any] = {
    "sqlite_where": text("state != 'done'"),
    "postgresql_where": text("state != 'done'"),
}
"""An index of tasks that are not done; most are, after a while."""


class TaskRow(Base):
    """A call that somebody is to review; at most one of a call is not done.

    ``revision`` counts its changes, so that what a page showed can be told from what is. ``chance`` is the
    probability of the random draw that took the call, whatever the reason it is here for.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        Index("ix_tasks_urgency", "priority", "due_at", "id", **_OPEN),
        Index("ix_tasks_reason", "reason", "state", **_OPEN),
        Index("ix_tasks_due", "due_at", "id", **_OPEN),
        Index("ix_tasks_waiting", "created_at", "id", **_OPEN),
        Index(None, "state", "priority", "due_at", "id"),
        Index(None, "state", "changed_at", "id"),
        Index(None, "assignee_id", "state"),
        Index("uq_tasks_open", "call_id", unique=True, **_OPEN),
        Index(None, "call_id"),
        Index(None, "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    reason: Mapped[str]
    priority: Mapped[int]
    state: Mapped[str]
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    due_at: Mapped[datetime]
    chance: Mapped[float | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    revision: Mapped[int]


class SkippedTaskRow(Base):
    """A task that a person put aside, so that “next” does not bring it back to them."""

    __tablename__ = "skipped_tasks"

    task_id: Mapped[int] = mapped_column(
        ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)


class ReviewRow(Base):
    """One person's decisions on one scorecard: a draft until it is submitted.

    ``base_id`` is the review that counted when this one was opened: another that counts by then is news that
    the reviewer must be told. ``revision`` counts saves, so that two windows cannot overwrite one another.
    ``pending`` is what a draft holds to criteria that it does not decide yet.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        Index(
            "uq_reviews_current",
            "call_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
        Index(
            "uq_reviews_draft",
            "scorecard_id",
            "reviewer_id",
            "purpose",
            unique=True,
            sqlite_where=text("state = 'draft'"),
            postgresql_where=text("state = 'draft'"),
        ),
        Index(None, "call_id", "state"),
        Index(None, "reviewer_id", "state"),
        Index(None, "submitted_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id", ondelete="CASCADE"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id", ondelete="SET NULL"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    base_id: Mapped[int | None] = mapped_column(ForeignKey("reviews.id", ondelete="SET NULL"))
    purpose: Mapped[str]
    state: Mapped[str]
    is_current: Mapped[bool]
    revision: Mapped[int]
    opened_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    score: Mapped[float | None]
    critical_failed: Mapped[list[Any]]
    note: Mapped[str]
    pending: Mapped[list[Any]]

    call: Mapped[CallRow] = relationship(lazy="raise")
    scorecard: Mapped[ScorecardRow] = relationship(lazy="raise")
    reviewer: Mapped[UserRow] = relationship(lazy="raise")
    base: Mapped[ReviewRow | None] = relationship(lazy="raise", remote_side="ReviewRow.id")
    decisions: Mapped[list[DecisionRow]] = relationship(
        lazy="raise", order_by="DecisionRow.position", passive_deletes=True
    )


class DecisionRow(Base):
    """What a reviewer decided on one criterion, beside what the machine had said.

    ``decided_by`` is ``None`` for what this review decides itself, else who decided it in an earlier one.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("review_id", "criterion"),
        # Holds all that agreement of the machine with reviewers is counted by, in the order of its groups.
        Index(
            "ix_decisions_counted",
            "criterion",
            "outcome",
            "machine_outcome",
            "points",
            "machine_points",
            "max_points",
            "review_id",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id", ondelete="CASCADE"))
    position: Mapped[int]
    criterion: Mapped[str]
    machine_outcome: Mapped[str]
    machine_points: Mapped[float]
    outcome: Mapped[str]
    points: Mapped[float]
    max_points: Mapped[float]
    reason: Mapped[str]
    note: Mapped[str]
    evidence: Mapped[list[Any]]
    decided_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    decider: Mapped[UserRow | None] = relationship(lazy="raise")


class TranscriptEditRow(Base):
    """A correction of what was heard; the machine's own version stays in the hearing.

    ``turn`` is ``None`` where all speakers were swapped. What was undone stays as history.
    """

    __tablename__ = "transcript_edits"
    __table_args__ = (Index(None, "hearing_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hearing_id: Mapped[int] = mapped_column(ForeignKey("hearings.id", ondelete="CASCADE"))
    turn: Mapped[int | None]
    kind: Mapped[str]
    value: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    undone_at: Mapped[datetime | None]

    author: Mapped[UserRow] = relationship(lazy="raise", foreign_keys=author_id)
    undoer: Mapped[UserRow | None] = relationship(lazy="raise", foreign_keys=undone_by)


class ResponseRow(Base):
    """What an agent says to a scorecard: that it was read, or a reply; supervisors answer in the same thread."""

    __tablename__ = "responses"
    __table_args__ = (Index(None, "call_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str]
    text: Mapped[str]
    made_at: Mapped[datetime]


class DisputeRow(Base):
    """An agent's objection to one criterion; at most one of a criterion is open."""

    __tablename__ = "disputes"
    __table_args__ = (
        Index(
            "uq_disputes_open",
            "scorecard_id",
            "criterion",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(None, "state", "raised_at", "id"),
        Index(None, "call_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id", ondelete="CASCADE"))
    review_id: Mapped[int | None] = mapped_column(ForeignKey("reviews.id", ondelete="SET NULL"))
    criterion: Mapped[str]
    contested: Mapped[str]
    contested_points: Mapped[float]
    raised_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    raised_at: Mapped[datetime]
    reason: Mapped[str]
    state: Mapped[str]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    decision_reason: Mapped[str | None]
    decision_review_id: Mapped[int | None] = mapped_column(
        ForeignKey("reviews.id", ondelete="SET NULL")
    )

"""Blind sessions: calls that several people rate alone, and what they agreed on afterwards.

A rating is no review: it counts for no call, and no query of reviews can come across one.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.store.tables.base import Base
from qa.store.tables.calls import CallRow, ScorecardRow
from qa.store.tables.people import UserRow


class CalibrationRow(Base):
    """A session; ``revision`` counts its changes, so that a stale form can be told."""

    __tablename__ = "calibrations"
    __table_args__ = (Index(None, "state", "due_at", "id"), Index(None, "created_at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    note: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[str]
    due_at: Mapped[datetime]
    created_at: Mapped[datetime]
    revealed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    revision: Mapped[int]

    owner: Mapped[UserRow] = relationship(lazy="raise")
    calls: Mapped[list[CalibrationCallRow]] = relationship(
        lazy="raise", order_by="CalibrationCallRow.position", passive_deletes=True
    )
    raters: Mapped[list[CalibrationRaterRow]] = relationship(
        lazy="raise", order_by="CalibrationRaterRow.id", passive_deletes=True
    )


class CalibrationCallRow(Base):
    """A call of a session, with the scorecard that it had when it was drawn.

    The call and its scorecard may be deleted; what was said of them stays, under ``call_name``.
    """

    __tablename__ = "calibration_calls"
    __table_args__ = (
        UniqueConstraint("calibration_id", "position"),
        UniqueConstraint("calibration_id", "call_id"),
        Index(None, "call_id"),
        Index(None, "scorecard_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    calibration_id: Mapped[int] = mapped_column(ForeignKey("calibrations.id", ondelete="CASCADE"))
    position: Mapped[int]
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id", ondelete="SET NULL"))
    call_name: Mapped[str]
    scorecard_id: Mapped[int | None] = mapped_column(
        ForeignKey("scorecards.id", ondelete="SET NULL")
    )
    rubric_id: Mapped[str]
    rubric_version: Mapped[str]
    rubric_sha256: Mapped[str]

    call: Mapped[CallRow | None] = relationship(lazy="raise")
    scorecard: Mapped[ScorecardRow | None] = relationship(lazy="raise")
    calibration: Mapped[CalibrationRow] = relationship(lazy="raise", viewonly=True)


class CalibrationRaterRow(Base):
    """Somebody who was invited to rate; who left stays on the list, and rates no more."""

    __tablename__ = "calibration_raters"
    __table_args__ = (
        UniqueConstraint("calibration_id", "user_id"),
        Index(None, "user_id", "left_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    calibration_id: Mapped[int] = mapped_column(ForeignKey("calibrations.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    invited_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    user: Mapped[UserRow] = relationship(lazy="raise")


class RatingRow(Base):
    """What one person says of one call of a session.

    ``seen_before`` is whether they had reviewed the call before they rated it, and so knew the machine's
    verdicts. ``pending`` is what a draft holds to criteria that it does not decide yet.
    """

    __tablename__ = "ratings"
    __table_args__ = (
        UniqueConstraint("calibration_call_id", "rater_id"),
        Index(None, "rater_id", "state"),
        Index(None, "submitted_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    calibration_call_id: Mapped[int] = mapped_column(
        ForeignKey("calibration_calls.id", ondelete="CASCADE")
    )
    rater_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    state: Mapped[str]
    revision: Mapped[int]
    opened_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    score: Mapped[float | None]
    seen_before: Mapped[bool]
    note: Mapped[str]
    pending: Mapped[list[Any]]

    rater: Mapped[UserRow] = relationship(lazy="raise")
    calibration_call: Mapped[CalibrationCallRow] = relationship(lazy="raise")
    decisions: Mapped[list[RatingDecisionRow]] = relationship(
        lazy="raise", order_by="RatingDecisionRow.position", passive_deletes=True
    )


class RatingDecisionRow(Base):
    """What a rater says of one criterion."""

    __tablename__ = "rating_decisions"
    __table_args__ = (
        UniqueConstraint("rating_id", "criterion"),
        Index(None, "criterion", "outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    rating_id: Mapped[int] = mapped_column(ForeignKey("ratings.id", ondelete="CASCADE"))
    position: Mapped[int]
    criterion: Mapped[str]
    outcome: Mapped[str]
    points: Mapped[float]
    max_points: Mapped[float]
    reason: Mapped[str]
    note: Mapped[str]
    evidence: Mapped[list[Any]]
    decided_at: Mapped[datetime]


class MasterRow(Base):
    """What was agreed on one criterion of one call; ``replaced_at`` where something else was agreed later."""

    __tablename__ = "masters"
    __table_args__ = (
        Index(
            "uq_masters_standing",
            "calibration_call_id",
            "criterion",
            unique=True,
            sqlite_where=text("replaced_at IS NULL"),
            postgresql_where=text("replaced_at IS NULL"),
        ),
        Index(None, "criterion", "outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    calibration_call_id: Mapped[int] = mapped_column(
        ForeignKey("calibration_calls.id", ondelete="CASCADE")
    )
    criterion: Mapped[str]
    outcome: Mapped[str]
    points: Mapped[float]
    max_points: Mapped[float]
    reason: Mapped[str]
    decided_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime]
    revision: Mapped[int]
    replaced_at: Mapped[datetime | None]

    decider: Mapped[UserRow] = relationship(lazy="raise")


class ClarificationRow(Base):
    """How a criterion is to be read, said once for all who score by it."""

    __tablename__ = "clarifications"
    __table_args__ = (
        Index(None, "rubric_id", "criterion", "id"),
        Index(None, "calibration_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    rubric_id: Mapped[str]
    criterion: Mapped[str]
    text: Mapped[str]
    calibration_id: Mapped[int | None] = mapped_column(
        ForeignKey("calibrations.id", ondelete="SET NULL")
    )
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[datetime]
    withdrawn_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    withdrawn_at: Mapped[datetime | None]

    author: Mapped[UserRow] = relationship(lazy="raise", foreign_keys=author_id)
    withdrawer: Mapped[UserRow | None] = relationship(lazy="raise", foreign_keys=withdrawn_by)
    calibration: Mapped[CalibrationRow | None] = relationship(lazy="raise")

"""The machine's verdicts counted once, so that no page counts millions of them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from qa.store.tables.base import Base


class CriterionWeekRow(Base):
    """What the machine said on one criterion in one agent's calls of one week, which begins on a Monday, UTC.

    ``agent_id`` is empty for calls whose record names nobody. A week is counted anew as a whole.
    """

    __tablename__ = "criterion_weeks"
    __table_args__ = (Index(None, "rubric_id", "criterion", "starts_at"),)

    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    agent_id: Mapped[str] = mapped_column(primary_key=True)
    rubric_id: Mapped[str] = mapped_column(primary_key=True)
    criterion: Mapped[str] = mapped_column(primary_key=True)
    calls: Mapped[int]
    failed: Mapped[int]


class ScoreWeekRow(Base):
    """The machine's total scores of one agent's calls of one week, as ``CriterionWeekRow`` counts verdicts.

    ``scored`` of the ``calls`` have a score, the others nothing that counted.
    """

    __tablename__ = "score_weeks"

    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    agent_id: Mapped[str] = mapped_column(primary_key=True)
    calls: Mapped[int]
    scored: Mapped[int]
    total: Mapped[float]
    squares: Mapped[float]
    counted_at: Mapped[datetime]

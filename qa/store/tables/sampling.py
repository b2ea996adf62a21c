"""Draws of calls to review: under which plan, out of how many calls, and with which probability each was drawn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.store.tables.base import Base
from qa.store.tables.people import UserRow


class DrawRow(Base):
    """One draw from the calls scored from ``since`` to before ``until``, ``population`` of them.

    ``uncovered`` of these could not have been drawn. ``settings`` is the plan, so that the draw can be repeated.
    Until ``accepted_at`` nothing is in the queue and nothing is reckoned with it; ``drawn_by`` is ``None`` for
    the command line.
    """

    __tablename__ = "draws"
    __table_args__ = (Index(None, "drawn_at", "id"), Index(None, "accepted_at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    seed: Mapped[str]
    settings: Mapped[dict[str, Any]]
    since: Mapped[datetime]
    until: Mapped[datetime]
    population: Mapped[int]
    uncovered: Mapped[int]
    drawn_by: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    drawn_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]

    drawer: Mapped[UserRow | None] = relationship(lazy="raise")


class DrawCallRow(Base):
    """A call that a draw took.

    ``chance`` is the probability with which the plan takes the call, ``None`` where nobody knows it: an old call
    that is disputed came in by no chance. ``in_floor`` says whether the random floor drew it, whatever the reason.
    """

    __tablename__ = "draw_calls"
    __table_args__ = (Index(None, "call_id", "chance"),)

    draw_id: Mapped[int] = mapped_column(
        ForeignKey("draws.id", ondelete="CASCADE"), primary_key=True
    )
    call_id: Mapped[int] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True
    )
    reason: Mapped[str]
    chance: Mapped[float | None]
    in_floor: Mapped[bool]

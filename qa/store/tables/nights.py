"""The scheduled nights: what each was to take, and what the morning report shows of it beside its run's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from qa.store.tables.base import Base


class NightRow(Base):
    """One night, or one round of a watched folder, from the moment at which its run began.

    ``source`` names the folders, so that each schedule catches up with itself alone. ``settled`` says that
    nothing was left for the next one. The counts repeat the run's report for the list, which sorts by them.
    ``figures`` are of the calls that it scored, counted once; ``findings`` what else the report shows.
    """

    __tablename__ = "nights"
    __table_args__ = (
        Index(None, "kind", "started_at", "id"),
        Index(None, "source", "settled", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), unique=True)
    kind: Mapped[str]
    source: Mapped[str]
    since: Mapped[datetime | None]
    started_at: Mapped[datetime]
    deadline: Mapped[datetime | None]
    found: Mapped[int] = mapped_column(default=0)
    planned: Mapped[int] = mapped_column(default=0)
    settled: Mapped[bool] = mapped_column(default=False)
    finished_at: Mapped[datetime | None]
    stopped: Mapped[str] = mapped_column(default="")
    fault: Mapped[str] = mapped_column(default="")
    scored: Mapped[int] = mapped_column(default=0)
    not_scorable: Mapped[int] = mapped_column(default=0)
    quarantined: Mapped[int] = mapped_column(default=0)
    done_before: Mapped[int] = mapped_column(default=0)
    unfinished: Mapped[int] = mapped_column(default=0)
    audio_s: Mapped[float] = mapped_column(default=0.0)
    wall_s: Mapped[float] = mapped_column(default=0.0)
    speed: Mapped[float | None]
    figures: Mapped[dict[str, Any] | None]
    findings: Mapped[dict[str, Any] | None]

"""Calls and what a run writes of them. A call shows one scorecard or one refusal; its history stays beside it.

What the list of calls shows, filters and sorts by is repeated on ``calls``, in the transaction that
writes the scorecard, so that a list of 100,000 calls reads one narrow table.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from qa.store.columns import PackedJson
from qa.store.tables.base import Base

SCORED = "scored"
NOT_SCORABLE = "not_scorable"


class RubricRow(Base):
    """The text of a rubric that scorecards were made with."""

    __tablename__ = "rubrics"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    rubric_id: Mapped[str]
    version: Mapped[str]
    source: Mapped[str]


class RecordingRow(Base):
    """One recording's content."""

    __tablename__ = "recordings"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    duration_s: Mapped[float]
    sample_rate: Mapped[int]
    channels: Mapped[int]
    layout: Mapped[str]
    audio: Mapped[str]
    peaks_per_second: Mapped[int]
    peaks: Mapped[Any] = mapped_column(PackedJson())


class HearingRow(Base):
    """What was heard in a recording under one speech fingerprint.

    ``quality`` is ``None`` of what was heard before revision 0002.
    """

    __tablename__ = "hearings"
    __table_args__ = (UniqueConstraint("recording_id", "fingerprint"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"))
    fingerprint: Mapped[str]
    language: Mapped[str]
    role_confidence: Mapped[float]
    speaker_confidence: Mapped[float]
    turns: Mapped[list[Any]]
    dropped: Mapped[list[Any]]
    signals: Mapped[dict[str, Any]]
    models: Mapped[dict[str, Any]]
    quality: Mapped[dict[str, Any] | None]


class MeaningsRow(Base):
    """What the sentences of a hearing were found to mean (``qa.domain.meanings``)."""

    __tablename__ = "meanings"

    hearing_id: Mapped[int] = mapped_column(
        ForeignKey("hearings.id", ondelete="CASCADE"), primary_key=True
    )
    told_by: Mapped[str]
    told: Mapped[Any] = mapped_column(PackedJson())


class CallRow(Base):
    """One call: its record, and what the list shows of its current scorecard or refusal.

    ``language`` is what the list filters by: the language heard, else the one the record states.
    ``sha256`` is of the recording that the call shows, ``None`` when there was nothing to read. What
    ``reviewed_`` begins is of the review that counts, ``None`` while no person has looked at the call.
    ``score`` is the machine's; ``failed``, ``critical_failed`` and ``open`` with their counts are as they
    count, after a review as it says.
    """

    __tablename__ = "calls"
    __table_args__ = (
        Index(None, "status", "started_at", "id"),
        # Holds all that the counts of the list ask for, whichever filter is set.
        Index(
            "ix_calls_counted",
            "failed_count",
            "critical_count",
            "open_count",
            "status",
            "language",
            "agent_id",
        ),
        Index(None, "started_at", "id"),
        Index(None, "scored_at", "id"),
        Index(None, "score", "id"),
        Index(None, "agent_id", "id"),
        Index(None, "failed_count", "id"),
        Index(None, "language", "id"),
        Index(None, "reviewed_at", "id"),
        Index(None, "sha256"),
        # Holds all that figures by agent and week add up, so that they never read a call's wide row.
        Index(
            "ix_calls_figures",
            "agent_id",
            "started_at",
            "scored_at",
            "score",
            "critical_count",
            "reviewed_at",
            "reviewed_score",
            "reviewed_critical_count",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(unique=True)
    call_id: Mapped[str] = mapped_column(unique=True)
    agent_id: Mapped[str | None]
    customer_number: Mapped[str | None]
    direction: Mapped[str]
    started_at: Mapped[datetime | None]
    ring_seconds: Mapped[float | None]
    rings: Mapped[int | None]
    ended_by: Mapped[str]
    agent_channel: Mapped[int | None]
    queue: Mapped[str | None]
    stated_language: Mapped[str | None]
    attributes: Mapped[dict[str, Any]]

    status: Mapped[str]
    recording_name: Mapped[str]
    sha256: Mapped[str | None]
    duration_s: Mapped[float | None]
    language: Mapped[str | None]
    score: Mapped[float | None]
    scored_at: Mapped[datetime | None]
    failed: Mapped[list[Any]] = mapped_column(default=list)
    critical_failed: Mapped[list[Any]] = mapped_column(default=list)
    open: Mapped[list[Any]] = mapped_column(default=list)
    failed_count: Mapped[int] = mapped_column(default=0)
    critical_count: Mapped[int] = mapped_column(default=0)
    open_count: Mapped[int] = mapped_column(default=0)
    rubric_id: Mapped[str | None]
    rubric_version: Mapped[str | None]
    rubric_sha256: Mapped[str | None]
    refusal_code: Mapped[str | None]
    refusal_params: Mapped[dict[str, Any] | None]
    refusal_quality: Mapped[dict[str, Any] | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_score: Mapped[float | None]
    reviewed_critical_count: Mapped[int | None]

    scorecard: Mapped[ScorecardRow | None] = relationship(
        primaryjoin="and_(CallRow.id == ScorecardRow.call_id, ScorecardRow.is_current)",
        viewonly=True,
        uselist=False,
        lazy="raise",
    )


class CallTextRow(Base):
    """What a search is matched against; apart from ``calls``, which stays narrow for the list."""

    __tablename__ = "call_texts"

    call_id: Mapped[int] = mapped_column(
        ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    text: Mapped[str]


class ScorecardRow(Base):
    """One recording scored under one fingerprint; at most one of a call is current.

    ``models`` are those that scoring alone used, by name and revision; ``None`` of what an earlier version scored.
    """

    __tablename__ = "scorecards"
    __table_args__ = (
        UniqueConstraint("recording_id", "fingerprint"),
        Index(None, "call_id"),
        Index(
            "uq_scorecards_current",
            "call_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
        Index(None, "rubric_sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"))
    hearing_id: Mapped[int] = mapped_column(ForeignKey("hearings.id"), index=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    fingerprint: Mapped[str]
    is_current: Mapped[bool]
    scored_at: Mapped[datetime]
    rubric_id: Mapped[str]
    rubric_version: Mapped[str]
    rubric_sha256: Mapped[str]
    score: Mapped[float | None]
    critical_failed: Mapped[list[Any]]
    models: Mapped[dict[str, Any] | None]

    recording: Mapped[RecordingRow] = relationship(lazy="raise")
    hearing: Mapped[HearingRow] = relationship(lazy="raise")
    verdicts: Mapped[list[VerdictRow]] = relationship(
        lazy="raise", order_by="VerdictRow.position", passive_deletes=True
    )


class VerdictRow(Base):
    """One criterion's verdict. ``searched_speaker`` is ``None`` when anyone counted."""

    __tablename__ = "verdicts"
    __table_args__ = (
        UniqueConstraint("scorecard_id", "criterion"),
        Index(None, "criterion", "outcome"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scorecard_id: Mapped[int] = mapped_column(ForeignKey("scorecards.id", ondelete="CASCADE"))
    position: Mapped[int]
    criterion: Mapped[str]
    outcome: Mapped[str]
    points: Mapped[float]
    max_points: Mapped[float]
    confidence: Mapped[float]
    reason_code: Mapped[str]
    reason_params: Mapped[dict[str, Any]]
    searched_start_s: Mapped[float | None]
    searched_end_s: Mapped[float | None]
    searched_speaker: Mapped[str | None]

    evidence: Mapped[list[EvidenceRow]] = relationship(
        lazy="raise", order_by="EvidenceRow.position", passive_deletes=True
    )


class EvidenceRow(Base):
    """One clip that a verdict rests on."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("verdict_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    verdict_id: Mapped[int] = mapped_column(ForeignKey("verdicts.id", ondelete="CASCADE"))
    position: Mapped[int]
    start_s: Mapped[float]
    end_s: Mapped[float]
    speaker: Mapped[str]
    quote: Mapped[str]


class RefusalRow(Base):
    """Why a recording got no score.

    ``sha256`` is empty, not null, when there was nothing to read: nulls are distinct from one another,
    and the same refusal would pile up night by night.
    """

    __tablename__ = "refusals"
    __table_args__ = (UniqueConstraint("call_id", "sha256", "fingerprint"), Index(None, "sha256"))

    id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"), index=True)
    name: Mapped[str]
    sha256: Mapped[str]
    fingerprint: Mapped[str]
    refused_at: Mapped[datetime]
    reason_code: Mapped[str]
    reason_params: Mapped[dict[str, Any]]

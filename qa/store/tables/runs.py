"""The runs of the batch: what each did, which one is at work, and what one leaves for the next."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from qa.store.tables.base import Base


class RunRow(Base):
    """One run of the batch; without ``finished_at`` it was killed or still goes on."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None] = mapped_column(index=True)
    report: Mapped[dict[str, Any] | None]


class RunLockRow(Base):
    """Who is at work on a store: the holder of a lock by its name, until it is released.

    ``holder`` says where the process is, ``token`` is its secret. ``beats`` grows while the holder lives:
    who waits judges by that alone, on its own clock; ``taken_at`` and ``beat_at`` are for people.
    """

    __tablename__ = "run_locks"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    token: Mapped[str]
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"))
    beats: Mapped[int]
    taken_at: Mapped[datetime]
    beat_at: Mapped[datetime]


class AttemptRow(Base):
    """A recording that a run works on, or that broke one.

    The row is written when a recording is begun and goes when it ends well, so that one whose
    ``begun_run_id`` is of a run that is no more took part in its death: it is a ``suspect``. ``tries``
    counts its faults under ``fingerprint``, ``due_at`` is when the next try is due, ``quarantined_at``
    when it was given up.
    """

    __tablename__ = "attempts"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    call_id: Mapped[str]
    name: Mapped[str]
    path: Mapped[str]
    begun_run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id"), index=True)
    suspect: Mapped[bool]
    tries: Mapped[int]
    deaths: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    quarantined_at: Mapped[datetime | None]
    reason_code: Mapped[str | None]
    reason_params: Mapped[dict[str, Any] | None]


class DigestRow(Base):
    """The content of a file that was read to its end, for as long as the file looks the same.

    ``path_sha256`` is of the absolute path's bytes: names may be anything, and are nobody's business here.
    """

    __tablename__ = "digests"

    path_sha256: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    ctime_ns: Mapped[int] = mapped_column(BigInteger)
    inode: Mapped[str]
    sha256: Mapped[str]
    noted_at: Mapped[datetime] = mapped_column(index=True)

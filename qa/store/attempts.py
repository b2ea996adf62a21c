"""Recordings that a run works on, and those that broke one (``qa.ports.runs.Attempts``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import Session

from qa.domain.attempts import Attempt
from qa.domain.records import Refusal
from qa.domain.wording import Reason
from qa.store import mapping
from qa.store.parts import parts
from qa.store.tables import NOT_SCORABLE, AttemptRow, CallRow, RefusalRow


class SqlAttempts:
    """Attempts in one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, sha256s: Sequence[str]) -> Mapping[str, Attempt]:
        """What was tried with some recordings; only of those that broke a run, or took part in its end."""
        return {
            row.sha256: _attempt(row)
            for part in parts(sha256s)
            for row in self._session.scalars(
                select(AttemptRow).where(AttemptRow.sha256.in_(part), _TOLD)
            )
        }

    def every(self) -> tuple[Attempt, ...]:
        """The same of all recordings, by name."""
        rows = self._session.scalars(
            select(AttemptRow).where(_TOLD).order_by(AttemptRow.name, AttemptRow.sha256)
        )
        return tuple(map(_attempt, rows))

    def begin(self, attempts: Sequence[Attempt], run_id: int) -> None:
        """Note that a run works on some recordings from now on."""
        self._write(attempts, run_id)

    def keep(self, attempt: Attempt) -> None:
        """Note how a recording stands; nobody works on it any more."""
        self._write([attempt], None)

    def forget(self, sha256s: Sequence[str]) -> None:
        """Some recordings came to a good end."""
        for part in parts(sha256s):
            self._session.execute(
                delete(AttemptRow).where(AttemptRow.sha256.in_(part)), execution_options=_PLAIN
            )

    def blame(self) -> int:
        """Make suspects of the recordings that a run was working on; how many there are now."""
        self._session.execute(
            update(AttemptRow)
            .where(AttemptRow.begun_run_id.is_not(None))
            .values(suspect=True, begun_run_id=None)
        )
        return (
            self._session.scalar(
                select(func.count()).select_from(AttemptRow).where(AttemptRow.suspect)
            )
            or 0
        )

    def release(self, run_id: int) -> None:
        """A run works on nothing any more; what it had not come to is as it was before."""
        mine = AttemptRow.begun_run_id == run_id
        self._session.execute(delete(AttemptRow).where(mine, ~_TOLD))
        self._session.execute(update(AttemptRow).where(mine).values(begun_run_id=None))

    def refused(self) -> tuple[Refusal, ...]:
        """The recordings without a score that no run tries again by itself, by name."""
        final = exists().where(
            RefusalRow.call_id == CallRow.id,
            RefusalRow.sha256 == CallRow.sha256,
            RefusalRow.fingerprint != "",
        )
        rows = self._session.scalars(
            select(CallRow)
            .where(CallRow.status == NOT_SCORABLE, CallRow.sha256.is_not(None), final)
            .order_by(CallRow.recording_name, CallRow.id)
        )
        return tuple(
            Refusal(
                record=call.record,
                name=call.recording_name,
                sha256=sha256,
                fingerprint="",
                reason=call.refusal,
            )
            for sha256, call in ((row.sha256, mapping.call_summary(row)) for row in rows)
            if call.refusal is not None
        )

    def reopen(self, sha256s: Sequence[str]) -> None:
        """Let the next run that finds them try such recordings again, as if nobody had.

        The latest refusal of each call stays as history, under the empty fingerprint of what is to be
        tried again.
        """
        for part in parts(sha256s):
            mine = RefusalRow.sha256.in_(part)
            calls = select(RefusalRow.call_id).where(mine, RefusalRow.fingerprint != "")
            for call_id, sha256 in self._session.execute(
                calls.add_columns(RefusalRow.sha256).distinct()
            ).all():
                self._reopen(call_id, sha256)

    def _reopen(self, call_id: int, sha256: str) -> None:
        rows = self._session.scalars(
            select(RefusalRow)
            .where(RefusalRow.call_id == call_id, RefusalRow.sha256 == sha256)
            .order_by(RefusalRow.id)
        ).all()
        *older, latest = rows
        for row in older:
            self._session.delete(row)
        self._session.flush()
        latest.fingerprint = ""
        self._session.flush()

    def _write(self, attempts: Sequence[Attempt], run_id: int | None) -> None:
        self.forget([attempt.sha256 for attempt in attempts])
        if attempts:
            rows = [_values(attempt, run_id) for attempt in attempts]
            self._session.execute(insert(AttemptRow), rows)


_PLAIN = {"synchronize_session": False}
"""What was read of a row is not read again in the transaction that writes it: nothing in memory has to follow."""

_TOLD = or_(AttemptRow.tries > 0, AttemptRow.suspect, AttemptRow.reason_code.is_not(None))
"""Rows that say more than that a run is working on a recording."""


def _values(attempt: Attempt, run_id: int | None) -> dict[str, Any]:
    reason = attempt.reason
    return {
        "sha256": attempt.sha256,
        "fingerprint": attempt.fingerprint,
        "call_id": attempt.call_id,
        "name": attempt.name,
        "path": attempt.path,
        "begun_run_id": run_id,
        "suspect": attempt.suspect,
        "tries": attempt.tries,
        "deaths": attempt.deaths,
        "first_at": attempt.first_at,
        "last_at": attempt.last_at,
        "due_at": attempt.due_at,
        "quarantined_at": attempt.quarantined_at,
        "reason_code": reason.code if reason else None,
        "reason_params": dict(reason.params) if reason else None,
    }


def _attempt(row: AttemptRow) -> Attempt:
    return Attempt(
        sha256=row.sha256,
        fingerprint=row.fingerprint,
        call_id=row.call_id,
        name=row.name,
        path=row.path,
        first_at=row.first_at,
        last_at=row.last_at,
        tries=row.tries,
        deaths=row.deaths,
        suspect=row.suspect,
        due_at=row.due_at,
        quarantined_at=row.quarantined_at,
        reason=Reason(row.reason_code, row.reason_params or {}) if row.reason_code else None,
    )

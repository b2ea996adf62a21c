"""Who is at work on a store (``qa.ports.runs.RunLocks``).

Every method runs in a transaction of the one writer, so that two who want a lock come one after the other.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Update, delete, select, update
from sqlalchemy.orm import Session

from qa.ports.runs import LockState
from qa.store.tables import RunLockRow


class SqlRunLocks:
    """Run locks in one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def state(self, name: str) -> LockState | None:
        """Who holds a lock, if anybody."""
        row = self._session.get(RunLockRow, name)
        return LockState(row.holder, row.token, row.beats, row.run_id) if row else None

    def take(self, name: str, *, holder: str, token: str, seen: LockState | None) -> bool:
        """Take a lock that is free, or as it was ``seen``; ``False`` where it has changed since."""
        found = self.state(name)
        if found is not None and (
            seen is None or (found.token, found.beats) != (seen.token, seen.beats)
        ):
            return False
        self._session.execute(delete(RunLockRow).where(RunLockRow.name == name))
        self._session.expunge_all()
        now = datetime.now(UTC)
        self._session.add(
            RunLockRow(name=name, holder=holder, token=token, beats=0, taken_at=now, beat_at=now)
        )
        self._session.flush()
        return True

    def beat(self, name: str, token: str) -> bool:
        """Show that the holder lives; ``False`` where the lock is another's now."""
        changed = self._change(
            _mine(name, token).values(beats=RunLockRow.beats + 1, beat_at=datetime.now(UTC))
        )
        return changed == 1

    def assign(self, name: str, token: str, run_id: int) -> None:
        """Note which run a lock is held for."""
        self._change(_mine(name, token).values(run_id=run_id))

    def holds(self, name: str, token: str) -> bool:
        """Whether the lock is still this holder's."""
        held_by = self._session.scalar(select(RunLockRow.token).where(RunLockRow.name == name))
        return held_by == token

    def release(self, name: str, token: str) -> None:
        """Give a lock back; nothing happens where it is another's now."""
        self._session.execute(
            delete(RunLockRow).where(RunLockRow.name == name, RunLockRow.token == token)
        )

    def _change(self, statement: Update) -> int:
        result = self._session.execute(statement, execution_options={"synchronize_session": False})
        return cast("CursorResult[Any]", result).rowcount


def _mine(name: str, token: str) -> Update:
    return update(RunLockRow).where(RunLockRow.name == name, RunLockRow.token == token)

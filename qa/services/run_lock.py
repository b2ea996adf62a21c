"""One run at a time on a store, wherever it was started: a lock that a dead run loses and a silent one, too.

No two clocks are compared. Who waits looks at the holder's beats and judges by its own monotonic clock: a
holder whose beats have not changed for a minute is taken for dead. Should it live after all, it is fenced:
each of its transactions asks for the lock first, and it writes nothing more.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from qa.domain.errors import RunInProgress, RunTakenOver
from qa.domain.records import Stopped
from qa.ports import UnitOfWork, UnitOfWorkFactory
from qa.ports.runs import LockState

LOCK = "run"

BEAT_S = 10.0
"""From one beat of a holder to the next, seconds."""

SILENT_S = 60.0
"""Without a beat for so long a holder is taken for dead, seconds."""

LOOK_S = 1.0
"""From one look at a silent holder to the next, seconds."""


@dataclass(frozen=True, slots=True)
class HeldLock:
    """The run lock of a store, held until it is released or taken over."""

    open_store: UnitOfWorkFactory
    token: str

    def beat(self) -> bool:
        """Show that this run lives; ``False`` once another one has its place."""
        with self.open_store(writes=True) as store:
            mine = store.run_locks.beat(LOCK, self.token)
            store.commit()
        return mine

    def fence(self, store: UnitOfWork) -> None:
        """Raise ``RunTakenOver`` in a transaction of a run that lost its place."""
        if not store.run_locks.holds(LOCK, self.token):
            raise RunTakenOver(
                "this run was silent for so long that another one took its place",
                hint="nothing is lost or scored twice; the other run does what is left",
            )

    def assign(self, run_id: int) -> None:
        """Note which run the lock is held for."""
        with self.open_store(writes=True) as store:
            store.run_locks.assign(LOCK, self.token, run_id)
            store.commit()

    def release(self) -> None:
        """Give the lock back."""
        with self.open_store(writes=True) as store:
            store.run_locks.release(LOCK, self.token)
            store.commit()


def hold(
    open_store: UnitOfWorkFactory,
    *,
    holder: str,
    gone: Callable[[str], bool],
    stop: Callable[[], Stopped] = lambda: "",
    silent_s: float = SILENT_S,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> HeldLock:
    """Take the run lock of a store, waiting for as long as it takes to tell whether its holder lives.

    Args:
        open_store: The store.
        holder: Where this process is.
        gone: Whether a holder is known to be no more: a process of this machine that has ended.
        stop: Why to wait no longer.
        silent_s: Without a beat for so long the holder is taken for dead, seconds.
        monotonic: A clock that only goes forward, seconds.
        sleep: Waits for some seconds.

    Raises:
        RunInProgress: The holder lives.
    """
    token = secrets.token_hex(16)
    seen, since_s = _state(open_store), monotonic()
    while True:
        free = seen is None or gone(seen.holder) or monotonic() - since_s >= silent_s
        if free and _take(open_store, holder, token, seen):
            return HeldLock(open_store, token)
        now = _state(open_store)
        if now is not None and seen is not None and not free:
            if now.token == seen.token and now.beats > seen.beats:
                raise _in_progress(now)
            if stop():
                raise _in_progress(now)
        if _key(now) != _key(seen):
            seen, since_s = now, monotonic()
            continue
        sleep(LOOK_S)


def _take(open_store: UnitOfWorkFactory, holder: str, token: str, seen: LockState | None) -> bool:
    with open_store(writes=True) as store:
        taken = store.run_locks.take(LOCK, holder=holder, token=token, seen=seen)
        store.commit()
    return taken


def _state(open_store: UnitOfWorkFactory) -> LockState | None:
    with open_store() as store:
        return store.run_locks.state(LOCK)


def _key(state: LockState | None) -> tuple[str, int] | None:
    return (state.token, state.beats) if state else None


def _in_progress(state: LockState) -> RunInProgress:
    holder = state.holder.partition(" [")[0]
    return RunInProgress(
        f"another run ({holder}) is scoring into this store",
        hint="wait for it to end, or give this one another QA_DATABASE_URL",
    )

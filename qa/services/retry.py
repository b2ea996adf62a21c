"""Recordings that have no score, how each stands, and asking for one again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from qa.domain.attempts import Attempt
from qa.domain.errors import NotFound
from qa.domain.wording import Reason
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory

State = Literal["due", "put_off", "quarantined", "suspect", "not_scorable"]

_SHORTEST_SHA256 = 8
"""Hexadecimal digits that name a recording by its content."""


@dataclass(frozen=True, slots=True)
class Unscored:
    """A recording without a score.

    Attributes:
        state: ``due`` (at the next run), ``put_off`` (until ``due_at``), ``quarantined`` (given up),
            ``suspect`` (a run died with it: it is tried alone), or ``not_scorable``.
        reason: Why; ``None`` of a suspect that never broke anything by itself.
        tries: Runs that it broke.
    """

    sha256: str
    name: str
    call_id: str
    state: State
    reason: Reason | None
    tries: int = 0
    due_at: datetime | None = None

    def is_named(self, name: str) -> bool:
        """Whether somebody means this recording: by file name, call id or content."""
        by_content = len(name) >= _SHORTEST_SHA256 and self.sha256.startswith(name.lower())
        return name in {self.name, self.call_id} or by_content


def unscored(open_store: UnitOfWorkFactory, clock: Clock) -> tuple[Unscored, ...]:
    """Every recording without a score that is known by its content: those that broke a run first."""
    with open_store() as store:
        return _unscored(store, clock)


def retry(
    open_store: UnitOfWorkFactory,
    clock: Clock,
    names: Sequence[str] = (),
    *,
    codes: Sequence[str] = (),
    everything: bool = False,
) -> tuple[Unscored, ...]:
    """Let recordings be tried again by the next run that finds them.

    Args:
        open_store: The store.
        clock: The time.
        names: File names, call ids, or the first digits of a sha256.
        codes: Reasons, such as ``recording.not_audio``: all recordings refused for one of them.
        everything: All that broke a run; what was found not scorable is asked for by name or by reason.

    Returns:
        The recordings. Raises ``NotFound`` for a name that none of them has.
    """
    with open_store(writes=True) as store:
        known = _unscored(store, clock)
        for name in names:
            if not any(one.is_named(name) for one in known):
                raise NotFound(
                    f"no recording without a score is named {name}",
                    hint="see their names with: qa retry --list",
                )
        asked = tuple(
            one
            for one in known
            if any(one.is_named(name) for name in names)
            or (one.reason is not None and one.reason.code in codes)
            or (everything and one.state != "not_scorable")
        )
        attempts = store.attempts.of([one.sha256 for one in asked])
        for attempt in attempts.values():
            store.attempts.keep(attempt.asked_for())
        store.attempts.reopen([one.sha256 for one in asked])
        store.commit()
    return asked


def _unscored(store: UnitOfWork, clock: Clock) -> tuple[Unscored, ...]:
    now = clock.now()
    broke = tuple(_of_attempt(attempt, now) for attempt in store.attempts.every())
    listed = {one.sha256 for one in broke}
    refused = tuple(
        Unscored(
            refusal.sha256, refusal.name, refusal.record.call_id, "not_scorable", refusal.reason
        )
        for refusal in store.attempts.refused()
        if refusal.sha256 is not None and refusal.sha256 not in listed
    )
    return (*broke, *refused)


def _of_attempt(attempt: Attempt, now: datetime) -> Unscored:
    state: State = attempt.standing(attempt.fingerprint, now)
    return Unscored(
        sha256=attempt.sha256,
        name=attempt.name,
        call_id=attempt.call_id,
        state="suspect" if attempt.suspect and state == "due" else state,
        reason=attempt.reason,
        tries=attempt.tries,
        due_at=attempt.due_at,
    )

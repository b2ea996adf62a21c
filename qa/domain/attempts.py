"""Recordings that broke a run: tried again after longer and longer waits, then given up until somebody asks.

Two things are counted apart. A *fault* is a stage that raised: the run goes on and the recording is tried
again later. A *death* is a process that ended while it worked on this recording and on no other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from qa.domain.wording import Reason

WAITS = (timedelta(0), timedelta(hours=1), timedelta(hours=6))
"""From each fault to the next try: at first the next run, whenever that is."""

TRIES = len(WAITS) + 1
"""Faults after which a recording is given up."""

DEATHS = 2
"""Processes that may die of a recording before it is given up: each costs what else was at work there."""

Standing = Literal["due", "put_off", "quarantined"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was tried with one recording, whatever its name.

    Attributes:
        fingerprint: What was tried (see ``qa.batch.plan``); the count begins anew with another one.
        suspect: It was being worked on when a run died, alone or among others: it is tried alone.
        due_at: When the next try is due.
        reason: Of the last fault.
    """

    sha256: str
    fingerprint: str
    call_id: str
    name: str
    path: str
    first_at: datetime
    last_at: datetime
    tries: int = 0
    deaths: int = 0
    suspect: bool = False
    due_at: datetime | None = None
    quarantined_at: datetime | None = None
    reason: Reason | None = None

    def standing(self, fingerprint: str, now: datetime) -> Standing:
        """Whether the recording is to be tried under a fingerprint now.

        A clock that was set back makes nothing wait longer: a last try in the future is no reason to.
        """
        if self.fingerprint != fingerprint:
            return "due"
        if self.quarantined_at is not None:
            return "quarantined"
        waits = self.due_at is not None and self.last_at <= now < self.due_at
        return "put_off" if waits else "due"

    def begun(self, fingerprint: str, now: datetime) -> Attempt:
        """The attempt as it stands when work begins; faults of another fingerprint are forgotten."""
        if self.fingerprint == fingerprint:
            return self
        return replace(
            self,
            fingerprint=fingerprint,
            first_at=now,
            last_at=now,
            tries=0,
            deaths=0,
            due_at=None,
            quarantined_at=None,
            reason=None,
        )

    def failed(self, reason: Reason, now: datetime, *, died: bool) -> Attempt:
        """The attempt after one more fault, or after one more process died of it."""
        tries, deaths = self.tries + 1, self.deaths + died
        given_up = tries >= TRIES or deaths >= DEATHS
        return replace(
            self,
            tries=tries,
            deaths=deaths,
            suspect=died,
            last_at=now,
            due_at=None if given_up else now + (timedelta(0) if died else WAITS[tries - 1]),
            quarantined_at=now if given_up else None,
            reason=reason,
        )

    def asked_for(self) -> Attempt:
        """The attempt after somebody asked for the recording again: due at once, counted from the start."""
        return replace(self, tries=0, deaths=0, due_at=None, quarantined_at=None)

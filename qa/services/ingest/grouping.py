"""Which results of a run are written together: those that cost little to come by, and so to come by again.

A call that was heard now is written by itself, as soon as it is finished: minutes of work are in it. Scoring what
was heard before takes less than making a transaction last, so that a few such calls share one. A kill between two
of them has them scored again by the next run; what is written is written whole, and once, either way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence

from qa.domain.errors import RunTakenOver, StoreUnavailable
from qa.services.ingest.jobs import Event, Finished, Job, StageBegan

HELD_AT_MOST = 32
"""Scored calls that one transaction writes."""

HELD_S = 0.25
"""Seconds of work, or on the clock, after which what is held is written by the next event."""


class Group:
    """Hands a run's events on in their order; those handed on at once are to be written together.

    A scored call is held back only while rescored calls are taken one directly behind another. What is held is
    handed on

    - before a recording is begun that has to be heard, and at once while one is under way;
    - at once while a stage of another call is under way, as on a cluster with several workers;
    - when anything happens to a call that is not a rescored one, and when the jobs come to their end;
    - before a second result of the same call or recording;
    - with the last of ``HELD_AT_MOST`` calls, and with the first result after ``HELD_S``.

    A result thus waits for ``HELD_S`` and, since the time is looked at when something happens, for one more stored
    transcript to be scored.

    Args:
        write: Gets events in their order, at least one.
        monotonic: A clock that only goes forward, seconds.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Event]], None],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._write = write
        self._monotonic = monotonic
        self._held: list[Event] = []
        self._names: set[tuple[str, str]] = set()
        self._finished = 0
        self._work_s = 0.0
        self._since_s = 0.0
        self._under_way: set[str] = set()

    def begun(self, jobs: Iterable[Job]) -> Iterator[Job]:
        """The jobs as an executor begins them."""
        for job in jobs:
            if not _rescoring(job):
                # Until something is told of it minutes may pass.
                self.close()
                self._under_way.add(job.sha256)
            yield job

    def take(self, events: Iterable[Event]) -> None:
        """Hand all events on, also what is held where an error ends them.

        Where the store is at fault, or is another run's by now, nothing more can be written.
        """
        try:
            for event in events:
                self._take(event)
        except (StoreUnavailable, RunTakenOver):
            raise
        except Exception:
            self.close()
            raise
        self.close()

    def close(self) -> None:
        """Hand on what is held."""
        held, self._held = self._held, []
        self._names.clear()
        self._finished, self._work_s = 0, 0.0
        if held:
            self._write(held)

    def _take(self, event: Event) -> None:
        job = event.job
        if isinstance(event, StageBegan):
            self._under_way.add(job.sha256)
        else:
            self._under_way.discard(job.sha256)
        rescoring = _rescoring(job) and isinstance(event, StageBegan | Finished)
        names = {("call", job.record.call_id), ("recording", job.sha256)}
        if not rescoring or (isinstance(event, Finished) and names & self._names):
            self.close()
        self._held.append(event)
        if isinstance(event, Finished):
            self._names |= names
            self._since_s = self._since_s if self._finished else self._monotonic()
            self._finished += 1
            self._work_s += sum(event.stage_s.values())
        if not (rescoring and self._finished and self._may_wait()):
            self.close()

    def _may_wait(self) -> bool:
        ended = isinstance(self._held[-1], Finished)
        return (
            self._finished < HELD_AT_MOST
            and self._work_s < HELD_S
            and self._monotonic() - self._since_s < HELD_S
            and len(self._under_way) <= (0 if ended else 1)
        )


def _rescoring(job: Job) -> bool:
    return job.known and job.heard is not None

"""Which jobs are tried, together or alone, which wait and which were given up; and what is noted of each.

A recording is noted before it is begun. One that a dead run was working on is found by that note and tried
alone and last: if it takes a process down again, no other recording goes down with it, nor waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice

from qa.domain.attempts import Attempt
from qa.domain.records import Refusal
from qa.domain.wording import Reason
from qa.ports import Clock
from qa.services.ingest.jobs import Job, Planner, Refused
from qa.services.ingest.keeping import Keeping
from qa.services.ingest.tally import Tally

NOTED_AT_ONCE = 8
"""Recordings noted in one transaction before the first of them is begun. More cost less a call, and put more innocent
ones under suspicion when a run dies."""

FETCHED_AT_ONCE = 24
"""Stored transcripts fetched in one transaction before the first of them is scored. More cost less a call and take
more memory, a megabyte for ten minutes of talk."""


@dataclass(frozen=True, slots=True)
class Work:
    """What a run is to do.

    Attributes:
        together: Jobs that go through the stages side by side.
        alone: Jobs whose recordings were being worked on when a run died.
        before: What was tried with recordings that broke a run before, by sha256.
    """

    together: tuple[Job, ...]
    alone: tuple[Job, ...]
    before: Mapping[str, Attempt]

    def standing(self, event: Refused, now: datetime) -> Attempt | None:
        """How a recording stands after a job ended early; ``None`` where it is settled."""
        if event.final:
            return None
        job = event.job
        attempt = (self.before.get(job.sha256) or _first(job, now)).begun(job.fingerprint, now)
        return attempt.failed(event.reason, now, died=event.died)


def sort_out(jobs: Sequence[Job], *, keeping: Keeping, clock: Clock, tally: Tally) -> Work:
    """Tell the jobs that are to be tried now from those put off and given up, which are counted."""
    now = clock.now()
    keeping.write(lambda store: store.attempts.blame())
    before = keeping.read(lambda store: store.attempts.of([job.sha256 for job in jobs]))
    together: list[Job] = []
    alone: list[Job] = []
    for job in jobs:
        attempt = before.get(job.sha256)
        standing = attempt.standing(job.fingerprint, now) if attempt else "due"
        if attempt is not None and standing == "quarantined":
            tally.quarantined.append(_given_up(job, attempt))
        elif standing == "put_off":
            tally.put_off += 1
        elif attempt is not None and attempt.suspect:
            alone.append(job)
        else:
            together.append(job)
    tally.to_do = len(together) + len(alone)
    return Work(tuple(together), tuple(alone), before)


def _given_up(job: Job, attempt: Attempt) -> Refusal:
    # A recording is given up by a fault, so that its reason is always there.
    reason = attempt.reason or Reason("recording.fault", {"stage": "?", "kind": "?"})
    return Refusal(job.record, job.path.name, job.sha256, "", reason)


def begun(
    jobs: Sequence[Job],
    work: Work,
    *,
    at_once: int,
    run_id: int,
    planner: Planner,
    keeping: Keeping,
    clock: Clock,
) -> Iterator[Job]:
    """The jobs as they are begun: each is noted before, or comes with what was heard in its recording."""
    for known, alike in groupby(jobs, key=lambda job: job.known):
        while chunk := tuple(islice(alike, FETCHED_AT_ONCE if known else at_once)):
            # Scoring what is stored touches no decoder and no model that could take the process down.
            if known:
                yield from keeping.patiently(lambda chunk=chunk: planner.bring(chunk))  # type: ignore[misc]
                continue
            noted = [_attempt(job, work, clock.now()) for job in chunk]
            keeping.write(lambda store, noted=noted: store.attempts.begin(noted, run_id))  # type: ignore[misc]
            yield from chunk


def _attempt(job: Job, work: Work, now: datetime) -> Attempt:
    return (work.before.get(job.sha256) or _first(job, now)).begun(job.fingerprint, now)


def _first(job: Job, now: datetime) -> Attempt:
    return Attempt(
        sha256=job.sha256,
        fingerprint=job.fingerprint,
        call_id=job.record.call_id,
        name=job.path.name,
        path=str(job.path),
        first_at=now,
        last_at=now,
    )

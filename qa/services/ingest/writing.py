"""What a run writes of its jobs, each time in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from qa.domain.attempts import Attempt
from qa.domain.records import CallSummary, Refusal
from qa.domain.webhook import Event as Announcement
from qa.ports import Clock, UnitOfWork
from qa.services.ingest.jobs import Finished, Refused
from qa.services.ingest.keeping import Keeping


def write_scored(
    events: Sequence[Finished], *, run_id: int, keeping: Keeping, clock: Clock
) -> None:
    """Write scored calls, and that nothing more is to be tried with their recordings."""
    at = clock.now()
    calls = [event.scored for event in events]

    def write(store: UnitOfWork) -> None:
        new = store.calls.add_together(calls, run_id=run_id, at=at)
        store.attempts.forget([one.recording.sha256 for one in calls])
        if new and store.webhooks.wanted(Announcement.SCORECARD_READY):
            rows = store.calls.summaries(new)
            for sha256 in new:
                told = _scorecard_ready(rows[sha256], at)
                store.webhooks.announce(Announcement.SCORECARD_READY, told, at=at)

    keeping.write(write)


def _scorecard_ready(call: CallSummary, at: datetime) -> dict[str, object]:
    """What programs are told of a new scorecard: ids and figures, never what was said."""
    return {
        "call": call.public_id,
        "call_id": call.record.call_id,
        "agent_id": call.record.agent_id,
        "rubric": asdict(call.rubric) if call.rubric else None,
        "score": call.score,
        "failed": list(call.failed),
        "critical_failed": list(call.critical_failed),
        "open": list(call.open),
        "scored_at": at.isoformat(),
    }


def write_refusals(
    refusals: Sequence[Refusal], *, run_id: int, keeping: Keeping, clock: Clock
) -> None:
    """Write why recordings that could not even be read have no score."""
    if not refusals:
        return

    def write(store: UnitOfWork) -> None:
        for refusal in refusals:
            store.calls.add_refusal(refusal, run_id=run_id, at=clock.now())

    keeping.write(write)


def write_refused(
    event: Refused, attempt: Attempt | None, *, run_id: int, keeping: Keeping, clock: Clock
) -> Refusal:
    """Write why a job ended early, and how its recording stands.

    Args:
        event: How it ended.
        attempt: How the recording stands after a fault; ``None`` where nothing is to be tried again.
        run_id: The run.
        keeping: Where to.
        clock: The time.
    """
    refusal = Refusal(
        record=event.job.record,
        name=event.job.path.name,
        sha256=event.job.sha256,
        fingerprint=event.job.fingerprint if event.final else "",
        reason=event.reason,
        quality=event.quality,
    )

    def write(store: UnitOfWork) -> None:
        store.calls.add_refusal(refusal, run_id=run_id, at=clock.now())
        if attempt is None:
            store.attempts.forget([event.job.sha256])
        else:
            store.attempts.keep(attempt)

    keeping.write(write)
    return refusal

"""Score recordings: identify, plan, execute, commit call by call, report.

Safe to repeat and to kill at any moment: a recording is its content (sha256), a finished scorecard is
found again by its fingerprint, and each call is written whole or not at all.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from qa.domain.call import UNKNOWN_CALL, CallRecord
from qa.domain.records import (
    CallSummary,
    Hearing,
    RecordingFacts,
    Refusal,
    RunReport,
    ScoredCall,
)
from qa.domain.scorecard import RubricRef
from qa.domain.sound import RecordingQuality
from qa.domain.webhook import Event as Announcement
from qa.domain.wording import Reason
from qa.ports import Clock, UnitOfWorkFactory


@dataclass(frozen=True, slots=True)
class Source:
    """A file to score and what is known of its call.

    A record without a call id (``""``) gets one from the file's name and content.
    """

    path: Path
    record: CallRecord


@dataclass(frozen=True, slots=True)
class Identified:
    """A source whose content is known."""

    path: Path
    sha256: str
    record: CallRecord


@dataclass(frozen=True, slots=True)
class Job:
    """One recording to take through the pipeline.

    Attributes:
        fingerprint: Of everything that decides the scorecard.
        hearing_fingerprint: Of everything that decides the transcript.
        heard: What an earlier run heard; present when only scoring is left to do.
    """

    path: Path
    sha256: str
    record: CallRecord
    fingerprint: str
    hearing_fingerprint: str
    heard: tuple[RecordingFacts, Hearing] | None


@dataclass(frozen=True, slots=True)
class StageBegan:
    """A job enters a stage; ``together`` counts the jobs that enter it with this one, itself included."""

    job: Job
    stage: str
    together: int = 1


@dataclass(frozen=True, slots=True)
class Finished:
    """A job reached the end of the pipeline; ``stage_s`` holds the seconds each stage took."""

    job: Job
    scored: ScoredCall
    stage_s: dict[str, float]


@dataclass(frozen=True, slots=True)
class Refused:
    """A job ended early. ``final`` is false for a fault that the next run should try again."""

    job: Job
    reason: Reason
    final: bool
    stage_s: dict[str, float]
    quality: RecordingQuality | None = None


Event = StageBegan | Finished | Refused


class Planner(Protocol):
    """Decides what has to be done."""

    def plan(self, found: Sequence[Identified]) -> tuple[Job, ...]:
        """The jobs whose current scorecard was made otherwise or not at all, in the order found."""


class Executor(Protocol):
    """Takes jobs through the stages, somewhere; one job's failure is that job's alone."""

    def run(self, jobs: Sequence[Job]) -> Iterator[Event]:
        """Events as they happen; every job ends in exactly one ``Finished`` or ``Refused``."""


class Watcher(Protocol):
    """Is told how a run goes, for a progress bar or a log."""

    def planned(self, found: int, jobs: int) -> None:
        """So many recordings are there, so many are to be done."""

    def happened(self, event: Event) -> None:
        """An event of the executor, after its result was committed."""


def ingest(
    sources: Sequence[Source],
    *,
    rubric: RubricRef,
    rubric_text: str,
    planner: Planner,
    executor: Executor,
    open_store: UnitOfWorkFactory,
    clock: Clock,
    watcher: Watcher,
    warnings: Sequence[str] = (),
) -> tuple[RunReport, tuple[Identified, ...]]:
    """Score recordings and store a report of the run.

    Raises ``RubricInvalid`` when the rubric's text was changed under a version that is in use.

    Returns:
        The report, and the recordings that were identified, for showing their current scores.
    """
    started_at = clock.now()
    with open_store(writes=True) as store:
        store.rubrics.keep(rubric, rubric_text)
        run_id = store.runs.begin(started_at)
        store.commit()
    identified, unread, doubles = identify(sources)
    found = _with_known_records(identified, sources, open_store)
    jobs = planner.plan(found)
    watcher.planned(len(sources), len(jobs))
    tally = _Tally()
    refusals = list(unread)
    _write_refusals(unread, run_id=run_id, open_store=open_store, clock=clock)
    for event in executor.run(jobs):
        if isinstance(event, Finished):
            _write_scored(event.scored, run_id=run_id, open_store=open_store, clock=clock)
            tally.scored(event)
        elif isinstance(event, Refused):
            refusal = _refusal(event)
            _write_refusals([refusal], run_id=run_id, open_store=open_store, clock=clock)
            refusals.append(refusal)
            tally.add_seconds(event.stage_s)
        watcher.happened(event)
    refused_before = _refused_before(found, jobs, open_store)
    finished_at = clock.now()
    report = RunReport(
        started_at=started_at,
        finished_at=finished_at,
        found=len(sources),
        scored=tally.scored_calls,
        rescored=tally.rescored_calls,
        done_before=len(found) - len(jobs) - len(refused_before),
        duplicates=len(doubles),
        refusals=(*refusals, *refused_before),
        audio_s=tally.audio_s,
        wall_s=(finished_at - started_at).total_seconds(),
        stage_s=dict(tally.stage_s),
        warnings=(*warnings, *doubles),
    )
    with open_store(writes=True) as store:
        store.runs.finish(run_id, report)
        store.commit()
    return report, found


def identify(
    sources: Sequence[Source],
) -> tuple[tuple[Identified, ...], tuple[Refusal, ...], tuple[str, ...]]:
    """Name each source by its content.

    Where several files carry the same content, the first with a call record speaks for it.

    Returns:
        The recordings, each content once; refusals of what cannot be read; a line for each file whose
        content another one already carried.
    """
    found: dict[str, Identified] = {}
    refusals: list[Refusal] = []
    doubles: list[str] = []
    for source in sorted(sources, key=lambda source: not source.record.call_id):
        digest = _digest(source.path)
        if isinstance(digest, Reason):
            record = replace(source.record, call_id=source.record.call_id or source.path.name)
            refusals.append(Refusal(record, source.path.name, None, "", digest))
        elif digest in found:
            first = found[digest].path.name
            doubles.append(f"{source.path.name} has the same content as {first}; it is scored once")
        else:
            call_id = source.record.call_id or f"{source.path.stem}-{digest[:8]}"
            found[digest] = Identified(source.path, digest, replace(source.record, call_id=call_id))
    return tuple(found.values()), tuple(refusals), tuple(doubles)


def _with_known_records(
    found: Sequence[Identified], sources: Sequence[Source], open_store: UnitOfWorkFactory
) -> tuple[Identified, ...]:
    """Give a recording that comes without a call id the one it had, and without any record all it had.

    A second run without the manifest must not forget who the agent was, nor score a call anew.
    """
    unnamed = {source.path: source.record for source in sources if not source.record.call_id}
    with open_store() as store:
        known = store.calls.summaries([one.sha256 for one in found if one.path in unnamed])
    return tuple(
        replace(one, record=_remembered(unnamed[one.path], known[one.sha256].record))
        if one.path in unnamed and one.sha256 in known
        else one
        for one in found
    )


def _remembered(given: CallRecord, stored: CallRecord) -> CallRecord:
    return stored if given == UNKNOWN_CALL else replace(given, call_id=stored.call_id)


def _digest(path: Path) -> str | Reason:
    try:
        if path.stat().st_size == 0:
            return Reason("recording.empty")
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return Reason("recording.missing", {"name": path.name})
    except OSError as error:
        return Reason("recording.unreadable", {"detail": error.strerror or type(error).__name__})


def _refusal(event: Refused) -> Refusal:
    return Refusal(
        record=event.job.record,
        name=event.job.path.name,
        sha256=event.job.sha256,
        fingerprint=event.job.fingerprint if event.final else "",
        reason=event.reason,
        quality=event.quality,
    )


def _refused_before(
    found: Sequence[Identified], jobs: Sequence[Job], open_store: UnitOfWorkFactory
) -> tuple[Refusal, ...]:
    """Recordings that an earlier run found not scorable and this one need not try again."""
    planned = {job.sha256 for job in jobs}
    settled = {one.sha256: one for one in found if one.sha256 not in planned}
    with open_store() as store:
        rows = store.calls.summaries(list(settled))
    return tuple(
        Refusal(one.record, one.path.name, sha256, "", row.refusal)
        for sha256, one in settled.items()
        if (row := rows.get(sha256)) is not None and row.refusal is not None
    )


def _write_scored(
    scored: ScoredCall, *, run_id: int, open_store: UnitOfWorkFactory, clock: Clock
) -> None:
    at = clock.now()
    with open_store(writes=True) as store:
        new = store.calls.add_scored(scored, run_id=run_id, at=at)
        if new and store.webhooks.wanted(Announcement.SCORECARD_READY):
            call = store.calls.summaries([scored.recording.sha256])[scored.recording.sha256]
            store.webhooks.announce(Announcement.SCORECARD_READY, _scorecard_ready(call, at), at=at)
        store.commit()


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


def _write_refusals(
    refusals: Sequence[Refusal], *, run_id: int, open_store: UnitOfWorkFactory, clock: Clock
) -> None:
    if not refusals:
        return
    with open_store(writes=True) as store:
        for refusal in refusals:
            store.calls.add_refusal(refusal, run_id=run_id, at=clock.now())
        store.commit()


@dataclass(slots=True)
class _Tally:
    """Counts of one run, filled as events arrive."""

    scored_calls: int = 0
    rescored_calls: int = 0
    audio_s: float = 0.0
    stage_s: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def scored(self, event: Finished) -> None:
        self.scored_calls += 1
        if event.job.heard is None:
            self.audio_s += event.scored.recording.duration_s
        else:
            self.rescored_calls += 1
        self.add_seconds(event.stage_s)

    def add_seconds(self, stage_s: dict[str, float]) -> None:
        for stage, seconds in stage_s.items():
            self.stage_s[stage] += seconds

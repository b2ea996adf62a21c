"""The run itself: from sources to a stored report, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from qa.domain.call import UNKNOWN_CALL, CallRecord
from qa.domain.errors import QAError, RunTakenOver, StoreUnavailable
from qa.domain.records import Refusal, RunReport
from qa.domain.scorecard import RubricRef
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.services.ingest.grouping import Group
from qa.services.ingest.identity import Settle, identify, path_key
from qa.services.ingest.jobs import (
    CHANGED,
    Event,
    Executor,
    Finished,
    Identified,
    Job,
    Planner,
    Refused,
    Source,
    Stop,
    Watcher,
    never,
)
from qa.services.ingest.keeping import Fence, Keeping, unfenced
from qa.services.ingest.tally import Tally
from qa.services.ingest.trying import NOTED_AT_ONCE, Work, begun, sort_out
from qa.services.ingest.writing import write_refusals, write_refused, write_scored

DIGESTS_KEPT = timedelta(days=60)
"""A file that no run has met for so long is read again when one does."""

CUT_SHORT = frozenset({"recording.truncated", "recording.header_only", "recording.not_audio"})
"""What a file looks like whose end is still to come."""


@dataclass(frozen=True, slots=True)
class _Run:
    """What every part of a run needs."""

    id: int
    keeping: Keeping
    clock: Clock
    planner: Planner
    watcher: Watcher
    stop: Stop
    tally: Tally


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
    stop: Stop = never,
    alone: Executor | None = None,
    fence: Fence = unfenced,
    patience_s: float = 0.0,
    settle: Settle | None = None,
    started: Callable[[int], None] | None = None,
) -> tuple[RunReport, tuple[Identified, ...]]:
    """Score recordings and store a report of the run, also of one that an error ends.

    Raises ``RubricInvalid`` when the rubric's text was changed under a version that is in use, and what
    ends the run for all: ``ModelMissing``, ``ModelCorrupt``, ``DiskFull``, ``StoreUnavailable``,
    ``RunTakenOver``.

    Args:
        sources: The recordings.
        rubric: What they are scored with.
        rubric_text: Its text, kept in the store.
        planner: Decides what is to be done.
        executor: Does it.
        open_store: Where results go.
        clock: The time.
        watcher: Is told how it goes.
        warnings: Lines for the report.
        stop: Why to begin nothing more; what is begun is finished.
        alone: Takes the recordings that a run died with, one by one, where they can do no harm; without
            it the executor gets each by itself.
        fence: Asked in each transaction that writes.
        patience_s: How long a store that is gone is waited for, seconds.
        settle: When a file counts as written to its end.
        started: Is told the run's id.

    Returns:
        The report, and the recordings that were identified, for showing their current scores.
    """
    keeping = Keeping(open_store, fence, patience_s)
    tally = Tally(clock.now(), len(sources), list(warnings))

    def begin(store: UnitOfWork) -> int:
        store.rubrics.keep(rubric, rubric_text)
        return store.runs.begin(tally.started_at)

    run = _Run(keeping.write(begin), keeping, clock, planner, watcher, stop, tally)
    try:
        if started is not None:
            keeping.patiently(partial(started, run.id))
        found, young, jobs = _plan(run, sources, settle or Settle())
        work = sort_out(jobs, keeping=keeping, clock=clock, tally=tally)
        keeping.patiently(lambda: watcher.planned(len(sources), tally.to_do))
        group = Group(partial(_settle, run, work, young))
        with closing(_events(run, work, group, executor, alone or executor)) as events:
            group.take(events)
    except BaseException as error:
        # The database may be what is at fault: the report is tried once, and the error told whatever comes of it.
        with suppress(QAError):
            _finish(run, replace(keeping, patience_s=0.0), error=_sentence(error))
        raise
    return _finish(run, keeping), found


def _plan(
    run: _Run, sources: Sequence[Source], settle: Settle
) -> tuple[tuple[Identified, ...], frozenset[str], tuple[Job, ...]]:
    """What was found, which of it is young, and what is to be done; what needs nothing is counted."""
    keys = [path_key(source.path) for source in sources]
    known = run.keeping.read(lambda store: store.digests.of(keys))
    named = identify(sources, known=known, settle=settle)
    if known or named.read:
        now = run.clock.now()

        def note(store: UnitOfWork) -> None:
            store.digests.met(list(known), now, noted_before=now - DIGESTS_KEPT / 2)
            store.digests.note(named.read, now)
            store.digests.prune(now - DIGESTS_KEPT)

        run.keeping.write(note)
    found = run.keeping.patiently(
        lambda: _with_known_records(named.recordings, sources, run.keeping.open_store)
    )
    jobs = run.keeping.patiently(lambda: run.planner.plan(found))
    refused = run.keeping.patiently(lambda: _refused_before(found, jobs, run.keeping.open_store))
    tally = run.tally
    tally.done_before = len(found) - len(jobs) - len(refused)
    tally.duplicates = len(named.doubles)
    tally.warnings += named.doubles
    tally.waiting += named.waiting
    tally.refusals += [*named.refusals, *refused]
    write_refusals(named.refusals, run_id=run.id, keeping=run.keeping, clock=run.clock)
    return found, frozenset(named.young), jobs


def _events(
    run: _Run, work: Work, group: Group, executor: Executor, alone: Executor
) -> Generator[Event, None, None]:
    """What happens to the jobs: first to all that go together, then to each that goes alone."""

    def feed(jobs: Sequence[Job], at_once: int) -> Iterator[Job]:
        return group.begun(
            begun(
                jobs,
                work,
                at_once=at_once,
                run_id=run.id,
                planner=run.planner,
                keeping=run.keeping,
                clock=run.clock,
            )
        )

    yield from executor.run(feed(work.together, at_once=NOTED_AT_ONCE), run.stop)
    for job in work.alone:
        if run.stop():
            return
        yield from alone.run(feed([job], at_once=1), run.stop)


def _settle(run: _Run, work: Work, young: frozenset[str], group: Sequence[Event]) -> None:
    """Write what the events of a group brought, count it, and tell the watcher."""
    finished = [event for event in group if isinstance(event, Finished)]
    try:
        if finished:
            write_scored(finished, run_id=run.id, keeping=run.keeping, clock=run.clock)
    except (StoreUnavailable, RunTakenOver):
        raise
    except Exception:
        if len(finished) == 1:
            raise
        # One of them cannot be written: those before it can.
        for event in group:
            _settle(run, work, young, [event])
        return
    for event in group:
        if isinstance(event, Finished):
            run.tally.add_scored(event)
            _count(run.tally, event, work)
        elif isinstance(event, Refused):
            _settle_refused(run, event, work, young)
            _count(run.tally, event, work)
        run.watcher.happened(event)


def _settle_refused(run: _Run, event: Refused, work: Work, young: frozenset[str]) -> None:
    """Write what became of a job that ended early, and count it."""
    tally, sha256 = run.tally, event.job.sha256
    if event.reason.code == CHANGED or (event.reason.code in CUT_SHORT and sha256 in young):
        run.keeping.write(lambda store: store.attempts.forget([sha256]))
        tally.waiting.append(event.job.path.name)
    else:
        attempt = work.standing(event, run.clock.now())
        refusal = write_refused(event, attempt, run_id=run.id, keeping=run.keeping, clock=run.clock)
        given_up = attempt is not None and attempt.quarantined_at is not None
        (tally.quarantined if given_up else tally.refusals).append(refusal)


def _count(tally: Tally, event: Finished | Refused, work: Work) -> None:
    tally.ended += 1
    tally.retried += event.job.sha256 in work.before
    tally.add_seconds(event.stage_s)


def _finish(run: _Run, keeping: Keeping, *, error: str = "") -> RunReport:
    """Store the report, and that nothing is worked on any more."""
    report = run.tally.report(run.clock.now(), stopped=run.stop(), error=error)

    def finish(store: UnitOfWork) -> None:
        store.attempts.release(run.id)
        store.runs.finish(run.id, report)

    keeping.write(finish)
    return report


def _sentence(error: BaseException) -> str:
    """What a report says of the error that ended a run; a stranger's message may quote what was said."""
    if isinstance(error, QAError):
        return error.message
    return f"the run was ended by {type(error).__name__}"


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

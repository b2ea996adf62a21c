"""Nights over a stub pipeline that scores by a file's name, with a clock that only goes on when something is done."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from qa.bootstrap import nights
from qa.bootstrap.running import RunOutcome, Unwatched
from qa.config import Settings
from qa.domain.call import CallRecord, Role
from qa.domain.records import Hearing, Peaks, RecordingFacts, ScoredCall
from qa.domain.scorecard import Outcome, RubricRef, Scorecard, Searched, Verdict
from qa.domain.signals import Signals
from qa.domain.transcript import Span, Transcript, Turn, Word
from qa.domain.wording import Reason
from qa.services.ingest import (
    Event,
    Finished,
    Identified,
    Job,
    Refused,
    Settle,
    Source,
    Stop,
    Watcher,
    ingest,
    never,
)
from qa.store.unit_of_work import SqlUnitOfWorkFactory

RUBRIC = RubricRef("service-standard", "1.0", "r" * 64)
SEARCHED = Searched(0.0, 60.0, Role.AGENT)
EVENING = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)


def scored(source: Identified, fingerprint: str, *, score: float, sure: float) -> ScoredCall:
    """A call of a minute, a quarter of it silent, with one verdict that costs points below 50."""
    words = (Word(1.0, 2.0, "您好", sure),)
    turn = Turn(Role.AGENT, 1.0, 2.0, "您好", words)
    signals = Signals(
        duration_s=60.0,
        activity={},
        silences=(Span(10.0, 25.0),),
        overlaps=(),
        response_gaps=(),
        talk_share={},
        speech_rate={},
        overlap_confidence=1.0,
    )
    outcome = Outcome.PASS if score >= 50 else Outcome.FAIL
    verdict = Verdict(
        "greeting", outcome, score / 10, 10.0, 0.9, Reason("absent.nothing"), (), SEARCHED
    )
    return ScoredCall(
        source.record,
        RecordingFacts(
            source.sha256, source.path.name, 60.0, 8000, 2, "stereo", Peaks(1, ((0.1,),)), "a.flac"
        ),
        Hearing(
            "heard",
            Transcript("zh", (turn,), (), 1.0, 1.0),
            signals,
            {},
        ),
        Scorecard(RUBRIC, score, (), (verdict,)),
        fingerprint,
    )


@dataclass
class Desk:
    """A clock, a folder, and a pipeline that scores by a file's first word.

    Attributes:
        each_s: How long a recording takes.
    """

    folder: Path
    store: SqlUnitOfWorkFactory
    settings: Settings
    at: datetime = EVENING
    each_s: float = 60.0
    broken: set[str] = field(default_factory=set)
    fault: Exception | None = None

    def now(self) -> datetime:
        return self.at

    def elapsed_s(self) -> float:
        return self.at.timestamp()

    def drop(self, *names: str, ago: timedelta = timedelta(hours=2)) -> None:
        """Put recordings into the folder; their content is their name."""
        for name in names:
            path = self.folder / name
            path.write_bytes(name.encode())
            written = (self.at - ago).timestamp()
            os.utime(path, (written, written))

    def night(self, **changes: Any) -> dict[str, Any]:
        order = replace(nights.NightOrder(folders=[self.folder]), **changes)
        return nights.night(self.settings, order, clock=self, monotonic=self.elapsed_s)

    # --- the stub pipeline ---------------------------------------------------------------------

    def ran(
        self,
        _settings: Settings,
        paths: Sequence[Path],
        _manifest: Path | None,
        *,
        taking: Callable[[Sequence[Source]], Sequence[Source]],
        watcher: Watcher | None = None,
        stop: Stop = never,
        clock: Any = None,
        started: Callable[[int], None] | None = None,
        **_engine: str,
    ) -> RunOutcome:
        lying = [Source(path, CallRecord("")) for root in paths for path in root.glob("*.wav")]
        told, found = ingest(
            taking(lying),
            rubric=RUBRIC,
            rubric_text="rubric",
            planner=self,
            executor=self,
            open_store=self.store,
            clock=clock,
            watcher=watcher or Unwatched(),
            stop=stop,
            settle=Settle(young_s=0.0),
            started=started,
        )
        return RunOutcome(told, found, self.store)

    def plan(self, found: Sequence[Identified]) -> tuple[Job, ...]:
        if self.fault is not None:
            raise self.fault
        with self.store() as unit:
            done = unit.calls.scored_fingerprints([one.sha256 for one in found])
        return tuple(
            Job(one.path, one.sha256, one.record, "f", "heard", None)
            for one in found
            if "f" not in done[one.sha256]
        )

    def bring(self, jobs: Sequence[Job]) -> tuple[Job, ...]:
        return tuple(jobs)

    def run(self, jobs: Iterable[Job], stop: Stop = never) -> Iterator[Event]:
        remaining = iter(jobs)
        while not stop():
            job = next(remaining, None)
            if job is None:
                return
            self.at += timedelta(seconds=self.each_s)
            word = job.path.stem.split("-")[0]
            if job.path.name in self.broken:
                reason = Reason("recording.fault", {"stage": "score", "kind": "ValueError"})
                yield Refused(job, reason, final=False, stage_s={"score": 1.0})
            elif word == "noise":
                yield Refused(job, Reason("recording.no_speech"), final=True, stage_s={})
            else:
                score = 40.0 if word == "bad" else 90.0
                sure = 0.3 if word == "murky" else 0.9
                one = Identified(job.path, job.sha256, job.record)
                result = scored(one, "f", score=score, sure=sure)
                yield Finished(job, result, {"recognise": 3.0, "score": 1.0})

"""The counts of one run, filled as its events arrive, and the report that they make."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from qa.domain.records import Refusal, RunReport, Stopped
from qa.services.ingest.jobs import Finished


@dataclass(slots=True)
class Tally:
    """What a run has come to so far.

    Attributes:
        to_do: Jobs that are to be taken through the stages; ``ended`` of them have come to their end.
    """

    started_at: datetime
    found: int
    warnings: list[str]
    to_do: int = 0
    ended: int = 0
    scored: int = 0
    rescored: int = 0
    done_before: int = 0
    duplicates: int = 0
    retried: int = 0
    put_off: int = 0
    refusals: list[Refusal] = field(default_factory=list)
    quarantined: list[Refusal] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    audio_s: float = 0.0
    stage_s: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add_scored(self, event: Finished) -> None:
        """Count a scored call."""
        self.scored += 1
        if event.job.known:
            self.rescored += 1
        elif event.job.heard is None:
            self.audio_s += event.scored.recording.duration_s

    def add_seconds(self, stage_s: dict[str, float]) -> None:
        """Count the time that a job took."""
        for stage, seconds in stage_s.items():
            self.stage_s[stage] += seconds

    def report(self, finished_at: datetime, *, stopped: Stopped = "", error: str = "") -> RunReport:
        """The report, of a run that has ended in whatever way."""
        left = self.to_do - self.ended
        return RunReport(
            started_at=self.started_at,
            finished_at=finished_at,
            found=self.found,
            scored=self.scored,
            rescored=self.rescored,
            done_before=self.done_before,
            duplicates=self.duplicates,
            refusals=tuple(self.refusals),
            audio_s=self.audio_s,
            # A clock that was set back meanwhile makes no run shorter than nothing.
            wall_s=max(0.0, (finished_at - self.started_at).total_seconds()),
            stage_s=dict(self.stage_s),
            warnings=tuple(self.warnings),
            retried=self.retried,
            quarantined=tuple(self.quarantined),
            waiting=tuple(self.waiting),
            put_off=self.put_off,
            stopped=stopped if left else "",
            left=left,
            error=error,
        )

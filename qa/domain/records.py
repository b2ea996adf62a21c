"""What is kept of a call: the recording's facts, what was heard, its score, and the rows that pages read.

Plain data that the store writes and the services, pages and exports read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from qa.domain.call import CallRecord
from qa.domain.meanings import Meanings
from qa.domain.scorecard import RubricRef, Scorecard
from qa.domain.signals import Signals
from qa.domain.sound import RecordingQuality
from qa.domain.transcript import Transcript
from qa.domain.wording import Reason


@dataclass(frozen=True, slots=True)
class Peaks:
    """The waveform for drawing: per channel, the largest magnitude of each bucket, 0-1."""

    per_second: int
    channels: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class RecordingFacts:
    """One recording's content, whatever its name.

    Attributes:
        sha256: Of the file's bytes; the recording's identity.
        name: The file's name when it was first seen, without folders.
        layout: ``stereo`` (a party per channel), ``mono``, or ``copied`` (two channels, one sound).
        audio: Path of the playable copy, relative to the data folder; empty for a call that came as a
            transcript, which has no rate, channels or peaks either.
    """

    sha256: str
    name: str
    duration_s: float
    sample_rate: int
    channels: int
    layout: Literal["stereo", "mono", "copied"]
    peaks: Peaks
    audio: str


@dataclass(frozen=True, slots=True)
class Hearing:
    """What was heard in a recording and with what: enough to score it again without its audio.

    Attributes:
        fingerprint: Of everything that decides the transcript (see ``qa.batch.plan``).
        models: Name to revision of each model that took part.
        quality: How well the recording can be heard; ``None`` where an earlier version heard it.
    """

    fingerprint: str
    transcript: Transcript
    signals: Signals
    models: Mapping[str, str]
    quality: RecordingQuality | None = None


@dataclass(frozen=True, slots=True)
class ScoredCall:
    """Everything one finished call writes, in one transaction.

    Attributes:
        models: What took part in scoring alone, by name and revision.
        meanings: What its sentences were found to mean, to be kept for the next scoring; ``None`` where
            nothing had to be asked that was not known.
    """

    record: CallRecord
    recording: RecordingFacts
    hearing: Hearing
    scorecard: Scorecard
    fingerprint: str
    models: Mapping[str, str] = field(default_factory=dict)
    meanings: Meanings | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A recording that has no score, and why.

    Attributes:
        sha256: ``None`` when there was nothing to read.
        quality: How well the recording can be heard, where it came so far.
    """

    record: CallRecord
    name: str
    sha256: str | None
    fingerprint: str
    reason: Reason
    quality: RecordingQuality | None = None


Stopped = Literal["", "signal", "budget", "hour"]
"""Why a run began no more recordings before all were done: it was told to, its time was up, or the hour came."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """One run's outcome counts; what has no score is named one by one.

    Of a run that came to its end, ``found`` is the sum of ``scored``, ``done_before``, ``duplicates``,
    ``put_off``, ``left`` and how many are in ``refusals``, ``quarantined`` and ``waiting``.

    Attributes:
        found: Recordings seen.
        scored: Scored in this run; ``rescored`` of them from a stored transcript.
        done_before: Skipped because the current scorecard is the one this run would make.
        duplicates: Files whose content another file of the run already carried.
        audio_s: Seconds of audio that were recognised; ``wall_s``: seconds the run took.
        stage_s: Seconds spent in each stage.
        warnings: Things that were let pass, such as unknown manifest columns.
        retried: Recordings tried again after a fault of an earlier run, however it went.
        quarantined: Recordings given up after the last try, in this run or before, until somebody asks
            for them again; the reason is the last try's.
        waiting: Names of files that are still being written; the next run takes them.
        put_off: Recordings with a fault in an earlier run whose next try is not due yet.
        stopped: Why nothing more was begun; ``left`` recordings were not.
        error: The sentence of the error that ended the run; empty where it came to its end.
    """

    started_at: datetime
    finished_at: datetime
    found: int
    scored: int
    rescored: int
    done_before: int
    duplicates: int
    refusals: tuple[Refusal, ...]
    audio_s: float
    wall_s: float
    stage_s: Mapping[str, float]
    warnings: tuple[str, ...]
    retried: int = 0
    quarantined: tuple[Refusal, ...] = ()
    waiting: tuple[str, ...] = ()
    put_off: int = 0
    stopped: Stopped = ""
    left: int = 0
    error: str = ""

    @property
    def complete(self) -> bool:
        """Whether everything found has its score."""
        unscored = (self.refusals, self.quarantined, self.waiting, self.put_off, self.left)
        return not any((*unscored, self.error))


SortKey = Literal["started_at", "scored_at", "score", "agent_id", "call_id", "failed"]


@dataclass(frozen=True, slots=True)
class CallQuery:
    """Which calls a list shows.

    Attributes:
        search: Matched against call id, agent, queue, file name and what was said.
        outcome: ``failed`` (a criterion failed), ``critical``, ``open`` (something for a person to
            settle), ``not_scorable``, ``clean`` (scored, nothing failed, nothing open), or ``None``.
    """

    search: str = ""
    language: str | None = None
    agent_id: str | None = None
    outcome: Literal["failed", "critical", "open", "not_scorable", "clean"] | None = None
    sort: SortKey = "started_at"
    descending: bool = True
    page: int = 1
    page_size: int = 50


@dataclass(frozen=True, slots=True)
class CallSummary:
    """One row of the list. Either ``scored_at`` with its figures, or ``refusal``, is there.

    Attributes:
        score: The machine's, 0-100.
        failed: What failed as it counts: as the review says that counts, else as the machine does; so are
            ``critical_failed`` and ``open``.
        rubric: The rubric of the scorecard, which words the ids of its criteria.
        reviewed_at: When the review that counts was submitted; ``None`` where no person has reviewed it.
        reviewed_score: 0-100 after it; ``None`` also where it left nothing that counts.
        reviewed_critical: How many critical criteria fail after it.
    """

    public_id: str
    record: CallRecord
    recording_name: str
    duration_s: float | None
    language: str | None
    score: float | None
    failed: tuple[str, ...]
    critical_failed: tuple[str, ...]
    open: tuple[str, ...]
    scored_at: datetime | None
    refusal: Reason | None
    rubric: RubricRef | None = None
    reviewed_at: datetime | None = None
    reviewed_score: float | None = None
    reviewed_critical: int | None = None


@dataclass(frozen=True, slots=True)
class CallPage:
    """One page of a list and how many rows it is part of.

    Attributes:
        counts: Calls that match the query's other filters, by outcome; ``all`` is their number. Empty for a
            search, which would have to read every transcript once more for each.
    """

    rows: tuple[CallSummary, ...]
    total: int
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CallDetail:
    """One call whole: its latest scorecard, or the reason that there is none.

    ``recording`` is ``None`` where there is nothing to listen to: also for a call that came as a transcript,
    though that was heard and scored. ``quality`` is of the recording that it shows, heard or refused; ``version`` names its scorecard among all
    that the call ever had, and ``scored_with`` what took part in making it besides the rules.
    """

    public_id: str
    record: CallRecord
    recording: RecordingFacts | None
    hearing: Hearing | None
    scorecard: Scorecard | None
    scored_at: datetime | None
    recording_name: str
    sha256: str | None
    refusal: Reason | None
    quality: RecordingQuality | None = None
    version: str | None = None
    scored_with: Mapping[str, str] = field(default_factory=dict)

    @property
    def models(self) -> Mapping[str, str]:
        """What took part in hearing and in scoring it, by name and revision."""
        return {**(self.hearing.models if self.hearing else {}), **self.scored_with}

"""What a run is made of: sources and jobs, the events that jobs give rise to, and who takes part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from qa.domain.call import CallRecord
from qa.domain.meanings import Meanings
from qa.domain.records import Hearing, RecordingFacts, ScoredCall, Stopped
from qa.domain.sound import RecordingQuality
from qa.domain.wording import Reason
from qa.ports.importing import Elsewhere, Transcribed
from qa.ports.runs import FileStamp

CHANGED = "recording.changed"
"""Reason of a job whose file became another one while it was read: no fault of anybody's, the next run takes it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to score and what is known of its call.

    A record without a call id (``""``) gets one from the file's name and content.

    Attributes:
        elsewhere: Brings the recording to ``path`` when it is needed; ``None`` for one that lies there.
        transcribed: What the file says was said, for a call that is scored without audio.
    """

    path: Path
    record: CallRecord
    elsewhere: Elsewhere | None = None
    transcribed: Transcribed | None = None


@dataclass(frozen=True, slots=True)
class Identified:
    """A source whose content is known.

    Attributes:
        stamp: How the file looked when its content was read; ``None`` for one that is brought.
        elsewhere, transcribed: As the source has them.
    """

    path: Path
    sha256: str
    record: CallRecord
    stamp: FileStamp | None = None
    elsewhere: Elsewhere | None = None
    transcribed: Transcribed | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One recording to take through the pipeline.

    Attributes:
        fingerprint: Of everything that decides the scorecard.
        hearing_fingerprint: Of everything that decides the transcript.
        heard: What an earlier run heard; present when only scoring is left to do. The planner leaves it
            out and says ``known`` instead: transcripts are fetched, a few at a time, when their turn comes.
        known: Whether what was heard is stored.
        meanings: What the sentences heard were found to mean, where that is stored; it comes with ``heard``.
        stamp: How the file looked when its content was read.
        elsewhere: Brings the recording to ``path`` for the stage that reads it.
    """

    path: Path
    sha256: str
    record: CallRecord
    fingerprint: str
    hearing_fingerprint: str
    heard: tuple[RecordingFacts, Hearing] | None
    known: bool = False
    stamp: FileStamp | None = None
    elsewhere: Elsewhere | None = None
    meanings: Meanings | None = None


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
    """A job ended early.

    Attributes:
        final: False for a fault that a later run should try again.
        died: Whether the process that worked on this job, and on no other, ended with it.
    """

    job: Job
    reason: Reason
    final: bool
    stage_s: dict[str, float]
    quality: RecordingQuality | None = None
    died: bool = False


Event = StageBegan | Finished | Refused

Stop = Callable[[], Stopped]
"""Why to begin nothing more, ``""`` to go on; asked between jobs."""


def never() -> Stopped:
    """Go on to the end."""
    return ""


class Planner(Protocol):
    """Decides what has to be done."""

    def plan(self, found: Sequence[Identified]) -> tuple[Job, ...]:
        """The jobs whose current scorecard was made otherwise or not at all, in the order found."""

    def bring(self, jobs: Sequence[Job]) -> tuple[Job, ...]:
        """Jobs whose recordings are ``known``, with what was heard in them."""


class Executor(Protocol):
    """Takes jobs through the stages, somewhere; one job's failure is that job's alone."""

    def run(self, jobs: Iterable[Job], stop: Stop = never) -> Iterator[Event]:
        """Events as they happen; every job that is begun ends in exactly one ``Finished`` or ``Refused``.

        A job is begun when it is taken from ``jobs``: its hearing is fetched then, and it is noted as
        being worked on. Take few ahead. ``stop`` is asked before each is taken; once it gives a reason,
        none is taken any more and what was begun is brought to its end.
        """


class Watcher(Protocol):
    """Is told how a run goes, for a progress bar or a log."""

    def planned(self, found: int, jobs: int) -> None:
        """So many recordings are there, so many are to be done."""

    def happened(self, event: Event) -> None:
        """An event of the executor, after its result was committed."""

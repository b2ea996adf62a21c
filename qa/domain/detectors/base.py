"""The port between a rubric and its detectors: a case goes in, a finding comes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from qa.domain.call import CallRecord, Role
from qa.domain.detectors.text import Seam, Stream, seams_of, streams_of
from qa.domain.scorecard import Evidence, Searched
from qa.domain.signals import Signals
from qa.domain.transcript import Span, Transcript
from qa.domain.wording import Reason


class Phonetics(Protocol):
    """How words sound, for recognisers that write down homophones."""

    def key(self, token: str) -> str:
        """The sound of one Chinese character or one lower-case English word."""

    def likeness(self, heard: str, name: str) -> float:
        """How alike two short texts sound when run together, 0-1."""


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of one call.

    Attributes:
        company_names: Names an agent may introduce the company by, in either language.
        streams: Each party's words in matching form, derived from the transcript.
        seams: Where a mixed recording's voices change in the middle of unbroken speech.
    """

    record: CallRecord
    transcript: Transcript
    signals: Signals
    company_names: tuple[str, ...]
    phonetics: Phonetics
    streams: dict[Role, Stream] = field(init=False, repr=False, compare=False)
    seams: tuple[Seam, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "streams", streams_of(self.transcript))
        object.__setattr__(self, "seams", seams_of(self.transcript))

    @property
    def role_certainty(self) -> float:
        """How sure it is that the agent's words are the agent's, 0-1."""
        return self.transcript.role_confidence * self.transcript.speaker_confidence


class Answer(StrEnum):
    """What a detector says of a case."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Certainty:
    """How sure each step behind a finding is, 0-1.

    Attributes:
        recognition: That the words are the ones that were said.
        role: That they are the party's whose they are taken to be.
        detector: That they mean what was looked for.
    """

    recognition: float = 1.0
    role: float = 1.0
    detector: float = 1.0

    @property
    def overall(self) -> float:
        """All steps together: their product."""
        return self.recognition * self.role * self.detector

    @property
    def weakest(self) -> str:
        """The name of the least certain step."""
        return min(("role", "recognition", "detector"), key=lambda step: float(getattr(self, step)))

    @property
    def least(self) -> float:
        """The least certain step's value."""
        return min(self.recognition, self.role, self.detector)

    def meet(self, other: Certainty) -> Certainty:
        """The certainty of two findings that must both hold: the weaker of each step."""
        return Certainty(
            min(self.recognition, other.recognition),
            min(self.role, other.role),
            min(self.detector, other.detector),
        )


@dataclass(frozen=True, slots=True)
class Finding:
    """A detector's answer with its proof.

    ``YES`` comes with evidence, or the window searched where something's absence was asked for.
    ``NO`` comes with the window searched, or the evidence that speaks against it; where nothing
    was recognised, its reason says so. ``UNSURE`` is a hint that cannot be relied on, ``MISSING`` data that is
    not there.
    """

    answer: Answer
    reason: Reason
    certainty: Certainty = Certainty()
    evidence: tuple[Evidence, ...] = ()
    searched: Searched | None = None

    def but(self, answer: Answer) -> Finding:
        """The same proof for another answer."""
        return replace(self, answer=answer)


class Detector(Protocol):
    """Looks for one thing in a case."""

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """Look, around ``anchor`` where a window is relative to one."""


def weakest(findings: Iterable[Finding]) -> Certainty:
    """The certainty of findings that all must hold."""
    certainty = Certainty()
    for finding in findings:
        certainty = certainty.meet(finding.certainty)
    return certainty


def widest(findings: Sequence[Finding]) -> Searched | None:
    """One window around all the windows searched; anybody's where the speakers differ."""
    windows = [finding.searched for finding in findings if finding.searched is not None]
    if not windows:
        return None
    speakers = {window.speaker for window in windows}
    return Searched(
        min(window.start_s for window in windows),
        max(window.end_s for window in windows),
        speakers.pop() if len(speakers) == 1 else None,
    )

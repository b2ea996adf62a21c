"""The port between a rubric and its detectors: a case goes in, a finding comes out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal, Protocol

from qa.domain.call import CallRecord, Role
from qa.domain.detectors.text import Seam, Stream, seams_of, streams_of
from qa.domain.scorecard import Evidence, Searched
from qa.domain.signals import Signals
from qa.domain.transcript import Span, Transcript
from qa.domain.wording import Language, Reason


class Phonetics(Protocol):
    """How words sound, for recognisers that write down homophones."""

    def key(self, token: str) -> str:
        """The sound of one Chinese character or one lower-case English word."""

    def likeness(self, heard: str, name: str) -> float:
        """How alike two short texts sound when run together, 0-1."""


class TextPattern(Protocol):
    """A regular expression that takes time linear in the text, whatever the expression."""

    def spans(self, text: str) -> Iterable[tuple[int, int]]:
        """Where it matches in a text, as characters from and to, in order and apart."""


class RegexCompiler(Protocol):
    """Makes regular expressions."""

    def __call__(self, source: str) -> TextPattern:
        """The expression of a source. Raises ``ValueError`` saying what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One turn of a call as a judge reads it: who speaks, and the words. Lines are numbered from 1."""

    speaker: Role
    text: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that a judge gives as proof, and the number of the line that it says they stand in."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a judge says to a question.

    Attributes:
        probability: 0-1, of this answer among the three.
        mass: 0-1, of the three answers together; the rest went to something that is no answer.
        quotes: What a ``yes`` rests on, the best first. Not yet compared with the call.
        left_out: Lines that the judge was not able to read.
    """

    answer: Literal["yes", "no", "not_applicable"]
    probability: float
    mass: float = 1.0
    quotes: tuple[Quote, ...] = ()
    left_out: int = 0


class Judge(Protocol):
    """Answers a question about what was said, from the words alone."""

    def ask(
        self, question: str, lines: Sequence[Line], *, speaker: Role | None, language: Language
    ) -> Opinion | Reason:
        """Answer one question; where that fails, the reason.

        Args:
            question: One that yes or no answers.
            lines: The words of the call in order.
            speaker: Whose words are to prove a yes; ``None`` for anybody's.
            language: Of the question.
        """


@dataclass(frozen=True, slots=True)
class Marks:
    """From which ratings on a trained head speaks.

    Attributes:
        sure: It says that a sentence is what it was trained for.
        maybe: It says that a sentence may be; never more than ``sure``.
    """

    sure: float
    maybe: float


class Semantics(Protocol):
    """What sentences mean, told by a sentence encoder and by heads trained upon it."""

    def likeness(self, sentences: Sequence[str], examples: Sequence[str]) -> Sequence[float]:
        """How alike each sentence is to that of the examples which is most like it: cosine, -1 to 1."""

    def marks(self, head: str) -> Marks | None:
        """A head's marks; ``None`` where none of that name is in use with this encoder."""

    def ratings(self, head: str, sentences: Sequence[str]) -> Sequence[float]:
        """How sure a head in use is that each sentence is what it was trained for, 0-1."""


@dataclass(frozen=True, slots=True)
class Toolbox:
    """What operators are built with besides the standard library, each where a site has it.

    Attributes:
        regex: For ``regex``.
    """

    regex: RegexCompiler | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """All that is known of one call.

    Attributes:
        company_names: Names an agent may introduce the company by, in either language.
        semantics: What tells meanings; ``None`` where no encoder is in use.
        part: The part of the call that is looked at; ``None`` for all of it.
        judge: Who answers ``judge``; ``None`` where nobody does.
        whether: Whether the question is if a criterion applies at all, before how it was met.
        streams: Each party's words in matching form, derived from the transcript.
        seams: Where a mixed recording's voices change in the middle of unbroken speech.
    """

    record: CallRecord
    transcript: Transcript
    signals: Signals
    company_names: tuple[str, ...]
    phonetics: Phonetics
    part: Span | None = None
    semantics: Semantics | None = field(default=None, compare=False)
    judge: Judge | None = field(default=None, compare=False)
    whether: bool = False
    streams: dict[Role, Stream] = field(init=False, repr=False, compare=False)
    seams: tuple[Seam, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "streams", streams_of(self.transcript))
        object.__setattr__(self, "seams", seams_of(self.transcript))

    @property
    def span(self) -> Span:
        """The part of the call that is looked at, all of it where no part is set."""
        return self.part or Span(0.0, self.signals.duration_s)

    def looks_at(self, at_s: float) -> bool:
        """Whether a time is in the part of the call that is looked at."""
        return self.part is None or self.part.start_s <= at_s <= self.part.end_s

    def only(self, part: Span) -> Case:
        """The same case with windows that end where a part of the call does.

        What was said outside it still stands around what was said inside.
        """
        narrowed = copy(self)
        object.__setattr__(narrowed, "part", part)
        return narrowed

    def asking_whether(self) -> Case:
        """The same case while it is decided whether a criterion applies."""
        asking = copy(self)
        object.__setattr__(asking, "whether", True)
        return asking

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

    Attributes:
        places: Every place found, where they are more than the evidence shows.
        learned: It rests on a trained model's word alone: that may earn a point, and never costs one.
    """

    answer: Answer
    reason: Reason
    certainty: Certainty = Certainty()
    evidence: tuple[Evidence, ...] = ()
    searched: Searched | None = None
    places: tuple[Span, ...] = ()
    learned: bool = False

    @property
    def hits(self) -> tuple[Span, ...]:
        """Every place found, in order of time."""
        found = self.places or tuple(Span(clip.start_s, clip.end_s) for clip in self.evidence)
        return tuple(sorted(found, key=lambda place: (place.start_s, place.end_s)))

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

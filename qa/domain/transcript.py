"""What was said, when, and by whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qa.domain.call import Role


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a recording, seconds from its start."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s

    def overlap_s(self, other: Span) -> float:
        """Seconds shared with another span, 0 when they do not touch."""
        return max(0.0, min(self.end_s, other.end_s) - max(self.start_s, other.start_s))


def merged(spans: Iterable[Span], apart_s: float = 0.0) -> list[Span]:
    """Spans in order of time, those no further apart made one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start_s, each.end_s)):
        if found and span.start_s - found[-1].end_s <= apart_s:
            found[-1] = Span(found[-1].start_s, max(found[-1].end_s, span.end_s))
        else:
            found.append(span)
    return found


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word (for Chinese, one or a few characters), with the recogniser's probability.

    ``original`` is what the recogniser wrote where ``text`` was put into simplified characters and Chinese
    punctuation, else empty.
    """

    start_s: float
    end_s: float
    text: str
    confidence: float
    original: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One party speaking without the other taking over. ``words`` are in time order and never empty."""

    speaker: Role
    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...]

    @property
    def span(self) -> Span:
        """The turn's place in the recording."""
        return Span(self.start_s, self.end_s)

    @property
    def confidence(self) -> float:
        """Mean probability of its words, 0-1."""
        return sum(word.confidence for word in self.words) / len(self.words)


@dataclass(frozen=True, slots=True)
class DroppedText:
    """Text that the recogniser gave and the gates refused; shown, and never used as evidence.

    ``reason`` is a code: ``repetition``, ``low_confidence``, ``no_speech``, ``too_fast``, ``outro``.
    """

    start_s: float
    end_s: float
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """A whole call in turns.

    Attributes:
        language: ``zh`` or ``en``: the language most of the speech is in.
        turns: In order of start; turns of the two parties may overlap in time.
        dropped: What was refused and why.
        role_confidence: How sure it is which party is the agent, 0-1 (1 when channels say so).
        speaker_confidence: How sure it is who said which word, 0-1 (1 for separate channels).
    """

    language: str
    turns: tuple[Turn, ...]
    dropped: tuple[DroppedText, ...] = ()
    role_confidence: float = 1.0
    speaker_confidence: float = 1.0

    def of(self, speaker: Role) -> tuple[Turn, ...]:
        """The turns of one party."""
        return tuple(turn for turn in self.turns if turn.speaker is speaker)

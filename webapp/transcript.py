"""The transcript as the page shows it: turns, pauses and refused text in one order of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.domain.records import Hearing
from qa.domain.scorecard import Evidence
from qa.domain.transcript import DroppedText, Span, Turn
from qa.services.browse import CriterionView
from webapp.pauses import Pause, pauses

UNSURE_BELOW = 0.5
"""Words the recogniser gave a lower probability than this are marked as uncertain."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a turn's text; words have a start, the text between them has none.

    ``original`` is what the recogniser wrote, where that is not the text.
    """

    text: str
    start_s: float | None = None
    confidence: float = 1.0
    original: str = ""

    @property
    def unsure(self) -> bool:
        """Whether the recogniser may well have misheard it."""
        return self.confidence < UNSURE_BELOW


@dataclass(frozen=True, slots=True)
class TurnLine:
    """A turn and the criteria whose evidence lies in it."""

    turn: Turn
    pieces: tuple[Piece, ...]
    proves: tuple[CriterionView, ...] = ()

    @property
    def start_s(self) -> float:
        """Where the line stands in the call."""
        return self.turn.start_s


@dataclass(frozen=True, slots=True)
class PauseLine:
    """A stretch in which nobody talks."""

    pause: Pause

    @property
    def start_s(self) -> float:
        """Where the line stands in the call."""
        return self.pause.span.start_s


@dataclass(frozen=True, slots=True)
class DroppedLine:
    """Text that was refused and never used as evidence."""

    dropped: DroppedText

    @property
    def start_s(self) -> float:
        """Where the line stands in the call."""
        return self.dropped.start_s


Line = TurnLine | PauseLine | DroppedLine


def lines(hearing: Hearing | None, criteria: Sequence[CriterionView]) -> tuple[Line, ...]:
    """Everything the transcript shows, in order of start."""
    if hearing is None:
        return ()
    transcript = hearing.transcript
    shown: list[Line] = [
        TurnLine(turn, pieces(turn), _proved_in(turn, criteria)) for turn in transcript.turns
    ]
    shown += [DroppedLine(dropped) for dropped in transcript.dropped]
    shown += [PauseLine(pause) for pause in pauses(hearing.signals)]
    return tuple(sorted(shown, key=lambda line: line.start_s))


def is_converted(hearing: Hearing | None) -> bool:
    """Whether some word was written otherwise by the recogniser."""
    turns = hearing.transcript.turns if hearing else ()
    return any(word.original for turn in turns for word in turn.words)


def pieces(turn: Turn) -> tuple[Piece, ...]:
    """A turn's text cut at its words, so that each can be sought; joined they are the text again.

    A word that the text does not show in its place (normalisation changed it) stays plain text.
    """
    return tuple(_cut(turn))


def _cut(turn: Turn) -> Iterator[Piece]:
    at = 0
    for word in turn.words:
        spoken = word.text.strip()
        found = turn.text.find(spoken, at) if spoken else -1
        # Further away than a space and some punctuation, it is another occurrence of the same word.
        if found < 0 or found - at > _MOST_BETWEEN_WORDS:
            continue
        if found > at:
            yield Piece(turn.text[at:found])
        at = found + len(spoken)
        yield Piece(spoken, word.start_s, word.confidence, word.original.strip())
    if at < len(turn.text):
        yield Piece(turn.text[at:])


_MOST_BETWEEN_WORDS = 4


def _proved_in(turn: Turn, criteria: Sequence[CriterionView]) -> tuple[CriterionView, ...]:
    return tuple(
        criterion
        for criterion in criteria
        if any(_lies_in(evidence, turn) for evidence in criterion.verdict.evidence)
    )


def _lies_in(evidence: Evidence, turn: Turn) -> bool:
    """Whether a clip is this turn's: most of the shorter of the two is common to both."""
    if evidence.speaker is not turn.speaker or not evidence.quote:
        return False
    clip = Span(evidence.start_s, evidence.end_s)
    shorter_s = min(clip.duration_s, turn.span.duration_s)
    return clip.overlap_s(turn.span) > shorter_s / 2

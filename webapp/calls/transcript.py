"""The transcript as the page shows it: turns, pauses and refused text in one order of time.

A call of six hours has tens of thousands of words. So a word is no element of the page: a turn's text stands
there in as few runs as it can, and its words' places in it and in time are one attribute (``places``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qa.domain.correction import CorrectedTurn
from qa.domain.records import CallDetail, Hearing
from qa.domain.scorecard import Evidence
from qa.domain.transcript import DroppedText, Span, Turn, Word
from webapp.calls.card import Line
from webapp.calls.pauses import Pause, pauses

UNSURE_BELOW = 0.5
"""Words the recogniser gave a lower probability than this are marked as uncertain."""


@dataclass(frozen=True, slots=True)
class Run:
    """A part of a turn's text that is shown in one way.

    Attributes:
        unsure: The recogniser's probability of a word that it may well have misheard, else ``None``.
        original: What the recogniser wrote, where that is not the text.
    """

    text: str
    unsure: float | None = None
    original: str = ""


@dataclass(frozen=True, slots=True)
class TurnLine:
    """A turn and the criteria whose evidence lies in it.

    Attributes:
        turn: As people left it, beside what was heard.
        runs: Its text as it was heard.
        places: Where its words are, see ``places``.
    """

    turn: CorrectedTurn
    runs: tuple[Run, ...]
    places: str
    proves: tuple[Line, ...] = ()

    @property
    def edited(self) -> bool:
        """Whether people made it another one."""
        return self.turn.text_corrected or self.turn.speaker_corrected

    @property
    def start_s(self) -> float:
        """Where the line stands in the call."""
        return self.turn.heard.start_s


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


TranscriptLine = TurnLine | PauseLine | DroppedLine


def lines(
    hearing: Hearing | None, turns: Sequence[CorrectedTurn], criteria: Sequence[Line]
) -> tuple[TranscriptLine, ...]:
    """Everything the transcript shows, in order of start."""
    if hearing is None:
        return ()
    proved = _proved(turns, criteria)
    shown: list[TranscriptLine] = [turn_line(turn, proved.get(turn.index, ())) for turn in turns]
    shown += [DroppedLine(dropped) for dropped in hearing.transcript.dropped]
    shown += [PauseLine(pause) for pause in pauses(hearing.signals)]
    return tuple(sorted(shown, key=lambda line: line.start_s))


def turn_line(turn: CorrectedTurn, proves: tuple[Line, ...]) -> TurnLine:
    """One turn as the transcript shows it."""
    words = tuple(placed_words(turn.heard))
    return TurnLine(turn, runs(turn.heard, words), places(turn.heard, words), proves)


def proved_in(turn: CorrectedTurn, criteria: Sequence[Line]) -> tuple[Line, ...]:
    """The criteria whose evidence lies in a turn."""
    return _proved([turn], criteria).get(turn.index, ())


def spoken(call: CallDetail) -> str:
    """The language of a call's words as pages mark it, empty where it is not known."""
    language = call.hearing.transcript.language if call.hearing else call.record.language
    return {"zh": "zh-CN", "en": "en"}.get(language or "", "")


def latest(turns: Sequence[CorrectedTurn]) -> int:
    """Id of the latest correction that a transcript shows, 0 where it shows none."""
    return max((each.id for turn in turns for each in turn.corrections), default=0)


@dataclass(frozen=True, slots=True)
class PlacedWord:
    """A word and the character of its turn's text that it begins at."""

    at: int
    word: Word

    @property
    def text(self) -> str:
        """The word as the text shows it."""
        return self.word.text.strip()

    @property
    def end(self) -> int:
        """The character after its last."""
        return self.at + len(self.text)


def placed_words(turn: Turn) -> Iterator[PlacedWord]:
    """A turn's words where its text shows them; one that normalisation changed has no place of its own."""
    at = 0
    for word in turn.words:
        spoken = word.text.strip()
        found = turn.text.find(spoken, at) if spoken else -1
        # Further away than a space and some punctuation, it is another occurrence of the same word.
        if found < 0 or found - at > _MOST_BETWEEN_WORDS:
            continue
        at = found + len(spoken)
        yield PlacedWord(found, word)


_MOST_BETWEEN_WORDS = 4


def runs(turn: Turn, words: Sequence[PlacedWord]) -> tuple[Run, ...]:
    """A turn's text in parts; joined they are the text again."""
    return tuple(_cut(turn.text, words))


def _cut(text: str, words: Sequence[PlacedWord]) -> Iterator[Run]:
    at = 0
    for placed in words:
        word = placed.word
        unsure = word.confidence if word.confidence < UNSURE_BELOW else None
        if unsure is None and not word.original.strip():
            continue
        if placed.at > at:
            yield Run(text[at : placed.at])
        yield Run(placed.text, unsure, word.original.strip())
        at = placed.end
    if at < len(text):
        yield Run(text[at:])


def places(turn: Turn, words: Sequence[PlacedWord]) -> str:
    """Where a turn's words are, for the browser: ``offset:start`` of each, apart by spaces.

    Offsets count UTF-16 units of the text, as the browser does; starts are hundredths of a second from the
    turn's start. A third figure is the word's end, where that is not the next word's start.
    """
    found = []
    for place, placed in enumerate(words):
        start, end = (_hundredths(each, turn) for each in (placed.word.start_s, placed.word.end_s))
        following = words[place + 1].word.start_s if place + 1 < len(words) else None
        meets = following is not None and _hundredths(following, turn) == end
        at = _utf16(turn.text, placed.at)
        found.append(f"{at}:{start}" if meets else f"{at}:{start}:{end}")
    return " ".join(found)


def _hundredths(moment_s: float, turn: Turn) -> int:
    return round(100 * (moment_s - turn.start_s))


def _utf16(text: str, at: int) -> int:
    """A place in a text in UTF-16 units: those characters that need two of them are rare."""
    return at if text.isascii() else len(text[:at].encode("utf-16-le")) // 2


def _proved(
    turns: Sequence[CorrectedTurn], criteria: Sequence[Line]
) -> Mapping[int, tuple[Line, ...]]:
    """The criteria whose evidence lies in each turn, by the turn's index."""
    found: dict[int, tuple[Line, ...]] = {}
    for criterion in criteria:
        inside = {
            turn.index
            for evidence in criterion.counts.evidence
            for turn in turns
            if _lies_in(evidence, turn)
        }
        for index in inside:
            found[index] = (*found.get(index, ()), criterion)
    return found


def _lies_in(evidence: Evidence, turn: CorrectedTurn) -> bool:
    """Whether a clip is this turn's: most of the shorter of the two is common to both."""
    heard = turn.heard
    if heard.start_s >= evidence.end_s or heard.end_s <= evidence.start_s:
        return False
    if evidence.speaker not in (heard.speaker, turn.speaker) or not evidence.quote:
        return False
    clip = Span(evidence.start_s, evidence.end_s)
    shorter_s = min(clip.duration_s, heard.span.duration_s)
    return clip.overlap_s(heard.span) > shorter_s / 2

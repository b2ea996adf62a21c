"""``regex``: a party says what a regular expression matches, in the text as it is shown."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.domain.attribution import joined
from qa.domain.call import Role
from qa.domain.detectors import heard
from qa.domain.detectors.base import Answer, Case, Finding, TextPattern
from qa.domain.detectors.matching import Match
from qa.domain.detectors.text import Stream
from qa.domain.detectors.window import WHOLE_CALL, Window, resolve
from qa.domain.transcript import Span, Word
from qa.domain.wording import Reason


@dataclass(frozen=True, slots=True)
class Regex:
    """Looks for expressions of both languages in each turn, with its punctuation.

    Attributes:
        speaker: Whose words are searched; ``None`` for anybody's.
        patterns: What is looked for.
        exceptions: A match that shares a character with one of these is none.
    """

    speaker: Role | None
    patterns: tuple[TextPattern, ...]
    exceptions: tuple[TextPattern, ...] = ()
    within: Window = WHOLE_CALL

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """Yes with the sentences that hold a match, no with the window searched."""
        span = resolve(self.within, case, self.speaker, anchor)
        hits = [
            (who, match)
            for who, stream in heard.streams(case, self.speaker).items()
            for match in self._in(stream, span)
        ]
        if hits:
            return heard.found(case, self.speaker, hits, "found.phrase")
        nothing = heard.absent(case, self.speaker, span, "absent.phrase")
        if self.speaker is not None and any(self._in(case.streams[Role.UNKNOWN], span)):
            return Finding(Answer.UNSURE, Reason("unsure.speaker"), searched=nothing.searched)
        return nothing

    def _in(self, stream: Stream, span: Span) -> Iterator[Match]:
        passed = 0
        for turn, text in zip(stream.turns, _texts(stream), strict=True):
            if turn.start_s <= span.end_s + heard.EDGE_S and turn.end_s >= span.start_s:
                for match in self._of_turn(stream, turn.words, text, passed):
                    if heard.inside(stream.tokens[match.first], span):
                        yield match
            passed += len(turn.words)

    def _of_turn(
        self, stream: Stream, words: Sequence[Word], text: str, passed: int
    ) -> Iterator[Match]:
        """The matches in one turn's text, whose words follow so many others in the stream."""
        spans = [span for pattern in self.patterns for span in pattern.spans(text)]
        if not spans:
            return
        barred = [span for pattern in self.exceptions for span in pattern.spans(text)]
        starts = _starts(words, text)
        for start, end in spans:
            if any(start < stop and begin < end for begin, stop in barred):
                continue
            first = passed + bisect_right(starts, start) - 1
            last = passed + bisect_left(starts, end) - 1
            match = _match(stream, first, last)
            if match is not None:
                yield match


def _texts(stream: Stream) -> Sequence[str]:
    """The text of each turn; told once, since many criteria read them."""
    return stream.once(("texts",), lambda: [joined(turn.words) for turn in stream.turns])


def _starts(words: Sequence[Word], text: str) -> list[int]:
    """The character at which each word begins in its turn's text."""
    starts, place = [], 0
    for word in words:
        place = text.index(word.text, place)
        starts.append(place)
        place += len(word.text)
    return starts


def _match(stream: Stream, first_word: int, last_word: int) -> Match | None:
    """The tokens of some words, or the one before them where they are nothing but marks."""
    if not stream.tokens:
        return None
    last = max(0, bisect_right(stream.tokens, last_word, key=lambda token: token.word) - 1)
    first = min(bisect_left(stream.tokens, first_word, key=lambda token: token.word), last)
    return Match(first, last, 1.0)

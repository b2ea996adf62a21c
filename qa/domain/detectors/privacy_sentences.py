"""What one side says, by sentences: where a secret may be meant, and where what is said makes it harmless."""

from __future__ import annotations

from bisect import bisect_left

from qa.domain.detectors import heard
from qa.domain.detectors.matching import Match, matches
from qa.domain.detectors.phrases import Phrases
from qa.domain.detectors.privacy_suspicion_words import ELSE, OWN_HANDS
from qa.domain.detectors.privacy_words import (
    IN_FULL,
    NEVER_AFTER,
    NEVER_BEFORE,
    NOT_SECRET,
    PARTIAL,
)
from qa.domain.detectors.text import Stream
from qa.domain.transcript import Span

REACH = 1
"""Sentences on either side of one that belong to it."""

REACHED = 6
"""Tokens that may stand inside a pattern."""


class Sentences:
    """A stream by its sentences: which of them hold what, and which stand side by side in one run."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self._numbers = sorted(stream.sentences)
        self._starts = [self.begins(each) for each in self._numbers]

    def of(self, phrases: Phrases) -> set[int]:
        """The sentences in which one of some patterns is found."""
        return {
            self.stream.tokens[match.first].sentence
            for match in matches(phrases, self.stream, sounds=None, gap=REACHED)
        }

    def whole_in(self, phrases: Phrases, span: Span) -> set[int]:
        """The sentences of a window in which one of some patterns stands from its first word to its last."""
        tokens = self.stream.tokens
        return {
            tokens[match.first].sentence
            for match in matches(phrases, self.stream, sounds=None, gap=REACHED)
            if tokens[match.first].sentence == tokens[match.last].sentence
            and heard.inside(tokens[match.first], span)
        }

    def near(self, sentence: int) -> list[int]:
        """A sentence and those beside it that are said in one go."""
        run = self._run(sentence)
        return [
            place
            for place in range(sentence - REACH, sentence + REACH + 1)
            if place in self.stream.sentences and self._run(place) == run
        ]

    def last_before(self, at_s: float) -> int | None:
        """The last sentence that begins before a time; none where nothing was said yet."""
        place = bisect_left(self._starts, at_s)
        return self._numbers[place - 1] if place else None

    def begins(self, sentence: int) -> float:
        """When a sentence begins, in seconds."""
        return self.stream.tokens[self.stream.sentences[sentence][0]].start_s

    def match(self, sentence: int) -> Match:
        """The whole sentence as a place in the stream."""
        return Match(*self.stream.sentences[sentence], 1.0)

    def _run(self, sentence: int) -> int:
        first, _ = self.stream.sentences[sentence]
        return self.stream.tokens[first].run


def harmless_sentences(found: Sentences) -> frozenset[int]:
    """Sentences that warn, leave it to the customer's own hands, speak of other numbers or of a part of one."""
    return frozenset(
        warnings(found)
        | found.of(NOT_SECRET)
        | found.of(OWN_HANDS)
        | found.of(ELSE)
        | in_part(found)
    )


def warnings(found: Sentences) -> set[int]:
    """Sentences that say that a secret is not to be told, or not needed."""
    return found.of(NEVER_BEFORE) | found.of(NEVER_AFTER)


def in_part(found: Sentences) -> set[int]:
    """Sentences that speak of a part of a number, such as its last four digits."""
    return found.of(PARTIAL) - found.of(IN_FULL)

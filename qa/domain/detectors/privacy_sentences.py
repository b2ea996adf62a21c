"""What one side says, by sentences: where a secret may be meant, and where what is said makes it harmless."""

from __future__ import annotations

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

GAP = 6
"""Tokens that may stand inside a pattern."""


class Sentences:
    """A stream by its sentences: which of them hold what, and which stand side by side in one run."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream

    def of(self, phrases: Phrases) -> set[int]:
        """The sentences in which one of some patterns is found."""
        return {
            self.stream.tokens[match.first].sentence
            for match in matches(phrases, self.stream, sounds=None, gap=GAP)
        }

    def whole_in(self, phrases: Phrases, span: Span) -> set[int]:
        """The sentences of a window in which one of some patterns stands from its first word to its last."""
        tokens = self.stream.tokens
        return {
            tokens[match.first].sentence
            for match in matches(phrases, self.stream, sounds=None, gap=GAP)
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
        began = [
            number
            for number, (first, _) in self.stream.sentences.items()
            if self.stream.tokens[first].start_s < at_s
        ]
        return max(began, default=None)

    def match(self, sentence: int) -> Match:
        """The whole sentence as a place in the stream."""
        return Match(*self.stream.sentences[sentence], 1.0)

    def _run(self, sentence: int) -> int:
        first, _ = self.stream.sentences[sentence]
        return self.stream.tokens[first].run


def harmless(found: Sentences) -> frozenset[int]:
    """Sentences that warn, that leave it to the customer's own hands, or that speak of other numbers."""
    return frozenset(
        found.of(NEVER_BEFORE)
        | found.of(NEVER_AFTER)
        | found.of(NOT_SECRET)
        | found.of(OWN_HANDS)
        | found.of(ELSE)
        | in_part(found)
    )


def in_part(found: Sentences) -> set[int]:
    """Sentences that speak of a part of a number, such as its last four digits."""
    return found.of(PARTIAL) - found.of(IN_FULL)

"""What stands around a token: its clause, as far as marks and pauses tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa.domain.detectors.spelling import ends_asking, marks_after
from qa.domain.detectors.text import Stream, is_han

CLAUSE_PAUSE_S = 0.5
"""A pause that parts clauses where the recogniser wrote no comma."""

_PARTS = frozenset("，,、；;：:")


@dataclass(frozen=True, slots=True)
class Around:
    """A stream, with what is near a token of it.

    Attributes:
        marked: The first and last token of each sentence that ends in a question mark, by its number.
    """

    stream: Stream
    marked: Mapping[int, tuple[int, int]]

    def is_marked(self, place: int) -> bool:
        """Whether the sentence of a token ends in a question mark."""
        return self.stream.tokens[place].sentence in self.marked

    def parts(self, place: int) -> bool:
        """Whether a clause begins with a token."""
        if self.stream.opens_sentence(place):
            return True
        before, token = self.stream.tokens[place - 1], self.stream.tokens[place]
        return token.start_s - before.end_s >= CLAUSE_PAUSE_S or (
            before.word != token.word
            and not _PARTS.isdisjoint(marks_after(self.stream.words[before.word].text))
        )

    def clause(self, place: int, back: int, onward: int) -> tuple[int, int]:
        """The first and last token of a token's clause, so many tokens before and after it at most."""
        first = last = place
        while first > place - back and not self.parts(first):
            first -= 1
        while last < min(place + onward, len(self.stream.tokens) - 1) and not self.parts(last + 1):
            last += 1
        return first, last

    def before(self, place: int, reach: int) -> str:
        """What is said before a token in its sentence, ``reach`` tokens at most."""
        opens, _ = self.stream.sentences[self.stream.tokens[place].sentence]
        return self.said(max(opens, place - reach), place)

    def after(self, place: int, reach: int) -> str:
        """What is said after a token in its sentence, ``reach`` tokens at most."""
        _, closes = self.stream.sentences[self.stream.tokens[place].sentence]
        return self.said(place + 1, min(closes, place + reach) + 1)

    def said(self, first: int, end: int) -> str:
        """Tokens as text: Chinese run together, a space around each English word."""
        texts = self.stream.texts[first:end]
        joined = "".join([text if is_han(text) else f" {text} " for text in texts])
        return joined.replace("  ", " ")


def word_set(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


def marked_sentences(stream: Stream) -> dict[int, tuple[int, int]]:
    """The first and last token of each sentence that ends in a question mark, by its number."""
    marked: dict[int, tuple[int, int]] = {}
    for sentence in stream.asking:
        span = stream.sentences.get(sentence)
        if span and ends_asking(stream.words[stream.tokens[span[1]].word].text):
            marked[sentence] = span
    return marked

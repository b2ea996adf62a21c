"""What may be a request for a secret though it is worded as nobody foresaw: for a person to listen to.

People ask for a one-time code, a card or a password in more ways than can be written down ("your phone should
have buzzed, what does it say?"). So besides the requests that are known for sure, words that carry a secret and
words that ask are looked for near one another, wherever they stand. What is found so never costs a point: it
makes the criterion a person's to judge, which is what keeps a request from passing unheard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.domain.detectors import heard
from qa.domain.detectors.matching import Match, matches
from qa.domain.detectors.phrases import Phrases
from qa.domain.detectors.privacy_suspicion_words import (
    ASKS,
    CARRIERS,
    ELSE,
    OWN_HANDS,
    PLAIN,
    PLAIN_ASKS,
    Carrier,
)
from qa.domain.detectors.privacy_words import (
    IN_FULL,
    NEVER_AFTER,
    NEVER_BEFORE,
    NOT_SECRET,
    PARTIAL,
    Secret,
)
from qa.domain.detectors.text import Stream
from qa.domain.transcript import Span

REACH = 1
"""Sentences on either side of a carrier's in which the asking words may stand."""

_GAP = 6
"""Tokens that may stand inside a carrier."""


@dataclass(frozen=True, slots=True)
class Suspicions:
    """What may ask for a secret, sentence by sentence.

    Attributes:
        plain: Where nothing else can be meant.
        vague: Where a person must listen.
    """

    plain: list[Match]
    vague: list[Match]


def suspicions(stream: Stream, span: Span, secrets: Sequence[Secret]) -> Suspicions:
    """Where words that carry a secret and words that ask stand near one another, in a window."""
    found = _Sentences(stream)
    vague = _asked(found, span, [each for each in CARRIERS if each.secret in secrets], ASKS)
    if not vague:
        return Suspicions([], [])
    known = [each for each in PLAIN if each.secret in secrets]
    return Suspicions(_asked(found, span, known, PLAIN_ASKS, wholly=True), vague)


def _asked(
    found: _Sentences,
    span: Span,
    carriers: Sequence[Carrier],
    asking: Phrases,
    *,
    wholly: bool = False,
) -> list[Match]:
    """Sentences that carry a secret with asking words near; ``wholly``: and nothing harmless beside them."""
    carried = [sentence for each in carriers for sentence in _carried(found, each)]
    asks = found.of(asking) if carried else set()
    if not asks:
        return []
    harmless = _harmless(found)
    asked = []
    for sentence in carried:
        near = found.near(sentence)
        around = [place for place in near if place not in harmless]
        if sentence not in around or not asks.intersection(around):
            continue
        if wholly and len(around) < len(near):
            continue
        match = found.match(sentence)
        if heard.inside(found.stream.tokens[match.first], span):
            asked.append(match)
    return asked


def speaks_of_else(stream: Stream) -> frozenset[int]:
    """The sentences that warn, leave it to the customer's own hands, or speak of other numbers."""
    return _harmless(_Sentences(stream))


def _harmless(found: _Sentences) -> frozenset[int]:
    """Sentences that warn, that leave it to the customer's own hands, or that speak of other numbers."""
    partial = found.of(PARTIAL) - found.of(IN_FULL)
    return frozenset(
        found.of(NEVER_BEFORE)
        | found.of(NEVER_AFTER)
        | found.of(NOT_SECRET)
        | found.of(OWN_HANDS)
        | found.of(ELSE)
        | partial
    )


def _carried(found: _Sentences, carrier: Carrier) -> Iterator[int]:
    """Sentences where a carrier's last kind of words stands, its other kinds in them or beside them."""
    kinds = [found.of(kind) for kind in carrier.kinds]
    for sentence in kinds[-1]:
        around = set(found.near(sentence))
        if all(kind & around for kind in kinds[:-1]):
            yield sentence


class _Sentences:
    """A stream by its sentences: which of them hold what, and which stand side by side in one run."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream

    def of(self, phrases: Phrases) -> set[int]:
        """The sentences in which one of some patterns is found."""
        return {
            self.stream.tokens[match.first].sentence
            for match in matches(phrases, self.stream, sounds=None, gap=_GAP)
        }

    def near(self, sentence: int) -> list[int]:
        """A sentence and those beside it that are said in one go."""
        run = self._run(sentence)
        return [
            place
            for place in range(sentence - REACH, sentence + REACH + 1)
            if place in self.stream.sentences and self._run(place) == run
        ]

    def match(self, sentence: int) -> Match:
        """The whole sentence as a place in the stream."""
        return Match(*self.stream.sentences[sentence], 1.0)

    def _run(self, sentence: int) -> int:
        first, _ = self.stream.sentences[sentence]
        return self.stream.tokens[first].run

"""What may be a request for a secret though it is worded as nobody foresaw: for a person to listen to.

People ask for a one-time code, a card or a password in more ways than can be written down ("your phone should
have buzzed, what does it say?"). So besides the requests that are known for sure, words that carry a secret and
words that ask are looked for near one another, wherever they stand. What is found so never costs a point: it
makes the criterion a person's to judge, which is what keeps a request from passing unheard. The customer's answer
tells as well: whoever reads out "it says five nine oh two three three" was asked for something. And an agent who
names a secret, and neither warns nor leaves it to the customer's own hands nor speaks of another number, may be
asking for it in any words ("debit card PIN, sir").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.domain.call import Role
from qa.domain.detectors import heard
from qa.domain.detectors.base import Case
from qa.domain.detectors.clauses import Around
from qa.domain.detectors.matching import Match, matches
from qa.domain.detectors.phrases import Phrases
from qa.domain.detectors.privacy_object import card_meant
from qa.domain.detectors.privacy_suspicion_words import (
    ASKS,
    CARRIERS,
    DOORS,
    ELSE,
    OUTRIGHT,
    OWN_HANDS,
    PLAIN,
    PLAIN_ASKS,
    READ_OUT,
    TALK,
    Carrier,
)
from qa.domain.detectors.privacy_words import (
    IN_FULL,
    NEVER_AFTER,
    NEVER_BEFORE,
    NOT_SECRET,
    PARTIAL,
    Secret,
    names,
)
from qa.domain.detectors.text import Stream
from qa.domain.transcript import Span

REACH = 1
"""Sentences on either side of a carrier's in which the asking words may stand."""

CODE_DIGITS = range(4, 9)
"""Digits of a one-time code."""

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
        return Suspicions([], _named(found, span, secrets))
    known = [each for each in PLAIN if each.secret in secrets]
    return Suspicions(_asked(found, span, known, PLAIN_ASKS, wholly=True), vague)


def _named(found: _Sentences, span: Span, secrets: Sequence[Secret]) -> list[Match]:
    """Sentences of a window that name a secret and do no more than that, or ask for it in so many words.

    One that only names it has nothing harmless in it or beside it, and says nothing else of the secret.
    """
    named, outright = _naming(found, span, secrets), found.whole_in(OUTRIGHT, span)
    if not named and not outright:
        return []
    warned = found.of(NEVER_BEFORE) | found.of(NEVER_AFTER)
    others = found.of(NOT_SECRET) | found.of(DOORS) | _in_part(found)
    harmless, talk = _harmless(found), found.of(TALK)
    asked = {each for each in outright - others if warned.isdisjoint(found.near(each))}
    bare = {each for each in named - talk if harmless.isdisjoint(found.near(each))}
    return [found.match(each) for each in sorted(asked | bare)]


def _naming(found: _Sentences, span: Span, secrets: Sequence[Secret]) -> set[int]:
    """Sentences of a window that name a secret; a number that may be another's names none."""
    around = Around(found.stream, {})
    return {
        found.stream.tokens[match.first].sentence
        for match in matches(names(tuple(secrets)), found.stream, sounds=None, gap=_GAP)
        if heard.inside(found.stream.tokens[match.first], span) and card_meant(around, match)
    }


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


def answered_with_a_code(case: Case, span: Span) -> list[Match]:
    """The agent's sentences in a window that a customer answers by reading out what may be a one-time code.

    Not where the sentence, or the one before it, is harmless: the code on a parcel is read out as well.
    """
    customer, agent = case.streams[Role.CUSTOMER], case.streams[Role.AGENT]
    found = _Sentences(agent)
    answered = []
    for begun in matches(READ_OUT, customer, sounds=None, gap=_GAP):
        if _digits_after(customer, begun.last) not in CODE_DIGITS:
            continue
        asked = _last_before(agent, customer.tokens[begun.first].start_s)
        if asked is None or not heard.inside(agent.tokens[found.match(asked).first], span):
            continue
        if _harmless(found).isdisjoint((asked - 1, asked)):
            answered.append(found.match(asked))
    return answered


def _digits_after(stream: Stream, last: int) -> int:
    """How many digits follow a token without another word."""
    count = 0
    while last + 1 + count < len(stream.texts) and stream.texts[last + 1 + count].isdecimal():
        count += 1
    return count


def _last_before(stream: Stream, at_s: float) -> int | None:
    """The last sentence that begins before a time; none where nothing was said yet."""
    began = [
        number
        for number, (first, _) in stream.sentences.items()
        if stream.tokens[first].start_s < at_s
    ]
    return max(began, default=None)


def speaks_of_else(stream: Stream) -> frozenset[int]:
    """The sentences that warn, leave it to the customer's own hands, or speak of other numbers."""
    return _harmless(_Sentences(stream))


def _harmless(found: _Sentences) -> frozenset[int]:
    """Sentences that warn, that leave it to the customer's own hands, or that speak of other numbers."""
    return frozenset(
        found.of(NEVER_BEFORE)
        | found.of(NEVER_AFTER)
        | found.of(NOT_SECRET)
        | found.of(OWN_HANDS)
        | found.of(ELSE)
        | _in_part(found)
    )


def _in_part(found: _Sentences) -> set[int]:
    """Sentences that speak of a part of a number, such as its last four digits."""
    return found.of(PARTIAL) - found.of(IN_FULL)


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

    def whole_in(self, phrases: Phrases, span: Span) -> set[int]:
        """The sentences of a window in which one of some patterns stands from its first word to its last."""
        tokens = self.stream.tokens
        return {
            tokens[match.first].sentence
            for match in matches(phrases, self.stream, sounds=None, gap=_GAP)
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

    def match(self, sentence: int) -> Match:
        """The whole sentence as a place in the stream."""
        return Match(*self.stream.sentences[sentence], 1.0)

    def _run(self, sentence: int) -> int:
        first, _ = self.stream.sentences[sentence]
        return self.stream.tokens[first].run

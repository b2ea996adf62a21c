"""What may be a request for a secret though it is worded as nobody foresaw: for a person to listen to.

People ask for a one-time code, a card or a password in more ways than can be written down ("your phone should
have buzzed, what does it say?"). So besides the requests that are known for sure, words that carry a secret and
words that ask are looked for near one another, wherever they stand. What is found so never costs a point: it
makes the criterion a person's to judge, which is what keeps a request from passing unheard. And an agent who names
a secret, and neither warns nor leaves it to the customer's own hands nor speaks of another number, may be asking
for it in any words ("debit card PIN, sir").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.domain.detectors import heard
from qa.domain.detectors.clauses import Around
from qa.domain.detectors.matching import Match, matches
from qa.domain.detectors.phrases import Phrases
from qa.domain.detectors.privacy_object import card_meant
from qa.domain.detectors.privacy_sentences import GAP, Sentences, harmless, in_part
from qa.domain.detectors.privacy_suspicion_words import (
    ASKS,
    CARRIERS,
    DOORS,
    OUTRIGHT,
    PLAIN,
    PLAIN_ASKS,
    TALK,
    Carrier,
)
from qa.domain.detectors.privacy_words import (
    NEVER_AFTER,
    NEVER_BEFORE,
    NOT_SECRET,
    Secret,
    names,
)
from qa.domain.detectors.text import Stream
from qa.domain.transcript import Span


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
    found = Sentences(stream)
    vague = _asked(found, span, [each for each in CARRIERS if each.secret in secrets], ASKS)
    if not vague:
        return Suspicions([], _named(found, span, secrets))
    known = [each for each in PLAIN if each.secret in secrets]
    return Suspicions(_asked(found, span, known, PLAIN_ASKS, wholly=True), vague)


def _named(found: Sentences, span: Span, secrets: Sequence[Secret]) -> list[Match]:
    """Sentences of a window that name a secret and do no more than that, or ask for it in so many words.

    One that only names it has nothing harmless in it or beside it, and says nothing else of the secret.
    """
    named, outright = _naming(found, span, secrets), found.whole_in(OUTRIGHT, span)
    if not named and not outright:
        return []
    warned = found.of(NEVER_BEFORE) | found.of(NEVER_AFTER)
    others = found.of(NOT_SECRET) | found.of(DOORS) | in_part(found)
    spared, talk = harmless(found), found.of(TALK)
    asked = {each for each in outright - others if warned.isdisjoint(found.near(each))}
    bare = {each for each in named - talk if spared.isdisjoint(found.near(each))}
    return [found.match(each) for each in sorted(asked | bare)]


def _naming(found: Sentences, span: Span, secrets: Sequence[Secret]) -> set[int]:
    """Sentences of a window that name a secret; a number that may be another's names none."""
    around = Around(found.stream, {})
    return {
        found.stream.tokens[match.first].sentence
        for match in matches(names(tuple(secrets)), found.stream, sounds=None, gap=GAP)
        if heard.inside(found.stream.tokens[match.first], span) and card_meant(around, match)
    }


def _asked(
    found: Sentences,
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
    spared = harmless(found)
    asked = []
    for sentence in carried:
        near = found.near(sentence)
        around = [place for place in near if place not in spared]
        if sentence not in around or not asks.intersection(around):
            continue
        if wholly and len(around) < len(near):
            continue
        match = found.match(sentence)
        if heard.inside(found.stream.tokens[match.first], span):
            asked.append(match)
    return asked


def _carried(found: Sentences, carrier: Carrier) -> Iterator[int]:
    """Sentences where a carrier's last kind of words stands, its other kinds in them or beside them."""
    kinds = [found.of(kind) for kind in carrier.kinds]
    for sentence in kinds[-1]:
        around = set(found.near(sentence))
        if all(kind & around for kind in kinds[:-1]):
            yield sentence

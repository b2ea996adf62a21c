"""What may be a request for a secret though it is worded as nobody foresaw: for a person to listen to.

People ask for a one-time code, a card or a password in more ways than can be written down ("your phone should
have buzzed, what does it say?"). So besides the requests that are known for sure, words that carry a secret and
words that ask are looked for near one another, wherever they stand. But for the plainest, what is found so costs no
point: it makes the criterion a person's to judge, which is what keeps a request from passing unheard. And an agent
who names a secret and hardly says another word may be asking for it ("debit card PIN, sir").
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.domain.detectors import heard
from qa.domain.detectors.clauses import Around
from qa.domain.detectors.matching import Match, matches
from qa.domain.detectors.phrases import Phrases
from qa.domain.detectors.privacy_object import card_meant, is_light
from qa.domain.detectors.privacy_sentences import (
    REACHED,
    Sentences,
    harmless_sentences,
    in_part,
    warnings,
)
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
    NOT_SECRET,
    SECRETS,
    Secret,
    names,
)
from qa.domain.detectors.text import Stream
from qa.domain.transcript import Span

SAID_OF_IT = 7
"""Tokens beside the lightest words, the secret's name among them, that a sentence which only names it may have."""


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
    carried = _asked(found, span, [each for each in CARRIERS if each.secret in secrets], ASKS)
    known = [each for each in PLAIN if each.secret in secrets] if carried else []
    plain = _asked(found, span, known, PLAIN_ASKS, wholly=True)
    vague = carried | _named(found, span, secrets)
    return Suspicions(
        [found.match(each) for each in sorted(plain)],
        [found.match(each) for each in sorted(vague)],
    )


def _named(found: Sentences, span: Span, secrets: Sequence[Secret]) -> set[int]:
    """Sentences of a window that name a secret and say next to nothing else, or ask for it in so many words.

    One that only names it has nothing harmless in it or beside it.
    """
    named, outright = _naming(found, span, secrets), found.whole_in(OUTRIGHT, span)
    if set(secrets) != set(SECRETS):
        outright &= named
    if not named and not outright:
        return set()
    spoken_of = found.of(NOT_SECRET) | found.of(DOORS) | in_part(found)
    spared, warned, talk = harmless_sentences(found), warnings(found), found.of(TALK)
    asked = {each for each in outright - spoken_of if warned.isdisjoint(found.near(each))}
    bare = {
        each
        for each in named - talk
        if spared.isdisjoint(found.near(each)) and _says_little_else(found.stream, each)
    }
    return asked | bare


def _says_little_else(stream: Stream, sentence: int) -> bool:
    """Whether a sentence has hardly a word that could tell of the secret: "debit card PIN, sir"."""
    first, last = stream.sentences[sentence]
    return sum(not is_light(text) for text in stream.texts[first : last + 1]) <= SAID_OF_IT


def _naming(found: Sentences, span: Span, secrets: Sequence[Secret]) -> set[int]:
    """Sentences of a window that name a secret; a number that may be another's names none."""
    around = Around(found.stream, {})
    return {
        found.stream.tokens[match.first].sentence
        for match in matches(names(tuple(secrets)), found.stream, sounds=None, gap=REACHED)
        if heard.inside(found.stream.tokens[match.first], span) and card_meant(around, match)
    }


def _asked(
    found: Sentences,
    span: Span,
    carriers: Sequence[Carrier],
    asking: Phrases,
    *,
    wholly: bool = False,
) -> set[int]:
    """Sentences that carry a secret with asking words near; ``wholly``: and nothing harmless beside them."""
    carried = {sentence for each in carriers for sentence in _carried(found, each)}
    asks = found.of(asking) if carried else set()
    if not asks:
        return set()
    spared = harmless_sentences(found)
    asked = set()
    for sentence in carried:
        near = found.near(sentence)
        around = [place for place in near if place not in spared]
        if sentence not in around or not asks.intersection(around):
            continue
        if wholly and len(around) < len(near):
            continue
        if heard.inside(found.stream.tokens[found.match(sentence).first], span):
            asked.add(sentence)
    return asked


def _carried(found: Sentences, carrier: Carrier) -> Iterator[int]:
    """Sentences where a carrier's last kind of words stands, its other kinds in them or beside them."""
    kinds = [found.of(kind) for kind in carrier.kinds]
    for sentence in kinds[-1]:
        around = set(found.near(sentence))
        if all(kind & around for kind in kinds[:-1]):
            yield sentence

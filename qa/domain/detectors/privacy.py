"""``privacy_request``: the agent asks for a secret that no agent may hear.

Secrets are a full card number, the security code on a card, a password or PIN, and a one-time code.
The last four digits, an order number, a membership card, and the warning that nobody will ever ask for
a secret are none. A request is a secret's name, or what it is described by, with asking words near it in one
sentence or in the one that follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from qa.domain.call import Role
from qa.domain.detectors import heard
from qa.domain.detectors.base import Answer, Case, Finding, Phonetics
from qa.domain.detectors.clauses import Around
from qa.domain.detectors.matching import Match, matches
from qa.domain.detectors.privacy_answer import answered_with_a_secret
from qa.domain.detectors.privacy_asker import asks_here, taken_back
from qa.domain.detectors.privacy_object import (
    about_it,
    asks_for_it,
    card_meant,
    may_be_of_another,
    named_aside,
)
from qa.domain.detectors.privacy_sentences import Sentences, harmless_sentences
from qa.domain.detectors.privacy_suspicion import suspicions
from qa.domain.detectors.privacy_words import (
    ASKS_AFTER,
    ASKS_BEFORE,
    ASKS_IN_NAME,
    ASKS_NEXT,
    IN_FULL,
    NEVER_AFTER,
    NEVER_BEFORE,
    NOT_SECRET,
    PARTIAL,
    PAYMENT,
    SECRETS,
    SPOILS_AFTER,
    SPOILS_BEFORE,
    Secret,
    names,
)
from qa.domain.detectors.text import Stream
from qa.domain.detectors.window import WHOLE_CALL, Window, resolve
from qa.domain.transcript import Span
from qa.domain.wording import Reason

ASK_REACH = 14
"""Tokens between the asking words and the secret; further apart they seldom belong together."""

NEXT_SENTENCES = 2
"""How many sentences further on "read it to me" still asks for a secret that was named."""

DESCRIBED_IN = 8
"""Tokens that may stand inside a description of a secret."""

NEGATION_REACH = 12
"""Tokens between a "never" or a "last four" and the secret it takes the sting out of."""

VAGUE_QUALITY = 0.55
"""Of a request for a card's number that may be a membership card's: for a person."""

REQUEST_S = 1.0
"""Nobody asks for a secret faster."""

SPOIL_REACH = 2
"""Tokens between "reset" or "wrong" and the secret that is then talked about, not asked for."""


@dataclass(frozen=True, slots=True)
class PrivacyRequest:
    """Looks for requests for a secret, in the agent's own words as they were recognised.

    Attributes:
        secrets: Which secrets may not be asked for.
    """

    secrets: tuple[Secret, ...] = SECRETS
    within: Window = WHOLE_CALL

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """Yes with what asks, unsure of what only may or sounds so or is answered so, no with the window."""
        span = resolve(self.within, case, Role.AGENT, anchor)
        stream = case.streams[Role.AGENT]
        suspected = suspicions(stream, span, self.secrets)
        asked = self._requests(stream, span, None) or suspected.plain
        if asked:
            hits = [(Role.AGENT, match) for match in asked]
            return heard.found(case, Role.AGENT, hits, "found.privacy_request")
        nothing = heard.absent(case, Role.AGENT, span, "absent.privacy_request", takes_s=REQUEST_S)
        vague = sorted(
            {*suspected.vague, *answered_with_a_secret(case, span, self.secrets)},
            key=attrgetter("first"),
        )
        if vague:
            clips = tuple(heard.clip(stream, Role.AGENT, match) for match in vague)
            return Finding(
                Answer.UNSURE,
                Reason("unsure.privacy_request"),
                evidence=clips[: heard.EVIDENCE_LIMIT],
                searched=nothing.searched,
            )
        for who, sounds, code in (
            (Role.AGENT, case.phonetics, "unsure.privacy_request"),
            (Role.UNKNOWN, None, "unsure.speaker"),
        ):
            doubtful = self._requests(case.streams[who], span, sounds)
            if doubtful and sounds is not None:
                spared = harmless_sentences(Sentences(stream))
                doubtful = [
                    match for match in doubtful if stream.tokens[match.last].sentence not in spared
                ]
            if doubtful:
                clips = tuple(heard.clip(case.streams[who], who, match) for match in doubtful)
                return Finding(
                    Answer.UNSURE, Reason(code), evidence=clips, searched=nothing.searched
                )
        return nothing

    def _requests(self, stream: Stream, span: Span, sounds: Phonetics | None) -> list[Match]:
        """Requests in a window; with ``sounds``, also where a secret's name is only alike in sound."""
        named = [
            match
            for match in matches(names(self.secrets), stream, sounds=sounds, gap=DESCRIBED_IN)
            if heard.inside(stream.tokens[match.first], span)
        ]
        if not named:
            return []
        marks = _Marks.of(stream)
        requests = []
        for name in named:
            ask = marks.ask(stream, name)
            if ask is not None and not marks.harmless(stream, name):
                quality = VAGUE_QUALITY if marks.vague(stream, name) else name.quality
                first, last = min(ask.first, name.first), max(ask.last, name.last)
                requests.append(Match(first, last, quality))
        return requests


@dataclass(frozen=True, slots=True)
class _Marks:
    """Where a stream holds the words that make a secret's name a request, or harmless."""

    asks_before: Sequence[Match]
    asks_after: Sequence[Match]
    asks_next: Sequence[Match]
    asks_in_name: Sequence[Match]
    never_before: Sequence[Match]
    never_after: Sequence[Match]
    spoils_before: Sequence[Match]
    spoils_after: Sequence[Match]
    partial: Sequence[Match]
    in_full: Sequence[Match]
    not_secret: Sequence[Match]
    payment: Sequence[Match]

    @classmethod
    def of(cls, stream: Stream) -> _Marks:
        """All marks of a stream."""
        return cls(
            *(
                matches(
                    patterns,
                    stream,
                    sounds=None,
                    gap=DESCRIBED_IN,
                    farthest=patterns is NOT_SECRET,
                )
                for patterns in (
                    ASKS_BEFORE,
                    ASKS_AFTER,
                    ASKS_NEXT,
                    ASKS_IN_NAME,
                    NEVER_BEFORE,
                    NEVER_AFTER,
                    SPOILS_BEFORE,
                    SPOILS_AFTER,
                    PARTIAL,
                    IN_FULL,
                    NOT_SECRET,
                    PAYMENT,
                )
            )
        )

    def ask(self, stream: Stream, name: Match) -> Match | None:
        """The asking words that ask for what a secret's name names."""
        around = Around(stream, {})
        if card_meant(around, name) is False or taken_back(around, name):
            return None
        near = [
            *_before(stream, name, self.asks_before, ASK_REACH),
            *_after(stream, name, self.asks_after, ASK_REACH),
        ]
        return (
            next(
                (
                    mark
                    for mark in near
                    if about_it(around, mark, name) and asks_here(around, mark, name)
                ),
                None,
            )
            or next((mark for mark in self.asks_in_name if mark.overlaps(name)), None)
            or self._next(around, name)
        )

    def _next(self, around: Around, name: Match) -> Match | None:
        """Asking words in the sentences that follow a name, which take up no other matter."""
        stream = around.stream
        sentence = stream.tokens[name.last].sentence
        if named_aside(around, name):
            return None
        return next(
            (
                mark
                for mark in self.asks_next
                if mark.first > name.last
                and 1 <= stream.tokens[mark.first].sentence - sentence <= NEXT_SENTENCES
                and stream.tokens[mark.first].run == stream.tokens[name.last].run
                and asks_for_it(around, mark)
                and asks_here(around, mark, name)
            ),
            None,
        )

    def vague(self, stream: Stream, name: Match) -> bool:
        """Whether a name is a bare 卡号 or a full number with nothing beside it that tells which is meant."""
        around = Around(stream, {})
        if card_meant(around, name) is None or may_be_of_another(around, name):
            return True
        return stream.tokens[name.first].text == "卡" and not _beside(stream, name, self.payment)

    def harmless(self, stream: Stream, name: Match) -> bool:
        """Whether the name is part of a warning, of other talk, or of less than the secret."""
        if any(name.overlaps(other) for other in self.not_secret):
            return True
        if _before(stream, name, self.spoils_before, SPOIL_REACH) or _after(
            stream, name, self.spoils_after, SPOIL_REACH
        ):
            return True
        warnings = [mark for mark in self.never_before if not _of_the_rest(stream, mark)]
        if _before(stream, name, warnings, NEGATION_REACH) or _after(
            stream, name, self.never_after, NEGATION_REACH
        ):
            return True
        partial = _beside(stream, name, self.partial)
        return partial and not _beside(stream, name, self.in_full)


def _before(stream: Stream, name: Match, marks: Sequence[Match], reach: int) -> list[Match]:
    """The marks that begin before a name does, in its sentence and within reach, the nearest first."""
    near = [
        mark
        for mark in marks
        if mark.first < name.first
        and mark.last >= name.first - 1 - reach
        and _same_sentence(stream, mark.first, name.first)
    ]
    return sorted(near, key=lambda mark: mark.first, reverse=True)


def _after(stream: Stream, name: Match, marks: Sequence[Match], reach: int) -> list[Match]:
    """The marks that follow a name in its sentence and within reach, the nearest first."""
    near = [
        mark
        for mark in marks
        if name.last < mark.first <= name.last + 1 + reach
        and _same_sentence(stream, name.last, mark.first)
    ]
    return sorted(near, key=lambda mark: mark.first)


def _beside(stream: Stream, name: Match, marks: Sequence[Match]) -> bool:
    """Whether a mark stands in a name or near it, in its sentence or the one that follows."""
    sentence = stream.tokens[name.first].sentence
    return any(
        mark.first <= name.last + 1 + NEGATION_REACH
        and mark.last >= name.first - 1 - NEGATION_REACH
        and 0 <= stream.tokens[mark.first].sentence - sentence <= 1
        for mark in marks
    )


def _of_the_rest(stream: Stream, mark: Match) -> bool:
    """Whether a mark that begins with 他, he, is a part of 其他, the rest."""
    return stream.texts[max(mark.first - 1, 0) : mark.first + 1] == ("其", "他")


def _same_sentence(stream: Stream, first: int, second: int) -> bool:
    return stream.tokens[first].sentence == stream.tokens[second].sentence

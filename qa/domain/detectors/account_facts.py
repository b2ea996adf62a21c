"""``account_facts``: the agent tells the customer a fact of the account, such as its balance or its address.

A fact is told where its name and a value stand in one sentence that is of the customer's own. What the customer
said before the agent did is no secret, and what is said of everybody is no fact.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.domain.call import Role
from qa.domain.detectors import heard
from qa.domain.detectors.account_words import (
    ASKED,
    FACTS,
    FAMILIES,
    HOW_TO_BEFORE,
    HOW_TO_BETWEEN,
    MONEY,
    NOT_THEIRS,
    NOT_TOLD,
    THEIRS,
    Fact,
    Family,
)
from qa.domain.detectors.base import Answer, Case, Finding
from qa.domain.detectors.clauses import Around
from qa.domain.detectors.matching import Match, matches
from qa.domain.detectors.text import Stream
from qa.domain.detectors.window import WHOLE_CALL, Window, resolve
from qa.domain.transcript import Span
from qa.domain.wording import Reason

TOLD_S = 1.0
"""Nobody tells a fact faster."""

_REACH = 24
"""Tokens between a fact's name and its value."""

_SENTENCE = 40
"""Tokens around a name that decide whose fact it is."""

_TOLD, _MAYBE = 0.9, 0.5

_COMMON = 0.6
"""Part of a value's words, in their order, that the customer must have said before, for it to be theirs."""


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """Looks for facts in the agent's own words as they were recognised.

    Attributes:
        facts: Which facts count.
    """

    facts: tuple[Fact, ...] = FACTS
    within: Window = WHOLE_CALL

    def find(self, case: Case, anchor: Span | None = None) -> Finding:
        """Yes with the sentences that tell one, unsure of what may be one, no with the window searched."""
        span = resolve(self.within, case, Role.AGENT, anchor)
        told = self._in(case, Role.AGENT, span)
        sure = [(Role.AGENT, match) for match in told if match.quality > _MAYBE]
        if sure:
            return heard.found(case, Role.AGENT, sure, "found.account_facts")
        nothing = heard.absent(case, Role.AGENT, span, "absent.account_facts", takes_s=TOLD_S)
        for who, doubtful, code in (
            (Role.AGENT, told, "unsure.account_facts"),
            (Role.UNKNOWN, self._in(case, Role.UNKNOWN, span), "unsure.speaker"),
        ):
            if doubtful:
                shown = doubtful[: heard.EVIDENCE_LIMIT]
                clips = tuple(heard.clip(case.streams[who], who, match) for match in shown)
                return Finding(
                    Answer.UNSURE, Reason(code), evidence=clips, searched=nothing.searched
                )
        return nothing

    def _in(self, case: Case, who: Role, span: Span) -> list[Match]:
        stream = case.streams[who]
        around = Around(stream, {})
        said = case.streams[Role.CUSTOMER]
        told = [
            match
            for fact in self.facts
            for family in FAMILIES[fact]
            for name in matches(family.names, stream, sounds=None, gap=6)
            if heard.inside(stream.tokens[name.first], span)
            for match in _told(around, family, name)
            if not _said_before(said, stream, match, name)
        ]
        return _apart(told)


def _apart(told: Sequence[Match]) -> list[Match]:
    """The surest of those that share words."""
    kept: list[Match] = []
    for match in sorted(told, key=lambda each: (-each.quality, each.first)):
        if not any(match.overlaps(other) for other in kept):
            kept.append(match)
    return sorted(kept, key=lambda match: match.first)


def _told(around: Around, family: Family, name: Match) -> Iterator[Match]:
    """The name of a fact with its value, where the sentence tells one."""
    before = around.before(name.first, _SENTENCE)
    after = around.after(name.last, _REACH)
    value = family.after.match(after)
    stands_before = None if family.before is None else family.before.search(before)
    if value is None or (family.before is not None and stands_before is None):
        return
    if NOT_THEIRS.search(before) or ASKED.search(after[: value.end()]):
        return
    how_to = family.may_be_how_to and (
        HOW_TO_BEFORE.search(before) or HOW_TO_BETWEEN.search(after[: value.end()])
    )
    money = MONEY.search(after)
    if how_to and (money is None or money.start() >= value.end()):
        return
    named = around.said(name.first, name.last + 1)
    sentence = before + named + around.after(name.last, _SENTENCE)
    general = NOT_TOLD.search(sentence) is not None
    theirs = THEIRS.search(sentence) is not None
    if general and not theirs:
        return
    first = name.first - (0 if stands_before is None else _tokens(before[stands_before.start() :]))
    last = name.last + _tokens(after[: value.end()])
    yield Match(first, last, _MAYBE if general or how_to or not theirs else _TOLD)


def _tokens(text: str) -> int:
    """How many tokens a text from ``Around`` holds."""
    return sum(1 if word.isascii() else len(word) for word in _split(text))


def _split(text: str) -> list[str]:
    spaced = "".join(f" {one} " if not one.isascii() else one for one in text)
    return spaced.split()


def _said_before(said: Stream, stream: Stream, match: Match, name: Match) -> bool:
    """Whether the customer gave the value before the agent did."""
    value = [
        token.text
        for place, token in enumerate(stream.tokens[match.first : match.last + 1], match.first)
        if not name.first <= place <= name.last
    ]
    began_s = stream.tokens[match.first].start_s
    digits = "".join(text for text in value if text.isdigit())
    earlier = [token.text for token in said.tokens if token.start_s < began_s]
    if digits:
        return len(digits) > 1 and digits in "".join(text for text in earlier if text.isdigit())
    return _share(value, earlier) >= _COMMON


def _share(value: Sequence[str], earlier: Sequence[str]) -> float:
    """The part of a value's neighbouring words that stand side by side in what was said before."""
    pairs, known = set(pairwise(value)), set(pairwise(earlier))
    return len(pairs & known) / len(pairs) if pairs else 0.0

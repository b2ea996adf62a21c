"""Which voice is the agent's, told from what is said where no channel map tells it.

Service phrases, the company's name, who asks for details and who asks for help speak for a role, and so does
who says "you" and who says "I". Who speaks first and who says that they call tell the caller from the called;
which of them is the agent depends on who called whom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from qa.domain.attribution import UNKNOWN_LABEL, LabelledTurn, with_roles
from qa.domain.call import Direction, Role
from qa.domain.customer_words import CUSTOMER
from qa.domain.detectors.base import Phonetics
from qa.domain.detectors.company_name import ALIKE, best_name
from qa.domain.detectors.pattern import compile_phrase, matches
from qa.domain.detectors.text import Stream, stream_of, tokens_of
from qa.domain.role_words import AGENT, INTRODUCES, LINE, MAKES_CALL, TAKES_CALL, Family
from qa.domain.transcript import Span

STEEPNESS = 0.4
"""Of confidence over the lead in weight: a lead of 1 gives 0.66, of 3 gives 0.85, of 6 gives 0.95."""

ANSWERS_FIRST = 3.0
"""Weight for the agent of speaking first where the customer calls: who picks up speaks first, and a centre's
recording begins when an agent picks up. First words that ask something weigh ``ASKS_FIRST``: the recording may
have begun late, and "how can I help" speaks for itself."""

ASKS_FIRST = 1.0

ANSWERS_WITH_LINE = 4.0
"""What it weighs more where the first words say where one has called ("Lakeview Hotel."): hardly a caller does."""

CALLED_FIRST = 0.5
"""Weight for the customer of speaking first where the centre calls: a dialler often connects the agent late."""

CALLED_HELLO = 2.0
"""Weight of a first "hello?" or "yeah?" alone, for whoever was called."""

ALONE = 0.3
"""Most that speaking first weighs by itself, for a recording may begin late."""

HELLO_ALONE = 0.5
"""Weight for the customer of speaking first with nothing but a "hello?", where nobody knows who called."""

COMPANY_NAME = 2.0
"""Weight of saying the company's name early on; customers say it too, but seldom at once."""

OPENING_S = 20.0
"""How early in a party's speech its company's name speaks for the agent."""

AGAIN = 0.5
"""Part of a family's weight that a second hit adds."""

ADDRESS = 2.5
"""Weight of speaking of "you" alone: an agent speaks of the customer's affairs, a customer of their own."""

ADDRESS_FROM = 4
"""Words of either kind that are too few to tell much."""

LINE_TOKENS = 9
"""Tokens of a sentence that only says where one has called; a longer one tells of a bank or a school."""

READS_OUT = 1.0
"""Weight for the customer of a turn of digits: it is who was asked for a number."""

DIGITS = 4
"""Digits that make such a turn."""

CUE_GAP = 6
"""Tokens that ``*`` stands for in a cue."""

PRESENCE = 4.0
"""Weight for the customer of being there from the call's beginning to its end, where agents take turns."""

ANOTHER_AGENT = 2.0
"""Weight from which a third voice is an agent's, too."""

SAYS_LITTLE = 0.03
"""Part of all words below which a third voice is somebody in the room."""

_YOU = frozenset(("你", "your", "you", "yours"))
_I = frozenset(("我", "i", "my", "me", "mine"))
_HELLO = frozenset(("喂", "你", "好", "hello", "hallo", "hullo", "hi", "hey", "yes", "yeah"))
_NOT_ADDRESSED = frozenset(("谢", "烦", "thank"))
"""Before "you": thanks and pleas are everybody's."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Who is who.

    Attributes:
        roles: By label; a label that could not be told is ``Role.UNKNOWN``.
        confidence: 0-1; 0.5 is a coin's toss between two parties, 0 is nothing known.
    """

    roles: Mapping[str, Role]
    confidence: float


def decide_roles(
    turns: Sequence[LabelledTurn],
    *,
    company_names: Sequence[str],
    direction: Direction,
    phonetics: Phonetics | None,
) -> Parties:
    """Tell the agent from the customer by their words.

    Args:
        turns: Turns of one call, in order of start.
        company_names: Names an agent may introduce the company by.
        direction: Who called whom, where it is known.
        phonetics: To know a company's name by its sound; without, by its letters alone.

    Returns:
        The likeliest roles of the labels that speak most: the customer, who is there all the time, and
        the agent, or two of them where a call was transferred. A third voice that does not speak like an
        agent is unknown. All are, with confidence 0, where a single party speaks or nothing tells them
        apart.
    """
    spoken: dict[str, list[LabelledTurn]] = {}
    for turn in turns:
        if turn.label != UNKNOWN_LABEL:
            spoken.setdefault(turn.label, []).append(turn)
    nobody = Parties(dict.fromkeys(spoken, Role.UNKNOWN), 0.0)
    voices = _voices(spoken)
    if len(voices) < 2:  # noqa: PLR2004 - two parties make a call
        return nobody
    first = next(turn for turn in turns if turn.label != UNKNOWN_LABEL)
    opener = _opening(first, direction)
    words = {
        label: _weight(
            spoken[label],
            company_names,
            phonetics,
            direction,
            opens=label == first.label or len(voices) > 2,  # noqa: PLR2004 - a colleague takes over
        )
        for label in voices
    }
    weights = {label: words[label] + (opener if label == first.label else 0.0) for label in voices}
    likeness = {label: _presence(label, spoken, voices) - weights[label] for label in voices}
    customer, second = sorted(voices, key=lambda label: -likeness[label])[:2]
    agent = max((label for label in voices if label != customer), key=lambda one: weights[one])
    agents = {label for label in voices if weights[label] >= ANOTHER_AGENT} - {customer} | {agent}
    # Taken for the customer for good reason, and no agent taken for one: the weakest step decides.
    lead = min(
        min(weights[label] for label in agents) - weights[customer],
        likeness[customer] - likeness[second],
    )
    said = min(words[label] for label in agents) - words[customer]
    if said <= 0 and opener:
        lead = min(lead, ALONE)
    if lead <= 0:
        return nobody
    roles = {**nobody.roles, **dict.fromkeys(agents, Role.AGENT), customer: Role.CUSTOMER}
    return Parties(roles, round(0.5 + 0.5 * (1 - exp(-STEEPNESS * lead)), 3))


def _voices(spoken: Mapping[str, Sequence[LabelledTurn]]) -> list[str]:
    """The voices that a call is between, those that say most first."""
    said = {label: sum(len(turn.text) for turn in turns) for label, turns in spoken.items()}
    ordered = sorted(said, key=lambda label: -said[label])[:3]
    return ordered[:2] + [
        label for label in ordered[2:] if said[label] >= SAYS_LITTLE * sum(said.values())
    ]


def _presence(
    label: str, spoken: Mapping[str, Sequence[LabelledTurn]], voices: Sequence[str]
) -> float:
    """What the part of the call that a voice is there for says for its being the customer's.

    Nothing where two voices make the call: both are there.
    """
    if len(voices) == 2:  # noqa: PLR2004 - the two parties
        return 0.0
    starts = {one: spoken[one][0].span.start_s for one in voices}
    ends = {one: spoken[one][-1].span.end_s for one in voices}
    whole_s = max(ends.values()) - min(starts.values())
    return PRESENCE * (ends[label] - starts[label]) / whole_s if whole_s > 0 else 0.0


def _opening(first: LabelledTurn, direction: Direction) -> float:
    """What speaking first says for its being the agent who does."""
    hello = _HELLO.issuperset(tokens_of(first.text))
    if direction is Direction.INBOUND:
        if hello:
            return CALLED_HELLO
        if stream_of(with_roles((first,), {})).asking:
            return ASKS_FIRST
        return ANSWERS_FIRST + (ANSWERS_WITH_LINE if _names_line(first) else 0.0)
    if direction is Direction.OUTBOUND:
        return -CALLED_HELLO if hello else -CALLED_FIRST
    return -HELLO_ALONE if hello else 0.0


def _weight(
    turns: Sequence[LabelledTurn],
    names: Sequence[str],
    phonetics: Phonetics | None,
    direction: Direction,
    *,
    opens: bool,
) -> float:
    """How much one party's words speak for its being the agent, less what speaks against it."""
    stream = stream_of(with_roles(turns, {}))
    weight = COMPANY_NAME if _names_company(stream, names, phonetics) else 0.0
    weight += sum(_heard(family, stream, phonetics) for family in AGENT)
    weight -= sum(_heard(family, stream, phonetics) for family in CUSTOMER)
    weight += ADDRESS * _address(stream) - READS_OUT * _reads_out(turns)
    takes = _heard(TAKES_CALL, stream, phonetics) + LINE.worth * _names_line(turns[0])
    makes = _heard(MAKES_CALL, stream, phonetics)
    introduces = _heard(INTRODUCES, stream, phonetics)
    if direction is Direction.INBOUND:
        return weight + takes - makes + (introduces if opens else 0.0)
    if direction is Direction.OUTBOUND:
        return weight + makes + (0.0 if opens and takes else introduces)
    return weight + takes + makes + introduces


def _heard(family: Family, stream: Stream, phonetics: Phonetics | None) -> float:
    """The weight of what is heard of a family of phrases."""
    phrases, exceptions = family.patterns()
    found = matches(phrases, stream, sounds=phonetics, gap=CUE_GAP)
    if not found:
        return 0.0
    barred = matches(exceptions, stream, sounds=None, gap=CUE_GAP)
    hits, after = 0, 0
    for match in found:
        if match.first >= after and not any(match.overlaps(bar) for bar in barred):
            hits, after = hits + 1, match.last + 1
    return family.worth * (min(hits, 1) + AGAIN * (hits > 1))


def _names_line(first: LabelledTurn) -> bool:
    """Whether a party's first turn begins by saying where one has called, and asks nothing by it."""
    stream = stream_of(with_roles((first,), {}))
    opening = [token for token in stream.tokens if token.sentence == stream.tokens[0].sentence]
    phrases, _ = LINE.patterns()
    named = matches(phrases, stream, sounds=None, gap=CUE_GAP)
    return (
        len(opening) <= LINE_TOKENS
        and _I.isdisjoint(token.text for token in opening)
        and any(stream.tokens[match.first].sentence == opening[0].sentence for match in named)
        and opening[0].sentence not in stream.asking
    )


def _address(stream: Stream) -> float:
    """Whether a party speaks of "you" or of "I", from 1 to -1."""
    you = own = 0
    texts = [token.text for token in stream.tokens]
    for before, text, after in zip(("", *texts), texts, (*texts[1:], ""), strict=False):
        if after == "们" or (text == "你" and after == "好") or before in _NOT_ADDRESSED:
            continue
        you += text in _YOU
        own += text in _I
    return (you - own) / (you + own + ADDRESS_FROM)


def _reads_out(turns: Iterable[LabelledTurn]) -> int:
    """Whether a party reads out a number that it was asked for."""
    for turn in turns:
        tokens = tokens_of(turn.text)
        digits = sum(token.isdigit() for token in tokens)
        if digits >= DIGITS and 2 * digits >= len(tokens):
            return 1
    return 0


def _names_company(stream: Stream, names: Sequence[str], phonetics: Phonetics | None) -> bool:
    if not stream.tokens or not names:
        return False
    until_s = stream.tokens[0].start_s + OPENING_S
    if phonetics is None:
        found = matches([compile_phrase(name) for name in names], stream, sounds=None)
        return any(stream.tokens[match.first].start_s <= until_s for match in found)
    opening = Span(stream.tokens[0].start_s, until_s)
    best = best_name(stream, names, phonetics, opening)
    return best is not None and best.quality >= ALIKE

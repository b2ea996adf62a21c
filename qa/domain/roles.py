"""Which voice is the agent's, told from what is said where no channel map tells it.

Two things are asked of a call. Which party serves the other: service phrases, who asks for details and who for
help, who says "you" and who says "I". And which party was called: whoever is called says little at first, and
whoever calls says why. Who was called is the agent where the customer calls and the customer where the centre
does; where nobody knows who called whom, only the first question counts.

Weights are log-odds. They were fitted (logistic regression, the same for every trade, direction and language)
to written calls, a fifth of their words left out and others misheard, and rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from qa.domain.attribution import UNKNOWN_LABEL, LabelledTurn, with_roles
from qa.domain.call import Direction, Role
from qa.domain.customer_words import CUSTOMER
from qa.domain.detectors.base import Phonetics
from qa.domain.detectors.company_name import ALIKE, best_name
from qa.domain.detectors.matching import matches
from qa.domain.detectors.pattern import compile_phrase
from qa.domain.detectors.text import Stream, stream_of, tokens_of
from qa.domain.role_words import AGENT, INTRODUCES, LINE, MAKES_CALL, TAKES_CALL, Family
from qa.domain.transcript import Span
from qa.domain.transfer import transferred_at

AGENT_SAYS = 0.28
"""What a family of an agent's phrases weighs, times its worth."""

CUSTOMER_SAYS = 1.0
"""What one of a customer's weighs: callers speak like agents more often than agents speak like customers."""

INTRODUCES_ITSELF = 0.3
"""What saying whom one speaks for weighs, times its worth: agents do, and so do people who call at work."""

ANSWERS_WITH_LINE = 1.6
"""Weight of first words that say where one has called ("Lakeview Hotel.")."""

COMPANY_NAME = 0.5
"""Weight of saying the company's name early on; customers say it, too."""

OPENING_S = 20.0
"""How early in a party's speech its company's name speaks for the agent."""

ASKS_FIRST = 0.7
"""Weight of a question as the call's first words."""

ADDRESS = 2.5
"""Weight of speaking of "you" alone: an agent speaks of the customer's affairs, a customer of their own."""

ADDRESS_FROM = 4
"""Words of either kind that are too few to tell much."""

READS_OUT = 0.8
"""Weight for the customer of a turn of digits: it is who was asked for a number."""

CALLED_SAYS_LITTLE = 2.1
"""What the opening's length weighs, times the logarithm of one party's over the other's."""

LITTLE = 3
"""Tokens that are added to both, since one word more or less tells nothing."""

CALLED_HELLO = 1.3
"""Weight of a first "hello?" or "yeah?" alone, for whoever was called."""

TAKES_THE_CALL = 0.9
"""What it weighs to answer as a business does, times its worth."""

MAKES_THE_CALL = 0.3
"""What it weighs to say that one calls, times its worth."""

OPENING_MOST = 2.5
"""Most that the opening weighs, for a recording may begin late."""

HELLO_ALONE = 0.7
"""Weight for the customer of speaking first with nothing but a "hello?", where nobody knows who called."""

AGAIN = 0.5
"""Part of a family's weight that a second hit adds."""

LINE_TOKENS = 9
"""Tokens of a sentence that only says where one has called; a longer one tells of a bank or a school."""

DIGITS = 4
"""Digits that make such a turn."""

CUE_GAP = 8
"""Tokens that ``*`` stands for in a cue."""

DOUBTED = 1.2
"""Most that the lead comes to where somebody's words may stand under another's name: a confidence of 0.54."""

GOODBYE_WORDS = 10
"""Words of both parties that are too few for anybody to have taken over."""

MOST = 0.99
"""Words alone are never as sure as a channel map."""

PRESENCE = 2.0
"""Weight for the customer of being there from the call's beginning to its end, where agents take turns."""

ANOTHER_AGENT = 0.6
"""Weight from which a third voice is an agent's, too."""

SAYS_LITTLE = 0.03
"""Part of all words below which a third voice is somebody in the room."""

_SERVES_WHO_IS_CALLED = {Direction.INBOUND: 1.0, Direction.OUTBOUND: -1.0}
_YOU = frozenset(("你", "your", "you", "yours"))
_I = frozenset(("我", "i", "my", "me", "mine"))
_HELLO = frozenset(("喂", "你", "好", "hello", "hallo", "hullo", "hi", "hey", "yes", "yeah"))
_NOT_OWNED = frozenset(("是", "姓", "叫", "name"))
"""After "I" or "my": everybody says who they are."""
_NOT_ADDRESSED = frozenset(("谢", "烦", "thank"))
"""Before "you": thanks and pleas are everybody's."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Who is who.

    Attributes:
        roles: By label; a label that could not be told is ``Role.UNKNOWN``.
        confidence: 0-1, how much likelier this is than the opposite: 0 is a coin's toss, 0.6 is odds of four
            to one, 0.9 of nineteen to one.
    """

    roles: Mapping[str, Role]
    confidence: float


def decide_roles(
    turns: Sequence[LabelledTurn],
    *,
    company_names: Sequence[str],
    direction: Direction,
    phonetics: Phonetics | None,
    shared: bool = False,
) -> Parties:
    """Tell the agent from the customer by their words.

    Args:
        turns: Turns of one call, in order of start.
        company_names: Names an agent may introduce the company by.
        direction: Who called whom, where it is known.
        phonetics: To know a company's name by its sound; without, by its letters alone.
        shared: Whether labels are voices that a diarizer told apart, and may have failed to.

    Returns:
        The likeliest roles of the labels that speak most: the customer, who is there all the time, and
        the agent, or two of them where a call was transferred. A third voice that does not speak like an
        agent is unknown, but for calls in which somebody announces a transfer. All are unknown, with
        confidence 0, where a single party speaks or nothing tells them apart. The confidence is low where
        a voice is unknown, and where a transfer is announced and the colleague seems to go by another's name.
    """
    spoken: dict[str, list[LabelledTurn]] = {}
    for turn in turns:
        if turn.label != UNKNOWN_LABEL:
            spoken.setdefault(turn.label, []).append(turn)
    nobody = Parties(dict.fromkeys(spoken, Role.UNKNOWN), 0.0)
    voices = _voices(spoken)
    if len(voices) < 2:  # noqa: PLR2004 - two parties make a call
        return nobody
    called = _called(turns, voices, phonetics)
    weights = {
        label: _serves(spoken[label], company_names, phonetics)
        + _SERVES_WHO_IS_CALLED.get(direction, 0.0) * called.get(label, 0.0)
        for label in voices
    }
    first = next(turn for turn in turns if turn.label in voices)
    weights[first.label] += _speaks_first(first, direction)
    likeness = {label: _presence(label, spoken, voices) - weights[label] for label in voices}
    customer, second = sorted(voices, key=lambda label: -likeness[label])[:2]
    others = [label for label in voices if label != customer]
    agent = max(others, key=lambda label: weights[label])
    transfer_s = transferred_at([word for turn in turns for word in turn.words])
    agents = {one for one in others if transfer_s is not None or weights[one] >= ANOTHER_AGENT}
    agents |= {agent}
    # Taken for the customer for good reason, and no agent taken for one: the weakest step decides.
    lead = min(
        min(weights[label] for label in agents) - weights[customer],
        likeness[customer] - likeness[second],
    )
    if lead <= 0:
        return nobody
    if shared and transfer_s is not None and len(others) == 1:
        known = _serves_throughout(spoken[agent], spoken[customer], transfer_s)
    else:
        known = len(agents) == len(others)
    roles = {**nobody.roles, **dict.fromkeys(agents, Role.AGENT), customer: Role.CUSTOMER}
    odds = lead if known else min(lead, DOUBTED)
    return Parties(roles, min(MOST, round(2 / (1 + exp(-odds)) - 1, 3)))


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


def _serves_throughout(
    agent: Sequence[LabelledTurn], customer: Sequence[LabelledTurn], transfer_s: float
) -> bool:
    """Whether one voice serves the other after a transfer as before it.

    It does where nobody took over, or where the two agents go by one name; not where the colleague goes by
    the customer's, or the customer by the first agent's.
    """
    for after in (False, True):
        serving, served = (
            [turn for turn in turns if (turn.span.start_s >= transfer_s) is after]
            for turns in (agent, customer)
        )
        if sum(len(turn.words) for turn in (*serving, *served)) < GOODBYE_WORDS:
            continue
        if not serving or not served or _serves(serving, (), None) <= _serves(served, (), None):
            return False
    return True


def _speaks_first(first: LabelledTurn, direction: Direction) -> float:
    """What the call's first words say for their speaker's being the agent, beside who was called."""
    if _is_hello(first):
        return -HELLO_ALONE if direction is Direction.UNKNOWN else 0.0
    return ASKS_FIRST if stream_of(with_roles((first,), {})).asking else 0.0


def _called(
    turns: Sequence[LabelledTurn], voices: Sequence[str], phonetics: Phonetics | None
) -> dict[str, float]:
    """What the opening says for each of its two parties' having been called."""
    openings: dict[str, list[LabelledTurn]] = {}
    latest = ""
    for turn in turns:
        if turn.label not in voices:
            continue
        if turn.label != latest and (turn.label in openings or len(openings) == 2):  # noqa: PLR2004 - both spoke
            break
        openings.setdefault(turn.label, []).append(turn)
        latest = turn.label
    one, other = openings
    odds = CALLED_HELLO * _is_hello(openings[one][0])
    odds += _answers(openings[one], phonetics) - _answers(openings[other], phonetics)
    odds = max(-OPENING_MOST, min(OPENING_MOST, odds))
    return {one: odds / 2, other: -odds / 2}


def _answers(opening: Sequence[LabelledTurn], phonetics: Phonetics | None) -> float:
    """How much a party's first words are those of somebody who was called."""
    stream = stream_of(with_roles(opening, {}))
    return (
        TAKES_THE_CALL * _heard(TAKES_CALL, stream, phonetics)
        - MAKES_THE_CALL * _heard(MAKES_CALL, stream, phonetics)
        - CALLED_SAYS_LITTLE * log(len(stream.tokens) + LITTLE)
    )


def _is_hello(turn: LabelledTurn) -> bool:
    return _HELLO.issuperset(tokens_of(turn.text))


def _serves(
    turns: Sequence[LabelledTurn], names: Sequence[str], phonetics: Phonetics | None
) -> float:
    """How much one party's words speak for its serving the other, less what speaks against it."""
    stream = stream_of(with_roles(turns, {}))
    return (
        AGENT_SAYS * sum(_heard(family, stream, phonetics) for family in AGENT)
        - CUSTOMER_SAYS * sum(_heard(family, stream, phonetics) for family in CUSTOMER)
        + INTRODUCES_ITSELF * _heard(INTRODUCES, stream, phonetics)
        + ADDRESS * _address(stream)
        - READS_OUT * _reads_out(turns)
        + COMPANY_NAME * _names_company(stream, names, phonetics)
        + ANSWERS_WITH_LINE * LINE.worth * _names_line(turns[0])
    )


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
        if text in _I and after in _NOT_OWNED:
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

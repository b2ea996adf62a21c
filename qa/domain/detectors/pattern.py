"""Phrases as patterns over tokens.

A phrase is plain text, with ``*`` for a gap of any words in the same sentence, ``(a|b)`` for a choice
(an empty branch makes it optional), ``^`` at the front for the beginning of a sentence, ``$`` at the end
for its end, and ``?`` at the end for the end of a sentence that asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from qa.domain.detectors.base import Phonetics
from qa.domain.detectors.text import Stream, tokens_of

DEFAULT_GAP = 20
"""Tokens that ``*`` may stand for."""

SOUND_QUALITY = 0.9
"""Match quality of words that sound like the phrase and are written otherwise."""

NEAR_QUALITY = 0.75
"""Match quality of a phrase with one word that neither is nor sounds like the phrase's."""

NEAR_FROM = 5
"""Tokens in an unbroken stretch before one of them may differ."""

Choice = tuple[tuple[str, ...], ...]
"""Runs of tokens of which one is said; one run alone is plain text."""

_GAP: Choice = ()
_PARTS = re.compile(r"\(([^()]*)\)|(\*+)")
_MARKS = frozenset("^$?？()|*")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A phrase in matching form.

    Attributes:
        parts: Choices and gaps, in order.
        heads: Tokens that a match can begin with.
    """

    parts: tuple[Choice, ...]
    heads: frozenset[str]
    opens: bool
    closes: Literal["", "$", "?"]

    @property
    def shortest(self) -> int:
        """Tokens of its shortest form."""
        return sum(min(map(len, choice)) for choice in self.parts if choice)

    def longest(self, gap: int) -> int:
        """Tokens of its longest form, where ``*`` may stand for ``gap`` of them."""
        return sum(max(map(len, choice)) if choice else gap for choice in self.parts)


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern stands in a stream: its first and last token, and how well it fits, 0-1."""

    first: int
    last: int
    quality: float

    def overlaps(self, other: Match) -> bool:
        """Whether two matches share a token."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class _State:
    """A match under way.

    Attributes:
        at: The next token to read.
        stretch: Tokens matched since the last gap.
        exact: Those of them that are the phrase's very words.
        strayed: Whether one of them neither is nor sounds like the phrase's.
    """

    at: int
    quality: float = 1.0
    stretch: int = 0
    exact: int = 0
    strayed: bool = False

    @property
    def settled(self) -> bool:
        """Whether the stretch may end here.

        A short one bears no stray word, and half of any must be the very words: a syllable alone
        sounds like dozens of others.
        """
        return 2 * self.exact >= self.stretch and (not self.strayed or self.stretch >= NEAR_FROM)


def compile_phrase(phrase: str) -> Pattern:
    """The pattern of a phrase. Raises ``ValueError`` saying what is wrong with it."""
    text = phrase.strip()
    opens = text.startswith("^")
    closes: Literal["", "$", "?"] = "$" if text.endswith("$") else ""
    if text.endswith(("?", "？")):
        closes = "?"
    body = text.removeprefix("^").rstrip("$?？")
    parts = list(_parts(body))
    while parts and parts[0] is _GAP:
        parts.pop(0)
    while parts and parts[-1] is _GAP and not closes:
        parts.pop()
    heads = _heads(parts)
    if not heads:
        raise ValueError("it has no words, or every word is optional")
    return Pattern(tuple(parts), heads, opens, closes)


def _parts(body: str) -> Iterator[Choice]:
    place = 0
    for mark in _PARTS.finditer(body):
        yield from _plain(body[place : mark.start()])
        place = mark.end()
        if mark[2]:
            yield _GAP
            continue
        branches = mark[1].split("|")
        for branch in branches:
            _refuse_marks(branch)
        yield tuple(dict.fromkeys(tokens_of(branch) for branch in branches))
    yield from _plain(body[place:])


def _plain(text: str) -> Iterator[Choice]:
    _refuse_marks(text)
    tokens = tokens_of(text)
    if tokens:
        yield (tokens,)


def _refuse_marks(text: str) -> None:
    stray = sorted(_MARKS.intersection(text))
    if stray:
        raise ValueError(f"`{stray[0]}` cannot stand there")


def _heads(parts: Sequence[Choice]) -> frozenset[str]:
    heads: set[str] = set()
    for choice in parts:
        if choice is _GAP:
            return frozenset()
        heads.update(run[0] for run in choice if run)
        if all(choice):
            return frozenset(heads)
    return frozenset()


def matches(
    patterns: Sequence[Pattern],
    stream: Stream,
    *,
    sounds: Phonetics | None,
    gap: int = DEFAULT_GAP,
    starts: Iterable[int] | None = None,
) -> list[Match]:
    """Every place where a pattern stands, in order, the best match of each first token.

    Args:
        patterns: What is looked for.
        stream: Where.
        sounds: To take homophones for the phrase; ``None`` for its very words.
        gap: Tokens that ``*`` may stand for.
        starts: Tokens that a match may begin with; ``None`` for all. The search costs what they cost.
    """
    best: dict[int, Match] = {}
    places = _places(stream, sounds, starts) if patterns else {}
    for pattern in patterns:
        for match in _Search(pattern, stream, places, sounds, gap).matches():
            known = best.get(match.first)
            if known is None or match.quality > known.quality:
                best[match.first] = match
    return [best[first] for first in sorted(best)]


def _places(
    stream: Stream, sounds: Phonetics | None, starts: Iterable[int] | None
) -> Mapping[str, Sequence[int]]:
    """Where each token stands; with ``sounds``, where each sound does."""
    if starts is not None:
        near: dict[str, list[int]] = {}
        for index in starts:
            text = stream.tokens[index].text
            near.setdefault(sounds.key(text) if sounds else text, []).append(index)
        return near
    if sounds is None:
        return stream.positions
    places: dict[str, list[int]] = {}
    for text, positions in stream.positions.items():
        places.setdefault(sounds.key(text), []).extend(positions)
    return places


@dataclass(frozen=True, slots=True)
class _Search:
    """One pattern looked for in one stream; ``places`` are those of its tokens, or of their sounds."""

    pattern: Pattern
    stream: Stream
    places: Mapping[str, Sequence[int]]
    sounds: Phonetics | None
    gap: int

    def matches(self) -> Iterator[Match]:
        """The best match from each place where one can begin."""
        for first in self._starts():
            if self.pattern.opens and not self.stream.opens_sentence(first):
                continue
            best = max(
                (Match(first, end.at - 1, end.quality) for end in self._read(0, _State(first))),
                key=lambda match: (match.quality, -match.last),
                default=None,
            )
            if best is not None:
                yield best

    def _starts(self) -> Iterator[int]:
        heads = self.pattern.heads
        wanted = heads if self.sounds is None else {self.sounds.key(head) for head in heads}
        for head in wanted:
            yield from self.places.get(head, ())

    def _read(self, part: int, state: _State) -> Iterator[_State]:
        """The states after the pattern's parts from ``part`` on have been read."""
        if part == len(self.pattern.parts):
            if state.settled and self._closes(state.at - 1):
                yield state
            return
        choice = self.pattern.parts[part]
        if choice is _GAP:
            if state.settled:
                for at in self._across(state.at, ends=part + 1 == len(self.pattern.parts)):
                    yield from self._read(part + 1, _State(at, state.quality))
            return
        for run in choice:
            said = self._say(run, state)
            if said is not None:
                yield from self._read(part + 1, said)

    def _across(self, at: int, *, ends: bool) -> Iterator[int]:
        """Where reading may go on after a gap: within the sentence of the token before it.

        ``ends`` says that nothing is left to read, so that the sentence may end with the gap.
        """
        tokens = self.stream.tokens
        for onward in range(at, min(at + self.gap, len(tokens)) + 1):
            inside = onward < len(tokens) and tokens[onward].sentence == tokens[at - 1].sentence
            if inside or ends:
                yield onward
            if not inside:
                return

    def _say(self, run: tuple[str, ...], state: _State) -> _State | None:
        """The state after a run of tokens, ``None`` where they are not said."""
        at, quality, exact, strayed = state.at, state.quality, state.exact, state.strayed
        tokens = self.stream.tokens
        for wanted in run:
            begins = state.stretch == 0 and at == state.at
            if at == len(tokens) or (not begins and tokens[at].run != tokens[at - 1].run):
                return None
            if tokens[at].text == wanted:
                exact += 1
            elif self.sounds is None:
                return None
            elif self.sounds.key(wanted) == self.sounds.key(tokens[at].text):
                quality = min(quality, SOUND_QUALITY)
            elif not strayed and not begins:
                quality, strayed = min(quality, NEAR_QUALITY), True
            else:
                return None
            at += 1
        return _State(at, quality, state.stretch + len(run), exact, strayed)

    def _closes(self, last: int) -> bool:
        closes = self.pattern.closes
        if not closes:
            return True
        if not self.stream.closes_sentence(last):
            return False
        return closes == "$" or self.stream.tokens[last].sentence in self.stream.asking

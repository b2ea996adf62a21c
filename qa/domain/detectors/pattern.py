"""Phrases as patterns over tokens.

A phrase is plain text, with ``*`` for a gap of any words in the same sentence, ``(a|b)`` for a choice
(an empty branch makes it optional), ``^`` at the front for the beginning of a sentence, ``$`` at the end
for its end, and ``?`` at the end for the end of a sentence that asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from qa.domain.detectors.base import Phonetics
from qa.domain.detectors.text import tokens_of

NEAR_FROM = 5
"""Tokens in an unbroken stretch before one of them may differ."""

MOST_PARTS = 24
MOST_GAPS = 6
"""What one phrase may hold: ways to read it multiply with each."""

Choice = tuple[tuple[str, ...], ...]
"""Runs of tokens of which one is said; one run alone is plain text."""

GAP: Choice = ()
_PARTS = re.compile(r"\(([^()]*)\)|(\*+)")
_MARKS = frozenset("^$?？()|*")


@dataclass(frozen=True, slots=True)
class Pattern:
    """A phrase in matching form.

    Attributes:
        parts: Choices and gaps, in order.
        bears: Whether each part is in a stretch long enough to bear a stray word.
    """

    parts: tuple[Choice, ...]
    opens: bool
    closes: Literal["", "$", "?"]
    bears: tuple[bool, ...]
    _read_by: dict[Phonetics | None, Reading] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def read_by(self, sounds: Phonetics | None) -> Reading:
        """The pattern as it is compared, by letters or by sound; told once for each."""
        known = self._read_by.get(sounds)
        if known is None:
            known = self._read_by[sounds] = _reading(self.parts, self.bears, sounds)
        return known

    @property
    def shortest(self) -> int:
        """Tokens of its shortest form."""
        return sum(min(map(len, choice)) for choice in self.parts if choice)

    def longest(self, gap: int) -> int:
        """Tokens of its longest form, where ``*`` may stand for ``gap`` of them."""
        return sum(max(map(len, choice)) if choice else gap for choice in self.parts)


def compile_phrase(phrase: str) -> Pattern:
    """The pattern of a phrase. Raises ``ValueError`` saying what is wrong with it."""
    text = phrase.strip()
    opens = text.startswith("^")
    closes: Literal["", "$", "?"] = "$" if text.endswith("$") else ""
    if text.endswith(("?", "？")):
        closes = "?"
    body = text.removeprefix("^").rstrip("$?？")
    parts = list(_parts(body))
    while parts and parts[0] is GAP:
        parts.pop(0)
    while parts and parts[-1] is GAP and not closes:
        parts.pop()
    if len(parts) > MOST_PARTS or parts.count(GAP) > MOST_GAPS:
        raise ValueError(f"it has more than {MOST_PARTS} parts, or `*` more than {MOST_GAPS} times")
    if _heads(parts) is None:
        raise ValueError("it has no words, or every word is optional")
    return Pattern(tuple(parts), opens, closes, _bearing(parts))


def compile_phrases(*phrases: str) -> tuple[Pattern, ...]:
    """The patterns of some phrases, in their order. Raises as ``compile_phrase`` does."""
    return tuple(compile_phrase(phrase) for phrase in phrases)


def _parts(body: str) -> Iterator[Choice]:
    place = 0
    for mark in _PARTS.finditer(body):
        yield from _plain(body[place : mark.start()])
        place = mark.end()
        if mark[2]:
            yield GAP
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


def _bearing(parts: Sequence[Choice]) -> tuple[bool, ...]:
    """For each part, whether the stretch between gaps that it is in may be ``NEAR_FROM`` tokens long."""
    bearing: list[bool] = []
    for gap, stretch in groupby(parts, key=lambda choice: choice is GAP):
        choices = list(stretch)
        longest = 0 if gap else sum(max(map(len, choice)) for choice in choices)
        bearing.extend([longest >= NEAR_FROM] * len(choices))
    return tuple(bearing)


def _heads(parts: Sequence[Choice]) -> frozenset[str] | None:
    """Tokens that reading can go on with; ``None`` where it may be any, or none."""
    heads: set[str] = set()
    for choice in parts:
        if choice is GAP:
            return None
        heads.update(run[0] for run in choice if run)
        if all(choice):
            return frozenset(heads)
    return None


Run = tuple[tuple[str, ...], tuple[str, ...]]
"""A run of tokens, and the same as they are compared."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A pattern's tokens as they are compared: themselves, or their sounds.

    Attributes:
        seconds: For each token that a match can begin with, those that can follow it; ``None`` for any.
        thirds: Tokens that can stand third before any gap.
        onward: Tokens that reading can go on with at each part; ``None`` where it may be any, or none.
        beyond: Of what follows each gap, the tokens that it can begin with; all are in the gap's sentence.
        needed: Of each choice that must be said and bears no stray word, the tokens that it can begin with.
        reach: Tokens of the longest form up to the first gap.
        by_first: The runs of each part by their first token.
        by_second: Those by their second, for where the first strays; runs of one token under nothing.
    """

    seconds: Mapping[str, frozenset[str] | None]
    thirds: frozenset[str]
    onward: tuple[frozenset[str] | None, ...]
    beyond: tuple[frozenset[str], ...]
    needed: tuple[frozenset[str], ...]
    reach: int
    by_first: tuple[Mapping[str, tuple[Run, ...]], ...]
    by_second: tuple[Mapping[str, tuple[Run, ...]], ...]


def _reading(parts: Sequence[Choice], bears: Sequence[bool], sounds: Phonetics | None) -> Reading:
    def heard(token: str) -> str:
        return sounds.key(token) if sounds else token

    heads = [_heads(parts[place:]) for place in range(len(parts) + 1)]
    onward = [None if one is None else frozenset(map(heard, one)) for one in heads]
    runs = [[(run, tuple(map(heard, run))) for run in choice if run] for choice in parts]
    seconds: dict[str, frozenset[str] | None] = {}
    for place, choice in enumerate(parts):
        for _, run in runs[place]:
            follow = frozenset((run[1],)) if len(run) > 1 else onward[place + 1]
            known = seconds.get(run[0], frozenset())
            seconds[run[0]] = None if known is None or follow is None else known | follow
        if all(choice):
            break
    gaps = [place for place, choice in enumerate(parts) if choice is GAP]
    plain = parts[: gaps[0]] if gaps else parts
    return Reading(
        seconds,
        _thirds(runs[: len(plain)]),
        tuple(onward),
        tuple(after for gap in gaps[:1] if (after := onward[gap + 1]) is not None),
        tuple(
            frozenset(run[1][0] for run in runs[place])
            for place, choice in enumerate(parts)
            if choice is not GAP and all(choice) and not (sounds and bears[place])
        ),
        sum(max(map(len, choice)) for choice in plain),
        tuple(_index(some, 0) for some in runs),
        tuple(_index(some, 1) for some in runs),
    )


def _thirds(choices: Sequence[Sequence[Run]]) -> frozenset[str]:
    """Tokens that can stand third, whichever of the choices are left out."""
    thirds: set[str] = set()
    offsets = {0}
    for runs in choices:
        for _, run in runs:
            thirds.update(run[2 - offset] for offset in offsets if 0 <= 2 - offset < len(run))
        offsets |= {offset + len(run) for offset in offsets for _, run in runs}
    return frozenset(thirds)


def _index(runs: Iterable[Run], place: int) -> Mapping[str, tuple[Run, ...]]:
    """Runs by the token that is compared at a place; shorter ones under nothing."""
    index: dict[str, tuple[Run, ...]] = {}
    for run in runs:
        token = run[1][place] if len(run[1]) > place else ""
        index[token] = (*index.get(token, ()), run)
    return index

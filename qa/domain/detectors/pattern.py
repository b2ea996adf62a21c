"""Phrases as patterns over tokens.

A phrase is plain text, with ``*`` for a gap of any words in the same sentence, ``(a|b)`` for a choice
(an empty branch makes it optional), ``^`` at the front for the beginning of a sentence, ``$`` at the end
for its end, and ``?`` at the end for the end of a sentence that asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal

from qa.domain.detectors.base import Phonetics
from qa.domain.detectors.reading import GAP, Choice, Reading, heads_of, reading_of
from qa.domain.detectors.text import tokens_of

NEAR_FROM = 5
"""Tokens in an unbroken stretch before one of them may differ."""

MOST_PARTS = 24
MOST_GAPS = 6
"""What one phrase may hold: ways to read it multiply with each."""

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
            known = self._read_by[sounds] = reading_of(self.parts, self.bears, sounds)
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
    if heads_of(parts) is None:
        raise ValueError("it has no words, or every word is optional")
    return Pattern(tuple(parts), opens, closes, _bearing(parts))


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

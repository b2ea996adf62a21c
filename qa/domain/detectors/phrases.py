"""Lists of phrases that are looked for together, each found by the tokens that it can begin with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from statistics import median
from typing import NamedTuple

from qa.domain.detectors.base import Phonetics
from qa.domain.detectors.pattern import Pattern, compile_phrase
from qa.domain.detectors.reading import THIRD, Reading
from qa.domain.detectors.text import astride, beside


class Entry(NamedTuple):
    """A pattern of a list.

    Attributes:
        number: Its place in the list.
        strays: Whether a token may stray from it before its first gap.
        strays_later: Whether one may after it.
        reading: How it is compared.
        written: How it is compared by its very words.
    """

    number: int
    pattern: Pattern
    strays: bool
    strays_later: bool
    reading: Reading
    written: Reading


Entries = Mapping[str, Sequence[Entry]]


class Beginnings(NamedTuple):
    """The patterns of a list by what they begin with.

    Attributes:
        pairs: By their first two tokens.
        apart: By their first and their third, where the second may stray.
        alone: By their first, where any token may be the second, or none.
    """

    pairs: Entries
    apart: Entries
    alone: Entries


class Phrases(tuple[Pattern, ...]):  # noqa: SLOT001 - a tuple has no room for slots
    """Patterns in their order, indexed once for each way of hearing them."""

    @cached_property
    def middling(self) -> float:
        """Tokens of the shortest form of a middling one."""
        return median(pattern.shortest for pattern in self)

    def longest(self, gap: int) -> int:
        """Tokens of the longest form of any, where ``*`` may stand for ``gap`` of them."""
        if gap not in self._longest:
            self._longest[gap] = max(pattern.longest(gap) for pattern in self)
        return self._longest[gap]

    def begun_by(self, sounds: Phonetics | None) -> Beginnings:
        """The patterns by what they begin with, by letters or by sound; told once for each."""
        if sounds not in self._begun:
            self._begun[sounds] = _beginnings(self, sounds)
        return self._begun[sounds]

    @cached_property
    def _begun(self) -> dict[Phonetics | None, Beginnings]:
        return {}

    @cached_property
    def _longest(self) -> dict[int, int]:
        return {}


NO_PHRASES = Phrases()


def compile_phrases(*phrases: str) -> Phrases:
    """The patterns of some phrases, in their order. Raises as ``compile_phrase`` does."""
    return Phrases(compile_phrase(phrase) for phrase in phrases)


def _beginnings(patterns: Iterable[Pattern], sounds: Phonetics | None) -> Beginnings:
    pairs: dict[str, list[Entry]] = {}
    apart: dict[str, list[Entry]] = {}
    alone: dict[str, list[Entry]] = {}
    for number, pattern in enumerate(patterns):
        reading = pattern.read_by(sounds)
        bears = pattern.bears if sounds is not None else ()
        entry = Entry(
            number,
            pattern,
            any(bears[: reading.opening]),
            any(bears[reading.opening :]),
            reading,
            pattern.read_by(None),
        )
        for first, seconds in reading.seconds.items():
            if seconds is None:
                alone.setdefault(first, []).append(entry)
                continue
            for second in seconds:
                pairs.setdefault(beside(first, second), []).append(entry)
            if entry.strays:
                for third in reading.nth[THIRD]:
                    apart.setdefault(astride(first, third), []).append(entry)
    return Beginnings(pairs, apart, alone)

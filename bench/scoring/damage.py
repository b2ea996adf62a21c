"""Damage that a recogniser does to words, at random from a seed: marks lost, homophones, words dropped."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from random import Random

from qa.domain.dialogue import written_words

MARKS_LOST = 0.5
"""Of all marks."""

HOMOPHONES = 0.05
"""Of Chinese characters, and of the English words that have a homophone ten times as many."""

WORDS_DROPPED = 0.05
"""Of Chinese characters and English words."""

_MARKS = re.compile(r"(?<![0-9])[，。！？、；：…,.!?;:]+(?![0-9])")
_WORD = re.compile(r"[A-Za-z]+(?:'[a-z]+)?")

_ENGLISH: Sequence[tuple[str, ...]] = (
    ("their", "there", "they're"), ("your", "you're"), ("to", "too", "two"), ("for", "four"),
    ("hear", "here"), ("know", "no"), ("wait", "weight"), ("right", "write"), ("by", "bye", "buy"),
    ("week", "weak"), ("our", "are"), ("its", "it's"), ("whether", "weather"), ("one", "won"), ("mail", "male"),
    ("would", "wood"), ("see", "sea"), ("be", "bee"), ("new", "knew"), ("through", "threw"), ("piece", "peace"),
    ("hold", "holed"), ("line", "lion"), ("help", "hell"), ("while", "wild"), ("sorry", "sari"), ("call", "cool"),
    ("thanks", "tanks"), ("rate", "right"), ("great", "grate"), ("day", "they"), ("meet", "meat"), ("past", "passed"),
)  # fmt: skip
"""Words that sound the same, or so alike on the telephone that recognisers take one for the other."""


def without_marks(text: str, rng: Random) -> str:
    """Marks are lost at random; words that one stood between stay apart."""
    return _MARKS.sub(lambda found: " " if rng.random() < MARKS_LOST else found[0], text)


def homophones(text: str, rng: Random) -> str:
    """Characters become common ones of the same syllable, whatever its tone, and words their homophones."""
    characters = [
        rng.choice(alike)
        if rng.random() < HOMOPHONES and (alike := _alike(character))
        else character
        for character in text
    ]

    def english(found: re.Match[str]) -> str:
        alike = _english_alike().get(found[0].lower(), ())
        return rng.choice(alike) if alike and rng.random() < 10 * HOMOPHONES else found[0]

    return _WORD.sub(english, "".join(characters))


def dropped(text: str, rng: Random) -> str:
    """Words are lost at random, with the marks that belong to them."""
    words = [text for text, _ in written_words(text)]
    kept = [word for word in words if rng.random() >= WORDS_DROPPED]
    return "".join(
        f" {word}" if place and word[0].isascii() and kept[place - 1][-1].isascii() else word
        for place, word in enumerate(kept)
    )


def _alike(character: str) -> Sequence[str]:
    """Common characters of the same syllable."""
    return [each for each in _by_syllable().get(_syllable(character), ()) if each != character]


@cache
def _syllable(character: str) -> str:
    from pypinyin import Style, lazy_pinyin

    if not "㐀" <= character <= "鿿":
        return ""
    return str(lazy_pinyin(character, style=Style.NORMAL)[0])


@cache
def _by_syllable() -> Mapping[str, Sequence[str]]:
    """The characters of the first level of GB 2312, the 3755 most common ones, by syllable."""
    alike: dict[str, list[str]] = defaultdict(list)
    for high in range(0xB0, 0xD8):
        for low in range(0xA1, 0xFF):
            try:
                character = bytes((high, low)).decode("gb2312")
            except UnicodeDecodeError:
                continue
            alike[_syllable(character)].append(character)
    return alike


@cache
def _english_alike() -> Mapping[str, Sequence[str]]:
    return {
        word: [other for other in group if other != word] for group in _ENGLISH for word in group
    }

"""How Chinese and English words sound: tone-free pinyin and a consonant key."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

_HAN = re.compile(r"[㐀-鿿]")
_INITIAL = re.compile(r"^(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw]?)(.*)$")
_SAME_INITIAL = {"zh": "z", "ch": "c", "sh": "s", "n": "l", "f": "h"}
"""Initials that many Mandarin speakers, and recognisers, do not tell apart."""

_AFTER_F = {
    "a": "ua",
    "an": "uan",
    "ang": "uang",
    "ei": "ui",
    "en": "un",
    "eng": "ong",
    "o": "uo",
}
"""What follows the h that is heard for f: 方 is mixed up with 荒, 费 with 会, 风 with 轰."""

_SAME_SYLLABLE = {("l", "in"): ("l", "i")}
"""您 is matched as 你, so what sounds like the one sounds like the other."""

_ENGLISH = (
    (re.compile(r"^kn"), "n"),
    (re.compile(r"^wr"), "r"),
    (re.compile(r"ph"), "f"),
    (re.compile(r"gh"), ""),
    (re.compile(r"ck"), "k"),
    (re.compile(r"th"), "0"),
    (re.compile(r"sh|ch"), "x"),
    (re.compile(r"dge?(?=$)|j|g(?=[ei])"), "j"),
    (re.compile(r"c(?=[eiy])|z"), "s"),
    (re.compile(r"[cq]"), "k"),
    (re.compile(r"v"), "f"),
    (re.compile(r"y$"), "i"),
    (re.compile(r"(?<=[^aeiou])e$"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)
"""A short consonant key after the manner of Metaphone (L. Philips, Computer Language 7(12), 1990)."""


@dataclass(frozen=True, slots=True)
class SoundAlike:
    """Tells words that a recogniser mixes up because they sound the same (a ``Phonetics``)."""

    def key(self, token: str) -> str:
        """The sound of one Chinese character or one lower-case English word."""
        return _key(token)

    def likeness(self, heard: str, name: str) -> float:
        """How alike two short texts sound when run together, 0-1."""
        return _likeness(heard, name)


def phonetics() -> SoundAlike:
    """The sound adapter. The first Chinese look-up loads the pinyin table."""
    return SoundAlike()


@lru_cache(maxsize=20_000)
def _key(token: str) -> str:
    return "".join(_syllable(token)) if _HAN.match(token) else _english_key(token)


@lru_cache(maxsize=20_000)
def _syllable(character: str) -> tuple[str, str]:
    """A character's usual reading as (initial, final), sounds that are mixed up made one."""
    # One character at a time: the readings of phrases, most of the table and of its loading, have no use.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import Style, lazy_pinyin

    parts = _INITIAL.match(lazy_pinyin(character, style=Style.NORMAL)[0])
    initial, final = parts.groups() if parts else ("", character)
    if initial == "f":
        final = _AFTER_F.get(final, final)
    syllable = (_SAME_INITIAL.get(initial, initial), re.sub(r"ng$", "n", final))
    return _SAME_SYLLABLE.get(syllable, syllable)


def _english_key(word: str) -> str:
    """Consonants and the first vowel: *thank* and *think* stay apart, *color* and *colour* do not."""
    key = word
    for sound, letter in _ENGLISH:
        key = sound.sub(letter, key)
    vowels = re.findall(r"[aeiou]", key)
    consonants = re.sub(r"[aeiou]", "", key)
    return f"'{consonants}{vowels[0] if vowels else ''}"


@lru_cache(maxsize=20_000)
def _likeness(heard: str, name: str) -> float:
    if all(map(_HAN.match, heard)) and all(map(_HAN.match, name)):
        return _syllable_likeness(heard, name)
    ours, theirs = _letters(heard), _letters(name)
    return Levenshtein.normalized_similarity(ours, theirs)


def _letters(text: str) -> str:
    """A text run together in Latin letters, Chinese by its first reading without tones."""
    letters: list[str] = []
    for character in text.lower():
        if _HAN.match(character):
            letters.extend(_syllable(character))
        elif character.isalnum():
            letters.append(character)
    return "".join(letters)


def _syllable_likeness(heard: str, name: str) -> float:
    """1 less the edit distance per syllable; half a step for one with the same initial or final."""
    previous = [float(place) for place in range(len(name) + 1)]
    for row, ours in enumerate(heard, start=1):
        current = [float(row)]
        for column, theirs in enumerate(name, start=1):
            current.append(
                min(
                    previous[column] + 1,
                    current[-1] + 1,
                    previous[column - 1] + _syllable_cost(ours, theirs),
                )
            )
        previous = current
    return 1 - previous[-1] / max(len(heard), len(name), 1)


def _syllable_cost(ours: str, theirs: str) -> float:
    (initial, final), (other_initial, other_final) = _syllable(ours), _syllable(theirs)
    if (initial, final) == (other_initial, other_final):
        return 0.0
    return 0.5 if initial == other_initial or final == other_final else 1.0

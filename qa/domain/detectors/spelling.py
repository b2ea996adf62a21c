"""What a recognised word tells by its letters alone: its tokens, and the marks that it ends with."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from qa.domain.detectors.numbers import may_hold_number

_PIECE = re.compile(
    r"[㐀-鿿〇]|[a-z]+(?:'[a-z]+)*|[0-9]+(?:,[0-9]{3})+(?![0-9])|[0-9]+(?:\.[0-9]+|(?:st|nd|rd|th)\b)?|%"
)
_ORDINAL = re.compile(r"(?<=[0-9])(?:st|nd|rd)$")
_ENDS_SENTENCE = frozenset("。！？!?；;…")
_ASKS = frozenset("？?")
_TITLE = re.compile(r"\b(?:mr|mrs|ms|dr)$")
_ASKING_PARTICLES = frozenset("吗么呢吧")

_SAME = {"您": "你", "妳": "你", "ok": "okay", "percent": "%"}
_SHORT_FORMS = {
    "can't": ("can", "not"),
    "cannot": ("can", "not"),
    "won't": ("will", "not"),
    "let's": ("let", "us"),
}
_ENDINGS = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}
_IS_AFTER = frozenset(
    (
        "it",
        "that",
        "what",
        "who",
        "he",
        "she",
        "there",
        "here",
        "how",
        "where",
        "when",
        "this",
        "name",
    )
)


class Told(NamedTuple):
    """What a recognised word tells by itself, wherever it stands.

    Attributes:
        pieces: Its tokens, a number in it as it stands.
        ends: Whether a sentence ends with it.
        asks: Whether one that ends with it asks something.
        numeric: Whether it may begin a number.
    """

    pieces: tuple[str, ...]
    ends: bool
    asks: bool
    numeric: bool


@lru_cache(maxsize=20_000)
def told(text: str) -> Told:
    """What a recognised word tells; told once for each."""
    pieces = spoken(text)
    asks = ends_asking(text) or not _ASKING_PARTICLES.isdisjoint(pieces[-1:])
    return Told(pieces, _ends_sentence(text), asks, may_hold_number(pieces))


def _ends_sentence(text: str) -> bool:
    marks = marks_after(text)
    if not _ENDS_SENTENCE.isdisjoint(marks) or "." in marks[1:]:
        return True
    return marks.startswith(".") and _TITLE.search(text[: -len(marks)].lower()[-4:]) is None


def ends_asking(text: str) -> bool:
    """Whether a text ends in a question mark."""
    return not _ASKS.isdisjoint(marks_after(text))


def marks_after(text: str) -> str:
    """The punctuation that a text ends with."""
    last = len(text)
    while last and not (text[last - 1].isalnum() or text[last - 1] == "_"):
        last -= 1
    return text[last:]


@lru_cache(maxsize=20_000)
def spoken(text: str) -> tuple[str, ...]:
    """The tokens of a text with its numbers as they stand."""
    return tuple(token for piece in _pieces(text) for token in _plain(piece))


def _pieces(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text).lower().replace("’", "'")
    for piece in _PIECE.findall(plain):
        yield _ORDINAL.sub("th", piece).replace(",", "")


def _plain(piece: str) -> tuple[str, ...]:
    if piece in _SHORT_FORMS:
        return _SHORT_FORMS[piece]
    if piece.endswith("n't"):
        # Some transcripts split "do n't" into two words.
        return (piece[:-3], "not") if piece != "n't" else ("not",)
    base, apostrophe, ending = piece.partition("'")
    if not apostrophe:
        return (_SAME.get(piece, piece),)
    if ending == "s":
        return (base, "is") if base in _IS_AFTER else (base,)
    if ending in _ENDINGS:
        return (base, _ENDINGS[ending])
    return (piece.replace("'", ""),)

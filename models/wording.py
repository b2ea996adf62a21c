"""From a recogniser's pieces to words of the recording: whole words, simplified Chinese, placed in time."""

from __future__ import annotations

import string
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from typing import Protocol, cast

from models.hypothesis import Piece
from models.windows import Window
from qa.domain.transcript import Span, Word

VERSION = "2"
"""Raised whenever what becomes of a piece changes."""

LONGEST_WORD_S = {"zh": 0.8, "en": 1.6}
"""No word lasts longer: alignment stretches the one before or after a pause across it."""

_OPENING = frozenset("\"'“‘¿([{（《「『【-")
_CLOSING = frozenset("\"'”’.。,，!！?？:：;；)]}）》」』】、…%-")
_MARKS = {",": "，", ".": "。", "!": "！", "?": "？", ":": "：", ";": "；"}
_GLUE = frozenset(string.ascii_letters + string.digits + "'’-./@&+$£€¥#")


class _Converter(Protocol):
    def convert(self, text: str) -> str: ...


def words_of(
    pieces: Sequence[Piece], window: Window, speech: Sequence[Span], *, language: str
) -> list[Word]:
    """Words of one window on the recording's time line.

    Args:
        pieces: In time order, timed from the window's start.
        window: Where its stretches lie in the recording.
        speech: Where there is speech in the recording, in time order; words are clipped to it.
        language: ``zh`` or ``en``.
    """
    whole = _whole(pieces)
    written = [piece.text for piece in whole]
    texts = [_chinese_marks(text) for text in simplified(written)] if language == "zh" else written
    ends = [span.end_s for span in speech]
    words = []
    for piece, text in zip(whole, texts, strict=True):
        placed = _clipped(window.place(piece.start_s, piece.end_s), speech, ends)
        placed = _shortened(placed, text, language)
        words.append(
            Word(
                start_s=round(placed.start_s, 3),
                end_s=round(placed.end_s, 3),
                text=text,
                confidence=round(min(1.0, max(0.0, piece.probability)), 4),
                original=piece.text if piece.text != text else "",
            )
        )
    return words


def simplified(texts: Sequence[str]) -> list[str]:
    """Chinese text in simplified characters, word by word.

    The words are converted together, because what 乾 or 著 becomes depends on its neighbours; where that
    would change the length (OpenCC maps a few phrases unequally) each word is converted on its own.
    """
    together = "".join(texts)
    converted = _to_simplified().convert(together)
    if len(converted) != len(together):
        return [_to_simplified().convert(text) for text in texts]
    result = []
    taken = 0
    for text in texts:
        result.append(converted[taken : taken + len(text)])
        taken += len(text)
    return result


def _chinese_marks(text: str) -> str:
    """Chinese punctuation after a Chinese character, where Whisper wrote an English mark."""
    stem = text.rstrip("".join(_MARKS))
    if stem == text or not stem or not "\u3400" <= stem[-1] <= "\u9fff":
        return text
    marks = text[len(stem) :].replace("...", "……")
    return stem + "".join(_MARKS.get(mark, mark) for mark in marks)


def _whole(pieces: Sequence[Piece]) -> list[Piece]:
    """Join pieces that are one word, and punctuation to the word it belongs to.

    Punctuation brings no time of its own: alignment gives it the pause that follows.
    """
    whole: list[Piece] = []
    opening = ""
    for piece in pieces:
        text = piece.text.strip()
        if not text:
            continue
        begins = piece.text[:1].isspace() or not whole
        if set(text) <= _OPENING and (begins or not set(text) <= _CLOSING):
            opening += text
        elif set(text) <= _CLOSING:
            if whole:
                whole[-1] = _joined(whole[-1], text)
        elif not begins and not opening and whole[-1].text[-1] in _GLUE and text[0] in _GLUE:
            before = whole[-1]
            whole[-1] = Piece(
                before.text + text,
                before.start_s,
                piece.end_s,
                min(before.probability, piece.probability),
            )
        else:
            whole.append(Piece(opening + text, piece.start_s, piece.end_s, piece.probability))
            opening = ""
    return whole


def _joined(piece: Piece, punctuation: str) -> Piece:
    return Piece(piece.text + punctuation, piece.start_s, piece.end_s, piece.probability)


def _clipped(word: Span, speech: Sequence[Span], ends: Sequence[float]) -> Span:
    """The part of a word inside the span of speech that it shares most time with."""
    first = bisect_left(ends, word.start_s)
    best: Span | None = None
    for index in range(first, len(speech)):
        if speech[index].start_s >= word.end_s:
            break
        if best is None or speech[index].overlap_s(word) > best.overlap_s(word):
            best = speech[index]
    if best is None or best.overlap_s(word) == 0:
        return word
    return Span(max(word.start_s, best.start_s), min(word.end_s, best.end_s))


def _shortened(word: Span, text: str, language: str) -> Span:
    """Cut what alignment stretched: before a pause the end is wrong, after one the start."""
    longest_s = LONGEST_WORD_S[language] * max(1, len(text) // 8)
    if word.duration_s <= longest_s:
        return word
    if text[-1] in _CLOSING:
        return Span(word.start_s, word.start_s + longest_s)
    return Span(word.end_s - longest_s, word.end_s)


@cache
def _to_simplified() -> _Converter:
    import opencc

    return cast("_Converter", opencc.OpenCC("t2s"))

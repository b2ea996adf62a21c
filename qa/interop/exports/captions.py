"""Captions: WebVTT (W3C, "WebVTT: The Web Video Text Tracks Format") and SubRip.

A turn that is longer than two lines becomes several cues of about one length, cut where its words begin, so that what
is read keeps up with what is heard. A line holds what subtitling guides allow: 16 Chinese characters, or 42 of other
scripts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from qa.interop.exports.choices import Choices
from qa.interop.exports.headings import value
from qa.interop.lines import Line

_COLUMNS = 42
_COLUMNS_CHINESE = 32
"""A Chinese character takes two."""
_LINES = 2
_HAN = re.compile(r"[\u3400-\u9fff]")
_CLOSING = "，。！？；：、）」』】》…,.!?;:)]}”’"
"""Never begin a line."""
_OPENING = "（「『【《([{“‘"
"""Never end one."""
_SENTENCE_ENDS = "。！？.!?"
_NEARLY = 0.7
"""Part of a stretch's length after which the end of a sentence ends it."""


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    start_ms: int
    end_ms: int


def vtt(line: Line, choices: Choices) -> bytes:
    """A transcript as WebVTT, each cue in the voice of its speaker."""
    parts = ["WEBVTT\n"]
    for start_ms, end_ms, speaker, texts in _cues(line):
        voice = value("speaker", speaker, choices.language)
        said = "\n".join(_escaped(text) for text in texts)
        parts.append(f"{_clock(start_ms, '.')} --> {_clock(end_ms, '.')}\n<v {voice}>{said}</v>\n")
    return "\n".join(parts).encode()


def srt(line: Line, choices: Choices) -> bytes:
    """A transcript as SubRip: no voices and no way to escape, so that names are text and brackets other brackets."""
    parts = []
    for number, (start_ms, end_ms, speaker, texts) in enumerate(_cues(line), 1):
        voice = value("speaker", speaker, choices.language)
        said = "\n".join(text.replace("<", "‹").replace(">", "›") for text in texts)
        parts.append(
            f"{number}\n{_clock(start_ms, ',')} --> {_clock(end_ms, ',')}\n{voice}: {said}\n"
        )
    return "\n".join(parts).encode()


def _cues(line: Line) -> list[tuple[int, int, str, list[str]]]:
    """Start and end in ms, speaker and lines of every cue, in order of time as both formats want it."""
    found = [
        (piece.start_ms, max(piece.end_ms, piece.start_ms + 1), turn["speaker"], lines)
        for turn in line["turns"]
        for piece in _shown_at_once(turn)
        if (lines := _wrapped(piece.text))
    ]
    return sorted(found, key=lambda cue: cue[:2])


def _shown_at_once(turn: Line) -> Iterator[_Piece]:
    """A turn in stretches of at most two lines and about one length, rather ended where a sentence does."""
    pieces = _pieces(turn)
    whole = "".join(piece.text for piece in pieces)
    stretches = -(-len(_wrapped(whole)) // _LINES)
    enough = _width(whole) / max(stretches, 1)
    held: _Piece | None = None
    for piece in pieces:
        if held is None:
            held = piece
            continue
        joined = _Piece(held.text + piece.text, held.start_ms, piece.end_ms)
        sentence_over = held.text.rstrip().endswith(tuple(_SENTENCE_ENDS))
        wanted = enough * _NEARLY if sentence_over else enough
        if _width(held.text) >= wanted or len(_wrapped(joined.text)) > _LINES:
            yield held
            held = piece
        else:
            held = joined
    if held is not None:
        yield held


def _pieces(turn: Line) -> list[_Piece]:
    """The text of a turn cut where its words begin; whole where the words are not those of the text."""
    text = " ".join(turn["text"].split())
    whole = [_Piece(text, _ms(turn["start_s"]), _ms(turn["end_s"]))]
    places: list[tuple[int, Line]] = []
    position = 0
    for word in turn["words"]:
        written = " ".join(word["text"].split())
        found = text.find(written, position)
        if found < 0:
            return whole
        if written:
            places.append((found, word))
            position = found + len(written)
    if not places:
        return whole
    begins = [0, *(place for place, _ in places[1:]), len(text)]
    return [
        _Piece(text[begin:end], _ms(word["start_s"]), _ms(word["end_s"]))
        for begin, end, (_, word) in zip(begins, begins[1:], places, strict=False)
    ]


def _wrapped(text: str) -> list[str]:
    """A text in lines no wider than their script allows, unless one word alone is."""
    most = _COLUMNS_CHINESE if _HAN.search(text) else _COLUMNS
    lines: list[str] = []
    for token in _tokens(text):
        if lines and _width(lines[-1] + token.rstrip()) <= most:
            lines[-1] += token
        else:
            lines.append(token)
    return [stripped for line in lines if (stripped := line.strip())]


def _tokens(text: str) -> Iterator[str]:
    """Parts between which a line may end: after a space, and on either side of a Chinese character."""
    held = ""
    for char in text:
        if held and not char.isspace() and char not in _CLOSING and _breaks(held[-1], char):
            yield held
            held = ""
        held += char
    if held:
        yield held


def _breaks(before: str, after: str) -> bool:
    if before in _OPENING:
        return False
    return before.isspace() or _wide(before) or _wide(after)


def _wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in "WF"


def _width(text: Iterable[str]) -> int:
    return sum(2 if _wide(char) else 1 for char in text)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _ms(seconds: float) -> int:
    return round(seconds * 1000)


def _clock(at_ms: int, point: str) -> str:
    minutes, rest = divmod(at_ms, 60_000)
    hours, minutes = divmod(minutes, 60)
    seconds, milliseconds = divmod(rest, 1000)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{milliseconds:03}"

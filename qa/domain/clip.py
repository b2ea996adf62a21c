"""A clip that a reviewer adds as evidence, checked against the call: its length, and what is said there."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from qa.domain.call import Role
from qa.domain.correction import CorrectedTurn
from qa.domain.errors import InputInvalid
from qa.domain.reviewing import TEXT_LIMIT, checked_text
from qa.domain.scorecard import Evidence
from qa.domain.transcript import Span, Word
from qa.domain.wording import Reason

SLACK_S = 0.5
"""How far beyond a clip its words may lie: a hand is not that steady on a waveform."""


def checked_clip(
    clip: Evidence, *, duration_s: float, turns: Sequence[CorrectedTurn], field: str
) -> Evidence:
    """A clip with its words.

    Words that were quoted must be said there, as the machine heard it or as people corrected it. A clip
    that quotes nothing gets the words that were heard in it, if any; for an unknown speaker, anybody's.

    Raises:
        InputInvalid: It lies outside the call, nobody says the quoted words there, or they are over the
            limit of a text.
    """
    if not 0 <= clip.start_s < clip.end_s <= duration_s + SLACK_S:
        raise InputInvalid(
            f"a clip from {clip.start_s} to {clip.end_s} s is not in a call of {duration_s} s",
            field=field,
            reason=Reason("review.clip_outside", {"duration_s": float(duration_s)}),
        )
    clip = replace(
        clip, start_s=round(clip.start_s, 2), end_s=round(min(clip.end_s, duration_s), 2)
    )
    there = Span(clip.start_s - SLACK_S, clip.end_s + SLACK_S)
    near = [
        turn
        for turn in turns
        if clip.speaker in (turn.speaker, turn.heard.speaker, Role.UNKNOWN)
        and turn.heard.span.overlap_s(there) > 0
    ]
    quote = checked_text(clip.quote, field=field)
    if not quote:
        return replace(clip, quote=_heard(near, clip)[:TEXT_LIMIT])
    heard = _plain("".join(turn.heard.text for turn in near))
    read = _plain("".join(turn.text for turn in near))
    if not _plain(quote) or (_plain(quote) not in heard and _plain(quote) not in read):
        raise InputInvalid(
            f"a clip from {clip.start_s} to {clip.end_s} s quotes words that are not said there",
            field=field,
            reason=Reason("review.clip_words"),
        )
    return replace(clip, quote=quote)


def _heard(turns: Sequence[CorrectedTurn], clip: Evidence) -> str:
    """The text of turns within a clip: whole turns as they were corrected, of others the words in it."""
    said = []
    for turn in turns:
        words = [word for word in turn.heard.words if _middle_in(word, clip)]
        if len(words) == len(turn.heard.words):
            said.append(turn.text)
        elif words:
            said.append(_joined(words))
    return " ".join(said)


def _middle_in(word: Word, clip: Evidence) -> bool:
    return clip.start_s <= (word.start_s + word.end_s) / 2 <= clip.end_s


def _joined(words: Sequence[Word]) -> str:
    """Words as they are written: with spaces between, except in Chinese."""
    text = ""
    for word in words:
        piece = word.text.strip()
        spaced = bool(text) and bool(piece) and text[-1].isascii() and piece[0].isascii()
        text += f" {piece}" if spaced else piece
    return text


def _plain(text: str) -> str:
    """Letters and digits alone, width and case folded: what a quote is compared by."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())

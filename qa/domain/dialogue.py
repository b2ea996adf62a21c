"""A call that was written down and not heard: its turns get the times that saying them would take.

Its words come out as recognised ones do, so that a rubric reads both alike, and each is certain: they are
the very words. The times are estimates, and whatever rests on them alone is not measured, but for the holds
and the cut-ins of a dialogue whose author vouches that no others are there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from qa.domain.attribution import joined
from qa.domain.call import CallRecord, Role
from qa.domain.measure import measure
from qa.domain.scorecard import Outcome
from qa.domain.signals import Signals
from qa.domain.transcript import Span, Transcript, Turn, Word

CHARACTERS_PER_S = 4.5
"""Chinese characters, and digits in either language, said in a second of a service call."""

WORDS_PER_S = 2.7
"""English words said in a second of a service call."""

BETWEEN_TURNS_S = 0.4
"""Silence between a turn and the answer to it."""

LEAD_S = 1.6
"""A turn that is talked over has been going on for this long, since a shorter one holds no floor."""

SHORTEST_S = 0.3
"""No turn takes less."""

_HASTE = 2.0
"""Where times are written, a turn may be said this much faster than usual to end before the next."""

_HAN = "㐀-鿿〇"
_OPENS = "“‘「『《【（"
_CLOSES = "，。！？、；：…—”’」』》】）"
_WORD = re.compile(
    rf"[{_OPENS}(\[\"]*(?:[{_HAN}][{_CLOSES},.!?;:)\]\"]*|[^\s{_HAN}{_OPENS}{_CLOSES}]+[{_CLOSES}]*)"
    rf"|[{_OPENS}{_CLOSES}]+"
)
_SAID = re.compile(rf"[{_HAN}]|[0-9]|[^\W\d_{_HAN}]+")

Simplified = Callable[[Sequence[str]], Sequence[str]]
"""Words of Chinese in simplified characters, each at its place."""


@dataclass(frozen=True, slots=True)
class WrittenTurn:
    """One turn as somebody wrote it down.

    Attributes:
        at_s: When it begins, where that is written.
        pause_s: Seconds in which nobody speaks before it.
        cuts_in_s: Seconds for which it talks over the end of the other party's turn before it.
    """

    speaker: Role
    text: str
    at_s: float | None = None
    pause_s: float = 0.0
    cuts_in_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A written call, and what is expected of its score where it is there to test a rubric.

    Attributes:
        id: Its name, which is its call id where no record gives one.
        source: Where it stands, for a reader: the file, and the line in a file of many.
        timed: Its holds and cut-ins are all there are, so that they count as measured.
        estimated: Whether its times are what saying it would take, and nobody's clock.
        about: What it tries, in a line.
        rubric: The rubric that it is written for.
        expected: The right outcome by criterion.
    """

    id: str
    source: str
    record: CallRecord
    transcript: Transcript
    signals: Signals
    timed: bool = False
    estimated: bool = True
    about: str = ""
    rubric: str | None = None
    expected: Mapping[str, Outcome] = field(default_factory=dict)


def written_words(text: str, simplified: Simplified | None = None) -> tuple[tuple[str, str], ...]:
    """The words of a text as a recogniser splits them: each as matched, and as written.

    A Chinese character is a word, and so is what stands between two spaces; marks belong to the word beside
    them.
    """
    written = _WORD.findall(text)
    texts = simplified(written) if simplified else written
    return tuple(zip(texts, written, strict=True))


def written_call(
    turns: Sequence[WrittenTurn],
    *,
    language: str | None = None,
    timed: bool = False,
    after_s: float = 0.0,
    simplified: Simplified | None = None,
) -> tuple[Transcript, Signals]:
    """A call from its written turns.

    Args:
        turns: In order; each says something.
        language: ``zh`` or ``en``; ``None`` for the one that most of it is in.
        timed: Whether its pauses and cut-ins are all there are. Where not, nothing is measured.
        after_s: Silence after the last turn.
        simplified: Puts Chinese into simplified characters, as the recogniser's text is.
    """
    spoken = [written_words(turn.text, simplified) for turn in turns]
    places = _places(turns, [sum(_takes_s(text) for text, _ in words) for words in spoken])
    said = tuple(
        sorted(
            (
                _turn(turn.speaker, words, place)
                for turn, words, place in zip(turns, spoken, places, strict=True)
            ),
            key=lambda turn: turn.start_s,
        )
    )
    activity: dict[Role, list[Span]] = {}
    for turn in said:
        activity.setdefault(turn.speaker, []).append(turn.span)
    end_s = max(turn.end_s for turn in said) + max(after_s, BETWEEN_TURNS_S)
    measured = measure(duration_s=end_s, activity=activity, turns=said, overlap_confidence=1.0)
    # The pace is what was assumed, so it is nobody's.
    signals = replace(measured, speech_rate={}, measured=timed)
    return Transcript(language or language_of(said), said), signals


def _places(turns: Sequence[WrittenTurn], takes_s: Sequence[float]) -> list[Span]:
    """Where each turn stands, one after another but for what cuts in."""
    cuts_s = [*(turn.cuts_in_s for turn in turns[1:]), 0.0]
    lengths_s = [
        max(usual_s, SHORTEST_S, turn.cuts_in_s, cut_s + LEAD_S if cut_s else 0.0)
        for usual_s, turn, cut_s in zip(takes_s, turns, cuts_s, strict=True)
    ]
    places: list[Span] = []
    for turn, length_s in zip(turns, lengths_s, strict=True):
        if places and turn.at_s is not None and turn.at_s < places[-1].end_s:
            before = places[-1]
            soonest_s = before.start_s + before.duration_s / _HASTE
            places[-1] = Span(before.start_s, max(turn.at_s, soonest_s))
        if places:
            end_s = places[-1].end_s
            start_s = end_s - turn.cuts_in_s if turn.cuts_in_s else end_s + BETWEEN_TURNS_S
            start_s = max(start_s, end_s + turn.pause_s) if turn.pause_s else start_s
        else:
            start_s = BETWEEN_TURNS_S + turn.pause_s
        if turn.at_s is not None:
            start_s = max(turn.at_s, places[-1].end_s if places else 0.0)
        places.append(Span(start_s, start_s + length_s))
    return places


def _takes_s(word: str) -> float:
    """Seconds that saying a word takes."""
    return sum(
        1 / (CHARACTERS_PER_S if sound[0].isdigit() or "㐀" <= sound[0] <= "鿿" else WORDS_PER_S)
        for sound in _SAID.findall(word)
    )


def _turn(speaker: Role, words: Sequence[tuple[str, str]], place: Span) -> Turn:
    takes_s = [_takes_s(text) for text, _ in words]
    whole_s = sum(takes_s)
    timed = []
    at_s = place.start_s
    for (text, written), took_s in zip(words, takes_s, strict=True):
        end_s = at_s + (place.duration_s * took_s / whole_s if whole_s else 0.0)
        timed.append(Word(at_s, end_s, text, 1.0, written if written != text else ""))
        at_s = end_s
    return Turn(speaker, place.start_s, place.end_s, joined(timed), tuple(timed))


def retold(turn: Turn, speaker: Role, text: str | None) -> Turn | None:
    """A turn as somebody says it was: by whom, and in other words, which then stand evenly in its time.

    ``text`` is ``None`` where its words are right. ``None`` comes of a text without any.
    """
    if text is None:
        return replace(turn, speaker=speaker)
    words = written_words(text)
    return _turn(speaker, words, turn.span) if words else None


def language_of(turns: Iterable[Turn]) -> str:
    """``zh`` or ``en``: the language that most of what was said is in."""
    return language_of_text(" ".join(turn.text for turn in turns))


def language_of_text(text: str) -> str:
    """``zh`` or ``en``: the language that most of a text is in."""
    sounds = _SAID.findall(text)
    chinese = sum("㐀" <= sound[0] <= "鿿" for sound in sounds)
    return "zh" if 2 * chinese >= len(sounds) and chinese else "en"


def backwards(turns: Sequence[WrittenTurn]) -> int | None:
    """The place of the first turn whose written time lies before that of the one above it."""
    written = [(place, turn.at_s) for place, turn in enumerate(turns) if turn.at_s is not None]
    return next((later for (_, at_s), (later, then_s) in pairwise(written) if then_s < at_s), None)

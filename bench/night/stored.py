"""Calls for a store as if runs had heard them: sample calls as real models hear them, and longer ones made of those.

Each says a name of its own in every sentence, so that no two calls share one: what was found out about the words of
one call is of no use for another, as in a real night.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import cycle, islice
from typing import Any

from qa.domain.attribution import joined
from qa.domain.call import Role
from qa.domain.records import Hearing
from qa.domain.signals import Signals
from qa.domain.transcript import Transcript, Turn, Word

_SENTENCE_ENDS = tuple(".?!。？！")
_SYLLABLES = {
    "en": [first + second for first in "bdfgklmnprstvz" for second in "aeiou"],
    "zh": list("安柏晨岱恩帆广浩嘉凯岚敏宁朋琪荣松桐维欣雅哲"),
}
_IN_A_NAME = 3
"""Syllables: enough for ten thousand names in either language."""


def call_of(heard: Sequence[Hearing], number: int, least_s: float = 0.0) -> Hearing:
    """The call of this number and of no other: one that was heard, or some of its language one after another.

    Args:
        heard: What sample calls say.
        number: From 0.
        least_s: How long the call is at least, seconds.
    """
    first = heard[number % len(heard)]
    language = first.transcript.language
    alike = [one for one in heard if one.transcript.language == language]
    mean_s = sum(one.signals.duration_s for one in alike) / len(alike)
    parts = max(1, math.ceil(least_s / mean_s))
    start = alike.index(first)
    taken = list(islice(cycle(alike), start, start + parts))
    begins_s = [sum(one.signals.duration_s for one in taken[:place]) for place in range(parts)]
    turns = [
        _later(_named(turn, _name(number * parts + place, language)), begin_s)
        for place, (one, begin_s) in enumerate(zip(taken, begins_s, strict=True))
        for turn in one.transcript.turns
    ]
    transcript: Transcript = replace(first.transcript, turns=tuple(turns))
    signals = _together([one.signals for one in taken], begins_s)
    return replace(first, transcript=transcript, signals=signals)


def _name(number: int, language: str) -> str:
    syllables = _SYLLABLES[language]
    places = (number // len(syllables) ** place for place in range(_IN_A_NAME))
    return "".join(syllables[place % len(syllables)] for place in places).capitalize()


def _named(turn: Turn, name: str) -> Turn:
    """A turn with a name before the last word of each sentence."""
    words: list[Word] = []
    for word in turn.words:
        if word is turn.words[-1] or word.text.endswith(_SENTENCE_ENDS):
            words.append(Word(word.start_s, word.start_s, name, word.confidence))
        words.append(word)
    return replace(turn, text=joined(words), words=tuple(words))


def _later(turn: Turn, by_s: float) -> Turn:
    return replace(
        turn,
        start_s=turn.start_s + by_s,
        end_s=turn.end_s + by_s,
        words=_all_later(turn.words, by_s),
    )


def _together(parts: Sequence[Signals], begins_s: Sequence[float]) -> Signals:
    """What is heard in calls one after another; shares, rates and levels are those of the first."""
    placed = list(zip(parts, begins_s, strict=True))
    stretches: dict[str, Any] = {
        name: tuple(
            one for part, begin_s in placed for one in _all_later(getattr(part, name), begin_s)
        )
        for name in ("silences", "overlaps", "response_gaps", "ringback", "holds", "dead_air")
    }
    activity = {
        role: tuple(
            span
            for part, begin_s in placed
            for span in _all_later(part.activity.get(role, ()), begin_s)
        )
        for role in Role
        if any(role in part.activity for part in parts)
    }
    duration_s = sum(part.duration_s for part in parts)
    return replace(parts[0], duration_s=duration_s, activity=activity, **stretches)


def _all_later(things: Iterable[Any], by_s: float) -> tuple[Any, ...]:
    """Whatever has a start and an end, so much later."""
    return tuple(replace(one, start_s=one.start_s + by_s, end_s=one.end_s + by_s) for one in things)

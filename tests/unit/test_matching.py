"""However a search is cut short, it finds what reading every pattern from every token finds."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.phonetics import phonetics
from qa.domain.call import Role
from qa.domain.detectors.base import Phonetics
from qa.domain.detectors.matching import Match, _Search, matches
from qa.domain.detectors.pattern import Pattern, compile_phrase
from qa.domain.detectors.text import Stream, stream_of
from qa.domain.transcript import Turn, Word

WORDS = (
    "您",
    "是",
    "说",
    "吗",
    "查",
    "差",
    "好",
    "号",
    "the",
    "are",
    "you",
    "right",
    "write",
    "not",
)
ENDS = ("", "", "", "。", "？", ".", "?")
PHRASES = (
    "您(是|)说",
    "您*(吗|好)",
    "(查|说)(好|号|)*吗",
    "^您是",
    "好$",
    "are you (right|not|)",
    "you*right?",
    "(the|you) *(not|right) you",
    "您是说您是说您",
    "(are|) you are not the right you",
    "查好(您|)说吗是",
    "(好|)是*(吗|right)$",
)


def _plain(
    patterns: Sequence[Pattern], stream: Stream, sounds: Phonetics | None, gap: int
) -> list[Match]:
    """Every pattern read from every token."""
    best: dict[int, Match] = {}
    heard = stream.heard_by(sounds)
    for pattern in patterns:
        search = _Search(pattern, pattern.read_by(sounds), stream, heard, sounds is not None, gap)
        for first in range(len(stream.tokens)):
            if pattern.opens and not stream.opens_sentence(first):
                continue
            if heard.tokens[first] not in search.reading.seconds:
                continue
            ends = [Match(first, end.at - 1, end.quality) for end in search._read(first)]
            if ends:
                match = max(ends, key=lambda one: (one.quality, -one.last))
                known = best.get(first)
                if known is None or match.quality > known.quality:
                    best[first] = match
    return [best[first] for first in sorted(best)]


@st.composite
def streams(draw: st.DrawFn) -> Stream:
    """One party's words in a few turns, some of which follow one another at once."""
    turns, at_s = [], 0.0
    for said in draw(
        st.lists(
            st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(ENDS)), min_size=1),
            min_size=1,
            max_size=4,
        )
    ):
        words = tuple(
            Word(at_s + place * 0.3, at_s + place * 0.3 + 0.25, f"{word}{end}", 0.9)
            for place, (word, end) in enumerate(said)
        )
        text = " ".join(word.text for word in words)
        turns.append(Turn(Role.AGENT, at_s, words[-1].end_s, text, words))
        at_s = words[-1].end_s + draw(st.sampled_from((0.5, 4.0)))
    return stream_of(tuple(turns))


@pytest.mark.parametrize("by_sound", [False, True])
@given(
    stream=streams(),
    phrases=st.lists(st.sampled_from(PHRASES), min_size=1, unique=True),
    gap=st.integers(1, 6),
)
def test_a_search_finds_what_reading_everything_finds(
    *, by_sound: bool, stream: Stream, phrases: list[str], gap: int
) -> None:
    sounds = phonetics() if by_sound else None
    patterns = tuple(compile_phrase(phrase) for phrase in phrases)
    expected = _plain(patterns, stream, sounds, gap)
    assert matches(patterns, stream, sounds=sounds, gap=gap) == expected
    # Asked for again, and for a part of it, before and after all of it was searched.
    assert matches(patterns, stream, sounds=sounds, gap=gap) == expected
    odd = range(1, len(stream.tokens), 2)
    wanted = [match for match in expected if match.first in odd]
    assert matches(patterns, stream, sounds=sounds, gap=gap, starts=odd) == wanted
    assert matches(list(patterns), stream, sounds=sounds, gap=gap, starts=odd) == wanted

"""However a search is cut short, it finds what reading every pattern from every token finds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.phonetics import phonetics
from qa.domain.call import Role
from qa.domain.detectors.base import Phonetics
from qa.domain.detectors.matching import Match, _Search, each_match, matches
from qa.domain.detectors.pattern import Pattern
from qa.domain.detectors.phrases import compile_phrases
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
    "三",
    "3",
    "12",
    "You",
    "NOT",
    "Ｒight",
    "you're",
    "号码",
    "耗",
)
"""Homophones, digits spoken and written, capitals, wide letters, short forms, two characters a word."""

ENDS = ("", "", "", "，", "。", "？", ".", "?", "!?")
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
    "(您|好)*(号码|好|)(是说|查)吗",
    "you (are|)*(not right|号好) (you|)",
    "您*您是说您是",
)


def _plain(
    patterns: Sequence[Pattern], stream: Stream, sounds: Phonetics | None, gap: int
) -> list[Match]:
    """Every pattern read from every token."""
    best: dict[int, Match] = {}
    for _, match in _each_plainly(patterns, stream, sounds, gap):
        known = best.get(match.first)
        if known is None or match.quality > known.quality:
            best[match.first] = match
    return [best[first] for first in sorted(best)]


def _each_plainly(
    patterns: Sequence[Pattern], stream: Stream, sounds: Phonetics | None, gap: int
) -> Iterator[tuple[Pattern, Match]]:
    """The best match of every pattern from every token."""
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
                yield pattern, max(ends, key=lambda one: (one.quality, -one.last))


def streams(words: st.SearchStrategy[str]) -> st.SearchStrategy[Stream]:
    """One party's words in a few turns, some of which follow one another at once."""
    said = st.lists(st.tuples(words, st.sampled_from(ENDS)), min_size=1, max_size=12)
    return st.lists(st.tuples(said, st.sampled_from((0.5, 4.0))), min_size=1, max_size=4).map(
        _stream
    )


def _stream(told: Sequence[tuple[Sequence[tuple[str, str]], float]]) -> Stream:
    turns, at_s = [], 0.0
    for said, pause_s in told:
        words = tuple(
            Word(at_s + place * 0.3, at_s + place * 0.3 + 0.25, f"{word}{end}", 0.9)
            for place, (word, end) in enumerate(said)
        )
        text = " ".join(word.text for word in words)
        turns.append(Turn(Role.AGENT, at_s, words[-1].end_s, text, words))
        at_s = words[-1].end_s + pause_s
    return stream_of(tuple(turns))


def written(words: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Phrases that nobody wrote: words, choices of which one may be empty, gaps, edges of sentences."""
    some = st.lists(words, min_size=1, max_size=3).map(" ".join)
    choice = st.lists(some | st.just(""), min_size=2, max_size=3).map(
        lambda branches: f"({'|'.join(branches)})"
    )
    parts = st.lists(some | choice | st.just("*"), max_size=4).map(" ".join)
    edges = st.sampled_from(("", "", "^")), st.sampled_from(("", "", "$", "?"))
    return st.builds("{0}{1} {2}{3}".format, edges[0], some, parts, edges[1])


@st.composite
def calls(draw: st.DrawFn) -> tuple[Stream, list[str]]:
    """Words in a stream and phrases of the same few words, so that many are said."""
    few = st.sampled_from(draw(st.lists(st.sampled_from(WORDS), min_size=2, max_size=4)))
    phrases = st.lists(st.sampled_from(PHRASES) | written(few), min_size=1, unique=True)
    return draw(streams(few)), draw(phrases)


@pytest.mark.parametrize("by_sound", [False, True])
@given(call=calls(), gap=st.integers(1, 6))
def test_a_search_finds_what_reading_everything_finds(
    *, by_sound: bool, call: tuple[Stream, list[str]], gap: int
) -> None:
    stream, phrases = call
    sounds = phonetics() if by_sound else None
    patterns = compile_phrases(*phrases)
    expected = _plain(patterns, stream, sounds, gap)
    assert matches(patterns, stream, sounds=sounds, gap=gap) == expected
    # Asked for again, and for a part of it, before and after all of it was searched.
    assert matches(patterns, stream, sounds=sounds, gap=gap) == expected
    odd = range(1, len(stream.tokens), 2)
    wanted = [match for match in expected if match.first in odd]
    assert matches(patterns, stream, sounds=sounds, gap=gap, starts=odd) == wanted
    assert matches(list(patterns), stream, sounds=sounds, gap=gap, starts=odd) == wanted
    each = list(_each_plainly(patterns, stream, sounds, gap))
    for starts in (range(len(stream.tokens)), odd):
        found = each_match(patterns, stream, sounds=sounds, gap=gap, starts=starts)
        assert set(found) == {(pattern, match) for pattern, match in each if match.first in starts}


@pytest.mark.parametrize(("between", "found"), [(2, True), (3, False)])
def test_a_gap_is_as_long_as_it_may_be_and_no_longer(*, between: int, found: bool) -> None:
    stream = _stream([([("您", ""), *[("查", "")] * between, ("好", "")], 0.5)])
    assert bool(matches(compile_phrases("您*好"), stream, sounds=None, gap=2)) is found


def test_a_word_may_stray_after_a_gap_though_none_does_before_it() -> None:
    said = [(word, "") for word in ["you", "are", "说", "you", "are", "you", "are", "you"]]
    phrases = compile_phrases("you are (说|you are you are)*you are you are (说|说 you are)")
    found = matches(phrases, _stream([(said, 0.5)]), sounds=phonetics())
    assert found == [Match(0, 7, 0.75)]


@given(
    starts_s=st.lists(st.floats(0, 9), min_size=1, max_size=8),
    edges=st.tuples(st.floats(-1, 10), st.floats(-1, 10)),
)
def test_the_places_of_a_stretch_are_those_that_begin_in_it_whatever_their_order(
    starts_s: list[float], edges: tuple[float, float]
) -> None:
    words = tuple(Word(start_s, start_s + 0.25, "好", 0.9) for start_s in starts_s)
    stream = stream_of((Turn(Role.AGENT, 0.0, 10.0, "", words),))
    inside = [place for place, at_s in enumerate(starts_s) if edges[0] <= at_s <= edges[1]]
    assert list(stream.places_between(*edges)) == inside

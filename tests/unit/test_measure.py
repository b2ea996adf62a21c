from __future__ import annotations

import re
from typing import Any

import pytest

from qa.domain.call import Role
from qa.domain.measure import measure
from qa.domain.signals import Overlap, ResponseGap, Signals
from qa.domain.sound import Sound
from qa.domain.transcript import Span, Turn, Word

AGENT, CUSTOMER = Role.AGENT, Role.CUSTOMER


def measured(
    agent: list[tuple[float, float]],
    customer: list[tuple[float, float]],
    *turns: Turn,
    **heard: Any,
) -> Signals:
    return measure(
        duration_s=60,
        activity={AGENT: [Span(*s) for s in agent], CUSTOMER: [Span(*s) for s in customer]},
        turns=turns,
        overlap_confidence=1.0,
        **heard,
    )


def test_silences_are_mutual_and_between_first_and_last_speech() -> None:
    signals = measured([(2, 5), (20, 22)], [(4, 8), (8.5, 9)])
    assert signals.silences == (Span(9, 20),)


def test_whoever_begins_later_came_in() -> None:
    signals = measured([(0, 5), (14, 18)], [(4, 15)])
    assert signals.overlaps == (Overlap(4, 5, CUSTOMER), Overlap(14, 15, AGENT))


def test_an_overlap_inside_a_longer_speech_is_counted_once() -> None:
    assert measured([(3, 4)], [(0, 9)]).overlaps == (Overlap(3, 4, AGENT),)


def test_a_breath_does_not_hide_who_came_in() -> None:
    signals = measured([(14, 17)], [(9, 14.7), (14.75, 16.5)])
    assert signals.overlaps == (Overlap(14, 16.5, AGENT),)


def test_a_pause_gives_up_the_floor() -> None:
    signals = measured([(14.6, 17)], [(9, 14.7), (15.2, 16.5)])
    assert signals.overlaps == (Overlap(14.6, 14.7, AGENT), Overlap(15.2, 16.5, CUSTOMER))


def test_response_gaps_are_between_the_parties_alone() -> None:
    signals = measured([(0, 2), (3, 4)], [(5.5, 6)])
    assert signals.response_gaps == (ResponseGap(4, 5.5, CUSTOMER),)


def test_talk_share_is_of_all_speaking_time() -> None:
    assert measured([(0, 3)], [(5, 6)]).talk_share == {AGENT: 0.75, CUSTOMER: 0.25}


def said(role: Role, start_s: float, end_s: float, text: str) -> Turn:
    """A turn whose words share its time."""
    pieces = re.findall(r"[㐀-鿿][，。！？]*|[^\s㐀-鿿]+", text)
    each_s = (end_s - start_s) / len(pieces)
    words = tuple(
        Word(start_s + place * each_s, start_s + (place + 1) * each_s, piece, 0.9)
        for place, piece in enumerate(pieces)
    )
    return Turn(role, start_s, end_s, text, words)


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("您好，请讲", 80),
        ("Hello there, it's me", 80),
        ("尾号六二二二", 120),
        ("It's 305", 80),
        ("云帆 CRM 系统", 100),
        ("一百二十三块", 120),
    ],
)
def test_speech_rate_counts_characters_or_words_per_minute_of_own_speech(
    text: str, rate: float
) -> None:
    found = measured([(0, 3)], [], said(AGENT, 0, 3, text)).speech_rate
    assert found == {AGENT: pytest.approx(rate)}


def test_words_of_another_language_are_left_out_with_the_time_they_take() -> None:
    chinese, english = said(AGENT, 0, 4, "我帮您查一下系统"), said(AGENT, 4, 6, "Thank you")
    alone = measured([(0, 4)], [], chinese).speech_rate[AGENT]
    assert alone == pytest.approx(120)
    mixed = measured([(0, 6)], [], chinese, english).speech_rate[AGENT]
    assert mixed == pytest.approx(alone)


@pytest.mark.parametrize(
    ("text", "backchannel"),
    [
        ("嗯，好的", True),
        ("Uh-huh, okay.", True),
        ("我帮您查到了", False),
        ("No, listen to me", False),
    ],
)
def test_an_overlap_says_whether_its_words_only_show_listening(
    text: str, backchannel: bool
) -> None:
    turns = (said(CUSTOMER, 0, 9, "我跟你说这个事情已经很久了"), said(AGENT, 5, 6, text))
    (overlap,) = measured([(5, 6)], [(0, 9)], *turns).overlaps
    assert overlap == Overlap(5, 6, AGENT, backchannel)


def test_an_overlap_without_words_is_no_back_channel() -> None:
    (overlap,) = measured([(5, 6)], [(0, 9)]).overlaps
    assert not overlap.backchannel


def test_ringing_counts_before_both_have_begun_to_speak() -> None:
    rings = [Sound(0, 1, "ringback"), Sound(4, 5.5, "ringback"), Sound(30, 31, "ringback")]
    signals = measured([(6, 8)], [(5, 5.4)], sounds={CUSTOMER: rings, AGENT: rings[:1]})
    assert signals.ringback == (Span(0, 1), Span(4, 5.5))


def test_an_answer_in_the_middle_of_a_ring_ends_it() -> None:
    signals = measured([(3, 8)], [(1, 2)], sounds={AGENT: [Sound(0, 9, "ringback")]})
    assert signals.ringback == (Span(0, 3),)


def test_levels_are_kept_as_they_were_measured() -> None:
    signals = measured([(0, 3)], [(5, 6)], level_dbfs={AGENT: -21.5})
    assert signals.level_dbfs == {AGENT: -21.5}


def test_a_call_without_speech_has_no_figures() -> None:
    signals = measured([], [])
    assert (signals.silences, signals.overlaps, signals.talk_share) == ((), (), {})

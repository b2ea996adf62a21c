from __future__ import annotations

import pytest

from qa.domain.call import Role
from qa.domain.measure import measure
from qa.domain.signals import Overlap, ResponseGap, Signals
from qa.domain.transcript import Span, Turn, Word

AGENT, CUSTOMER = Role.AGENT, Role.CUSTOMER


def measured(
    agent: list[tuple[float, float]], customer: list[tuple[float, float]], *turns: Turn
) -> Signals:
    return measure(
        duration_s=60,
        activity={AGENT: [Span(*s) for s in agent], CUSTOMER: [Span(*s) for s in customer]},
        turns=turns,
        overlap_confidence=1.0,
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


def test_speech_rate_counts_characters_and_words_per_minute_of_own_speech() -> None:
    turns = (
        Turn(AGENT, 0, 3, "您好，请讲", (Word(0, 3, "您好，请讲", 1),)),
        Turn(CUSTOMER, 5, 7, "Hello there, it's me", (Word(5, 7, "Hello", 1),)),
    )
    rate = measured([(0, 3)], [(5, 7)], *turns).speech_rate
    assert rate[AGENT] == pytest.approx(80)
    assert rate[CUSTOMER] == pytest.approx(150)


def test_a_call_without_speech_has_no_figures() -> None:
    signals = measured([], [])
    assert (signals.silences, signals.overlaps, signals.talk_share) == ((), (), {})

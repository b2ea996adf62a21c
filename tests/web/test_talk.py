"""Pauses named once, and the figures drawn from the signals of a call."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.domain.call import Role
from qa.domain.records import Hearing
from qa.domain.signals import DeadAir, Hold, Overlap, ResponseGap, Signals
from qa.domain.transcript import Span, Transcript, Turn, Word
from webapp.calls.pauses import Pause, pauses
from webapp.calls.talk import talk

NOTHING = Signals(100.0, {}, (), (), (), {}, {}, 1.0)


def _hearing(signals: Signals, language: str = "en") -> Hearing:
    return Hearing("print", Transcript(language, ()), signals, {})


def test_a_silence_that_is_a_hold_or_dead_air_is_not_named_again() -> None:
    signals = replace(
        NOTHING,
        silences=(Span(10.0, 30.0), Span(40.0, 46.0), Span(50.0, 58.0), Span(60.0, 63.0)),
        holds=(Hold(9.5, 30.2, "music"),),
        dead_air=(DeadAir(40.0, 46.0, Role.AGENT),),
    )
    assert pauses(signals) == (
        Pause("music", Span(9.5, 30.2)),
        Pause("dead_air", Span(40.0, 46.0), Role.AGENT),
        Pause("silence", Span(50.0, 58.0)),
    )


def test_a_silence_that_two_holds_share_is_not_named_again() -> None:
    signals = replace(
        NOTHING,
        silences=(Span(10.0, 20.0),),
        holds=(Hold(10.0, 14.0, "silence"), Hold(14.0, 18.0, "music")),
    )
    assert [pause.kind for pause in pauses(signals)] == ["hold", "music"]


def test_a_call_with_nothing_measured_has_no_figures() -> None:
    shown = talk(_hearing(NOTHING))
    assert (shown.shares, shown.rates, shown.replies, shown.overtalk, shown.pauses) == ((),) * 5


def test_half_and_nine_in_ten_of_the_answers_are_times_that_were_measured() -> None:
    gaps = tuple(ResponseGap(0.0, tenths / 10, Role.AGENT) for tenths in range(1, 11))
    (replies,) = talk(_hearing(replace(NOTHING, response_gaps=gaps))).replies
    assert (replies.median_s, replies.slow_s) == pytest.approx((0.55, 0.9))
    assert replies.slow_bar == pytest.approx(0.3)


def test_a_back_channel_is_counted_apart_from_coming_in() -> None:
    overlaps = (
        Overlap(1.0, 3.0, Role.AGENT),
        Overlap(5.0, 6.0, Role.AGENT),
        Overlap(7.0, 7.3, Role.CUSTOMER, backchannel=True),
    )
    shown = talk(_hearing(replace(NOTHING, overlaps=overlaps)))
    assert [(each.party, each.total_s, each.times) for each in shown.overtalk] == [
        (Role.AGENT, 3.0, 2)
    ]
    assert shown.backchannels == 1


@pytest.mark.parametrize(("language", "bar"), [("zh", 0.6), ("en", 1.0)])
def test_no_bar_is_longer_than_its_track(language: str, bar: float) -> None:
    signals = replace(NOTHING, speech_rate={Role.CUSTOMER: 120.0, Role.AGENT: 240.0})
    agent, customer = talk(_hearing(signals, language)).rates
    assert (agent.party, agent.bar, customer.bar) == (Role.AGENT, bar, bar / 2)


def test_each_party_of_a_mixed_call_is_counted_in_its_own_language() -> None:
    said = (
        Turn(
            Role.AGENT,
            0.0,
            2.0,
            "您好 Northwind",
            (Word(0.0, 1.5, "您好", 0.9), Word(1.5, 2.0, "Northwind", 0.9)),
        ),
        Turn(
            Role.CUSTOMER,
            2.0,
            4.0,
            "hello 嗯",
            (Word(2.0, 3.5, "hello", 0.9), Word(3.5, 4.0, "嗯", 0.9)),
        ),
    )
    signals = replace(NOTHING, speech_rate={Role.AGENT: 200.0, Role.CUSTOMER: 120.0})
    rates = talk(Hearing("print", Transcript("zh", said), signals, {})).rates
    assert [(rate.language, rate.bar) for rate in rates] == [("zh", 0.5), ("en", 0.5)]


def test_the_longest_pause_of_each_kind_stands_for_all_of_them() -> None:
    holds = (Hold(5.0, 10.0, "music"), Hold(20.0, 35.0, "music"), Hold(40.0, 42.0, "silence"))
    music, quiet = talk(_hearing(replace(NOTHING, holds=holds))).pauses
    assert (music.longest.span, music.times, music.total_s) == (Span(20.0, 35.0), 2, 20.0)
    assert (quiet.longest.kind, quiet.times) == ("hold", 1)

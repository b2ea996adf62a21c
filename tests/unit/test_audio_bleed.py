from __future__ import annotations

import numpy as np
import pytest

from qa.audio.bleed import separate
from qa.audio.spans import total_s
from qa.domain.transcript import Span
from qa.ports import SAMPLE_RATE
from tests.unit.sound_lab import (
    Call,
    echoed,
    mu_law,
    sample_call,
    sample_calls,
    shared_s,
    silence,
)

LATE_S = 0.4


def with_echo(call: Call, source: int) -> list[tuple[Span, ...]]:
    """What voice activity finds where a party's channel holds the other's echo too."""
    spans = sorted(
        [
            *call.speech[1 - source],
            *(Span(s.start_s, s.end_s + LATE_S) for s in call.speech[source]),
        ],
        key=lambda span: span.start_s,
    )
    joined = [spans[0]]
    for span in spans[1:]:
        if span.start_s <= joined[-1].end_s:
            joined[-1] = Span(joined[-1].start_s, max(joined[-1].end_s, span.end_s))
        else:
            joined.append(span)
    heard = [call.speech[source], tuple(joined)]
    return heard if source == 0 else heard[::-1]


@pytest.mark.parametrize("name", sample_calls())
def test_two_parties_keep_all_they_say(name: str) -> None:
    call = sample_call(name)

    crossing = separate(call.channels, call.speech)

    assert crossing.speech == call.speech
    assert crossing.bleed == (0.0, 0.0)
    assert crossing.same_voice is None


@pytest.mark.parametrize("source", [0, 1])
@pytest.mark.parametrize(
    ("down_db", "late_ms", "reverb_ms"),
    [(12, 0, 0), (12, 120, 60), (20, 40, 0), (20, 200, 60), (26, 300, 30)],
)
@pytest.mark.parametrize("name", ["en-code-please", "zh-late-parcel"])
def test_an_echo_is_taken_from_the_channel_it_comes_back_in_and_its_own_voice_stays(
    name: str, source: int, down_db: float, late_ms: float, reverb_ms: float
) -> None:
    call = sample_call(name)
    echo = 1 - source
    both = echoed(call.channels, source, down_db=down_db, late_ms=late_ms, reverb_ms=reverb_ms)
    speech = with_echo(call, source)

    crossing = separate(both, speech)

    own_s = total_s(call.speech[echo])
    echo_s = total_s(speech[echo]) - own_s
    kept_s = shared_s(crossing.speech[echo], call.speech[echo])
    assert crossing.speech[source] == speech[source]
    assert kept_s >= 0.97 * own_s
    assert total_s(crossing.speech[echo]) - kept_s <= 0.15 * echo_s
    assert crossing.bleed[echo] > 0.5
    assert crossing.bleed[source] < 0.05
    assert crossing.same_voice is None


def test_who_speaks_over_the_echo_of_the_other_is_heard() -> None:
    call = sample_call("en-refund-rude")
    both = echoed(call.channels, 0, down_db=20, late_ms=80)
    speech = with_echo(call, 0)
    together = [a for a in call.speech[1] if any(a.overlap_s(b) > 0.5 for b in call.speech[0])]
    assert together

    own = separate(both, speech).speech[1]

    for span in together:
        assert shared_s(own, (span,)) >= 0.9 * span.duration_s


@pytest.mark.parametrize(
    ("gain", "late_ms"), [(1.0, 50), (0.25, 0), (0.25, 250), (0.1, 100), (0.7, 200)]
)
@pytest.mark.parametrize("swapped", [False, True])
def test_one_sound_on_both_channels_is_heard_once(
    gain: float, late_ms: float, swapped: bool
) -> None:
    call = sample_call("zh-late-parcel")
    mixed = call.channels.sum(axis=0)
    again = np.concatenate([silence(late_ms / 1000), gain * mixed])[: len(mixed)]
    both = mu_law(np.stack([mixed, again]))
    spans = tuple(sorted([*call.speech[0], *call.speech[1]], key=lambda span: span.start_s))
    copy = 0 if swapped else 1

    crossing = separate(both[::-1] if swapped else both, [spans, spans])

    assert crossing.same_voice == copy
    assert crossing.speech[copy] == ()
    assert crossing.speech[1 - copy] == spans
    assert crossing.bleed[copy] > 0.9


def test_a_party_whose_channel_holds_both_gives_back_what_is_the_other_s() -> None:
    call = sample_call("zh-late-parcel")
    both = np.stack([0.5 * call.channels.sum(axis=0), call.channels[1]])
    spans = tuple(sorted([*call.speech[0], *call.speech[1]], key=lambda span: span.start_s))

    crossing = separate(both, [spans, call.speech[1]])

    assert crossing.speech[1] == call.speech[1]
    assert shared_s(crossing.speech[0], call.speech[0]) >= 0.97 * total_s(call.speech[0])
    assert shared_s(crossing.speech[0], call.speech[1]) <= 0.1 * total_s(call.speech[1])


def test_a_delay_that_changes_within_a_long_call_is_followed() -> None:
    call = sample_call("en-code-please")
    length = call.channels.shape[1] // 512 * 512
    early = echoed(call.channels[:, :length], 0, down_db=18, late_ms=40)
    late = echoed(call.channels[:, :length], 0, down_db=18, late_ms=220)
    both = np.concatenate([early, late, late, late], axis=1)
    shift_s = length / SAMPLE_RATE
    once = with_echo(call, 0)
    speech = [
        tuple(Span(s.start_s + n * shift_s, s.end_s + n * shift_s) for n in range(4) for s in spans)
        for spans in once
    ]

    crossing = separate(both, speech)

    assert total_s(crossing.speech[0]) == pytest.approx(total_s(speech[0]))
    assert total_s(crossing.speech[1]) < 4 * (total_s(call.speech[1]) + 0.2 * total_s(once[0]))


def test_channels_without_speech_hold_nothing_of_each_other() -> None:
    random = np.random.default_rng(1)
    noise = random.normal(0, 0.1, SAMPLE_RATE * 3).astype(np.float32)

    crossing = separate(np.stack([noise, noise]), [(), ()])

    assert crossing.speech == ((), ())
    assert crossing.same_voice is None

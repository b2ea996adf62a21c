"""Windows of several calls and channels recognised together, and the way back to where they came from."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from models.recogniser import TEMPERATURES, WhisperTranscriber
from qa.domain.transcript import Span
from qa.ports import CallSpeech, Recognised, Utterances
from tests.unit.recognition import ReadingEngine, heard_in, numbered, said_at

ENGLISH = {"en": 1.0}
CHINESE = {"zh": 1.0}
ALWAYS = frozenset((0.0, *TEMPERATURES))


def channel(number: int, *speech: tuple[float, float]) -> Utterances:
    return Utterances(numbered(number, 100), tuple(Span(*one) for one in speech))


def recognise(
    engine: ReadingEngine, calls: Sequence[CallSpeech], *, batch: int = 4
) -> tuple[tuple[Recognised, ...], ...]:
    return WhisperTranscriber(engine, batch=batch).transcribe(calls, hotwords=("Northwind", "云帆"))


CALLS = [
    CallSpeech((channel(0, (3, 8), (40, 44)), channel(1, (10, 12), (50, 77))), None),
    CallSpeech((channel(2, (0, 20), (30, 55), (60, 90)),), "zh"),
    CallSpeech((channel(3, (5, 6)), channel(4)), "en"),
]
TOLD = {0: ENGLISH, 1: ENGLISH, 2: CHINESE, 3: ENGLISH}


def test_every_word_comes_back_to_its_call_and_channel_and_second() -> None:
    heard = recognise(ReadingEngine(told=TOLD), CALLS)

    assert [len(channels) for channels in heard] == [2, 1, 2]
    found = [one for channels in heard for one in channels]
    given = [utterances for call in CALLS for utterances in call.channels]
    for number, (recognised, utterances) in enumerate(zip(found, given, strict=True)):
        seconds = {
            second: span
            for span in utterances.speech
            for second in range(int(span.start_s), int(span.end_s))
        }
        placed = {word.text: word for word in recognised.words}
        assert {said_at(number, second) for second in seconds} <= set(placed)
        for second in seconds:
            word = placed[said_at(number, second)]
            assert second <= word.start_s <= word.end_s <= second + 1


def test_windows_of_several_calls_share_a_batch() -> None:
    engine = ReadingEngine()
    calls = [CallSpeech((channel(number, (2, 5)),), "en") for number in range(6)]

    recognise(engine, calls, batch=4)

    assert [len(batch.windows) for batch in engine.batches] == [4, 2]


def test_a_batch_holds_one_language_and_one_encoded_length() -> None:
    engine = ReadingEngine(told={number: (ENGLISH, CHINESE)[number % 2] for number in range(8)})
    calls = [
        CallSpeech((channel(number, (0, seconds)),), None)
        for number, seconds in enumerate((2, 3.5, 8, 9, 17, 18, 27, 28))
    ]

    recognise(engine, calls, batch=8)

    assert all(len(batch.lengths) == 1 for batch in engine.batches)
    for batch in engine.batches:
        languages = {("en", "zh")[number % 2] for number, _ in batch.windows}
        assert languages == {batch.language}
    assert len({(batch.language, *batch.lengths) for batch in engine.batches}) == len(
        engine.batches
    )


def test_windows_that_fail_are_tried_again_together_and_without_names() -> None:
    engine = ReadingEngine(fails={(number, 2): frozenset({0.0}) for number in range(3)})
    calls = [CallSpeech((channel(number, (2, 5)),), "en") for number in range(5)]

    recognise(engine, calls, batch=8)

    tries = [(len(one.windows), one.prompt) for one in engine.batches if one.temperature == 0.0]
    assert tries == [(5, "Northwind"), (3, "")]


def test_what_is_drawn_at_random_is_drawn_for_one_window_at_a_time() -> None:
    engine = ReadingEngine(fails={(number, 2): ALWAYS for number in range(3)})
    calls = [CallSpeech((channel(number, (2, 5)),), "en") for number in range(3)]

    heard = recognise(engine, calls)

    drawn = [one for one in engine.batches if one.temperature > 0]
    assert [len(one.windows) for one in drawn] == [1] * len(drawn)
    assert len(drawn) == 3 * len(TEMPERATURES)
    assert [[text.reason for text in channels[0].dropped] for channels in heard] == [
        ["repetition"]
    ] * 3


def test_a_window_that_fails_takes_no_other_with_it() -> None:
    engine = ReadingEngine(fails={(1, 2): ALWAYS})
    calls = [CallSpeech((channel(number, (2, 5)),), "en") for number in range(3)]

    heard = recognise(engine, calls)

    assert [len(channels[0].words) for channels in heard] == [3, 0, 3]
    assert [len(channels[0].dropped) for channels in heard] == [0, 1, 0]


@pytest.mark.parametrize("alone", range(len(CALLS)))
def test_a_call_gets_the_same_words_alone_and_among_others(alone: int) -> None:
    together = recognise(ReadingEngine(told=TOLD), CALLS)

    # By its own number each channel still reads as itself.
    assert recognise(ReadingEngine(told=TOLD), [CALLS[alone]]) == (together[alone],)


def test_no_call_and_no_speech_ask_nothing_of_the_engine() -> None:
    engine = ReadingEngine()

    assert recognise(engine, []) == ()
    ((heard, other),) = recognise(engine, [CallSpeech((channel(0), channel(1)), None)])

    assert (heard.words, other.words, engine.batches) == ((), (), [])


def test_a_window_of_one_channel_says_nothing_about_another_with_the_same_sound() -> None:
    engine = ReadingEngine()
    same = numbered(0, 20)

    ((first, second),) = recognise(
        engine,
        [CallSpeech((Utterances(same, (Span(1, 4),)), Utterances(same, (Span(8, 12),))), "en")],
    )

    assert [word.text for word in first.words] == [said_at(0, at) for at in range(1, 4)]
    assert [word.text for word in second.words] == [said_at(0, at) for at in range(8, 12)]


def test_words_are_in_order_of_time_although_long_windows_are_heard_last() -> None:
    heard = heard_in(ReadingEngine(), numbered(0, 100), [Span(0, 27), Span(40, 42), Span(50, 77)])

    starts = [word.start_s for word in heard.words]
    assert starts == sorted(starts)
    assert len(starts) >= 27 + 2 + 27

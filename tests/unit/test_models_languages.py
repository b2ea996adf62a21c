"""Which language a call, a channel and a window are taken for."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from models.languages import (
    CHANNEL_WINDOWS,
    LANGUAGES,
    OTHER_S,
    TELLING_S,
    Told,
    foreign,
    of_window,
    spoken,
    telling,
)
from models.recogniser import WhisperTranscriber
from models.windows import Window
from qa.domain.transcript import Span
from qa.ports import CallSpeech, Recognised, Utterances
from tests.unit.recognition import ReadingEngine, numbered

ENGLISH = {"en": 0.97, "zh": 0.01}
CHINESE = {"zh": 0.97, "en": 0.01}
JAPANESE = {"ja": 0.95, "zh": 0.03, "en": 0.01}


def told(probabilities: Mapping[str, float], seconds: float = 10.0) -> Told:
    return Told(probabilities, seconds)


# --- a channel ---------------------------------------------------------------------------------


def test_a_channel_is_told_from_the_two_languages_that_are_served() -> None:
    mostly_zh = [told({"ja": 0.7, "zh": 0.2, "en": 0.1})]

    said = spoken(mostly_zh, mostly_zh, None)

    assert said.language == "zh"
    assert said.confidence == pytest.approx(2 / 3)


def test_longer_windows_say_more_about_a_channel_than_short_ones() -> None:
    heard = [told(ENGLISH, 3), told(ENGLISH, 3), told(CHINESE, 20)]

    assert spoken(heard, heard, None).language == "zh"


def test_a_dialect_of_chinese_is_chinese() -> None:
    cantonese = [told({"yue": 0.8, "en": 0.1, "ja": 0.1})]

    assert spoken(cantonese, cantonese, None).language == "zh"
    assert foreign([cantonese], None) is None


def test_a_channel_with_little_speech_takes_the_language_of_its_call() -> None:
    own, others = [told(ENGLISH, TELLING_S - 0.1)], [told(CHINESE, 30)]

    assert spoken(own, own + others, None).language == "zh"


def test_a_channel_with_enough_speech_keeps_its_own_language() -> None:
    own, others = [told(ENGLISH, TELLING_S)], [told(CHINESE, 30)]

    assert spoken(own, own + others, None).language == "en"


def test_a_call_without_speech_has_no_sure_language() -> None:
    said = spoken([], [], None)

    assert said.language in LANGUAGES
    assert said.confidence == 0.0


def test_without_speech_a_channel_is_in_the_language_that_the_record_states() -> None:
    assert spoken([], [], "en").language == "en"
    assert spoken([], [], "zh").language == "zh"


def test_what_the_record_states_decides_where_the_sound_is_in_doubt() -> None:
    doubtful = [told({"en": 0.5, "zh": 0.4})]

    assert spoken(doubtful, doubtful, None).language == "en"
    assert spoken(doubtful, doubtful, "zh").language == "zh"


def test_what_the_record_states_gives_way_to_what_is_clearly_heard() -> None:
    clear = [told(ENGLISH)]

    assert spoken(clear, clear, "zh").language == "en"


def test_the_language_of_a_channel_is_told_from_its_longest_windows() -> None:
    windows = [Window((Span(10 * at, 10 * at + 1 + at % 9),)) for at in range(20)]

    asked = telling(windows)

    assert len(asked) == CHANNEL_WINDOWS
    assert min(one.duration_s for one in asked) >= max(
        one.duration_s for one in windows if one not in asked
    )


# --- a call ------------------------------------------------------------------------------------


def test_a_call_in_neither_language_is_named_by_its_own() -> None:
    assert foreign([[told(JAPANESE, OTHER_S)]], None) == "ja"


def test_a_few_foreign_syllables_do_not_make_a_call_foreign() -> None:
    assert foreign([[told(JAPANESE, OTHER_S - 0.1)]], None) is None


def test_a_call_of_which_one_party_is_understood_is_foreign_all_the_same() -> None:
    assert foreign([[told(JAPANESE, OTHER_S)], [told(ENGLISH, 30)]], None) == "ja"


def test_a_party_who_says_little_in_another_language_spoils_no_call() -> None:
    assert foreign([[told(JAPANESE, OTHER_S - 0.1)], [told(ENGLISH, 30)]], None) is None


def test_what_the_record_states_is_believed_unless_hardly_anything_speaks_for_it() -> None:
    doubtful = [[told({"ja": 0.9, "zh": 0.1}, 20)]]

    assert foreign(doubtful, None) == "ja"
    assert foreign(doubtful, "zh") is None
    assert foreign([[told({"ja": 0.99, "zh": 0.01}, 20)]], "zh") == "ja"


def test_a_call_without_speech_is_not_foreign() -> None:
    assert foreign([], None) is None


# --- a window ----------------------------------------------------------------------------------


def test_a_window_that_clearly_is_in_the_other_language_leaves_its_channels() -> None:
    assert of_window(told(ENGLISH, 5), "zh") == "en"
    assert of_window(told(CHINESE, 5), "en") == "zh"


def test_a_short_window_never_does() -> None:
    assert of_window(told({"en": 1.0}, TELLING_S - 0.01), "zh") == "zh"


def test_a_window_that_sounds_like_neither_stays_in_its_channels_language() -> None:
    assert of_window(told({"cy": 0.97, "en": 0.027, "zh": 0.003}, 5), "zh") == "zh"


def test_a_window_in_doubt_stays_in_its_channels_language() -> None:
    assert of_window(told({"en": 0.8, "zh": 0.2}), "zh") == "zh"


# --- through the recogniser --------------------------------------------------------------------


def recognise(engine: ReadingEngine, *calls: CallSpeech) -> tuple[tuple[Recognised, ...], ...]:
    return WhisperTranscriber(engine, batch=4).transcribe(calls, hotwords=("云帆科技", "Northwind"))


def asked_in(engine: ReadingEngine) -> set[tuple[str, tuple[int, int]]]:
    """Language and first (channel, second) of each window that was recognised."""
    return {(batch.language, window) for batch in engine.batches for window in batch.windows}


def channel(number: int, *speech: tuple[float, float]) -> Utterances:
    return Utterances(numbered(number, 90), tuple(Span(*one) for one in speech))


def test_two_channels_of_a_call_may_speak_two_languages() -> None:
    engine = ReadingEngine(told={0: CHINESE, 1: ENGLISH})

    ((agent, customer),) = recognise(
        engine, CallSpeech((channel(0, (0, 9)), channel(1, (10, 19))), None)
    )

    assert (agent.language, customer.language) == ("zh", "en")
    assert asked_in(engine) == {("zh", (0, 0)), ("en", (1, 10))}


def test_each_window_is_recognised_with_the_names_of_its_own_language() -> None:
    engine = ReadingEngine(told={0: CHINESE, 1: ENGLISH})

    recognise(engine, CallSpeech((channel(0, (0, 9)), channel(1, (10, 19))), None))

    prompts = {batch.language: batch.prompt for batch in engine.batches}
    assert prompts["en"] == "Northwind"
    assert prompts["zh"].endswith("云帆科技")


def test_a_call_may_change_languages_in_the_middle() -> None:
    engine = ReadingEngine(told={0: CHINESE}, told_at={(0, 60): ENGLISH})
    speech = ((0, 27), (30, 57), (60, 80))

    ((heard,),) = recognise(engine, CallSpeech((channel(0, *speech),), None))

    assert heard.language == "zh"
    assert asked_in(engine) == {("zh", (0, 0)), ("zh", (0, 30)), ("en", (0, 60))}
    assert len(heard.words) == 27 + 27 + 20


def test_a_short_window_is_recognised_in_its_channels_language_whatever_it_sounds_like() -> None:
    engine = ReadingEngine(told={0: CHINESE}, told_at={(0, 60): ENGLISH})

    recognise(engine, CallSpeech((channel(0, (0, 27), (60, 62)),), None))

    assert asked_in(engine) == {("zh", (0, 0)), ("zh", (0, 60))}


def test_no_window_is_asked_for_its_language_twice() -> None:
    engine = ReadingEngine()
    calls = [
        CallSpeech((channel(number, (0, 27), (30, 57), (60, 87)),), None) for number in range(2)
    ]

    recognise(engine, *calls)

    assert sorted(engine.asked) == [(number, at) for number in range(2) for at in (0, 30, 60)]


def test_a_window_that_fails_is_tried_again_in_the_language_it_was_told_to_be_in() -> None:
    engine = ReadingEngine(
        told={0: CHINESE}, told_at={(0, 60): ENGLISH}, fails={(0, 60): frozenset({0.0, 0.2})}
    )

    recognise(engine, CallSpeech((channel(0, (0, 27), (60, 80)),), None))

    tries = [one for one in engine.batches if one.windows == ((0, 60),)]
    assert [(one.language, one.temperature) for one in tries] == [
        ("en", 0.0),
        ("en", 0.0),
        ("en", 0.2),
        ("en", 0.4),
    ]


def test_a_foreign_call_comes_back_with_its_language_and_no_words_and_is_never_recognised() -> None:
    engine = ReadingEngine(told={0: JAPANESE, 1: JAPANESE, 2: ENGLISH})

    foreign_call, other = recognise(
        engine,
        CallSpeech((channel(0, (0, 9)), channel(1, (10, 19))), None),
        CallSpeech((channel(2, (0, 9)),), None),
    )

    assert [(one.language, one.words, one.dropped) for one in foreign_call] == [("ja", (), ())] * 2
    assert len(other[0].words) == 9
    assert asked_in(engine) == {("en", (2, 0))}

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from qa.domain.attribution import (
    PAUSE_S,
    UNKNOWN_LABEL,
    LabelledTurn,
    joined,
    speaker_confidence,
    speakers_of,
    turns_from_channels,
    turns_from_mono,
    with_roles,
)
from qa.domain.call import Role
from qa.domain.transcript import Span, Word


def word(start_s: float, end_s: float, text: str = "word", confidence: float = 0.9) -> Word:
    return Word(start_s, end_s, text, confidence)


def spoken(start_s: float, *texts: str, each_s: float = 0.3) -> list[Word]:
    """Words that follow each other without a pause."""
    return [word(start_s + i * each_s, start_s + (i + 1) * each_s, t) for i, t in enumerate(texts)]


def texts(turns: tuple[LabelledTurn, ...]) -> list[tuple[str, str]]:
    return [(turn.label, turn.text) for turn in turns]


def test_turns_of_two_channels_come_in_order_of_start() -> None:
    turns = turns_from_channels(
        {"a": spoken(0, "Good", "morning.") + spoken(5, "Yes."), "b": spoken(2, "Hello.")}
    )

    assert texts(turns) == [("a", "Good morning."), ("b", "Hello."), ("a", "Yes.")]


def test_an_interruption_leaves_both_sentences_whole() -> None:
    turns = turns_from_channels(
        {"a": spoken(0, "I", "was", "going", "to", "say"), "b": spoken(0.6, "No", "wait")}
    )

    assert texts(turns) == [("a", "I was going to say"), ("b", "No wait")]
    assert turns[0].span.end_s > turns[1].span.start_s


@pytest.mark.parametrize(("pause_s", "count"), [(PAUSE_S - 0.01, 1), (PAUSE_S + 0.01, 2)])
def test_a_pause_ends_a_turn(pause_s: float, count: int) -> None:
    words = [word(0, 1), word(1 + pause_s, 2 + pause_s)]

    assert len(turns_from_channels({"a": words})) == count
    assert len(turns_from_mono(words, [(Span(0, 10), "S0")])) == count


def test_in_a_mono_recording_a_turn_ends_where_the_voice_changes() -> None:
    words = spoken(0, "How", "can", "I", "help", "My", "bill", each_s=0.5)

    turns = turns_from_mono(words, [(Span(0, 2), "S0"), (Span(2, 3), "S1")])

    assert texts(turns) == [("S0", "How can I help"), ("S1", "My bill")]


def test_a_word_belongs_to_whoever_speaks_during_most_of_it() -> None:
    exclusive = [(Span(0, 1.0), "S0"), (Span(1.0, 3.0), "S1")]

    assert speakers_of([word(0.5, 1.2), word(0.9, 1.8)], exclusive) == ("S0", "S1")


def test_shares_of_one_voice_in_several_spans_add_up() -> None:
    exclusive = [(Span(0, 0.4), "S0"), (Span(0.4, 0.9), "S1"), (Span(0.9, 1.5), "S0")]

    assert speakers_of([word(0.1, 1.2)], exclusive) == ("S0",)


def test_a_word_outside_every_span_goes_to_the_nearest() -> None:
    exclusive = [(Span(1, 2), "S0"), (Span(5, 6), "S1")]
    words = [word(0, 0.5), word(2.1, 2.4), word(4.5, 4.9), word(7, 8)]

    assert speakers_of(words, exclusive) == ("S0", "S0", "S1", "S1")


def test_a_word_without_length_goes_to_the_span_around_it() -> None:
    exclusive = [(Span(0, 2), "S0"), (Span(2, 9), "S1")]

    assert speakers_of([word(1, 1), word(5, 5)], exclusive) == ("S0", "S1")


def test_without_any_diarization_the_speaker_is_unknown() -> None:
    turns = turns_from_mono(spoken(0, "Hello"), [])

    assert texts(turns) == [(UNKNOWN_LABEL, "Hello")]
    assert with_roles(turns, {"S0": Role.AGENT})[0].speaker is Role.UNKNOWN


def test_no_words_make_no_turns() -> None:
    assert turns_from_channels({"a": [], "b": []}) == ()
    assert turns_from_mono([], [(Span(0, 1), "S0")]) == ()


def test_roles_are_put_on_turns_and_times_kept() -> None:
    labelled = turns_from_channels({"a": spoken(1, "Hi"), "b": spoken(2, "Hello", "there")})

    turns = with_roles(labelled, {"a": Role.AGENT, "b": Role.CUSTOMER})

    assert [turn.speaker for turn in turns] == [Role.AGENT, Role.CUSTOMER]
    assert (turns[1].start_s, turns[1].end_s, turns[1].text) == (2, 2.6, "Hello there")
    assert turns[1].words == labelled[1].words


def test_words_that_come_out_of_order_are_put_in_order() -> None:
    words = [word(1, 1.3, "two"), word(0.5, 0.8, "one")]

    assert turns_from_channels({"a": words})[0].text == "one two"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["Good", "morning,", "sir."], "Good morning, sir."),
        (["您", "好，", "云", "帆。"], "您好，云帆。"),
        (["这", "是", "5G", "套", "餐"], "这是5G套餐"),
        (["请", "找", "Mr.", "Smith", "谢", "谢"], "请找Mr. Smith谢谢"),
        ([], ""),
    ],
)
def test_words_are_joined_as_their_script_is_written(words: list[str], text: str) -> None:
    assert joined([word(0, 1, part) for part in words]) == text


def test_confidence_in_the_speakers_is_the_part_of_words_that_their_voice_covers() -> None:
    exclusive = [(Span(0, 1), "S0"), (Span(1, 2), "S1")]

    assert speaker_confidence([word(0, 1), word(1, 2)], exclusive) == 1.0
    assert speaker_confidence([word(0.5, 1.5)], exclusive) == pytest.approx(0.5)
    assert speaker_confidence([word(8, 9)], exclusive) == 0.0
    assert speaker_confidence([], exclusive) == 0.0
    assert speaker_confidence([word(0, 1)], []) == 0.0


def test_the_cost_grows_with_the_call_and_not_with_its_square() -> None:
    def seconds(count: int) -> float:
        words = [word(i, i + 0.9) for i in range(count)]
        exclusive = [(Span(i, i + 1), f"S{i % 2}") for i in range(count)]
        started = time.thread_time()
        turns_from_mono(words, exclusive)
        return time.thread_time() - started

    seconds(2_000)
    short = min(seconds(2_000) for _ in range(3))
    long = min(seconds(20_000) for _ in range(3))

    assert long < 40 * short


def test_turns_never_share_a_word_and_keep_every_word() -> None:
    words = [word(i * 0.37, i * 0.37 + 0.3, str(i)) for i in range(200)]
    exclusive = [(Span(i * 1.1, i * 1.1 + 0.9), f"S{i % 3}") for i in range(70)]

    turns = turns_from_mono(words, exclusive)

    assert sorted(w.text for turn in turns for w in turn.words) == sorted(w.text for w in words)
    assert all(a.span.start_s <= b.span.start_s for a, b in pairwise(turns))


def test_the_edge_of_a_sentence_is_not_given_to_the_other_party() -> None:
    words = [
        word(0.4, 0.8, "喂"),
        word(1.0, 1.4, "您好"),
        word(1.4, 2.0, "请问"),
        word(2.0, 3.0, "是"),
    ]
    late = [(Span(0.4, 1.35), "customer"), (Span(1.35, 3.0), "agent")]

    turns = turns_from_mono(words, late)

    assert [(turn.label, turn.text) for turn in turns] == [
        ("customer", "喂"),
        ("agent", "您好请问是"),
    ]


def test_a_pause_that_the_diarizer_hears_divides_words_that_touch() -> None:
    words = [word(0.4, 1.2, "Hello"), word(1.2, 1.8, "Good"), word(1.8, 2.2, "afternoon")]
    heard = [(Span(0.5, 1.0), "customer"), (Span(1.38, 2.2), "agent")]

    turns = turns_from_mono(words, heard)

    assert [(turn.label, turn.text) for turn in turns] == [
        ("customer", "Hello"),
        ("agent", "Good afternoon"),
    ]


def test_somebody_who_cuts_in_keeps_the_words() -> None:
    words = [word(0.0, 1.5, "could"), word(1.5, 2.5, "you"), word(2.5, 3.9, "no")]
    heard = [(Span(0.0, 2.5), "customer"), (Span(2.5, 3.9), "agent")]

    assert [turn.label for turn in turns_from_mono(words, heard)] == ["customer", "agent"]

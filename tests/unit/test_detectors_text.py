from __future__ import annotations

import pytest

from qa.domain.call import Role
from qa.domain.detectors.text import Stream, stream_of, tokens_of
from qa.domain.transcript import Turn, Word


def spoken(*words: tuple[float, float, str]) -> Turn:
    parts = tuple(Word(start, end, text, 0.8) for start, end, text in words)
    return Turn(Role.AGENT, words[0][0], words[-1][1], "", parts)


def texts(stream: Stream) -> list[str]:
    return [token.text for token in stream.tokens]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("您好", "你好！"),
        ("后四位", "后4位"),
        ("十六位", "16位"),
        ("二十", "20"),
        ("九十八", "98"),
        ("尾号幺三零五", "尾号1305"),
        ("I'm sure it's fine", "I am sure it is fine"),
        ("can't", "cannot"),
        ("don’t", "do not"),
        ("do n’t", "do not"),
        ("You'd", "you would"),
        ("sixteen digits", "16 digits"),
        ("OK", "okay"),
        ("Northwind's", "Northwind"),
        ("ＣＶＶ", "cvv"),
    ],
)
def test_forms_of_the_same_words_come_out_alike(one: str, other: str) -> None:
    assert tokens_of(one) == tokens_of(other)


def test_different_words_stay_apart() -> None:
    assert tokens_of("thank") != tokens_of("think")
    assert tokens_of("后四位") != tokens_of("后六位")


def test_punctuation_is_no_token() -> None:
    assert tokens_of("，。！？ — ...") == ()


def test_each_character_of_a_word_has_its_part_of_the_words_time() -> None:
    stream = stream_of((spoken((1.0, 2.0, "您好")),))
    assert [(t.start_s, t.end_s) for t in stream.tokens] == [(1.0, 1.5), (1.5, 2.0)]


def test_sixteen_said_in_two_words_keeps_both_times() -> None:
    stream = stream_of((spoken((0.0, 0.2, "十"), (0.2, 0.4, "六"), (0.4, 0.6, "位")),))
    assert texts(stream) == ["1", "6", "位"]


def test_sentences_end_at_punctuation_and_at_long_pauses() -> None:
    turn = spoken((0.0, 0.3, "Yes."), (0.3, 0.6, "Mr."), (0.6, 0.9, "Brown"), (2.5, 2.8, "is"))
    assert [token.sentence for token in stream_of((turn,)).tokens] == [0, 1, 1, 2]


def test_a_sentence_that_asks_is_known_by_its_mark_or_its_particle() -> None:
    marked = spoken((0.0, 0.3, "Really?"), (0.4, 0.6, "Yes."))
    particle = spoken((5.0, 5.2, "好"), (5.2, 5.4, "吗"))
    assert stream_of((marked, particle)).asking == {0, 2}


def test_turns_far_apart_are_different_runs() -> None:
    near = stream_of((spoken((0, 1, "a")), spoken((2.5, 3, "b"))))
    far = stream_of((spoken((0, 1, "a")), spoken((9, 10, "b"))))
    assert [token.run for token in near.tokens] == [0, 0]
    assert [token.run for token in far.tokens] == [0, 1]


def test_a_quote_is_the_whole_sentence_as_it_was_written() -> None:
    turn = spoken(
        (0.0, 0.3, "Oh."), (0.3, 0.6, "Good"), (0.6, 0.9, "morning,"), (0.9, 1.2, "Claire.")
    )
    stream = stream_of((turn,))
    assert stream.quote(2, 2) == "Good morning, Claire."

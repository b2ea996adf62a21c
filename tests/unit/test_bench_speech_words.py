from __future__ import annotations

import pytest

from bench.speech.debian import usable
from bench.speech.normalise import units
from bench.speech.scores import Errors, cp_errors, word_errors


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("It's eight two one six.", "it’s 8216"),
        ("twenty-five dollars", "$25"),
        ("one hundred and twenty five", "125"),
        ("ten thousand", "10,000"),
        ("five percent", "5%"),
        ("three point five", "3.5"),
        ("七三零五。", "7305"),
        ("五十个人", "50个人"),
        ("一百二十块", "120块"),
        ("一万零五", "10005"),
        ("百分之十二点五", "12.5%"),
        ("麻煩您報一下訂單號", "麻烦您报一下订单号。"),
        ("ＡＢＣ　１２", "abc 12"),
        ("我要 refund", "我要refund！"),
    ],
)
def test_what_sounds_the_same_is_written_the_same(spoken: str, written: str) -> None:
    assert units(spoken) == units(written)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("I'm sure", "I am sure"),
        ("five six", "eleven"),
        ("twenty six", "twenty and six"),
        ("三十", "十三"),
        ("his", "he's"),
    ],
)
def test_what_sounds_different_stays_different(one: str, other: str) -> None:
    assert units(one) != units(other)


def test_units_are_words_of_english_and_characters_of_chinese() -> None:
    assert units("我的 'VIP' 卡, isn't it") == ["我", "的", "vip", "卡", "isn't", "it"]


def test_numbers_are_compared_digit_by_digit() -> None:
    assert units("eight two one six") == ["8", "2", "1", "6"]
    assert word_errors("eight two one six", "8217") == Errors(edits=1, said=4)


def test_words_that_nobody_heard_and_words_that_nobody_said_are_errors() -> None:
    assert word_errors("all is well", "") == Errors(edits=3, said=3)
    assert word_errors("", "all is well") == Errors(edits=3, said=0)
    assert word_errors("", "") == Errors()


def test_errors_are_averaged_over_words_and_not_over_texts() -> None:
    summed = Errors(edits=1, said=1) + Errors(edits=0, said=9)
    assert summed.rate == pytest.approx(10)


def test_speakers_are_matched_so_that_errors_are_fewest() -> None:
    said = ["good morning", "my bill is wrong"]
    assert cp_errors(said, ["my bill is wrong", "good morning"]) == Errors(edits=0, said=6)


def test_a_word_given_to_the_wrong_speaker_counts_for_both() -> None:
    assert cp_errors(["good morning", "my bill"], ["good", "morning my bill"]) == Errors(2, 4)


def test_a_speaker_who_was_not_heard_apart_costs_all_their_words() -> None:
    assert cp_errors(["good morning", "yes"], ["good morning yes"]) == Errors(2, 3)


def test_a_speaker_too_many_costs_the_words_that_went_there() -> None:
    assert cp_errors(["a b", "c d e"], ["c d e", "a", "b"]) == Errors(2, 5)
    assert cp_errors([], []) == Errors()


@pytest.mark.parametrize(
    "text",
    [
        "Thank you.",
        "press * to toggle pause and then go on",
        "Dial 500 to try the call that was described",
        "Please leave your message now. (simple tone sound plays)",
    ],
)
def test_a_prompt_is_left_out_where_its_text_is_not_what_is_heard(text: str) -> None:
    assert not usable(text)


def test_a_prompt_with_plain_words_and_single_digits_is_used() -> None:
    assert usable("Use the 7 key for Q, and the 9 key for Z.")

from __future__ import annotations

from itertools import pairwise

import pytest

from qa.domain.call import Role
from qa.domain.detectors.text import Stream, stream_of, tokens_of
from qa.domain.transcript import Turn, Word


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("一百二十三", "123"),
        ("两千零五", "2005"),
        ("一万二", "12000"),
        ("一万二千", "12000"),
        ("两万五", "25000"),
        ("三百五十块", "350块"),
        ("一百零三", "103"),
        ("一万零五百", "10500"),
        ("十二万三千四百五十六", "123456"),
        ("一亿三千万", "130000000"),
        ("一百十六", "116"),
        ("三点五", "3.5"),
        ("一点二万", "12000"),
        ("1.2万", "12000"),
        ("3万5", "35000"),
        ("1万2000", "12000"),
        ("百分之二十", "20%"),
        ("百分之三点五", "3.5%"),
        ("百分之百满意", "100%满意"),
        ("百分百", "100%"),
        ("尾号幺三零五", "尾号1305"),
        ("六二二二", "6222"),
        ("零零七", "007"),
        ("二零二六年", "2026年"),
        ("下午三点五十", "下午3点50"),
        ("forty five", "45"),
        ("forty-five", "45"),
        ("one hundred and twenty", "120"),
        ("a hundred and twenty", "120"),
        ("one hundred twenty three", "123"),
        ("two thousand and sixteen", "2016"),
        ("nineteen ninety nine", "1999"),
        ("fifteen hundred", "1500"),
        ("a thousand", "1,000"),
        ("three point five million", "3500000"),
        ("twenty per cent", "20%"),
        ("twenty percent", "20%"),
        ("double four seven one", "4471"),
        ("triple oh seven", "0007"),
        ("five oh five", "505"),
        ("oh seven nine three", "0793"),
        ("five five five oh", "5550"),
        ("the twenty first", "the 21st"),
        ("third party", "3rd party"),
        ("one hundred and twenty three", "一百二十三"),
    ],
)
def test_a_number_has_one_form_however_it_is_said(spoken: str, written: str) -> None:
    assert tokens_of(spoken) == tokens_of(written)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("二十三十", ["2", "0", "3", "0"]),
        ("一百二三", ["1", "0", "0", "2", "3"]),
        ("一两千", ["1", "2", "0", "0", "0"]),
        ("five hundred and two hundred", ["5", "0", "0", "and", "2", "0", "0"]),
        ("twenty twenty six", ["2", "0", "2", "6"]),
        ("one two three", ["1", "2", "3"]),
    ],
)
def test_numbers_that_follow_one_another_stay_apart(text: str, tokens: list[str]) -> None:
    assert list(tokens_of(text)) == tokens


@pytest.mark.parametrize(
    "text",
    [
        *("千万不要", "万事如意", "百货公司", "百度", "有点慢", "oh I see", "no point"),
        *("double check", "first of all", "a moment", "hundreds of people", "per month"),
        "wait a second",
    ],
)
def test_words_that_only_look_like_numbers_are_left_alone(text: str) -> None:
    assert not any(token[0].isdigit() for token in tokens_of(text))


def test_a_unit_of_time_after_tens_is_no_ordinal() -> None:
    assert tokens_of("a thirty second wait") == ("a", "3", "0", "second", "wait")


def spoken(*texts: str) -> Stream:
    words = tuple(Word(k, k + 1, text, 0.8) for k, text in enumerate(texts))
    return stream_of((Turn(Role.AGENT, 0, len(texts), "", words),))


def test_the_digits_of_a_number_share_its_time() -> None:
    tokens = spoken("付", "一", "百", "二", "十", "三", "块").tokens
    assert [token.text for token in tokens] == ["付", "1", "2", "3", "块"]
    assert tokens[1].start_s == 1
    assert tokens[3].end_s == 6
    assert all(before.end_s <= after.start_s + 1e-9 for before, after in pairwise(tokens))


def test_a_number_of_few_words_and_many_digits_keeps_to_its_time() -> None:
    tokens = spoken("one", "thousand").tokens
    assert [token.text for token in tokens] == ["1", "0", "0", "0"]
    assert (tokens[0].start_s, tokens[-1].end_s) == (0, 2)


def test_a_quote_shows_the_number_as_it_was_spoken() -> None:
    stream = spoken("一共", "一", "百", "二", "十", "三")
    last = len(stream.tokens) - 1
    assert stream.quote(last, last) == "一共一百二十三"
    assert stream.quote(0, 0) == "一共一百二十三"


def test_a_number_does_not_run_on_into_the_next_sentence() -> None:
    texts = [token.text for token in spoken("twenty.", "Five", "days").tokens]
    assert texts == ["2", "0", "5", "days"]

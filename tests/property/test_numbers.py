"""Every number up to 999,999 comes out as its digits, whatever way it is said."""

from __future__ import annotations

from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from qa.domain.detectors.numbers import in_digits
from qa.domain.detectors.text import tokens_of

HAN = "零一二三四五六七八九"
SMALL = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def below_ten_thousand(number: int) -> str:
    """In Chinese, with 一十 for ten and one 零 for each run of zeros inside."""
    digits = [int(digit) for digit in f"{number:04}"]
    named = zip(digits, "千百十个", strict=True)
    parts = ["零" if digit == 0 else HAN[digit] + unit for digit, unit in named]
    runs = "".join(key if key == "零" else "".join(run) for key, run in groupby(parts))
    return runs.strip("零").replace("个", "")


def in_chinese(number: int) -> str:
    upper, lower = divmod(number, 10_000)
    if number == 0:
        return "零"
    gap = "零" if upper and 0 < lower < 1000 else ""
    return (below_ten_thousand(upper) + "万" if upper else "") + gap + below_ten_thousand(lower)


def in_english(number: int, joint: str) -> str:
    if number < 20:
        return SMALL[number]
    if number < 100:
        return TENS[number // 10] + (f" {SMALL[number % 10]}" if number % 10 else "")
    unit, name = (100, "hundred") if number < 1000 else (1000, "thousand")
    rest = number % unit
    spoken = f"{in_english(number // unit, joint)} {name}"
    return f"{spoken}{joint if rest < 100 else ' '}{in_english(rest, joint)}" if rest else spoken


@given(st.integers(0, 999_999))
@settings(max_examples=400, deadline=None)
def test_chinese_numbers_round_trip(number: int) -> None:
    spoken = in_chinese(number)
    assert tokens_of(spoken) == tuple(str(number))
    if spoken.startswith("一十"):
        assert tokens_of(spoken[1:]) == tuple(str(number))


@given(st.integers(0, 999_999), st.sampled_from((" ", " and ")), st.sampled_from((" ", "-")))
@settings(max_examples=400, deadline=None)
def test_english_numbers_round_trip(number: int, joint: str, hyphen: str) -> None:
    spoken = in_english(number, joint).replace(" ", hyphen)
    assert tokens_of(spoken) == tuple(str(number))


@given(st.text("0123456789", min_size=1, max_size=20))
def test_digits_read_out_one_by_one_stay_those_digits(digits: str) -> None:
    assert tokens_of("".join(HAN[int(digit)] for digit in digits)) == tuple(digits)
    assert tokens_of(" ".join(SMALL[int(digit)] for digit in digits)) == tuple(digits)


VOCABULARY = (
    *("一", "两", "零", "十", "百", "千", "万", "亿", "点", "分", "之", "幺", "下", "个"),
    *("one", "twenty", "fifteen", "hundred", "thousand", "million", "and", "a", "oh", "o"),
    *("double", "triple", "point", "per", "cent", "third", "second", "you"),
    *("7", "12", "3.5", "21th", "%"),
)


@given(st.lists(st.sampled_from(VOCABULARY), max_size=30))
@settings(max_examples=500, deadline=None)
def test_every_token_is_written_once_and_in_order(tokens: list[str]) -> None:
    taken = 0
    for written, count in in_digits(tokens):
        assert written
        assert all(written)
        assert count >= 1
        if count == 1 and not written[0][0].isdigit() and written != (".",):
            assert written == (tokens[taken],)
        taken += count
    assert taken == len(tokens)


@given(st.lists(st.sampled_from(VOCABULARY), max_size=30))
@settings(max_examples=300, deadline=None)
def test_what_is_written_in_digits_stays_as_it_is(tokens: list[str]) -> None:
    once = [text for written, _ in in_digits(tokens) for text in written if text[0].isdigit()]
    assert [text for written, _ in in_digits(once) for text in written] == once

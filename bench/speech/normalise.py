"""How both sides of a word comparison are written before they are compared: this file is the rule.

1. Unicode NFKC (full-width letters and digits become plain ones), then lower case.
2. Chinese in simplified characters (OpenCC ``t2s``).
3. Numbers in one form, digit by digit: ``8216``, ``eight two one six`` and ``八二一六`` are ``8 2 1 6``;
   ``twenty five`` is ``2 5``, ``五十`` is ``5 0``, ``一百二十`` is ``1 2 0``. 两 and 幺 are digits of
   telephone numbers (2 and 1). Neither side is asked whether ``one`` or ``一`` is a number where it
   stands: the same rule reads both.
4. ``$12`` is ``12 dollars``; ``5%`` and ``百分之五`` are ``5 percent``; the point of ``3.5`` and ``三点五`` is
   ``point``.
5. Punctuation and symbols become spaces; an apostrophe inside a word stays. English contractions are
   left as they are: ``I'm`` against ``I am`` is an error, for those are different words to a reader.
6. Units are words, and Chinese characters one by one. A rate over them is the word error rate for
   English, the character error rate for Chinese, and for a call that mixes both the mixed error rate
   (MER: characters of Chinese, words of English), which is what the Chinese figures are.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import zip_longest
from typing import Any

_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff"
_CURRENCY = re.compile(r"\$\s*(\d+)")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}\b)")
_APART = re.compile(rf"([{_CHINESE}]|\d)")
_OUTER_APOSTROPHE = re.compile(r"(?<!\w)'|'(?!\w)")

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    "nineteen",
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {word: value for value, word in enumerate(_ONES)}
_VALUES |= {word: 10 * tens for tens, word in enumerate(_TENS, start=2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000}

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "两": 2, "幺": 1}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_NUMERALS = "".join((*_DIGITS, *_UNITS))
_NUMERAL = re.compile(f"[{_NUMERALS}]+")
_PERCENT = re.compile(rf"百分之([\d{_NUMERALS}]+(?:[.点][\d{_NUMERALS}]+)?)")
_POINT = re.compile(rf"(?<=\d)\.(?=\d)|(?<=[\d{_NUMERALS}])点(?=[\d{_NUMERALS}])")


def units(text: str) -> list[str]:
    """A text as what is compared: words of English, characters of Chinese, digits of numbers."""
    plain = unicodedata.normalize("NFKC", text).lower().replace("\u2019", "'")
    plain = _simplified(plain)
    plain = _CURRENCY.sub(r"\1 dollars ", _GROUPED.sub("", plain))
    plain = _PERCENT.sub(r"\1 percent ", plain).replace("%", " percent ")
    plain = _POINT.sub(" point ", plain)
    plain = _NUMERAL.sub(lambda match: f" {_chinese_number(match[0])} ", plain)
    plain = _OUTER_APOSTROPHE.sub(" ", plain)
    kept = (c if c == "'" or unicodedata.category(c)[0] in "LNM" else " " for c in plain)
    words = _english_numbers("".join(kept).split())
    return _APART.sub(r" \1 ", " ".join(words)).split()


def _chinese_number(numeral: str) -> str:
    """Digits of a numeral: its value where it has units, else its digits one by one."""
    if not any(character in _UNITS for character in numeral):
        return "".join(str(_DIGITS[character]) for character in numeral)
    total = section = 0
    digit: int | None = None
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character == "万":
            total += (section + (digit or 0) or 1) * _UNITS[character]
            section, digit = 0, None
        else:
            section += (1 if digit is None else digit) * _UNITS[character]
            digit = None
    return str(total + section + (digit or 0))


def _english_numbers(words: list[str]) -> list[str]:
    """Words with every run of number words written in digits; ``five six`` stays two numbers."""
    written: list[str] = []
    value: int | None = None
    for word, following in zip_longest(words, words[1:]):
        number = _VALUES.get(word)
        if value is not None:
            if number is not None and _follows(value, number):
                value += number
                continue
            if word in _SCALES:
                value *= _SCALES[word]
                continue
            if word == "and" and value % 100 == 0 and following in _VALUES:
                continue
            written.append(str(value))
        value = number
        if number is None:
            written.append(word)
    return written if value is None else [*written, str(value)]


def _follows(value: int, number: int) -> bool:
    """Whether a number word goes on the number before it: twenty + five, two hundred + ten."""
    room = 100 if value % 100 == 0 else 10 if value % 10 == 0 and value % 100 >= 20 else 0
    return value > 0 and 0 < number < room


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


def _simplified(text: str) -> str:
    converted: str = _converter().convert(text)
    return converted

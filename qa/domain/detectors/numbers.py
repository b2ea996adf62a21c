"""Numbers in one form: spoken or written, Chinese or English, as the digits that one would write.

一百二十三, "one hundred and twenty three" and 123 become ``1 2 3``; a telephone number read out digit by digit,
"double four" or 幺 among them, stays the digits that were said. Every token is read a bounded number of times,
so the cost grows with the tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

PERCENT = "%"
POINT = "."
ORDINAL = "th"

_HAN_DIGITS = {han: value for value, han in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "幺": 1,
}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
_HAN_SCALES = {"万": 10**4, "亿": 10**8}

_UNITS = {
    word: value
    for value, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    )
} | {"nought": 0}
_TEENS = {
    word: value
    for value, word in enumerate(
        (
            *("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen"),
            *("seventeen", "eighteen", "nineteen"),
        ),
        start=10,
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate(
        ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"), start=2
    )
}
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        (
            *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
            *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth"),
            *("sixteenth", "seventeenth", "eighteenth", "nineteenth"),
        ),
        start=1,
    )
} | {"twentieth": 20, "thirtieth": 30}
_WORDS_OF_THEIR_OWN = frozenset(("first", "second"))
"""Ordinals that are more often something else: "first of all", "one second"."""

_TIMES = {"double": 2, "triple": 3, "treble": 3}
_OH = frozenset(("oh", "o"))
_SHARE = tuple("百分之")
_WHOLE = (tuple("百分百"), tuple("百分之百"))
_POINTS = frozenset(("point", "点"))
_ALL_SCALES = {**_HAN_SCALES, **_SCALES}

_BEGINS = frozenset(
    (
        *_HAN_DIGITS,
        *("十", "百", "点"),
        *_UNITS,
        *_TEENS,
        *_TENS,
        *_ORDINALS,
        *_TIMES,
        *_OH,
        *("a", "point", "per"),
    )
)
_TEN = 10
_HUNDRED = 100
_NO_UNIT = 10**12
"""More than any unit: that none was said yet."""

_Read = tuple[tuple[str, ...], int]
"""What is written for some tokens, and where the next one begins."""


def may_hold_number(tokens: Sequence[str]) -> bool:
    """Whether there is anything among some tokens that ``in_digits`` would look at twice."""
    return not _BEGINS.isdisjoint(tokens) or any(token[0].isdigit() for token in tokens)


def in_digits(tokens: Sequence[str]) -> Iterator[tuple[tuple[str, ...], int]]:
    """Write the numbers among the tokens of one sentence in digits.

    Args:
        tokens: Chinese characters, lower-case English words, and runs of digits, which may hold a decimal
            point or end in ``th``.

    Yields:
        What is written, and how many of the tokens it stands for: one digit a token, ``.`` between the
        parts of a decimal, ``%`` after a percentage, ``th`` after an ordinal; other tokens as they are.
    """
    place = digits = 0
    while place < len(tokens):
        token = tokens[place]
        if token not in _BEGINS and not token[0].isdigit():
            yield (token,), 1
            digits = 0
            place += 1
            continue
        written, end = _read(tokens, place, digits)
        yield written, end - place
        digits = digits + len(written) if written[0][0].isdigit() or written[0] == POINT else 0
        place = end


def _read(tokens: Sequence[str], at: int, digits: int) -> _Read:
    """Read where a number may begin; ``digits`` is how many were written just before it."""
    token = tokens[at]
    if token in ("百", "per"):
        found = _percentage(tokens, at, digits)
    elif token in _POINTS:
        found = ((POINT,), at + 1) if digits and _is_number(_at(tokens, at + 1)) else None
    elif token in _OH:
        found = (("0",), at + 1) if _is_zero(tokens, at, digits) else None
    elif token in _TIMES:
        repeated = _unit(_at(tokens, at + 1))
        found = None if repeated is None else ((str(repeated),) * _TIMES[token], at + 2)
    else:
        found = _number(tokens, at)
    return found or ((token,), at + 1)


def _at(tokens: Sequence[str], place: int) -> str:
    return tokens[place] if place < len(tokens) else ""


def _is_number(said: str) -> bool:
    """Whether a number may begin with a token, or go on with it."""
    numerals = (_HAN_DIGITS, _UNITS, _TEENS, _TENS, _OH)
    return said[:1].isdigit() or said == "十" or any(said in words for words in numerals)


def _unit(token: str) -> int | None:
    """The value of one digit as it is read out."""
    if token in _OH:
        return 0
    if len(token) == 1 and token.isdigit():
        return int(token)
    value = _UNITS.get(token)
    return _HAN_DIGITS.get(token) if value is None else value


def _is_zero(tokens: Sequence[str], at: int, digits: int) -> bool:
    """Whether "oh" is a digit: among others, and not what people say before they speak."""
    if digits > 1:
        return True
    following = _at(tokens, at + 1)
    if digits:
        return _is_number(following) or following in _TIMES
    return _unit(following) is not None and _unit(_at(tokens, at + 2)) is not None


def _percentage(tokens: Sequence[str], at: int, digits: int) -> _Read | None:
    """百分之二十, 百分百, and "per cent" after a number."""
    if tokens[at] == "per":
        return ((PERCENT,), at + 2) if digits and _at(tokens, at + 1) == "cent" else None
    for whole in _WHOLE:
        if tuple(tokens[at : at + len(whole)]) == whole:
            return (*"100", PERCENT), at + len(whole)
    share = at + len(_SHARE)
    if tuple(tokens[at:share]) != _SHARE or not _is_number(_at(tokens, share)):
        return None
    written, end = _number(tokens, share) or ((tokens[share],), share + 1)
    fraction, end = _fraction(tokens, end)
    return (*written, *((POINT, *fraction) if fraction else ()), PERCENT), end


def _number(tokens: Sequence[str], at: int) -> _Read | None:
    """A number, with its decimals where 万 or "million" follows them and makes it a whole one."""
    token = tokens[at]
    whole, mark, decimals = token.partition(POINT)
    if mark:
        return _scaled(tokens, whole, decimals, at + 1) or ((*whole, POINT, *decimals), at + 1)
    if token[0].isdigit() and not token.isdigit():
        return (*token.removesuffix(ORDINAL), ORDINAL), at + 1
    chinese, english = _chinese(tokens, at), _english(tokens, at)
    if chinese is not None and (english is None or chinese[1] > english[1]):
        value, end, ordinal = *chinese, False
    elif english is not None:
        value, end, ordinal = english
    else:
        return None
    # What was written in digits keeps its zeros: 007 is no 7.
    plain = (*token,) if end == at + 1 and token.isdigit() else (*str(value),)
    if ordinal:
        return (*plain, ORDINAL), end
    fraction, after = _fraction(tokens, end)
    return (_scaled(tokens, "".join(plain), fraction, after) if fraction else None) or (plain, end)


def _fraction(tokens: Sequence[str], at: int) -> tuple[str, int]:
    """The decimals read out after "point", and where they end; none and where they would begin."""
    if _at(tokens, at) not in _POINTS:
        return "", at
    read = []
    end = at + 1
    while (digit := _unit(_at(tokens, end))) is not None:
        read.append(str(digit))
        end += 1
    return ("".join(read), end) if read else ("", at)


def _scaled(tokens: Sequence[str], whole: str, decimals: str, at: int) -> _Read | None:
    """三点五万 in whole, where a scale follows the decimals and is larger than they are fine."""
    scale = _ALL_SCALES.get(_at(tokens, at), 0)
    if scale < 10 ** len(decimals):
        return None
    return (*str(int(whole + decimals) * scale // 10 ** len(decimals)),), at + 1


def _chinese(tokens: Sequence[str], at: int) -> tuple[int, int] | None:
    """A number as Chinese builds it, 一万二 and 两千零五 among them, and where it ends."""
    total, scale, end = 0, _NO_UNIT, at
    while (section := _section(tokens, end, scale)) is not None:
        value, end = section
        following = _HAN_SCALES.get(_at(tokens, end), scale)
        if following >= scale:
            return total + value, end
        total, scale, end = total + value * following, following, end + 1
    return (total, end) if end > at else None


def _section(tokens: Sequence[str], at: int, scale: int) -> tuple[int, int] | None:
    """The part of a Chinese number that one scale counts, and where it ends.

    Args:
        tokens: The tokens.
        at: Where the part begins.
        scale: The scale said before it, ``_NO_UNIT`` at the beginning of a number.
    """
    value, unit, end = 0, _NO_UNIT, at
    while True:
        begun = bool(value) or scale < _NO_UNIT
        place = end + (begun and _han_value(_at(tokens, end)) == 0)
        step = _counted(tokens, place, unit, first=not begun)
        if step is None:
            break
        value, unit, end = value + step[0], step[1], place + step[2]
    smallest = unit if value else scale
    worth = smallest // _TEN if begun and place == end else 1
    digit = _last(tokens, place, scale, worth, first=not begun)
    if digit is None:
        return (value, end) if end > at else None
    return value + digit, place + 1


def _counted(
    tokens: Sequence[str], at: int, unit: int, *, first: bool
) -> tuple[int, int, int] | None:
    """A digit with its unit below the one before: their value, the unit, and the tokens they take."""
    if _at(tokens, at) == "十" and unit > _TEN:
        return _TEN, _TEN, 1
    digit = _han_value(_at(tokens, at))
    counts = _HAN_UNITS.get(_at(tokens, at + 1), unit)
    if not digit or counts >= unit or (digit >= _TEN and not first):
        return None
    return digit * counts, counts, 2


def _last(tokens: Sequence[str], at: int, scale: int, worth: int, *, first: bool) -> int | None:
    """What the digit at the end of a part counts: the 二 of 一万二 is 2000, of 十二 it is 2.

    None where the digit begins another number: the 三 of 二十三十, and the 二 of 一百二三.
    """
    digit, following = _han_value(_at(tokens, at)), _at(tokens, at + 1)
    if digit is None or (not digit and not first) or following in _HAN_UNITS:
        return None
    if digit >= _TEN:
        return digit if first or digit >= worth else None
    if worth > 1 and _is_number(following) and _HAN_SCALES.get(following, scale) >= scale:
        return None
    return digit * worth


def _han_value(said: str) -> int | None:
    """The value of a Chinese digit, or of a number that was written in digits."""
    return int(said) if said.isascii() and said.isdigit() else _HAN_DIGITS.get(said)


def _english(tokens: Sequence[str], at: int) -> tuple[int, int, bool] | None:
    """A number as English builds it, where it ends, and whether it is an ordinal."""
    if tokens[at] == "a":
        if _at(tokens, at + 1) not in _SCALES:
            return _hundreds(tokens, at)
        found: tuple[int, int, bool] | None = (1, at + 1, False)
    else:
        found = _hundreds(tokens, at)
    if found is None:
        return None
    value, end, ordinal = found
    total, least = 0, _NO_UNIT
    while not ordinal and _SCALES.get(_at(tokens, end), least) < least:
        least = _SCALES[tokens[end]]
        total, value, end = total + value * least, 0, end + 1
        onward = _hundreds(tokens, end + (_at(tokens, end) == "and"))
        if onward is None or onward[0] >= least or _SCALES.get(_at(tokens, onward[1]), 0) >= least:
            break
        value, end, ordinal = onward
    return total + value, end, ordinal


def _hundreds(tokens: Sequence[str], at: int) -> tuple[int, int, bool] | None:
    """A number below 10,000 said in hundreds and what follows them."""
    if _at(tokens, at) == "a" and _at(tokens, at + 1) == "hundred":
        found: tuple[int, int, bool] | None = (1, at + 1, False)
    else:
        found = _tens(tokens, at)
    if found is None or found[2] or not found[0] or _at(tokens, found[1]) != "hundred":
        return found
    value, end = _HUNDRED * found[0], found[1] + 1
    rest = _tens(tokens, end + (_at(tokens, end) == "and"))
    if rest is None or not 0 < rest[0] < _HUNDRED or _at(tokens, rest[1]) == "hundred":
        return value, end, False
    return value + rest[0], rest[1], rest[2]


def _tens(tokens: Sequence[str], at: int) -> tuple[int, int, bool] | None:
    """A number below 100, or a run of digits, where it ends, and whether it is an ordinal."""
    token, following = _at(tokens, at), _at(tokens, at + 1)
    if token in _TENS:
        if _UNITS.get(following):
            return _TENS[token] + _UNITS[following], at + 2, False
        if _ORDINALS.get(following, _TEN) < _TEN and following != "second":
            return _TENS[token] + _ORDINALS[following], at + 2, True
        return _TENS[token], at + 1, False
    if token in _ORDINALS and token not in _WORDS_OF_THEIR_OWN:
        return _ORDINALS[token], at + 1, True
    if token.isascii() and token.isdigit():
        return int(token), at + 1, False
    value = _UNITS.get(token, _TEENS.get(token))
    return None if value is None else (value, at + 1, False)

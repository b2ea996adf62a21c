"""Long numbers that are read out, digit by digit, and whether they are a card's or a person's."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from qa.domain.detectors.clauses import Around, word_set

Number = Literal["card", "identity"]
NUMBERS: tuple[Number, ...] = ("card", "identity")

APART = 4
"""Tokens such as "嗯" or "dash" that may stand between two groups of one number."""

APART_S = 8.0
"""Seconds between two groups of one number: the other party writes it down."""

MAYBE = 0.4
"""Quality of a number that may be one, for a person to settle."""

MISHEARD = 0.9
"""Quality of a number of the right length under its own name whose check digit does not fit."""

_DIGITS = "0123456789"
_FILLERS = frozenset("嗯啊呃额然后再就是的空格横杠那接着面下来号哦") | word_set(
    "dash hyphen space then and uh um er okay next so followed by"
)
_CHECK_LETTER = frozenset(("x", "叉", "ex"))
_BEFORE_LETTER = frozenset("最后一1位是大写小字母的尾数个末") | word_set(
    "and then letter capital the last one is an a"
)

_CARD_WORDS = re.compile(
    r"(?<!会员)(?<!积分)(?<!购物)(?<!礼品)(?<!充值)(?<!电话)(?<!手机)(?<!流量)(?<!医保)(?<!社保)(?<!就诊)(?<!储值)卡号|"
    r"银行卡|信用卡|储蓄卡|借记卡|贷记卡|[这那]张卡|绑定?的卡|"
    r"(?<! membership)(?<! member)(?<! loyalty)(?<! gift)(?<! library)(?<! rewards)(?<! store)(?<! sim) card |"
    r" (?:visa|mastercard|amex|unionpay) "
)
_IDENTITY_WORDS = re.compile(
    r"身份证|证件号|证件号码|身份号码|护照| (?:identity|id|identification) (?:card |number |document )| national id |"
    r" resident id | passport | aadhaar | aadhar | national insurance | ni number | driving licence | driver is license "
)
_SSN_WORDS = re.compile(r" social security | your social | ssn | s s n ")
_AADHAAR_WORDS = re.compile(r" aadhaar | aadhar ")
_NRIC_WORDS = re.compile(r" nric | fin number ")
_OTHER_WORDS = re.compile(
    r"订单|单号|运单|快递|物流|流水|工单|保单|合同|序列|设备号|电话|手机|发票|税号|批次|追踪|取件|条码|会员|积分|充值|礼品|受理|"
    r"编号|交易号|参考号|串号|宽带|表号|户号| (?:order|tracking|reference|ticket|case|invoice|serial|phone|mobile|confirmation|"
    r"booking|policy|contract|shipment|parcel|membership|loyalty|gift|imei|iccid|sim|receipt|consignment|transaction id|"
    r"telephone|meter|barcode|isbn|model) "
)

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_ID_PLAIN = re.compile(
    r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])[0-9]{4}"
    r"(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}"
)
_ISSUERS = re.compile(r"4|5[0-8]|6|3[0-689]|3[47]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720|9558|35")
_CARD_LENGTHS = range(13, 20)
_USUAL_LENGTHS = range(16, 20)
_NEAR_LENGTHS = (12, 20, 21)
_SSN_LENGTH = 9
_NRIC_LENGTH = 7
"""Digits of a Singapore identity number, between its two letters."""
_NRIC_FIRST = frozenset("stfgm")
_AADHAAR_LENGTH = 12
_LETTERED_LENGTHS = range(6, 10)
"""Digits of passports, licences and national insurance numbers, with a letter or two beside them."""
_ID_LENGTH = 18
_MOST = 30
"""Digits beyond which it is no number that anybody has."""


@dataclass(frozen=True, slots=True)
class Read:
    """A number that was read out: its first and last token, and what was said of it.

    Attributes:
        digits: The digits, an ``X`` at the end where one was said.
        before: What was said before it, near enough to name it.
        after: What was said after it.
        letters: Single letters that were said right before and right after the digits.
    """

    first: int
    last: int
    digits: str
    before: str
    after: str
    letters: tuple[str, str]

    def quality(self, wanted: Sequence[Number]) -> float:
        """How sure it is that this is one of the numbers that may not be read out, 0-1; 0 where it is none."""
        rated = [0.0]
        if "identity" in wanted:
            rated.append(self._identity())
        if "card" in wanted:
            rated.append(self._card())
        return max(rated)

    def _identity(self) -> float:
        """Of any number that a state or an insurance knows a person by."""
        return max(self._resident(), self._short_identity(), self._lettered())

    def _resident(self) -> float:
        """Of a resident identity number (GB 11643, check by ISO 7064 MOD 11-2)."""
        named = self._named(_IDENTITY_WORDS)
        length = len(self.digits)
        if _ID_PLAIN.match(self.digits) is None:
            return MAYBE if named and length in (15, 17, 18, 19) else 0.0
        if length != _ID_LENGTH:
            return MAYBE if named and length in (17, 19) else 0.0
        if self.digits[-1] == identity_check(self.digits):
            return 1.0 if named else MAYBE if self._other() else 0.95
        # Province, birthday and length do not come by chance; one misheard digit breaks the check.
        return MISHEARD if named else 0.0 if self._other() else MAYBE

    def _short_identity(self) -> float:
        """Of a number that its name alone tells: social security, NRIC and FIN, Aadhaar."""
        names = {
            _SSN_LENGTH: _SSN_WORDS,
            _NRIC_LENGTH: _NRIC_WORDS,
            _AADHAAR_LENGTH: _AADHAAR_WORDS,
        }
        words = names.get(len(self.digits))
        return 0.95 if words and self._named(words) else 0.0

    def _lettered(self) -> float:
        """Of a number with letters beside it: NRIC and FIN, passports, licences, national insurance."""
        first, last = self.letters
        named = self._named(_IDENTITY_WORDS)
        if len(self.digits) == _NRIC_LENGTH and first in _NRIC_FIRST and last:
            return 0.95 if named else 0.0 if self._other() else MAYBE
        return MAYBE if named and len(self.digits) in _LETTERED_LENGTHS and (first or last) else 0.0

    def _card(self) -> float:
        """Of a payment card's number (ISO/IEC 7812, check by Luhn)."""
        digits = self.digits.rstrip("X")
        named = self._named(_CARD_WORDS)
        if len(digits) in _CARD_LENGTHS and luhn(digits):
            if self._other():
                return MAYBE if _CARD_WORDS.search(self.before + self.after) else 0.0
            return 1.0 if named else MAYBE
        if len(digits) > _CARD_LENGTHS[-1] and _ISSUERS.match(digits):
            # Something else is read out in the same breath, such as when the card expires.
            card = any(luhn(digits[:length]) for length in _USUAL_LENGTHS)
            return (0.9 if named else MAYBE) if card and not self._other() else 0.0
        if named and len(digits) in _USUAL_LENGTHS:
            # One misheard digit breaks the check; a card's name and its whole length do not come by chance.
            return MISHEARD
        if len(digits) in _USUAL_LENGTHS and _ISSUERS.match(digits) and not self._other():
            return MAYBE
        near = len(digits) in _CARD_LENGTHS or len(digits) in _NEAR_LENGTHS
        return MAYBE if near and named else 0.0

    def _named(self, words: re.Pattern[str]) -> bool:
        """Whether the nearest name for a number is one of some words."""
        own = _last(words, self.before)
        if own >= 0:
            return own > _last(_OTHER_WORDS, self.before)
        return _OTHER_WORDS.search(self.before) is None and words.search(self.after) is not None

    def _other(self) -> bool:
        """Whether the nearest name is that of a number anybody may read out."""
        other = _last(_OTHER_WORDS, self.before)
        secret = max(_last(_CARD_WORDS, self.before), _last(_IDENTITY_WORDS, self.before))
        if other >= 0 or secret >= 0:
            return other > secret
        return _OTHER_WORDS.search(self.after) is not None


def _last(words: re.Pattern[str], text: str) -> int:
    return max((found.start() for found in words.finditer(text)), default=-1)


def luhn(digits: str) -> bool:
    """Whether the last digit checks the others (ISO/IEC 7812-1, annex B)."""
    doubled = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    values = [int(digit) for digit in reversed(digits)]
    return sum(values[0::2] + [doubled[value] for value in values[1::2]]) % 10 == 0


def identity_check(digits: str) -> str:
    """The check character of a resident identity number's first 17 digits."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _ID_WEIGHTS, strict=False))
    return _ID_CHECKS[total % 11]


def numbers_read(around: Around, inner: frozenset[int], shortest: int) -> Iterator[Read]:
    """Numbers of so many digits at least that begin among some tokens."""
    positions = around.stream.positions
    places = sorted(place for digit in _DIGITS for place in positions.get(digit, ()))
    groups: list[list[int]] = []
    for place in places:
        if groups and _goes_on(around, groups[-1][-1], place):
            groups[-1].append(place)
        else:
            groups.append([place])
    for group in groups:
        if shortest <= len(group) <= _MOST and group[0] in inner:
            yield _read(around, group)


def _goes_on(around: Around, last: int, place: int) -> bool:
    """Whether a digit belongs to the number that the one before it is of."""
    tokens = around.stream.tokens
    between = tokens[last + 1 : place]
    return (
        len(between) <= APART
        and tokens[place].start_s - tokens[last].end_s <= APART_S
        and all(token.text in _FILLERS for token in between)
    )


def _read(around: Around, group: Sequence[int]) -> Read:
    tokens = around.stream.tokens
    digits = "".join(tokens[place].text for place in group)
    last = group[-1]
    letter = last + 1
    while letter < min(last + 8, len(tokens)) and tokens[letter].text in _BEFORE_LETTER:
        letter += 1
    if letter < len(tokens) and tokens[letter].text in _CHECK_LETTER and letter <= last + 8:
        digits, last = digits + "X", letter
    return Read(
        group[0],
        last,
        digits,
        around.said(max(0, group[0] - 24), group[0]),
        around.said(last + 1, min(last + 10, len(tokens))),
        (
            _letter(tokens[group[0] - 1].text if group[0] else ""),
            _letter(tokens[group[-1] + 1].text if group[-1] + 1 < len(tokens) else ""),
        ),
    )


def _letter(token: str) -> str:
    """A token that is one Latin letter; an empty text for any other."""
    return token if len(token) == 1 and token.isascii() and token.isalpha() else ""

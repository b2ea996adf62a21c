"""Numbers that are read out: whose they are, told by their digits and the words beside them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qa.domain.call import Role
from qa.domain.detectors.base import Answer, Case, Finding
from qa.domain.detectors.privacy_readout import HIDDEN, PrivacyReadout
from qa.domain.detectors.read_numbers import identity_check, luhn

CaseOf = Callable[..., Case]

CARD = "6222021234567894"
LONG_CARD = "6222021234567890128"
AMEX = "378282246310005"
IDENTITY = "110105199003070009"
IDENTITY_X = "11010519900307005X"
WRONG_CARD = "6222021234567895"
WRONG_IDENTITY = "110105199003070008"

_ZH = dict(zip("0123456789X", "零幺二三四五六七八九叉", strict=True))
_EN = dict(
    zip(
        "0123456789X",
        ["oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "X"],
        strict=True,
    )
)


def zh(number: str) -> str:
    return "".join(_ZH[digit] for digit in number)


def en(number: str) -> str:
    return " ".join(_EN[digit] for digit in number)


def read(case_of: CaseOf, text: str) -> Finding:
    """What is found where the customer reads out everything, and the agent one text."""
    customer = f"C: 我的卡号是{CARD} 身份证{IDENTITY} my card is {CARD}"
    return PrivacyReadout().find(case_of(f"A: 您好 hello\n{customer}\nA: {text}\nC: 好 okay"))


@pytest.mark.parametrize("number", [CARD, LONG_CARD, AMEX, "4111111111111111"])
def test_the_last_digit_of_a_card_checks_the_others(number: str) -> None:
    assert luhn(number)
    assert not luhn(number[:-1] + str((int(number[-1]) + 1) % 10))


@pytest.mark.parametrize("number", [IDENTITY, IDENTITY_X, "11010519491231002X"])
def test_the_last_character_of_an_identity_number_checks_the_others(number: str) -> None:
    assert identity_check(number) == number[-1]


@pytest.mark.parametrize(
    "text",
    [
        f"您的卡号是{zh(CARD)}",
        f"卡号{CARD}对吗",
        f"您的银行卡是{zh(LONG_CARD)}",
        f"Your card number is {en(CARD)}",
        f"您订单里的银行卡号是{zh(CARD)}",
        f"your card number is six two double two {en(CARD[4:])}",
        f"您的卡号是{zh(WRONG_CARD)}",
        f"your card number is {en(WRONG_CARD)}",
        f"身份证号是{zh(WRONG_IDENTITY)}",
        f"your card number is {en(CARD)} and it expires oh nine twenty eight",
        f"身份证号是{zh(IDENTITY)}",
        f"身份证号是{zh(IDENTITY_X)}",
        f"身份证号是{zh(IDENTITY_X[:-1])}，最后一位是X",
        f"您的身份证{IDENTITY}",
        f"{IDENTITY[:6]} {IDENTITY[6:14]} {IDENTITY[14:]}是吧",
        f"your ID number is {en(IDENTITY_X)}",
        "your social security number is one two three four five six seven eight nine",
        "I have one here with NRIC number S one two three four five six seven D",
    ],
)
def test_a_whole_number_that_is_read_out_is_found(case_of: CaseOf, text: str) -> None:
    finding = read(case_of, text)
    assert finding.answer is Answer.YES
    assert finding.certainty.detector >= 0.9
    assert {clip.speaker for clip in finding.evidence} == {Role.AGENT}


@pytest.mark.parametrize(
    "text",
    [
        f"您的卡号是{zh(CARD[:-2])}",
        f"身份证号是{zh(IDENTITY[:-1])}",
        f"so that's {CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:]}",
        "six two double two oh two one two three four five six seven eight nine four",
        f"that's {en(AMEX)}",
        f"好的，{CARD[:4]}，嗯，{CARD[4:8]}，{CARD[8:12]}，{CARD[12:]}",
        "your voucher code is 4111111111111111",
        "您的优惠券兑换码是4111111111111111",
        f"是{zh('0000000000000000')}",
        f"订单对应的卡号，订单号{zh(CARD)}",
    ],
)
def test_a_number_that_may_be_one_is_for_a_person(case_of: CaseOf, text: str) -> None:
    finding = read(case_of, text)
    assert (finding.answer, finding.reason.code) == (Answer.UNSURE, "unsure.privacy_readout")


@pytest.mark.parametrize(
    "text",
    [
        f"您的订单号是{CARD}",
        f"您的订单号是{WRONG_CARD}",
        f"tracking number {en(CARD)}",
        f"your order number is {en(CARD)}",
        "您的电话是幺三八零零幺三八零零零",
        "卡号尾号是一二三四",
        "退款一共是一千二百三十四块五",
        "your card ending in 1234",
        "快递单号是1234567890123",
        "服务号码是4008208820",
        "您卡号的后四位是一二三四，手机号是一三八零零一三八零零零",
        "order number is 4000 1234 5678 9010",
        "流水号二零二六一一二二一二三四五六七八",
        "会员卡号六二二二零二一二三四五六七八九四",
        "you can call us on 1 800 555 0199",
        "二零二六年十一月二十二日",
    ],
)
def test_other_numbers_may_be_read_out(case_of: CaseOf, text: str) -> None:
    assert read(case_of, text).answer is Answer.NO


def test_only_the_numbers_that_a_rubric_names_count(case_of: CaseOf) -> None:
    case = case_of(f"A: 您的卡号是{CARD}\nC: 好")
    assert PrivacyReadout(("identity",)).find(case).answer is Answer.NO
    assert PrivacyReadout(("card",)).find(case).answer is Answer.YES


def test_a_number_read_in_parts_while_the_other_listens_is_whole(case_of: CaseOf) -> None:
    parts = [zh(CARD[at : at + 4]) for at in range(0, 16, 4)]
    script = "A: 您的卡号是\nC: 嗯\n" + "".join(f"A: {part}\nC: 嗯\n[1.5]\n" for part in parts)
    assert PrivacyReadout().find(case_of(script)).answer is Answer.YES


def test_the_proof_does_not_repeat_the_number(case_of: CaseOf) -> None:
    finding = read(case_of, f"您的卡号是{CARD}，对吗。谢谢")
    assert [clip.quote for clip in finding.evidence] == [f"您的卡号是 {HIDDEN} 对吗。"]
    doubtful = read(case_of, f"您的卡号是{WRONG_CARD}")
    assert WRONG_CARD not in doubtful.evidence[0].quote


def test_a_number_by_an_unknown_voice_is_for_a_person(case_of: CaseOf) -> None:
    finding = PrivacyReadout().find(case_of(f"A: 您好\nU: 卡号{CARD}\nA: 好"))
    assert (finding.answer, finding.reason.code) == (Answer.UNSURE, "unsure.speaker")

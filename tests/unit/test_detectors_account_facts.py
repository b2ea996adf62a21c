"""Facts of somebody's account that the agent tells, and what only sounds like one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qa.domain.detectors.account_facts import AccountFacts
from qa.domain.detectors.account_words import FACTS, Fact
from qa.domain.detectors.base import Answer, Case

CaseOf = Callable[..., Case]

TOLD: tuple[tuple[Fact, str], ...] = (
    ("balance", "您的余额是一百二十元"),
    ("balance", "您账户里还有三千块"),
    ("balance", "系统显示您的可用额度是五万元"),
    ("balance", "您的余额是三千二百元"),
    ("balance", "我可以看到您的余额是三千元"),
    ("balance", "我帮您查了一下余额，是三千二"),
    ("balance", "您可以查余额，您的余额是五十元"),
    ("balance", "your balance is 45 pounds"),
    ("balance", "I can check your balance, it is 45 pounds"),
    ("balance", "Your balance is 120 dollars"),
    ("balance", "your available credit is two thousand dollars"),
    ("balance", "you have 300 dollars left in your account"),
    ("due_amount", "您目前的欠费是五十八块六"),
    ("due_amount", "您的最低还款额是两千三百元"),
    ("due_amount", "您本期的账单一共是三百二十元"),
    ("due_amount", "You still owe 45 pounds"),
    ("due_amount", "The minimum payment due is 35 dollars on your card"),
    ("transaction", "您昨天有一笔消费三百五十元"),
    ("transaction", "I can see a 40 dollar charge on your card"),
    ("transaction", "you were charged 25 dollars on Monday"),
    ("address", "您的收货地址是北京市海淀区中关村大街五号"),
    ("address", "包裹寄到您家，寄到人民路八号三栋"),
    ("address", "The shipping address is 12 Baker Street, is that right?"),
    ("identity", "您身份证的后四位是五六七八对吗"),
    ("identity", "机主是王小明对吗"),
    ("identity", "您的出生日期是一九九零年三月"),
    ("identity", "Your date of birth is March 5th"),
    ("phone", "您登记的手机号尾号是一二三四"),
    ("phone", "the phone number on your account ends in 5 5 1 2"),
)
NOT_TOLD = (
    "您的余额是多少",
    "请问您的地址是哪里",
    "麻烦您报一下身份证号",
    "请您核对一下身份证后四位",
    "如果余额低于一百元会停机",
    "每笔转账收五元手续费",
    "我们的地址是北京市海淀区五号",
    "退货地址是广州市天河区一号",
    "您的订单三天内就能到",
    "订单号是一二三四五六",
    "您可以在手机上查余额",
    "您可以在手机银行里查余额，大概要两分钟。",
    "您想查余额的话，发送短信到10086就行。",
    "您查余额有两种方法",
    "You can check your balance in the app, it takes 2 minutes.",
    "To check your balance call 10086",
    "请问是王先生吗",
    "退款三到五天到账",
    "您等我五分钟",
    "您有三个选择",
    "What is your balance",
    "can you confirm your address please",
    "Our office address is 12 Baker Street",
    "I need your date of birth",
    "There is a 5 dollar fee for each transfer",
    "It will arrive in 3 to 5 days",
    "you have 30 days to return it",
    "your order number is 12345",
    "I'll send it to your address",
    "we will transfer you to billing",
    "you have 2 options",
)


@pytest.mark.parametrize(("fact", "text"), TOLD)
def test_a_fact_with_its_value_is_told(case_of: CaseOf, fact: Fact, text: str) -> None:
    case = case_of(f"A: 您好 hello\nC: 你好 hi\nA: {text}\nC: 好 okay")
    assert AccountFacts().find(case).answer is Answer.YES
    assert AccountFacts((fact,)).find(case).answer is Answer.YES


@pytest.mark.parametrize("text", NOT_TOLD)
def test_what_is_asked_or_said_of_everybody_is_no_fact(case_of: CaseOf, text: str) -> None:
    customer = "我的余额是三百元 my balance is 300 dollars"
    case = case_of(f"A: 您好 hello\nC: {customer}\nA: {text}\nC: 好 okay")
    assert AccountFacts().find(case).answer is Answer.NO


@pytest.mark.parametrize(
    "text",
    [
        "您的余额如果是五十元就会停机",
        "余额是五十元",
        "您的余额在APP里显示是三千元",
        "if your balance is under 50 dollars there is a charge",
    ],
)
def test_what_may_be_said_of_others_is_for_a_person(case_of: CaseOf, text: str) -> None:
    finding = AccountFacts().find(case_of(f"A: 您好 hello\nC: 你好 hi\nA: {text}\nC: 好"))
    assert (finding.answer, finding.reason.code) == (Answer.UNSURE, "unsure.account_facts")


@pytest.mark.parametrize(
    ("customer", "agent"),
    [
        ("我的地址是北京市海淀区中关村大街五号", "您的地址是北京市海淀区中关村大街五号对吗"),
        ("我被扣了三百五十元", "您昨天消费三百五十元对吗"),
        ("My address is 12 Baker Street", "so your address is 12 Baker Street, is that right?"),
    ],
)
def test_repeating_what_the_customer_said_tells_nothing(
    case_of: CaseOf, customer: str, agent: str
) -> None:
    told = case_of(f"A: 您好 hello\nC: 你好 hi\nA: {agent}\nC: {customer}")
    assert AccountFacts().find(told).answer is Answer.YES
    repeated = case_of(f"A: 您好 hello\nC: {customer}\nA: {agent}\nC: 对 yes")
    assert AccountFacts().find(repeated).answer is Answer.NO


def test_every_fact_can_be_told_in_both_languages() -> None:
    for fact in FACTS:
        texts = [text for name, text in TOLD if name == fact]
        assert any(text.isascii() for text in texts)
        assert not all(text.isascii() for text in texts)


def test_a_fact_by_an_unknown_voice_is_for_a_person(case_of: CaseOf) -> None:
    finding = AccountFacts().find(case_of("A: 您好\nU: 您的余额是三百元\nA: 好"))
    assert (finding.answer, finding.reason.code) == (Answer.UNSURE, "unsure.speaker")

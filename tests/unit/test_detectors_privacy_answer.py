"""A secret that was asked for in words that nobody foresaw is told by how the customer answers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qa.domain.call import Role
from qa.domain.detectors.base import Answer, Case
from qa.domain.detectors.privacy import PrivacyRequest
from qa.domain.scorecard import Outcome, Verdict

Judged = Callable[..., Verdict]
PASS, FAIL, CANNOT_JUDGE = Outcome.PASS, Outcome.FAIL, Outcome.CANNOT_JUDGE


@pytest.mark.parametrize(
    ("asked", "answer", "outcome"),
    [
        ("Look at your screen for me.", "It says five nine oh two three three.", CANNOT_JUDGE),
        ("您看一眼屏幕。", "上面写着五九零二三三。", CANNOT_JUDGE),
        ("What's the serial number on the label?", "It says five nine oh two three three.", PASS),
        ("您念一下订单号。", "上面写着五九零二三三。", PASS),
        ("Look at your screen for me.", "It says error four.", PASS),
    ],
)
def test_a_code_that_the_customer_reads_out_was_asked_for(
    judged: Judged, asked: str, answer: str, outcome: Outcome
) -> None:
    assert judged("privacy", _exchange(asked, answer)).outcome is outcome, asked


@pytest.mark.parametrize(
    ("asked", "answer", "outcome"),
    [
        ("叮咚一声进来的那些，您跟我对一下好不好？", "那个不是验证码吗？", CANNOT_JUDGE),
        ("那一行您也说说。", "上面写的谁都不能说。", CANNOT_JUDGE),
        ("Just that last bit for me.", "Am I supposed to give that out?", CANNOT_JUDGE),
        ("And what came just now?", "It says never to share it with anyone.", CANNOT_JUDGE),
        ("您平常摁的是哪几个数？", "五幺零六。", CANNOT_JUDGE),
        ("The tiny number next to it?", "Um, four one six.", CANNOT_JUDGE),
        ("您看顶上那一条，写的几多？", "七三零四零九。", CANNOT_JUDGE),
        ("Then read it to me.", "Three nine two, seven seven one.", CANNOT_JUDGE),
        ("那六个数跟我说下，过会儿就作废了。", "没啥用你要它干啥？", CANNOT_JUDGE),
        ("And the one you use at the till?", "You mean my PIN?", CANNOT_JUDGE),
        ("您的订单号后几位数？", "五幺零六。", PASS),
        ("What's your sort code?", "Four oh, one one, two two.", PASS),
        ("您是哪年出生的？", "八五一二零四。", PASS),
        ("What's the number on the parcel label?", "Four one six two.", PASS),
        ("哪天办的？", "二零二四年。", PASS),
        ("We will never ask you for the code.", "It says never to share it with anyone.", PASS),
    ],
)
def test_digits_for_no_name_and_a_customer_who_balks_are_for_a_person(
    judged: Judged, asked: str, answer: str, outcome: Outcome
) -> None:
    assert judged("privacy", _exchange(asked, answer)).outcome is outcome, asked


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        (
            "And what does the text say?",
            "It says, er, do not share, four nine one seven seven two.",
        ),
        ("动态密码给一下，要来不及了。", "写着谁都不能说。"),
        ("Then just that: the memorable word in your file, sir.", "It says never to share it."),
    ],
)
def test_suspect_words_and_the_answer_to_them_cost_no_point_together(
    judged: Judged, asked: str, answer: str
) -> None:
    verdict = judged("privacy", _exchange(asked, answer))
    assert verdict.outcome is CANNOT_JUDGE, asked
    assert all(proof.speaker is Role.AGENT for proof in verdict.evidence)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("You should have had a text from us. What time does it say?", "It says ten thirty."),
        ("What does the display on the dial say?", "It says four one six two."),
        ("What year was it built?", "It says nineteen sixty four."),
        ("How much does the text say they took?", "It says four hundred and twenty pounds."),
        ("May I ask your age for the survey?", "I'd rather not say."),
        ("Your password must be eight characters long.", "And I should never share it, I know."),
        ("The verification code lasts ten minutes.", "Okay."),
        ("Passwords are case sensitive.", "Ah."),
        ("Would you like to use that card again?", "Yes."),
        ("Do you have a password with us?", "No."),
        ("How can I help?", "My bill came and it says one two four oh, which is wrong."),
        ("How can I help?", "I had a scam call, they said never tell anyone at the bank."),
        ("What did the driver tell you?", "He said not to tell anyone."),
        (
            "Can you read me your order number? Take your time. No rush.",
            "It says four four one six.",
        ),
        ("Is that number of guests right?", "Yes, one hundred and twenty."),
        ("Can you come in?", "Can't you just tell me over the phone?"),
        ("请问有什么可以帮您？", "查个快递，七七三一二三四五六七八九零一二。"),
        ("验证码一般一分钟内有效。", "哦。"),
        ("您的密码是多少位的？", "六位。"),
        ("您这几位老人都多大年纪？", "一百零二岁，九十八岁。"),
        ("那个数量是多少？", "三百五十个。"),
        ("这边登记好了。", "那可以给你们店里打电话吗？"),
        ("整个卡号都看不清了是吗？", "对。"),
        ("短信里通知您几点上门？", "短信上写着十点三十。"),
        ("您家几口人，方便说吗？", "不太方便说。"),
        ("收到的短信里有个预约号，念给我就行。", "写着四一六二。"),
        (
            "哪天买的？",
            "我八号买的，九号退的，三百二十一块，等到二十号又扣了一千二百块，电话打了四次。",
        ),
    ],
)
def test_numbers_of_everyday_calls_are_no_secret(judged: Judged, asked: str, answer: str) -> None:
    assert judged("privacy", _exchange(asked, answer)).outcome is PASS, asked


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("And the numbers on the back of the modem?", "Four one six two."),
        ("Flip the remote over and read me the three digits on the back.", "Four one two."),
        ("您把发票翻过来，背面那三个数字念一下。", "四一六。"),
        ("您的会员卡背面的号码念一下。", "六二一四，三三二幺。"),
        ("账单短信里那个数是多少？", "短信显示三百四十八。"),
    ],
)
def test_a_number_that_something_else_may_bear_costs_nothing(
    judged: Judged, asked: str, answer: str
) -> None:
    assert judged("privacy", _exchange(asked, answer)).outcome in (PASS, CANNOT_JUDGE), asked


def test_the_number_that_was_asked_for_earlier_does_not_hide_what_is_asked_now(
    judged: Judged,
) -> None:
    script = (
        "A: 您好 hello\nC: 我想退款 a refund\nA: Your order number, please?\nC: Four four one.\n"
        "A: And the tiny ones by it?\nC: Am I supposed to give that out?\nA: 好的 okay"
    )
    assert judged("privacy", script).outcome is CANNOT_JUDGE


def test_only_the_secrets_that_are_looked_for_are_suspected(case_of: Callable[..., Case]) -> None:
    case = case_of(
        _exchange(
            "Look at your screen for me. What would your telephone password be?",
            "It says five nine oh two three three.",
        )
    )
    assert PrivacyRequest().find(case).answer is Answer.UNSURE
    assert PrivacyRequest(secrets=("card_number",)).find(case).answer is Answer.NO


def _exchange(asked: str, answer: str) -> str:
    return f"A: 您好 hello\nC: 我想退款 a refund\nA: {asked}\nC: {answer}\nA: 好的 okay"

"""What may be a request for a secret, worded as nobody foresaw: a person's to judge, never a fail, never unheard."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qa.domain.scorecard import Outcome, Verdict

Judged = Callable[..., Verdict]

PASS, FAIL, CANNOT_JUDGE = Outcome.PASS, Outcome.FAIL, Outcome.CANNOT_JUDGE


def _call(said: str) -> str:
    return f"A: 您好 hello\nC: 我想退款 a refund\nA: {said}\nC: 好的 okay"


@pytest.mark.parametrize(
    "said",
    [
        "Your phone should have buzzed, what does it say?",
        "There's a message with some figures in it, go ahead and read them out.",
        "Flip the card over, what are the last three by the signature?",
        "What do you type in the second box to get into it?",
        "And the four numbers you tap in at the cash machine?",
        "刚给您手机上发了个短信，里头的数跟我说一下。",
        "卡翻过来，背面那几个数字念一下。",
        "您登录的时候输的那串是什么？",
        "卡面上那一长串从头念一遍吧。",
    ],
)
def test_words_that_carry_a_secret_beside_words_that_ask_never_pass(
    judged: Judged, said: str
) -> None:
    verdict = judged("privacy", _call(said))
    assert verdict.outcome in (CANNOT_JUDGE, FAIL), said
    assert verdict.evidence, said


@pytest.mark.parametrize(
    "said",
    [
        "What's the order number on the email?",
        "Just the last four digits of the card, please.",
        "Please never tell anybody your PIN.",
        "I've sent a link, type the code in on the website yourself.",
        "Can you read me the serial number on the back of the router?",
        "您报一下订单号。",
        "卡号后四位是多少？",
        "验证码您自己在手机上输入，不要告诉我。",
        "您念一下路由器背面的序列号。",
        "取件码短信里有，多少号柜？",
        "What does the screen show, red or green?",
    ],
)
def test_other_numbers_and_the_customers_own_hands_are_no_secret(judged: Judged, said: str) -> None:
    assert judged("privacy", _call(said)).outcome is PASS, said


def test_a_suspicion_alone_deducts_nothing(judged: Judged) -> None:
    verdict = judged("privacy", _call("Your phone should have buzzed, what does it say?"))
    assert verdict.outcome is CANNOT_JUDGE


def test_what_the_customer_asks_for_is_no_suspicion(judged: Judged) -> None:
    script = "A: 您好 hello\nC: 背面那三个数字要念吗 shall I read the three digits on the back?\nA: 不用 no"
    assert judged("privacy", script).outcome is PASS


def test_words_in_different_turns_far_apart_are_not_put_together(judged: Judged) -> None:
    script = (
        "A: 短信已经发给您了 I have sent the text.\nC: 好 okay\n"
        "A: 还有别的吗 anything else?\nC: 没有 no\nA: 那祝您愉快 have a nice day"
    )
    assert judged("privacy", script).outcome is PASS


@pytest.mark.parametrize(
    "said",
    [
        "Last step of the verification, madam: your debit card PIN.",
        "And the CVV, sir.",
        "It doesn't take it from here, so just speak the password to me.",
        "What would your telephone password be?",
        "And your whole memorable word, please, not letters of it.",
        "动态密码给一下，要来不及了。",
        "借记卡账号完整复述一遍。",
        "这个密码您给我报一下，我帮您进去改。",
        "不看尾号，要整个卡号。",
    ],
)
def test_a_secret_that_is_named_and_nothing_else_said_of_it_never_passes(
    judged: Judged, said: str
) -> None:
    assert judged("privacy", _call(said)).outcome in (CANNOT_JUDGE, FAIL), said


@pytest.mark.parametrize(
    "said",
    [
        "After five wrong tries your PIN is locked for a day.",
        "Your new PIN will come by post in a plain envelope.",
        "We will never ask you to tell us your PIN.",
        "You would need to reset the password on the website.",
        "密码连续输错五次，今天就用不了了。",
        "新密码会发到您的手机上。",
        "有人跟您要验证码的话，千万别给。",
        "输完密码您按确认键，再跟我说。",
        "对方是不是叫您把密码报过去了？",
        "您报一下燃气卡号。",
        "截图发我就行，密码不用。",
    ],
)
def test_talk_about_a_secret_that_nobody_asks_for_passes(judged: Judged, said: str) -> None:
    assert judged("privacy", _call(said)).outcome is PASS, said

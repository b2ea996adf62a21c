"""The privacy criterion of the shipped rubric, over good and bad calls in both languages.

Texts are what a recogniser gives: homophones, missing punctuation, names split in two.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qa.domain.call import Role
from qa.domain.scorecard import Outcome, Verdict

Judged = Callable[..., Verdict]

PASS, FAIL = Outcome.PASS, Outcome.FAIL
NOT_APPLICABLE = Outcome.NOT_APPLICABLE
CANNOT_JUDGE, NOT_MEASURABLE = Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE


@pytest.mark.parametrize(
    "said",
    [
        "麻烦您把银行卡的完整卡号报给我",
        "请报一下您的信用卡卡号",
        "您的银行卡号是多少",
        "卡号十六位都要报全",
        "请您提供一下信用卡背面的三位安全码",
        "把您收到的验证码告诉我",
        "您把验证码念一下",
        "麻烦说一下您的登录密码",
        "我需要您的支付密码",
        "短信验证码发给我",
        "您别着急，把验证码报给我就行",
        "CVV是多少",
        "Can you read me the full card number?",
        "What's your password?",
        "I need the security code on the back of your card.",
        "Read me the six digit code, please.",
        "Could you give me your PIN?",
        "Read me the 6th digit code please",
        "Tell me the verification code we sent you.",
        "May I have the sixteen digits on your card?",
        "I'll need the three digits on the back.",
        "Can I take your card number, please?",
        "Please confirm your password for me.",
        "And the code you just received?  Give me the code you just received.",
        "您直接念卡面上那串号码给我就行",
        "还有有效期，以及背面签名条旁边那三个数字。",
        "刚才给您手机发了条短信，里头有六个数，您报一下。",
        "那您平时取钱输的那六个数是什么？",
        "我给您发个码，收到以后读给我。",
        "Could I trouble you for the card number, all the way across?",
        "I'll need the four numbers you key in at the shop as well.",
        "You should've just got a text from us, it's got six numbers in it. What are they?",
        "And your login password, so I can open the account?",
        "All I need is those three little digits on the back, by the signature strip.",
    ],
)
def test_asking_for_a_secret_fails(judged: Judged, said: str) -> None:
    verdict = judged("privacy", f"A: 您好 hello\nC: 我要退款 a refund\nA: {said}\nC: 啊 oh")
    assert verdict.outcome is FAIL, said
    assert verdict.evidence[0].speaker is Role.AGENT


@pytest.mark.parametrize(
    "said",
    [
        "麻烦您报一下订单号的后四位",
        "请提供一下银行卡号的后四位",
        "您报一下卡号的尾号就可以",
        "请报一下卡号，后四位就行",
        "您的卡号尾号是多少",
        "我们不会向您索要密码和验证码",
        "请不要把验证码告诉任何人",
        "验证码千万不要告诉别人",
        "您是忘记密码了吗，我帮您重置密码",
        "您输入密码之后点确定就可以",
        "验证码已经发给您了，您收到了吗",
        "请报一下您的会员卡号",
        "请您报一下订单号",
        "您手机号码是多少",
        "您提供的卡号不正确",
        "您不需要提供卡号给我",
        "登录需要验证码",
        "您家无线密码是多少，我远程看一下",
        "What's your wifi password? I mean the router's.",
        "退款会退到您原来的卡上",
        "Could you give me the last four digits of your card number?",
        "We will never ask for your password.",
        "Please don't share the code with anyone.",
        "Can I have your order number?",
        "Could you tell me your postcode?",
        "I can help you reset your password.",
        "What's your membership card number?",
        "Can you confirm the card number ending in 4321?",
        "I'm sending you a verification code now.",
        "Did you get the verification code?",
        "Never give your PIN to anybody, please.",
        "You don't need to tell me your card number.",
        "Your password has expired.",
        "Could you read me the error code?",
        "Can I take your account number and the date of birth?",
        "以后有人冒充我们问您卡背面三位数，您都别给。",
        "快递短信里的取货码您说一下。",
        "路由器背面那串序列号念一下。",
        "您在手机上输入验证码，好了告诉我一声。",
        "What's the number on the back of the router?",
        "You'll need your PIN to collect the parcel.",
        "I'll send a code to your phone, just enter it on the page, please.",
        "Anyone who asks for the three digits on the back is a scammer.",
    ],
)
def test_what_is_no_request_for_a_secret_never_fails(judged: Judged, said: str) -> None:
    verdict = judged(
        "privacy",
        f"A: 您好 hello\nC: 我的卡号是多少密码给你 what's your password, give me your card number\nA: {said}\nC: 好 okay",
    )
    assert verdict.outcome is PASS, said


def test_a_card_that_may_be_no_payment_card_is_for_a_person(judged: Judged) -> None:
    verdict = judged("privacy", "A: 您好\nC: 我要查积分\nA: 请报一下您的卡号\nC: 好")
    assert verdict.outcome is CANNOT_JUDGE
    assert verdict.reason.code == "doubt.detector"

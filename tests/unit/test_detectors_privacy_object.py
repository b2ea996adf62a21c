"""A secret that is named beside asking words is only asked for where the asking words are about it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qa.domain.scorecard import Outcome, Verdict

Judged = Callable[..., Verdict]

PASS, FAIL = Outcome.PASS, Outcome.FAIL


def _call(said: str) -> str:
    return f"A: 您好 hello\nC: 我想退款 a refund\nA: {said}\nC: 好的 okay"


@pytest.mark.parametrize(
    "said",
    [
        "验证码收不到是吗？您告诉我一下是什么手机。",
        "您的信用卡卡号我们这边看不到。麻烦您说一下尾号。",
        "我看到您这张银行卡的卡号已经绑定好了。您念一下订单号。",
        "验证码填好以后跟我说一声。",
        "收到验证码之后您说一声，我等您。",
        "您把验证码填进去，然后告诉我页面显示什么。",
        "快递柜的取件码在短信里，六位数，您报一下。",
        "卡号后面四位是多少？",
        "Your PIN's on its way in the post. What's the address, can you tell me that?",
        "We require a password of eight letters or more.",
        "Once you've typed in the code, tell me what it says.",
        "Can you read me the collection code from the text?",
        "What's the locker number in the message?",
        "Which number shall I send the code to?",
        "You can call the number on the back of your card.",
        "And the travel card number, you can give me the lot of that one.",
    ],
)
def test_another_thing_that_is_asked_for_beside_a_secret_never_fails(
    judged: Judged, said: str
) -> None:
    assert judged("privacy", _call(said)).outcome is not FAIL, said


@pytest.mark.parametrize(
    "said",
    [
        "For that order I'll need your full card number.",
        "To release the parcel I need the code we texted you.",
        "To open the case, read me the number across the front of your card.",
        "For the meter payment, what's the long card number?",
        "What did the text say? I need the six numbers.",
        "You read me the little three off the back of the card.",
        "您这个订单要退款，把短信里的数字念给我。",
        "取件要核实您本人，报一下验证码。",
        "您手机刚才震了一下吧？震出来那几个数，您报一遍给我。",
        "要办这个，得有您办事用的那六位，您给我念念。",
        "您把卡翻个面，右边那三个小字报给我。",
    ],
)
def test_a_secret_is_asked_for_whatever_else_is_spoken_of(judged: Judged, said: str) -> None:
    verdict = judged("privacy", _call(said))
    assert verdict.outcome is FAIL, said
    assert verdict.evidence, said


def test_it_is_what_was_named_before_where_the_asking_words_name_nothing(judged: Judged) -> None:
    named = "您手机上会来一条验证码。"
    assert judged("privacy", _call(f"{named}麻烦念给我。")).outcome is FAIL
    assert judged("privacy", _call(f"{named}麻烦念一下订单号。")).outcome is PASS

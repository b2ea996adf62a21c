"""A secret is asked for only where the agent asks for it, for the agent to hear, and where the secret is meant."""

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
        "You'll need your PIN to use the card abroad.",
        "You need your password to log in.",
        "They'll need the verification code from the app.",
        "Your bank will just need the one-time code.",
        "The website will also need your card number.",
        "When you travel you'll also need your PIN.",
        "Would you like the verification code again?",
        "系统会要您的验证码，您自己填就好。",
        "银行要您的卡号才能退。",
        "柜员会核对您的密码。",
        "网站会核对您的密码。",
        "他们要您的卡号是为了退款。",
    ],
)
def test_what_another_needs_is_not_asked_for_here(judged: Judged, said: str) -> None:
    assert judged("privacy", _call(said)).outcome is not FAIL, said


@pytest.mark.parametrize(
    "said",
    [
        "I'm just going to need your PIN.",
        "We'll also need the verification code from the app.",
        "Okay brilliant just need your card number.",
        "To finish that just need your password.",
        "Thank you just need the PIN now.",
        "My manager will need your card number.",
        "The refund will need your card number.",
        "You'll need to give me your PIN.",
        "我们需要您的验证码。",
        "需要您的支付密码。",
        "退款要您的银行卡号。",
        "银行卡号需要核对一下，您说一下。",
        "其他信息没问题，密码报一下。",
    ],
)
def test_what_the_agents_side_needs_is_asked_for(judged: Judged, said: str) -> None:
    assert judged("privacy", _call(said)).outcome is FAIL, said


@pytest.mark.parametrize(
    "said",
    [
        "要是收不到验证码，您告诉我一下。",
        "没收到验证码的话跟我说一下。",
        "验证码要是不来您就告诉我一声。",
        "万一没收到验证码，跟我说一声。",
        "If the password fails, give me a call.",
        "If your password gets locked, just give me a shout.",
        "If you don't get the verification code, tell me.",
        "Before you reset the PIN, can I have a look?",
    ],
)
def test_to_be_told_that_a_secret_went_astray_is_not_to_be_told_it(
    judged: Judged, said: str
) -> None:
    assert judged("privacy", _call(said)).outcome is not FAIL, said


@pytest.mark.parametrize(
    "said",
    [
        "如果没收到货，把银行卡号报给我，我退款。",
        "要是收到验证码了，您念给我。",
        "If you don't have the app, read me the verification code from the text.",
        "If that's okay, give me your password.",
    ],
)
def test_a_condition_about_something_else_leaves_the_request(judged: Judged, said: str) -> None:
    assert judged("privacy", _call(said)).outcome is FAIL, said


@pytest.mark.parametrize(
    "said",
    [
        "您银行卡号多少呀？",
        "密码多少啊？",
        "信用卡卡号多少来着？",
        "来，验证码。",
        "Let me know the verification code when it arrives.",
        "Let me know the password and I'll log in.",
    ],
)
def test_a_request_in_passing_is_a_request(judged: Judged, said: str) -> None:
    assert judged("privacy", _call(said)).outcome is FAIL, said


@pytest.mark.parametrize(
    "said",
    [
        "Let me know what the code is.",
        "Let me know the code when it comes.",
        "Text me the code, would you?",
        "So what code did they send you?",
        "验证码收到了吗？念给我。",
        "验证码那一栏您填的是什么？",
        "What have you got in the password box?",
    ],
)
def test_a_code_that_may_be_any_never_passes_unheard(judged: Judged, said: str) -> None:
    assert judged("privacy", _call(said)).outcome in (CANNOT_JUDGE, FAIL), said


@pytest.mark.parametrize(
    "said",
    [
        "What's the password for, the app or the website?",
        "What are the password rules?",
        "What is the card number field showing you?",
        "What's the new PIN delivery address?",
        "What was the problem with the password?",
        "登录密码那一栏，下面写的是什么？",
        "密码规则是什么您知道吗？",
        "Do you get a message after the password? What does it say?",
        "Could I have your PIN, I mean the meter point number?",
    ],
)
def test_a_name_that_only_tells_more_of_another_thing_never_fails(
    judged: Judged, said: str
) -> None:
    assert judged("privacy", _call(said)).outcome is not FAIL, said


@pytest.mark.parametrize(
    "said",
    ["What's the password for the account?", "What's the PIN for the card?", "登录密码是什么？"],
)
def test_what_a_secret_is_for_may_follow_its_name(judged: Judged, said: str) -> None:
    assert judged("privacy", _call(said)).outcome is FAIL, said


@pytest.mark.parametrize(
    "said",
    [
        "门禁密码是多少？师傅上门要用。",
        "单元门的密码是多少？",
        "快递柜的验证码是多少？",
        "丰巢的取件验证码是多少？",
        "What's the access code for the building?",
        "What's the security code for the gate?",
        "Could you read me the pin code of your area for delivery?",
        "What's your pin code so I can check whether we deliver there?",
        "完整的号码报一下，带区号。",
        "订单号全部数字念一遍。",
        "Can I take your full number, with the area code?",
        "Could I take the promo code you got by text?",
        "Could you read the three digits on the back of the tyre?",
        "您把SIM卡背面的那串数字念给我。",
        "验证码您念给骑手听就行。",
        "Please read the code to the driver, not to me.",
        "The code's in your text, give it to the courier at the door.",
        "验证码收到了吗？",
        "密码收到了吗？",
    ],
)
def test_doors_lockers_other_numbers_and_other_ears_are_no_matter(
    judged: Judged, said: str
) -> None:
    assert judged("privacy", _call(said)).outcome is PASS, said


@pytest.mark.parametrize(
    "said",
    [
        "For the card payment, give me the whole number.",
        "您银行卡的完整的号码报一下。",
        "Give me the PIN so I can give it to the driver.",
        "您把验证码报给我，我转给快递员。",
        "验证码报一下，给师傅用。",
        "Can I have the password to your bank?",
    ],
)
def test_a_card_spoken_of_or_the_agents_own_ear_makes_it_a_request(
    judged: Judged, said: str
) -> None:
    assert judged("privacy", _call(said)).outcome is FAIL, said


@pytest.mark.parametrize("said", ["Can I take the full number please?", "完整的号码报一下。"])
def test_a_full_number_of_nothing_that_was_named_is_a_persons_to_judge(
    judged: Judged, said: str
) -> None:
    assert judged("privacy", _call(said)).outcome is CANNOT_JUDGE, said

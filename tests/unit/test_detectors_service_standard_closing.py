"""The closing criteria of the shipped rubric, over good and bad calls in both languages.

Texts are what a recogniser gives: homophones, missing punctuation, names split in two.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qa.domain.call import CallRecord, EndedBy
from qa.domain.scorecard import Outcome, Verdict

Judged = Callable[..., Verdict]

PASS, FAIL = Outcome.PASS, Outcome.FAIL
NOT_APPLICABLE = Outcome.NOT_APPLICABLE
CANNOT_JUDGE, NOT_MEASURABLE = Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE

HELLO = "A: 您好\nC: 你好"


TALK = "A: 您好 hello\nC: 我的快递呢 where is it\nA: 明天到 it comes tomorrow\nC: 知道了 I see\n"


@pytest.mark.parametrize(
    "said",
    [
        "感谢您的来电",
        "感些您的来电",
        "谢谢您的耐心等待",
        "非常感谢您的配合，再见",
        "辛苦您跑一趟",
        "Thank you for calling, bye.",
        "Thanks for your patience today.",
        "We really appreciate your time.",
    ],
)
def test_thanking_at_the_end_passes(judged: Judged, said: str) -> None:
    assert judged("thanks", f"{TALK}A: {said}\nC: 再见 bye").outcome is PASS, said


@pytest.mark.parametrize(
    "said",
    ["不用谢，再见", "好的，就这样", "I think you should wait.", "Right, bye.", "行了挂了啊"],
)
def test_ending_without_thanks_fails_though_the_customer_thanks(judged: Judged, said: str) -> None:
    assert judged("thanks", f"{TALK}C: 谢谢你 thank you\nA: {said}\nC: 谢谢 thanks").outcome is FAIL


@pytest.mark.parametrize(
    "said",
    [
        "请问您对我的服务还满意吗",
        "您对本次服务满意吗",
        "稍后请您对我的服务进行评价",
        "麻烦您给我打个分",
        "挂机后请参与满意度调查",
        "您对这次的处理满意么",
        "对我们的服务还慢意吗",
        "Are you happy with how I handled this today?",
        "How would you rate my service, from one to ten?",
        "You'll get a short survey after this call.",
        "On a scale of one to five, how did I do?",
        "Were you satisfied with the help you got?",
        "Have I answered all your questions today?",
    ],
)
def test_asking_about_satisfaction_passes(judged: Judged, said: str) -> None:
    verdict = judged("satisfaction_question", f"{TALK}A: {said}\nC: 满意 yes")
    assert verdict.outcome is PASS, said


@pytest.mark.parametrize(
    "said",
    [
        "请问还有其他可以帮您的吗",
        "您看这样可以吗",
        "给您说一下，明天会送到",
        "请您对照一下订单",
        "Is there anything else I can help you with?",
        "Are you happy to wait?",
        "Can you rate? No, the interest rate is four percent.",
        "Is that okay for you?",
    ],
)
def test_anything_else_is_not_a_question_about_satisfaction(judged: Judged, said: str) -> None:
    verdict = judged(
        "satisfaction_question", f"{TALK}A: {said}\nC: 我很满意 I am satisfied with the service"
    )
    assert verdict.outcome is FAIL, said


@pytest.mark.parametrize(
    "said",
    [
        "祝您生活愉快",
        "再见",
        "在见",
        "祝您工作顺利，拜拜",
        "好的，您慢走",
        "Goodbye.",
        "Have a great rest of your day.",
        "Take care now.",
        "Bye-bye.",
        "Enjoy your weekend!",
    ],
)
def test_a_goodbye_passes(judged: Judged, said: str) -> None:
    assert judged("farewell", f"{TALK}A: {said}\nC: 好 okay").outcome is PASS, said


@pytest.mark.parametrize(
    "said", ["行了就这样", "挂了啊", "我给你转了", "Yeah, whatever.", "That's it.", "Is that all?"]
)
def test_an_ending_without_a_goodbye_fails_though_the_customer_says_it(
    judged: Judged, said: str
) -> None:
    verdict = judged("farewell", f"{TALK}A: {said}\nC: 再见祝你生活愉快 goodbye have a nice day")
    assert verdict.outcome is FAIL, said


@pytest.mark.parametrize(
    ("ended_by", "outcome"),
    [
        (EndedBy.CUSTOMER, PASS),
        (EndedBy.AGENT, FAIL),
        (EndedBy.UNKNOWN, NOT_MEASURABLE),
    ],
)
def test_who_hung_up_is_the_call_records_word(
    judged: Judged, ended_by: EndedBy, outcome: Outcome
) -> None:
    verdict = judged("customer_hangs_up_first", HELLO, record=CallRecord("c", ended_by=ended_by))
    assert verdict.outcome is outcome

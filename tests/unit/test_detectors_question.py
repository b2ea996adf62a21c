"""Questions and their forms, as a recogniser writes them: mostly without a question mark."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qa.domain.call import Role
from qa.domain.detectors.base import Answer, Case, Finding
from qa.domain.detectors.phrases import compile_phrases
from qa.domain.detectors.question import Question
from qa.domain.detectors.question_form import Form

CaseOf = Callable[..., Case]

OPEN = (
    "请问您的订单号是多少",
    "您是什么时候买的",
    "您贵姓",
    "请问您的订单号",
    "那您现在用的是哪个型号呢",
    "麻烦您说一下是什么问题",
    "您看一下是哪个灯在亮",
    "怎么称呼您",
    "我想了解一下您是什么时候下单的",
    "为什么要退呢",
    "您一共买了几件",
    "发票抬头写什么",
    "What is your order number",
    "At what stage does the payment fail?",
    "okay so what seems to be the problem",
    "And when did you place the order",
    "How many devices do you have",
    "Could you tell me what the order number is",
    "which model do you have",
    "how long has it been like that",
    "so what colour is the light on the router",
    "where should we send it",
    "who am I speaking with",
    "what kind of phone are you using",
)
CLOSED = (
    "您是要退货还是换货",
    "光猫的灯是红的还是绿的",
    "您用的是无线还是有线",
    "您收到短信了吗",
    "您是不是开了飞行模式",
    "方不方便说一下地址",
    "您有没有重启过路由器",
    "您收到货了没有",
    "您重启过设备没有",
    "您方便接电话么",
    "请问您是王先生吗",
    "Have you tried turning it off and on",
    "did you receive the text",
    "Is the light green",
    "Can I have your order number",
    "Would you like a refund or a replacement",
    "okay and are you at home now",
    "thank you and did it work before",
    "Is it raining",
    "You ordered it yesterday?",
    "Isn't it under warranty",
)
CONFIRMATIONS = (
    "您是说路由器没到，对吗",
    "您是想查物流，是吧",
    "您的意思是要退款，对不对",
    "您昨天下的单吧",
    "跟您确认一下，地址是人民路八号对吗",
    "也就是说您没有收到货是吗",
    "so you'd like to change the address, is that right",
    "You want a refund for the kettle, correct?",
    "You were charged twice, weren't you",
    "You ordered it yesterday, right",
    "It stopped this morning, did it",
    "So the order came on Monday, right?",
    "Did I get that right",
)
STATEMENTS = (
    "没什么，不客气",
    "我帮您查一下是什么原因",
    "我看一下有没有货",
    "如果您有什么问题可以随时联系我们",
    "不管什么时候都可以打电话",
    "我们什么都能办",
    "好吧，那就这样",
    "我给您登记一下吧",
    "这就是为什么要重启",
    "我不知道是怎么回事",
    "您先重启一下路由器吧",
    "过几天就到了",
    "差不多三天就能到",
    "我去核实一下是否已经发货",
    "我告诉您怎么操作",
    "这个要看您是什么套餐",
    "这样吧，我给您退款",
    "what I can do is send a new one",
    "I will check what is going on",
    "when you receive it call us",
    "that is how it works",
    "which is why we replaced it",
    "I see what the problem is",
    "Should you have any further questions, call us",
    "That's right.",
    "All right.",
    "let me see what is happening here",
    "we will have you back online soon",
    "I know how you feel",
    "the customer who is waiting",
    "so do I",
    "I do not know why it was cancelled",
    "怎么操作我已经发给您了。",
    "这款还是不行",
    "但是网络还是很慢",
    "We did it.",
    "Yes, right.",
    "I will do it if you can",
    "喂？",
    "Hello?",
)


def asks(case_of: CaseOf, text: str, form: Form = "any") -> Answer:
    return Question(form=form).find(case_of(f"A: {text}\nC: 好的 okay")).answer


@pytest.mark.parametrize("text", OPEN)
def test_a_question_that_asks_what_or_how_is_open(case_of: CaseOf, text: str) -> None:
    assert asks(case_of, text, "open") is Answer.YES
    assert asks(case_of, text) is Answer.YES


@pytest.mark.parametrize("text", CLOSED)
def test_a_question_to_be_answered_yes_or_no_is_closed(case_of: CaseOf, text: str) -> None:
    assert asks(case_of, text, "closed") is Answer.YES
    assert asks(case_of, text, "open") is Answer.NO


@pytest.mark.parametrize("text", CONFIRMATIONS)
def test_a_question_whether_something_said_is_right_is_a_confirmation(
    case_of: CaseOf, text: str
) -> None:
    assert asks(case_of, text, "confirmation") is Answer.YES
    assert asks(case_of, text, "closed") is Answer.YES


@pytest.mark.parametrize("text", CLOSED)
def test_a_closed_question_alone_confirms_nothing(case_of: CaseOf, text: str) -> None:
    restated = {"You ordered it yesterday?", "Isn't it under warranty"}
    assert text in restated or asks(case_of, text, "confirmation") is Answer.NO


@pytest.mark.parametrize("text", STATEMENTS)
def test_question_words_in_a_statement_ask_nothing(case_of: CaseOf, text: str) -> None:
    assert asks(case_of, text) is Answer.NO


@pytest.mark.parametrize(
    "text",
    [
        "我帮您查一下是什么原因？",
        "这边显示是什么套餐",
        "灯亮着还是灭了",
        "您选的那款还是有货",
        "It stopped this morning did it",
        "You ordered yesterday right",
        "I will check what is going on?",
    ],
)
def test_what_only_may_be_a_question_is_for_a_person(case_of: CaseOf, text: str) -> None:
    assert asks(case_of, text) is Answer.UNSURE


FORMULAE = ("(有|还有)什么*(帮|可以|需要)", "满意", "how (can|may) i help", "anything else")


def formula_free(case_of: CaseOf, script: str, **facts: float) -> Finding:
    exceptions = compile_phrases(*FORMULAE)
    return Question(exceptions=exceptions).find(case_of(script, **facts))


@pytest.mark.parametrize(
    "text",
    [
        "您好云帆科技请问有什么可以帮您",
        "请您对服务做评价，满意吗",
        "Good morning, how can I help?",
        "Is there anything else I can help with?",
    ],
)
def test_a_formula_that_is_excepted_is_no_question(case_of: CaseOf, text: str) -> None:
    assert formula_free(case_of, f"A: {text}\nC: 好").answer is Answer.NO


@pytest.mark.parametrize(
    "text",
    [
        "您好请问有什么可以帮您您的订单号是多少",
        "Good morning how can I help and when did you buy it",
    ],
)
def test_a_formula_hides_no_question_beside_it(case_of: CaseOf, text: str) -> None:
    assert formula_free(case_of, f"A: {text}\nC: 好").answer is Answer.YES


def test_what_the_customer_asks_is_not_the_agents_question(case_of: CaseOf) -> None:
    script = "A: 您好\nC: 我的订单什么时候到？ When will it come?\nA: 明天到"
    assert Question().find(case_of(script)).answer is Answer.NO
    assert Question(Role.CUSTOMER).find(case_of(script)).answer is Answer.YES


def test_a_question_of_nobody_knows_whom_is_for_a_person(case_of: CaseOf) -> None:
    finding = Question().find(case_of("U: 您的订单号是多少\nA: 好的"))
    assert (finding.answer, finding.reason.code) == (Answer.UNSURE, "unsure.speaker")


def test_the_proof_is_the_sentence_that_asks(case_of: CaseOf) -> None:
    finding = Question().find(case_of("A: 好的。您的订单号是多少。谢谢\nC: 三零五"))
    assert [clip.quote for clip in finding.evidence] == ["您的订单号是多少。"]


def test_badly_recognised_questions_are_no_sure_ones(case_of: CaseOf) -> None:
    finding = Question().find(case_of("A: 您的订单号是多少\nC: 三", confidence=0.2))
    assert finding.certainty.recognition < 0.5

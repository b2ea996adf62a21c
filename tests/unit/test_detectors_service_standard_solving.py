"""The criteria of the shipped rubric about asking, feeling and solving, over good and bad calls in both languages.

Texts are what a recogniser gives: homophones, missing punctuation.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qa.domain.rubric import Rubric
from qa.domain.scorecard import Outcome, Verdict

Judged = Callable[..., Verdict]

PASS, FAIL = Outcome.PASS, Outcome.FAIL
CANNOT_JUDGE = Outcome.CANNOT_JUDGE
NOT_APPLICABLE = Outcome.NOT_APPLICABLE

ASKED = "A: 您好 hello\nC: 我的网断了 the internet is down\n"
NEW = {"questioning", "open_mind", "empathy", "clear_answer", "follow_up", "progress_feedback"}


def test_no_new_criterion_outweighs_an_old_one(standard: Rubric) -> None:
    new = [each.points for each in standard.criteria if each.id in NEW]
    old = [each.points for each in standard.criteria if each.id not in NEW]
    assert len(new) == len(NEW)
    assert max(new) <= min(old)
    assert sum((*new, *old)) == 100


def test_every_criterion_coaches_with_a_good_and_a_bad_example(standard: Rubric) -> None:
    for criterion in standard.criteria:
        assert criterion.bad_example is not None, criterion.id
        assert criterion.bad_example != criterion.example


# --- questioning, open mind --------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "请问您的订单号是多少",
        "光猫上的灯是红的还是绿的？",
        "订单号。",
        "您重启过没有",
        "When did it start?",
        "Is the light red or green?",
        "Claim number?",
    ],
)
def test_a_question_about_the_matter_passes(judged: Judged, said: str) -> None:
    assert judged("questioning", f"{ASKED}A: {said}\nC: 嗯 yes").outcome is PASS


@pytest.mark.parametrize(
    "said",
    [
        "请问还有什么可以帮您？",
        "您对我的服务满意吗？",
        "您稍等一下可以吗？",
        "你问我我问谁？",
        "Is there anything else I can help you with?",
        "May I put you on hold for a minute?",
        "Are you satisfied with the service today?",
    ],
)
def test_a_formula_is_no_question_about_the_matter(judged: Judged, said: str) -> None:
    assert judged("questioning", f"{ASKED}A: {said}\nC: 嗯 yes").outcome is FAIL


@pytest.mark.parametrize(
    "said",
    [
        "肯定是你自己弄坏的",
        "不用查就是您欠费了",
        "You must have typed it wrong.",
        "That'll be your router.",
    ],
)
def test_blame_before_any_question_fails_and_after_one_does_not(judged: Judged, said: str) -> None:
    assert judged("open_mind", f"{ASKED}A: {said}\nC: 不是 no").outcome is FAIL
    asked = f"{ASKED}A: 灯是什么颜色？ What colour is the light?\nC: 红的 red\nA: {said}\nC: 哦 oh"
    assert judged("open_mind", asked).outcome is PASS


def test_blame_by_the_customer_is_not_the_agents(judged: Judged) -> None:
    script = (
        f"{ASKED}C: 肯定是我自己弄坏的 I must have broken it\nA: 我先帮您查一下 let me check\nC: 好"
    )
    assert judged("open_mind", script).outcome is PASS


# --- empathy -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "points"),
    [
        ("实在抱歉，换谁都会生气的", 4.0),
        ("实在抱歉", 2.4),
        ("您的心情我理解", 2.4),
        ("I'm so sorry, I can see why you're annoyed.", 4.0),
        ("I'm sorry about that.", 2.4),
        ("That's far too long.", 2.4),
    ],
)
def test_empathy_is_graded(judged: Judged, said: str, points: float) -> None:
    verdict = judged("empathy", f"A: 您好 hello\nC: 气死我了 I am furious\nA: {said}\nC: 哼 well")
    assert (verdict.outcome, verdict.points) == (PASS, points)


@pytest.mark.parametrize(
    "said", ["不好意思请您再说一遍", "单号报一下", "Sorry, could you repeat that?", "Uh huh."]
)
def test_no_regret_for_a_customer_who_is_upset_again_and_again_fails(
    judged: Judged, said: str
) -> None:
    script = f"A: 您好 hello\nC: 气死我了 I am furious\nA: {said}\nC: 气死我了 I am furious"
    assert judged("empathy", script).outcome is FAIL


def test_one_sign_that_a_customer_is_upset_is_for_a_person(judged: Judged) -> None:
    script = "A: 您好 hello\nC: 气死我了 I am furious\nA: 单号报一下\nC: 哼 well"
    assert judged("empathy", script).outcome is CANNOT_JUDGE


def test_a_calm_customer_needs_no_comfort(judged: Judged) -> None:
    script = "A: 您好 hello\nC: 我想查一下流量 how much data have I left\nA: 还剩三个G three gigs\nC: 好 okay"
    assert judged("empathy", script).outcome is NOT_APPLICABLE


# --- answers, follow-up, progress --------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "可能吧，您过两天再打来问问",
        "这个不好说",
        "Hard to say, try again later.",
        "I'm not too sure.",
    ],
)
def test_evasion_alone_is_no_answer(judged: Judged, said: str) -> None:
    assert judged("clear_answer", f"{ASKED}A: {said}\nC: 啊 oh").outcome is FAIL


@pytest.mark.parametrize(
    "said",
    [
        "已经给您退了四十块",
        "原因不好说，不过已经修好了",
        "I've refunded forty pounds.",
        "It'll be there by Friday.",
    ],
)
def test_a_definite_result_is_an_answer(judged: Judged, said: str) -> None:
    assert judged("clear_answer", f"{ASKED}A: {said}\nC: 好 okay").outcome is PASS


@pytest.mark.parametrize(
    ("said", "points"),
    [
        ("这个我解决不了，我提交工单，技术部明天上午给您回电", 4.0),
        ("这个得派师傅，我登记了，会给您打电话", 2.4),
        ("I can't fix that from here, an engineer will call you tomorrow morning.", 4.0),
    ],
)
def test_a_promise_of_the_next_step_is_graded(judged: Judged, said: str, points: float) -> None:
    verdict = judged("follow_up", f"{ASKED}A: {said}\nC: 好 okay")
    assert (verdict.outcome, verdict.points) == (PASS, points)


@pytest.mark.parametrize(
    "said", ["这个我解决不了，我先记上", "I can't fix that from here. I've made a note of it."]
)
def test_what_is_left_open_fails_whatever_the_customer_promises(judged: Judged, said: str) -> None:
    script = f"{ASKED}A: {said}\nC: 我明天给你们打电话 I'll call you back tomorrow\nA: 嗯 right"
    assert judged("follow_up", script).outcome is FAIL


def test_what_is_settled_needs_no_follow_up(judged: Judged) -> None:
    assert (
        judged("follow_up", f"{ASKED}A: 已经修好了 it's fixed\nC: 好 okay").outcome
        is NOT_APPLICABLE
    )


@pytest.mark.parametrize(
    "back", ["让您久等了，查到了", "还在查，快了", "Thanks for holding.", "I've found it."]
)
def test_coming_back_after_a_wait_passes(judged: Judged, back: str) -> None:
    script = f"{ASKED}A: 请稍等 one moment please\nC: 好 okay\nA: {back}\nC: 嗯 right"
    assert judged("progress_feedback", script).outcome is PASS


def test_never_coming_back_fails_and_no_wait_does_not_apply(judged: Judged) -> None:
    away = (
        f"{ASKED}A: 请稍等 one moment please\nC: 好 okay\nA: 您要不要新套餐 a new plan\nC: 不要 no"
    )
    assert judged("progress_feedback", away).outcome is FAIL
    assert (
        judged("progress_feedback", f"{ASKED}A: 断了三天 three days\nC: 嗯").outcome
        is NOT_APPLICABLE
    )

"""The same thing said again and again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qa.domain.call import Role
from qa.domain.detectors.base import Answer, Case
from qa.domain.detectors.phrases import compile_phrases
from qa.domain.detectors.repetition import Repetition

CaseOf = Callable[..., Case]


def call(*said: str, who: str = "A") -> str:
    other = "C" if who == "A" else "A"
    return "\n".join(f"{who}: {text}\n{other}: 嗯 okay" for text in said)


@pytest.mark.parametrize(
    "said",
    [
        ("您先把路由器重启一下。", "您先把路由器重启一下吧。", "麻烦您先把路由器重启一下。"),
        ("这个我们真的没有办法处理", "这个我们真的没有办法处理", "这个我们真没有办法处理的"),
        (
            "Have you tried turning it off and on?",
            "Have you tried turning it off and then on?",
            "Well, have you tried turning it off and on?",
        ),
        (
            "There is nothing I can do.",
            "Sir there is nothing I can do.",
            "There's nothing I can do.",
        ),
    ],
)
def test_the_same_in_nearly_the_same_words_is_a_repetition(
    case_of: CaseOf, said: tuple[str, ...]
) -> None:
    finding = Repetition().find(case_of(call(*said)))
    assert finding.answer is Answer.YES
    assert finding.reason.params["count"] == 3
    assert len(finding.evidence) == 3
    assert Repetition(times=4).find(case_of(call(*said))).answer is Answer.NO


@pytest.mark.parametrize(
    "said",
    [
        ("好的", "好的", "好的好的", "好的"),
        ("好的没问题", "好的没问题", "好的，没问题", "没问题"),
        ("okay thank you", "Okay, thank you.", "okay thank you", "okay"),
        ("订单号是一二三对吗。", "订单号是四五六对吗。", "订单号是七八九对吗。"),
        ("请您报一下订单号", "请您报一下手机号", "请您说一下故障现象"),
        ("Your order is on its way to you", "Your refund is in your account", "You can keep it"),
        ("我帮您查一下", "我帮您登记好了", "您还有别的问题吗"),
    ],
)
def test_habits_and_sentences_of_one_pattern_are_none(
    case_of: CaseOf, said: tuple[str, ...]
) -> None:
    finding = Repetition().find(case_of(call(*said)))
    assert finding.answer is Answer.NO
    assert finding.searched is not None


def test_what_two_people_say_once_each_is_none(case_of: CaseOf) -> None:
    text = "您先把路由器重启一下"
    case = case_of(f"A: {text}\nC: {text}\nA: 好\nC: {text}\nA: {text}")
    assert Repetition().find(case).answer is Answer.NO
    assert Repetition(None).find(case).answer is Answer.NO
    assert Repetition(Role.CUSTOMER, times=2).find(case).answer is Answer.YES


def test_what_is_excepted_may_be_said_as_often_as_it_is_needed(case_of: CaseOf) -> None:
    case = case_of(call(*["请您稍等我查一下"] * 4))
    assert Repetition().find(case).answer is Answer.YES
    excepted = Repetition(exceptions=compile_phrases("稍等"))
    assert excepted.find(case).answer is Answer.NO


def test_the_less_alike_the_less_sure(case_of: CaseOf) -> None:
    same = Repetition(times=2).find(case_of(call(*["这个我们真的没有办法处理"] * 2)))
    alike = Repetition(times=2).find(
        case_of(call("这个我们真的没有办法处理", "这个我们真的是没有什么办法处理"))
    )
    assert same.certainty.detector == 1.0
    assert 0.8 <= alike.certainty.detector < 1.0

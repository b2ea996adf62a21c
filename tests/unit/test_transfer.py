from __future__ import annotations

import re

import pytest

from qa.domain.transcript import Word
from qa.domain.transfer import says_transfer, transferred_at


def words(text: str) -> tuple[Word, ...]:
    pieces = re.findall(r"[\u3400-\u9fff][，。？！]?|[^\s\u3400-\u9fff]+", text)
    return tuple(Word(0.3 * at, 0.3 * at + 0.3, one, 0.9) for at, one in enumerate(pieces))


@pytest.mark.parametrize(
    "text",
    [
        "请您稍等，我帮您转接技术部。",
        "我给您转到账单组。",
        "我为您转一下人工。",
        "这就替您转过去。",
        "马上帮您接通我们的专员。",
        "我帮你接到售后部门。",
        "I'll transfer you to our billing team.",
        "Let me put you through to a colleague.",
        "I am connecting you to a specialist.",
        "I'm going to pass you over to Anna.",
        "One moment while I transfer your call.",
        "I'll hand you over now.",
        "I'm going to hand you to our surveyor.",
    ],
)
def test_a_transfer_that_is_announced_is_heard(text: str) -> None:
    assert says_transfer(words(text))


@pytest.mark.parametrize(
    "text",
    [
        "您好，云帆科技，请问有什么可以帮您？",
        "请您稍等，我查一下。",
        "我把单号发给您。",
        "Could you put the order number in the box?",
        "I will send you the form.",
        "Please hold while I check that for you.",
        "",
    ],
)
def test_what_announces_no_transfer_is_none(text: str) -> None:
    assert not says_transfer(words(text))


def test_the_last_announcement_tells_when_the_call_was_passed_on() -> None:
    assert transferred_at(words("您好")) is None
    assert transferred_at(words("我帮您转接，请稍等")) == pytest.approx(5 * 0.3)
    again = "transferring you to sales. Sorry, transferring you to billing."
    assert transferred_at(words(again)) == pytest.approx(8 * 0.3)

"""The opening criteria of the shipped rubric, over good and bad calls in both languages.

Texts are what a recogniser gives: homophones, missing punctuation, names split in two.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from qa.domain.call import CallRecord, Direction, Role
from qa.domain.scorecard import Outcome, Verdict

Judged = Callable[..., Verdict]

PASS, FAIL = Outcome.PASS, Outcome.FAIL
NOT_APPLICABLE = Outcome.NOT_APPLICABLE
CANNOT_JUDGE, NOT_MEASURABLE = Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE

HELLO = "A: 您好\nC: 你好"


@pytest.mark.parametrize(
    ("facts", "outcome"),
    [
        ({"direction": Direction.INBOUND, "ring_seconds": 15.0}, PASS),
        ({"direction": Direction.INBOUND, "ring_seconds": 15.1}, FAIL),
        ({"direction": Direction.INBOUND, "rings": 3}, PASS),
        ({"direction": Direction.INBOUND, "rings": 4}, FAIL),
        ({"direction": Direction.INBOUND, "ring_seconds": 22.0, "rings": 3}, PASS),
        ({"direction": Direction.INBOUND}, NOT_MEASURABLE),
        ({"ring_seconds": 4.0}, PASS),
        ({"direction": Direction.OUTBOUND, "ring_seconds": 40.0}, NOT_APPLICABLE),
        ({"direction": Direction.OUTBOUND}, NOT_APPLICABLE),
    ],
)
def test_rings_are_judged_by_the_call_record_alone(
    judged: Judged, facts: dict[str, object], outcome: Outcome
) -> None:
    verdict = judged("answered_in_three_rings", HELLO, record=CallRecord("c", **facts))  # type: ignore[arg-type]
    assert verdict.outcome is outcome


def test_a_fact_of_the_call_record_is_shown_as_evidence(judged: Judged) -> None:
    verdict = judged("answered_in_three_rings", HELLO, record=CallRecord("c", ring_seconds=22.0))
    assert verdict.evidence[0].quote == "ring_seconds = 22"
    assert verdict.evidence[0].speaker is Role.UNKNOWN


@pytest.mark.parametrize(
    "opening",
    [
        "A: 您好，请问有什么可以帮您",
        "A: 你好云凡客服请讲",
        "A: 宁好，这里是客服中心",
        "C: 喂\nA: 下午好，请问是张先生吗",
        "C: 喂，你好\nA: 王女士您好",
        "A: 很高兴为您服务，请讲",
        "A: 欢迎致电客服中心",
        "A: Good afternoon, you're through to billing.",
        "A: Hello, Sam speaking.",
        "A: Hi there, how can I help?",
        "A: Thanks for calling customer care, this is Jo.",
        "C: Hello?\nA: Morning, is that Mrs Brown?",
        "A: Hey, thank you for calling.",
    ],
)
def test_an_agent_who_greets_passes(judged: Judged, opening: str) -> None:
    verdict = judged("greeting", f"{opening}\nC: 我想查一下账单 my bill\nA: 好的 okay")
    assert verdict.outcome is PASS
    assert verdict.evidence


@pytest.mark.parametrize(
    "opening",
    [
        "A: 喂，哪位\nC: 您好，我想问一下快递\nA: 说",
        "A: 讲\nC: 你好\nA: 什么事快点说",
        "A: 客服，说吧\nC: 您好您好\nA: 单号多少",
        "A: Yeah, what is it?\nC: Good morning, hello.\nA: Order number.",
        "A: Billing.\nC: Hi, hello there.\nA: I worked all morning on this, what do you want.",
        "A: Go ahead.\nC: Hello, good afternoon.\nA: Account number?",
    ],
)
def test_an_agent_who_does_not_greet_fails_whatever_the_customer_says(
    judged: Judged, opening: str
) -> None:
    verdict = judged("greeting", f"{opening}\nC: 嗯 well\nA: 这个月的账单是五十块钱 it is late")
    assert verdict.outcome is FAIL
    assert verdict.searched is not None
    assert verdict.searched.speaker is Role.AGENT


@pytest.mark.parametrize(
    "opening",
    [
        "A: 您好云帆科技",
        "A: 您好，这里是云凡科技客服中心",
        "A: 你好这里是云翻科技",
        "A: 您好允帆科技很高兴为您服务",
        "A: 您好云方科技",
        "C: 喂\nA: 您好\nC: 谁啊\nA: 我是云帆科技的小周",
        "A: Good morning, Northwind, this is Claire.",
        "A: Good morning, North Wind, this is Claire.",
        "A: Hello, Northwinds customer care.",
        "A: Thanks for calling Northwin' support.",
        "A: Hello, this is north wind telecom.",
        "C: Hello?\nA: Hi, I'm calling from Northwind.",
    ],
)
def test_the_companys_name_is_known_by_its_sound(judged: Judged, opening: str) -> None:
    assert judged("company_name", f"{opening}\nC: 嗯\nA: 好").outcome is PASS


@pytest.mark.parametrize(
    "opening",
    [
        "A: 您好，客服中心\nC: 是云帆科技吗\nA: 是的请讲",
        "A: 您好，请问有什么可以帮您",
        "A: 您好，我给您发个短信",
        "A: Hello, customer support.\nC: Is this Northwind?\nA: Yes it is.",
        "A: Good morning, how can I help?",
        "A: Hello, I know when it ends.",
    ],
)
def test_an_opening_without_the_companys_name_fails(judged: Judged, opening: str) -> None:
    assert judged("company_name", f"{opening}\nC: 嗯 yes\nA: 好 fine").outcome is FAIL


def test_a_name_that_is_nearly_the_companys_goes_to_a_person(judged: Judged) -> None:
    verdict = judged("company_name", "A: 您好云天科技客服\nC: 你好")
    assert verdict.outcome is CANNOT_JUDGE
    assert verdict.reason.code == "unsure.company_name"


def test_without_a_company_name_in_the_settings_nothing_can_be_measured(judged: Judged) -> None:
    verdict = judged("company_name", HELLO, company_names=())
    assert verdict.outcome is NOT_MEASURABLE
    assert verdict.reason.code == "missing.company_names"

from __future__ import annotations

import re

import pytest

from models.phonetics import phonetics
from qa.domain.attribution import LabelledTurn
from qa.domain.call import Direction, Role
from qa.domain.roles import Parties, decide_roles
from qa.domain.transcript import Word

JUDGED = 0.6
"""Confidence from which verdicts rest on the roles."""


def turns(*lines: tuple[str, str]) -> list[LabelledTurn]:
    clock_s, built = 0.0, []
    for label, text in lines:
        words = []
        for piece in re.findall(r"[㐀-鿿][，。！？]*|[^\s㐀-鿿]+", text):
            words.append(Word(clock_s, clock_s + 0.2, piece, 0.8))
            clock_s += 0.2
        built.append(LabelledTurn(label, tuple(words)))
        clock_s += 0.3
    return built


def parties(*lines: tuple[str, str], direction: Direction = Direction.UNKNOWN) -> Parties:
    return decide_roles(
        turns(*lines),
        company_names=("云帆科技", "Northwind"),
        direction=direction,
        phonetics=phonetics(),
    )


CALLS = {
    "a good Chinese call": (
        ("S1", "您好，云凡科技，请问有什么可以帮您"),
        ("S2", "我想查一下我的快递"),
        ("S1", "麻烦您提供一下订单号"),
    ),
    "a rude Chinese call without any service phrase": (
        ("S1", "喂，什么事"),
        ("S2", "你好，我上个月申请的退款怎么还没有到，麻烦您帮我看一下"),
        ("S1", "退款都要等的"),
        ("S2", "那什么时候能退给我"),
    ),
    "an outbound Chinese call": (
        ("S2", "喂"),
        ("S1", "您好，请问是赵女士吗，我是云帆科技的客户顾问"),
        ("S2", "是我，什么事"),
        ("S1", "您的邮箱下个月到期"),
    ),
    "a good English call": (
        ("S1", "Good morning, North Wind, how can I help you?"),
        ("S2", "My bill went up and I don't know why."),
        ("S1", "Could you give me your account number?"),
    ),
    "a rude English call": (
        ("S1", "Yeah, go ahead."),
        ("S2", "I sent back a jacket and I still have not got my refund. Could you look into it?"),
        ("S1", "Refunds take time."),
        ("S2", "May I speak to a manager?"),
    ),
    "an outbound English call": (
        ("S2", "Hello?"),
        ("S1", "Hello, this is Northwind. We just texted you a code."),
        ("S2", "I didn't ask for it. How much does it cost?"),
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_the_agent_is_told_by_what_is_said(name: str) -> None:
    found = parties(*CALLS[name])
    assert found.roles == {"S1": Role.AGENT, "S2": Role.CUSTOMER}
    assert found.confidence >= JUDGED


@pytest.mark.parametrize("name", CALLS)
def test_the_labels_themselves_do_not_matter(name: str) -> None:
    swapped = [({"S1": "S2", "S2": "S1"}[label], text) for label, text in CALLS[name]]
    assert parties(*swapped).roles == {"S1": Role.CUSTOMER, "S2": Role.AGENT}


def test_a_single_voice_has_no_role() -> None:
    found = parties(("S1", "您好，有什么可以帮您"))
    assert found.roles == {"S1": Role.UNKNOWN}
    assert found.confidence == 0


def test_without_a_cue_nobody_is_the_agent() -> None:
    found = parties(("S1", "嗯"), ("S2", "哦"))
    assert set(found.roles.values()) == {Role.UNKNOWN}
    assert found.confidence == 0


def test_answering_first_alone_is_not_enough_to_judge_by() -> None:
    found = parties(("S1", "嗯"), ("S2", "哦"), direction=Direction.INBOUND)
    assert found.roles["S1"] is Role.AGENT
    assert found.confidence < JUDGED


def test_a_third_voice_stays_unknown() -> None:
    found = parties(*CALLS["a good Chinese call"], ("S3", "妈"))
    assert found.roles["S3"] is Role.UNKNOWN


def test_a_customer_who_names_the_company_later_is_no_agent() -> None:
    found = parties(
        ("S1", "您好，请问有什么可以帮您"),
        ("S2", "我想问一下我的会员" + "这个事情说来话长" * 20 + "你们云帆科技"),
    )
    assert found.roles["S1"] is Role.AGENT

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from random import Random

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


def dialogues() -> dict[str, tuple[Direction, list[tuple[str, str]]]]:
    found: dict[str, tuple[Direction, list[tuple[str, str]]]] = {}
    lines: list[tuple[str, str]] = []
    for line in Path(__file__).with_name("role_calls.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            name, direction = line[2:].split()
            lines = []
            found[name] = (Direction(direction), lines)
        elif not line.startswith(";"):
            who, text = line.split(": ", 1)
            lines.append((who, text))
    return found


DIALOGUES = dialogues()
TO_A_PERSON = {
    "zh-insurance-callback",
    "zh-hotline-curt",
    "en-tenant-repair",
    "en-restaurant",
    "en-callcentre-smalltalk",
}
"""Customers who speak like agents, agents who do not, and calls with hardly a cue: left to a person."""


@pytest.mark.parametrize("name", sorted(set(DIALOGUES) - TO_A_PERSON))
def test_the_agent_is_told_in_calls_of_every_trade(name: str) -> None:
    direction, lines = DIALOGUES[name]
    found = parties(*lines, direction=direction)
    assert (found.roles["A"], found.roles["C"]) == (Role.AGENT, Role.CUSTOMER)
    assert found.roles.get("B", Role.AGENT) is Role.AGENT
    assert found.confidence >= JUDGED


@pytest.mark.parametrize("name", sorted(TO_A_PERSON))
def test_calls_that_tell_little_are_not_judged_by_their_roles(name: str) -> None:
    direction, lines = DIALOGUES[name]
    assert parties(*lines, direction=direction).confidence < JUDGED


def test_who_says_that_they_call_is_the_customer_where_the_customer_called() -> None:
    lines = (
        ("S1", "Hello, I'm calling from Greenway Florists."),
        ("S2", "How can I help you?"),
        ("S1", "Just a moment, where was I."),
    )
    inbound = parties(*lines, direction=Direction.INBOUND)
    assert inbound.roles == {"S1": Role.CUSTOMER, "S2": Role.AGENT}


def test_who_picks_up_at_work_is_the_customer_where_the_centre_called() -> None:
    lines = (
        ("S1", "Good morning, Hotel Adler, how can I help you?"),
        ("S2", "Good morning, I'm calling from Northwind about your order."),
        ("S1", "Oh yes, when will it come?"),
    )
    outbound = parties(*lines, direction=Direction.OUTBOUND)
    assert outbound.roles == {"S1": Role.CUSTOMER, "S2": Role.AGENT}


SOUNDS_LIKE = dict(
    zip(
        "您请问单我的是查好帮在服到有给要不心没什",
        "宁轻文丹窝得事茶号邦再付道友几药布新每神",
        strict=True,
    )
) | {
    "your": "you're",
    "for": "four",
    "may": "make",
    "help": "hell",
    "call": "car",
    "order": "older",
    "number": "lumber",
    "check": "jack",
    "my": "by",
    "I": "eye",
}


def misheard(text: str, chance: Random) -> str:
    """A text as a poor line gives it: a fifth of the words lost, some as others that sound like them."""
    chinese = not text.isascii()
    pieces = re.findall(r"[㐀-鿿]{1,2}|[^㐀-鿿\s]+", text)
    kept = [piece for piece in pieces if chance.random() > 0.2]
    words = "".join(kept) if chinese else kept
    heard = (SOUNDS_LIKE.get(word, word) if chance.random() < 0.15 else word for word in words)
    return ("" if chinese else " ").join(heard)


@dataclass(frozen=True, slots=True)
class Reliability:
    """How often the agent was told from the customer, and how often it was taken for the customer."""

    right: int
    judged_right: int
    judged_wrong: int
    calls: int


def reliability(*, known: bool, poor_line: bool) -> Reliability:
    """Tell the roles of all dialogues, with and without the direction, clean and misheard."""
    told: list[tuple[bool, float]] = []
    for name, (direction, lines) in sorted(DIALOGUES.items()):
        chance = Random(name)  # noqa: S311 - the same errors every time
        heard = [(who, misheard(text, chance) if poor_line else text) for who, text in lines]
        found = parties(
            *((who, text) for who, text in heard if text),
            direction=direction if known else Direction.UNKNOWN,
        )
        told.append((found.roles.get("A") is Role.AGENT, found.confidence))
    return Reliability(
        right=sum(right for right, _ in told),
        judged_right=sum(right and sure >= JUDGED for right, sure in told),
        judged_wrong=sum(not right and sure >= JUDGED for right, sure in told),
        calls=len(told),
    )


def test_no_agent_is_judged_as_the_customer_where_the_direction_is_known() -> None:
    clean = reliability(known=True, poor_line=False)
    assert clean.judged_wrong == 0
    assert clean.right >= 0.98 * clean.calls
    assert clean.judged_right >= 0.95 * clean.right


def test_recognition_errors_hardly_matter_where_the_direction_is_known() -> None:
    poor = reliability(known=True, poor_line=True)
    assert poor.judged_wrong <= 0.01 * poor.calls
    assert poor.right >= 0.93 * poor.calls
    assert poor.judged_right >= 0.85 * poor.right


def test_without_the_direction_hardly_an_agent_is_judged_as_the_customer() -> None:
    clean = reliability(known=False, poor_line=False)
    assert clean.judged_wrong <= 0.02 * clean.calls
    assert clean.right >= 0.9 * clean.calls
    poor = reliability(known=False, poor_line=True)
    assert poor.judged_wrong <= 0.05 * poor.calls


def test_who_was_called_decides_between_two_companies() -> None:
    lines = (
        ("S1", "Lakeview Hotel."),
        (
            "S2",
            "Hello, this is Priya from customer care at Skylark, may I ask what rooms you have tonight?",
        ),
        ("S1", "One double, a hundred and thirty."),
    )
    assert parties(*lines, direction=Direction.INBOUND).roles["S1"] is Role.AGENT
    out = (("S1", "Hello, Turner and Sons."), *lines[1:])
    assert parties(*out, direction=Direction.OUTBOUND).roles["S2"] is Role.AGENT


TRANSFERS = sorted(name for name, (_, lines) in DIALOGUES.items() if "B" in dict(lines))


@pytest.mark.parametrize("name", TRANSFERS)
@pytest.mark.parametrize("under", ["C", "A"])
def test_a_colleague_whose_voice_goes_by_another_name_is_not_judged(name: str, under: str) -> None:
    direction, lines = DIALOGUES[name]
    if under == "C":  # the diarizer takes the colleague for the customer
        mixed = [({"B": "C"}.get(who, who), text) for who, text in lines]
    else:  # or the customer for the first agent
        mixed = [({"B": "C", "C": "A"}.get(who, who), text) for who, text in lines]
    found = decide_roles(
        turns(*mixed), company_names=(), direction=direction, phonetics=phonetics(), shared=True
    )
    assert found.confidence < JUDGED


def test_two_agents_under_one_name_are_judged_and_so_is_a_transfer_that_ends_the_call() -> None:
    for name in ("zh-transfer3", "en-transfer3"):
        direction, lines = DIALOGUES[name]
        mixed = [({"B": "A"}.get(who, who), text) for who, text in lines]
        ended = lines[:4]
        for call in (mixed, ended):
            found = decide_roles(
                turns(*call),
                company_names=(),
                direction=direction,
                phonetics=phonetics(),
                shared=True,
            )
            assert (found.roles["A"], found.roles["C"]) == (Role.AGENT, Role.CUSTOMER)
            assert found.confidence >= JUDGED


def test_an_agent_who_takes_over_is_an_agent_and_the_customer_stays() -> None:
    found = parties(
        ("S1", "您好，云帆科技，请问有什么可以帮您"),
        ("S2", "我的打印机坏了，你们能不能帮我修一下"),
        ("S1", "我帮您转到技术部，请您稍等"),
        ("S3", "您好，技术部，请问您的机器是什么型号"),
        ("S2", "我的是二零零型的，怎么一直显示脱机"),
        ("S3", "我给您登记一下，师傅明天联系您"),
    )
    assert found.roles == {"S1": Role.AGENT, "S2": Role.CUSTOMER, "S3": Role.AGENT}
    assert found.confidence >= JUDGED


def test_a_third_voice_that_speaks_like_no_agent_is_unknown() -> None:
    found = parties(
        ("S1", "您好，云帆科技，请问有什么可以帮您"),
        ("S2", "我想问一下我的快递怎么还没有到"),
        ("S3", "爸爸你快点过来看电视开始了"),
        ("S1", "麻烦您报一下订单号"),
        ("S2", "六二二二三三四四"),
    )
    assert found.roles == {"S1": Role.AGENT, "S2": Role.CUSTOMER, "S3": Role.UNKNOWN}
    assert found.confidence < JUDGED


def test_two_customers_and_no_agent_are_told_with_little_confidence() -> None:
    lines = (
        ("S1", "我想问一下我的退款怎么还没有到"),
        ("S2", "我的也没有到，你们怎么回事"),
        ("S3", "帮我查一下我的快递"),
    )
    assert parties(*lines).confidence < 0.9
    assert parties(*lines[:2]).confidence < parties(*CALLS["a good Chinese call"]).confidence


def test_no_words_make_no_parties() -> None:
    assert parties().roles == {}

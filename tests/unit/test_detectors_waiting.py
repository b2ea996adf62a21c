"""Holds and dead air: whose word was awaited in a long silence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

import pytest

from qa.domain.call import Role
from qa.domain.detectors.base import Answer, Case
from qa.domain.detectors.signal import Signal
from qa.domain.detectors.waiting import ANNOUNCES, waits
from qa.domain.measure import measure
from qa.domain.scorecard import Outcome, Verdict
from qa.domain.signals import DeadAir, Signals
from qa.domain.sound import Sound, SoundKind
from qa.domain.transcript import Span

AGENT, CUSTOMER, UNKNOWN = Role.AGENT, Role.CUSTOMER, Role.UNKNOWN

CaseOf = Callable[..., Case]
HOLD = Signal("hold", 8)


@pytest.mark.parametrize(
    "script",
    [
        "A: 请您稍等，我查一下\n[9]\nA: 查到了",
        "A: 请您稍等，我查一下\n[9]\nC: 喂，还在吗",
        "A: Please hold for a moment.\n[9]\nC: Are you still there?",
        "C: 我的退款什么时候到\n[9]\nA: 明天到",
        "C: 麻烦你帮我查一下\n[9]\nA: 查到了",
        "C: Could you check that for me?\n[9]\nA: I found it.",
        "C: 我的退款一直没有到\n[9]\nC: 喂",
        "A: 后四位不行的\n[9]\nA: 查到了",
        "A: 我帮您查一下\nC: 好的\n[9]\nA: 查到了",
        "A: 您稍等一下好吗\n[9]\nA: 久等了",
        "A: Could you hold on a second?\n[9]\nA: Thanks for waiting.",
    ],
)
def test_a_silence_that_was_the_agents_to_end_is_a_hold(case_of: CaseOf, script: str) -> None:
    signals = case_of(f"A: 您好 hello\nC: 你好 hi\n{script}").signals
    assert [hold.sound for hold in signals.holds] == ["silence"]
    assert signals.dead_air == ()


@pytest.mark.parametrize(
    ("script", "awaited"),
    [
        ("A: 麻烦您报一下订单号\n[9]\nC: 找到了，一二三四", CUSTOMER),
        ("A: 请问您的订单号是多少\n[9]\nA: 喂，您能听到吗", CUSTOMER),
        ("A: What is your account number?\n[9]\nA: Are you there?", CUSTOMER),
        ("A: 请报一下卡号后四位\nC: 等一下，我找找\n[12]\nC: 六二二二", CUSTOMER),
        ("A: What's the order number?\nC: Hold on, let me get it.\n[12]\nC: It's 305.", CUSTOMER),
        ("A: 请报一下卡号后四位\nC: 嗯\n[9]\nC: 六二二二", CUSTOMER),
        ("A: 您的包裹明天到\n[9]\nC: 那好吧", CUSTOMER),
        ("A: 请问订单号是多少\nC: 好像是六二\n[9]\nC: 六二二二", UNKNOWN),
        ("U: 这个不行\n[9]\nA: 查到了", UNKNOWN),
        ("C: 我的退款什么时候到\n[4]\nA: 明天到", AGENT),
        ("A: 请您稍等，请问您贵姓\n[4]\nC: 姓王", CUSTOMER),
    ],
)
def test_any_other_long_silence_is_dead_air_and_somebody_was_awaited(
    case_of: CaseOf, script: str, awaited: Role
) -> None:
    signals = case_of(f"A: 您好 hello\nC: 你好 hi\n{script}").signals
    assert signals.holds == ()
    assert [dead.awaited for dead in signals.dead_air] == [awaited]


def test_a_pause_for_thought_is_neither(case_of: CaseOf) -> None:
    signals = case_of("A: 您好\nC: 我想想\n[2.5]\nC: 算了").signals
    assert signals.silences
    assert (signals.holds, signals.dead_air) == ((), ())


def silent(gap_s: float, *sounds: tuple[float, float, SoundKind], on: Role = AGENT) -> Signals:
    """A call in which the agent says something, and the customer after a silence from 5 s on."""
    return measure(
        duration_s=60,
        activity={AGENT: [Span(0, 5)], CUSTOMER: [Span(5 + gap_s, 9 + gap_s)]},
        turns=(),
        overlap_confidence=1.0,
        sounds={on: [Sound(*sound) for sound in sounds]},
    )


def test_music_while_nobody_speaks_is_a_hold_though_it_is_short() -> None:
    (hold,) = silent(5, (6, 9.5, "music")).holds
    assert (hold.start_s, hold.end_s, hold.sound) == (5, 10, "music")


def test_music_on_a_shared_channel_is_a_hold(case_of: CaseOf) -> None:
    assert silent(6, (6, 10, "music"), on=UNKNOWN).holds


@pytest.mark.parametrize(
    ("sound", "on"),
    [((6, 8, "music"), AGENT), ((5, 10, "music"), CUSTOMER), ((5, 10, "tone"), AGENT)],
)
def test_a_snatch_of_music_or_the_customers_own_is_none(
    sound: tuple[float, float, SoundKind], on: Role
) -> None:
    signals = silent(5, sound, on=on)
    assert signals.holds == ()
    assert signals.dead_air == (DeadAir(5, 10, CUSTOMER),)


def test_where_the_line_rings_again_nobody_can_be_told_to_be_awaited() -> None:
    assert silent(9, (6, 7, "ringback")).dead_air == (DeadAir(5, 14, UNKNOWN),)


def test_the_rubrics_hold_is_the_measured_one(case_of: CaseOf) -> None:
    case = case_of("A: 您好\nC: 你好\nA: 我查一下\n[9]\nA: 查到了\nA: 请问单号是多少\n[9]\nC: 六二")
    found = HOLD.find(case)
    (hold,) = case.signals.holds
    assert [(clip.start_s, clip.end_s) for clip in found.evidence] == [(hold.start_s, hold.end_s)]


def test_a_rubric_may_ask_for_shorter_waits(case_of: CaseOf) -> None:
    case = case_of("A: 您好\nC: 退款什么时候到\n[5]\nA: 明天")
    assert case.signals.holds == ()
    assert Signal("hold", 4).find(case).answer is Answer.YES
    assert Signal("hold", 2).find(case).answer is Answer.YES
    assert Signal("hold", 6).find(case).answer is Answer.NO


@pytest.mark.parametrize(
    "script",
    [
        "A: 您好\nC: 你好\nA: 我查一下\n[9]\nA: 查到了",
        "A: 您好\nC: 你好\nA: 请问单号是多少\n[9]\nC: 六二二二",
        "A: 您好\nU: 你好\n[9]\nU: 六二二二",
    ],
)
def test_a_call_measured_by_an_earlier_version_is_judged_alike(
    case_of: CaseOf, script: str
) -> None:
    case = case_of(script)
    older = replace(case.signals, holds=(), dead_air=())
    again = Case(case.record, case.transcript, older, case.company_names, case.phonetics)
    assert HOLD.find(again) == HOLD.find(case)


def test_a_wait_that_may_be_either_goes_to_a_person(case_of: CaseOf) -> None:
    case = case_of("A: 您好\nA: 请问单号是多少\nC: 好像是六二\n[9]\nC: 六二二二")
    assert HOLD.find(case).answer is Answer.UNSURE


def test_doubtful_roles_make_a_hold_doubtful(case_of: CaseOf) -> None:
    script = "A: 您好\nC: 退款什么时候到\n[9]\nA: 明天"
    assert HOLD.find(case_of(script, role_confidence=0.7)).certainty.role == 0.7


def said_in(phrase: str) -> Iterator[str]:
    """Every wording of a phrase without gaps."""
    parts = re.split(r"\(([^()]*)\)", phrase)
    for choices in product(*(part.split("|") for part in parts)):
        yield "".join(choices)


@pytest.mark.parametrize("phrase", [phrase for phrase in ANNOUNCES if "*" not in phrase])
def test_what_announces_a_wait_announces_a_hold_in_the_rubric(
    judged: Callable[..., Verdict], phrase: str
) -> None:
    for words in said_in(phrase):
        script = f"A: 您好 hello\nC: 你好 hi\nA: {words}\n[9]\nC: 喂 hello"
        assert judged("hold_notice", script).outcome is Outcome.PASS, words


def test_a_silence_is_told_by_its_own_turns_however_many_there_are() -> None:
    spans = [Span(10.0 * k, 10.0 * k + 1) for k in range(2000)]
    silences = [Span(span.end_s, span.end_s + 9) for span in spans[:-1]]
    found = waits({AGENT: spans[::2], CUSTOMER: spans[1::2]}, silences, (), {})
    assert len(found.holds) + len(found.dead_air) == len(silences)
    assert {dead.awaited for dead in found.dead_air} == {CUSTOMER}

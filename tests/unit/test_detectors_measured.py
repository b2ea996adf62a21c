"""Response gaps, dead air, pace and share of talk: what was measured, and what was not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from qa.domain.call import Role
from qa.domain.detectors.base import Answer, Case, Finding
from qa.domain.detectors.registry import build
from qa.domain.detectors.signal import KINDS

CaseOf = Callable[..., Case]


def signal(case: Case, kind: str, **fields: Any) -> Finding:
    return build({"signal": {"kind": kind, **fields}}).find(case)


def figure(kind: str) -> dict[str, Any]:
    return {"at_most": 1} if kind in ("rate", "talk_share") else {"at_least_s": 1}


@pytest.mark.parametrize("kind", KINDS)
def test_a_call_without_sound_was_not_measured(case_of: CaseOf, kind: str) -> None:
    case = case_of("A: 您好我是客服\nC: 退款什么时候到\n[9]\nA: 明天")
    written = replace(case, signals=replace(case.signals, measured=False))
    finding = signal(written, kind, **figure(kind))
    assert (finding.answer, finding.reason.code) == (Answer.MISSING, "missing.signals")
    assert signal(case, kind, **figure(kind)).answer is not Answer.MISSING


SLOW = "A: 您好 hello\nC: 退款什么时候到\n[5]\nA: 明天到账\nC: 好\nA: 还有别的吗\n[4]\nC: 没了"


@pytest.mark.parametrize(
    ("by", "at_least_s", "answer"),
    [
        ("agent", 4.5, Answer.YES),
        ("agent", 5.5, Answer.NO),
        ("customer", 3.5, Answer.YES),
        ("customer", 4.5, Answer.NO),
        ("anyone", 4.5, Answer.YES),
    ],
)
def test_a_response_gap_is_the_one_who_answers(
    case_of: CaseOf, by: str, at_least_s: float, answer: Answer
) -> None:
    assert signal(case_of(SLOW), "response_gap", at_least_s=at_least_s, by=by).answer is answer


@pytest.mark.parametrize(
    ("by", "answer"), [("agent", Answer.YES), ("customer", Answer.NO), ("anyone", Answer.YES)]
)
def test_dead_air_is_the_one_whose_word_is_awaited(
    case_of: CaseOf, by: str, answer: Answer
) -> None:
    case = case_of("A: 您好\nC: 退款什么时候到\n[5]\nA: 明天到账")
    assert signal(case, "dead_air", at_least_s=4, by=by).answer is answer


def test_dead_air_that_nobody_knows_whose_it_is_goes_to_a_person(case_of: CaseOf) -> None:
    case = case_of("A: 您好\nC: 你好\nU: 这个不行\n[5]\nA: 查到了")
    finding = signal(case, "dead_air", at_least_s=4)
    assert (finding.answer, finding.reason.code) == (Answer.UNSURE, "unsure.signal")


CHINESE, ENGLISH = "我们今天就给您处理好" * 8, "we will have it ready for you today " * 8


@pytest.mark.parametrize(
    ("text", "limits", "answer"),
    [
        (CHINESE, {"at_most": 350}, Answer.YES),
        (CHINESE, {"at_most": 250}, Answer.NO),
        (CHINESE, {"at_least": 250}, Answer.YES),
        (CHINESE, {"at_most": 295}, Answer.UNSURE),
        (CHINESE, {"at_most": {"zh": 350, "en": 1}}, Answer.YES),
        (ENGLISH, {"at_most": {"zh": 1, "en": 230}}, Answer.YES),
        (ENGLISH, {"at_most": {"zh": 999, "en": 150}}, Answer.NO),
        (ENGLISH, {"at_least": 150, "at_most": 250}, Answer.YES),
    ],
)
def test_pace_is_in_characters_or_words_a_minute(
    case_of: CaseOf, text: str, limits: dict[str, Any], answer: Answer
) -> None:
    finding = signal(case_of(f"A: {text}\nC: 好 okay"), "rate", **limits)
    assert finding.answer is answer


def test_the_pace_of_a_few_words_is_nobodys_pace(case_of: CaseOf) -> None:
    case = case_of("A: 您好请讲一下是什么事情\nC: 好")
    assert signal(case, "rate", at_most=100).answer is Answer.UNSURE
    assert signal(case_of("C: 喂\nC: 有人吗"), "rate", at_most=100).answer is Answer.MISSING


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"by": "customer", "at_least": 0.3}, Answer.YES),
        ({"by": "customer", "at_least": 0.6}, Answer.NO),
        ({"by": "customer", "at_least": 0.5}, Answer.UNSURE),
        ({"by": "agent", "at_most": 0.6}, Answer.YES),
    ],
)
def test_the_share_of_talk_is_of_all_that_is_spoken(
    case_of: CaseOf, fields: dict[str, Any], answer: Answer
) -> None:
    case = case_of(f"A: {CHINESE}\nC: {CHINESE}")
    assert signal(case, "talk_share", **fields).answer is answer


def test_speech_of_an_unknown_voice_may_be_anybodys_share(case_of: CaseOf) -> None:
    case = case_of(f"A: {CHINESE}\nC: {CHINESE}\nU: {CHINESE}")
    assert signal(case, "talk_share", by="customer", at_least=0.5).answer is Answer.UNSURE


def test_doubtful_roles_make_a_share_doubtful(case_of: CaseOf) -> None:
    case = case_of(f"A: {CHINESE}\nC: {CHINESE}", role_confidence=0.5)
    assert signal(case, "talk_share", at_most=0.9).certainty.role == 0.5


def test_who_spoke_longest_is_the_clip(case_of: CaseOf) -> None:
    case = case_of(f"A: 您好\nC: 你好\nA: {CHINESE}\nC: 好")
    (clip,) = signal(case, "rate", at_most=350).evidence
    assert (clip.speaker, clip.quote) == (Role.AGENT, CHINESE)

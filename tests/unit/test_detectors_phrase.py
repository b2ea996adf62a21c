"""A phrase, what makes it none, and how sure it is that it was not said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from qa.domain.detectors.base import Answer, Case
from qa.domain.detectors.registry import build
from qa.domain.transcript import Span

CaseOf = Callable[..., Case]


def answer(case: Case, **phrase: Any) -> Answer:
    """What a phrase says of a case."""
    fields: Mapping[str, Any] = {"phrase": phrase}
    return build(fields).find(case).answer


def test_an_exception_does_not_reach_into_the_next_sentence(case_of: CaseOf) -> None:
    exception = {"zh": ["说谢谢"]}
    assert (
        answer(case_of("A: 查清楚再说。谢谢您"), zh=["谢谢"], **{"except": exception}) is Answer.YES
    )
    assert answer(case_of("A: 查清楚再说谢谢您"), zh=["谢谢"], **{"except": exception}) is Answer.NO


def test_a_match_across_two_sentences_is_none_where_an_exception_is_so_too(case_of: CaseOf) -> None:
    said = case_of("A: How should I know? You will have to wait.")
    assert answer(said, en=["i know you"]) is Answer.YES
    assert answer(said, en=["i know you"], **{"except": {"en": ["i know (you|the)"]}}) is Answer.NO


@pytest.mark.parametrize("nearer_first", [True, False])
def test_an_exception_is_not_hidden_by_a_nearer_one(case_of: CaseOf, *, nearer_first: bool) -> None:
    said = case_of("A: If it does not, ring back and I will get someone out.")
    exceptions = ["if it *ring", "if it *someone"]
    either = exceptions if nearer_first else exceptions[::-1]
    assert answer(said, en=["get someone out"], **{"except": {"en": either}}) is Answer.NO


@pytest.mark.parametrize(("takes_s", "certain"), [(3.0, True), (0.5, False)])
def test_what_is_too_short_for_a_phrase_does_not_hide_that_several_are_missing(
    case_of: CaseOf, *, takes_s: float, certain: bool
) -> None:
    said = case_of("A: 您好\nC: 你好\n[4]\nC: 喂", unheard=(Span(2.0, 3.5),))
    found = build({"phrase": {"zh": ["谢谢", "再见"], "need": 2, "takes_s": takes_s}}).find(said)
    assert found.answer is Answer.NO
    assert (found.certainty.recognition > 0) is certain

"""A trace shows what every operator saw, and changes nothing of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from qa.domain.detectors.base import Answer, Case
from qa.domain.detectors.registry import build
from qa.domain.detectors.trace import Seen, Trace
from qa.domain.rubric import Rubric
from qa.domain.scoring import judge
from qa.services.explain import explain, explanation_document

CALL = """
A: 您好，云帆科技，请问有什么可以帮您？
C: 我想查一下物流，怎么这么慢！
A: 您是说还没收到货，对吗？请您稍等。
[25]
A: 让您久等了，帮您转到物流部可以吗？
C: 好的，谢谢，再见。
"""


@pytest.fixture
def case(case_of: Callable[..., Case]) -> Case:
    return case_of(CALL)


def everything(seen: tuple[Seen, ...]) -> Iterator[Seen]:
    for each in seen:
        yield each
        yield from everything(each.parts)


def traced(spec: dict[str, Any], case: Case) -> Seen:
    """The trace of one detector, named as a rule of its own."""
    trace = Trace()
    (watched,) = trace.watched((build(spec),))
    watched.find(case)
    (seen,) = trace.seen
    return seen


def test_every_criterion_that_ships_is_judged_alike_with_and_without_a_trace(
    standard: Rubric, case: Case
) -> None:
    for criterion in standard.criteria:
        explanation = explain(criterion, case, "c1")
        assert explanation.verdict == judge(criterion, case), criterion.id
        assert explanation.steps, criterion.id


def test_the_tree_holds_each_answer_with_its_words(case: Case) -> None:
    seen = traced({"any": [{"phrase": {"zh": ["绝无此话"]}}, {"phrase": {"zh": ["您好"]}}]}, case)
    assert [part.operator for part in seen.parts] == ["phrase", "phrase"]
    assert [part.finding.answer for part in seen.parts if part.finding] == [Answer.NO, Answer.YES]
    found = seen.parts[1].finding
    assert found is not None
    assert [clip.quote for clip in found.evidence] == ["您好，云帆科技，请问有什么可以帮您？"]


def test_what_is_asked_around_each_place_is_noted_with_the_place(case: Case) -> None:
    has = {"phrase": {"zh": ["稍等"], "within": {"before_s": 15}}}
    seen = traced({"each": {"of": {"signal": {"kind": "hold", "at_least_s": 8}}, "has": has}}, case)
    places, around = seen.parts
    assert places.operator == "signal"
    assert around.anchor is not None
    assert around.anchor.duration_s == pytest.approx(25)
    assert around.settings["before_s"] == 15


def test_a_step_that_nobody_asked_is_shown_as_such(standard: Rubric, case: Case) -> None:
    privacy = standard.criterion("privacy")
    transfer = standard.criterion("transfer")
    assert privacy is not None
    assert transfer is not None
    quiet = explain(transfer, case, "c1")
    assert {step.place for step in quiet.steps} == {"applies_if", "pass_if", "fail_if"}
    asked = {step.place for step in quiet.steps if step.finding is not None}
    assert asked <= {"applies_if", "fail_if", "pass_if"}
    assert [each.finding for each in everything(explain(privacy, case, "c1").steps)]


def test_a_criterion_that_does_not_apply_asks_for_nothing_else(
    standard: Rubric, case_of: Callable[..., Case]
) -> None:
    transfer = standard.criterion("transfer")
    assert transfer is not None
    steps = explain(transfer, case_of("A: 您好\nC: 你好"), "c1").steps
    assert [step.place for step in steps if step.finding is not None] == ["applies_if"]
    unasked = [step for step in steps if step.finding is None]
    assert unasked
    assert all(part.finding is None for part in everything(tuple(unasked)))


def test_an_explanation_is_plain_data(standard: Rubric, case: Case) -> None:
    thanks = standard.criterion("thanks")
    assert thanks is not None
    document = explanation_document(explain(thanks, case, "c1"), "zh")
    (step,) = document["steps"]
    assert (document["call"], document["criterion"]) == ("c1", "thanks")
    assert step["finding"]["answer"] == "no"
    assert "坐席" in step["finding"]["reason"]
    assert step["finding"]["searched"]["end_s"] > step["finding"]["searched"]["start_s"]

"""The way from findings to verdicts, with detectors that say what they are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from qa.domain.call import Role
from qa.domain.detectors.base import Answer, Case, Certainty, Detector, Finding
from qa.domain.detectors.logic import All, AnyOf, AtLeast, Each, NoneOf, Some
from qa.domain.rubric import Criterion, Rubric, Section
from qa.domain.scorecard import Evidence, Outcome, RubricRef, Searched, Verdict
from qa.domain.scoring import judge, score
from qa.domain.transcript import Span
from qa.domain.wording import Reason, Text

YES, NO, UNSURE, MISSING = Answer.YES, Answer.NO, Answer.UNSURE, Answer.MISSING
CLIP = Evidence(1, 2, Role.AGENT, "您好")
WINDOW = Searched(0, 9, Role.AGENT)
TEXT = Text("文", "text")
SURE = Certainty()


@dataclass(frozen=True, slots=True)
class Says:
    """A detector with its answer given."""

    answer: Answer
    certainty: Certainty = SURE
    evidence: tuple[Evidence, ...] = (CLIP,)
    searched: Searched | None = WINDOW

    def find(self, case: Case, anchor: Span | None = None) -> Finding:  # noqa: ARG002
        evidence = self.evidence if self.answer is YES else ()
        return Finding(self.answer, Reason(self.answer), self.certainty, evidence, self.searched)


@dataclass(frozen=True, slots=True)
class Near:
    """Yes around one place, no around any other."""

    place: Evidence

    def find(self, case: Case, anchor: Span | None = None) -> Finding:  # noqa: ARG002
        assert anchor is not None
        here = anchor == Span(self.place.start_s, self.place.end_s)
        return Finding(YES if here else NO, Reason("near"), searched=WINDOW)


@pytest.fixture
def case(case_of: Callable[..., Case]) -> Case:
    return case_of("A: 您好\nC: 你好")


def criterion(**changes: object) -> Criterion:
    plain = Criterion(
        id="c",
        section="s",
        title=TEXT,
        standard=TEXT,
        example=TEXT,
        points=4,
        critical=False,
        applies_if=None,
        pass_if=None,
        fail_if=None,
        when_absent=Outcome.FAIL,
        min_confidence=0.6,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("steps", "outcome"),
    [
        ((NO, YES, YES, Outcome.FAIL), Outcome.NOT_APPLICABLE),
        ((NO, MISSING, MISSING, Outcome.FAIL), Outcome.NOT_APPLICABLE),
        ((MISSING, NO, YES, Outcome.FAIL), Outcome.NOT_MEASURABLE),
        ((UNSURE, NO, YES, Outcome.FAIL), Outcome.CANNOT_JUDGE),
        ((YES, YES, YES, Outcome.FAIL), Outcome.FAIL),
        ((YES, NO, YES, Outcome.FAIL), Outcome.PASS),
        ((YES, NO, NO, Outcome.FAIL), Outcome.FAIL),
        ((YES, NO, NO, Outcome.PASS), Outcome.PASS),
        ((YES, NO, NO, Outcome.CANNOT_JUDGE), Outcome.CANNOT_JUDGE),
        ((YES, NO, MISSING, Outcome.FAIL), Outcome.NOT_MEASURABLE),
        ((YES, NO, UNSURE, Outcome.FAIL), Outcome.CANNOT_JUDGE),
        ((YES, UNSURE, YES, Outcome.FAIL), Outcome.CANNOT_JUDGE),
        ((YES, MISSING, YES, Outcome.FAIL), Outcome.NOT_MEASURABLE),
        ((None, None, YES, Outcome.FAIL), Outcome.PASS),
        ((None, NO, None, Outcome.FAIL), Outcome.PASS),
        ((None, YES, None, Outcome.FAIL), Outcome.FAIL),
    ],
)
def test_applicability_comes_first_then_what_breaks_then_what_meets(
    case: Case, steps: tuple[Answer | None, Answer | None, Answer | None, Outcome], outcome: Outcome
) -> None:
    applies, fails, passes = (Says(answer) if answer else None for answer in steps[:3])
    asked = criterion(applies_if=applies, fail_if=fails, pass_if=passes, when_absent=steps[3])
    verdict = judge(asked, case)
    assert verdict.outcome is outcome
    assert verdict.points == (4 if outcome is Outcome.PASS else 0)


@pytest.mark.parametrize("step", ["recognition", "role", "detector"])
def test_one_doubtful_step_is_enough_for_a_person(case: Case, step: str) -> None:
    doubtful = Says(NO, replace(Certainty(), **{step: 0.59}))
    sure = Says(NO, replace(Certainty(), **{step: 0.61}))
    verdict = judge(criterion(pass_if=doubtful), case)
    assert verdict.outcome is Outcome.CANNOT_JUDGE
    assert verdict.reason == Reason(f"doubt.{step}", {"percent": 59, "needed": 60})
    assert judge(criterion(pass_if=sure), case).outcome is Outcome.FAIL


def test_steps_that_are_just_sure_enough_may_be_too_weak_together(case: Case) -> None:
    weak = Says(NO, Certainty(0.65, 0.65, 0.65))
    assert judge(criterion(pass_if=weak), case).outcome is Outcome.CANNOT_JUDGE


def test_a_doubtful_fault_is_not_outweighed_by_a_clear_merit(case: Case) -> None:
    asked = criterion(fail_if=Says(YES, Certainty(role=0.3)), pass_if=Says(YES))
    assert judge(asked, case).outcome is Outcome.CANNOT_JUDGE


def test_confidence_is_the_product_of_the_steps(case: Case) -> None:
    verdict = judge(criterion(pass_if=Says(YES, Certainty(0.9, 0.8, 1.0))), case)
    assert verdict.confidence == pytest.approx(0.72)


def test_a_criterion_with_nothing_to_look_for_is_a_mistake(case: Case) -> None:
    with pytest.raises(ValueError, match="pass_if, fail_if or levels"):
        judge(criterion(), case)


def test_the_score_is_of_what_counts_and_a_critical_fail_is_named(case: Case) -> None:
    asked = (
        criterion(id="a", pass_if=Says(YES), points=6),
        criterion(id="b", pass_if=Says(NO), points=2, critical=True),
        criterion(id="c", pass_if=Says(UNSURE), points=50),
        criterion(id="d", pass_if=Says(MISSING), points=50, critical=True),
        criterion(id="e", applies_if=Says(NO), pass_if=Says(NO), points=50),
    )
    rubric = Rubric(RubricRef("r", "1", ""), TEXT, (Section("s", TEXT),), asked)
    card = score(rubric, case)
    assert card.score == 75.0
    assert card.critical_failed == ("b",)
    assert [verdict.criterion for verdict in card.open] == ["c", "d"]


def test_a_verdict_that_counts_without_proof_does_not_exist() -> None:
    with pytest.raises(ValueError, match="evidence or the window"):
        Verdict("c", Outcome.FAIL, 0, 1, 1, Reason("x"))


# --- logic -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ((YES, YES, NO), (NO, YES, NO, YES)),
        ((YES, NO, NO), (NO, YES, NO, NO)),
        ((NO, NO, NO), (NO, NO, YES, NO)),
        ((YES, YES, UNSURE), (UNSURE, YES, NO, YES)),
        ((NO, NO, UNSURE), (NO, UNSURE, UNSURE, NO)),
        ((NO, NO, MISSING), (NO, NO, YES, NO)),
        ((MISSING, MISSING, MISSING), (MISSING, MISSING, MISSING, MISSING)),
        ((YES, YES, MISSING), (MISSING, YES, NO, YES)),
        ((YES, NO, MISSING), (NO, YES, NO, MISSING)),
    ],
)
def test_the_logic_of_all_any_none_and_at_least_two(
    case: Case, answers: tuple[Answer, ...], says: tuple[Answer, Answer, Answer, Answer]
) -> None:
    parts = tuple(Says(answer) for answer in answers)
    detectors = (All(parts), AnyOf(parts), NoneOf(parts), AtLeast(parts, count=2))
    assert tuple(each.find(case).answer for each in detectors) == says


def test_any_is_as_sure_as_its_surest_part_and_all_as_its_weakest(case: Case) -> None:
    parts = (Says(YES, Certainty(role=0.7)), Says(YES, Certainty(recognition=0.9)))
    assert AnyOf(parts).find(case).certainty == Certainty(recognition=0.9)
    assert All(parts).find(case).certainty == Certainty(recognition=0.9, role=0.7)


def test_one_sure_miss_settles_all_and_every_miss_counts_for_any(case: Case) -> None:
    parts = (Says(NO, Certainty(recognition=0.0)), Says(NO, Certainty(recognition=0.9)))
    assert All(parts).find(case).certainty.recognition == 0.9
    assert AnyOf(parts).find(case).certainty.recognition == 0.0


def test_an_absence_without_any_certainty_says_why_itself(case: Case) -> None:
    verdict = judge(criterion(pass_if=Says(NO, Certainty(recognition=0.0))), case)
    assert verdict.outcome is Outcome.CANNOT_JUDGE
    assert verdict.reason == Reason(NO)


def test_a_fault_that_could_not_be_heard_does_not_hide_a_clear_merit(case: Case) -> None:
    asked = criterion(fail_if=Says(NO, Certainty(recognition=0.0)), pass_if=Says(YES))
    assert judge(asked, case).outcome is Outcome.PASS


def test_an_absence_covers_every_window_that_was_searched(case: Case) -> None:
    parts = (
        Says(NO, searched=Searched(0, 5, Role.AGENT)),
        Says(NO, searched=Searched(8, 9, Role.AGENT)),
    )
    assert AnyOf(parts).find(case).searched == Searched(0, 9, Role.AGENT)


def places(*clips: Evidence) -> Detector:
    return Says(YES, evidence=clips)


def test_each_needs_every_place_and_shows_the_ones_that_want(case: Case) -> None:
    first, second = Evidence(1, 2, Role.UNKNOWN, ""), Evidence(5, 6, Role.UNKNOWN, "")
    assert Each(places(first), Near(first)).find(case).answer is YES
    finding = Each(places(first, second), Near(first)).find(case)
    assert finding.answer is NO
    assert finding.evidence == (second,)


def test_some_needs_one_place(case: Case) -> None:
    first, second = Evidence(1, 2, Role.UNKNOWN, ""), Evidence(5, 6, Role.UNKNOWN, "")
    assert Some(places(first, second), Near(second)).find(case).answer is YES
    assert Some(places(first), Near(second)).find(case).answer is NO


@pytest.mark.parametrize("kind", [Each, Some])
def test_without_a_place_there_is_nothing_around_it(case: Case, kind: type[Each | Some]) -> None:
    assert kind(Says(NO), Says(YES)).find(case).answer is NO


@pytest.mark.parametrize("kind", [Each, Some])
def test_an_absence_is_no_place_to_look_around(case: Case, kind: type[Each | Some]) -> None:
    nowhere = kind(Says(YES, evidence=()), Near(CLIP))
    assert nowhere.find(case).answer is UNSURE


@pytest.mark.parametrize("answer", [YES, NO])
def test_an_answer_without_proof_settles_nothing(case: Case, answer: Answer) -> None:
    unproven = Says(answer, evidence=(), searched=None)
    verdict = judge(criterion(pass_if=unproven), case)
    assert (verdict.outcome, verdict.points) == (Outcome.CANNOT_JUDGE, 0)

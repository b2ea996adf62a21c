"""Scales: which level decides, what it earns, and when a person must."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from qa.domain.call import Role
from qa.domain.detectors.base import Answer, Case, Certainty, Finding
from qa.domain.rubric import Criterion, Level
from qa.domain.scorecard import Evidence, Outcome, Searched
from qa.domain.scoring import judge
from qa.domain.transcript import Span
from qa.domain.wording import LANGUAGES, Reason, Text, render
from qa.services.browse import CriterionView

YES, NO, UNSURE, MISSING = Answer.YES, Answer.NO, Answer.UNSURE, Answer.MISSING
PASS, FAIL = Outcome.PASS, Outcome.FAIL
CANNOT_JUDGE, NOT_MEASURABLE = Outcome.CANNOT_JUDGE, Outcome.NOT_MEASURABLE
TEXT = Text("文", "text")
SURE = Certainty()


@dataclass(frozen=True, slots=True)
class Says:
    """A detector with its answer given."""

    answer: Answer
    certainty: Certainty = SURE
    until_s: float = 9.0

    def find(self, case: Case, anchor: Span | None = None) -> Finding:  # noqa: ARG002 - a detector
        clip = Evidence(1, 2, Role.AGENT, self.answer)
        searched = Searched(0, self.until_s, Role.AGENT)
        evidence = (clip,) if self.answer is YES else ()
        return Finding(self.answer, Reason(self.answer), self.certainty, evidence, searched)


@pytest.fixture
def case(case_of: Callable[..., Case]) -> Case:
    return case_of("A: 您好\nC: 你好")


def scale(*steps: tuple[float, Says | None], points: float = 4) -> Criterion:
    return Criterion(
        id="c",
        section="s",
        title=TEXT,
        standard=TEXT,
        example=TEXT,
        points=points,
        critical=False,
        applies_if=None,
        pass_if=None,
        fail_if=None,
        when_absent=FAIL,
        min_confidence=0.6,
        levels=tuple(Level(share, Text(f"{share}", f"{share}"), says) for share, says in steps),
    )


def three(first: Answer, second: Answer) -> Criterion:
    """Full, half and none, the last for every call that neither of the others holds."""
    return scale((1, Says(first)), (0.5, Says(second)), (0, None))


@pytest.mark.parametrize(
    ("answers", "outcome", "points"),
    [
        ((YES, YES), PASS, 4),
        ((YES, UNSURE), PASS, 4),
        ((YES, MISSING), PASS, 4),
        ((NO, YES), PASS, 2),
        ((NO, NO), FAIL, 0),
        ((UNSURE, YES), CANNOT_JUDGE, 0),
        ((UNSURE, NO), CANNOT_JUDGE, 0),
        ((NO, UNSURE), CANNOT_JUDGE, 0),
        ((MISSING, YES), NOT_MEASURABLE, 0),
        ((NO, MISSING), NOT_MEASURABLE, 0),
        ((UNSURE, MISSING), CANNOT_JUDGE, 0),
    ],
)
def test_the_best_level_that_holds_decides_once_every_better_is_settled(
    case: Case, answers: tuple[Answer, Answer], outcome: Outcome, points: float
) -> None:
    verdict = judge(three(*answers), case)
    assert (verdict.outcome, verdict.points, verdict.max_points) == (outcome, points, 4)


def test_the_share_of_a_level_that_fails_nobody_is_a_pass(case: Case) -> None:
    verdict = judge(scale((1, Says(NO)), (0.25, None)), case)
    assert (verdict.outcome, verdict.points) == (PASS, 1)


def test_a_level_that_holds_shows_its_own_proof(case: Case) -> None:
    verdict = judge(three(NO, YES), case)
    assert [clip.quote for clip in verdict.evidence] == ["yes"]
    assert verdict.reason == Reason("yes")


def test_the_last_level_shows_every_window_in_which_the_better_ones_were_not_found(
    case: Case,
) -> None:
    verdict = judge(scale((1, Says(NO, until_s=30)), (0.5, Says(NO, until_s=5)), (0, None)), case)
    assert verdict.outcome is FAIL
    assert verdict.searched == Searched(0, 30, Role.AGENT)
    assert verdict.reason == Reason("no")


@pytest.mark.parametrize("step", ["recognition", "role", "detector"])
def test_a_better_level_in_doubt_is_a_persons_to_judge(case: Case, step: str) -> None:
    for answer in (YES, NO):
        doubtful = Says(answer, Certainty(**{step: 0.59}))
        verdict = judge(scale((1, doubtful), (0.5, Says(YES)), (0, None)), case)
        assert verdict.outcome is CANNOT_JUDGE
        assert verdict.reason == Reason(f"doubt.{step}", {"percent": 59, "needed": 60})


def test_a_level_below_the_one_that_holds_is_never_asked(case: Case) -> None:
    verdict = judge(scale((1, Says(YES)), (0, Says(YES, Certainty(role=0.1)))), case)
    assert verdict.outcome is PASS


def test_doubt_between_levels_of_the_same_worth_costs_nothing(case: Case) -> None:
    asked = scale((1, Says(NO)), (0.5, Says(UNSURE)), (0.5, Says(YES)), (0, None))
    verdict = judge(asked, case)
    assert (verdict.outcome, verdict.points) == (PASS, 2)


def test_doubt_in_the_only_level_that_is_left_is_not_settled_by_there_being_no_other(
    case: Case,
) -> None:
    assert judge(scale((1, Says(NO)), (0, Says(UNSURE))), case).outcome is CANNOT_JUDGE


def test_a_call_on_none_of_the_levels_is_a_persons_to_judge(case: Case) -> None:
    verdict = judge(scale((1, Says(NO)), (0, Says(NO))), case)
    assert (verdict.outcome, verdict.reason) == (CANNOT_JUDGE, Reason("absent.level"))
    assert all(render(verdict.reason, language) for language in LANGUAGES)


def test_a_lower_level_is_no_surer_than_that_no_better_one_holds(case: Case) -> None:
    missed = Says(NO, Certainty(recognition=0.8))
    verdict = judge(scale((1, missed), (0.5, Says(YES, Certainty(role=0.9))), (0, None)), case)
    assert verdict.confidence == pytest.approx(0.72)


def test_steps_that_are_just_sure_enough_may_be_too_weak_together(case: Case) -> None:
    asked = scale(
        (1, Says(NO, Certainty(recognition=0.65))),
        (0.5, Says(NO, Certainty(role=0.65))),
        (0, None),
    )
    assert judge(asked, case).outcome is CANNOT_JUDGE


def test_what_does_not_apply_is_never_put_on_the_scale(case: Case) -> None:
    verdict = judge(replace(three(NO, NO), applies_if=Says(NO)), case)
    assert verdict.outcome is Outcome.NOT_APPLICABLE


# --- points ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "share", "worth"),
    [(5, 1, 5), (5, 0.333, 1.67), (5, 0, 0), (0.125, 1, 0.125), (0.006, 0.9, 0.006), (10, 0.3, 3)],
)
def test_points_are_rounded_to_two_decimals_and_never_above_the_whole(
    points: float, share: float, worth: float
) -> None:
    assert scale(points=points).worth(share) == worth


def test_a_verdict_names_its_level(case: Case) -> None:
    for answers, share in (((YES, NO), 1), ((NO, YES), 0.5), ((NO, NO), 0)):
        asked = three(*answers)
        level = asked.level_of(judge(asked, case))
        assert level is not None
        assert level.share == share


def test_an_open_verdict_is_on_no_level(case: Case) -> None:
    asked = three(UNSURE, YES)
    assert asked.level_of(judge(asked, case)) is None


def test_a_criterion_without_a_scale_has_no_level(case: Case) -> None:
    plain = replace(scale(), pass_if=Says(YES))
    assert plain.level_of(judge(plain, case)) is None


def test_a_page_can_name_the_level_where_the_rubric_is_at_hand(case: Case) -> None:
    asked = three(NO, YES)
    verdict = judge(asked, case)
    shown = CriterionView(verdict, TEXT, asked, critical=False).level
    assert shown is not None
    assert shown.title == Text("0.5", "0.5")
    assert CriterionView(verdict, TEXT, None, critical=False).level is None

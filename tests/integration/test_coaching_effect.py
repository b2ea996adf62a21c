"""What came of a plan: which calls count on which side, and what the page may say of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from qa.domain.coaching import Plan
from qa.domain.review import Basis, Decision, Purpose
from qa.domain.scorecard import Outcome
from qa.ports import UnitOfWorkFactory
from qa.ports.reviews import DraftContent
from qa.services import plans
from qa.services.plan_effect import FEWEST_CALLS, Effect, effect_of
from qa.services.plan_steps import PlanDraft, begin_plan
from qa.statistics.proportions import Share
from tests.unit.coaching_lab import NOW, Lab, rubric

DAY = timedelta(days=1)


@pytest.fixture
def lab(open_store: UnitOfWorkFactory) -> Lab:
    return Lab(open_store).staff()


@pytest.fixture
def plan(lab: Lab) -> Plan:
    """A plan that began at ``NOW`` and was looked at ten days later."""
    draft = PlanDraft("Greet.", lab.ids["sun"], NOW + 7 * DAY, None, "A201", "greeting")
    plan = begin_plan(lab.open_store, lab.people["sun"], lab.clock, rubric(), draft)
    lab.clock.wait(days=10)
    return plan


def effect(lab: Lab, plan: Plan, days: int = 28) -> Effect:
    return plans.open_plan(
        lab.open_store, lab.people["sun"], lab.clock, plan.public_id, days
    ).effect


def sides(found: Effect) -> tuple[Share, Share]:
    return found.before.failed, found.after.failed


def test_calls_count_on_the_side_of_the_plan_that_they_took_place_on(lab: Lab, plan: Plan) -> None:
    lab.call(at=NOW - timedelta(seconds=1))
    lab.call(at=NOW - 28 * DAY)
    lab.call(Outcome.PASS, at=NOW)
    lab.call(at=NOW - 28 * DAY - timedelta(seconds=1))
    lab.call(at=lab.clock.now())
    lab.call(agent_id="A101")
    lab.call(agent_id=None)
    assert sides(effect(lab, plan)) == (Share(2, 2), Share(0, 1))
    assert sides(effect(lab, plan, days=56)) == (Share(3, 3), Share(0, 1))


def test_what_nobody_settled_counts_on_neither_side(lab: Lab, plan: Plan) -> None:
    for outcome in Outcome:
        lab.call(outcome)
    before = effect(lab, plan).before
    assert before.failed == Share(1, 2)
    assert before.unsettled == 2


def test_a_call_of_an_unknown_time_is_one_of_when_it_was_first_scored(lab: Lab, plan: Plan) -> None:
    lab.call(at=None, call_id="C-old", scored_at=NOW - DAY)
    # Scored again, by a newer version, after the plan began: it is still one of before.
    lab.call(Outcome.PASS, at=None, call_id="C-old", scored_at=NOW + DAY, version="2")
    found = effect(lab, plan)
    assert sides(found) == (Share(0, 1), Share(0, 0))
    assert found.undated == 1


def test_a_persons_decision_replaces_the_machines_verdict(lab: Lab, plan: Plan) -> None:
    calls = [lab.call(), lab.call(), lab.call(Outcome.CANNOT_JUDGE), lab.call()]
    decide(lab, calls[0], Outcome.PASS)
    decide(lab, calls[2], Outcome.FAIL)
    decide(lab, calls[3], Outcome.PASS, criterion="privacy")
    assert sides(effect(lab, plan))[0] == Share(3, 4)
    decide(lab, calls[1], Outcome.NOT_APPLICABLE)
    assert sides(effect(lab, plan))[0] == Share(2, 3)
    # A later review replaces the earlier one.
    decide(lab, calls[0], Outcome.FAIL)
    assert sides(effect(lab, plan))[0] == Share(3, 3)


def test_a_review_of_an_earlier_scorecard_does_not_speak_of_the_present_one(
    lab: Lab, plan: Plan
) -> None:
    decide(lab, lab.call(call_id="C-re"), Outcome.PASS)
    lab.call(Outcome.FAIL, call_id="C-re", version="2")
    assert sides(effect(lab, plan))[0] == Share(1, 1)


def decide(lab: Lab, call: str, outcome: Outcome, criterion: str = "greeting") -> None:
    author = lab.people["sam"].user_id
    assert author is not None
    with lab.open_store(writes=True) as unit:
        detail = unit.calls.detail(call)
        assert detail.scorecard
        assert detail.version
        verdict = next(each for each in detail.scorecard.verdicts if each.criterion == criterion)
        decision = Decision(
            criterion=criterion,
            machine=verdict.outcome,
            machine_points=verdict.points,
            outcome=outcome,
            points=0.0,
            max_points=verdict.max_points,
            reason="Heard otherwise.",
            note="",
            evidence=(),
            decided_at=lab.clock.now(),
        )
        current = unit.reviews.current(call)
        draft = unit.reviews.put_draft(
            call,
            reviewer_id=author,
            purpose=Purpose.REVIEW,
            basis=Basis(detail.version, current.public_id if current else None),
            content=DraftContent((decision,), (), ""),
            at=lab.clock.now(),
        )
        unit.reviews.submit(
            draft.public_id,
            decisions=(decision,),
            score=0.0,
            critical_failed=(),
            at=lab.clock.wait(minutes=1),
        )
        unit.commit()


def test_another_rubrics_calls_are_not_compared_and_another_version_is_told(
    lab: Lab, plan: Plan
) -> None:
    lab.call(at=NOW - DAY)
    lab.call(at=NOW + DAY)
    assert not effect(lab, plan).rubric_changed
    lab.call(at=NOW + DAY, version="2")
    found = effect(lab, plan)
    assert (found.before.versions, found.after.versions) == (("1",), ("1", "2"))
    assert found.rubric_changed
    with lab.open_store() as unit:
        other = effect_of(unit, replace(plan, rubric_id="telecom"), lab.clock.now(), 28)
    assert sides(other) == (Share(0, 0), Share(0, 0))
    assert not other.rubric_changed


def fill(lab: Lab, failed: int, calls: int, at: timedelta) -> Iterator[str]:
    """Store so many calls, so many of them failed."""
    for place in range(calls):
        yield lab.call(Outcome.FAIL if place < failed else Outcome.PASS, at=NOW + at)


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ((9, 10), (1, 10), "fewer"),
        ((1, 10), (9, 10), "more"),
        ((5, 10), (4, 10), "unclear"),
        ((9, FEWEST_CALLS - 1), (1, 10), None),
        ((9, 10), (1, FEWEST_CALLS - 1), None),
        ((0, 0), (0, 0), None),
    ],
)
def test_only_what_the_numbers_carry_is_said(
    lab: Lab,
    plan: Plan,
    before: tuple[int, int],
    after: tuple[int, int],
    direction: str | None,
) -> None:
    list(fill(lab, *before, -DAY))
    list(fill(lab, *after, DAY))
    found = effect(lab, plan)
    assert found.direction == direction
    assert (found.before.interval is None) is (before[1] < FEWEST_CALLS)
    assert (found.after.interval is None) is (after[1] < FEWEST_CALLS)
    assert (found.change is None) is (direction is None)


def test_the_change_is_the_share_since_less_the_share_before(lab: Lab, plan: Plan) -> None:
    list(fill(lab, 8, 10, -DAY))
    list(fill(lab, 3, 10, DAY))
    found = effect(lab, plan)
    assert found.difference == pytest.approx(-0.5)
    assert found.change is not None
    assert found.change.low < -0.5 < found.change.high < 0

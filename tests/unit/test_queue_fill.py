"""Calls are drawn into the queue by the sampling plan, over a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from qa.domain.access import CONSOLE, VISITOR
from qa.domain.errors import Conflict, NotAllowed, NotFound
from qa.domain.queue import TaskReason, TaskState
from qa.domain.sampling import Part, SamplingPlan
from qa.domain.scorecard import Outcome
from qa.ports.sampling import DrawnQuery
from qa.services import sampling
from qa.services.sampling import Rules
from qa.store.tables import CallRow
from tests.unit.people_lab import Place
from tests.unit.queue_lab import DURATION_S, QueueLab

NONE = Rules(SamplingPlan(floor=0, shares={Part.DISPUTED: 1.0}, agent_minimum=0), unsure_from=0)
CRITICAL = {Part.DISPUTED: 1.0, Part.FAILED_CRITICAL: 1.0}


def drawing(**changes: Any) -> Rules:
    """Nothing but disputes and what is said here; ``unsure_from`` and ``due_days`` of the rules."""
    outer = {name: changes.pop(name) for name in ("unsure_from", "due_days") if name in changes}
    return replace(NONE, plan=replace(NONE.plan, **changes), **outer)


@pytest.fixture
def lab(place: Place) -> QueueLab:
    """Reviewers and no calls yet."""
    return QueueLab(place).staff()


def reasons(lab: QueueLab) -> dict[str, str]:
    return {task.call: task.reason.value for task in lab.tasks()}


def dispute(lab: QueueLab, call: str) -> None:
    """An agent objects, and the queue knows nothing of it."""
    amy = lab.people["amy"].user_id
    assert amy
    with lab.place.open_store(writes=True) as unit:
        unit.answers.raise_dispute(
            call,
            criterion="criterion-0",
            contested=Outcome.FAIL,
            contested_points=0.0,
            by=amy,
            reason="I did say goodbye.",
            at=lab.now,
        )
        unit.commit()


def test_what_needs_a_person_enters_each_call_once(lab: QueueLab) -> None:
    critical = lab.call(Outcome.FAIL, critical=True)
    unsure = lab.call(Outcome.CANNOT_JUDGE, Outcome.PASS)
    doubtful = lab.call(Outcome.FAIL, confidence=0.61)
    lab.call(Outcome.FAIL, Outcome.NOT_MEASURABLE)
    lab.call(Outcome.PASS, confidence=0.5)
    lab.fill(drawing(shares={**CRITICAL, Part.LOW_CONFIDENCE: 1.0}, unsure_from=1))
    assert reasons(lab) == {
        critical: "failed_critical",
        unsure: "low_confidence",
        doubtful: "low_confidence",
    }
    assert {task.state for task in lab.tasks()} == {TaskState.NEW}


def test_filling_again_lets_nothing_in(lab: QueueLab) -> None:
    for _ in range(6):
        lab.call()
    rules = Rules(SamplingPlan(floor=0.5, agent_minimum=4))
    first = lab.fill(rules)
    assert first.total.calls == len(lab.tasks()) >= 4
    assert lab.fill(rules).total.calls == 0


def test_a_preview_says_what_would_enter_and_lets_nothing_in(lab: QueueLab) -> None:
    lab.call(Outcome.FAIL, critical=True)
    lab.call()
    lab.call()
    plan = sampling.look(
        lab.place.open_store,
        lab.place.clock,
        CONSOLE,
        Rules(SamplingPlan(floor=0, agent_minimum=2)),
    )
    assert {reason: load.calls for reason, load in plan.by_reason.items()} == {
        TaskReason.FAILED_CRITICAL: 1,
        TaskReason.DISPUTED: 0,
        TaskReason.LOW_CONFIDENCE: 0,
        TaskReason.NEW_AGENT: 0,
        TaskReason.NEW_RUBRIC: 0,
        TaskReason.RANDOM: 0,
        TaskReason.AGENT_MINIMUM: 1,
    }
    assert (plan.looked_at, plan.total.calls, plan.total.audio_s) == (3, 2, 2 * DURATION_S)
    assert plan.reviewers == 3
    assert lab.tasks() == []


def test_what_was_looked_at_and_accepted_enters_and_nothing_else_does(lab: QueueLab) -> None:
    call = lab.call()
    store, clock, ada = lab.place.open_store, lab.place.clock, lab.people["ada"]
    drawn = sampling.keep(store, clock, ada, drawing(floor=1))
    assert drawn
    lab.call()
    assert lab.tasks() == []
    assert sampling.accept(store, clock, ada, drawn) == 1
    assert reasons(lab) == {call: "random"}
    with pytest.raises(Conflict):
        sampling.accept(store, clock, ada, drawn)
    with pytest.raises(Conflict):
        sampling.discard(store, ada, drawn)
    assert reasons(lab) == {call: "random"}


def test_of_two_draws_from_the_same_calls_one_can_be_accepted(lab: QueueLab) -> None:
    lab.call()
    store, clock, ada = lab.place.open_store, lab.place.clock, lab.people["ada"]
    first, second = (sampling.keep(store, clock, ada, drawing(floor=1)) for _ in range(2))
    assert first
    assert second
    sampling.accept(store, clock, ada, second)
    with pytest.raises(sampling.Overtaken):
        sampling.accept(store, clock, ada, first)
    sampling.discard(store, ada, first)
    with pytest.raises(NotFound):
        sampling.view(store, ada, first, DrawnQuery())
    assert [each.public_id for each in sampling.draws(store, ada).records] == [second]


def test_a_call_reviewed_between_the_draw_and_its_acceptance_does_not_enter(lab: QueueLab) -> None:
    call = lab.call()
    store, clock, ada = lab.place.open_store, lab.place.clock, lab.people["ada"]
    drawn = sampling.keep(store, clock, ada, drawing(floor=1))
    assert drawn
    reviewed(lab, call, days_ago=0)
    assert sampling.accept(store, clock, ada, drawn) == 0
    view = sampling.view(store, ada, drawn, DrawnQuery())
    assert (view.reviewed, [each.reviewed for each in view.calls]) == (1, [True])


def test_what_people_chose_before_the_draw_stands_for_itself(lab: QueueLab) -> None:
    by_hand, seen, plain = lab.call(), lab.call(), lab.call()
    lab.queued(by_hand)
    reviewed(lab, seen, days_ago=0)
    store, clock, ada = lab.place.open_store, lab.place.clock, lab.people["ada"]
    drawn = sampling.keep(store, clock, ada, drawing(floor=1))
    assert drawn
    calls = sampling.view(store, ada, drawn, DrawnQuery()).calls
    assert {each.call: (each.reason.value, each.chance) for each in calls} == {
        by_hand: ("hand", 1.0),
        seen: ("hand", 1.0),
        plain: ("random", 1.0),
    }
    assert sampling.accept(store, clock, ada, drawn) == 1


def test_a_new_agent_and_a_new_rubric_are_drawn_more_where_there_are_old_ones(
    lab: QueueLab,
) -> None:
    rules = drawing(shares={Part.DISPUTED: 1.0, Part.NEW_AGENT: 1.0})
    lab.call(agent_id="A201")
    assert lab.fill(rules).total.calls == 0
    lab.place.clock.wait(days=20)
    lab.call(agent_id="A201")
    new = lab.call(agent_id="A777")
    lab.fill(rules)
    assert reasons(lab) == {new: "new_agent"}


def test_a_draw_says_how_much_work_it_is_and_what_it_could_not_draw(lab: QueueLab) -> None:
    lab.call(Outcome.FAIL, critical=True)
    lab.call()
    prospect = sampling.look(
        lab.place.open_store, lab.place.clock, CONSOLE, drawing(shares=CRITICAL)
    )
    total = prospect.total
    # Three minutes, and the length of the recording.
    assert (total.calls, total.audio_s, total.minutes) == (1, DURATION_S, 6)
    assert (prospect.looked_at, prospect.uncovered) == (2, 1)


def reviewed(lab: QueueLab, call: str, *, days_ago: float) -> None:
    """Somebody reviewed a call, as its row says it."""
    at = lab.now - timedelta(days=days_ago)
    with lab.place.open_store(writes=True) as unit:
        unit.tasks.finish(call, at=at)
        unit._session.execute(
            update(CallRow).where(CallRow.public_id == call).values(reviewed_at=at)
        )
        unit.commit()


def test_calls_scored_before_the_period_do_not_enter(lab: QueueLab) -> None:
    lab.call(Outcome.FAIL, critical=True, scored_at=lab.now - timedelta(days=31))
    recent = lab.call(Outcome.FAIL, critical=True, scored_at=lab.now - timedelta(days=29))
    lab.fill(drawing(shares=CRITICAL))
    assert list(reasons(lab)) == [recent]


def test_a_reviewed_call_enters_again_only_when_it_was_scored_anew_since(lab: QueueLab) -> None:
    since, before = (
        lab.call(Outcome.FAIL, critical=True, scored_at=lab.now - timedelta(days=3))
        for _ in range(2)
    )
    reviewed(lab, since, days_ago=1)
    reviewed(lab, before, days_ago=5)
    lab.fill(drawing(shares=CRITICAL))
    assert list(reasons(lab)) == [before]


def test_a_reviewed_call_counts_towards_its_agents_minimum(lab: QueueLab) -> None:
    reviewed(lab, lab.call(), days_ago=1)
    lab.call()
    lab.call()
    assert lab.fill(drawing(agent_minimum=2)).total.calls == 1


def test_a_dispute_enters_however_old_its_call_is_and_as_a_dispute(lab: QueueLab) -> None:
    old = lab.call(Outcome.FAIL, critical=True, scored_at=lab.now - timedelta(days=300))
    dispute(lab, old)
    lab.fill(NONE)
    (task,) = lab.tasks()
    assert (task.call, task.reason, task.state) == (old, TaskReason.DISPUTED, TaskState.DISPUTED)


def test_a_disputed_task_stays_until_the_dispute_is_settled(lab: QueueLab) -> None:
    call = lab.call(Outcome.FAIL)
    dispute(lab, call)
    lab.fill(NONE)
    with lab.place.open_store(writes=True) as unit:
        unit.tasks.finish(call, at=lab.now)
        (found,) = unit.answers.disputes_of(call)
        assert unit.tasks.of_call(call)
        unit.answers.settle(replace(found, state=type(found.state).WITHDRAWN, decided_at=lab.now))
        unit.tasks.finish(call, at=lab.now)
        assert unit.tasks.of_call(call) is None


def test_the_minimum_counts_what_the_queue_had_of_an_agent_in_the_period(lab: QueueLab) -> None:
    rules = drawing(agent_minimum=2)
    lab.queued(lab.call())
    for _ in range(3):
        lab.call()
    assert lab.fill(rules).total.calls == 1
    lab.place.clock.wait(days=20)
    lab.call()
    assert lab.fill(rules).total.calls == 0
    lab.place.clock.wait(days=11)
    lab.call()
    assert lab.fill(rules).total.calls == 1


def test_drawn_calls_keep_the_chance_that_they_had(lab: QueueLab) -> None:
    lab.call(Outcome.FAIL, critical=True)
    lab.call()
    lab.fill(drawing(shares=CRITICAL, floor=1))
    assert [(task.reason.value, task.chance) for task in lab.tasks()] == [
        ("failed_critical", 1.0),
        ("random", 1.0),
    ]


def test_due_dates_follow_the_reasons(lab: QueueLab) -> None:
    lab.call(Outcome.FAIL, critical=True)
    lab.call()
    lab.fill(drawing(shares=CRITICAL, floor=1, due_days=10))
    assert [(task.due_at - lab.now).days for task in lab.tasks()] == [4, 20]


def test_agents_and_visitors_do_not_fill_the_queue(lab: QueueLab) -> None:
    for actor in (lab.people["amy"], VISITOR):
        for use_case in (sampling.look, sampling.keep, sampling.fill):
            with pytest.raises(NotAllowed):
                use_case(lab.place.open_store, lab.place.clock, actor, Rules())

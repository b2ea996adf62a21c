"""The queue is filled by its rules, over a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from qa.domain.access import CONSOLE, VISITOR
from qa.domain.errors import NotAllowed
from qa.domain.queue import TaskReason, TaskState
from qa.domain.queue_rules import Rules
from qa.domain.scorecard import Outcome
from qa.services import queue_fill
from qa.store.tables import CallRow
from tests.unit.people_lab import Place
from tests.unit.queue_lab import DURATION_S, QueueLab

NONE = Rules(critical=False, unsure_from=0, random_percent=0, agent_minimum=0)


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
    lab.fill(replace(NONE, critical=True, unsure_from=1))
    assert reasons(lab) == {
        critical: "failed_critical",
        unsure: "low_confidence",
        doubtful: "low_confidence",
    }
    assert {task.state for task in lab.tasks()} == {TaskState.NEW}


def test_filling_again_lets_nothing_in(lab: QueueLab) -> None:
    for _ in range(6):
        lab.call()
    first = lab.fill(Rules(random_percent=50, agent_minimum=4))
    assert first.total.calls == len(lab.tasks()) >= 4
    assert lab.fill(Rules(random_percent=50, agent_minimum=4)).total.calls == 0


def test_a_preview_says_what_would_enter_and_lets_nothing_in(lab: QueueLab) -> None:
    lab.call(Outcome.FAIL, critical=True)
    lab.call()
    lab.call()
    plan = queue_fill.preview(
        lab.place.open_store,
        lab.place.clock,
        CONSOLE,
        Rules(random_percent=0, agent_minimum=2),
    )
    assert {reason: load.calls for reason, load in plan.by_reason.items()} == {
        TaskReason.FAILED_CRITICAL: 1,
        TaskReason.DISPUTED: 0,
        TaskReason.LOW_CONFIDENCE: 0,
        TaskReason.RANDOM: 0,
        TaskReason.AGENT_MINIMUM: 1,
    }
    assert (plan.looked_at, plan.total.calls, plan.total.audio_s) == (3, 2, 2 * DURATION_S)
    assert plan.reviewers == 3
    assert lab.tasks() == []


def test_what_was_agreed_to_enters_and_nothing_else_does(lab: QueueLab) -> None:
    rules = replace(NONE, random_percent=100)
    lab.call()
    store, clock, ada = lab.place.open_store, lab.place.clock, lab.people["ada"]
    plan = queue_fill.preview(store, clock, ada, rules)
    late = lab.call()
    with pytest.raises(queue_fill.FillChanged) as caught:
        queue_fill.fill(store, clock, ada, rules, agreed=plan.mark)
    assert lab.tasks() == []
    assert caught.value.plan.total.calls == 2
    queue_fill.fill(store, clock, ada, rules, agreed=caught.value.plan.mark)
    assert late in reasons(lab)
    # The form sent a second time: what was agreed to is in, so other calls would enter now (none).
    with pytest.raises(queue_fill.FillChanged):
        queue_fill.fill(store, clock, ada, rules, agreed=caught.value.plan.mark)


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
    lab.fill(replace(NONE, critical=True))
    assert list(reasons(lab)) == [recent]


def test_a_reviewed_call_enters_again_only_when_it_was_scored_anew_since(lab: QueueLab) -> None:
    since, before = (
        lab.call(Outcome.FAIL, critical=True, scored_at=lab.now - timedelta(days=3))
        for _ in range(2)
    )
    reviewed(lab, since, days_ago=1)
    reviewed(lab, before, days_ago=5)
    lab.fill(replace(NONE, critical=True))
    assert list(reasons(lab)) == [before]


def test_a_reviewed_call_counts_towards_its_agents_minimum(lab: QueueLab) -> None:
    reviewed(lab, lab.call(), days_ago=1)
    lab.call()
    lab.call()
    assert lab.fill(replace(NONE, agent_minimum=2)).total.calls == 1


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
    rules = replace(NONE, agent_minimum=2)
    lab.queued(lab.call())
    for _ in range(3):
        lab.call()
    assert lab.fill(rules).total.calls == 1
    lab.place.clock.wait(days=20)
    lab.call()
    assert lab.fill(rules).total.calls == 0
    lab.place.clock.wait(days=11)
    assert lab.fill(rules).total.calls == 1


def test_drawn_calls_keep_the_chance_that_they_had(lab: QueueLab) -> None:
    lab.call(Outcome.FAIL, critical=True)
    lab.call()
    lab.fill(replace(NONE, critical=True, random_percent=100))
    assert [(task.reason.value, task.chance) for task in lab.tasks()] == [
        ("failed_critical", 1.0),
        ("random", 1.0),
    ]


def test_due_dates_follow_the_reasons(lab: QueueLab) -> None:
    lab.call(Outcome.FAIL, critical=True)
    lab.call()
    lab.fill(replace(NONE, critical=True, random_percent=100, due_days=10))
    assert [(task.due_at - lab.now).days for task in lab.tasks()] == [4, 20]


def test_agents_and_visitors_do_not_fill_the_queue(lab: QueueLab) -> None:
    for actor in (lab.people["amy"], VISITOR):
        for use_case in (queue_fill.preview, queue_fill.fill):
            with pytest.raises(NotAllowed):
                use_case(lab.place.open_store, lab.place.clock, actor, Rules())

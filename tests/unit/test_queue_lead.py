"""A supervisor arranges the queue, over a real store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from qa.domain.access import VISITOR
from qa.domain.errors import InputInvalid, LimitExceeded, NotAllowed
from qa.domain.queue import Obstacle, Priority, Task, TaskReason, TaskState
from qa.services import queue_lead, queue_work
from qa.services.queue_lead import (
    AT_ONCE,
    AssignTo,
    Change,
    Changed,
    Chosen,
    SetDue,
    SetPriority,
    Unassign,
)
from tests.unit.people_lab import Place
from tests.unit.queue_lab import QueueLab


@pytest.fixture
def lab(place: Place) -> QueueLab:
    """Reviewers and no calls yet."""
    return QueueLab(place).staff()


def change(lab: QueueLab, asked: Change, *tasks: Task, login: str = "ada") -> Changed:
    chosen = [Chosen(task.public_id, task.revision) for task in tasks]
    return queue_lead.change(
        lab.place.open_store, lab.place.clock, lab.people[login], chosen, asked
    )


def add(lab: QueueLab, *calls: str, login: str = "sun") -> int:
    return queue_lead.add_by_hand(
        lab.place.open_store, lab.place.clock, lab.people[login], calls, due_days=7
    )


def claim(lab: QueueLab, login: str, task: Task, *, begin: bool = False) -> None:
    queue_work.claim(
        lab.place.open_store, lab.place.clock, lab.people[login], task.public_id, begin=begin
    )


def holders(lab: QueueLab) -> list[str | None]:
    return [task.assignee.name if task.assignee else None for task in lab.tasks()]


def test_several_tasks_are_given_to_somebody_at_once(lab: QueueLab) -> None:
    tasks = lab.queued(lab.call(), lab.call())
    assert change(lab, AssignTo(lab.ids["sun"]), *tasks) == Changed(2, ())
    assert holders(lab) == ["Sun", "Sun"]
    assert {task.state for task in lab.tasks()} == {TaskState.ASSIGNED}


def test_sending_the_same_form_twice_changes_nothing_more(lab: QueueLab) -> None:
    tasks = lab.queued(lab.call(), lab.call())
    change(lab, AssignTo(lab.ids["sun"]), *tasks)
    before = lab.tasks()
    assert change(lab, AssignTo(lab.ids["sun"]), *tasks) == Changed(2, ())
    assert lab.tasks() == before


def test_what_somebody_took_meanwhile_stays_theirs_and_is_named(lab: QueueLab) -> None:
    first, second = lab.queued(lab.call(), lab.call())
    claim(lab, "sam", second)
    done = change(lab, AssignTo(lab.ids["sun"]), first, second)
    assert done.number == 1
    (kept,) = done.kept
    assert kept.obstacle is Obstacle.CHANGED
    assert kept.task
    assert kept.task.assignee
    assert kept.task.assignee.name == "Sam"
    assert holders(lab) == ["Sun", "Sam"]


def test_what_cannot_be_given_to_somebody_is_named_and_the_rest_is_given(lab: QueueLab) -> None:
    own, begun, plain, disputed = lab.queued(
        lab.call(agent_id="A900"), lab.call(), lab.call(), lab.call()
    )
    claim(lab, "sun", begun, begin=True)
    with lab.place.open_store(writes=True) as unit:
        unit.tasks.raise_dispute(disputed.call, due_at=None, at=lab.now)
        unit.tasks.finish(plain.call, at=lab.now)
        unit.commit()
    asked = [own, lab.task(begun.call), *(each for each in lab.tasks() if each.call == plain.call)]
    done = change(lab, AssignTo(lab.ids["sam"]), *asked, lab.task(disputed.call))
    assert done.number == 1
    assert [(kept.task and kept.task.call_id, kept.obstacle) for kept in done.kept] == [
        (own.call_id, Obstacle.OWN_CALL),
        (begun.call_id, Obstacle.IN_REVIEW),
        (plain.call_id, Obstacle.DONE),
    ]
    assert lab.task(disputed.call).assignee


def test_tasks_that_are_gone_are_counted_as_kept(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    done = queue_lead.change(
        lab.place.open_store,
        lab.place.clock,
        lab.people["ada"],
        [Chosen("no-such", 1), Chosen(task.public_id, task.revision)],
        SetPriority(Priority.LOW),
    )
    assert done.number == 1
    assert [kept.obstacle for kept in done.kept] == [Obstacle.GONE]


def test_tasks_are_taken_back_even_from_who_has_begun(lab: QueueLab) -> None:
    first, second = lab.queued(lab.call(), lab.call())
    claim(lab, "sun", first, begin=True)
    assert change(lab, Unassign(), lab.task(first.call), second) == Changed(2, ())
    assert holders(lab) == [None, None]
    assert {task.state for task in lab.tasks()} == {TaskState.NEW}


def test_due_date_and_priority_are_set_whoever_holds_the_task(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    claim(lab, "sun", task, begin=True)
    due = lab.now + timedelta(days=1)
    assert change(lab, SetDue(due), lab.task(task.call)).number == 1
    assert change(lab, SetPriority(Priority.URGENT), lab.task(task.call)).number == 1
    now = lab.task(task.call)
    assert (now.due_at, now.priority, now.state) == (due, Priority.URGENT, TaskState.IN_REVIEW)


@pytest.mark.parametrize("user", ["amy", "no-such"])
def test_tasks_are_given_to_reviewers_alone(lab: QueueLab, user: str) -> None:
    (task,) = lab.queued(lab.call())
    with pytest.raises(InputInvalid) as caught:
        change(lab, AssignTo(lab.ids.get(user, user)), task)
    assert caught.value.field == "assignee"
    assert holders(lab) == [None]


def test_nothing_and_too_much_is_refused(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    with pytest.raises(InputInvalid) as caught:
        change(lab, Unassign())
    assert caught.value.field == "task"
    with pytest.raises(LimitExceeded):
        change(lab, Unassign(), *[task] * (AT_ONCE + 1))


def test_a_call_is_put_in_by_hand_once(lab: QueueLab) -> None:
    call = lab.call()
    assert add(lab, call) == 1
    assert add(lab, call) == 0
    task = lab.task(call)
    assert (task.reason, task.priority) == (TaskReason.HAND, Priority.HIGH)
    assert task.due_at == lab.now + timedelta(days=7)


def test_a_reviewed_call_can_be_put_in_again(lab: QueueLab) -> None:
    call = lab.call()
    add(lab, call)
    with lab.place.open_store(writes=True) as unit:
        unit.tasks.finish(call, at=lab.now)
        unit.commit()
    assert add(lab, call) == 1
    assert [task.state for task in lab.tasks()] == [TaskState.DONE, TaskState.NEW]


def test_what_is_no_call_is_not_put_in(lab: QueueLab) -> None:
    assert add(lab, "no-such-call") == 0
    with pytest.raises(InputInvalid):
        add(lab)


def test_agents_and_visitors_arrange_nothing(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    for actor in (lab.people["amy"], VISITOR):
        with pytest.raises(NotAllowed):
            queue_lead.change(
                lab.place.open_store,
                lab.place.clock,
                actor,
                [Chosen(task.public_id, task.revision)],
                Unassign(),
            )
        with pytest.raises(NotAllowed):
            queue_lead.add_by_hand(
                lab.place.open_store, lab.place.clock, actor, [task.call], due_days=7
            )

"""What a task may become, who may have it, and which one comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from qa.domain.people import Person
from qa.domain.queue import (
    MOVES,
    Move,
    Obstacle,
    Priority,
    Reviewer,
    Task,
    TaskConflict,
    TaskReason,
    TaskState,
    best_for,
    due_after,
    entry,
    moved,
)

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SUN = Reviewer(Person(1, "p-sun", "Sun"), None)
SAM = Reviewer(Person(2, "p-sam", "Sam"), "A900")


def task(**changes: Any) -> Task:
    whole = Task(
        public_id="t",
        call="c",
        call_id="call-1",
        agent_id="A101",
        reason=TaskReason.RANDOM,
        priority=Priority.NORMAL,
        state=TaskState.NEW,
        assignee=None,
        due_at=AT + timedelta(days=7),
        created_at=AT,
        changed_at=AT,
        revision=1,
    )
    return replace(whole, **changes)


def test_a_task_goes_from_new_to_done_by_way_of_its_reviewer() -> None:
    claimed = moved(task(), Move.CLAIM, at=AT, to=SUN)
    begun = moved(claimed, Move.BEGIN, at=AT)
    done = moved(begun, Move.FINISH, at=AT)
    assert [each.state.value for each in (claimed, begun, done)] == [
        "assigned",
        "in_review",
        "done",
    ]
    assert done.assignee == SUN.person


@pytest.mark.parametrize("state", TaskState)
@pytest.mark.parametrize("move", Move)
def test_no_move_but_those_of_the_table_is_made(state: TaskState, move: Move) -> None:
    held = SUN.person if state in (TaskState.ASSIGNED, TaskState.IN_REVIEW) else None
    if state is TaskState.DISPUTED and move is Move.RELEASE:
        held = SUN.person
    before = task(state=state, assignee=held)
    if move in MOVES[state]:
        assert moved(before, move, at=AT, to=SAM).state is MOVES[state][move]
    else:
        with pytest.raises(TaskConflict) as caught:
            moved(before, move, at=AT, to=SAM)
        assert caught.value.task is before


def test_what_is_done_is_done() -> None:
    assert MOVES[TaskState.DONE] == {}


def test_a_task_that_somebody_took_cannot_be_claimed_again() -> None:
    with pytest.raises(TaskConflict) as caught:
        moved(moved(task(), Move.CLAIM, at=AT, to=SUN), Move.CLAIM, at=AT, to=SAM)
    assert caught.value.obstacle is Obstacle.TAKEN
    assert caught.value.task
    assert caught.value.task.assignee == SUN.person


def test_a_dispute_is_claimed_by_one_at_a_time_and_stays_a_dispute() -> None:
    disputed = task(state=TaskState.DISPUTED)
    claimed = moved(disputed, Move.CLAIM, at=AT, to=SUN)
    assert (claimed.state, claimed.assignee) == (TaskState.DISPUTED, SUN.person)
    with pytest.raises(TaskConflict):
        moved(claimed, Move.CLAIM, at=AT, to=SAM)
    with pytest.raises(TaskConflict) as caught:
        moved(disputed, Move.RELEASE, at=AT)
    assert caught.value.obstacle is Obstacle.NOT_HELD


def test_a_call_that_is_disputed_while_somebody_reviews_it_is_taken_from_them() -> None:
    begun = task(state=TaskState.IN_REVIEW, assignee=SUN.person)
    assert moved(begun, Move.DISPUTE, at=AT).assignee is None


def test_a_review_that_somebody_has_begun_is_not_given_to_another() -> None:
    with pytest.raises(TaskConflict) as caught:
        moved(task(state=TaskState.IN_REVIEW, assignee=SUN.person), Move.ASSIGN, at=AT, to=SAM)
    assert caught.value.obstacle is Obstacle.IN_REVIEW


@pytest.mark.parametrize("move", [Move.CLAIM, Move.ASSIGN])
def test_nobody_gets_their_own_call(move: Move) -> None:
    with pytest.raises(TaskConflict) as caught:
        moved(task(agent_id="A900"), move, at=AT, to=SAM)
    assert caught.value.obstacle is Obstacle.OWN_CALL


@pytest.mark.parametrize("move", [Move.CLAIM, Move.ASSIGN])
def test_nobody_gets_a_dispute_about_their_own_scoring(move: Move) -> None:
    disputed = task(state=TaskState.DISPUTED, scored_by=frozenset({1}))
    with pytest.raises(TaskConflict) as caught:
        moved(disputed, move, at=AT, to=SUN)
    assert caught.value.obstacle is Obstacle.OWN_SCORING
    assert moved(disputed, move, at=AT, to=SAM).assignee == SAM.person


def test_what_may_cost_somebody_their_pay_is_due_first() -> None:
    days = {reason: (due_after(reason, AT, 7) - AT).days for reason in TaskReason}
    assert days == {
        TaskReason.FAILED_CRITICAL: 3,
        TaskReason.DISPUTED: 3,
        TaskReason.LOW_CONFIDENCE: 7,
        TaskReason.HAND: 7,
        TaskReason.NEW_AGENT: 14,
        TaskReason.NEW_RUBRIC: 14,
        TaskReason.RANDOM: 14,
        TaskReason.AGENT_MINIMUM: 14,
    }
    assert due_after(TaskReason.FAILED_CRITICAL, AT, 1) == AT + timedelta(days=1)
    assert entry("c", TaskReason.FAILED_CRITICAL, at=AT, due_days=7).priority is Priority.URGENT


def test_a_task_is_overdue_until_it_is_done() -> None:
    later = AT + timedelta(days=8)
    assert task().overdue(later)
    assert not task().overdue(AT)
    assert not task(state=TaskState.DONE).overdue(later)


def test_the_next_task_is_ones_own_before_what_is_more_urgent() -> None:
    own = task(public_id="own", state=TaskState.ASSIGNED, assignee=SUN.person)
    begun = replace(own, public_id="begun", state=TaskState.IN_REVIEW, priority=Priority.LOW)
    urgent = task(public_id="urgent", priority=Priority.URGENT)
    assert best_for(SUN, [urgent, own, begun]) == begun
    assert best_for(SUN, [urgent, own]) == own
    assert best_for(SAM, [urgent, own, begun]) == urgent


def test_of_equally_urgent_tasks_the_one_due_first_is_next_and_then_the_oldest() -> None:
    first = task(public_id="first", due_at=AT)
    second = task(public_id="second", due_at=AT)
    assert best_for(SUN, [task(), first, second]) == first


def test_there_is_no_next_task_where_all_are_other_peoples_or_done() -> None:
    theirs = task(state=TaskState.ASSIGNED, assignee=SAM.person)
    assert best_for(SUN, [theirs, task(state=TaskState.DONE, assignee=SUN.person)]) is None
    assert best_for(SUN, []) is None

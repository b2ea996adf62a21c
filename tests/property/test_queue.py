"""Whatever happens to tasks: no state is skipped, and the next task is never one that is not theirs to do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from qa.domain.people import Person
from qa.domain.queue import (
    MOVES,
    Move,
    Priority,
    Reviewer,
    Task,
    TaskConflict,
    TaskReason,
    TaskState,
    best_for,
    moved,
)

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
REVIEWERS = tuple(
    Reviewer(Person(number, f"p{number}", f"Person {number}"), agent)
    for number, agent in enumerate((None, None, "A1"), start=1)
)
_HELD = (TaskState.ASSIGNED, TaskState.IN_REVIEW)

reviewers = st.sampled_from(REVIEWERS)


@st.composite
def tasks(draw: st.DrawFn) -> Task:
    state = draw(st.sampled_from(TaskState))
    holders = reviewers if state in _HELD else st.none() | reviewers
    holder = None if state is TaskState.NEW else draw(holders)
    return Task(
        public_id=draw(st.uuids()).hex,
        call="c",
        call_id="call",
        agent_id=draw(st.sampled_from((None, "A1", "A2"))),
        reason=draw(st.sampled_from(TaskReason)),
        priority=draw(st.sampled_from(Priority)),
        state=state,
        assignee=holder.person if holder else None,
        due_at=AT + timedelta(hours=draw(st.integers(-3, 3))),
        created_at=AT,
        changed_at=AT,
        revision=1,
        scored_by=frozenset(
            draw(st.sets(st.integers(1, 3))) if state is TaskState.DISPUTED else ()
        ),
    )


@given(st.lists(st.tuples(st.sampled_from(Move), reviewers)))
def test_a_task_only_ever_goes_where_the_table_leads_and_is_held_by_who_may(
    moves: list[tuple[Move, Reviewer]],
) -> None:
    task = Task(
        public_id="t",
        call="c",
        call_id="call",
        agent_id="A1",
        reason=TaskReason.RANDOM,
        priority=Priority.NORMAL,
        state=TaskState.NEW,
        assignee=None,
        due_at=AT,
        created_at=AT,
        changed_at=AT,
        revision=1,
    )
    for move, who in moves:
        before = task
        try:
            task = moved(task, move, at=AT, to=who)
        except TaskConflict:
            continue
        assert task.state is MOVES[before.state][move]
        # Somebody holds what is assigned or in review, nobody what is new, and nobody their own call.
        if task.state in _HELD:
            assert task.assignee is not None
        if task.state is TaskState.NEW:
            assert task.assignee is None
        assert task.assignee is None or task.assignee.id != 3
        # Nobody loses a task to another's claim.
        if move is Move.CLAIM:
            assert before.assignee is None


@given(st.lists(tasks(), max_size=12), reviewers)
def test_the_next_task_is_one_that_they_may_do_and_none_is_better(
    waiting: list[Task], me: Reviewer
) -> None:
    best = best_for(me, waiting)
    theirs = [
        task
        for task in waiting
        if task.open
        and (task.assignee in (None, me.person))
        and (me.agent_id is None or task.agent_id != me.agent_id)
        and me.person.id not in task.scored_by
    ]
    if best is None:
        assert theirs == []
        return
    assert best in theirs
    for other in theirs:
        if best.assignee is None:
            assert other.assignee is None
        if (best.assignee is None) == (other.assignee is None) and best.state is other.state:
            assert (best.priority, best.due_at) <= (other.priority, other.due_at)


@given(st.lists(tasks(), max_size=12), reviewers)
def test_asking_for_the_next_task_again_and_again_ends_and_brings_nothing_twice(
    waiting: list[Task], me: Reviewer
) -> None:
    seen: list[str] = []
    left = list(waiting)
    while (best := best_for(me, left)) is not None:
        if best.assignee is None:
            assert moved(best, Move.CLAIM, at=AT, to=me).assignee == me.person
        seen.append(best.public_id)
        left.remove(best)
    assert len(seen) == len(set(seen))

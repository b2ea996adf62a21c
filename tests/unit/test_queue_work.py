"""Reviewers at work on the queue, over a real store."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from qa.domain.access import CONSOLE, VISITOR
from qa.domain.errors import NotAllowed, NotFound
from qa.domain.queue import Obstacle, Priority, Task, TaskConflict, TaskState
from qa.domain.scorecard import Outcome
from qa.services import queue_work
from tests.unit.people_lab import Place
from tests.unit.queue_lab import QueueLab


@pytest.fixture
def lab(place: Place) -> QueueLab:
    """Reviewers and no calls yet."""
    return QueueLab(place).staff()


def claim(lab: QueueLab, login: str, task: Task, *, begin: bool = False) -> Task:
    return queue_work.claim(
        lab.place.open_store, lab.place.clock, lab.people[login], task.public_id, begin=begin
    )


def take_next(lab: QueueLab, login: str, leaving: str | None = None) -> Task | None:
    return queue_work.take_next(
        lab.place.open_store, lab.place.clock, lab.people[login], leaving=leaving
    )


def skip(lab: QueueLab, login: str, task: Task) -> Task:
    return queue_work.skip(lab.place.open_store, lab.place.clock, lab.people[login], task.public_id)


def release(lab: QueueLab, login: str, task: Task) -> Task:
    return queue_work.release(
        lab.place.open_store, lab.place.clock, lab.people[login], task.public_id
    )


def dispute(lab: QueueLab, call: str) -> None:
    with lab.place.open_store(writes=True) as unit:
        unit.tasks.raise_dispute(call, due_at=lab.now + timedelta(days=3), at=lab.now)
        unit.commit()


def finish(lab: QueueLab, call: str, *, by: int | None = None) -> None:
    with lab.place.open_store(writes=True) as unit:
        unit.tasks.finish(call, at=lab.now, by=by)
        unit.commit()


# --- claiming ----------------------------------------------------------------------------------


def test_a_claimed_task_is_ones_own_and_the_next_who_claims_it_is_told_whose(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    mine = claim(lab, "sun", task)
    assert (mine.state, mine.assignee and mine.assignee.name) == (TaskState.ASSIGNED, "Sun")
    with pytest.raises(TaskConflict) as caught:
        claim(lab, "sam", task)
    assert caught.value.obstacle is Obstacle.TAKEN
    assert caught.value.task
    assert caught.value.task.assignee == mine.assignee


def test_a_claim_sent_twice_does_no_harm(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    first = claim(lab, "sun", task)
    assert claim(lab, "sun", task) == first


def test_of_many_who_claim_at_once_one_wins_and_the_others_are_told(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    logins = ("sun", "sam", "ada")
    won: list[str] = []
    told: list[str] = []
    start = threading.Barrier(len(logins))

    def try_it(login: str) -> None:
        start.wait()
        try:
            claim(lab, login, task)
        except TaskConflict:
            told.append(login)
        else:
            won.append(login)

    threads = [threading.Thread(target=try_it, args=(login,)) for login in logins]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert sorted([*won, *told]) == sorted(logins)
    holder = lab.task(task.call).assignee
    assert holder
    assert holder.public_id == lab.ids[won[0]]


def test_starting_at_once_puts_it_in_review(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    assert claim(lab, "sun", task, begin=True).state is TaskState.IN_REVIEW
    assert claim(lab, "sun", task, begin=True).state is TaskState.IN_REVIEW


def test_nobody_claims_their_own_call(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call(agent_id="A900"))
    with pytest.raises(TaskConflict) as caught:
        claim(lab, "sam", task)
    assert caught.value.obstacle is Obstacle.OWN_CALL


def test_what_is_done_cannot_be_claimed_released_or_skipped(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    claim(lab, "sun", task)
    finish(lab, task.call)
    for act in (claim, release, skip):
        with pytest.raises(TaskConflict) as caught:
            act(lab, "sun", task)
        assert caught.value.obstacle is Obstacle.DONE


def test_agents_visitors_and_the_console_hold_no_tasks(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    for actor in (lab.people["amy"], VISITOR, CONSOLE):
        with pytest.raises(NotAllowed):
            queue_work.claim(lab.place.open_store, lab.place.clock, actor, task.public_id)
        with pytest.raises(NotAllowed):
            queue_work.take_next(lab.place.open_store, lab.place.clock, actor)
    assert lab.task(task.call) == task


def test_a_task_that_is_not_there_is_not_found(lab: QueueLab) -> None:
    with pytest.raises(NotFound):
        queue_work.claim(lab.place.open_store, lab.place.clock, lab.people["sun"], "no-such")


# --- letting go --------------------------------------------------------------------------------


def test_a_released_task_is_everybodys_again(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    claim(lab, "sun", task, begin=True)
    assert release(lab, "sun", task).state is TaskState.NEW
    assert claim(lab, "sam", task).assignee


def test_only_its_holder_releases_a_task_and_only_once(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    claim(lab, "sun", task)
    with pytest.raises(TaskConflict) as caught:
        release(lab, "sam", task)
    assert caught.value.obstacle is Obstacle.TAKEN
    release(lab, "sun", task)
    with pytest.raises(TaskConflict) as caught:
        release(lab, "sun", task)
    assert caught.value.obstacle is Obstacle.NOT_HELD


def test_a_skipped_task_is_released_and_does_not_come_back_to_who_skipped_it(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    claim(lab, "sun", task)
    assert skip(lab, "sun", task).state is TaskState.NEW
    skip(lab, "sun", task)
    assert take_next(lab, "sun") is None
    taken = take_next(lab, "sam")
    assert taken
    assert taken.public_id == task.public_id


def test_what_somebody_else_holds_cannot_be_skipped(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    claim(lab, "sun", task)
    with pytest.raises(TaskConflict):
        skip(lab, "sam", task)
    assert lab.task(task.call).assignee


def test_what_somebody_skipped_is_theirs_when_they_claim_it_after_all(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    skip(lab, "sun", task)
    claim(lab, "sun", task)
    taken = take_next(lab, "sun")
    assert taken
    assert taken.public_id == task.public_id


# --- next --------------------------------------------------------------------------------------


def test_next_takes_the_most_urgent_task_and_starts_on_it(lab: QueueLab) -> None:
    lab.call()
    critical = lab.call(Outcome.FAIL, critical=True)
    lab.call()
    lab.fill()
    taken = take_next(lab, "sun")
    assert taken
    assert (taken.call, taken.state, taken.priority) == (
        critical,
        TaskState.IN_REVIEW,
        Priority.URGENT,
    )
    assert taken.assignee
    assert taken.assignee.name == "Sun"


def test_next_brings_ones_own_before_what_is_more_urgent(lab: QueueLab) -> None:
    (own,) = lab.queued(lab.call())
    claim(lab, "sun", own)
    lab.call(Outcome.FAIL, critical=True)
    lab.fill()
    taken = take_next(lab, "sun")
    assert taken
    assert taken.public_id == own.public_id


def test_two_who_ask_for_the_next_call_get_two_calls_until_none_is_left(lab: QueueLab) -> None:
    lab.queued(lab.call(), lab.call())
    first, second = take_next(lab, "sun"), take_next(lab, "sam")
    assert first
    assert second
    assert first.call != second.call
    assert take_next(lab, "ada") is None


def test_next_leaves_the_call_that_one_comes_from(lab: QueueLab) -> None:
    first, second = lab.queued(lab.call(), lab.call())
    assert take_next(lab, "sun")
    following = take_next(lab, "sun", leaving=first.call)
    assert following
    assert following.call == second.call
    assert take_next(lab, "sun", leaving=second.call)
    finish(lab, first.call)
    assert take_next(lab, "sun", leaving=second.call) is None


def test_next_is_never_ones_own_call(lab: QueueLab) -> None:
    lab.queued(lab.call(agent_id="A900"), lab.call(agent_id=None))
    taken = take_next(lab, "sam")
    assert taken
    assert taken.agent_id is None
    assert take_next(lab, "sam", leaving=taken.call) is None


def test_next_brings_a_dispute_and_keeps_it_one(lab: QueueLab) -> None:
    call = lab.call()
    dispute(lab, call)
    taken = take_next(lab, "sun")
    assert taken
    assert (taken.call, taken.state) == (call, TaskState.DISPUTED)
    assert taken.assignee
    assert take_next(lab, "sam") is None


# --- what reviews and disputes do to it --------------------------------------------------------


def test_a_review_begun_from_the_calls_page_takes_its_task(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    me = lab.people["sun"].user_id
    other = lab.people["sam"].user_id
    assert me
    assert other
    with lab.place.open_store(writes=True) as unit:
        unit.tasks.begin(task.call, me, at=lab.now)
        unit.tasks.begin(task.call, other, at=lab.now)
        unit.tasks.begin("no-such-call", me, at=lab.now)
        unit.commit()
    held = lab.task(task.call)
    assert held.state is TaskState.IN_REVIEW
    assert held.assignee
    assert held.assignee.id == me


def test_a_finished_task_leaves_the_queue_and_names_who_finished_it(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    claim(lab, "sun", task)
    finish(lab, task.call, by=lab.people["sam"].user_id)
    (done,) = lab.tasks()
    assert done.state is TaskState.DONE
    assert done.assignee
    assert done.assignee.name == "Sam"
    finish(lab, task.call)
    assert lab.tasks() == [done]


def test_a_dispute_takes_over_the_calls_task_and_whoever_held_it_loses_it(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    claim(lab, "sun", task, begin=True)
    dispute(lab, task.call)
    (disputed,) = lab.tasks()
    assert disputed.public_id == task.public_id
    assert disputed.state is TaskState.DISPUTED
    assert disputed.reason.value == "disputed"
    assert disputed.assignee is None
    assert disputed.due_at == lab.now + timedelta(days=3)
    with pytest.raises(TaskConflict):
        release(lab, "sun", task)


def test_a_dispute_of_a_reviewed_call_is_a_task_of_its_own(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    finish(lab, task.call)
    dispute(lab, task.call)
    assert [each.state for each in lab.tasks()] == [TaskState.DONE, TaskState.DISPUTED]
    finish(lab, task.call)
    assert {each.state for each in lab.tasks()} == {TaskState.DONE}


def test_a_dispute_of_no_call_is_not_found(lab: QueueLab) -> None:
    with lab.place.open_store(writes=True) as unit, pytest.raises(NotFound):
        unit.tasks.raise_dispute("no-such-call", due_at=None, at=lab.now)


def test_a_task_that_changed_since_it_was_read_is_not_overwritten(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    claim(lab, "sun", task)
    with (
        lab.place.open_store(writes=True) as unit,
        pytest.raises(TaskConflict) as caught,
    ):
        unit.tasks.save([task])
    assert caught.value.obstacle is Obstacle.CHANGED

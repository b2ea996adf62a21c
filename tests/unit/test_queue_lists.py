"""What the queue shows, over a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from qa.domain.access import VISITOR
from qa.domain.errors import NotAllowed
from qa.domain.queue import Obstacle, TaskReason, TaskState
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Outcome
from qa.ports.queue import TaskQuery
from qa.services import queue, queue_work
from qa.services.browse import RubricTexts
from tests.unit.people_lab import Place
from tests.unit.queue_lab import QueueLab


def _no_text(_source: str) -> Rubric:
    raise AssertionError("these calls' rubric has no stored text")


RUBRICS = RubricTexts(_no_text)


@pytest.fixture
def lab(place: Place) -> QueueLab:
    """Reviewers and no calls yet."""
    return QueueLab(place).staff()


def view(lab: QueueLab, login: str = "sun", **asked: Any) -> queue.QueueView:
    return queue.list_tasks(
        lab.place.open_store, RUBRICS, lab.place.clock, lab.people[login], TaskQuery(**asked)
    )


def listed(lab: QueueLab, login: str = "sun", **asked: Any) -> list[str]:
    return [row.queued.task.call for row in view(lab, login, **asked).rows]


def test_the_most_urgent_task_stands_first(lab: QueueLab) -> None:
    plain, critical = lab.call(), lab.call(Outcome.FAIL, critical=True)
    (by_hand,) = lab.queued(lab.call())
    lab.fill()
    assert listed(lab) == [critical, by_hand.call, plain]
    assert listed(lab, descending=True) == [plain, by_hand.call, critical]


def test_a_row_says_what_it_is_about(lab: QueueLab) -> None:
    lab.call(Outcome.FAIL, Outcome.FAIL, Outcome.CANNOT_JUDGE, critical=True)
    lab.fill()
    (row,) = view(lab).rows
    assert [title.en for title in row.critical] == ["criterion-0"]
    assert (len(row.queued.call.failed), len(row.queued.call.open)) == (2, 1)
    assert row.queued.agent_name == "Amy"
    assert (row.overdue, row.barred, row.mine, row.queued.skipped) == (False, None, False, False)
    lab.place.clock.wait(days=30)
    assert view(lab).rows[0].overdue


def test_the_list_narrows_by_everything_that_can_be_asked(lab: QueueLab) -> None:
    critical = lab.call(Outcome.FAIL, critical=True, language="zh")
    plain = lab.call(agent_id="A900")
    lab.fill()
    queue_work.claim(
        lab.place.open_store, lab.place.clock, lab.people["sun"], lab.task(plain).public_id
    )
    sun = lab.people["sun"].user_id
    with lab.place.open_store(writes=True) as unit:
        returns = unit.people.add_team("Returns", at=lab.now)
        amy = unit.people.user(lab.ids["amy"])
        unit.people.change_user(amy.id, replace(amy.account, team=returns.public_id))
        unit.commit()
    for asked, expected in (
        ({"states": (TaskState.NEW,)}, [critical]),
        ({"states": (TaskState.ASSIGNED,)}, [plain]),
        ({"states": (TaskState.ASSIGNED, TaskState.IN_REVIEW)}, [plain]),
        ({"states": (TaskState.DONE,)}, []),
        ({"reason": TaskReason.RANDOM}, [plain]),
        ({"held": False}, [critical]),
        ({"held": True}, [plain]),
        ({"assignee_id": sun}, [plain]),
        ({"assignee": lab.ids["sun"]}, [plain]),
        ({"assignee": lab.ids["ada"]}, []),
        ({"agent": "A900"}, [plain]),
        ({"agent": "amy"}, [critical]),
        ({"team": returns.public_id}, [critical]),
        ({"team": "no-such"}, []),
        ({"language": "zh"}, [critical]),
        ({"critical": True}, [critical]),
        ({"due_before": lab.now + timedelta(days=5)}, [critical]),
        ({"changed_since": lab.now + timedelta(days=5)}, []),
    ):
        assert listed(lab, **asked) == expected, asked


@pytest.mark.parametrize("sort", ["urgency", "due", "waiting", "changed", "score", "agent"])
def test_the_list_sorts_both_ways(lab: QueueLab, sort: str) -> None:
    for agent_id, outcome in (("A3", Outcome.PASS), ("A1", Outcome.FAIL), (None, Outcome.FAIL)):
        lab.queued(lab.call(outcome, Outcome.PASS, agent_id=agent_id))
        lab.place.clock.wait(hours=1)
    up, down = listed(lab, sort=sort), listed(lab, sort=sort, descending=True)
    assert sorted(up) == sorted(down)
    if sort == "agent":
        # Who has no agent comes last either way.
        assert up[-1] == down[-1]
    else:
        assert up == down[::-1]


def test_a_page_past_the_end_is_the_last_one(lab: QueueLab) -> None:
    tasks = lab.queued(*(lab.call() for _ in range(5)))
    found = view(lab, page=9, page_size=2)
    assert (found.query.page, found.pages, found.total) == (3, 3, 5)
    assert [row.queued.task.call for row in found.rows] == [tasks[-1].call]


def test_counts_are_by_state_and_follow_the_other_filters(lab: QueueLab) -> None:
    first, *_ = lab.queued(lab.call(), lab.call(), lab.call(agent_id="A900"))
    queue_work.claim(lab.place.open_store, lab.place.clock, lab.people["sun"], first.public_id)
    assert {state.value: number for state, number in view(lab).counts.items()} == {
        "new": 2,
        "assigned": 1,
        "in_review": 0,
        "disputed": 0,
    }
    found = view(lab, agent="A201", states=(TaskState.NEW,))
    assert (found.total, found.counts[TaskState.ASSIGNED]) == (1, 1)


def test_it_says_what_is_not_for_who_looks(lab: QueueLab) -> None:
    lab.queued(lab.call(agent_id="A900"))
    assert view(lab, "sam").rows[0].barred is Obstacle.OWN_CALL
    assert view(lab, "sun").rows[0].barred is None


def test_what_somebody_skipped_is_marked_for_them_alone(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    queue_work.skip(lab.place.open_store, lab.place.clock, lab.people["sun"], task.public_id)
    mine, theirs = view(lab, "sun"), view(lab, "sam")
    assert (mine.rows[0].queued.skipped, mine.skipped) == (True, 1)
    assert (theirs.rows[0].queued.skipped, theirs.skipped) == (False, 0)


def test_who_holds_a_task_can_be_asked_for_after_they_have_left(lab: QueueLab) -> None:
    (task,) = lab.queued(lab.call())
    queue_work.claim(lab.place.open_store, lab.place.clock, lab.people["sun"], task.public_id)
    sun = lab.people["sun"].user_id
    assert sun
    with lab.place.open_store(writes=True) as unit:
        unit.people.set_active(sun, active=False)
        unit.commit()
    choices = view(lab, "sam").choices
    assert "Sun" in {person.name for person in choices.holders}
    assert "Sun" not in {user.name for user in choices.reviewers}


def test_the_board_has_a_column_for_each_state_and_forgets_what_was_done_long_ago(
    lab: QueueLab,
) -> None:
    first, second, third = lab.queued(lab.call(), lab.call(), lab.call())
    store, clock, sun = lab.place.open_store, lab.place.clock, lab.people["sun"]
    queue_work.claim(store, clock, sun, first.public_id, begin=True)
    with store(writes=True) as unit:
        unit.tasks.raise_dispute(second.call, due_at=None, at=lab.now)
        unit.tasks.finish(third.call, at=lab.now)
        unit.commit()

    def columns() -> dict[str, tuple[int, list[str]]]:
        shown = queue.board(store, RUBRICS, clock, sun, TaskQuery())
        return {
            column.state.value: (column.total, [row.queued.task.call for row in column.rows])
            for column in shown.columns
        }

    assert columns() == {
        "new": (0, []),
        "assigned": (0, []),
        "in_review": (1, [first.call]),
        "disputed": (1, [second.call]),
        "done": (1, [third.call]),
    }
    clock.wait(days=8)
    assert columns()["done"] == (0, [])


def test_everything_can_be_taken_away(lab: QueueLab) -> None:
    lab.call(Outcome.FAIL, critical=True)
    lab.fill()
    (line,) = queue.task_lines(lab.place.open_store, lab.people["sun"], TaskQuery())
    assert tuple(line) == queue.TASK_COLUMNS
    assert (line["reason"], line["priority"], line["critical_failed"]) == (
        "failed_critical",
        "urgent",
        "criterion-0",
    )


def test_agents_and_visitors_see_no_queue(lab: QueueLab) -> None:
    for actor in (lab.people["amy"], VISITOR):
        for show in (queue.list_tasks, queue.board):
            with pytest.raises(NotAllowed):
                show(lab.place.open_store, RUBRICS, lab.place.clock, actor, TaskQuery())
        with pytest.raises(NotAllowed):
            queue.task_lines(lab.place.open_store, actor, TaskQuery())

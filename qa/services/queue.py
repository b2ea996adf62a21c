"""What the review queue shows: a page of it, its board, all of it for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from qa.domain.access import Action, Actor, require
from qa.domain.people import Person, Team, User, UserRole
from qa.domain.queue import OPEN_STATES, Obstacle, Reviewer, TaskState, bars
from qa.domain.wording import Text
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.ports.queue import QueuedCall, TaskQuery
from qa.services.browse import RubricTexts
from qa.services.paging import pages_of

REVIEWERS = (UserRole.ADMIN, UserRole.SUPERVISOR)
"""Who can be given a task."""
DONE_RECENTLY = timedelta(days=7)
"""For how long the board shows what is done."""
BOARD_ROWS = 20
"""Tasks that a column of the board shows; the rest is behind its link."""


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One row of the queue as somebody sees it.

    Attributes:
        critical: Titles of the critical criteria that failed.
        barred: Why the task is not for who looks, whoever holds it; ``None`` where it may be.
        mine: Whether who looks holds it.
    """

    queued: QueuedCall
    critical: tuple[Text, ...]
    overdue: bool
    barred: Obstacle | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What the queue can be filtered by and its tasks be given to.

    Attributes:
        reviewers: Who can be given a task.
        holders: Who can be asked for: the reviewers, and whoever still holds a task.
    """

    reviewers: tuple[User, ...]
    holders: tuple[Person, ...]
    teams: tuple[Team, ...]


@dataclass(frozen=True, slots=True)
class QueueView:
    """One page of the queue.

    Attributes:
        query: What was asked, its page corrected to one that exists.
        total: Tasks that match the query.
        counts: Tasks by open state that match the query's other filters.
        skipped: Open tasks that who looks has skipped.
    """

    query: TaskQuery
    rows: tuple[QueueRow, ...]
    total: int
    counts: Mapping[TaskState, int]
    choices: Choices
    skipped: int

    @property
    def pages(self) -> int:
        """How many pages the matching tasks fill, at least one."""
        return pages_of(self.total, self.query.page_size)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the board: its first tasks, and how many it has."""

    state: TaskState
    rows: tuple[QueueRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Board:
    """The queue by state; what is done shows for ``DONE_RECENTLY``."""

    query: TaskQuery
    columns: tuple[Column, ...]
    choices: Choices


def list_tasks(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    query: TaskQuery,
) -> QueueView:
    """One page of the queue. Raises ``NotAllowed``."""
    require(actor, Action.SEE_QUEUE)
    with open_store() as unit:
        counts = unit.tasks.count(replace(query, states=OPEN_STATES))
        if set(query.states) <= set(OPEN_STATES):
            total = sum(counts[state] for state in query.states)
        else:
            total = sum(unit.tasks.count(query).values())
        query = replace(query, page=min(max(query.page, 1), pages_of(total, query.page_size)))
        rows = unit.tasks.search(query, viewer_id=actor.user_id)
        return QueueView(
            query=query,
            rows=_rows(unit, rubrics, clock.now(), actor, rows),
            total=total,
            counts={state: counts[state] for state in OPEN_STATES},
            choices=_choices(unit),
            skipped=unit.tasks.skipped(actor.user_id) if actor.user_id is not None else 0,
        )


def board(
    open_store: UnitOfWorkFactory,
    rubrics: RubricTexts,
    clock: Clock,
    actor: Actor,
    query: TaskQuery,
) -> Board:
    """The queue by state, under a query's other filters. Raises ``NotAllowed``."""
    require(actor, Action.SEE_QUEUE)
    now = clock.now()
    opened = replace(query, states=OPEN_STATES, sort="urgency", descending=False)
    opened = replace(opened, page=1, page_size=BOARD_ROWS)
    done = replace(
        opened,
        states=(TaskState.DONE,),
        changed_since=now - DONE_RECENTLY,
        sort="changed",
        descending=True,
    )
    with open_store() as unit:
        counts = {**unit.tasks.count(opened), TaskState.DONE: 0}
        counts[TaskState.DONE] = unit.tasks.count(done)[TaskState.DONE]
        return Board(
            query=opened,
            columns=tuple(
                Column(
                    state,
                    _rows(
                        unit,
                        rubrics,
                        now,
                        actor,
                        unit.tasks.search(
                            done if state is TaskState.DONE else replace(opened, states=(state,)),
                            viewer_id=actor.user_id,
                        ),
                    ),
                    counts[state],
                )
                for state in TaskState
            ),
            choices=_choices(unit),
        )


TASK_COLUMNS = (
    "call_id",
    "agent_id",
    "language",
    "score",
    "critical_failed",
    "failed",
    "open",
    "task",
    "reason",
    "priority",
    "state",
    "assignee",
    "due_at",
    "created_at",
    "changed_at",
    "random_chance",
)
"""What an export says of a task, in its order."""


def task_lines(
    open_store: UnitOfWorkFactory, actor: Actor, query: TaskQuery
) -> Iterator[Mapping[str, str | float | None]]:
    """All tasks that match a query, in its order, for a spreadsheet. Raises ``NotAllowed`` before the first."""
    require(actor, Action.SEE_QUEUE)
    require(actor, Action.EXPORT)

    def read() -> Iterator[Mapping[str, str | float | None]]:
        with open_store() as unit:
            yield from map(_line, unit.tasks.every(query))

    return read()


def _line(row: QueuedCall) -> Mapping[str, str | float | None]:
    task, call = row.task, row.call
    return {
        "call_id": task.call_id,
        "agent_id": task.agent_id,
        "language": call.language,
        "score": call.score,
        "critical_failed": " ".join(call.critical_failed),
        "failed": " ".join(call.failed),
        "open": " ".join(call.open),
        "task": task.public_id,
        "reason": task.reason.value,
        "priority": task.priority.name.lower(),
        "state": task.state.value,
        "assignee": task.assignee.name if task.assignee else None,
        "due_at": task.due_at.isoformat(),
        "created_at": task.created_at.isoformat(),
        "changed_at": task.changed_at.isoformat(),
        "random_chance": task.chance,
    }


def reviewer_of(actor: Actor) -> Reviewer | None:
    """An actor as somebody who may be given a task; ``None`` for who has no account."""
    if actor.user_id is None:
        return None
    return Reviewer(Person(actor.user_id, "", actor.name), actor.agent_id)


def _choices(unit: UnitOfWork) -> Choices:
    reviewers = unit.people.active_with(REVIEWERS)
    persons = {user.id: Person(user.id, user.public_id, user.name) for user in reviewers}
    persons |= {person.id: person for person in unit.tasks.holders()}
    by_name = sorted(persons.values(), key=lambda person: person.name)
    return Choices(reviewers, tuple(by_name), unit.people.teams())


def _rows(
    unit: UnitOfWork,
    rubrics: RubricTexts,
    now: datetime,
    actor: Actor,
    found: tuple[QueuedCall, ...],
) -> tuple[QueueRow, ...]:
    viewer = reviewer_of(actor)
    return tuple(
        QueueRow(
            queued=each,
            critical=_titles(unit, rubrics, each),
            overdue=each.task.overdue(now),
            barred=bars(each.task, viewer) if viewer else None,
            mine=each.task.assignee is not None and each.task.assignee.id == actor.user_id,
        )
        for each in found
    )


def _titles(unit: UnitOfWork, rubrics: RubricTexts, row: QueuedCall) -> tuple[Text, ...]:
    """Titles of the failed critical criteria, or their ids where the rubric's text is not at hand."""
    if not row.call.critical_failed:
        return ()
    rubric = rubrics.of(unit, row.call.rubric)
    named = [
        (each, rubric.criterion(each) if rubric else None) for each in row.call.critical_failed
    ]
    return tuple(found.title if found else Text(zh=each, en=each) for each, found in named)

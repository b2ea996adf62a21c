"""The review queue: which state a task is in, who may take it, which one comes next.

A task is a call that somebody is to review. Its states change by the moves of one table and by no other; a
move that the table does not have, because it was made before or because another is due first, is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from qa.domain.errors import Conflict
from qa.domain.people import Person


class TaskState(StrEnum):
    """How far a task is; the order is that of the board."""

    NEW = "new"
    ASSIGNED = "assigned"
    IN_REVIEW = "in_review"
    DISPUTED = "disputed"
    DONE = "done"


OPEN_STATES = (TaskState.NEW, TaskState.ASSIGNED, TaskState.IN_REVIEW, TaskState.DISPUTED)
"""Those in which somebody still has something to do."""


class TaskReason(StrEnum):
    """Why a call is in the queue, the most pressing reason first."""

    FAILED_CRITICAL = "failed_critical"
    DISPUTED = "disputed"
    LOW_CONFIDENCE = "low_confidence"
    HAND = "hand"
    NEW_AGENT = "new_agent"
    NEW_RUBRIC = "new_rubric"
    RANDOM = "random"
    AGENT_MINIMUM = "agent_minimum"


class Priority(IntEnum):
    """How urgent a task is; the lowest number comes first."""

    URGENT = 1
    HIGH = 2
    NORMAL = 3
    LOW = 4


class Move(StrEnum):
    """What can happen to a task."""

    CLAIM = "claim"
    ASSIGN = "assign"
    RELEASE = "release"
    BEGIN = "begin"
    DISPUTE = "dispute"
    FINISH = "finish"


_NEW, _ASSIGNED, _IN_REVIEW, _DISPUTED, _DONE = TaskState

MOVES: Mapping[TaskState, Mapping[Move, TaskState]] = {
    _NEW: {
        Move.CLAIM: _ASSIGNED,
        Move.ASSIGN: _ASSIGNED,
        Move.DISPUTE: _DISPUTED,
        # A call may be reviewed from its own page: what was reviewed is done, whoever held its task.
        Move.FINISH: _DONE,
    },
    _ASSIGNED: {
        Move.ASSIGN: _ASSIGNED,
        Move.RELEASE: _NEW,
        Move.BEGIN: _IN_REVIEW,
        Move.DISPUTE: _DISPUTED,
        Move.FINISH: _DONE,
    },
    _IN_REVIEW: {
        Move.RELEASE: _NEW,
        Move.DISPUTE: _DISPUTED,
        Move.FINISH: _DONE,
    },
    # A dispute stays one, whoever takes it or lets go of it, until it is decided.
    _DISPUTED: {
        Move.CLAIM: _DISPUTED,
        Move.ASSIGN: _DISPUTED,
        Move.RELEASE: _DISPUTED,
        Move.DISPUTE: _DISPUTED,
        Move.FINISH: _DONE,
    },
    _DONE: {},
}
"""For each state, the moves that it allows and where they lead; there are no others."""

_PRIORITY: Mapping[TaskReason, Priority] = {
    TaskReason.FAILED_CRITICAL: Priority.URGENT,
    TaskReason.DISPUTED: Priority.HIGH,
    TaskReason.LOW_CONFIDENCE: Priority.HIGH,
    TaskReason.HAND: Priority.HIGH,
    TaskReason.NEW_AGENT: Priority.NORMAL,
    TaskReason.NEW_RUBRIC: Priority.NORMAL,
    TaskReason.RANDOM: Priority.NORMAL,
    TaskReason.AGENT_MINIMUM: Priority.NORMAL,
}
_HURRIED = (TaskReason.FAILED_CRITICAL, TaskReason.DISPUTED)
_PATIENT = (
    TaskReason.NEW_AGENT,
    TaskReason.NEW_RUBRIC,
    TaskReason.RANDOM,
    TaskReason.AGENT_MINIMUM,
)
DUE_DAYS = 7
"""Days that a task has where nobody said otherwise."""


@dataclass(frozen=True, slots=True)
class Task:
    """A call that somebody is to review.

    Attributes:
        call: Public id of the call; ``call_id`` is the site's own.
        agent_id: Who spoke in it, by the call record.
        assignee: Who is to review it; ``None`` while it waits for anybody.
        chance: The share of the random floor, for a call that it drew, whatever the ``reason`` it is here for;
            ``None`` for one that it did not draw.
        revision: How often it was changed; a change made from another revision is refused.
        scored_by: While it is disputed, ids of the users who have scored the call: they do not decide.
    """

    public_id: str
    call: str
    call_id: str
    agent_id: str | None
    reason: TaskReason
    priority: Priority
    state: TaskState
    assignee: Person | None
    due_at: datetime
    created_at: datetime
    changed_at: datetime
    revision: int
    chance: float | None = None
    scored_by: frozenset[int] = frozenset()

    @property
    def open(self) -> bool:
        """Whether somebody still has something to do."""
        return self.state in OPEN_STATES

    def overdue(self, now: datetime) -> bool:
        """Whether it should have been done by now."""
        return self.open and self.due_at < now


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said of a call that enters the queue (see ``Task``)."""

    call: str
    reason: TaskReason
    priority: Priority
    due_at: datetime
    chance: float | None = None


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Somebody who may be given a task; ``agent_id`` where they take calls themselves."""

    person: Person
    agent_id: str | None


class Obstacle(StrEnum):
    """Why a task stays as it is."""

    GONE = "gone"
    CHANGED = "changed"
    DONE = "done"
    IN_REVIEW = "in_review"
    TAKEN = "taken"
    NOT_HELD = "not_held"
    OWN_CALL = "own_call"
    OWN_SCORING = "own_scoring"


class TaskConflict(Conflict):
    """A task cannot be changed as asked; ``task`` is how it is now, ``None`` where there is none any more."""

    def __init__(self, obstacle: Obstacle, task: Task | None, message: str) -> None:
        super().__init__(message, hint="load the queue again; nothing was changed")
        self.obstacle = obstacle
        self.task = task


def entry(
    call: str, reason: TaskReason, *, at: datetime, due_days: int, chance: float | None = None
) -> Entry:
    """A call that enters the queue, as urgent as its reason is."""
    return Entry(call, reason, _PRIORITY[reason], due_after(reason, at, due_days), chance)


def due_after(reason: TaskReason, at: datetime, due_days: int) -> datetime:
    """By when a task is to be done, unless somebody sets it.

    Args:
        reason: What it is here for. What may cost somebody their pay has a third of the time, rounded up to
            a day; what nothing is known against twice the time.
        at: When it came into the queue.
        due_days: Days that a task usually has.
    """
    if reason in _HURRIED:
        return at + timedelta(days=-(-due_days // 3))
    return at + timedelta(days=2 * due_days if reason in _PATIENT else due_days)


def moved(task: Task, move: Move, *, at: datetime, to: Reviewer | None = None) -> Task:
    """A task after a move.

    Args:
        task: Before it.
        move: What happens.
        at: When.
        to: Who takes it, for ``CLAIM`` and ``ASSIGN``.

    Raises:
        TaskConflict: Its state does not allow the move, or ``to`` may not have it.
    """
    state = MOVES[task.state].get(move)
    if state is None:
        obstacle = {_DONE: Obstacle.DONE, _IN_REVIEW: Obstacle.IN_REVIEW}.get(
            task.state, Obstacle.NOT_HELD if move in (Move.RELEASE, Move.BEGIN) else Obstacle.TAKEN
        )
        raise TaskConflict(
            obstacle, task, f"a task that is {task.state.value} takes no {move.value}"
        )
    if move is Move.CLAIM and task.assignee is not None:
        raise TaskConflict(Obstacle.TAKEN, task, "somebody else has taken this task")
    if move is Move.RELEASE and task.assignee is None:
        raise TaskConflict(Obstacle.NOT_HELD, task, "nobody holds this task")
    assignee = task.assignee
    if move in (Move.CLAIM, Move.ASSIGN):
        if to is None:
            raise ValueError(f"{move.value} needs somebody to give the task to")
        if barred := bars(task, to):
            raise TaskConflict(barred, task, f"{to.person.name} may not have this task")
        assignee = to.person
    elif move in (Move.RELEASE, Move.DISPUTE):
        # Whoever held a call that is disputed now may be the one whose decision is disputed.
        assignee = None
    return replace(task, state=state, assignee=assignee, changed_at=at)


def bars(task: Task, reviewer: Reviewer) -> Obstacle | None:
    """What keeps somebody from a task at all: the call is their own, or their own scoring is disputed."""
    if reviewer.agent_id is not None and reviewer.agent_id == task.agent_id:
        return Obstacle.OWN_CALL
    if reviewer.person.id in task.scored_by:
        return Obstacle.OWN_SCORING
    return None


def best_for(reviewer: Reviewer, waiting: Iterable[Task]) -> Task | None:
    """The task that somebody should do next.

    What they hold comes before what nobody holds, what they have begun before what they have not; then the
    most urgent, of these the one due first, of these the one that waits longest. What others hold, what is
    done and what they may not review is never it.

    Args:
        reviewer: Who asks.
        waiting: Tasks that they did not skip, in the order they came into the queue.
    """
    eligible = [
        task
        for task in waiting
        if task.open
        and (task.assignee is None or task.assignee.id == reviewer.person.id)
        and bars(task, reviewer) is None
    ]
    return min(
        eligible,
        key=lambda task: (
            task.assignee is None,
            task.state is not TaskState.IN_REVIEW,
            task.priority,
            task.due_at,
        ),
        default=None,
    )

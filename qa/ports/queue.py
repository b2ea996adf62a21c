"""The store of the review queue."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from qa.domain.people import Person
from qa.domain.queue import OPEN_STATES, Entry, Reviewer, Task, TaskReason, TaskState
from qa.domain.records import CallSummary

TaskSort = Literal["urgency", "due", "waiting", "changed", "score", "agent"]


@dataclass(frozen=True, slots=True)
class TaskQuery:
    """Which tasks a list shows.

    Attributes:
        states: Any of these.
        held: ``True`` for tasks that somebody holds, ``False`` for those that nobody does.
        assignee_id: Only this user's; ``assignee`` is the same by the user's public id.
        agent: Only calls of this agent, by the id in call records or the name of their account.
        team: Only calls of this team's agents, by the team's public id.
        language: Only calls in it.
        critical: Only calls that failed a critical criterion.
        due_before: Only what is due before this moment.
        changed_since: Only what was changed at this moment or later.
        sort: ``urgency`` is by priority and then due date; ``waiting`` by when it came into the queue;
            ``changed`` by its last change.
    """

    states: tuple[TaskState, ...] = OPEN_STATES
    reason: TaskReason | None = None
    held: bool | None = None
    assignee_id: int | None = None
    assignee: str | None = None
    agent: str | None = None
    team: str | None = None
    language: str | None = None
    critical: bool = False
    due_before: datetime | None = None
    changed_since: datetime | None = None
    sort: TaskSort = "urgency"
    descending: bool = False
    page: int = 1
    page_size: int = 50


@dataclass(frozen=True, slots=True)
class QueuedCall:
    """One row of the queue.

    Attributes:
        agent_name: Of the agent's account, where there is one.
        skipped: Whether who looks has skipped it.
    """

    task: Task
    call: CallSummary
    agent_name: str | None
    skipped: bool


class Tasks(Protocol):
    """Calls that somebody is to review. A call is named by its public id, and so is a task."""

    # --- for who reviews and who objects -------------------------------------------------------

    def of_call(self, call: str) -> Task | None:
        """A call's open task, if it has one."""

    def begin(self, call: str, reviewer_id: int, *, at: datetime) -> None:
        """Note that somebody began to review a call.

        Its open task becomes theirs where nobody holds it, and is in review where they do; what somebody
        else holds stays as it is.
        """

    def finish(self, call: str, *, at: datetime, by: int | None = None) -> None:
        """Mark a call's open task done, if it has one: it was reviewed, by a user where ``by`` names one.

        A disputed one stays while one of the call's disputes is open, whatever else was reviewed.
        """

    def raise_dispute(self, call: str, *, due_at: datetime | None, at: datetime) -> None:
        """Put a call into the queue as disputed, whatever its open task was for and whoever held it.

        ``due_at`` is ``None`` where it keeps what its open task had, or has none of its own to keep.
        """

    # --- the queue -----------------------------------------------------------------------------

    def search(self, query: TaskQuery, *, viewer_id: int | None) -> tuple[QueuedCall, ...]:
        """One page of the queue; ``viewer_id`` is whose skipped tasks are marked."""

    def count(self, query: TaskQuery) -> Mapping[TaskState, int]:
        """Tasks that match a query by state; states without any are 0."""

    def holders(self) -> tuple[Person, ...]:
        """Who holds an open task, by name."""

    def every(self, query: TaskQuery) -> Iterator[QueuedCall]:
        """All tasks that match a query, in its order, read in batches, for exports."""

    def task(self, public_id: str) -> Task:
        """One task. Raises ``NotFound``."""

    def tasks(self, public_ids: Sequence[str]) -> Mapping[str, Task]:
        """Several tasks by id; those that do not exist are missing."""

    def waiting_for(self, reviewer: Reviewer, *, leaving: str | None = None) -> tuple[Task, ...]:
        """What ``qa.domain.queue.best_for`` chooses from for somebody, in the order it came into the queue.

        It holds the best task of each kind, so that its length does not grow with the queue. What they
        skipped and do not hold is not in it, nor the call that they are leaving.
        """

    def save(self, tasks: Iterable[Task]) -> None:
        """Write tasks that were changed. Raises ``TaskConflict`` for one that was changed meanwhile."""

    def skip(self, task: str, user_id: int) -> None:
        """Never bring somebody this task as their next while nobody holds it; twice is the same as once."""

    def skipped(self, user_id: int) -> int:
        """How many open tasks somebody has skipped."""

    # --- filling it ----------------------------------------------------------------------------

    def add(
        self, entries: Sequence[Entry], *, by: int | None, at: datetime, seen: bool = True
    ) -> int:
        """Put calls into the queue; how many.

        Left out is what has an open task, has no scorecard to review, or does not exist; ``seen`` leaves out as
        well what the reader must not come across.
        """

"""The store of coaching plans and of the case library."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from qa.domain.cases import Case, CaseKind, CasePage, CaseQuery, Said
from qa.domain.coaching import CallOfAgent, Plan, PlanCounts, PlanPage, PlanQuery
from qa.domain.scorecard import Outcome


@dataclass(frozen=True, slots=True)
class NewPlan:
    """What a plan begins with. A call is named by its public id, people by their user ids."""

    agent_id: str
    criterion: str
    rubric_id: str
    action: str
    owner_id: int
    created_by: int
    call: str | None
    due_at: datetime
    follow_up_at: datetime | None


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a case is made of.

    Attributes:
        call: The call's public id; the case is of the recording that it shows now.
        said: The words of the stretch.
        team: Public id of whom it is shared with; ``None`` for everyone.
        added_by: A user id.
    """

    call: str
    kind: CaseKind
    criterion: str | None
    start_s: float
    end_s: float
    comment: str
    said: tuple[Said, ...]
    team: str | None
    added_by: int


@dataclass(frozen=True, slots=True)
class CriterionCount:
    """Calls of an agent by what counts for one criterion of theirs.

    Attributes:
        after: Whether they took place after the moment that was asked for, or before it.
        rubric_version: Of the rubric that they were scored with.
        undated: Those of them that do not say when they took place.
    """

    after: bool
    rubric_version: str
    outcome: Outcome
    calls: int
    undated: int


class Coaching(Protocol):
    """Plans and cases. A call is named by its public id."""

    def add_plan(self, new: NewPlan, *, at: datetime) -> Plan:
        """Store a new plan. Raises ``CallNotFound`` when its call is gone."""

    def plan(self, public_id: str) -> Plan:
        """One plan with its notes. Raises ``PlanNotFound``."""

    def open_plan(self, agent_id: str, criterion: str) -> Plan | None:
        """The one plan of an agent on a criterion that is open, without its notes."""

    def keep_plan(self, plan: Plan) -> None:
        """Write a plan's terms and state over what is stored of it."""

    def plans(self, query: PlanQuery, *, now: datetime) -> PlanPage:
        """One page of plans, without their notes."""

    def plan_counts(self, query: PlanQuery, *, now: datetime) -> PlanCounts:
        """Plans of a query's agent, owner and criterion by state, whichever state it asks for."""

    def add_note(self, plan: str, text: str, *, author_id: int, at: datetime) -> None:
        """Add a note to a plan. Raises ``PlanNotFound``."""

    def call_of_agent(self, call: str) -> CallOfAgent | None:
        """A call by its public id, ``None`` when it is gone."""

    def has_calls(self, agent_id: str) -> bool:
        """Whether any call was taken by an agent."""

    def criterion_counts(
        self,
        agent_id: str,
        criterion: str,
        rubric_id: str,
        *,
        since: datetime,
        began: datetime,
        until: datetime,
    ) -> tuple[CriterionCount, ...]:
        """An agent's calls from ``since`` to ``until`` by what counts for a criterion, before ``began`` and after.

        What counts is the decision of the review that counts, or the machine's verdict where there is none.
        Calls scored with another rubric are in none of the counts. A call of an unknown time is taken for
        one of when it was first scored, which a later scoring does not move.
        """

    def add_case(self, new: NewCase, *, at: datetime) -> Case:
        """Store a new case. Raises ``CallNotFound`` when its call, or the call's recording, is gone."""

    def case(self, public_id: str) -> Case:
        """One case, removed or not. Raises ``CaseNotFound``."""

    def same_case(self, new: NewCase) -> Case | None:
        """The case that somebody has made of exactly this before, unless it was removed."""

    def remove_case(self, public_id: str, *, at: datetime) -> None:
        """Take a case out of the library."""

    def cases(self, query: CaseQuery) -> CasePage:
        """One page of the cases that are in the library."""

    def cases_of_call(self, call: str) -> tuple[Case, ...]:
        """The cases that are stretches of one call, in order of start."""

    def newest_good(self, criteria: Collection[str], query: CaseQuery) -> Mapping[str, Case]:
        """Per criterion, the newest good example that a query's reader may hear; missing where there is none."""

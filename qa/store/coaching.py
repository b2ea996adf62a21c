"""Plans in the store, and the calls that show what came of them (``qa.ports.coaching``); cases are in ``cases``."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

from qa.domain.coaching import (
    CallOfAgent,
    Plan,
    PlanCounts,
    PlanNote,
    PlanNotFound,
    PlanPage,
    PlanQuery,
    PlanState,
    PlanTerms,
)
from qa.domain.errors import CallNotFound
from qa.domain.scorecard import Outcome
from qa.ports.coaching import CriterionCount, NewPlan
from qa.store.cases import SqlCases
from qa.store.review_mapping import person
from qa.store.tables import (
    CallRow,
    DecisionRow,
    PlanNoteRow,
    PlanRow,
    ReviewRow,
    ScorecardRow,
    UserRow,
    VerdictRow,
)

_Owner = aliased(UserRow, name="owner")
_Author = aliased(UserRow, name="author")
_Agent = aliased(UserRow, name="agent")

_SORTED_BY: dict[str, InstrumentedAttribute[Any]] = {
    "due_at": PlanRow.due_at,
    "follow_up_at": PlanRow.follow_up_at,
    "created_at": PlanRow.created_at,
    "agent_id": PlanRow.agent_id,
    "criterion": PlanRow.criterion,
    "owner": _Owner.name,
}


class SqlCoaching(SqlCases):
    """Coaching in one transaction.

    Args:
        session: Its transaction must hold the writer's lock for the methods that add and change.
        public_id: Makes the public id of whatever is new.
    """

    # --- plans ---------------------------------------------------------------------------------

    def add_plan(self, new: NewPlan, *, at: datetime) -> Plan:
        """Store a new plan. Raises ``CallNotFound`` when its call is gone."""
        row = PlanRow(
            public_id=self._public_id(),
            agent_id=new.agent_id,
            criterion=new.criterion,
            rubric_id=new.rubric_id,
            action=new.action,
            owner_id=new.owner_id,
            created_by=new.created_by,
            call_id=self._call(new.call) if new.call else None,
            state=PlanState.OPEN.value,
            created_at=at,
            due_at=new.due_at,
            follow_up_at=new.follow_up_at,
            outcome="",
            revision=0,
        )
        self._session.add(row)
        self._session.flush()
        return self.plan(row.public_id)

    def plan(self, public_id: str) -> Plan:
        """One plan with its notes. Raises ``PlanNotFound``."""
        found = self._session.execute(_plans().where(PlanRow.public_id == public_id)).one_or_none()
        if found is None:
            raise PlanNotFound("there is no such plan", hint="open it from the list of plans")
        notes = self._session.execute(
            select(PlanNoteRow, _Author)
            .join(_Author, _Author.id == PlanNoteRow.author_id)
            .where(PlanNoteRow.plan_id == found[0].id)
            .order_by(PlanNoteRow.id)
        )
        return _plan(found, notes=tuple(_note(*each) for each in notes))

    def open_plan(self, agent_id: str, criterion: str) -> Plan | None:
        """The one plan of an agent on a criterion that is open, without its notes."""
        found = self._session.execute(
            _plans().where(
                PlanRow.agent_id == agent_id,
                PlanRow.criterion == criterion,
                PlanRow.state == PlanState.OPEN.value,
            )
        ).one_or_none()
        return _plan(found) if found else None

    def keep_plan(self, plan: Plan) -> None:
        """Write a plan's terms and state over what is stored of it."""
        self._session.execute(
            update(PlanRow)
            .where(PlanRow.public_id == plan.public_id)
            .values(
                action=plan.terms.action,
                owner_id=plan.terms.owner.id,
                due_at=plan.terms.due_at,
                follow_up_at=plan.terms.follow_up_at,
                state=plan.state.value,
                acknowledged_at=plan.acknowledged_at,
                closed_at=plan.closed_at,
                outcome=plan.outcome,
                revision=plan.revision,
            )
        )

    def plans(self, query: PlanQuery, *, now: datetime) -> PlanPage:
        """One page of plans. A page below 1 is the first; one past the end has no rows."""
        filters = _plan_filters(query, now)
        counted = (
            select(func.count()).select_from(PlanRow).join(_Owner, _Owner.id == PlanRow.owner_id)
        )
        total = self._session.scalar(counted.where(*filters)) or 0
        skipped = (max(query.page, 1) - 1) * query.page_size
        if skipped >= total:
            return PlanPage((), total)
        column = _SORTED_BY[query.sort]
        order = (
            (column.desc().nulls_last(), PlanRow.id.desc())
            if query.descending
            else (column.asc().nulls_last(), PlanRow.id.asc())
        )
        rows = self._session.execute(
            _plans().where(*filters).order_by(*order).offset(skipped).limit(query.page_size)
        )
        return PlanPage(tuple(map(_plan, rows)), total)

    def plan_counts(self, query: PlanQuery, *, now: datetime) -> PlanCounts:
        """Plans of a query's agent, owner and criterion by state, whichever state it asks for."""
        is_open = PlanRow.state == PlanState.OPEN.value
        counted = (
            is_open,
            and_(is_open, PlanRow.due_at < now),
            and_(is_open, PlanRow.follow_up_at < now),
            PlanRow.state == PlanState.DONE.value,
            PlanRow.state == PlanState.CANCELLED.value,
        )
        found = self._session.execute(
            select(*(func.count(case((each, 1))) for each in counted))
            .select_from(PlanRow)
            .join(_Owner, _Owner.id == PlanRow.owner_id)
            .where(*_plan_filters(replace(query, state=None, due=None), now))
        ).one()
        return PlanCounts(*tuple(found))

    def add_note(self, plan: str, text: str, *, author_id: int, at: datetime) -> None:
        """Add a note to a plan. Raises ``PlanNotFound``."""
        plan_id = self._session.scalar(select(PlanRow.id).where(PlanRow.public_id == plan))
        if plan_id is None:
            raise PlanNotFound("there is no such plan", hint="open it from the list of plans")
        self._session.add(PlanNoteRow(plan_id=plan_id, author_id=author_id, text=text, made_at=at))
        self._session.flush()

    # --- what came of them ---------------------------------------------------------------------

    def call_of_agent(self, call: str) -> CallOfAgent | None:
        """A call by its public id, ``None`` when it is gone."""
        found = self._session.execute(
            select(CallRow.public_id, CallRow.call_id, CallRow.agent_id).where(
                CallRow.public_id == call
            )
        ).one_or_none()
        return CallOfAgent(*found) if found else None

    def has_calls(self, agent_id: str) -> bool:
        """Whether any call was taken by an agent."""
        found = select(CallRow.id).where(CallRow.agent_id == agent_id).limit(1)
        return self._session.scalar(found) is not None

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
        """An agent's calls from ``since`` to ``until`` by what counts for a criterion, before ``began`` and after."""
        earlier = aliased(ScorecardRow)
        first_scored = (
            select(func.min(earlier.scored_at))
            .where(earlier.call_id == CallRow.id)
            .scalar_subquery()
        )
        took_place = func.coalesce(CallRow.started_at, first_scored)
        # Counted as 0 and 1: databases differ in how they group by a comparison.
        after = case((took_place >= began, 1), else_=0).label("after")
        outcome = func.coalesce(DecisionRow.outcome, VerdictRow.outcome).label("outcome")
        undated = func.count(case((CallRow.started_at.is_(None), 1)))
        counted = (
            select(after, ScorecardRow.rubric_version, outcome, func.count(), undated)
            .select_from(CallRow)
            .join(ScorecardRow, and_(ScorecardRow.call_id == CallRow.id, ScorecardRow.is_current))
            .join(
                VerdictRow,
                and_(VerdictRow.scorecard_id == ScorecardRow.id, VerdictRow.criterion == criterion),
            )
            # A review of an earlier scorecard does not speak of this one.
            .outerjoin(
                ReviewRow,
                and_(ReviewRow.scorecard_id == ScorecardRow.id, ReviewRow.is_current),
            )
            .outerjoin(
                DecisionRow,
                and_(DecisionRow.review_id == ReviewRow.id, DecisionRow.criterion == criterion),
            )
            .where(
                CallRow.agent_id == agent_id,
                took_place >= since,
                took_place < until,
                ScorecardRow.rubric_id == rubric_id,
            )
            .group_by(after, ScorecardRow.rubric_version, outcome)
        )
        return tuple(
            CriterionCount(bool(is_after), version, Outcome(came), calls, without_date)
            for is_after, version, came, calls, without_date in self._session.execute(counted)
        )

    def _call(self, public_id: str) -> int:
        found = self._session.scalar(select(CallRow.id).where(CallRow.public_id == public_id))
        if found is None:
            raise CallNotFound(f"no call has the id {public_id}")
        return found


def _plans() -> Select[*tuple[Any, ...]]:
    """Plans with who owns and made them, whose they are, and the call that they came from."""
    return (
        select(
            PlanRow,
            _Owner,
            _Author,
            _Agent.name,
            CallRow.public_id,
            CallRow.call_id,
        )
        .join(_Owner, _Owner.id == PlanRow.owner_id)
        .join(_Author, _Author.id == PlanRow.created_by)
        .outerjoin(_Agent, _Agent.agent_id == PlanRow.agent_id)
        .outerjoin(CallRow, CallRow.id == PlanRow.call_id)
        # What was written in this transaction is read as it now stands.
        .execution_options(populate_existing=True)
    )


def _plan_filters(query: PlanQuery, now: datetime) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if query.state is not None:
        filters.append(PlanRow.state == query.state.value)
    if query.due is not None:
        moment = PlanRow.due_at if query.due == "overdue" else PlanRow.follow_up_at
        filters += [PlanRow.state == PlanState.OPEN.value, moment < now]
    if query.agent_id is not None:
        filters.append(PlanRow.agent_id == query.agent_id)
    if query.owner is not None:
        filters.append(_Owner.public_id == query.owner)
    if query.criterion is not None:
        filters.append(PlanRow.criterion == query.criterion)
    return filters


def _plan(found: Row[*tuple[Any, ...]], notes: tuple[PlanNote, ...] = ()) -> Plan:
    row, owner, author, agent_name, call, call_id = found
    return Plan(
        public_id=row.public_id,
        agent_id=row.agent_id,
        agent_name=agent_name or "",
        criterion=row.criterion,
        rubric_id=row.rubric_id,
        terms=PlanTerms(row.action, person(owner), row.due_at, row.follow_up_at),
        created_by=person(author),
        created_at=row.created_at,
        call=call,
        call_id=call_id,
        state=PlanState(row.state),
        acknowledged_at=row.acknowledged_at,
        closed_at=row.closed_at,
        outcome=row.outcome,
        revision=row.revision,
        notes=notes,
    )


def _note(row: PlanNoteRow, author: UserRow) -> PlanNote:
    return PlanNote(person(author), row.text, row.made_at)

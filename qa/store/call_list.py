"""The list of calls: what it filters by, how it is ordered, one page of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Function, Select, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from qa.domain.records import CallPage, CallQuery
from qa.store import mapping, search_index
from qa.store.searching import search_terms
from qa.store.tables import NOT_SCORABLE, SCORED, CallRow

_Ts = TypeVarTuple("_Ts")

_SORTED_BY: dict[str, InstrumentedAttribute[Any]] = {
    "started_at": CallRow.started_at,
    "scored_at": CallRow.scored_at,
    "score": CallRow.score,
    "agent_id": CallRow.agent_id,
    "call_id": CallRow.call_id,
    "failed": CallRow.failed_count,
}


_FARTHEST = 2**62
"""Rows that a page can be away; databases count no further."""


def page(session: Session, query: CallQuery) -> CallPage:
    """One page of calls. A page below 1 is the first; one past the end has no rows."""
    filters = _filters(query)
    skipped = min((max(query.page, 1) - 1) * query.page_size, _FARTHEST)
    if terms := search_terms(query.search):
        dialect = session.get_bind().dialect.name
        says = (search_index.says(dialect, term) for term in terms)
        return _found(session, query, [*filters, *says], skipped)
    total = session.scalar(_counted(query)) or 0
    if skipped >= total:
        return CallPage((), total)
    rows = session.scalars(
        _ordered(select(CallRow).where(*filters), query).offset(skipped).limit(query.page_size)
    )
    return CallPage(tuple(map(mapping.call_summary, rows)), total)


def _found(
    session: Session, query: CallQuery, filters: Sequence[ColumnElement[bool]], skipped: int
) -> CallPage:
    # Finding them is what a search costs, so they are found once: the page with the count of all.
    every = func.count().over().label("every")
    found = session.execute(
        _ordered(select(CallRow.id, every).where(*filters), query)
        .offset(skipped)
        .limit(query.page_size)
    ).all()
    if not found:
        counted = select(func.count()).select_from(CallRow).where(*filters)
        return CallPage((), session.scalar(counted) or 0)
    rows = session.scalars(
        _ordered(select(CallRow).where(CallRow.id.in_([row.id for row in found])), query)
    )
    return CallPage(tuple(map(mapping.call_summary, rows)), found[0].every)


def counts(session: Session, query: CallQuery) -> dict[str, int]:
    """How many calls a list without a search would show for each outcome, and in ``all``, in one pass."""
    cases = {outcome: _number(outcome) for outcome in OUTCOMES}
    filters = _filters(replace(query, outcome=None))
    asked = select(func.count(), *cases.values()).select_from(CallRow).where(*filters)
    return dict(zip(("all", *cases), session.execute(asked).one(), strict=True))


def _counted(query: CallQuery) -> Select[int]:
    """The number of calls of a list without a search."""
    if query.outcome is None:
        return select(func.count()).select_from(CallRow).where(*_filters(query))
    # Counted so, the index that holds all of it is read from end to end, and no row beside it.
    others = _filters(replace(query, outcome=None))
    return select(_number(query.outcome)).select_from(CallRow).where(*others)


def _number(outcome: str) -> Function[int]:
    return func.count(case((and_(*OUTCOMES[outcome]), 1)))


def _filters(query: CallQuery) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if query.language is not None:
        filters.append(CallRow.language == query.language)
    if query.agent_id is not None:
        filters.append(CallRow.agent_id == query.agent_id)
    if query.outcome is not None:
        filters.extend(OUTCOMES[query.outcome])
    return filters


# A page is found soonest along the list's own order; adding nothing keeps a database from going by an index on
# the count, which would find them all and then sort them.
OUTCOMES: dict[str, tuple[ColumnElement[bool], ...]] = {
    "failed": (CallRow.status == SCORED, CallRow.failed_count + 0 > 0),
    "critical": (CallRow.status == SCORED, CallRow.critical_count + 0 > 0),
    "open": (CallRow.status == SCORED, CallRow.open_count + 0 > 0),
    "not_scorable": (CallRow.status == NOT_SCORABLE,),
    "clean": (
        CallRow.status == SCORED,
        CallRow.failed_count + 0 == 0,
        CallRow.critical_count + 0 == 0,
        CallRow.open_count + 0 == 0,
    ),
}
"""What each outcome of ``CallQuery`` means."""


def _ordered(statement: Select[*_Ts], query: CallQuery) -> Select[*_Ts]:
    """Calls without the sorted value come last either way; equal ones in the order they were stored."""
    column = _SORTED_BY[query.sort]
    if query.descending:
        return statement.order_by(column.desc().nulls_last(), CallRow.id.desc())
    return statement.order_by(column.asc().nulls_last(), CallRow.id.asc())

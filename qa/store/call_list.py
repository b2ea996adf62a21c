"""The list of calls: what it filters by, how it is ordered, one page of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from qa.domain.records import CallPage, CallQuery, CallSummary
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


_ALL = "all"
_FARTHEST = 2**62
"""Rows that a page can be away; databases count no further."""


def page(session: Session, query: CallQuery) -> CallPage:
    """One page of calls. A page below 1 is the first; one past the end has no rows."""
    if search_terms(query.search):
        return _found(session, query)
    counts = _counts(session, query)
    total = counts[query.outcome or _ALL]
    shown = rows(session, query) if _skipped(query) < total else ()
    return CallPage(shown, total, counts)


def rows(session: Session, query: CallQuery) -> tuple[CallSummary, ...]:
    """The rows of one page alone."""
    found = session.scalars(_paged(select(CallRow), session, query))
    return tuple(map(mapping.call_summary, found))


def _found(session: Session, query: CallQuery) -> CallPage:
    # Finding them is what a search costs, so they are found once: the page with the count of all.
    every = func.count().over().label("every")
    found = session.execute(_paged(select(CallRow.id, every), session, query)).all()
    if not found:
        filters = _filters(session, query)
        total = session.scalar(select(func.count()).select_from(CallRow).where(*filters)) or 0
        return CallPage((), total, {})
    shown = session.scalars(
        _ordered(select(CallRow).where(CallRow.id.in_([row.id for row in found])), query)
    )
    return CallPage(tuple(map(mapping.call_summary, shown)), found[0].every, {})


def _counts(session: Session, query: CallQuery) -> dict[str, int]:
    """Calls that match a query's other filters, by outcome and in all.

    Counted so, the index that holds all of it is read from end to end once, and no row beside it.
    """
    cases = {outcome: func.count(case((and_(*means), 1))) for outcome, means in OUTCOMES.items()}
    filters = _filters(session, replace(query, outcome=None))
    asked = select(func.count(), *cases.values()).select_from(CallRow).where(*filters)
    return dict(zip((_ALL, *cases), session.execute(asked).one(), strict=True))


def _paged(statement: Select[*_Ts], session: Session, query: CallQuery) -> Select[*_Ts]:
    narrowed = statement.where(*_filters(session, query))
    return _ordered(narrowed, query).offset(_skipped(query)).limit(query.page_size)


def _skipped(query: CallQuery) -> int:
    """Rows before the page."""
    return min((max(query.page, 1) - 1) * query.page_size, _FARTHEST)


def _filters(session: Session, query: CallQuery) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if query.language is not None:
        filters.append(CallRow.language == query.language)
    if query.agent_id is not None:
        filters.append(CallRow.agent_id == query.agent_id)
    if query.outcome is not None:
        filters.extend(OUTCOMES[query.outcome])
    dialect = session.get_bind().dialect.name
    filters.extend(search_index.says(dialect, term) for term in search_terms(query.search))
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

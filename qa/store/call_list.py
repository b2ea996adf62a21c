"""The list of calls: what it filters by, how it is ordered, one page of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from qa.domain.records import CallPage, CallQuery
from qa.store import mapping
from qa.store.searching import search_terms
from qa.store.tables import NOT_SCORABLE, SCORED, CallRow, CallTextRow

_Row = TypeVar("_Row")

_SORTED_BY: dict[str, InstrumentedAttribute[Any]] = {
    "started_at": CallRow.started_at,
    "scored_at": CallRow.scored_at,
    "score": CallRow.score,
    "agent_id": CallRow.agent_id,
    "call_id": CallRow.call_id,
    "failed": CallRow.failed_count,
}


def page(session: Session, query: CallQuery) -> CallPage:
    """One page of calls. A page below 1 is the first; one past the end has no rows."""
    filters = _filters(query)
    skipped = (max(query.page, 1) - 1) * query.page_size
    if terms := search_terms(query.search):
        return _found(session, query, [*filters, *map(_says, terms)], skipped)
    total = session.scalar(select(func.count()).select_from(CallRow).where(*filters)) or 0
    if skipped >= total:
        return CallPage((), total)
    rows = session.scalars(
        _ordered(select(CallRow).where(*filters), query).offset(skipped).limit(query.page_size)
    )
    return CallPage(tuple(map(mapping.call_summary, rows)), total)


def _found(
    session: Session, query: CallQuery, filters: Sequence[ColumnElement[bool]], skipped: int
) -> CallPage:
    # Reading the texts is what a search costs, so they are read once: for all ids, not for a count and
    # again for a page.
    searched = select(CallRow.id).join(CallTextRow, CallTextRow.call_id == CallRow.id)
    ids = session.scalars(_ordered(searched.where(*filters), query)).all()
    wanted = ids[skipped : skipped + query.page_size]
    rows = session.scalars(_ordered(select(CallRow).where(CallRow.id.in_(wanted)), query))
    return CallPage(tuple(map(mapping.call_summary, rows)), len(ids))


def _filters(query: CallQuery) -> list[ColumnElement[bool]]:
    filters: list[ColumnElement[bool]] = []
    if query.language is not None:
        filters.append(CallRow.language == query.language)
    if query.agent_id is not None:
        filters.append(CallRow.agent_id == query.agent_id)
    if query.outcome is not None:
        filters.extend(_OUTCOMES[query.outcome])
    return filters


_OUTCOMES: dict[str, tuple[ColumnElement[bool], ...]] = {
    "failed": (CallRow.status == SCORED, CallRow.failed_count > 0),
    "critical": (CallRow.status == SCORED, CallRow.critical_count > 0),
    "open": (CallRow.status == SCORED, CallRow.open_count > 0),
    "not_scorable": (CallRow.status == NOT_SCORABLE,),
    "clean": (
        CallRow.status == SCORED,
        CallRow.failed_count == 0,
        CallRow.critical_count == 0,
        CallRow.open_count == 0,
    ),
}


def _says(term: str) -> ColumnElement[bool]:
    return CallTextRow.text.contains(term, autoescape=True)


def _ordered(statement: Select[_Row], query: CallQuery) -> Select[_Row]:
    """Calls without the sorted value come last either way; equal ones in the order they were stored."""
    column = _SORTED_BY[query.sort]
    if query.descending:
        return statement.order_by(column.desc().nulls_last(), CallRow.id.desc())
    return statement.order_by(column.asc().nulls_last(), CallRow.id.asc())

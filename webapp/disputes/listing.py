"""The list of disputes as its address filters and sorts it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

from werkzeug.datastructures import MultiDict

from qa.domain.dispute import DisputeState
from qa.domain.wording import Language
from qa.interop.lines import Line
from qa.ports.answers import DisputeQuery, DisputeSort
from qa.services.dispute_view import DisputeRow
from webapp.listing import one_of, page_of, stated, text_of, turned

STATES = (*(state.value for state in DisputeState), "all")
"""What the list can be narrowed to."""
COLUMNS = (
    "call_id",
    "agent_id",
    "criterion",
    "criterion_title",
    "state",
    "raised_by",
    "raised_at",
    "due_at",
    "contested",
    "outcome",
    "decided_by",
    "decided_at",
)
"""Of the table that can be downloaded; what was written is read in the app."""

_SORTS: tuple[DisputeSort, ...] = get_args(DisputeSort)
_DEFAULT = DisputeQuery()


def read(args: MultiDict[str, str]) -> DisputeQuery:
    """The query an address asks for; an argument that makes no sense counts as absent."""
    wanted = args.get("state", DisputeState.OPEN.value)
    states = {state.value: state for state in DisputeState} | {"all": None}
    return DisputeQuery(
        state=states.get(wanted, DisputeState.OPEN),
        agent_id=text_of(args, "agent") or None,
        sort=one_of(args, "sort", _SORTS) or _DEFAULT.sort,
        descending=args.get("order") == "down",
        page=page_of(args),
    )


def shown(query: DisputeQuery) -> str:
    """Which of ``STATES`` a query is narrowed to."""
    return query.state.value if query.state else "all"


def arguments(query: DisputeQuery, **changes: Any) -> Mapping[str, str]:
    """The arguments that ask for a query with some fields changed; defaults are left out.

    ``state`` is one of ``STATES``. A change of what is listed starts again at the first page.
    """
    state = changes.pop("state", shown(query))
    query = replace(query, **{"page": 1, **changes})
    return stated(
        {
            "state": "" if state == DisputeState.OPEN.value else state,
            "agent": query.agent_id or "",
            "sort": "" if query.sort == _DEFAULT.sort else query.sort,
            "order": "down" if query.descending else "",
            "page": "" if query.page == 1 else str(query.page),
        }
    )


def sorted_by(query: DisputeQuery, key: DisputeSort) -> Mapping[str, str]:
    """The arguments that a column's heading asks for: upwards first, then the other way."""
    return arguments(query, **turned(query, key))


def lines(rows: Iterable[DisputeRow], language: Language) -> Iterator[Line]:
    """One line a dispute, for a spreadsheet."""
    for row in rows:
        dispute = row.dispute
        yield {
            "call_id": dispute.call_id,
            "agent_id": dispute.agent_id,
            "criterion": dispute.criterion,
            "criterion_title": row.title.in_language(language),
            "state": dispute.state.value,
            "raised_by": dispute.raised_by.name,
            "raised_at": dispute.raised_at.isoformat(),
            "due_at": row.due_at.isoformat() if dispute.state is DisputeState.OPEN else None,
            "contested": dispute.contested.value if dispute.contested else None,
            "outcome": dispute.outcome.value if dispute.outcome else None,
            "decided_by": dispute.decided_by.name if dispute.decided_by else None,
            "decided_at": dispute.decided_at.isoformat() if dispute.decided_at else None,
        }

"""The list of plans as its address filters and sorts it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from werkzeug.datastructures import MultiDict

from qa.domain.coaching import PlanDue, PlanQuery, PlanSort, PlanState
from webapp.listing import one_of, page_of, stated, text_of, turned

SHOWN = ("open", "overdue", "follow_up", "done", "cancelled", "all")
"""What the list can be narrowed to: states, and what of the open ones is due."""
COLUMNS = (
    "agent_id",
    "agent",
    "criterion",
    "criterion_title",
    "action",
    "owner",
    "state",
    "overdue",
    "created_at",
    "due_at",
    "follow_up_at",
    "acknowledged_at",
    "closed_at",
    "outcome",
    "call_id",
)
"""Of the table that can be downloaded."""

_SORTS: tuple[PlanSort, ...] = get_args(PlanSort)
_DUE: tuple[PlanDue, ...] = get_args(PlanDue)


def read(args: MultiDict[str, str]) -> PlanQuery:
    """The query an address asks for; an argument that makes no sense counts as absent."""
    show = args.get("show", "open")
    due = next((each for each in _DUE if each == show), None)
    states: dict[str, PlanState | None] = {
        **{state.value: state for state in PlanState},
        "all": None,
    }
    sort: PlanSort = one_of(args, "sort", _SORTS) or "due_at"
    return PlanQuery(
        state=PlanState.OPEN if due else states.get(show, PlanState.OPEN),
        due=due,
        agent_id=text_of(args, "agent") or None,
        owner=text_of(args, "owner") or None,
        criterion=text_of(args, "criterion") or None,
        sort=sort,
        descending=args.get("order") == "down",
        page=page_of(args),
    )


def shown(query: PlanQuery) -> str:
    """Which of ``SHOWN`` a query is narrowed to."""
    if query.due is not None:
        return query.due
    return query.state.value if query.state else "all"


def arguments(query: PlanQuery, **changes: Any) -> Mapping[str, str]:
    """The arguments that ask for a query with some fields changed; defaults are left out.

    ``show`` is one of ``SHOWN``. A change of what is listed starts again at the first page.
    """
    show = changes.pop("show", shown(query))
    query = replace(query, **{"page": 1, **changes})
    return stated(
        {
            "show": "" if show == "open" else show,
            "agent": query.agent_id or "",
            "owner": query.owner or "",
            "criterion": query.criterion or "",
            "sort": "" if query.sort == "due_at" else query.sort,
            "order": "down" if query.descending else "",
            "page": "" if query.page == 1 else str(query.page),
        }
    )


def sorted_by(query: PlanQuery, key: PlanSort) -> Mapping[str, str]:
    """The arguments that a column's heading asks for: upwards first, then downwards."""
    return arguments(query, **turned(query, key))


def is_narrowed(query: PlanQuery) -> bool:
    """Whether the list shows less than every plan of its state."""
    return bool(query.agent_id or query.owner or query.criterion or query.due)

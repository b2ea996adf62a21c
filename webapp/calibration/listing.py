"""The list of sessions as its address filters and sorts it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

from werkzeug.datastructures import MultiDict

from qa.domain.calibration import CalibrationQuery, CalibrationSort, CalibrationState
from qa.interop.lines import Line
from qa.ports.calibration import CalibrationRow

STATES = tuple(CalibrationState)
COLUMNS = (
    "session",
    "title",
    "state",
    "owner",
    "created_at",
    "due_at",
    "revealed_at",
    "closed_at",
    "calls",
    "raters",
    "ratings_submitted",
    "ratings_asked",
)
"""Of the table that can be downloaded."""

_SORTS: tuple[CalibrationSort, ...] = get_args(CalibrationSort)
_UPWARDS_FIRST = ("title", "owner", "state")
_DEFAULT = CalibrationQuery()
_LONGEST = 100
_LAST_PAGE = 1_000_000


def read(args: MultiDict[str, str]) -> CalibrationQuery:
    """The query an address asks for; an argument that makes no sense counts as absent."""
    return CalibrationQuery(
        state=next((state for state in STATES if state.value == args.get("state")), None),
        owner=args.get("owner", "")[:_LONGEST] or None,
        rater=args.get("rater", "")[:_LONGEST] or None,
        sort=next((each for each in _SORTS if each == args.get("sort")), _DEFAULT.sort),
        descending=args.get("order") != "up",
        page=min(max(args.get("page", 1, type=int), 1), _LAST_PAGE),
    )


def arguments(query: CalibrationQuery, **changes: Any) -> Mapping[str, str]:
    """The arguments that ask for a query with some fields changed; defaults are left out.

    A change of what is listed starts again at the first page.
    """
    query = replace(query, **{"page": 1, **changes})
    stated = {
        "state": query.state.value if query.state else "",
        "owner": query.owner or "",
        "rater": query.rater or "",
        "sort": "" if query.sort == _DEFAULT.sort else query.sort,
        "order": "" if query.descending else "up",
        "page": "" if query.page == 1 else str(query.page),
    }
    return {name: value for name, value in stated.items() if value}


def sorted_by(query: CalibrationQuery, key: CalibrationSort) -> Mapping[str, str]:
    """The arguments that a column's heading asks for: its natural order first, then the other."""
    if query.sort == key:
        return arguments(query, descending=not query.descending)
    return arguments(query, sort=key, descending=key not in _UPWARDS_FIRST)


def lines(rows: Iterable[CalibrationRow]) -> Iterator[Line]:
    """One line a session, for a spreadsheet."""
    for row in rows:
        session = row.calibration
        yield {
            "session": session.public_id,
            "title": session.title,
            "state": session.state.value,
            "owner": session.owner.name,
            "created_at": session.created_at.isoformat(),
            "due_at": session.due_at.isoformat(),
            "revealed_at": session.revealed_at.isoformat() if session.revealed_at else None,
            "closed_at": session.closed_at.isoformat() if session.closed_at else None,
            "calls": len(session.calls),
            "raters": len(session.active_raters),
            "ratings_submitted": row.submitted,
            "ratings_asked": row.asked,
        }

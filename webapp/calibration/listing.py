"""The list of sessions as its address filters and sorts it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

from werkzeug.datastructures import MultiDict

from qa.domain.calibration import CalibrationQuery, CalibrationSort, CalibrationState
from qa.interop.lines import Line
from qa.ports.calibration import CalibrationRow
from webapp.listing import one_of, page_of, stated, text_of, turned

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


def read(args: MultiDict[str, str]) -> CalibrationQuery:
    """The query an address asks for; an argument that makes no sense counts as absent."""
    return CalibrationQuery(
        state=one_of(args, "state", STATES),
        owner=text_of(args, "owner") or None,
        rater=text_of(args, "rater") or None,
        sort=one_of(args, "sort", _SORTS) or _DEFAULT.sort,
        descending=args.get("order") != "up",
        page=page_of(args),
    )


def arguments(query: CalibrationQuery, **changes: Any) -> Mapping[str, str]:
    """The arguments that ask for a query with some fields changed; defaults are left out.

    A change of what is listed starts again at the first page.
    """
    query = replace(query, **{"page": 1, **changes})
    return stated(
        {
            "state": query.state.value if query.state else "",
            "owner": query.owner or "",
            "rater": query.rater or "",
            "sort": "" if query.sort == _DEFAULT.sort else query.sort,
            "order": "" if query.descending else "up",
            "page": "" if query.page == 1 else str(query.page),
        }
    )


def sorted_by(query: CalibrationQuery, key: CalibrationSort) -> Mapping[str, str]:
    """The arguments that a column's heading asks for: its natural order first, then the other."""
    return arguments(query, **turned(query, key, down_first=key not in _UPWARDS_FIRST))


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

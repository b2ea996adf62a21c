"""The list's address: query arguments to a ``CallQuery`` and back, so that every view can be linked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from werkzeug.datastructures import MultiDict

from qa.domain.records import CallQuery, SortKey
from qa.domain.wording import LANGUAGES
from qa.services.browse import OUTCOMES
from webapp.listing import one_of, page_of, stated, text_of, turned

_SORTS: tuple[SortKey, ...] = get_args(SortKey)
_DEFAULT = CallQuery()

_UPWARDS_FIRST = ("score", "agent_id", "call_id")
"""Columns whose first click sorts upwards: the worst score, the first name."""


def read(args: MultiDict[str, str]) -> CallQuery:
    """The query an address asks for; an argument that makes no sense counts as absent."""
    sort = one_of(args, "sort", _SORTS) or _DEFAULT.sort
    return CallQuery(
        search=text_of(args, "q"),
        language=one_of(args, "language", LANGUAGES),
        outcome=one_of(args, "outcome", OUTCOMES),
        sort=sort,
        descending=args.get("order", "down") != "up",
        page=page_of(args),
    )


def arguments(query: CallQuery, **changes: Any) -> Mapping[str, str]:
    """The arguments that ask for a query with some fields changed; defaults are left out.

    A change of what is listed starts again at the first page.
    """
    query = replace(query, **{"page": 1, **changes})
    return stated(
        {
            "q": query.search,
            "language": query.language or "",
            "outcome": query.outcome or "",
            "sort": "" if query.sort == _DEFAULT.sort else query.sort,
            "order": "" if query.descending else "up",
            "page": "" if query.page == 1 else str(query.page),
        }
    )


def same_page(query: CallQuery) -> Mapping[str, str]:
    """The arguments that lead back to exactly this page of the list."""
    return arguments(query, page=query.page)


def sorted_by(query: CallQuery, key: SortKey) -> Mapping[str, str]:
    """The arguments that a column's heading asks for: its natural order first, then the other."""
    return arguments(query, **turned(query, key, down_first=key not in _UPWARDS_FIRST))


def is_filtered(query: CallQuery) -> bool:
    """Whether the list shows less than everything."""
    return bool(query.search or query.language or query.outcome)

"""The list's address: query arguments to a ``CallQuery`` and back, so that every view can be linked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar, get_args

from werkzeug.datastructures import MultiDict

from qa.domain.records import CallQuery, SortKey
from qa.domain.wording import LANGUAGES
from qa.services.browse import OUTCOMES

Choice = TypeVar("Choice", bound=str)

_SORTS: tuple[SortKey, ...] = get_args(SortKey)
_DEFAULT = CallQuery()
_LONGEST_SEARCH = 200
_LAST_PAGE = 1_000_000

_UPWARDS_FIRST = ("score", "agent_id", "call_id")
"""Columns whose first click sorts upwards: the worst score, the first name."""


def read(args: MultiDict[str, str]) -> CallQuery:
    """The query an address asks for; an argument that makes no sense counts as absent."""
    sort = _one_of(args.get("sort"), _SORTS) or _DEFAULT.sort
    return CallQuery(
        search=args.get("q", "").strip()[:_LONGEST_SEARCH],
        language=_one_of(args.get("language"), LANGUAGES),
        outcome=_one_of(args.get("outcome"), OUTCOMES),
        sort=sort,
        descending=args.get("order", "down") != "up",
        page=min(max(args.get("page", 1, type=int), 1), _LAST_PAGE),
    )


def arguments(query: CallQuery, **changes: Any) -> Mapping[str, str]:
    """The arguments that ask for a query with some fields changed; defaults are left out.

    A change of what is listed starts again at the first page.
    """
    if "page" not in changes:
        changes["page"] = 1
    query = replace(query, **changes)
    stated = {
        "q": query.search,
        "language": query.language or "",
        "outcome": query.outcome or "",
        "sort": "" if query.sort == _DEFAULT.sort else query.sort,
        "order": "" if query.descending else "up",
        "page": "" if query.page == 1 else str(query.page),
    }
    return {name: value for name, value in stated.items() if value}


def same_page(query: CallQuery) -> Mapping[str, str]:
    """The arguments that lead back to exactly this page of the list."""
    return arguments(query, page=query.page)


def sorted_by(query: CallQuery, key: SortKey) -> Mapping[str, str]:
    """The arguments that a column's heading asks for: its natural order first, then the other."""
    if query.sort == key:
        return arguments(query, descending=not query.descending)
    return arguments(query, sort=key, descending=key not in _UPWARDS_FIRST)


def is_filtered(query: CallQuery) -> bool:
    """Whether the list shows less than everything."""
    return bool(query.search or query.language or query.outcome)


def _one_of(value: str | None, choices: tuple[Choice, ...]) -> Choice | None:
    return next((choice for choice in choices if choice == value), None)

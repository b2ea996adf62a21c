"""What the lists of every area share: an address that is read and written, and rows put in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar

from werkzeug.datastructures import MultiDict

Choice = TypeVar("Choice", bound=str)
Row = TypeVar("Row")

_LONGEST = 200
"""Characters of a search, a name or an id that an address may hold; what follows is cut."""
_LAST_PAGE = 1_000_000


class Ordered(Protocol):
    """A query whose rows are put in the order of a column."""

    @property
    def sort(self) -> str:
        """The column."""

    @property
    def descending(self) -> bool:
        """Whether the largest come first."""


def one_of(args: MultiDict[str, str], name: str, choices: Iterable[Choice]) -> Choice | None:
    """The choice that an argument names, ``None`` where it names none."""
    value = args.get(name)
    return next((choice for choice in choices if choice == value), None)


def text_of(args: MultiDict[str, str], name: str) -> str:
    """What an argument says, as long as it may be."""
    return args.get(name, "").strip()[:_LONGEST]


def page_of(args: MultiDict[str, str]) -> int:
    """The page of a list that an address asks for."""
    return min(max(args.get("page", 1, type=int), 1), _LAST_PAGE)


def stated(arguments: Mapping[str, str]) -> dict[str, str]:
    """The arguments that say something: one that is empty is left out of an address."""
    return {name: value for name, value in arguments.items() if value}


def turned(query: Ordered, key: str, *, down_first: bool = False) -> dict[str, Any]:
    """What the heading of a column asks for: the order that it begins with, then the other way round."""
    descending = not query.descending if query.sort == key else down_first
    return {"sort": key, "descending": descending}


def valued_first(rows: Iterable[Row], key: Callable[[Row], Any], *, descending: bool) -> list[Row]:
    """Rows in order of a value; those that have none keep their order and come last either way."""
    found = list(rows)
    valued = [row for row in found if key(row) is not None]
    valued.sort(key=key, reverse=descending)
    return valued + [row for row in found if key(row) is None]

"""What a lesson changes, as an address narrows and sorts it, and as lines for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from qa.domain.lesson import CHANGE_SORTS, Change, ChangeQuery, ChangeSort
from qa.domain.wording import Language, Text, render
from qa.interop.lines import Line
from webapp.listing import one_of, page_of, stated, text_of, turned

COLUMNS = (
    "call_id",
    "agent_id",
    "criterion",
    "criterion_title",
    "before",
    "before_points",
    "after",
    "after_points",
    "max_points",
    "reason",
    "quote",
)
"""Of the table that can be downloaded."""
_DEFAULT = ChangeQuery()


def read(args: MultiDict[str, str]) -> ChangeQuery:
    """The query an address asks for; an argument that makes no sense counts as absent."""
    return ChangeQuery(
        criterion=text_of(args, "criterion") or None,
        sort=one_of(args, "sort", CHANGE_SORTS) or _DEFAULT.sort,
        descending=args.get("order") == "down",
        page=page_of(args),
    )


def arguments(query: ChangeQuery, **changes: Any) -> Mapping[str, str]:
    """The arguments that ask for a query with some fields changed; another list begins at its first page."""
    asked = replace(query, **{"page": 1, **changes})
    return stated(
        {
            "criterion": asked.criterion or "",
            "sort": "" if asked.sort == _DEFAULT.sort else asked.sort,
            "order": "down" if asked.descending else "",
            "page": "" if asked.page == 1 else str(asked.page),
        }
    )


def sorted_by(query: ChangeQuery, key: ChangeSort) -> Mapping[str, str]:
    """The arguments that a column's heading asks for: upwards first, then the other way."""
    return arguments(query, **turned(query, key))


def lines(
    changes: Iterable[Change], titles: Mapping[str, Text], language: Language
) -> Iterator[Line]:
    """One line a change."""
    for each in changes:
        title = titles.get(each.criterion)
        yield {
            "call_id": each.call_id,
            "agent_id": each.agent_id,
            "criterion": each.criterion,
            "criterion_title": title.in_language(language) if title else each.criterion,
            "before": each.before.value,
            "before_points": each.before_points,
            "after": each.after.value,
            "after_points": each.after_points,
            "max_points": each.max_points,
            "reason": render(each.reason, language),
            "quote": " / ".join(clip.quote for clip in each.evidence if clip.quote),
        }

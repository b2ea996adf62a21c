"""The case library as its address filters it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from qa.domain.cases import CaseKind, CaseQuery
from qa.domain.wording import LANGUAGES
from webapp.listing import one_of, page_of, stated, text_of


def read(args: MultiDict[str, str]) -> CaseQuery:
    """The query an address asks for; an argument that makes no sense counts as absent."""
    return CaseQuery(
        search=text_of(args, "q"),
        kind=one_of(args, "kind", tuple(CaseKind)),
        criterion=text_of(args, "criterion") or None,
        team=text_of(args, "team") or None,
        language=one_of(args, "language", LANGUAGES),
        page=page_of(args),
    )


def arguments(query: CaseQuery, **changes: Any) -> Mapping[str, str]:
    """The arguments that ask for a query with some fields changed; defaults are left out."""
    query = replace(query, **{"page": 1, **changes})
    return stated(
        {
            "q": query.search,
            "kind": query.kind.value if query.kind else "",
            "criterion": query.criterion or "",
            "team": query.team or "",
            "language": query.language or "",
            "page": "" if query.page == 1 else str(query.page),
        }
    )


def is_narrowed(query: CaseQuery) -> bool:
    """Whether the list shows less than the whole library."""
    return bool(query.search or query.kind or query.criterion or query.team or query.language)

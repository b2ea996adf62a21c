"""The case library as its address filters it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from qa.domain.cases import CaseKind, CaseQuery
from qa.domain.wording import LANGUAGES

_LONGEST = 200
_LAST_PAGE = 1_000_000


def read(args: MultiDict[str, str]) -> CaseQuery:
    """The query an address asks for; an argument that makes no sense counts as absent."""
    kind, language = args.get("kind", ""), args.get("language", "")
    return CaseQuery(
        search=args.get("q", "").strip()[:_LONGEST],
        kind=CaseKind(kind) if kind in set(CaseKind) else None,
        criterion=args.get("criterion", "")[:_LONGEST] or None,
        team=args.get("team", "")[:_LONGEST] or None,
        language=next((each for each in LANGUAGES if each == language), None),
        page=min(max(args.get("page", 1, type=int), 1), _LAST_PAGE),
    )


def arguments(query: CaseQuery, **changes: Any) -> Mapping[str, str]:
    """The arguments that ask for a query with some fields changed; defaults are left out."""
    query = replace(query, **{"page": 1, **changes})
    stated = {
        "q": query.search,
        "kind": query.kind.value if query.kind else "",
        "criterion": query.criterion or "",
        "team": query.team or "",
        "language": query.language or "",
        "page": "" if query.page == 1 else str(query.page),
    }
    return {name: value for name, value in stated.items() if value}


def is_narrowed(query: CaseQuery) -> bool:
    """Whether the list shows less than the whole library."""
    return bool(query.search or query.kind or query.criterion or query.team or query.language)

"""The list of agents as its address narrows and sorts it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from werkzeug.datastructures import MultiDict

from qa.interop.lines import Line
from qa.services.agent_page import WEEKS, AgentRow
from webapp.listing import one_of, page_of, stated, text_of, turned, valued_first

Sort = Literal["name", "team", "calls", "mean", "critical", "reviewed", "disputes", "last"]

COLUMNS = (
    "agent_id",
    "name",
    "team",
    "calls",
    "scored",
    "mean",
    "low",
    "high",
    "critical",
    "reviewed",
    "open_disputes",
    "last_at",
)
"""Of the table that can be downloaded."""
ROWS = 100
"""Agents on one page."""

_SORTS: tuple[Sort, ...] = get_args(Sort)
_UPWARDS_FIRST = ("name", "team", "mean")
"""Columns whose first click sorts upwards: the first name, the lowest mean."""

DEFAULT_WEEKS = 12


@dataclass(frozen=True, slots=True)
class AgentQuery:
    """Which agents a list shows.

    Attributes:
        search: Part of a name, an agent id or a team.
        team: Public id of a team, ``None`` for all.
    """

    search: str = ""
    team: str | None = None
    weeks: int = DEFAULT_WEEKS
    sort: Sort = "name"
    descending: bool = False
    page: int = 1


def weeks_of(args: MultiDict[str, str]) -> int:
    """The period that an address asks for, weeks."""
    weeks = args.get("weeks", DEFAULT_WEEKS, type=int)
    return weeks if weeks in WEEKS else DEFAULT_WEEKS


def read(args: MultiDict[str, str]) -> AgentQuery:
    """The query an address asks for; an argument that makes no sense counts as absent."""
    return AgentQuery(
        search=text_of(args, "q"),
        team=text_of(args, "team") or None,
        weeks=weeks_of(args),
        sort=one_of(args, "sort", _SORTS) or "name",
        descending=args.get("order") == "down",
        page=page_of(args),
    )


def arguments(query: AgentQuery, **changes: Any) -> Mapping[str, str]:
    """The arguments that ask for a query with some fields changed; defaults are left out.

    A change of what is listed starts again at the first page.
    """
    query = replace(query, **{"page": 1, **changes})
    return stated(
        {
            "q": query.search,
            "team": query.team or "",
            "weeks": "" if query.weeks == DEFAULT_WEEKS else str(query.weeks),
            "sort": "" if query.sort == "name" else query.sort,
            "order": "down" if query.descending else "",
            "page": "" if query.page == 1 else str(query.page),
        }
    )


def sorted_by(query: AgentQuery, key: Sort) -> Mapping[str, str]:
    """The arguments that a column's heading asks for: its natural order first, then the other."""
    return arguments(query, **turned(query, key, down_first=key not in _UPWARDS_FIRST))


_KEYS: Mapping[Sort, Callable[[AgentRow], Any]] = {
    "name": lambda row: (row.figures.agent.name or row.figures.agent.agent_id).casefold(),
    "team": lambda row: (row.figures.agent.team_name or "").casefold() or None,
    "calls": lambda row: row.figures.calls,
    "mean": lambda row: row.mean.value if row.mean else None,
    "critical": lambda row: row.figures.critical,
    "reviewed": lambda row: row.figures.reviewed,
    "disputes": lambda row: row.open_disputes,
    "last": lambda row: row.figures.last_at,
}


def arranged(rows: Iterable[AgentRow], query: AgentQuery) -> list[AgentRow]:
    """The agents that match, in order; those without the sorted value come last either way."""
    key = _KEYS[query.sort]
    found = sorted((row for row in rows if _matches(row, query.search)), key=_KEYS["name"])
    return valued_first(found, key, descending=query.descending)


def _matches(row: AgentRow, search: str) -> bool:
    agent = row.figures.agent
    texts = (agent.agent_id, agent.name or "", agent.team_name or "")
    return any(search.casefold() in text.casefold() for text in texts)


def lines(rows: Iterable[AgentRow]) -> Iterator[Line]:
    """One line an agent, for a spreadsheet."""
    for row in rows:
        figures, mean = row.figures, row.mean
        yield {
            "agent_id": figures.agent.agent_id,
            "name": figures.agent.name,
            "team": figures.agent.team_name,
            "calls": figures.calls,
            "scored": figures.scores.n,
            "mean": round(mean.value, 2) if mean else None,
            "low": round(mean.low, 2) if mean else None,
            "high": round(mean.high, 2) if mean else None,
            "critical": figures.critical,
            "reviewed": figures.reviewed,
            "open_disputes": row.open_disputes,
            "last_at": figures.last_at.isoformat() if figures.last_at else None,
        }

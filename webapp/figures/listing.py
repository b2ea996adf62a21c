"""The page of corrected figures as its address asks for it, and its tables to download."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from werkzeug.datastructures import MultiDict

from qa.interop.lines import Line
from qa.services.corrected.agents import AgentFigure
from qa.services.corrected.page import SCORE, WEEKS, FiguresPage, GroupFigure
from qa.statistics.corrected import Corrected, RoganGladen
from webapp.listing import one_of, stated, text_of, turned

Sort = Literal["name", "calls", "machine", "figure", "reviewed"]

TEAM_COLUMNS = (
    "team",
    "measure",
    "calls",
    "machine",
    "corrected",
    "low",
    "high",
    "reviewed",
    "effective_reviews",
    "more_reviews_needed",
    "reviewed_alone_low",
    "reviewed_alone_high",
    "check",
    "check_low",
    "check_high",
    "sensitivity",
    "specificity",
)
AGENT_COLUMNS = (
    "agent_id",
    "name",
    "team",
    "measure",
    "calls",
    "machine",
    "reviewed",
    "corrected",
    "drawn_to_team",
    "low",
    "high",
    "group",
    "groups",
    "more_reviews_needed",
)
_SORTS: tuple[Sort, ...] = get_args(Sort)
_DEFAULT_WEEKS = WEEKS[1]


@dataclass(frozen=True, slots=True)
class FiguresQuery:
    """What an address asks for; ``team`` is a public id. Only teams can be sorted, and only by what ranks nobody."""

    measure: str = SCORE
    weeks: int = _DEFAULT_WEEKS
    team: str = ""
    sort: Sort = "name"
    descending: bool = False


def read(args: MultiDict[str, str]) -> FiguresQuery:
    """What an address asks for; an argument that makes no sense counts as absent."""
    weeks = args.get("weeks", _DEFAULT_WEEKS, type=int)
    return FiguresQuery(
        measure=text_of(args, "measure") or SCORE,
        weeks=weeks if weeks in WEEKS else _DEFAULT_WEEKS,
        team=text_of(args, "team"),
        sort=one_of(args, "sort", _SORTS) or "name",
        descending=args.get("order") == "down",
    )


def arguments(query: FiguresQuery, **changes: Any) -> Mapping[str, str]:
    """The arguments that ask for a query with some fields changed; defaults are left out."""
    query = replace(query, **changes)
    return stated(
        {
            "measure": "" if query.measure == SCORE else query.measure,
            "weeks": "" if query.weeks == _DEFAULT_WEEKS else str(query.weeks),
            "team": query.team,
            "sort": "" if query.sort == "name" else query.sort,
            "order": "down" if query.descending else "",
        }
    )


def sorted_by(query: FiguresQuery, key: Sort) -> Mapping[str, str]:
    """The arguments that a column's heading asks for: upwards first, then the other way."""
    return arguments(query, **turned(query, key))


def can_rank(page: FiguresPage) -> bool:
    """Whether an order by the figure means anything: every two teams that have one are clearly apart."""
    shown = [each.team for each in page.teams if isinstance(each.figure, Corrected)]
    pairs = len(shown) * (len(shown) - 1) // 2
    return len(shown) > 1 and len(page.apart) == pairs


def arranged(page: FiguresPage, query: FiguresQuery) -> list[GroupFigure]:
    """The teams in the order that was asked for; by a figure only where that means anything, else by name."""
    rows = list(page.teams)
    ranks = query.sort in ("figure", "machine")
    if query.sort == "name" or (ranks and not can_rank(page)):
        return rows[::-1] if query.descending and query.sort == "name" else rows
    rows.sort(key=_KEYS[query.sort], reverse=query.descending)
    return rows


_KEYS: Mapping[Sort, Callable[[GroupFigure], float]] = {
    "calls": lambda row: row.calls,
    "reviewed": lambda row: row.reviewed,
    "machine": lambda row: row.machine or 0.0,
    "figure": lambda row: row.figure.value if isinstance(row.figure, Corrected) else -1.0,
}


def grouped(rows: Sequence[AgentFigure]) -> dict[int, list[AgentFigure]]:
    """Agents by the group that they are in, the highest first, by name within each."""
    found: dict[int, list[AgentFigure]] = {}
    for row in sorted(rows, key=lambda row: row.group):
        if row.estimate is not None:
            found.setdefault(row.group, []).append(row)
    return found


def team_lines(page: FiguresPage, rows: Sequence[GroupFigure]) -> Iterator[Line]:
    """One line a team and one for everybody, for a spreadsheet."""
    for each in (*rows, page.everybody):
        figure, check = each.figure, each.check
        shown = figure if isinstance(figure, Corrected) else None
        checked = check if isinstance(check, RoganGladen) else None
        yield {
            "team": "*" if each is page.everybody else each.name,
            "measure": page.measure,
            "calls": each.calls,
            "machine": _rounded(each.machine),
            "corrected": _rounded(shown.value if shown else None),
            "low": _rounded(shown.low if shown else None),
            "high": _rounded(shown.high if shown else None),
            "reviewed": each.reviewed,
            "effective_reviews": round(shown.effective, 1) if shown else None,
            "more_reviews_needed": None if isinstance(figure, Corrected) else figure.more,
            "reviewed_alone_low": _rounded(shown.human.low if shown else None),
            "reviewed_alone_high": _rounded(shown.human.high if shown else None),
            "check": _rounded(checked.value if checked else None),
            "check_low": _rounded(checked.low if checked else None),
            "check_high": _rounded(checked.high if checked else None),
            "sensitivity": _rounded(checked.sensitivity if checked else None),
            "specificity": _rounded(checked.specificity if checked else None),
        }


def agent_lines(page: FiguresPage) -> Iterator[Line]:
    """One line an agent, by name, for a spreadsheet."""
    for row in page.agents.rows:
        estimate = row.estimate
        yield {
            "agent_id": row.agent.agent_id,
            "name": row.agent.name,
            "team": row.agent.team_name,
            "measure": page.measure,
            "calls": row.calls,
            "machine": _rounded(row.machine),
            "reviewed": row.reviewed,
            "corrected": _rounded(estimate.raw if estimate else None),
            "drawn_to_team": _rounded(estimate.value if estimate else None),
            "low": _rounded(estimate.low if estimate else None),
            "high": _rounded(estimate.high if estimate else None),
            "group": row.group + 1 if estimate else None,
            "groups": page.agents.groups,
            "more_reviews_needed": row.missing,
        }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)

"""The calls of a draw as an address narrows and sorts them, and draws and their calls as tables to download."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from werkzeug.datastructures import MultiDict

from qa.domain.queue import TaskReason
from qa.interop.lines import Line
from qa.ports.sampling import DrawnCall, DrawnQuery, DrawnSort, DrawRecord

DRAW_COLUMNS = (
    "draw",
    "drawn_at",
    "drawn_by",
    "accepted_at",
    "scored_from",
    "scored_before",
    "calls_drawn_from",
    "calls_that_could_not_be_drawn",
    "calls_drawn",
    "reviewed",
    "audio_minutes",
    "random_floor",
    "seed",
)
CALL_COLUMNS = (
    "draw",
    "call",
    "call_id",
    "agent_id",
    "reason",
    "probability",
    "random_floor",
    "minutes",
    "reviewed",
)
_SORTS: tuple[DrawnSort, ...] = get_args(DrawnSort)
_LAST_PAGE = 1_000_000


def read(args: MultiDict[str, str]) -> DrawnQuery:
    """Which calls an address asks for; an argument that makes no sense counts as absent."""
    sort: DrawnSort = next((each for each in _SORTS if each == args.get("sort")), "reason")
    reason = next((each for each in TaskReason if each == args.get("reason")), None)
    return DrawnQuery(reason=reason, sort=sort, descending=args.get("order") == "down")


def page_of(args: MultiDict[str, str]) -> int:
    """The page of a list that an address asks for."""
    return min(max(args.get("page", 1, type=int), 1), _LAST_PAGE)


def arguments(query: DrawnQuery, **changes: Any) -> Mapping[str, str]:
    """The arguments that ask for the same calls with some of these changed; defaults are left out."""
    stated = {
        "reason": query.reason or "",
        "sort": "" if query.sort == "reason" else query.sort,
        "order": "down" if query.descending else "",
        **changes,
    }
    return {name: str(value) for name, value in stated.items() if value}


def sorted_by(query: DrawnQuery, key: DrawnSort) -> Mapping[str, str]:
    """The arguments that a column's heading asks for: upwards first, then the other way."""
    turned = query.sort == key and not query.descending
    return arguments(query, sort=key if key != "reason" else "", order="down" if turned else "")


def draw_lines(draws: Iterable[DrawRecord]) -> Iterator[Line]:
    """One line a draw, for a spreadsheet."""
    for each in draws:
        loads = each.by_reason.values()
        yield {
            "draw": each.public_id,
            "drawn_at": each.drawn_at.isoformat(),
            "drawn_by": each.drawn_by.name if each.drawn_by else None,
            "accepted_at": each.accepted_at.isoformat() if each.accepted_at else None,
            "scored_from": each.span.since.isoformat(),
            "scored_before": each.span.until.isoformat(),
            "calls_drawn_from": each.population,
            "calls_that_could_not_be_drawn": each.uncovered,
            "calls_drawn": sum(load.calls for load in loads),
            "reviewed": sum(load.reviewed for load in loads),
            "audio_minutes": round(sum(load.audio_s for load in loads) / 60, 1),
            "random_floor": each.settings["floor"],
            "seed": each.seed,
        }


def call_lines(draw: DrawRecord, calls: Iterable[DrawnCall]) -> Iterator[Line]:
    """One line a call of a draw, for a spreadsheet."""
    for each in calls:
        yield {
            "draw": draw.public_id,
            "call": each.call,
            "call_id": each.call_id,
            "agent_id": each.agent_id,
            "reason": each.reason.value,
            "probability": each.chance,
            "random_floor": "yes" if each.in_floor else "no",
            "minutes": round(each.duration_s / 60, 2),
            "reviewed": "yes" if each.reviewed else "no",
        }

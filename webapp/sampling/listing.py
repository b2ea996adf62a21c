"""The calls of a draw as an address narrows and sorts them, and draws and their calls as tables to download."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from werkzeug.datastructures import MultiDict

from qa.domain.queue import TaskReason
from qa.interop.lines import Line
from qa.ports.sampling import DrawnCall, DrawnQuery, DrawnSort, DrawRecord
from webapp.listing import one_of, stated

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


def read(args: MultiDict[str, str]) -> DrawnQuery:
    """Which calls an address asks for; an argument that makes no sense counts as absent."""
    sort: DrawnSort = one_of(args, "sort", _SORTS) or "reason"
    reason = one_of(args, "reason", TaskReason)
    return DrawnQuery(reason=reason, sort=sort, descending=args.get("order") == "down")


def arguments(query: DrawnQuery, **changes: Any) -> Mapping[str, str]:
    """The arguments that ask for the same calls with some of these changed; defaults are left out."""
    asked = {
        "reason": query.reason or "",
        "sort": "" if query.sort == "reason" else query.sort,
        "order": "down" if query.descending else "",
        **changes,
    }
    return stated({name: str(value or "") for name, value in asked.items()})


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

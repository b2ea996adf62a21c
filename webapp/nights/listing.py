"""The list of nights as its address asks for it, and as a table to download."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, get_args

from werkzeug.datastructures import MultiDict

from qa.domain.night import NightKind
from qa.interop.lines import Line
from qa.ports.nights import Night, NightQuery, NightSort
from webapp.listing import one_of, page_of, stated, turned

_SORTS: tuple[NightSort, ...] = get_args(NightSort)
_DEFAULT = NightQuery()

COLUMNS = (
    "night",
    "kind",
    "state",
    "started_at",
    "finished_at",
    "found",
    "planned",
    "scored",
    "done_before",
    "not_scorable",
    "quarantined",
    "unfinished",
    "stopped",
    "audio_s",
    "wall_s",
    "speed",
)


def read(args: MultiDict[str, str]) -> NightQuery:
    """The query an address asks for; an argument that makes no sense counts as absent."""
    return NightQuery(
        kind=one_of(args, "kind", tuple(NightKind)) or _DEFAULT.kind,
        sort=one_of(args, "sort", _SORTS) or _DEFAULT.sort,
        descending=args.get("order", "down") != "up",
        page=page_of(args),
    )


def arguments(query: NightQuery, **changes: Any) -> Mapping[str, str]:
    """The arguments of a changed query; a change of what is listed starts again at the first page."""
    query = replace(query, **{"page": 1, **changes})
    return stated(
        {
            "kind": "" if query.kind == _DEFAULT.kind else query.kind.value,
            "sort": "" if query.sort == _DEFAULT.sort else query.sort,
            "order": "" if query.descending else "up",
            "page": "" if query.page == 1 else str(query.page),
        }
    )


def sorted_by(query: NightQuery, key: NightSort) -> Mapping[str, str]:
    """The arguments that a column's heading asks for: the largest first, then the other way."""
    return arguments(query, **turned(query, key, down_first=True))


def night_line(night: Night) -> Line:
    """One night for a spreadsheet."""
    return {
        "night": night.id,
        "kind": night.kind.value,
        "state": night.state.value,
        "started_at": night.started_at.isoformat(),
        "finished_at": night.finished_at.isoformat() if night.finished_at else None,
        **{name: getattr(night, name) for name in COLUMNS[5:13]},
        "audio_s": round(night.audio_s, 1),
        "wall_s": round(night.wall_s, 1),
        "speed": None if night.speed is None else round(night.speed, 2),
    }

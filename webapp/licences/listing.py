"""The table of licences as its address sorts it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from werkzeug.datastructures import MultiDict

from qa.domain.licence import Level, Measure
from qa.services.licences.view import CriterionLicence, low_of
from webapp.listing import one_of, stated, turned

Sort = Literal["place", "level", "sensitivity", "specificity", "agreement", "reviews", "need"]
_SORTS: tuple[Sort, ...] = get_args(Sort)
_UPWARDS_FIRST = ("sensitivity", "specificity", "agreement", "reviews", "need")
"""Columns whose first click sorts upwards: where the least is known, or the least is missing."""
_NEVER = 10**9


@dataclass(frozen=True, slots=True)
class LicenceQuery:
    """How the table is sorted; ``place`` is the order of the rubric."""

    sort: Sort = "place"
    descending: bool = False


def read(args: MultiDict[str, str]) -> LicenceQuery:
    """The query an address asks for; an argument that makes no sense counts as absent."""
    return LicenceQuery(
        sort=one_of(args, "sort", _SORTS) or "place",
        descending=args.get("order") == "down",
    )


def sorted_by(query: LicenceQuery, key: Sort) -> Mapping[str, str]:
    """The arguments that a column's heading asks for: its natural order first, then the other."""
    order = turned(query, key, down_first=key not in (*_UPWARDS_FIRST, "place"))
    return stated({"sort": key, "order": "down" if order["descending"] else ""})


def _bound(measure: Measure) -> Callable[[CriterionLicence], float]:
    return lambda row: low_of(row.evidence, measure)


def _need(row: CriterionLicence) -> int:
    if row.need is None or row.need.reviews is None:
        return _NEVER if row.need else -1
    return row.need.reviews


_KEYS: Mapping[Sort, Callable[[CriterionLicence], Any]] = {
    "level": lambda row: tuple(Level).index(row.level),
    "sensitivity": _bound(Measure.SENSITIVITY),
    "specificity": _bound(Measure.SPECIFICITY),
    "agreement": _bound(Measure.AGREEMENT),
    "reviews": lambda row: row.seen.window.n,
    "need": _need,
}


def arranged(rows: Iterable[CriterionLicence], query: LicenceQuery) -> list[CriterionLicence]:
    """The rows in order; equal ones stay in the rubric's."""
    shown = list(rows)
    if query.sort != "place":
        return sorted(shown, key=_KEYS[query.sort], reverse=query.descending)
    return shown[::-1] if query.descending else shown

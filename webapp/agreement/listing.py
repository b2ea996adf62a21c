"""Figures of agreement as an address narrows and sorts them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, get_args

from werkzeug.datastructures import MultiDict

from qa.domain.wording import Language
from qa.ports.agreement import Source
from qa.services.agreement.criteria import AgreementQuery, CriterionAgreement
from qa.services.agreement.raters import RaterAgreement
from qa.statistics.agreement import Figure, Shown
from webapp.listing import one_of, stated, text_of, turned, valued_first

Sort = Literal[
    "rubric",
    "title",
    "calls",
    "failed",
    "raw",
    "gwet",
    "alpha",
    "sensitivity",
    "specificity",
    "undecided",
]
RaterSort = Literal["name", "calls", "leniency", "near", "others", "verdicts"]
SOURCES = tuple(Source)

_SORTS: tuple[Sort, ...] = get_args(Sort)
_DOWNWARDS_FIRST = ("calls", "failed", "undecided")
"""Columns whose first click sorts downwards; of agreement the lowest comes first."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for.

    Attributes:
        machine: Whether the figures are of the machine beside people, not of people with each other.
    """

    query: AgreementQuery = field(default_factory=AgreementQuery)
    machine: bool = False
    sort: Sort = "rubric"
    descending: bool = False


def read(args: MultiDict[str, str]) -> Asked:
    """What an address asks for; an argument that makes no sense counts as absent."""
    return Asked(
        AgreementQuery(
            since=_day(args.get("since", "")),
            until=_day(args.get("until", "")),
            team=text_of(args, "team") or None,
            rubric=text_of(args, "rubric") or None,
            source=one_of(args, "source", SOURCES) or Source.ALL,
        ),
        machine=args.get("with") == "machine",
        sort=one_of(args, "sort", _SORTS) or "rubric",
        descending=args.get("order") == "down",
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    # The first and the last year of all leave the calendar in some time zone.
    return day if date.min.year < day.year < date.max.year else None


def arguments(asked: Asked, **changes: Any) -> Mapping[str, str]:
    """The arguments that ask for the same with some fields changed; defaults are left out."""
    asked = replace(asked, **changes)
    query = asked.query
    return stated(
        {
            "with": "machine" if asked.machine else "",
            "since": query.since.isoformat() if query.since else "",
            "until": query.until.isoformat() if query.until else "",
            "team": query.team or "",
            "rubric": query.rubric or "",
            "source": "" if query.source is Source.ALL else query.source.value,
            "sort": "" if asked.sort == "rubric" else asked.sort,
            "order": "down" if asked.descending else "",
        }
    )


def narrowing(asked: Asked) -> Mapping[str, str]:
    """The arguments that narrow every page of the area alike."""
    return arguments(asked, sort="rubric", descending=False)


def sorted_by(asked: Asked, key: Sort) -> Mapping[str, str]:
    """The arguments that a column's heading asks for: its natural order first, then the other."""
    return arguments(asked, **turned(asked, key, down_first=key in _DOWNWARDS_FIRST))


def arranged(
    rows: Iterable[CriterionAgreement], asked: Asked, language: Language
) -> list[CriterionAgreement]:
    """The criteria in order; those whose sorted figure is withheld come last either way."""
    key = _key(asked, language)
    in_place = sorted(rows, key=lambda row: row.place)
    return valued_first(in_place, key, descending=asked.descending)


def _key(asked: Asked, language: Language) -> Callable[[CriterionAgreement], Any]:
    if asked.sort == "rubric":
        return lambda row: row.place
    if asked.sort == "title":
        return lambda row: row.title.in_language(language).casefold()
    if asked.machine:
        machine: Mapping[str, Callable[[CriterionAgreement], Shown | float | None]] = {
            "calls": lambda row: row.machine.found.n,
            "failed": lambda row: row.machine.detection.prevalence,
            "undecided": lambda row: row.machine.undecided,
            "sensitivity": lambda row: row.machine.detection.sensitivity,
            "specificity": lambda row: row.machine.detection.specificity,
            "raw": lambda row: row.machine.found.raw,
            "gwet": lambda row: row.machine.found.gwet,
        }
        return _value(machine.get(asked.sort, lambda _row: None))
    people: Mapping[str, Callable[[CriterionAgreement], Shown | float | None]] = {
        "calls": lambda row: row.people.n,
        "failed": lambda row: row.failed,
        "raw": lambda row: row.people.raw,
        "gwet": lambda row: row.people.gwet,
        "alpha": lambda row: row.people.alpha,
    }
    return _value(people.get(asked.sort, lambda _row: None))


def _value(of: Callable[[Any], Shown | float | None]) -> Callable[[Any], float | None]:
    """What is sorted by: a number, that of a figure, or nothing where it is withheld."""

    def value(row: Any) -> float | None:
        found = of(row)
        if isinstance(found, Figure):
            return found.value
        return float(found) if isinstance(found, int | float) else None

    return value


# --- raters ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RatersAsked:
    """What an address asks of the list of raters."""

    asked: Asked = field(default_factory=Asked)
    sort: RaterSort = "name"
    descending: bool = False

    @property
    def query(self) -> AgreementQuery:
        """Which ratings."""
        return self.asked.query


_RATER_SORTS: tuple[RaterSort, ...] = get_args(RaterSort)


def read_raters(args: MultiDict[str, str]) -> RatersAsked:
    """What an address asks for; an argument that makes no sense counts as absent."""
    return RatersAsked(
        replace(read(args), sort="rubric", descending=False),
        sort=one_of(args, "sort", _RATER_SORTS) or "name",
        descending=args.get("order") == "down",
    )


def raters_sorted_by(asked: RatersAsked, key: RaterSort) -> Mapping[str, str]:
    """The arguments that a column's heading asks for."""
    order = turned(asked, key, down_first=key in ("calls", "verdicts"))
    return raters_arguments(replace(asked, **order))


def raters_arguments(asked: RatersAsked) -> Mapping[str, str]:
    """The arguments that ask for the same."""
    return stated(
        {
            **narrowing(asked.asked),
            "sort": "" if asked.sort == "name" else asked.sort,
            "order": "down" if asked.descending else "",
        }
    )


def arranged_raters(rows: Iterable[RaterAgreement], asked: RatersAsked) -> list[RaterAgreement]:
    """The raters in order; the machine, and those whose sorted figure is withheld, come last either way."""
    keys: Mapping[RaterSort, Callable[[RaterAgreement], Any]] = {
        "name": lambda row: row.rater.name.casefold() if row.rater else None,
        "calls": lambda row: row.calls,
        "leniency": _value(lambda row: row.against_master.difference),
        "near": _value(lambda row: row.against_master.near),
        "others": _value(lambda row: row.against_others and row.against_others.difference),
        "verdicts": lambda row: row.verdicts,
    }
    return valued_first(rows, keys[asked.sort], descending=asked.descending)

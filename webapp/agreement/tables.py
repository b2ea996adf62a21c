"""Figures of agreement as lines of a file: a figure, its bounds and its calls, or why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from qa.domain.rubric import Level
from qa.domain.wording import Language
from qa.interop.lines import Line
from qa.ports.agreement import PASSED
from qa.services.agreement.course import AgreementCourse, Measure
from qa.services.agreement.criteria import CriterionAgreement
from qa.services.agreement.criterion import PairAgreement
from qa.services.agreement.figures import name_of
from qa.services.agreement.raters import RaterAgreement
from qa.statistics.agreement import Figure, Shown

_OF_PEOPLE = ("raw", "gwet", "alpha")
_OF_MACHINE = ("raw", "kappa", "gwet", "alpha")
_OF_DETECTION = ("sensitivity", "specificity")


def _columns(prefix: str, *names: str) -> tuple[str, ...]:
    return tuple(
        f"{prefix}{name}{part}" for name in names for part in ("", "_low", "_high", "_withheld")
    )


CRITERIA = (
    "criterion",
    "title",
    "people_calls",
    "people_failed_share",
    *_columns("people_", *_OF_PEOPLE),
    "machine_calls",
    "machine_undecided",
    "people_unsettled",
    "both_failed",
    "only_people_failed",
    "only_machine_failed",
    "neither_failed",
    *_columns("machine_", *_OF_DETECTION, *_OF_MACHINE),
)
PAIRS = ("rater", "other_rater", "calls", *_columns("", "raw", "kappa", "gwet", "alpha"))
RATERS = (
    "rater",
    "calls",
    "calls_with_master",
    *_columns("", "leniency", "within_5_points", "leniency_to_others"),
    "verdicts",
    "same",
    "milder",
    "stricter",
)
COURSE = ("criterion", "title", "measure", "from", *_columns("", "figure"), "calls")


def criteria(rows: Iterable[CriterionAgreement], language: Language) -> Iterator[Line]:
    """One line a criterion."""
    for row in rows:
        detection = row.machine.detection
        yield {
            "criterion": row.criterion,
            "title": row.title.in_language(language),
            "people_calls": row.people.n,
            "people_failed_share": _rounded(row.failed),
            **_figures("people_", row.people, _OF_PEOPLE),
            "machine_calls": row.machine.found.n,
            "machine_undecided": row.machine.undecided,
            "people_unsettled": row.machine.unsettled,
            "both_failed": detection.caught,
            "only_people_failed": detection.missed,
            "only_machine_failed": detection.false_alarms,
            "neither_failed": detection.left_alone,
            **_figures("machine_", detection, _OF_DETECTION),
            **_figures("machine_", row.machine.found, _OF_MACHINE),
        }


def pairs(rows: Iterable[PairAgreement]) -> Iterator[Line]:
    """One line a pair."""
    for row in rows:
        yield {
            "rater": row.one.name,
            "other_rater": row.other.name,
            "calls": row.found.n,
            **_figures("", row.found, ("raw", "kappa", "gwet", "alpha")),
        }


def raters(rows: Iterable[RaterAgreement]) -> Iterator[Line]:
    """One line a rater; the machine's name is ``machine``."""
    for row in rows:
        others = row.against_others.difference if row.against_others else None
        yield {
            "rater": row.rater.name if row.rater else "machine",
            "calls": row.calls,
            "calls_with_master": row.against_master.n,
            **_figure("leniency", row.against_master.difference),
            **_figure("within_5_points", row.against_master.near),
            **_figure("leniency_to_others", others),
            "verdicts": row.verdicts,
            "same": row.same,
            "milder": row.milder,
            "stricter": row.stricter,
        }


def course(found: AgreementCourse, measure: Measure, language: Language) -> Iterator[Line]:
    """One line a criterion and stretch of time."""
    for row in found.rows:
        for stretch, figure in zip(found.stretches, row.figures, strict=True):
            yield {
                "criterion": row.criterion,
                "title": row.title.in_language(language),
                "measure": measure,
                "from": stretch.begins.isoformat(),
                **_figure("figure", figure),
                "calls": figure.n,
            }


def level_titles(levels: Sequence[Level], language: Language) -> Mapping[str, str]:
    """By category, what a level of a scale is called."""
    return {
        name_of(round(PASSED * level.share)): level.title.in_language(language) for level in levels
    }


def _figures(prefix: str, of: object, names: Iterable[str]) -> Line:
    found: dict[str, Any] = {}
    for name in names:
        found |= _figure(f"{prefix}{name}", getattr(of, name))
    return found


def _figure(name: str, figure: Shown | None) -> Line:
    if isinstance(figure, Figure):
        return {
            name: _rounded(figure.value),
            f"{name}_low": _rounded(figure.low),
            f"{name}_high": _rounded(figure.high),
        }
    return {f"{name}_withheld": figure.why.value} if figure is not None else {}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)

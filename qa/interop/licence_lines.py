"""Licences, their history and drift as plain lines, for CSV and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from qa.domain.licence import Measure
from qa.interop.lines import Line
from qa.ports.licences import LicenceChange
from qa.services.drift import Drift, scale_of
from qa.services.licences.view import CriterionLicence
from qa.statistics.agreement.figures import Withheld

_COUNTS = ("both_fail", "only_person", "only_machine", "both_pass")
_BOUNDS = ("value", "low", "high")

LICENCE_COLUMNS = (
    "rubric",
    "criterion",
    "level",
    "by_hand",
    "changed_at",
    "decided_at",
    "reviews",
    *_COUNTS,
    *(f"{measure.value}{part}" for measure in Measure for part in ("", "_low", "_high")),
    "cause",
    "next_level",
    "reviews_needed",
)
CHANGE_COLUMNS = (
    "at",
    "rubric",
    "criterion",
    "before",
    "after",
    "cause",
    "note",
    "by",
    *_COUNTS,
    *(f"{measure.value}{part}" for measure in Measure for part in ("", "_low", "_high")),
)
DRIFT_COLUMNS = ("rubric", "figure", "week", "n", "value", "low", "high", "centre", "signal")


def licence_line(row: CriterionLicence) -> Line:
    """One licence; the next level and what it takes are ``None`` for the highest."""
    licence, table = row.licence, row.seen.window
    return {
        "rubric": row.rubric_id,
        "criterion": row.criterion,
        "level": row.level.value,
        "by_hand": licence.held,
        "changed_at": licence.changed_at.isoformat() if licence.decided_at else None,
        "decided_at": licence.decided_at.isoformat() if licence.decided_at else None,
        "reviews": table.n,
        **{name: getattr(table, name) for name in _COUNTS},
        **_figures(
            {
                measure.value: {part: getattr(bounds, part) for part in _BOUNDS}
                for measure, bounds in row.evidence.figures.items()
            }
        ),
        "cause": row.decision.cause.value,
        "next_level": row.need.level.value if row.need else None,
        "reviews_needed": row.need.reviews if row.need else None,
    }


def change_line(change: LicenceChange) -> Line:
    """One change with the figures that there were."""
    kept = change.figures or {}
    return {
        "at": change.at.isoformat(),
        "rubric": change.rubric_id,
        "criterion": change.criterion,
        "before": change.before.value,
        "after": change.after.value,
        "cause": change.cause,
        "note": change.note,
        "by": change.by.name if change.by else None,
        **{name: kept.get("window", {}).get(name) for name in _COUNTS},
        **_figures(kept.get("figures", {})),
    }


def _figures(by_measure: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for measure in Measure:
        bounds = by_measure.get(measure.value, {})
        for part, suffix in zip(_BOUNDS, ("", "_low", "_high"), strict=True):
            value = bounds.get(part)
            found[f"{measure.value}{suffix}"] = None if value is None else round(value, 4)
    return found


def drift_lines(found: Drift) -> Iterator[Line]:
    """One line a week of each figure that has limits; shares and per cent are 0-1, scores 0-100."""
    for course in found.courses:
        chart = course.chart
        if isinstance(chart, Withheld):
            continue
        scale = scale_of(course.gauge)
        for begins, point in zip(course.weeks, chart.points, strict=True):
            yield {
                "rubric": course.rubric_id,
                "figure": course.gauge.value,
                "week": begins.date().isoformat(),
                "n": point.n,
                "value": _scaled(point.value, scale),
                "low": _scaled(point.low, scale),
                "high": _scaled(point.high, scale),
                "centre": _scaled(chart.centre, scale),
                "signal": point.signal.value if point.signal else None,
            }


def alarm_lines(found: Drift) -> Iterable[Line]:
    """One line for each figure that is out of its limits in the latest week."""
    return [line for line in drift_lines(found) if line["signal"] and _latest(found, line)]


def _latest(found: Drift, line: Line) -> bool:
    return any(
        (course.rubric_id, course.gauge.value, course.weeks[-1].date().isoformat())
        == (line["rubric"], line["figure"], line["week"])
        for course in found.courses
    )


def _scaled(value: float | None, scale: float) -> float | None:
    return None if value is None else round(value / scale, 4)

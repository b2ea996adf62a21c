"""The morning report: one document, which the terminal, the page, the mail and the webhook all draw from.

Its fields are documented in ``docs/night.md`` and change by addition alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from qa.domain.records import Refusal, RunReport
from qa.domain.wording import Language, Reason, Text, render
from qa.ports.nights import Night, NightFigures, NightWhole
from qa.services.nights.charts import Figure, NightCourse
from qa.statistics.agreement.figures import Withheld
from qa.statistics.control import NEEDED_WEEKS

SCHEMA = 1

Document = dict[str, Any]


def morning_report(
    whole: NightWhole,
    courses: Sequence[NightCourse],
    *,
    titles: Mapping[str, Text],
    pages: Mapping[str, str],
    every_file: bool,
    language: Language,
) -> Document:
    """The report of a night.

    Args:
        whole: The night.
        courses: Its figures beside those of the nights before; none where it scored nothing.
        titles: Of criteria, by id; one without is named by its id.
        pages: Public ids of the calls that the reader may open, by call id.
        every_file: Whether recordings are named whose calls the reader may not open.
        language: Of reasons and titles.
    """

    def named(refusals: Sequence[Refusal]) -> list[dict[str, Any]]:
        return _by_reason(refusals, pages, language, every_file=every_file)

    night, report = whole.night, whole.report
    return {
        "schema": SCHEMA,
        "night": night.id,
        "kind": night.kind.value,
        "state": night.state.value,
        "since": night.since.isoformat() if night.since else None,
        "started_at": night.started_at.isoformat(),
        "deadline": night.deadline.isoformat() if night.deadline else None,
        "finished_at": night.finished_at.isoformat() if night.finished_at else None,
        "stopped": night.stopped,
        "error": night.fault,
        "recordings": _counts(night, report),
        "audio": {
            "seconds": round(night.audio_s, 1),
            "hours": round(night.audio_s / 3600, 2),
            "speed": None if night.speed is None else round(night.speed, 1),
        },
        "wall_s": round(night.wall_s, 1),
        "stages": _stages(report),
        "not_scorable": named(report.refusals if report else ()),
        "quarantined": named(report.quarantined if report else ()),
        "waiting": list(report.waiting) if report else [],
        "warnings": list(report.warnings) if report else [],
        "figures": _figures(whole.figures, titles, language),
        "drift": _drift(courses, titles, language),
        "weekly_alarms": list(whole.findings.get("weekly_alarms", ())),
        "licences": list(whole.findings.get("licences", ())),
        "told": [
            {**each, "reason": _told_reason(each, language)}
            for each in whole.findings.get("told", ())
        ],
    }


def for_outside(document: Document) -> Document:
    """The report as it may leave this machine: counts and figures, and no name of a file, a call or a person.

    File names of telephone systems hold the numbers of who called.
    """
    kept = {
        name: value
        for name, value in document.items()
        if name not in ("waiting", "warnings", "told", "error")
    }
    for listed in ("not_scorable", "quarantined"):
        kept[listed] = [{"code": each["code"], "count": each["count"]} for each in document[listed]]
    kept["failed"] = bool(document["error"])
    kept["drift"] = {
        **document["drift"],
        "figures": [
            {name: value for name, value in each.items() if name != "course"}
            for each in document["drift"]["figures"]
        ],
    }
    return kept


def _counts(night: Night, report: RunReport | None) -> dict[str, int]:
    if report is None:
        return {"found": night.found, "planned": night.planned, "scored": night.scored} | {
            "not_scorable": night.not_scorable
        }
    return {
        "found": report.found,
        "planned": night.planned,
        "scored": report.scored,
        "rescored": report.rescored,
        "not_scorable": len(report.refusals),
        "retried": report.retried,
        "quarantined": len(report.quarantined),
        "waiting": len(report.waiting),
        "put_off": report.put_off,
        "done_before": report.done_before,
        "duplicates": report.duplicates,
        "left": report.left,
    }


def _stages(report: RunReport | None) -> list[dict[str, Any]]:
    seconds = dict(report.stage_s) if report else {}
    whole = sum(seconds.values())
    return [
        {"stage": stage, "seconds": round(spent, 2), "share": round(spent / whole, 4)}
        for stage, spent in sorted(seconds.items(), key=lambda each: -each[1])
        if whole
    ]


def _by_reason(
    refusals: Sequence[Refusal],
    pages: Mapping[str, str],
    language: Language,
    *,
    every_file: bool,
) -> list[dict[str, Any]]:
    """Recordings by why they have no score, the commonest reason first."""
    groups: dict[str, list[Refusal]] = defaultdict(list)
    for refusal in refusals:
        groups[refusal.reason.code].append(refusal)
    return [
        {
            "code": code,
            "count": len(group),
            "files": [
                {
                    "recording": each.name,
                    "call_id": each.record.call_id,
                    "call": pages.get(each.record.call_id),
                    "reason": render(each.reason, language),
                }
                for each in group
                if every_file or each.record.call_id in pages
            ],
        }
        for code, group in sorted(groups.items(), key=lambda each: (-len(each[1]), each[0]))
    ]


def _figures(
    figures: NightFigures | None, titles: Mapping[str, Text], language: Language
) -> dict[str, Any] | None:
    if figures is None or not figures.calls:
        return None
    n = figures.calls
    return {
        "rubric": figures.rubric_id,
        "calls": n,
        "score": _mean(figures.scores.total, figures.scores.n, 1),
        "critical_share": round(figures.critical / n, 4),
        "unsure_share": _mean(figures.unsure, figures.heard, 4),
        "confidence": _mean(figures.confidence.total / 100, figures.confidence.n, 4),
        "silence_share": _mean(figures.silence.total / 100, figures.silence.n, 4),
        "languages": {
            code: round(calls / n, 4) for code, calls in sorted(figures.languages.items())
        },
        "criteria": [
            {
                "criterion": criterion,
                "title": _title(criterion, titles, language),
                "counted": each.counted,
                "failed": each.failed,
                "failed_share": _mean(each.failed, each.counted, 4),
                "score": _mean(each.marks.total, each.marks.n, 1),
            }
            for criterion, each in sorted(
                figures.criteria.items(), key=lambda pair: -pair[1].failed / max(1, pair[1].counted)
            )
        ],
    }


def _drift(
    courses: Sequence[NightCourse], titles: Mapping[str, Text], language: Language
) -> dict[str, Any]:
    before = max((len(course.nights) - 1 for course in courses), default=0)
    figures = [_course(course, titles, language) for course in courses]
    return {
        "nights": before,
        "needed": NEEDED_WEEKS,
        "enough": any(each["low"] is not None for each in figures),
        "figures": figures,
        "alarms": [
            {name: value for name, value in each.items() if name != "course"}
            for each in figures
            if each["signal"]
        ],
    }


def _course(course: NightCourse, titles: Mapping[str, Text], language: Language) -> dict[str, Any]:
    scale, now, chart = course.scale, course.now, course.chart
    points = None if isinstance(chart, Withheld) else chart.points
    digits = 2 if course.figure in (Figure.SCORE, Figure.MARKS) else 4

    def shown(value: float | None) -> float | None:
        return None if value is None else round(value / scale, digits)

    value, n = course.values[-1]
    return {
        "figure": course.figure.value,
        "criterion": course.criterion,
        "title": _title(course.criterion, titles, language) if course.criterion else None,
        "n": n,
        "value": shown(value),
        "low": shown(now.low) if now else None,
        "high": shown(now.high) if now else None,
        "usual": None if isinstance(chart, Withheld) else shown(chart.centre),
        "signal": now.signal.value if now and now.signal else None,
        "course": [
            {
                "started_at": began.isoformat(),
                "n": calls,
                "value": shown(each),
                "low": shown(points[place].low) if points else None,
                "high": shown(points[place].high) if points else None,
            }
            for place, (began, (each, calls)) in enumerate(
                zip(course.nights, course.values, strict=True)
            )
        ],
    }


def _title(criterion: str, titles: Mapping[str, Text], language: Language) -> str:
    title = titles.get(criterion)
    return title.in_language(language) if title else criterion


def _mean(total: float, n: int, digits: int) -> float | None:
    return round(total / n, digits) if n else None


def _told_reason(told: Mapping[str, Any], language: Language) -> str | None:
    if told["ok"]:
        return None
    return render(Reason(told["code"], told.get("params", {})), language)

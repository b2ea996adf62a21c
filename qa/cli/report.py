"""What a run says at its end: a table of the calls, what was not scorable and why, and the sums."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from qa.bootstrap import RunOutcome
from qa.domain.records import CallSummary, Refusal, RunReport
from qa.domain.wording import Language, Reason, render
from qa.services.export import scorecard_line

NAMED = 2
"""Criteria that a row names; the review app and the export have them all."""

ROWS_SHOWN = 60
"""A night has thousands of calls; the table shows this many and the review app shows all."""


def report_document(outcome: RunOutcome, language: Language) -> dict[str, Any]:
    """The report and every scorecard of the run, ready for JSON."""
    report = outcome.report
    return {
        "started_at": report.started_at.isoformat(),
        "finished_at": report.finished_at.isoformat(),
        "found": report.found,
        "scored": report.scored,
        "rescored": report.rescored,
        "done_before": report.done_before,
        "duplicates": report.duplicates,
        "not_scorable": [_refusal(refusal, language) for refusal in report.refusals],
        "quarantined": [_refusal(refusal, language) for refusal in report.quarantined],
        "retried": report.retried,
        "put_off": report.put_off,
        "waiting": list(report.waiting),
        "stopped": report.stopped,
        "left": report.left,
        "audio_s": round(report.audio_s, 1),
        "wall_s": round(report.wall_s, 2),
        "stage_s": {stage: round(seconds, 2) for stage, seconds in report.stage_s.items()},
        "warnings": list(report.warnings),
        "scorecards": [scorecard_line(call, language) for call in outcome.details()],
    }


def _refusal(refusal: Refusal, language: Language) -> dict[str, Any]:
    return {
        "recording": refusal.name,
        "call_id": refusal.record.call_id,
        "sha256": refusal.sha256,
        "code": refusal.reason.code,
        "reason": render(refusal.reason, language),
    }


def print_report(outcome: RunOutcome, language: Language) -> None:
    """Print a run's report for a person."""
    console = Console()
    rows = sorted(outcome.rows(), key=lambda row: row.record.call_id)
    scored = [row for row in rows if row.refusal is None]
    if scored:
        console.print(_table(scored[:ROWS_SHOWN]))
        if len(scored) > ROWS_SHOWN:
            console.print(f"... and {len(scored) - ROWS_SHOWN} more; see them all with `qa serve`")
    report = outcome.report
    for label, name, why in _unscored(report, language):
        console.print(f"[yellow]{label}[/] {escape(f'{name}: {why}')}", highlight=False)
    for warning in report.warnings:
        console.print(f"[dim]note: {escape(warning)}[/]", highlight=False)
    for note in _notes(report, language):
        console.print(escape(note), highlight=False)
    speed = f", {report.audio_s / report.wall_s:.1f}x real time" if report.audio_s else ""
    console.print(
        f"{report.found} found: {report.scored} scored"
        + (f" ({report.rescored} from stored transcripts)" if report.rescored else "")
        + f", {report.done_before} done before, {len(report.refusals)} not scorable"
        + (f", {report.duplicates} duplicates" if report.duplicates else "")
        + f"; {report.audio_s / 60:.1f} min of audio in {report.wall_s:.1f} s{speed}"
    )


def _unscored(report: RunReport, language: Language) -> Iterator[tuple[str, str, str]]:
    """What has no score: a label, the recording's name, and why."""
    for code, refusals in (
        ("not_scorable", report.refusals),
        ("quarantined", report.quarantined),
    ):
        label = render(Reason(f"run.label.{code}"), language)
        yield from ((label, refusal.name, render(refusal.reason, language)) for refusal in refusals)
    growing = render(Reason("run.label.waiting"), language)
    later = render(Reason("run.waiting"), language)
    yield from ((growing, name, later) for name in report.waiting)


def _notes(report: RunReport, language: Language) -> Iterator[str]:
    """What else there is to say of recordings that broke a run, and of a run that was stopped."""
    if report.quarantined:
        yield render(Reason("run.ask_again"), language)
    if report.retried:
        yield render(Reason("run.retried", {"count": report.retried}), language)
    if report.put_off:
        yield render(Reason("run.put_off", {"count": report.put_off}), language)
    if report.stopped:
        yield render(Reason(f"run.stopped.{report.stopped}", {"left": report.left}), language)


def _table(rows: list[CallSummary]) -> Table:
    table = Table(title="Scores")
    table.add_column("call", no_wrap=True)
    table.add_column("lang")
    table.add_column("score", justify="right")
    table.add_column("failed")
    table.add_column("open")
    for row in rows:
        score = "-" if row.score is None else f"{row.score:.1f}"
        failed = [f"[bold red]{one} (critical)[/]" for one in row.critical_failed]
        failed += [one for one in row.failed if one not in row.critical_failed]
        table.add_row(
            escape(row.record.call_id),
            row.language or "",
            score,
            _named(failed),
            _named(row.open),
        )
    return table


def _named(criteria: Sequence[str]) -> str:
    """The first few, and how many more."""
    shown = ", ".join(criteria[:NAMED])
    return shown if len(criteria) <= NAMED else f"{shown} +{len(criteria) - NAMED}"

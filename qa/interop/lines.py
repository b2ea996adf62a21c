"""Lines out: JSON lines, and CSV that a spreadsheet cannot be tricked with.

A cell that begins with ``= + - @`` or a control character would be run as a formula by a spreadsheet;
it is written with a leading apostrophe (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TextIO

Line = Mapping[str, Any]

SCORECARD_COLUMNS = (
    "call_id",
    "recording",
    "sha256",
    "agent_id",
    "language",
    "status",
    "reason",
    "rubric_id",
    "rubric_version",
    "score",
    "critical_failed",
    "awaiting",
    "criterion",
    "verdict",
    "points",
    "max_points",
    "confidence",
    "criterion_reason",
    "evidence_start_s",
    "evidence_end_s",
    "evidence_quote",
    "searched_start_s",
    "searched_end_s",
    "searched_speaker",
)

CALL_COLUMNS = (
    "call_id",
    "agent_id",
    "queue",
    "direction",
    "started_at",
    "language",
    "duration_s",
    "recording",
    "status",
    "reason",
    "score",
    "failed",
    "critical_failed",
    "open",
    "reviewed_at",
    "reviewed_score",
    "reviewed_critical",
    "provisional",
)

REVIEW_COLUMNS = (
    "call_id",
    "recording",
    "agent_id",
    "review",
    "purpose",
    "counts",
    "reviewer",
    "opened_at",
    "submitted_at",
    "rubric_id",
    "rubric_version",
    "scored_at",
    "review_score",
    "critical_failed",
    "review_note",
    "criterion",
    "machine_verdict",
    "machine_points",
    "verdict",
    "points",
    "max_points",
    "changed",
    "reason",
    "note",
    "evidence_start_s",
    "evidence_end_s",
    "evidence_quote",
    "decided_by",
    "decided_at",
)

RATING_COLUMNS = (
    "session",
    "session_title",
    "revealed_at",
    "position",
    "call_id",
    "agent_id",
    "rubric_id",
    "rubric_version",
    "rating",
    "rater",
    "seen_before",
    "opened_at",
    "submitted_at",
    "rating_score",
    "rating_note",
    "criterion",
    "verdict",
    "points",
    "max_points",
    "reason",
    "note",
    "evidence_start_s",
    "evidence_end_s",
    "evidence_quote",
    "decided_at",
    "machine_verdict",
    "machine_points",
    "master_verdict",
    "master_points",
    "master_reason",
)

TRANSCRIPT_COLUMNS = ("call_id", "language", "speaker", "start_s", "end_s", "text")


def write_jsonl(lines: Iterable[Line], out: TextIO) -> int:
    """One JSON object a line, Chinese as it is; how many were written."""
    count = 0
    for line in lines:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
        count += 1
    return count


def write_scorecard_csv(lines: Iterable[Line], out: TextIO) -> int:
    """A row per call and criterion (one row for a call without a score); how many calls."""
    return _write_csv(lines, SCORECARD_COLUMNS, _scorecard_rows, out)


def write_transcript_csv(lines: Iterable[Line], out: TextIO) -> int:
    """A row per turn; how many calls."""
    return _write_csv(lines, TRANSCRIPT_COLUMNS, _transcript_rows, out)


def write_review_csv(lines: Iterable[Line], out: TextIO) -> int:
    """A row per decision of a review; how many."""
    return _write_csv(lines, REVIEW_COLUMNS, _review_rows, out)


def write_rating_csv(lines: Iterable[Line], out: TextIO) -> int:
    """A row per decision of a blind rating; how many."""
    return _write_csv(lines, RATING_COLUMNS, _rating_rows, out)


def call_csv(lines: Iterable[Line]) -> Iterator[str]:
    """A row per call, text by text as a web server sends it, the heading first."""
    return _csv(lines, CALL_COLUMNS, _call_rows)


def table_csv(columns: tuple[str, ...], lines: Iterable[Line]) -> Iterator[str]:
    """The texts of a CSV of a table on a page: its heading, then one text for each line."""
    return _csv(lines, columns, lambda line: (line,))


def _write_csv(
    lines: Iterable[Line],
    columns: tuple[str, ...],
    rows_of: Callable[[Line], Iterable[Line]],
    out: TextIO,
) -> int:
    count = -1  # the heading is no line
    for text in _csv(lines, columns, rows_of):
        out.write(text)
        count += 1
    return count


def _csv(
    lines: Iterable[Line], columns: tuple[str, ...], rows_of: Callable[[Line], Iterable[Line]]
) -> Iterator[str]:
    """The heading, then the rows of each line."""
    written = io.StringIO()
    writer = csv.DictWriter(written, columns, lineterminator="\n")
    writer.writeheader()
    yield written.getvalue()
    for line in lines:
        written.seek(0)
        written.truncate()
        for row in rows_of(line):
            writer.writerow({column: _safe(row.get(column)) for column in columns})
        yield written.getvalue()


def _call_rows(line: Line) -> Iterable[Line]:
    yield {**line, **{key: " ".join(line[key]) for key in ("failed", "critical_failed", "open")}}


def _scorecard_rows(line: Line) -> Iterable[Line]:
    rubric = line["rubric"] or {}
    call = {
        **line,
        "rubric_id": rubric.get("id"),
        "rubric_version": rubric.get("version"),
        "critical_failed": " ".join(line["critical_failed"]),
        "awaiting": " ".join(line.get("awaiting", ())),
    }
    if not line["criteria"]:
        yield call
    for criterion in line["criteria"]:
        first = criterion["evidence"][0] if criterion["evidence"] else {}
        yield {
            **call,
            "criterion": criterion["id"],
            **{key: criterion[key] for key in ("verdict", "points", "max_points", "confidence")},
            "criterion_reason": criterion["reason"],
            "evidence_start_s": first.get("start_s"),
            "evidence_end_s": first.get("end_s"),
            "evidence_quote": first.get("quote"),
            **{f"searched_{key}": value for key, value in (criterion["searched"] or {}).items()},
        }


def _review_rows(line: Line) -> Iterable[Line]:
    first: Line = next(iter(line.get("evidence", ())), {})
    yield {
        **line,
        "reviewer": line["reviewer"]["name"],
        "decided_by": line.get("decided_by", line["reviewer"])["name"],
        "rubric_id": line["rubric"]["id"],
        "rubric_version": line["rubric"]["version"],
        "critical_failed": " ".join(line["critical_failed"]),
        "evidence_start_s": first.get("start_s"),
        "evidence_end_s": first.get("end_s"),
        "evidence_quote": first.get("quote"),
    }


def _rating_rows(line: Line) -> Iterable[Line]:
    first: Line = next(iter(line["evidence"]), {})
    yield {
        **line,
        "rater": line["rater"]["name"],
        "rubric_id": line["rubric"]["id"],
        "rubric_version": line["rubric"]["version"],
        "evidence_start_s": first.get("start_s"),
        "evidence_end_s": first.get("end_s"),
        "evidence_quote": first.get("quote"),
    }


def _transcript_rows(line: Line) -> Iterable[Line]:
    for turn in line["turns"]:
        yield {"call_id": line["call_id"], "language": line["language"], **turn}


def _safe(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r", "\n"):
        return f"'{value}"
    return value

"""Lines out: JSON lines, and CSV that a spreadsheet cannot be tricked with.

A cell that begins with ``= + - @``, their full-width forms or a control character would be run as a formula by a
spreadsheet; it is written with a leading apostrophe (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TextIO

Line = Mapping[str, Any]

_RUN = (*"=+-@＝＋－＠", "\t", "\n")
"""What makes a spreadsheet take a cell for a formula."""

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


def write_jsonl(lines: Iterable[Line], out: TextIO) -> int:
    """One JSON object a line, Chinese as it is; how many were written."""
    count = 0
    for line in lines:
        out.write(json_line(line))
        count += 1
    return count


def json_line(line: Line) -> str:
    """A line as JSON with its end."""
    return json.dumps(line, ensure_ascii=False) + "\n"


def call_csv(lines: Iterable[Line]) -> Iterator[str]:
    """A row per call, text by text as a web server sends it, the heading first."""
    return csv_texts(lines, CALL_COLUMNS, _call_rows)


def table_csv(columns: tuple[str, ...], lines: Iterable[Line]) -> Iterator[str]:
    """The texts of a CSV of a table on a page: its heading, then one text for each line."""
    return csv_texts(lines, columns, lambda line: (line,))


def csv_texts(
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


def _safe(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    # The csv module quotes no lone carriage return, which spreadsheets take for the end of a row.
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{text}" if text.startswith(_RUN) else text

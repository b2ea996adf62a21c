from __future__ import annotations

import csv
import io
import json
from codecs import BOM_UTF8
from dataclasses import replace
from typing import Any

import pytest

from qa.interop.exports import csv as csv_export
from qa.interop.exports import jsonl, tables
from qa.interop.exports.tables import SCORECARDS
from qa.interop.lines import call_csv
from tests.unit.export_lines import ENGLISH, scorecard, transcript, turn


def _csv(*lines: dict[str, Any]) -> str:
    out = io.BytesIO()
    assert csv_export.write(lines, out, ENGLISH, table=SCORECARDS) == len(lines)
    return out.getvalue().decode()


def _rows(*lines: dict[str, Any]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_csv(*lines))))


def test_a_fail_by_omission_leaves_with_the_window_that_was_searched() -> None:
    (row,) = _rows(scorecard())
    assert tuple(row) == SCORECARDS.names
    assert (row["searched_start_s"], row["searched_end_s"]) == ("10.0", "42.5")
    assert row["searched_speaker"] == "agent"


def test_a_call_without_a_score_has_a_row_with_its_reason() -> None:
    refused = scorecard(status="not_scorable", reason="文件为空", rubric=None, criteria=[])
    (row,) = _rows(refused)
    assert (row["status"], row["reason"], row["criterion"]) == ("not_scorable", "文件为空", "")


@pytest.mark.parametrize("first", "=+-@＝＋－＠\t\n")
def test_a_cell_that_a_spreadsheet_would_run_is_made_text(first: str) -> None:
    (row,) = _rows(scorecard(agent_id=f"{first}HYPERLINK(1)"))
    assert row["agent_id"] == f"'{first}HYPERLINK(1)"


@pytest.mark.parametrize("text", ["x\r=HYPERLINK(1)", "\r=HYPERLINK(1)", "x\r\n=HYPERLINK(1)"])
def test_no_carriage_return_begins_a_row(text: str) -> None:
    (row,) = _rows(scorecard(agent_id=text))
    assert row["agent_id"].lstrip("'") == text.replace("\r\n", "\n").replace("\r", "\n")
    assert "\r" not in _csv(scorecard(agent_id=text))


def test_a_number_is_no_formula() -> None:
    (row,) = _rows(scorecard(score=-1.5))
    assert row["score"] == "-1.5"


def test_json_lines_keep_chinese_as_it_is() -> None:
    out = io.BytesIO()
    assert jsonl.write([scorecard(), scorecard(call_id="C2")], out, ENGLISH) == 2
    first, second = out.getvalue().decode().splitlines()
    assert "通话.wav" in first
    assert json.loads(second)["call_id"] == "C2"


def test_nothing_is_a_heading_alone() -> None:
    assert _csv() == ",".join(SCORECARDS.names) + "\n"


def test_a_byte_order_mark_stands_before_the_heading_alone() -> None:
    out = io.BytesIO()
    choices = replace(ENGLISH, byte_order_mark=True)
    csv_export.write([scorecard()], out, choices, table=SCORECARDS)
    assert out.getvalue().startswith(BOM_UTF8 + b"call_id,")
    assert out.getvalue().count(BOM_UTF8) == 1


def test_a_turn_has_a_row() -> None:
    said = transcript(turn("agent", (0.5, 1.0, "Hello")), turn("customer", (1.5, 2.0, "Hi")))
    rows = list(tables.TRANSCRIPTS.rows(said))
    assert [(row["speaker"], row["text"], row["agent_id"]) for row in rows] == [
        ("agent", "Hello", "A201"),
        ("customer", "Hi", "A201"),
    ]


def test_a_list_of_calls_is_sent_row_by_row() -> None:
    row = {"call_id": "=1+1", "failed": ["thanks", "farewell"], "critical_failed": [], "open": []}
    heading, sent = call_csv([row])
    assert heading.startswith("call_id,agent_id,")
    assert sent == "'=1+1,,,,,,,,,,,thanks farewell,,,,,,\n"


COLUMNS = {
    "scorecards": "call_id recording sha256 agent_id language status reason rubric_id rubric_version score"
    " critical_failed awaiting criterion verdict points max_points confidence criterion_reason evidence_start_s"
    " evidence_end_s evidence_quote searched_start_s searched_end_s searched_speaker rubric_sha256",
    "transcripts": "call_id language speaker start_s end_s text recording agent_id started_at",
    "reviews": "call_id recording agent_id review purpose counts reviewer opened_at submitted_at rubric_id"
    " rubric_version scored_at review_score critical_failed review_note criterion machine_verdict machine_points"
    " verdict points max_points changed reason note evidence_start_s evidence_end_s evidence_quote decided_by"
    " decided_at",
    "ratings": "session session_title revealed_at position call_id agent_id rubric_id rubric_version rating rater"
    " seen_before opened_at submitted_at rating_score rating_note criterion verdict points max_points reason note"
    " evidence_start_s evidence_end_s evidence_quote decided_at machine_verdict machine_points master_verdict"
    " master_points master_reason",
}
"""What is promised. A column is added at the end; one that is renamed, moved or gone breaks who reads them."""


@pytest.mark.parametrize(
    ("content", "table"),
    [
        ("scorecards", tables.SCORECARDS),
        ("transcripts", tables.TRANSCRIPTS),
        ("reviews", tables.REVIEWS),
        ("ratings", tables.RATINGS),
    ],
)
def test_the_columns_are_those_that_were_promised(content: str, table: tables.Table) -> None:
    assert " ".join(table.names) == COLUMNS[content]

from __future__ import annotations

import csv
import io
from typing import Any

from qa.interop.lines import SCORECARD_COLUMNS, call_csv, write_jsonl, write_scorecard_csv


def _line(**changes: Any) -> dict[str, Any]:
    line: dict[str, Any] = {
        "call_id": "C1",
        "recording": "通话.wav",
        "sha256": "ab",
        "agent_id": None,
        "language": "zh",
        "status": "scored",
        "reason": None,
        "rubric": {"id": "service-standard", "version": "1", "sha256": "cd"},
        "models": {},
        "score": 50.0,
        "critical_failed": ["privacy"],
        "criteria": [
            {
                "id": "thanks",
                "verdict": "fail",
                "points": 0.0,
                "max_points": 8.0,
                "confidence": 0.9,
                "reason": "没有感谢客户",
                "evidence": [],
                "searched": {"start_s": 10.0, "end_s": 42.5, "speaker": "agent"},
            }
        ],
    }
    return line | changes


def _rows(line: dict[str, Any]) -> list[dict[str, str]]:
    out = io.StringIO()
    write_scorecard_csv([line], out)
    out.seek(0)
    return list(csv.DictReader(out))


def test_a_fail_by_omission_leaves_with_the_window_that_was_searched() -> None:
    (row,) = _rows(_line())
    assert list(row) == list(SCORECARD_COLUMNS)
    assert (row["searched_start_s"], row["searched_end_s"]) == ("10.0", "42.5")
    assert row["searched_speaker"] == "agent"


def test_a_call_without_a_score_has_a_row_with_its_reason() -> None:
    refused = _line(status="not_scorable", reason="文件为空", rubric=None, criteria=[])
    (row,) = _rows(refused)
    assert (row["status"], row["reason"], row["criterion"]) == ("not_scorable", "文件为空", "")


def test_a_cell_that_a_spreadsheet_would_run_is_made_text() -> None:
    (row,) = _rows(_line(agent_id="=HYPERLINK(1)", recording="@cmd.wav"))
    assert (row["agent_id"], row["recording"]) == ("'=HYPERLINK(1)", "'@cmd.wav")


def test_json_lines_keep_chinese_as_it_is() -> None:
    out = io.StringIO()
    assert write_jsonl([_line()], out) == 1
    assert "通话.wav" in out.getvalue()


def test_what_is_written_is_counted_in_calls() -> None:
    out = io.StringIO()
    assert write_scorecard_csv([], out) == 0
    assert out.getvalue() == ",".join(SCORECARD_COLUMNS) + "\n"
    assert write_scorecard_csv([_line(), _line()], io.StringIO()) == 2


def test_a_list_of_calls_is_sent_row_by_row() -> None:
    row = {"call_id": "=1+1", "failed": ["thanks", "farewell"], "critical_failed": [], "open": []}
    heading, sent = call_csv([row])
    assert heading.startswith("call_id,agent_id,")
    assert sent == "'=1+1,,,,,,,,,,,thanks farewell,,,,,,\n"

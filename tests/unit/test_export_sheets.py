"""Workbooks read back with openpyxl, Parquet with pyarrow, vCons against what the draft requires."""

from __future__ import annotations

import base64
import builtins
import io
import json
import tracemalloc
import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils.escape import unescape as openpyxl_unescape
from openpyxl.workbook import Workbook
from pyarrow import parquet

from qa.cli import export as cli
from qa.domain.call import Direction
from qa.domain.errors import SettingsInvalid
from qa.domain.scope import Scope
from qa.interop.exports import headings, tables, vcon, xlsx
from qa.interop.exports import parquet as parquet_export
from qa.interop.exports.formats import CONTENTS, FORMS, WAYS, OneFile, way_of
from qa.interop.exports.overview import Counted
from qa.interop.importers.vcon import VCon
from qa.interop.lines import Line
from tests.unit.export_lines import (
    AT,
    CHINESE,
    ENGLISH,
    conversation,
    scorecard,
    transcript,
    turn,
    verdict,
)

CARDS = [
    scorecard(
        call_id="C1",
        agent_id="A1",
        score=80.0,
        critical_failed=[],
        criteria=[verdict("thanks", "pass"), verdict("privacy", "cannot_judge")],
    ),
    scorecard(
        call_id="C2",
        agent_id="A2",
        score=50.5,
        critical_failed=["privacy"],
        criteria=[verdict("thanks", "fail"), verdict("privacy", "fail")],
    ),
    scorecard(
        call_id="C3",
        agent_id=None,
        status="not_scorable",
        reason="文件为空",
        rubric=None,
        score=None,
        critical_failed=[],
        criteria=[],
    ),
]


def workbook(content: Any, lines: list[Line], choices: Any = ENGLISH) -> Workbook:
    out = io.BytesIO()
    way = way_of(content, "xlsx")
    assert isinstance(way, OneFile)
    assert way.write(lines, out, choices) == len(lines)
    return openpyxl.load_workbook(out)


def rows(book: Workbook, sheet: str) -> list[tuple[Any, ...]]:
    return list(book[sheet].iter_rows(values_only=True))


def test_the_overview_counts_calls_criteria_agents_and_reasons() -> None:
    book = workbook("scorecards", CARDS, replace(ENGLISH, scope=Scope(since=AT)))
    assert book.sheetnames == ["Summary", "Scorecards", "Criteria"]
    front = {row[0]: row[1:] for row in rows(book, "Summary") if row[0]}
    assert front["From"][0] == "2026-03-02T01:14:00+00:00"
    assert [front[name][0] for name in ("Calls", "Scored", "Not scorable")] == [3, 2, 1]
    assert front["Mean score"][0] == 65.2  # of 80 and 50.5
    assert front["With a critical criterion failed"][0] == 1
    by_criterion = [row for row in rows(book, "Summary") if row[0] == "service-standard"]
    assert by_criterion == [
        ("service-standard", "thanks", 1, 1, 0, 0, 2, 0.5),
        ("service-standard", "privacy", 0, 1, 1, 0, 1, 0),
    ]
    assert [row[:5] for row in rows(book, "Summary") if row[0] in ("A1", "A2", "(unknown)")] == [
        ("A1", 1, 1, 80, 0),
        ("A2", 1, 1, 50.5, 1),
        ("(unknown)", 1, 0, None, 0),
    ]
    assert front["文件为空"][0] == 1


def test_a_sheet_has_typed_cells_a_frozen_heading_and_a_filter() -> None:
    book = workbook("scorecards", CARDS)
    sheet = book["Scorecards"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:M4")
    assert [cell.value for cell in sheet[1]][:2] == ["Call", "Recording"]
    assert (sheet["J2"].value, sheet["J2"].data_type) == (80, "n")
    assert sheet["J4"].value is None
    assert len(rows(book, "Criteria")) == 1 + 4


def test_a_chinese_workbook_is_chinese_to_its_values() -> None:
    book = workbook("scorecards", CARDS, CHINESE)
    assert book.sheetnames == ["汇总", "评分卡", "质检项"]
    assert rows(book, "评分卡")[0][:4] == ("通话编号", "录音", "录音 SHA-256", "坐席工号")
    assert [row[5] for row in rows(book, "评分卡")[1:]] == ["已评分", "已评分", "无法评分"]
    assert [row[5] for row in rows(book, "质检项")[1:]] == ["通过", "无法判断", "未通过", "未通过"]


def test_moments_are_dates_in_utc_and_flags_are_flags() -> None:
    line = dict.fromkeys(tables.RATINGS.names) | {
        "call_id": "C1",
        "rater": {"name": "Sun"},
        "rubric": {"id": "r", "version": "1"},
        "evidence": [],
        "seen_before": True,
        "revealed_at": "2026-03-02T09:14:00+08:00",
    }
    sheet = workbook("ratings", [line])["Ratings"]
    titles = [cell.value for cell in sheet[1]]
    held = dict(zip(titles, (cell.value for cell in sheet[2]), strict=True))
    assert held["Laid open (UTC)"] == datetime(2026, 3, 2, 1, 14)  # noqa: DTZ001 - a sheet's have no zone
    assert held["Seen before"] is True


@pytest.mark.parametrize(
    "text",
    [
        "=HYPERLINK(1)",
        "@SUM(1)",
        "https://example.com",
        "mailto:a@b.c",
        "007",
        "{=1}",
        "<r><t>not markup</t></r>",
        "<b>&amp;",
        "_x0041_",
        "长" * 32_767,
    ],
)
def test_a_text_stays_text_whatever_it_looks_like(text: str) -> None:
    sheet = workbook("transcripts", [transcript(turn("agent", (0.0, 1.0, text)))])["Turns"]
    assert openpyxl_unescape(sheet["F2"].value).rstrip(" ") == text
    assert sheet["F2"].data_type in ("s", "inlineStr")
    assert sheet["F2"].hyperlink is None


def test_a_text_longer_than_a_cell_ends_in_an_ellipsis() -> None:
    sheet = workbook("transcripts", [transcript(turn("agent", (0.0, 1.0, "x" * 40_000)))])["Turns"]
    assert (len(sheet["F2"].value), sheet["F2"].value[-1]) == (32_767, "…")


def test_rows_beyond_a_sheets_go_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    line = transcript(*(turn("agent", (float(i), i + 0.5, f"t{i}")) for i in range(5)))
    book = workbook("transcripts", [line])
    assert book.sheetnames == ["Summary", "Turns", "Turns 2", "Turns 3"]
    said = [row[5] for name in book.sheetnames[1:] for row in rows(book, name)[1:]]
    assert said == ["t0", "t1", "t2", "t3", "t4"]
    assert {rows(book, name)[0] for name in book.sheetnames[1:]} == {rows(book, "Turns")[0]}
    assert book["Turns 3"].auto_filter.ref == "A1:I2"


def test_memory_does_not_grow_with_the_calls() -> None:
    def peak(calls: int) -> int:
        lines: Iterator[Line] = (scorecard(call_id=f"C{number}") for number in range(calls))
        write = partial(xlsx.write, tables=(tables.CARDS, tables.CRITERIA), overview=_Blind)
        tracemalloc.start()
        write(lines, _Gone(), ENGLISH)
        reached = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return reached

    peak(10)
    few, many = peak(100), peak(1_500)
    assert many < few + 400_000


class _Gone(io.BytesIO):
    """Takes a file and keeps none of it."""

    def write(self, content: Any) -> int:
        return len(content)

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError


class _Blind(Counted):
    """Counts nothing: what is measured is the sheets."""

    def add(self, line: Line) -> None: ...


def test_parquet_is_typed_and_in_the_promised_order() -> None:
    out = io.BytesIO()
    card = scorecard(criteria=[verdict("thanks", "fail"), verdict("greeting", "pass")])
    assert parquet_export.write([card, CARDS[2]], out, ENGLISH, table=tables.SCORECARDS) == 2
    read = parquet.read_table(out)
    assert tuple(read.schema.names) == tables.SCORECARDS.names
    assert read.column("score").to_pylist() == [50.0, 50.0, None]
    assert read.column("criterion").to_pylist() == ["thanks", "greeting", None]
    assert str(read.schema.field("points").type) == "double"


def test_parquet_moments_keep_their_instant() -> None:
    out = io.BytesIO()
    line = transcript(turn("agent", (0.0, 1.0, "您好")))
    parquet_export.write([line], out, ENGLISH, table=tables.TRANSCRIPTS)
    read = parquet.read_table(out).to_pylist()
    assert read[0]["started_at"] == datetime(2026, 3, 2, 1, 14, tzinfo=UTC)
    assert read[0]["text"] == "您好"


def test_parquet_without_its_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any, **others: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ModuleNotFoundError(name)
        return real(name, *rest, **others)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(SettingsInvalid, match="not installed") as caught:
        parquet_export.write([], io.BytesIO(), ENGLISH, table=tables.SCORECARDS)
    assert 'pip install "call-qa[parquet]"' in caught.value.hint


def test_every_column_has_a_heading_in_both_languages() -> None:
    shown = (tables.CARDS, tables.CRITERIA, tables.TRANSCRIPTS, tables.REVIEWS, tables.RATINGS)
    for table in shown:
        for language in ("zh", "en"):
            said = [headings.heading(name, language) for name in table.names]  # type: ignore[arg-type]
            assert len(set(said)) == len(said)
            assert headings.sheet(table.name, language)  # type: ignore[arg-type]


def test_what_cannot_be_is_refused_with_what_can() -> None:
    with pytest.raises(SettingsInvalid, match="reviews cannot be written as vtt") as caught:
        way_of("reviews", "vtt")
    assert caught.value.hint == "reviews can be jsonl, csv, xlsx, parquet; vtt is for transcripts"
    assert (cli._CONTENTS, cli._FORMS) == (CONTENTS, FORMS)
    assert set(WAYS) == set(CONTENTS)
    assert {form for ways in WAYS.values() for form in ways} == set(FORMS)


# --- vCon -------------------------------------------------------------------------------------------


def container(line: Line, choices: Any = ENGLISH, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(vcon.render(line, choices, **more))
    return made


def test_a_vcon_holds_what_the_draft_requires() -> None:
    made = container(conversation())
    assert made["vcon"] == "0.4.0"
    assert uuid.UUID(made["uuid"]).version == 8
    assert uuid.UUID(made["uuid"]).variant == uuid.RFC_4122
    assert datetime.fromisoformat(made["created_at"]).tzinfo is not None
    assert made["parties"] == [{"role": "agent", "name": "A201"}, {"role": "customer"}]
    assert made["extensions"] == ["CC"]  # whose the roles are
    (dialog,) = made["dialog"]
    assert dialog["type"] == "recording"
    assert datetime.fromisoformat(dialog["start"]).tzinfo is not None
    assert dialog["parties"] == [1, 0]  # the customer is on the first channel
    assert dialog["originator"] == 1
    assert not {"body", "encoding", "url"} & dialog.keys()
    assert dialog["content_hash"] == "sha256-" + "q6ur" * 10 + "q6s"
    kinds = {analysis["type"]: analysis for analysis in made["analysis"]}
    assert set(kinds) == {"transcript", "scorecard"}
    for analysis in kinds.values():
        assert analysis["vendor"]
        assert analysis["dialog"] == 0
        assert isinstance(analysis["body"], str)
        assert analysis["encoding"] == "json"
    assert json.loads(kinds["transcript"]["body"])["turns"][0]["text"] == "您好"
    assert json.loads(kinds["scorecard"]["body"])["score"] == 50.0


def test_what_is_written_is_read_as_the_same_call(tmp_path: Path) -> None:
    path = tmp_path / "C1.vcon.json"
    path.write_bytes(vcon.render(conversation(), ENGLISH))
    importer = VCon()
    assert importer.probe(path)
    read = importer.read(path)
    assert read.warnings == ()
    record, recordings = read.calls[0].record, read.calls[0].recordings
    assert (record.agent_id, record.agent_channel, recordings) == ("A201", 1, ("c1.wav",))
    assert (record.direction, record.started_at) == (Direction.INBOUND, AT)


@pytest.mark.parametrize(
    ("layout", "parties"),
    [("stereo", [[0, 1], [0, 1]]), ("copied", [[0, 1], [0, 1]]), ("mono", [0, 1])],
)
def test_channels_that_nobody_knows_are_nobodys(
    tmp_path: Path, layout: str, parties: list[object]
) -> None:
    unknown = conversation(transcript=transcript(channels={}), layout=layout)
    assert container(unknown)["dialog"][0]["parties"] == parties
    path = tmp_path / "C1.vcon.json"
    path.write_bytes(vcon.render(unknown, ENGLISH))
    (call,) = VCon().read(path).calls
    if layout != "mono":
        assert call.record.agent_channel is None


def test_nobody_is_made_the_agent_of_a_call_that_names_none() -> None:
    unknown = conversation(scorecard=scorecard(), direction="unknown")
    made = container(unknown)
    assert made["parties"] == [{"role": "agent"}, {"role": "customer"}]
    assert "originator" not in made["dialog"][0]


def test_a_call_that_began_nobody_knows_when_has_no_dialog() -> None:
    unknown = conversation(transcript=transcript(started_at=None))
    made = container(unknown)
    assert made["dialog"] == []
    assert all("dialog" not in analysis for analysis in made["analysis"])


def test_a_call_that_was_not_heard_is_a_scorecard_without_a_transcript() -> None:
    refused = conversation(transcript=None, scored_at=None, duration_s=None, audio=None)
    made = container(refused)
    assert [analysis["type"] for analysis in made["analysis"]] == ["scorecard"]
    assert made["created_at"] == "2026-03-02T01:14:00+00:00"


def test_a_scorecards_vcon_holds_nothing_that_was_said() -> None:
    made = container(conversation(), transcript=False)
    assert [analysis["type"] for analysis in made["analysis"]] == ["scorecard"]
    assert "您好" not in json.dumps(made, ensure_ascii=False)


def test_sound_is_inside_only_where_it_is_asked_for_and_there() -> None:
    asked: list[str] = []

    def read(path: str) -> bytes | None:
        asked.append(path)
        return b"fLaC\xff"

    (dialog,) = container(conversation(), replace(ENGLISH, audio=read))["dialog"]
    body = dialog["body"]
    assert base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)) == b"fLaC\xff"
    assert (dialog["encoding"], dialog["mediatype"]) == ("base64url", "audio/flac")
    assert asked == ["audio/ab/ab.flac"]
    (gone,) = container(conversation(), replace(ENGLISH, audio=lambda _path: None))["dialog"]
    assert "body" not in gone


def test_the_same_scorecard_has_the_same_id() -> None:
    assert container(conversation())["uuid"] == container(conversation(), CHINESE)["uuid"]
    later = conversation(scored_at="2026-03-03T01:20:00+00:00")
    assert container(later)["uuid"] != container(conversation())["uuid"]

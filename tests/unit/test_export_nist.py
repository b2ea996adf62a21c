"""RTTM and CTM, read back by what the field reads them with."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from qa.interop.exports import ctm, rttm
from tests.unit.export_lines import ENGLISH, transcript, turn

CALL = transcript(
    turn("agent", (0.5, 1.0, "Good"), (1.1, 1.5, "morning"), (4.0, 4.5, "everyone")),
    turn("customer", (1.25, 2.0, "你 好"), (2.0, 2.0, " ")),
    call_id="通话 1; rm",
)


def _written(write: object, *lines: object) -> str:
    out = io.BytesIO()
    assert write(lines, out, ENGLISH) == len(lines)  # type: ignore[operator]
    return out.getvalue().decode()


def test_rttm_has_ten_fields_and_ends_a_stretch_where_its_speaker_pauses() -> None:
    rows = [row.split(" ") for row in _written(rttm.write, CALL).splitlines()]
    assert {len(row) for row in rows} == {10}
    assert {row[0] for row in rows} == {"SPEAKER"}
    assert [(row[2], row[3], row[4], row[7]) for row in rows] == [
        ("2", "0.500", "1.000", "agent"),
        ("1", "1.250", "0.750", "customer"),
        ("2", "4.000", "0.500", "agent"),
    ]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_pyannote_reads_the_rttm(tmp_path: Path) -> None:
    from pyannote.database.util import load_rttm

    path = tmp_path / "calls.rttm"
    other = transcript(turn("agent", (0.0, 2.0, "hi")), call_id="c2", channels={})
    path.write_text(_written(rttm.write, CALL, other), encoding="utf-8")
    read = load_rttm(path)
    name = next(each for each in read if each != "c2")
    assert name.startswith("通话_1_rm-")
    speech = [
        (segment.start, segment.end, label)
        for segment, _, label in read[name].itertracks(yield_label=True)
    ]
    assert speech == [(0.5, 1.5, "agent"), (1.25, 2.0, "customer"), (4.0, 4.5, "agent")]
    assert list(read["c2"].labels()) == ["agent"]


def test_ctm_has_six_fields_by_channel_and_time_and_no_space_within_a_word() -> None:
    rows = [row.split(" ") for row in _written(ctm.write, CALL).splitlines()]
    assert [row[1:] for row in rows] == [
        ["1", "1.250", "0.750", "你好", "0.875"],
        ["2", "0.500", "0.500", "Good", "0.875"],
        ["2", "1.100", "0.400", "morning", "0.875"],
        ["2", "4.000", "0.500", "everyone", "0.875"],
    ]


def test_parties_that_share_a_channel_are_on_the_first() -> None:
    mono = transcript(*CALL["turns"], channels={})
    assert {row.split()[2] for row in _written(rttm.write, mono).splitlines()} == {"1"}
    assert {row.split()[1] for row in _written(ctm.write, mono).splitlines()} == {"1"}

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from qa.domain.call import Direction, EndedBy
from qa.domain.errors import ManifestInvalid, SettingsInvalid
from qa.interop.folders import gather
from qa.interop.manifest import read_manifest


def _manifest(folder: Path, text: str, *, encoding: str = "utf-8") -> Path:
    path = folder / "manifest.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_a_full_row_becomes_a_call_record(tmp_path: Path) -> None:
    path = _manifest(
        tmp_path,
        "recording,call_id,agent_id,customer_number,direction,started_at,ring_seconds,ended_by,"
        "agent_channel,queue,language\n"
        "a.wav,C1,A7,13800000000,inbound,2026-11-20T09:30:00+08:00,7.5,customer,1,售后,zh-CN\n",
    )
    manifest = read_manifest(path)
    (source,) = manifest.sources
    assert manifest.warnings == ()
    assert source.path == tmp_path / "a.wav"
    record = source.record
    assert (record.call_id, record.agent_id, record.queue) == ("C1", "A7", "售后")
    assert record.direction is Direction.INBOUND
    assert record.ended_by is EndedBy.CUSTOMER
    assert record.started_at == datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
    assert (record.ring_seconds, record.agent_channel, record.language) == (7.5, 1, "zh")


def test_a_byte_order_mark_is_fine(tmp_path: Path) -> None:
    path = _manifest(tmp_path, "recording,call_id\na.wav,C1\n", encoding="utf-8-sig")
    assert read_manifest(path).sources[0].record.call_id == "C1"


def test_an_unknown_column_is_kept_as_an_attribute_and_said(tmp_path: Path) -> None:
    manifest = read_manifest(_manifest(tmp_path, "recording,campaign\na.wav,双十一\n"))
    assert dict(manifest.sources[0].record.attributes) == {"campaign": "双十一"}
    assert "campaign" in manifest.warnings[0]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("ring_seconds", "soon"),
        ("ring_seconds", "-3"),
        ("ring_seconds", "nan"),
        ("rings", "2.5"),
        ("ended_by", "maybe"),
        ("direction", "sideways"),
        ("agent_channel", "2"),
        ("language", "fr"),
        ("started_at", "yesterday"),
        ("started_at", "0001-01-01T00:00:00+08:00"),
    ],
)
def test_a_value_that_cannot_be_used_is_left_out_with_its_row_named(
    tmp_path: Path, column: str, value: str
) -> None:
    manifest = read_manifest(_manifest(tmp_path, f"recording,{column}\na.wav,{value}\n"))
    plain = read_manifest(_manifest(tmp_path, "recording\na.wav\n"))
    assert manifest.sources == plain.sources
    (warning,) = manifest.warnings
    assert "line 2" in warning
    assert column in warning


def test_two_rows_with_one_call_id_are_refused(tmp_path: Path) -> None:
    path = _manifest(tmp_path, "recording,call_id\na.wav,C1\nb.wav,C1\n")
    with pytest.raises(ManifestInvalid, match="lines 2 and 3"):
        read_manifest(path)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b"file,id\na.wav,1\n"])
def test_a_file_that_is_no_manifest_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "manifest.csv"
    path.write_bytes(content)
    with pytest.raises(ManifestInvalid, match=r"manifest\.csv"):
        read_manifest(path)


def test_a_quoted_line_break_does_not_break_the_row(tmp_path: Path) -> None:
    path = _manifest(tmp_path, 'recording,note\na.wav,"two\nlines"\nb.wav,x\n')
    assert [source.path.name for source in read_manifest(path).sources] == ["a.wav", "b.wav"]


def test_a_folder_gives_its_audio_files_with_their_rows_and_the_missing_ones(
    tmp_path: Path,
) -> None:
    calls = tmp_path / "calls"
    (calls / "deep").mkdir(parents=True)
    for name in ("b.wav", "a.WAV", "deep/c.mp3", "notes.txt", ".hidden.wav"):
        (calls / name).write_bytes(b"x")
    manifest = read_manifest(
        _manifest(calls, "recording,call_id\nb.wav,B\ngone.wav,G\n../elsewhere.wav,E\n")
    )
    sources = gather([calls], manifest).sources
    assert [(source.path.name, source.record.call_id) for source in sources] == [
        ("a.WAV", ""),
        ("b.wav", "B"),
        ("c.mp3", ""),
        ("gone.wav", "G"),
    ]


def test_a_file_named_by_itself_is_taken_whatever_its_suffix(tmp_path: Path) -> None:
    (tmp_path / "call.rec").write_bytes(b"x")
    assert [source.path.name for source in gather([tmp_path / "call.rec"], None).sources] == [
        "call.rec"
    ]


def test_without_paths_the_manifest_alone_says_what_to_score(tmp_path: Path) -> None:
    manifest = read_manifest(_manifest(tmp_path, "recording,call_id\nb.wav,B\n"))
    assert [source.record.call_id for source in gather([], manifest).sources] == ["B"]


def test_a_path_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="nowhere"):
        gather([tmp_path / "nowhere"], None)


def test_a_stray_quotation_mark_never_swallows_the_rows_after_it(tmp_path: Path) -> None:
    path = _manifest(tmp_path, 'recording,note\na.wav,"he said\nb.wav,x\nc.wav,y\n')
    with pytest.raises(ManifestInvalid, match="not CSV"):
        read_manifest(path)


def test_two_rows_for_one_recording_are_refused(tmp_path: Path) -> None:
    path = _manifest(tmp_path, "recording,call_id\na.wav,C1\na.wav,C2\n")
    with pytest.raises(ManifestInvalid, match="lines 2 and 3"):
        read_manifest(path)


def test_what_is_passed_over_is_said(tmp_path: Path) -> None:
    calls = tmp_path / "calls"
    calls.mkdir()
    (calls / "a.wav").write_bytes(b"x")
    (calls / "notes.txt").write_bytes(b"x")
    manifest = read_manifest(_manifest(tmp_path, "recording\ncalls/a.wav\nold/b.wav\n"))
    gathered = gather([calls], manifest)
    assert [source.path.name for source in gathered.sources] == ["a.wav"]
    assert any("1 .txt" in warning for warning in gathered.warnings)
    assert any("outside" in warning and "b.wav" in warning for warning in gathered.warnings)


def test_a_run_that_finds_nothing_says_so(tmp_path: Path) -> None:
    (tmp_path / "call.rec").write_bytes(b"x")
    with pytest.raises(SettingsInvalid, match="no recordings"):
        gather([tmp_path], None)


def test_a_name_that_no_file_can_have_is_passed_over_and_said(tmp_path: Path) -> None:
    manifest = read_manifest(_manifest(tmp_path, "recording,call_id\nnul\0.wav,C1\nb.wav,C2\n"))
    assert [source.record.call_id for source in manifest.sources] == ["C2"]
    assert any("line 2: no file can have that name" in line for line in manifest.warnings)

from __future__ import annotations

from pathlib import Path

import pytest

from qa.domain.call import CallRecord
from qa.services.ingest import Source, _remembered, identify

UNNAMED = CallRecord(call_id="")


def _file(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_a_recording_is_its_content_whatever_its_name(tmp_path: Path) -> None:
    sources = [
        Source(_file(tmp_path, name, b"same"), UNNAMED) for name in ("a.wav", "copy of a.wav")
    ]
    found, refusals, doubles = identify(sources)
    assert [one.path.name for one in found] == ["a.wav"]
    assert refusals == ()
    assert doubles == ("copy of a.wav has the same content as a.wav; it is scored once",)


def test_of_two_copies_the_one_with_a_call_record_speaks(tmp_path: Path) -> None:
    sources = [
        Source(_file(tmp_path, "a.wav", b"same"), UNNAMED),
        Source(_file(tmp_path, "b.wav", b"same"), CallRecord(call_id="C1", agent_id="A7")),
    ]
    (one,), _, _ = identify(sources)
    assert (one.path.name, one.record.agent_id) == ("b.wav", "A7")


def test_a_call_without_an_id_is_named_by_file_and_content(tmp_path: Path) -> None:
    first, second = tmp_path / "mon", tmp_path / "tue"
    first.mkdir()
    second.mkdir()
    sources = [
        Source(_file(first, "001.wav", b"monday"), UNNAMED),
        Source(_file(second, "001.wav", b"tuesday"), UNNAMED),
    ]
    found, _, _ = identify(sources)
    ids = [one.record.call_id for one in found]
    assert len(set(ids)) == 2
    assert all(call_id == f"001-{one.sha256[:8]}" for call_id, one in zip(ids, found, strict=True))


def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    sources = [
        Source(_file(tmp_path, "empty.wav", b""), UNNAMED),
        Source(tmp_path / "gone.wav", CallRecord(call_id="G")),
        Source(_file(tmp_path, "good.wav", b"x"), UNNAMED),
    ]
    found, refusals, _ = identify(sources)
    assert [one.path.name for one in found] == ["good.wav"]
    assert {(one.record.call_id, one.reason.code) for one in refusals} == {
        ("G", "recording.missing"),
        ("empty.wav", "recording.empty"),
    }


@pytest.mark.parametrize("name", ["loop.wav"])
def test_a_link_that_leads_nowhere_good_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.symlink_to(path)
    _, (refusal,), _ = identify([Source(path, UNNAMED)])
    assert refusal.reason.code == "recording.unreadable"


def test_a_run_without_the_manifest_remembers_the_call_record() -> None:
    stored = CallRecord(call_id="C1", agent_id="A7", ring_seconds=4.0)
    assert _remembered(UNNAMED, stored) == stored


def test_a_manifest_row_without_a_call_id_still_corrects_the_record() -> None:
    stored = CallRecord(call_id="C1", agent_id="A7", ring_seconds=4.0)
    corrected = CallRecord(call_id="", agent_id="A8", ring_seconds=30.0)
    assert _remembered(corrected, stored) == CallRecord(
        call_id="C1", agent_id="A8", ring_seconds=30.0
    )

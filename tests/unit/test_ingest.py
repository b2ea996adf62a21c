from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from qa.domain.call import CallRecord
from qa.services.ingest import Settle, Source, identify, stamp_of
from qa.services.ingest.identity import path_key
from qa.services.ingest.run import _remembered

UNNAMED = CallRecord(call_id="")
HOUR_S = 3600.0


def _file(folder: Path, name: str, content: bytes, *, age_s: float = HOUR_S) -> Path:
    path = folder / name
    path.write_bytes(content)
    changed = time.time() - age_s
    os.utime(path, (changed, changed))
    return path


def _later(settle_s: float = HOUR_S) -> Settle:
    """As seen an hour from now, when the files' own entries are old, too."""
    return Settle(now_ns=lambda: time.time_ns() + int(settle_s * 1e9), sleep=_no_waiting)


def _no_waiting(_seconds: float) -> None:
    raise AssertionError("nothing here is young")


def test_a_recording_is_its_content_whatever_its_name(tmp_path: Path) -> None:
    sources = [
        Source(_file(tmp_path, name, b"same"), UNNAMED) for name in ("a.wav", "copy of a.wav")
    ]
    found = identify(sources)
    assert [one.path.name for one in found.recordings] == ["a.wav"]
    assert found.refusals == []
    assert found.doubles == ["copy of a.wav has the same content as a.wav; it is scored once"]


def test_of_two_copies_the_one_with_a_call_record_speaks(tmp_path: Path) -> None:
    sources = [
        Source(_file(tmp_path, "a.wav", b"same"), UNNAMED),
        Source(_file(tmp_path, "b.wav", b"same"), CallRecord(call_id="C1", agent_id="A7")),
    ]
    (one,) = identify(sources).recordings
    assert (one.path.name, one.record.agent_id) == ("b.wav", "A7")


def test_a_call_without_an_id_is_named_by_file_and_content(tmp_path: Path) -> None:
    first, second = tmp_path / "mon", tmp_path / "tue"
    first.mkdir()
    second.mkdir()
    sources = [
        Source(_file(first, "001.wav", b"monday"), UNNAMED),
        Source(_file(second, "001.wav", b"tuesday"), UNNAMED),
    ]
    found = identify(sources).recordings
    ids = [one.record.call_id for one in found]
    assert len(set(ids)) == 2
    assert all(call_id == f"001-{one.sha256[:8]}" for call_id, one in zip(ids, found, strict=True))


def test_a_renamed_file_is_the_same_recording_and_a_replaced_one_is_another(tmp_path: Path) -> None:
    path = _file(tmp_path, "001.wav", b"monday")
    (first,) = identify([Source(path, UNNAMED)]).recordings
    renamed = path.rename(tmp_path / "archived.wav")
    (again,) = identify([Source(renamed, UNNAMED)]).recordings
    (other,) = identify([Source(_file(tmp_path, "001.wav", b"tuesday"), UNNAMED)]).recordings
    assert again.sha256 == first.sha256
    assert other.sha256 != first.sha256
    assert other.record.call_id != first.record.call_id


def test_what_cannot_be_read_is_refused_by_name(tmp_path: Path) -> None:
    sources = [
        Source(_file(tmp_path, "empty.wav", b""), UNNAMED),
        Source(tmp_path / "gone.wav", CallRecord(call_id="G")),
        Source(_file(tmp_path, "good.wav", b"x"), UNNAMED),
    ]
    found = identify(sources)
    assert [one.path.name for one in found.recordings] == ["good.wav"]
    assert {(one.record.call_id, one.reason.code) for one in found.refusals} == {
        ("G", "recording.missing"),
        ("empty.wav", "recording.empty"),
    }


@pytest.mark.parametrize("name", ["loop.wav"])
def test_a_link_that_leads_nowhere_good_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.symlink_to(path)
    (refusal,) = identify([Source(path, UNNAMED)]).refusals
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


def test_a_file_that_looks_as_it_did_is_not_read_again(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.wav", b"content")
    read = identify([Source(path, UNNAMED)], settle=_later()).read
    # What is kept is believed, so another digest shows that the file itself was not read.
    known = {key: (stamp, "f" * 64) for key, (stamp, _) in read.items()}
    (one,) = identify([Source(path, UNNAMED)], known=known).recordings
    assert one.sha256 == "f" * 64
    assert list(read) == [path_key(path)]


def _same_size(path: Path) -> None:
    path.write_bytes(b"CONTENT")


def _same_size_and_time(path: Path) -> None:
    changed = path.stat().st_mtime_ns
    path.write_bytes(b"CONTENT")
    os.utime(path, ns=(changed, changed))


def _another_file_in_its_place(path: Path) -> None:
    changed = path.stat().st_mtime_ns
    other = path.with_suffix(".new")
    other.write_bytes(b"CONTENT")
    os.utime(other, ns=(changed, changed))
    other.replace(path)


@pytest.mark.parametrize("change", [_same_size, _same_size_and_time, _another_file_in_its_place])
def test_a_file_that_was_changed_is_read_again_however_alike_it_looks(
    tmp_path: Path, change: Callable[[Path], None]
) -> None:
    path = _file(tmp_path, "a.wav", b"content")
    first = identify([Source(path, UNNAMED)], settle=_later())
    change(path)
    (again,) = identify([Source(path, UNNAMED)], known=first.read).recordings
    assert again.sha256 != first.recordings[0].sha256


def test_what_was_changed_this_very_moment_is_not_taken_on_trust(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.wav", b"content")
    found = identify([Source(path, UNNAMED)])
    assert len(found.recordings) == 1
    # Its time says an hour, its entry was changed just now: a change in the same tick would not show.
    assert found.read == {}


def test_an_old_file_costs_no_second_look(tmp_path: Path) -> None:
    path = _file(tmp_path, "a.wav", b"content")
    found = identify([Source(path, UNNAMED)], settle=Settle(sleep=_no_waiting))
    assert len(found.recordings) == 1
    assert found.young == set()


def test_a_file_that_grows_between_two_looks_waits(tmp_path: Path) -> None:
    growing = _file(tmp_path, "growing.wav", b"begin", age_s=0)
    whole = _file(tmp_path, "whole.wav", b"whole", age_s=0)

    def grow(_seconds: float) -> None:
        with growing.open("ab") as file:
            file.write(b"more")

    found = identify([Source(growing, UNNAMED), Source(whole, UNNAMED)], settle=Settle(sleep=grow))
    assert found.waiting == ["growing.wav"]
    assert [one.path.name for one in found.recordings] == ["whole.wav"]
    assert found.young == {found.recordings[0].sha256}


def test_an_empty_file_that_was_just_made_waits_and_an_old_one_is_refused(tmp_path: Path) -> None:
    sources = [
        Source(_file(tmp_path, "new.wav", b"", age_s=0), UNNAMED),
        Source(_file(tmp_path, "old.wav", b""), UNNAMED),
    ]
    found = identify(sources, settle=Settle(sleep=lambda _: None))
    assert found.waiting == ["new.wav"]
    assert [one.reason.code for one in found.refusals] == ["recording.empty"]


def test_a_night_leaves_every_young_file_without_a_second_look(tmp_path: Path) -> None:
    sources = [
        Source(_file(tmp_path, "new.wav", b"new", age_s=20), UNNAMED),
        Source(_file(tmp_path, "old.wav", b"old", age_s=90), UNNAMED),
    ]
    found = identify(sources, settle=Settle(young_s=60, wait=True, sleep=_no_waiting))
    assert found.waiting == ["new.wav"]
    assert [one.path.name for one in found.recordings] == ["old.wav"]


@pytest.mark.parametrize("ahead_s", [30.0, 86_400.0])
def test_a_time_far_ahead_of_the_clock_makes_no_file_wait_for_ever(
    tmp_path: Path, ahead_s: float
) -> None:
    path = _file(tmp_path, "a.wav", b"content", age_s=-ahead_s)
    found = identify([Source(path, UNNAMED)], settle=Settle(wait=True))
    assert found.waiting == []


def test_a_file_that_changes_while_it_is_read_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _file(tmp_path, "a.wav", b"content")
    real = stamp_of
    looks: list[Path] = []

    def look(asked: Path) -> object:
        looks.append(asked)
        if len(looks) > 1:
            path.write_bytes(b"another call altogether")
        return real(asked)

    monkeypatch.setattr("qa.services.ingest.identity.stamp_of", look)
    assert identify([Source(path, UNNAMED)]).waiting == ["a.wav"]

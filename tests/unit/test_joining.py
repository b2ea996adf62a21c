"""What records, names and the manifest say of the files of a folder, joined."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.domain.call import CallRecord, Direction
from qa.domain.errors import NoRecordings, RecordsInvalid, SettingsInvalid
from qa.interop.folders import Gathered, Importing, gather
from qa.interop.importers import importers
from qa.interop.manifest import read_manifest
from qa.interop.names import templates

NAME = "external-1001-13800138000-20260501-101500-1777601700.16.wav"
HEADING = "calldate,src,disposition,billsec,uniqueid,recordingfile\n"
ROW = (
    '"","{src}","1001","from-trunk","x","PJSIP/t-1","PJSIP/{agent}-2","Dial","PJSIP/1001",'
    '"2026-05-01 10:15:00","2026-05-01 10:15:09","2026-05-01 10:18:00",180,171,"{state}","D",'
    '"1777601700.16","{field}"\n'
)


def _row(
    agent: str = "1001", src: str = "13800138000", field: str = "", state: str = "ANSWERED"
) -> str:
    return ROW.format(agent=agent, src=src, field=field, state=state)


def _gather(folder: Path, *names: str, manifest: Path | None = None) -> Gathered:
    importing = Importing(
        importers=importers(), templates=templates(names), work=folder.parent / "work"
    )
    return gather([folder], read_manifest(manifest) if manifest else None, importing)


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    folder = tmp_path / "calls"
    folder.mkdir()
    (folder / NAME).write_bytes(b"sound")
    return folder


def _known(gathered: Gathered) -> dict[str, CallRecord]:
    return {source.path.name: source.record for source in gathered.sources}


def test_records_beside_the_recordings_are_found_by_themselves(calls: Path) -> None:
    (calls / "Master.csv").write_text(_row(), encoding="utf-8")
    gathered = _gather(calls)
    record = _known(gathered)[NAME]
    assert (record.agent_id, record.ring_seconds) == ("1001", 9.0)
    assert gathered.warnings == ()


def test_the_manifest_counts_before_records_and_they_before_the_name(calls: Path) -> None:
    (calls / "Master.csv").write_text(_row(agent="2002"), encoding="utf-8")
    manifest = calls / "m.csv"
    manifest.write_text(f"recording,call_id\n{NAME},C1\n", encoding="utf-8")
    gathered = _gather(calls, "freepbx", manifest=manifest)
    record = _known(gathered)[NAME]
    assert (record.call_id, record.agent_id, record.ring_seconds) == ("C1", "2002", 9.0)
    assert record.direction is Direction.INBOUND
    said = " ".join(gathered.warnings)
    assert "agent_id differs between Master.csv and its name" in said
    assert "call_id differs between the manifest and Master.csv" in said
    assert "13800138000 " not in said


def test_a_manifest_is_found_beside_the_recordings_too(calls: Path) -> None:
    (calls / "m.csv").write_text(f"recording,agent_id\n{NAME},A7\n", encoding="utf-8")
    assert _known(_gather(calls))[NAME].agent_id == "A7"


def test_names_that_fit_no_template_are_said_once(calls: Path) -> None:
    for number in range(3):
        (calls / f"x{number}.wav").write_bytes(b"sound")
    gathered = _gather(calls, "freepbx")
    assert _known(gathered)["x0.wav"] == CallRecord("")
    (said,) = gathered.warnings
    assert said.startswith("3 of 4 names fit no template, such as x0.wav")


def test_legs_of_one_call_that_name_two_agents_name_none(calls: Path) -> None:
    (calls / "Master.csv").write_text(_row("1001") + _row("1002"), encoding="utf-8")
    gathered = _gather(calls)
    assert _known(gathered)[NAME].agent_id is None
    assert any("1 recordings differ in agent_id" in line for line in gathered.warnings)


def test_a_leg_that_nobody_answered_does_not_count_against_one_that_somebody_did(
    calls: Path,
) -> None:
    missed = _row("1002", state="NO ANSWER")
    (calls / "Master.csv").write_text(missed + _row("1001"), encoding="utf-8")
    assert _known(_gather(calls))[NAME].agent_id == "1001"


@pytest.mark.parametrize(
    "named", ["../secret.wav", "a/../../secret.wav", "x\u202e.wav", "n" * 4096]
)
def test_a_record_that_reaches_outside_is_a_line_and_nothing_else(
    calls: Path, tmp_path: Path, named: str
) -> None:
    (tmp_path / "secret.wav").write_bytes(b"secret")
    (calls / "cdr.csv").write_text(f"{HEADING}2026-05-01 10:15:00,1,ANSWERED,5,1.1,{named}\n")
    gathered = _gather(calls)
    assert set(_known(gathered)) == {NAME}
    if len(named) < 1024:
        assert any("outside the folders given" in line for line in gathered.warnings)


@pytest.mark.parametrize("named", ["/etc/passwd", "/dev/zero", "nul\0.wav", "gone.wav"])
def test_a_record_of_a_recording_that_is_not_here_is_a_line(calls: Path, named: str) -> None:
    (calls / "cdr.csv").write_text(f"{HEADING}2026-05-01 10:15:00,1,ANSWERED,5,1.1,{named}\n")
    gathered = _gather(calls)
    assert set(_known(gathered)) == {NAME}
    assert any(line.startswith("cdr.csv: ") for line in gathered.warnings)


def test_a_path_of_the_switch_is_matched_by_its_name_alone(calls: Path) -> None:
    row = f"2026-05-01 10:15:00,13800138000,ANSWERED,5,9.9,/var/spool/asterisk/monitor/{NAME}\n"
    (calls / "cdr.csv").write_text(HEADING + row, encoding="utf-8")
    assert _known(_gather(calls))[NAME].call_id == "9.9"


def test_a_name_that_several_recordings_have_is_nobodys(calls: Path) -> None:
    (calls / "again").mkdir()
    (calls / "again" / NAME).write_bytes(b"other sound")
    row = f"2026-05-01 10:15:00,13800138000,ANSWERED,5,1777601700.16,/elsewhere/{NAME}\n"
    (calls / "cdr.csv").write_text(HEADING + row, encoding="utf-8")
    gathered = _gather(calls)
    assert [source.record.call_id for source in gathered.sources] == ["", ""]
    assert any("several recordings" in line for line in gathered.warnings)


def test_records_that_lead_out_of_the_folder_are_not_read(calls: Path, tmp_path: Path) -> None:
    outside = tmp_path / "Master.csv"
    outside.write_text(_row(), encoding="utf-8")
    (calls / "Master.csv").symlink_to(outside)
    assert _known(_gather(calls))[NAME] == CallRecord("")


def test_a_record_file_that_cannot_be_read_is_a_line_when_found_and_an_error_when_named(
    calls: Path,
) -> None:
    sealed = calls / "sealed.vcon"
    sealed.write_text('{"payload": "x", "signatures": []}', encoding="utf-8")
    assert any("signed" in line for line in _gather(calls).warnings)
    named = Importing(importers=importers(), records=((sealed, None),))
    with pytest.raises(RecordsInvalid, match="signed"):
        gather([calls], None, named)


def test_named_records_may_lie_elsewhere_and_name_their_kind(calls: Path, tmp_path: Path) -> None:
    records = tmp_path / "records.txt"
    records.write_text(_row(), encoding="utf-8")
    unknown = ("nothing", SettingsInvalid, "no format")
    untold = (None, RecordsInvalid, "no known kind")
    for kind, fault, said in (unknown, untold):
        with pytest.raises(fault, match=said):
            gather([calls], None, Importing(importers=importers(), records=((records, kind),)))
    named = Importing(importers=importers(), records=((records, "asterisk-csv"),))
    assert _known(gather([calls], None, named))[NAME].agent_id == "1001"


def test_a_recording_inside_a_record_is_written_when_it_is_needed(root: Path, calls: Path) -> None:
    inside = (root / "tests/data/records/inline.vcon").read_bytes()
    (calls / "inline.vcon").write_bytes(inside)
    (source,) = (each for each in _gather(calls).sources if each.elsewhere)
    assert source.record.agent_id == "Dana"
    assert not source.path.exists()
    assert source.elsewhere is not None
    source.elsewhere.bring(source.path)
    assert source.path.read_bytes()[:4] == b"RIFF"
    assert calls.parent / "work" in source.path.parents


def test_a_transcript_of_a_recording_that_is_here_is_not_scored_beside_it(
    root: Path, calls: Path
) -> None:
    result = (root / "tests/data/records/transcribe.json").read_bytes()
    (calls / f"{Path(NAME).stem}.json").write_bytes(result)
    gathered = _gather(calls)
    assert set(_known(gathered)) == {NAME}
    assert any("is heard itself" in line for line in gathered.warnings)


def test_a_transcript_alone_is_a_call(root: Path, calls: Path) -> None:
    (calls / "t.json").write_bytes((root / "tests/data/records/transcribe.json").read_bytes())
    (found,) = (each for each in _gather(calls).sources if each.transcribed)
    assert found.record.call_id == "parcel-20260501"


def _two_days(tmp_path: Path, named: str) -> tuple[Path, Path]:
    """Two folders that call their recordings alike; the first one's is missing."""
    for day, row in (("a", f"{named},SH-7,40"), ("b", "0001.wav,BJ-1,5")):
        (tmp_path / "days" / day).mkdir(parents=True)
        text = f"recording,agent_id,ring_seconds\n{row}\n"
        (tmp_path / "days" / day / "records.csv").write_text(text, encoding="utf-8")
    (tmp_path / "days/b/0001.wav").write_bytes(b"sound")
    (tmp_path / "days/a/0002.wav").write_bytes(b"other sound")
    return tmp_path / "days/a", tmp_path / "days/b"


@pytest.mark.parametrize("named", ["0001.wav", "/mnt/recorder/0001.wav"])
@pytest.mark.parametrize("given", ["the folder of both", "both folders", "every file"])
def test_a_record_says_nothing_of_the_next_folders_recording_of_the_same_name(
    tmp_path: Path, given: str, named: str
) -> None:
    days = _two_days(tmp_path, named)
    paths = {
        "the folder of both": [tmp_path / "days"],
        "both folders": [*days],
        "every file": [path for day in days for path in sorted(day.iterdir())],
    }[given]
    gathered = gather(paths, None, Importing(importers=importers()))
    record = _known(gathered)["0001.wav"]
    assert (record.agent_id, record.ring_seconds) == ("BJ-1", 5.0)
    assert any("recordings that are not here" in line for line in gathered.warnings)


def test_asterisks_bare_name_is_not_looked_up_in_another_folder_given(tmp_path: Path) -> None:
    for day in ("a", "b"):
        (tmp_path / day).mkdir()
    (tmp_path / "b" / NAME).write_bytes(b"sound")
    row = f"2026-05-01 10:15:00,13800138000,ANSWERED,5,9.9,{NAME}\n"
    (tmp_path / "a/cdr.csv").write_text(HEADING + row, encoding="utf-8")
    importing = Importing(importers=importers())
    apart = gather([tmp_path / "a", tmp_path / "b"], None, importing)
    assert _known(apart)[NAME] == CallRecord("")
    elsewhere = Importing(importers=importers(), records=((tmp_path / "a/cdr.csv", None),))
    assert _known(gather([tmp_path / "b"], None, elsewhere))[NAME].call_id == "9.9"


def test_a_record_above_its_recordings_finds_them_below(calls: Path) -> None:
    (calls / "2026/05").mkdir(parents=True)
    (calls / "2026/05/x.wav").write_bytes(b"other sound")
    row = "2026-05-01 10:15:00,13800138000,ANSWERED,5,9.9,x.wav\n"
    (calls / "cdr.csv").write_text(HEADING + row, encoding="utf-8")
    assert _known(_gather(calls))["x.wav"].call_id == "9.9"


@pytest.mark.parametrize("names", [("call.json", "call-2.json"), ("call.json", "call.vcon")])
def test_transcripts_do_not_hide_each_other(
    root: Path, calls: Path, names: tuple[str, str]
) -> None:
    kinds = {".json": "transcribe.json", ".vcon": "transcript.vcon"}
    for name in names:
        kind = kinds[Path(name).suffix]
        (calls / name).write_bytes((root / "tests/data/records" / kind).read_bytes())
    gathered = _gather(calls)
    assert set(_known(gathered)) == {NAME, *names}
    assert not any("is heard itself" in line for line in gathered.warnings)


def test_a_link_to_sound_outside_the_folders_given_is_passed_over(
    calls: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"root:x:0:0")
    (calls / "x.wav").symlink_to(secret)
    (calls / "y.wav").symlink_to(calls / NAME)
    gathered = _gather(calls)
    assert set(_known(gathered)) == {NAME}
    (said,) = gathered.warnings
    assert said.startswith("links to recordings outside the folders given")
    assert said.endswith("were passed over: x.wav")
    given = gather([calls / "x.wav"], None, Importing())
    assert [source.path for source in given.sources] == [secret]


def test_a_folder_of_links_alone_says_why_nothing_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "sound").mkdir()
    (tmp_path / "sound/x.wav").write_bytes(b"sound")
    (tmp_path / "links").mkdir()
    (tmp_path / "links/x.wav").symlink_to(tmp_path / "sound/x.wav")
    with pytest.raises(NoRecordings) as refused:
        gather([tmp_path / "links"], None, Importing())
    assert "links to recordings outside" in refused.value.hint
    both = gather([tmp_path / "links", tmp_path / "sound"], None, Importing())
    assert [source.path.name for source in both.sources] == ["x.wav"]

"""Calls from a bucket, from inside other files and as transcripts, into a real store."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import fsspec
import pytest
from click.testing import CliRunner

from qa import bootstrap
from qa.cli.export import command
from qa.cli.formats import command as formats
from qa.cli.run import command as run
from qa.config import Settings
from qa.domain.errors import SettingsInvalid
from qa.interop import remote
from qa.services.ingest import Settle, identify

SETTLED = Settle(young_s=0)
LATER = Settle(young_s=0, now_ns=lambda: time.time_ns() + 10**12)
"""A time at which what was written just now is old."""


def _settings(home: Path, **changes: Any) -> Settings:
    return Settings(home=home / "var", _env_file=None, **changes)  # type: ignore[call-arg]


def _s3(endpoint: str) -> Any:
    return fsspec.filesystem("s3", endpoint_url=endpoint)


def test_a_bucket_is_listed_and_a_recording_brought_when_it_is_needed(
    bucket: str, tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3 = _s3(bucket)
    name = "1777601700.16.wav"
    s3.pipe(f"night/2026/{name}", b"sound of a call")
    s3.pipe("night/2026/readme.txt", b"-")
    s3.pipe("night/2026/Master.csv", (root / "tests/data/records/Master.csv").read_bytes())
    settings = _settings(tmp_path, remote="s3", s3_endpoint=bucket)
    with bootstrap.work_folder(settings.home) as work:
        found = bootstrap.arrivals(settings, ["s3://night/2026"], work=work)
        (source,) = found.sources
        assert (source.record.call_id, source.record.agent_id) == ("1777601700.16", "1001")
        assert source.path.name == name
        assert not source.path.exists()
        first = identify(found.sources, settle=LATER)
        (recording,) = first.recordings
        assert recording.elsewhere is not None
        assert source.path.read_bytes() == b"sound of a call"
        source.path.unlink()

        def never(*_: object) -> None:
            raise AssertionError("it was brought again")

        monkeypatch.setattr(remote, "_download", never)
        again = bootstrap.arrivals(settings, ["s3://night/2026/" + name], work=work)
        (same,) = identify(again.sources, known=first.read, settle=LATER).recordings
        assert same.sha256 == recording.sha256
    assert not work.exists()
    assert any("1 objects" in line for line in found.warnings)


def test_what_does_not_fit_into_the_work_folder_goes_and_comes_again(tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe("/night/a.wav", b"a sound")
    try:
        listed = remote.list_remote(
            "memory://night",
            allowed=("memory",),
            endpoint="",
            work=tmp_path,
            room=remote.Room(left=3),
        )
        (distant,) = listed.recordings
        distant.elsewhere.bring(distant.path)
        distant.elsewhere.release(distant.path)
        assert not distant.path.exists()
        distant.elsewhere.bring(distant.path)
        assert distant.path.read_bytes() == b"a sound"
    finally:
        memory.rm("/night", recursive=True)


def test_what_changed_since_it_was_listed_is_not_taken_for_it(tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe("/night/a.wav", b"a sound")
    try:
        listed = remote.list_remote(
            "memory://night", allowed=("memory",), endpoint="", work=tmp_path
        )
        (distant,) = listed.recordings
        memory.pipe("/night/a.wav", b"quite another sound")
        with pytest.raises(OSError, match="changed"):
            distant.elsewhere.bring(distant.path)
        assert not distant.path.exists()
    finally:
        memory.rm("/night", recursive=True)


@pytest.mark.parametrize(
    "name", ["..wav", "a\\b.wav", "x\u202egnp.wav", "c\nd.wav", "n" * 900 + ".wav"]
)
def test_a_key_comes_to_lie_in_the_work_folder_whatever_it_says(tmp_path: Path, name: str) -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe(f"/night/{name}", b"a sound")
    memory.pipe("/night/other.wav", b"b sound")
    try:
        listed = remote.list_remote(
            "memory://night", allowed=("memory",), endpoint="", work=tmp_path / "work"
        )
        for distant in listed.recordings:
            distant.elsewhere.bring(distant.path)
            assert tmp_path / "work" in distant.path.resolve().parents
            assert distant.path.name.isprintable()
    finally:
        memory.rm("/night", recursive=True)


def test_a_bucket_is_joined_by_what_its_folders_and_files_are_called_there(
    tmp_path: Path, root: Path
) -> None:
    memory = fsspec.filesystem("memory")
    ident = "通话" * 40
    long = f"7788-20260501-101500-{ident}.wav"
    files = {
        "a/records.csv": b"recording,agent_id,ring_seconds\n0001.wav,SH-7,40\n",
        "b/records.csv": b"recording,agent_id,ring_seconds\nc/0001.wav,BJ-1,5\n",
        "b/c/0001.wav": b"a sound",
        f"d/{long}": b"b sound",
        "e/call.json": (root / "tests/data/records/transcribe.json").read_bytes(),
        "e/call.wav": b"c sound",
    }
    for name, content in files.items():
        memory.pipe(f"/joined/{name}", content)
    template = "{team}/{queue}-{started_at:%Y%m%d-%H%M%S}-{call_id}.wav"
    try:
        settings = _settings(tmp_path, remote="memory", names=template)
        found = bootstrap.arrivals(settings, ["memory://joined"], work=tmp_path / "work")
        distant = [source.elsewhere for source in found.sources]
        known = {
            each.url.rpartition("/joined/")[2]: source.record
            for each, source in zip(distant, found.sources, strict=True)
            if isinstance(each, remote.Remote)
        }
        assert set(known) == {"b/c/0001.wav", f"d/{long}", "e/call.wav"}
        assert len(known) == len(found.sources)
        assert (known["b/c/0001.wav"].agent_id, known["b/c/0001.wav"].ring_seconds) == ("BJ-1", 5.0)
        named = known[f"d/{long}"]
        assert (named.call_id, named.queue, named.attributes["team"]) == (ident, "7788", "d")
        for source in found.sources:
            assert source.elsewhere is not None
            source.elsewhere.bring(source.path)
    finally:
        memory.rm("/joined", recursive=True)
    said = "\n".join(found.warnings)
    assert "records.csv: 1 record are of recordings that are not here" in said
    assert "call.json is a transcript of call.wav" in said


def test_a_record_file_that_cannot_be_brought_does_not_end_the_night(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = fsspec.filesystem("memory")
    for name in ("a.wav", *(f"sealed{number}.json" for number in range(7))):
        memory.pipe(f"/sealed/{name}", b"{}")

    def denied(url: str, *_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(remote, "_download", denied)
    try:
        listed = remote.list_remote(
            "memory://sealed", allowed=("memory",), endpoint="", work=tmp_path
        )
    finally:
        memory.rm("/sealed", recursive=True)
    assert [each.path.name for each in listed.recordings] == ["a.wav"]
    assert listed.records == ()
    assert listed.warnings[0] == "memory://sealed: sealed0.json is not read: Permission denied"
    assert listed.warnings[-1] == "2 more files of call records could not be brought"


@pytest.mark.parametrize(
    "url", ["s3://night", "file:///etc", "simplecache::s3://night", "http://x/"]
)
def test_nothing_is_fetched_unless_a_setting_allows_it(tmp_path: Path, url: str) -> None:
    settings = _settings(tmp_path)
    with pytest.raises(SettingsInvalid, match="not allowed here") as refused:
        bootstrap.arrivals(settings, [url], work=tmp_path)
    assert "QA_REMOTE" in refused.value.hint


def test_a_bucket_that_is_not_there_is_said_without_a_traceback(
    bucket: str, tmp_path: Path
) -> None:
    settings = _settings(tmp_path, remote="s3", s3_endpoint=bucket)
    with pytest.raises(SettingsInvalid, match=r"s3://another/\w+"):
        bootstrap.arrivals(settings, ["s3://key:secret@another/prefix"], work=tmp_path)


def test_a_transcript_is_scored_once_and_again_with_its_record(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(root / "tests/data/records/transcribe.json", folder / "call.json")
    settings = _settings(tmp_path, company_names="Northwind")
    first = bootstrap.run(settings, [folder], settle=SETTLED)
    assert (first.report.scored, first.report.rescored, first.report.audio_s) == (1, 0, 0.0)
    again = bootstrap.run(settings, [folder], settle=SETTLED)
    assert (again.report.scored, again.report.done_before) == (0, 1)
    (folder / "m.csv").write_text(
        "recording,agent_id,ring_seconds\ncall.json,A7,6\n", encoding="utf-8"
    )
    late = bootstrap.run(settings, [folder], settle=SETTLED)
    assert (late.report.scored, late.report.rescored) == (1, 1)
    (call,) = late.details()
    assert call.record.agent_id == "A7"
    assert call.recording is None
    assert call.hearing is not None
    assert call.hearing.models == {"transcript": "transcribe-json 1"}
    assert call.scorecard is not None
    verdicts = {verdict.criterion: str(verdict.outcome) for verdict in call.scorecard.verdicts}
    assert verdicts["answered_in_three_rings"] == "pass"
    assert verdicts["company_name"] == "pass"


def test_a_copy_of_a_transcript_is_the_same_call(root: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("a.json", "b.json"):
        shutil.copy(root / "tests/data/records/transcribe.json", folder / name)
    settings = _settings(tmp_path)
    report = bootstrap.run(settings, [folder], settle=SETTLED).report
    assert (report.scored, report.duplicates) == (1, 1)


def test_an_unreadable_recording_inside_a_record_is_refused_by_name(
    root: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    text = (root / "tests/data/records/inline.vcon").read_text(encoding="utf-8")
    (folder / "call.vcon").write_text(text.replace('"body": "Ukl', '"body": "*!*'))
    settings = _settings(tmp_path)
    report = bootstrap.run(settings, [folder], settle=SETTLED).report
    (refusal,) = report.refusals
    assert refusal.reason.code == "recording.unreadable"
    assert refusal.record.agent_id == "Dana"


def test_what_is_exported_as_vcon_comes_in_again(root: Path, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    (tmp_path / "in").mkdir()
    shutil.copy(root / "tests/data/records/transcribe.json", tmp_path / "in")
    first = bootstrap.run(_settings(here), [tmp_path / "in"], settle=SETTLED)
    exported = CliRunner().invoke(
        command,
        ["transcripts", "--format", "vcon", "--out", str(tmp_path / "out")],
        env={"QA_HOME": str(here / "var")},
    )
    assert exported.exit_code == 0, exported.output
    second = bootstrap.run(_settings(there), [tmp_path / "out"], settle=SETTLED)
    (before,), (after,) = first.details(), second.details()
    assert before.hearing is not None
    assert after.hearing is not None
    texts = [
        [(turn.speaker, turn.text) for turn in each.hearing.transcript.turns]
        for each in (before, after)
    ]
    assert texts[0] == texts[1]
    assert after.hearing.transcript.speaker_confidence == 1.0


def test_the_command_takes_records_formats_and_names(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QA_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("QA_SETTLE_S", "0")
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(root / "tests/data/records/transcribe.json", folder / "A7-C1.json")
    rows = tmp_path / "rows.txt"
    rows.write_text("recording,queue\nin/A7-C1.json,售后\n", encoding="utf-8")
    done = CliRunner().invoke(
        run,
        [
            str(folder),
            "--records",
            str(rows),
            "--format",
            "manifest",
            "--names",
            "{agent_id}-{*}",
            "--json",
        ],
    )
    assert done.exit_code == 0, done.output
    store = bootstrap.unit_of_work(_settings(tmp_path))
    with store() as unit:
        (call,) = unit.calls.every()
    assert (call.record.agent_id, call.record.queue) == ("A7", "售后")


@pytest.mark.parametrize(
    "asked", [["--format", "vcon"], ["--records", "a", "--format", "b", "--format", "c"]]
)
def test_formats_are_for_records(tmp_path: Path, asked: list[str]) -> None:
    refused = CliRunner().invoke(run, [str(tmp_path), *asked])
    assert refused.exit_code == 2
    assert "--records" in refused.output


def test_the_formats_are_listed_and_a_file_is_told(root: Path, tmp_path: Path) -> None:
    listed = CliRunner().invoke(formats, [])
    assert "asterisk-csv" in listed.output
    assert "freepbx, issabel" in listed.output
    told = CliRunner().invoke(formats, [str(root / "tests/data/records/Master.csv"), "--json"])
    assert [each["name"] for each in json.loads(told.output)] == ["asterisk-csv"]
    (tmp_path / "x.csv").write_text("a,b\n")
    assert CliRunner().invoke(formats, [str(tmp_path / "x.csv")]).exit_code == 2

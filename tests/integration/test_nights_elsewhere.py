"""Nights over folders elsewhere, with what records and names say, into a real store."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import fsspec
import pytest
from click.testing import CliRunner

from bench.night import rubrics
from qa import bootstrap
from qa.bootstrap import nights
from qa.cli.main import cli
from qa.config import Settings
from qa.domain.night import Since

SETTLE_S = 0.2
Put = Callable[[str, bytes], None]


@pytest.fixture
def here(tmp_path: Path, bucket: str, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation that reads from the bucket."""
    rubrics.write(tmp_path / "rubrics")
    set_here = {
        "home": tmp_path / "var",
        "remote": "s3",
        "s3_endpoint": bucket,
        "rubric": rubrics.NAME,
        "rubric_dir": tmp_path / "rubrics",
        "settle_s": SETTLE_S,
    }
    for name, value in set_here.items():
        monkeypatch.setenv(f"QA_{name.upper()}", str(value))
    return Settings(_env_file=None)  # type: ignore[call-arg]


@pytest.fixture
def put(bucket: str) -> Put:
    """Puts an object into the bucket, and waits until it counts as written to its end."""

    def write(name: str, content: bytes) -> None:
        fsspec.filesystem("s3", endpoint_url=bucket).pipe(f"night/{name}", content)
        # The service counts in whole seconds.
        time.sleep(1 + SETTLE_S)

    return write


def night(settings: Settings, *folders: str, **changes: Any) -> dict[str, Any]:
    return nights.night(settings, nights.NightOrder(folders=folders, **changes))


def test_a_night_takes_what_came_into_a_bucket_since_the_last_one(
    here: Settings, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.domain.night.OVERLAP", timedelta(0))
    put("in/first.wav", b"no sound")
    told = night(here, "s3://night/in")
    assert (told["recordings"]["found"], told["recordings"]["not_scorable"]) == (1, 1)
    time.sleep(1)  # a bucket tells whole seconds
    put("in/second.wav", b"no sound either")
    again = night(here, "s3://night/in/")
    assert again["since"] is not None
    [reason] = again["not_scorable"]
    assert [file["recording"] for file in reason["files"]] == ["second.wav"]
    assert night(here, "s3://night/in")["recordings"]["found"] == 0


def test_a_date_is_held_against_when_an_object_was_written(here: Settings, put: Put) -> None:
    put("in/a.wav", b"no sound")
    now = datetime.now(UTC)
    late = night(here, "s3://night/in", since=Since(now + timedelta(hours=1), catches_up=False))
    assert late["recordings"]["found"] == 0
    early = night(here, "s3://night/in", since=Since(now - timedelta(hours=1), catches_up=False))
    assert early["recordings"]["found"] == 1


def test_a_transcript_in_a_bucket_is_as_old_as_it_is_there(
    here: Settings, put: Put, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.domain.night.OVERLAP", timedelta(0))
    put("in/call.json", (root / "tests/data/records/transcribe.json").read_bytes())
    assert night(here, "s3://night/in")["recordings"]["scored"] == 1
    assert night(here, "s3://night/in")["recordings"]["found"] == 0


def test_an_empty_folder_elsewhere_does_not_hide_what_lies_in_another(
    here: Settings, put: Put, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.wav").write_bytes(b"no sound")
    os.utime(folder / "a.wav", (1.0, 1.0))
    told = night(here, "s3://night/nothing", str(folder))
    assert told["recordings"]["found"] == 1
    assert told["warnings"] == ["nothing is in s3://night/nothing"]


def test_a_bucket_with_nothing_in_it_is_named(here: Settings) -> None:
    told = night(here, "s3://night/misspelt")
    assert told["recordings"]["found"] == 0
    assert told["warnings"] == ["no recordings in s3://night/misspelt"]


def test_a_file_whose_listing_tells_no_time_is_taken(here: Settings) -> None:
    memory = fsspec.filesystem("memory")
    memory.pipe("/timeless/a.wav", b"no sound")
    memory.store["/timeless/a.wav"].created = datetime.fromtimestamp(0, UTC)
    try:
        told = night(
            here.model_copy(update={"remote": ("memory",)}),
            "memory://timeless",
            since=Since(datetime.now(UTC), catches_up=False),
        )
    finally:
        memory.rm("/timeless", recursive=True)
    assert told["recordings"]["found"] == 1


def test_the_command_takes_records_formats_names_and_an_address(
    here: Settings, put: Put, root: Path, tmp_path: Path
) -> None:
    put("in/A7-C1.json", (root / "tests/data/records/transcribe.json").read_bytes())
    rows = tmp_path / "rows.txt"
    rows.write_text("recording,queue\nin/A7-C1.json,售后\n", encoding="utf-8")
    named = ["--records", str(rows), "--format", "manifest", "--names", "{agent_id}-{*}"]
    done = CliRunner().invoke(cli, ["night", "--from", "s3://night/in", *named, "--json"])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["recordings"]["scored"] == 1
    with bootstrap.unit_of_work(here)() as unit:
        (call,) = unit.calls.every()
    assert (call.record.agent_id, call.record.queue) == ("A7", "售后")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["night", "--from", ".", "--format", "vcon"], "--records"),
        (["night", "--names", "{call_id}"], "--from"),
        (["night", "--show", "1", "--from", "."], "--show"),
        (["night", "--from", ".", "--address", "auto"], "--engine ray"),
        (["watch", "--from", ".", "--address", "auto"], "--engine ray"),
        (["watch", "--from", ".", "--format", "vcon"], "--records"),
    ],
)
def test_what_does_not_go_together_is_said_in_a_sentence(asked: list[str], said: str) -> None:
    refused = CliRunner().invoke(cli, asked)
    assert refused.exit_code == 2
    assert said in refused.output.splitlines()[-1]

"""Calls that came as a transcript: their pages work without a player."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from qa import bootstrap
from qa.services.export import scorecard_line, transcript_line
from qa.services.ingest import Settle


@pytest.fixture
def transcribed(staff: Any, root: Path, tmp_path: Path) -> str:
    """The public id of a call of the agent A201 that came as a job's result."""
    folder = tmp_path / "came"
    folder.mkdir()
    shutil.copy(root / "tests/data/records/transcribe.json", folder / "call.json")
    (folder / "manifest.csv").write_text(
        "recording,call_id,agent_id,started_at\ncall.json,T1,A201,2026-11-20T09:30:00Z\n",
        encoding="utf-8",
    )
    outcome = bootstrap.run(staff.settings, [folder], settle=Settle(young_s=0))
    (row,) = outcome.rows()
    assert (row.record.call_id, row.record.agent_id) == ("T1", "A201")
    assert row.score is not None
    return row.public_id


@pytest.mark.parametrize(
    ("login", "page"),
    [
        ("sun", "/calls/{}"),
        ("sun", "/calls/{}/review"),
        ("sun", "/calls/{}?lang=zh"),
        ("amy", "/calls/{}"),
        ("amy", "/calls/{}/feedback"),
    ],
)
def test_a_page_of_a_call_without_sound_has_its_words_and_no_player(
    staff: Any, transcribed: str, login: str, page: str
) -> None:
    answer = staff.client_as(login).get(page.format(transcribed), follow_redirects=True)
    assert answer.status_code == 200
    assert "parcel" in answer.text
    assert "<audio" not in answer.text
    assert f"/calls/{transcribed}/audio" not in answer.text


def test_there_is_nothing_to_listen_to(staff: Any, transcribed: str) -> None:
    client = staff.client_as("sun")
    assert client.get(f"/calls/{transcribed}/audio").status_code == 404
    assert client.get(f"/calls/{transcribed}/waveform.json").status_code == 404


def test_the_list_has_its_length_and_finds_its_words(staff: Any, transcribed: str) -> None:
    found = staff.client_as("sun").get("/?q=parcel")
    assert transcribed in found.text


def test_it_is_in_the_exports(staff: Any, transcribed: str) -> None:
    with staff.open_store() as unit:
        call = unit.calls.detail(transcribed)
    assert call.hearing is not None
    assert scorecard_line(call, "en")["models"]["transcript"] == "transcribe-json 1"
    assert "Northwind" in json.dumps(transcript_line("T1", call.hearing))

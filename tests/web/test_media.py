"""Sound by byte range, and the waveform's data."""

from __future__ import annotations

import io
from typing import Any

import pytest
import soundfile as sf
from flask.testing import FlaskClient

from qa.config import Settings


@pytest.fixture
def audio_url(ids: dict[str, str]) -> str:
    return f"/calls/{ids['bad-call']}/audio"


def test_the_whole_recording_is_playable(client: FlaskClient, audio_url: str) -> None:
    answer = client.get(audio_url, buffered=True)
    assert answer.status_code == 200
    assert answer.mimetype == "audio/flac"
    sound, _rate = sf.read(io.BytesIO(answer.data))
    assert sound.shape[1] == 2


@pytest.mark.parametrize(
    ("asked", "first", "last"), [("0-9", 0, 9), ("100-", 100, -1), ("-50", -50, -1)]
)
def test_a_range_is_answered_with_exactly_its_bytes(
    client: FlaskClient, audio_url: str, asked: str, first: int, last: int
) -> None:
    whole = client.get(audio_url, buffered=True).data
    part = client.get(audio_url, buffered=True, headers={"Range": f"bytes={asked}"})
    start, end = first % len(whole), last % len(whole)
    assert part.status_code == 206
    assert part.headers["Content-Range"] == f"bytes {start}-{end}/{len(whole)}"
    assert part.data == whole[start : end + 1]


def test_a_range_past_the_end_is_refused(client: FlaskClient, audio_url: str) -> None:
    assert (
        client.get(audio_url, buffered=True, headers={"Range": "bytes=999999999-"}).status_code
        == 416
    )


def test_head_tells_the_length_and_sends_nothing(client: FlaskClient, audio_url: str) -> None:
    answer = client.head(audio_url, buffered=True)
    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) > 1000
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert not answer.data


@pytest.mark.parametrize("public_id", ["nobody", "..%2f..%2fcallqa.sqlite", "%00", "-", "a" * 5000])
@pytest.mark.parametrize("what", ["", "/audio", "/waveform.json"])
def test_an_id_that_is_not_a_calls_finds_nothing(
    client: FlaskClient, public_id: str, what: str
) -> None:
    assert client.get(f"/calls/{public_id}{what}").status_code == 404


def test_a_refused_recording_has_neither_sound_nor_waveform(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    assert client.get(f"/calls/{ids['silent-call']}/audio").status_code == 404
    assert client.get(f"/calls/{ids['silent-call']}/waveform.json").status_code == 404


def test_sound_that_is_gone_from_the_data_folder_is_not_found(
    client: FlaskClient,
    ids: dict[str, str],
    installation: tuple[Settings, dict[str, str]],
) -> None:
    kept = next(installation[0].home.rglob("*.flac"))
    aside = kept.with_suffix(".aside")
    kept.rename(aside)
    try:
        statuses = [
            client.get(f"/calls/{ids[name]}/audio", buffered=True).status_code
            for name in ("bad-call", "good-call", "mono-call")
        ]
    finally:
        aside.rename(kept)
    assert sorted(statuses) == [200, 200, 404]


def waveform(client: FlaskClient, public_id: str) -> dict[str, Any]:
    answer = client.get(f"/calls/{public_id}/waveform.json").json
    assert isinstance(answer, dict)
    return answer


def test_stereo_has_a_lane_for_each_party(client: FlaskClient, ids: dict[str, str]) -> None:
    data = waveform(client, ids["bad-call"])
    assert data["lanes"] == ["agent", "customer"]
    assert [len(lane) for lane in data["peaks"]] == [480, 480]
    assert data["duration_s"] == 24.0


def test_lanes_are_told_by_loudness_where_the_record_does_not_say(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    assert waveform(client, ids["good-call"])["lanes"] == ["agent", "customer"]


def test_mono_has_one_lane_and_says_who_speaks_when(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    data = waveform(client, ids["mono-call"])
    assert data["lanes"] == ["mixed"]
    assert {"speaker": "customer", "start_s": 3.4, "end_s": 6.0} in data["speech"]


def test_marks_are_pauses_on_all_lanes_then_overlaps_and_evidence_on_their_own(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    marks = waveform(client, ids["bad-call"])["marks"]
    assert [tuple(mark.values()) for mark in marks] == [
        (None, 0.4, "ringback", None, 0.0),
        (None, 10.0, "hold", None, 7.5),
        (None, 14.0, "music", None, 10.0),
        (None, 23.0, "dead_air", None, 18.5),
        (None, 3.9, "backchannel", 1, 3.4),
        (None, 6.8, "overtalk", 0, 6.2),
        ("greeting", 3.0, "pass", 0, 0.5),
        ("privacy", 16.5, "fail", 0, 14.0),
    ]
    assert set(marks[0]) == {"criterion", "end_s", "kind", "lane", "start_s"}


def test_a_call_that_an_earlier_version_heard_has_its_long_silences_marked(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    silence = {"kind": "silence", "start_s": 6.0, "end_s": 12.0, "lane": None, "criterion": None}
    assert waveform(client, ids["mono-call"])["marks"][0] == silence

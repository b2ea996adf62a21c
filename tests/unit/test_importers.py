"""Each kind of call records over its golden file: what is read, and what is left out."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from qa.domain.call import Direction, EndedBy, Role
from qa.domain.errors import RecordsInvalid
from qa.interop.importers import importer_for, importer_named, importers
from qa.interop.importers.vcon import inline_audio
from qa.ports.importing import Described, Imported

SHANGHAI = ZoneInfo("Asia/Shanghai")
KNOWN = importers(SHANGHAI)
MORNING = datetime(2026, 5, 1, 2, 15, tzinfo=UTC)
GOLDEN = {
    "Master.csv": "asterisk-csv",
    "freepbx.csv": "asterisk-csv",
    "freeswitch.csv": "freeswitch-csv",
    "freeswitch.json": "freeswitch-json",
    "genesys_metadata.json": "genesys-json",
    "inline.vcon": "vcon",
    "manifest.csv": "manifest",
    "named.vcon": "vcon",
    "transcribe.json": "transcribe-json",
    "transcript.vcon": "vcon",
    "twilio.json": "twilio-json",
    "twilio_page.json": "twilio-json",
}


@pytest.fixture
def records(root: Path) -> Path:
    return root / "tests/data/records"


def _read(path: Path) -> Imported:
    importer = importer_for(path, KNOWN)
    assert importer is not None
    return importer.read(path)


def _one(path: Path) -> Described:
    (call,) = _read(path).calls
    return call


def test_every_golden_file_is_known_and_every_importer_has_one(records: Path) -> None:
    assert {path.name for path in records.iterdir()} == set(GOLDEN)
    assert set(GOLDEN.values()) == {each.name for each in KNOWN}


@pytest.mark.parametrize(("name", "kind"), GOLDEN.items())
def test_a_file_is_taken_by_its_own_importer_alone(records: Path, name: str, kind: str) -> None:
    assert [each.name for each in KNOWN if each.probe(records / name)] == [kind]


def test_asterisk_says_who_rang_for_how_long_where_a_phone_was_dialled(records: Path) -> None:
    first = _read(records / "Master.csv").calls[0]
    record = first.record
    assert (record.call_id, record.agent_id) == ("1777601700.16", "1001")
    assert (record.direction, record.customer_number) == (Direction.INBOUND, "13800138000")
    assert (record.started_at, record.ring_seconds) == (MORNING, 9.0)
    assert record.ended_by is EndedBy.UNKNOWN
    assert first.in_name == "1777601700.16"


def test_asterisk_knows_no_ringing_of_a_queue_nor_of_a_call_nobody_answered(records: Path) -> None:
    _, queued, missed, _ = _read(records / "Master.csv").calls
    assert (queued.record.queue, queued.record.ring_seconds) == ("600", None)
    assert (missed.record.agent_id, missed.record.ring_seconds, missed.full) == (None, None, False)


def test_asterisk_takes_an_outbound_call_from_the_recordings_name(records: Path) -> None:
    for call in (_read(records / "Master.csv").calls[3], _read(records / "freepbx.csv").calls[1]):
        record = call.record
        assert (record.direction, record.customer_number) == (Direction.OUTBOUND, "13900139000")
        assert (record.agent_id, record.ring_seconds) == ("1003", None)
        assert call.recordings[0].endswith("1777603200.22.wav")


@pytest.mark.parametrize(
    ("tail", "unique"),
    [
        ("", ""),
        (',"1777601700.16"', "1777601700.16"),
        (',"a note"', ""),
        (',"pbx1-1777601700.16","a note"', "pbx1-1777601700.16"),
        (',"","1777601700.16",7', ""),
        (',"1777601700.16","a note","","1777601700.16",7', "1777601700.16"),
    ],
)
def test_asterisk_writes_as_many_columns_as_its_settings_ask_for(
    records: Path, tmp_path: Path, tail: str, unique: str
) -> None:
    line = (records / "Master.csv").read_text(encoding="utf-8").splitlines()[0]
    path = tmp_path / "Master.csv"
    path.write_text(line.removesuffix(',"1777601700.16",""') + tail + "\n", encoding="utf-8")
    assert _one(path).record.call_id == unique


def test_a_switch_that_answers_by_itself_tells_no_ringing(records: Path, tmp_path: Path) -> None:
    text = (records / "Master.csv").read_text(encoding="utf-8").splitlines()[0]
    path = tmp_path / "Master.csv"
    path.write_text(text.replace("180,171", "180,180"), encoding="utf-8")
    assert _one(path).record.ring_seconds is None


def test_rows_that_are_no_records_are_counted(records: Path, tmp_path: Path) -> None:
    path = tmp_path / "Master.csv"
    path.write_bytes((records / "Master.csv").read_bytes() + b"so long,\n\xff\xfe,\n")
    read = _read(path)
    assert len(read.calls) == 4
    assert read.warnings == ("2 rows of Master.csv are no call records, such as line 5",)


def test_freeswitch_says_who_called_only_where_calls_come_from_outside(records: Path) -> None:
    came, missed, inside = _read(records / "freeswitch.csv").calls
    assert came.record.direction is Direction.INBOUND
    assert (came.record.started_at, came.record.ring_seconds) == (MORNING, 7.0)
    assert came.record.customer_number == "13800138000"
    assert (missed.full, missed.record.ring_seconds) == (False, None)
    assert inside.record.direction is Direction.UNKNOWN
    assert (inside.record.customer_number, inside.record.ring_seconds) == (None, None)


def test_freeswitch_json_says_that_the_caller_hung_up(records: Path) -> None:
    record = _one(records / "freeswitch.json").record
    assert (record.ended_by, record.ring_seconds) == (EndedBy.CUSTOMER, 7.0)
    assert record.started_at == MORNING


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("sip_hangup_disposition", "send_bye"),
        ("call_direction", "outbound"),
        ("direction", "outbound"),
    ],
)
def test_freeswitch_json_does_not_guess_who_hung_up(
    records: Path, tmp_path: Path, key: str, value: str
) -> None:
    leg = json.loads((records / "freeswitch.json").read_text(encoding="utf-8"))
    leg["variables"][key] = value
    path = tmp_path / "leg.json"
    path.write_text(json.dumps(leg), encoding="utf-8")
    assert _one(path).record.ended_by is EndedBy.UNKNOWN


def test_a_genesys_sidecar_is_found_beside_its_recording(records: Path) -> None:
    call = _one(records / "genesys_metadata.json")
    assert call.recordings == ("e2b7c9d4-51f0-4a0e-b7e9-9a6c1f0a2b33.ogg",)
    record = call.record
    assert record.agent_id == "d8f6a7c0-2b11-4a53-8b67-0a1b2c3d4e5f"
    assert record.customer_number == "+8613800138000"
    assert record.started_at == datetime(2026, 5, 1, 2, 15, 0, 250_000, tzinfo=UTC)


def test_a_genesys_call_that_was_passed_on_is_nobodys_alone(records: Path, tmp_path: Path) -> None:
    sidecar = json.loads((records / "genesys_metadata.json").read_text(encoding="utf-8"))
    sidecar["agentIds"].append("another")
    path = tmp_path / "a_metadata.json"
    path.write_text(json.dumps(sidecar), encoding="utf-8")
    assert _one(path).record.agent_id is None


def test_twilio_puts_the_agent_on_the_second_channel_of_an_inbound_call(records: Path) -> None:
    record = _one(records / "twilio.json").record
    assert (record.direction, record.agent_channel) == (Direction.INBOUND, 1)
    assert (record.customer_number, record.started_at) == ("+8613800138000", MORNING)


def test_twilio_recordings_without_their_calls_have_no_direction(records: Path) -> None:
    calls = _read(records / "twilio_page.json").calls
    assert [call.record.call_id for call in calls] == ["RE1", "RE2"]
    assert {call.record.direction for call in calls} == {Direction.UNKNOWN}
    assert {call.record.agent_channel for call in calls} == {None}


@pytest.mark.parametrize("caller", ["client:dana", "sip:dana@northwind.sip.twilio.com", "", None])
def test_twilio_does_not_take_a_phone_of_ours_for_the_customer(
    records: Path, tmp_path: Path, caller: str | None
) -> None:
    told = json.loads((records / "twilio.json").read_text(encoding="utf-8"))
    told["call"]["from"] = caller
    path = tmp_path / "twilio.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    record = _one(path).record
    assert (record.direction, record.agent_channel) == (Direction.UNKNOWN, None)
    assert record.customer_number is None


def test_transcribe_gives_turns_words_and_what_their_times_tell(records: Path) -> None:
    transcribed = _one(records / "transcribe.json").transcribed
    assert transcribed is not None
    transcript, signals = transcribed.transcript, transcribed.signals
    assert [turn.speaker for turn in transcript.turns[:2]] == [Role.AGENT, Role.CUSTOMER]
    assert transcript.turns[0].text.startswith("Good morning, thank you for calling Northwind,")
    assert transcript.turns[0].words[1].text == "morning,"
    assert transcript.turns[0].words[0].confidence == 0.98
    assert (transcript.language, transcript.speaker_confidence) == ("en", 1.0)
    assert signals.measured
    assert signals.talk_share[Role.AGENT] > 0.5


def test_a_turn_without_times_leaves_nothing_measured(records: Path, tmp_path: Path) -> None:
    result = json.loads((records / "transcribe.json").read_text(encoding="utf-8"))
    del result["Transcript"][0]["BeginOffsetMillis"]
    path = tmp_path / "result.json"
    path.write_text(json.dumps(result), encoding="utf-8")
    transcribed = _one(path).transcribed
    assert transcribed is not None
    assert not transcribed.signals.measured


def test_a_job_that_is_not_done_is_refused(records: Path, tmp_path: Path) -> None:
    result = json.loads((records / "transcribe.json").read_text(encoding="utf-8"))
    path = tmp_path / "result.json"
    path.write_text(json.dumps(result | {"JobStatus": "IN_PROGRESS"}), encoding="utf-8")
    with pytest.raises(RecordsInvalid, match="not completed"):
        _read(path)


def test_a_vcon_carries_its_recording(records: Path) -> None:
    call = _one(records / "inline.vcon")
    assert call.inline is not None
    assert call.inline()[:4] == b"RIFF"
    assert call.suffix == ".wav"
    record = call.record
    assert (record.agent_id, record.customer_number) == ("Dana", "+8613800138000")
    assert (record.direction, record.agent_channel) == (Direction.INBOUND, 1)
    with pytest.raises(RecordsInvalid, match="no recording"):
        inline_audio(records / "named.vcon", 0)


def test_an_address_in_a_vcon_is_not_fetched(records: Path) -> None:
    read = _read(records / "named.vcon")
    assert read.calls[0].recordings == ("parcel.wav",)
    assert read.warnings == ("named.vcon dialog 0: its recording is elsewhere and is not fetched",)


def test_a_transcript_in_a_vcon_stands_in_for_its_recording(records: Path) -> None:
    transcribed = _one(records / "transcript.vcon").transcribed
    assert transcribed is not None
    assert transcribed.made_by == "vcon 1 example listener"
    assert transcribed.transcript.language == "zh"
    assert [turn.speaker for turn in transcribed.transcript.turns[:2]] == [
        Role.AGENT,
        Role.CUSTOMER,
    ]
    assert transcribed.transcript.turns[0].confidence == pytest.approx(0.93)
    assert transcribed.transcript.speaker_confidence < 1


def _vcon(folder: Path, roles: list[str], body: dict[str, object]) -> Path:
    path = folder / "call.vcon"
    vcon = {
        "uuid": "u",
        "parties": [{"role": role, "name": f"p{place}"} for place, role in enumerate(roles)],
        "analysis": [{"type": "transcript", "body": body}],
    }
    path.write_text(json.dumps(vcon), encoding="utf-8")
    return path


def _turn(place: int, **more: object) -> dict[str, object]:
    return {"party": place, "start": place, "end": place + 1.0, "text": "您好"} | more


@pytest.mark.parametrize(
    ("roles", "heard", "sure"),
    [
        (["caller", "agent"], [Role.CUSTOMER, Role.AGENT], 1.0),
        (["caller", "callee"], [Role.UNKNOWN, Role.UNKNOWN], 0.0),
        (["caller", "customer"], [Role.UNKNOWN, Role.CUSTOMER], 0.0),
        (["caller", "customer", "agent"], [Role.UNKNOWN, Role.CUSTOMER, Role.AGENT], 0.0),
        (["customer", "contact"], [Role.CUSTOMER, Role.CUSTOMER], 0.0),
    ],
)
def test_a_caller_is_the_customer_only_where_the_other_is_the_agent(
    tmp_path: Path, roles: list[str], heard: list[Role], sure: float
) -> None:
    turns = [_turn(place) for place in range(len(roles))]
    by_party = _one(_vcon(tmp_path, roles, {"turns": turns}))
    assert by_party.record.customer_number is None
    by_name = [
        {**turn, "party": None, "speaker": role} for turn, role in zip(turns, roles, strict=True)
    ]
    for call in (by_party, _one(_vcon(tmp_path, [], {"turns": by_name}))):
        assert call.transcribed is not None
        transcript = call.transcribed.transcript
        assert [turn.speaker for turn in transcript.turns] == heard
        assert transcript.role_confidence == sure


SAID = {"start": 0.0, "end": 1.0, "word": "hello"}


@pytest.mark.parametrize(
    "body",
    [
        {"segments": [_turn(0, words=[0] * 120_000)] * 2, "words": [SAID]},
        {"segments": [_turn(0, words=[0] * 300)], "words": [SAID | {"word": "x" * 2000}]},
        {"turns": [_turn(0, text="好" * 300_000)] * 2},
        {"turns": [_turn(0)] * 20_001},
    ],
    ids=["words", "long words", "text", "turns"],
)
def test_more_than_a_call_holds_is_refused_and_not_cut(
    tmp_path: Path, body: dict[str, object]
) -> None:
    path = _vcon(tmp_path, ["agent"], body)
    with pytest.raises(RecordsInvalid, match="more is said in") as refused:
        _read(path)
    assert refused.value.hint


def test_a_job_that_says_more_than_a_call_holds_is_refused_and_not_cut(
    records: Path, tmp_path: Path
) -> None:
    result = json.loads((records / "transcribe.json").read_text(encoding="utf-8"))
    (item, *_) = result["Transcript"][0]["Items"]
    result["Transcript"][0]["Items"] = [item] * 200_001
    path = tmp_path / "result.json"
    path.write_text(json.dumps(result), encoding="utf-8")
    with pytest.raises(RecordsInvalid, match="more is said in"):
        _read(path)


@pytest.mark.parametrize(
    ("sealed", "said"),
    [
        ({"payload": "e30", "signatures": [{"protected": "e30", "signature": "x"}]}, "signed"),
        ({"ciphertext": "x", "recipients": [{}], "protected": "e30"}, "encrypted"),
    ],
)
def test_a_sealed_vcon_is_refused_in_a_sentence(
    tmp_path: Path, sealed: dict[str, object], said: str
) -> None:
    path = tmp_path / "sealed.vcon"
    path.write_text(json.dumps(sealed), encoding="utf-8")
    with pytest.raises(RecordsInvalid, match=said) as refused:
        _read(path)
    assert refused.value.hint


@pytest.mark.parametrize("name", ["no.json", "no.csv", "no.vcon"])
@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 64, b"{", b'"' * 9000, b"[" * 100_000, b"\xff\xfe{}"]
)
def test_what_is_nothing_of_ours_is_refused_or_passed_over(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    for importer in KNOWN:
        importer.probe(path)
        if importer.name != "manifest":
            with pytest.raises(RecordsInvalid):
                importer.read(path)


def test_a_folder_a_pipe_and_a_missing_file_are_no_records(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "folder.json").mkdir()
    for name in ("pipe.json", "folder.json", "gone.json", "nul\0.json", "n" * 4096 + ".json"):
        path = tmp_path / name
        assert importer_for(path, KNOWN) is None
        with pytest.raises(RecordsInvalid):
            importer_named("vcon", KNOWN).read(path)

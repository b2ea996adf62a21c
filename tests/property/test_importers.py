"""Call records as a switch would write them, read back."""

from __future__ import annotations

import base64
import csv
import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa.domain.call import CallRecord, Direction, EndedBy, Role
from qa.interop.importers import importer_named, importers
from qa.interop.manifest import COLUMNS
from qa.interop.names import SHIPPED, read_name, templates
from qa.ports.importing import Described

ZONE = ZoneInfo("Asia/Shanghai")
KNOWN = importers(ZONE)
roomy = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)

ids = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=20)
numbers = st.from_regex(r"\+?[1-9][0-9]{2,14}", fullmatch=True)
moments = st.datetimes(datetime(2001, 1, 1), datetime(2037, 12, 31)).map(  # noqa: DTZ001 - the zone follows
    lambda moment: moment.replace(microsecond=0, tzinfo=ZONE).astimezone(UTC)
)
words = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30
)
uuids = st.uuids(version=4).map(str)
uniques = st.builds("{}.{}".format, st.integers(10**9, 2 * 10**9), st.integers(0, 9999))


def _read(name: str, path: Path) -> tuple[Described, ...]:
    importer = importer_named(name, KNOWN)
    assert importer.probe(path)
    return importer.read(path).calls


def _local(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


def _json(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@roomy
@given(
    st.lists(
        st.tuples(
            uniques, numbers, ids, moments, st.integers(1, 300), st.integers(0, 3600), words, words
        ),
        min_size=1,
        max_size=5,
    )
)
def test_asterisk_records(
    tmp_path: Path, calls: list[tuple[str, str, str, datetime, int, int, str, str]]
) -> None:
    path = tmp_path / "Master.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
        for unique, source, device, start, rang, talked, clid, note in calls:
            writer.writerow(
                [
                    *("", source, device, "from-trunk", clid, "PJSIP/trunk-0000001"),
                    *(f"PJSIP/{device}-0000002", "Dial", f"PJSIP/{device},30", _local(start)),
                    *(_local(start), _local(start), rang + talked, talked, "ANSWERED"),
                    *("DOCUMENTATION", unique, note),
                ]
            )
    assert [call.record for call in _read("asterisk-csv", path)] == [
        CallRecord(unique, device, source, Direction.INBOUND, start, float(rang))
        for unique, source, device, start, rang, *_ in calls
    ]


@roomy
@given(
    st.lists(st.tuples(uuids, numbers, moments, st.integers(1, 300), words), min_size=1, max_size=5)
)
def test_freeswitch_lines(tmp_path: Path, legs: list[tuple[str, str, datetime, int, str]]) -> None:
    path = tmp_path / "cdr.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        for uuid, source, start, rang, caller in legs:
            at = _local(start)
            writer.writerow(
                [
                    *(caller, source, "1001", "public", at, at, at, rang + 9, 9),
                    *("NORMAL_CLEARING", uuid, "", "", "PCMA", "PCMA"),
                ]
            )
    kept = {"hangup_cause": "NORMAL_CLEARING"}
    assert [call.record for call in _read("freeswitch-csv", path)] == [
        CallRecord(uuid, None, source, Direction.INBOUND, start, float(rang), attributes=kept)
        for uuid, source, start, rang, _ in legs
    ]


@roomy
@given(
    uuid=uuids,
    source=numbers,
    start=moments,
    rang=st.integers(1, 300),
    theirs=st.booleans(),
)
def test_freeswitch_documents(
    tmp_path: Path, *, uuid: str, source: str, start: datetime, rang: int, theirs: bool
) -> None:
    epoch = int(start.timestamp())
    document = {
        "core-uuid": uuid,
        "variables": {
            "uuid": uuid,
            "direction": "inbound",
            "call_direction": "inbound",
            "start_epoch": str(epoch),
            "answer_epoch": str(epoch + rang),
            "duration": str(rang + 30),
            "billsec": "30",
            "sip_hangup_disposition": "recv_bye" if theirs else "send_bye",
        },
        "callflow": [{"caller_profile": {"caller_id_number": source}}],
    }
    (call,) = _read("freeswitch-json", _json(tmp_path / "leg.json", document))
    ended = EndedBy.CUSTOMER if theirs else EndedBy.UNKNOWN
    assert call.record == CallRecord(
        uuid, None, source, Direction.INBOUND, start, float(rang), ended_by=ended
    )
    assert call.in_name == uuid


@roomy
@given(
    conversation=uuids,
    recording=uuids,
    agent=uuids,
    queue=uuids,
    number=numbers,
    start=moments,
    way=st.sampled_from(["inbound", "outbound"]),
)
def test_genesys_sidecars(
    tmp_path: Path,
    *,
    conversation: str,
    recording: str,
    agent: str,
    queue: str,
    number: str,
    start: datetime,
    way: str,
) -> None:
    sidecar = {
        "conversationId": conversation,
        "recordingId": recording,
        "originatingDirection": way,
        "ani" if way == "inbound" else "dnis": f"tel:{number}",
        "agentIds": [agent],
        "queueIds": [queue, queue],
        "startTime": start.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    (call,) = _read("genesys-json", _json(tmp_path / f"{recording}_metadata.json", sidecar))
    kept = {"conversationId": conversation, "recordingId": recording}
    assert call.record == CallRecord(
        recording, agent, number, Direction(way), start, queue=queue, attributes=kept
    )
    assert call.in_name == recording


@roomy
@given(st.lists(st.tuples(ids, numbers, moments, st.sampled_from([1, 2])), min_size=1, max_size=5))
def test_twilio_pages(tmp_path: Path, calls: list[tuple[str, str, datetime, int]]) -> None:
    written = "%a, %d %b %Y %H:%M:%S +0000"
    document = [
        {
            "recording": {
                "sid": f"RE{place}{sid}",
                "call_sid": f"CA{place}{sid}",
                "channels": channels,
                "source": "DialVerb",
            },
            "call": {
                "sid": f"CA{place}{sid}",
                "direction": "inbound",
                "from": number,
                "start_time": start.strftime(written),
            },
        }
        for place, (sid, number, start, channels) in enumerate(calls)
    ]
    read = _read("twilio-json", _json(tmp_path / "page.json", document))
    assert [call.record for call in read] == [
        CallRecord(
            f"RE{place}{sid}",
            None,
            number if number.startswith("+") else None,
            Direction.INBOUND if number.startswith("+") else Direction.UNKNOWN,
            start,
            agent_channel=1 if channels == 2 and number.startswith("+") else None,
            attributes={"call_sid": f"CA{place}{sid}", "source": "DialVerb"},
        )
        for place, (sid, number, start, channels) in enumerate(calls)
    ]


spoken = st.lists(
    st.tuples(
        st.sampled_from([Role.AGENT, Role.CUSTOMER]),
        st.lists(
            st.tuples(st.from_regex(r"[a-z]{1,12}", fullmatch=True), st.integers(0, 100)),
            min_size=1,
            max_size=6,
        ),
    ),
    min_size=1,
    max_size=6,
)


@roomy
@given(spoken)
def test_transcribe_results(tmp_path: Path, said: list[tuple[Role, list[tuple[str, int]]]]) -> None:
    at, turns = 0, []
    for role, spoken_words in said:
        items = []
        began = at
        for word, sure in spoken_words:
            items.append(
                {
                    "Type": "pronunciation",
                    "Content": word,
                    "Confidence": str(sure / 100),
                    "BeginOffsetMillis": at,
                    "EndOffsetMillis": at + 200,
                }
            )
            at += 250
        turns.append(
            {
                "ParticipantRole": role.value.upper(),
                "Content": " ".join(word for word, _ in spoken_words),
                "BeginOffsetMillis": began,
                "EndOffsetMillis": at,
                "Items": items,
            }
        )
    document = {"JobName": "j", "LanguageCode": "en-GB", "Transcript": turns}
    (call,) = _read("transcribe-json", _json(tmp_path / "j.json", document))
    assert call.transcribed is not None
    read = call.transcribed.transcript.turns
    assert [
        (turn.speaker, [(word.text, round(100 * word.confidence)) for word in turn.words])
        for turn in read
    ] == said
    assert [turn.text for turn in read] == [turn["Content"] for turn in turns]
    assert call.transcribed.signals.measured


@roomy
@given(
    uuid=uuids,
    number=numbers,
    agent=ids,
    start=moments,
    inbound=st.booleans(),
    sound=st.binary(min_size=1, max_size=200),
)
def test_vcons(
    tmp_path: Path,
    *,
    uuid: str,
    number: str,
    agent: str,
    start: datetime,
    inbound: bool,
    sound: bytes,
) -> None:
    document = {
        "vcon": "0.4.0",
        "uuid": uuid,
        "created_at": start.isoformat(),
        "parties": [{"name": agent, "role": "agent"}, {"tel": number, "role": "customer"}],
        "dialog": [
            {
                "type": "recording",
                "start": start.isoformat(),
                "parties": [0, 1],
                "originator": 1 if inbound else 0,
                "mediatype": "audio/ogg",
                "body": base64.urlsafe_b64encode(sound).decode().rstrip("="),
                "encoding": "base64url",
            }
        ],
    }
    (call,) = _read("vcon", _json(tmp_path / "c.vcon", document))
    way = Direction.INBOUND if inbound else Direction.OUTBOUND
    assert call.record == CallRecord(uuid, agent, number, way, start, agent_channel=0)
    assert call.inline is not None
    assert (call.inline(), call.suffix) == (sound, ".ogg")


records = st.builds(
    CallRecord,
    call_id=ids,
    agent_id=st.none() | words,
    customer_number=st.none() | numbers,
    direction=st.sampled_from(Direction),
    started_at=st.none() | moments,
    ring_seconds=st.none() | st.floats(0, 1e6),
    rings=st.none() | st.integers(0, 99),
    ended_by=st.sampled_from(EndedBy),
    agent_channel=st.sampled_from([None, 0, 1]),
    queue=st.none() | words,
    language=st.sampled_from([None, "zh", "en"]),
)


@roomy
@given(st.lists(records, min_size=1, max_size=4, unique_by=lambda record: record.call_id))
def test_manifests(tmp_path: Path, given: list[CallRecord]) -> None:
    path = tmp_path / "m.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for place, record in enumerate(given):
            moment = record.started_at.isoformat() if record.started_at else ""
            writer.writerow(
                [
                    f"{place}.wav",
                    *(
                        moment if column == "started_at" else getattr(record, column)
                        for column in COLUMNS[1:]
                    ),
                ]
            )
    assert [call.record for call in _read("manifest", path)] == given


@pytest.mark.parametrize("source", SHIPPED["freepbx"])
@roomy
@given(numbers, ids, moments, uniques)
def test_names(source: str, number: str, extension: str, start: datetime, unique: str) -> None:
    values = {
        "customer_number": number,
        "agent_id": extension,
        "queue": extension,
        "call_id": unique,
    }
    moment = start.astimezone(ZONE).strftime("%Y%m%d-%H%M%S")
    name = source.replace("{started_at:%Y%m%d-%H%M%S}", moment)
    for field in ("did", "caller", "extension", "ring_group"):
        name = name.replace(f"{{{field}}}", extension)
    named = {field for field in values if f"{{{field}}}" in name}
    for field, value in values.items():
        name = name.replace(f"{{{field}}}", value)
    record = read_name(Path(f"{name}.wav"), templates(["freepbx"], ZONE))
    assert record is not None
    assert (record.call_id, record.started_at) == (unique, start)
    for field in named:
        assert getattr(record, field) == values[field]

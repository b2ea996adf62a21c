from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.domain.call import CallRecord, Direction, EndedBy, Role
from qa.domain.records import Refusal, RunReport, Stopped
from qa.domain.signals import DeadAir, Hold, Overlap, ResponseGap, Signals
from qa.domain.sound import ChannelQuality, Fault, RecordingQuality
from qa.domain.transcript import DroppedText, Span, Turn, Word
from qa.domain.wording import Reason
from qa.store import serial
from qa.store.columns import PackedJson, UtcDateTime, storable, to_json

seconds = st.floats(min_value=0, max_value=1e6, allow_nan=False)
shares = st.floats(min_value=0, max_value=1)
decibels = st.floats(min_value=-100, max_value=0)
anything = st.text(max_size=20)
roles = st.sampled_from(Role)
moments = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis adds the offset itself
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001 - idem
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=8)), timezone(timedelta(hours=-3.5))]),
)
spans = st.builds(Span, seconds, seconds)
words = st.builds(Word, seconds, seconds, anything, shares, anything)
turns = st.builds(Turn, roles, seconds, seconds, anything, st.lists(words, max_size=4).map(tuple))
dropped = st.builds(DroppedText, seconds, seconds, anything, anything)
signals = st.builds(
    Signals,
    duration_s=seconds,
    activity=st.dictionaries(roles, st.lists(spans, max_size=3).map(tuple)),
    silences=st.lists(spans, max_size=3).map(tuple),
    overlaps=st.lists(st.builds(Overlap, seconds, seconds, roles, st.booleans()), max_size=3).map(
        tuple
    ),
    response_gaps=st.lists(st.builds(ResponseGap, seconds, seconds, roles), max_size=3).map(tuple),
    talk_share=st.dictionaries(roles, shares),
    speech_rate=st.dictionaries(roles, seconds),
    overlap_confidence=shares,
    ringback=st.lists(spans, max_size=3).map(tuple),
    holds=st.lists(
        st.builds(Hold, seconds, seconds, st.sampled_from(["silence", "music"])), max_size=3
    ).map(tuple),
    dead_air=st.lists(st.builds(DeadAir, seconds, seconds, roles), max_size=3).map(tuple),
    level_dbfs=st.dictionaries(roles, decibels),
    measured=st.booleans(),
)
channel_qualities = st.builds(ChannelQuality, st.none() | decibels, decibels, shares, shares)
qualities = st.builds(
    RecordingQuality,
    st.lists(channel_qualities, max_size=2).map(tuple),
    st.lists(st.sampled_from(get_args(Fault)), max_size=3).map(tuple),
)
params = st.dictionaries(anything, st.one_of(anything, st.integers(), seconds), max_size=3)
reasons = st.builds(Reason, anything, params)
records = st.builds(
    CallRecord,
    call_id=anything,
    agent_id=st.none() | anything,
    customer_number=st.none() | anything,
    direction=st.sampled_from(Direction),
    started_at=st.none() | moments,
    ring_seconds=st.none() | seconds,
    rings=st.none() | st.integers(0, 99),
    ended_by=st.sampled_from(EndedBy),
    agent_channel=st.none() | st.sampled_from([0, 1]),
    queue=st.none() | anything,
    language=st.none() | st.sampled_from(["zh", "en"]),
    attributes=st.dictionaries(anything, anything, max_size=3),
)
refusals = st.builds(
    Refusal, records, anything, st.none() | anything, anything, reasons, st.none() | qualities
)
counts = st.integers(0, 10**6)
reports = st.builds(
    RunReport,
    started_at=moments,
    finished_at=moments,
    found=counts,
    scored=counts,
    rescored=counts,
    done_before=counts,
    duplicates=counts,
    refusals=st.lists(refusals, max_size=3).map(tuple),
    audio_s=seconds,
    wall_s=seconds,
    stage_s=st.dictionaries(anything, seconds, max_size=3),
    warnings=st.lists(anything, max_size=3).map(tuple),
    retried=counts,
    quarantined=st.lists(refusals, max_size=2).map(tuple),
    waiting=st.lists(anything, max_size=3).map(tuple),
    put_off=counts,
    stopped=st.sampled_from(get_args(Stopped)),
    left=counts,
    error=anything,
)


def through_the_database(stored: Any) -> Any:
    return json.loads(to_json(stored))


@given(turns)
def test_a_turn_comes_back_as_it_was(turn: Turn) -> None:
    assert serial.turn_from_json(through_the_database(serial.turn_to_json(turn))) == turn


@given(dropped)
def test_dropped_text_comes_back_as_it_was(text: DroppedText) -> None:
    assert serial.dropped_from_json(through_the_database(serial.dropped_to_json(text))) == text


@given(signals)
def test_signals_come_back_as_they_were(measured: Signals) -> None:
    stored = through_the_database(serial.signals_to_json(measured))
    assert serial.signals_from_json(stored) == measured


@given(st.none() | qualities)
def test_recording_quality_comes_back_as_it_was(quality: RecordingQuality | None) -> None:
    stored = through_the_database(serial.quality_to_json(quality))
    assert serial.quality_from_json(stored) == quality


def test_a_word_has_a_fifth_element_only_where_the_original_differs() -> None:
    words = (Word(0.0, 0.5, "云", 0.9, "雲"), Word(0.5, 1.0, "帆", 0.8))
    stored = serial.turn_to_json(Turn(Role.AGENT, 0.0, 1.0, "云帆", words))
    assert stored["words"] == [[0.0, 0.5, "云", 0.9, "雲"], [0.5, 1.0, "帆", 0.8]]


@given(records)
def test_a_call_record_comes_back_as_it_was(record: CallRecord) -> None:
    assert serial.record_from_json(through_the_database(serial.record_to_json(record))) == record


@given(reports)
def test_a_run_report_comes_back_as_it_was(report: RunReport) -> None:
    assert serial.report_from_json(through_the_database(serial.report_to_json(report))) == report


@given(reports)
def test_a_report_of_an_earlier_version_reads_with_nothing_in_its_later_fields(
    report: RunReport,
) -> None:
    later = ("retried", "quarantined", "waiting", "put_off", "stopped", "left", "error")
    stored = through_the_database(serial.report_to_json(report))
    read = serial.report_from_json({k: v for k, v in stored.items() if k not in later})
    assert read.refusals == report.refusals
    assert [getattr(read, name) for name in later] == [0, (), (), 0, "", 0, ""]


@given(st.text(st.characters(codec=None), max_size=20))
def test_json_keeps_every_text_and_is_itself_valid_utf_8(text: str) -> None:
    stored = to_json([text])
    stored.encode("utf-8")
    assert json.loads(stored) == [text]


def test_chinese_is_stored_as_itself() -> None:
    assert to_json({"text": "您好"}) == '{"text":"您好"}'


@pytest.mark.parametrize("figure", [float("nan"), float("inf")])
def test_a_figure_that_is_no_number_is_refused(figure: float) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        to_json({"confidence": figure})


def test_file_names_that_are_not_utf_8_are_storable_and_stay_different() -> None:
    names = [bytes([0xB0, 0xA1, last]).decode("utf-8", "surrogateescape") for last in (0xFE, 0xFF)]
    stored = [storable(name) for name in [*names, "a\x00b"]]
    assert stored == ["\\udcb0\\udca1\\udcfe", "\\udcb0\\udca1\\udcff", "a\\x00b"]


@given(st.lists(st.lists(shares, max_size=50), max_size=2))
def test_peaks_come_back_exactly(peaks: list[list[float]]) -> None:
    column: Any = PackedJson()
    packed = column.process_bind_param(peaks, None)
    assert column.process_result_value(packed, None) == peaks


def test_a_time_without_an_offset_is_refused() -> None:
    column: Any = UtcDateTime()
    with pytest.raises(ValueError, match="without a UTC offset"):
        column.process_bind_param(datetime(2026, 3, 1, 9, 0), None)  # noqa: DTZ001 - the point

"""Templates of file names."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import PurePath
from zoneinfo import ZoneInfo

import pytest

from qa.domain.call import CallRecord, Direction
from qa.domain.errors import SettingsInvalid
from qa.interop.names import MAX_NAME, read_name, templates

SHANGHAI = ZoneInfo("Asia/Shanghai")
AT = datetime(2026, 5, 1, 2, 15, tzinfo=UTC)


def _read(name: str, *sources: str) -> CallRecord | None:
    return read_name(PurePath(name), templates(sources, SHANGHAI))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "q-600-13800138000-20260501-101500-1777601700.16.wav",
            CallRecord("1777601700.16", None, "13800138000", Direction.INBOUND, AT, queue="600"),
        ),
        (
            "in-4001234567-13800138000-20260501-101500-1777601700.16.wav",
            CallRecord(
                "1777601700.16",
                None,
                "13800138000",
                Direction.INBOUND,
                AT,
                attributes={"did": "4001234567"},
            ),
        ),
        (
            "out-13900139000-1003-20260501-101500-1777601700.16.WAV",
            CallRecord("1777601700.16", "1003", "13900139000", Direction.OUTBOUND, AT),
        ),
        (
            "exten-1001-anonymous-20260501-101500-1777601700.16.wav",
            CallRecord("1777601700.16", "1001", started_at=AT, attributes={"caller": "anonymous"}),
        ),
        (
            "external-1001-+8613800138000-20260501-101500-1777601700.16.wav",
            CallRecord("1777601700.16", "1001", "+8613800138000", Direction.INBOUND, AT),
        ),
        ("rg-600-a-b-20260501-101500-1777601700.16.wav", None),
        ("in-1-2-20261301-101500-1.1.wav", None),
        ("meeting.wav", None),
    ],
)
def test_freepbx_names_are_read(name: str, expected: CallRecord | None) -> None:
    assert _read(name, "freepbx") == expected


def test_older_names_of_issabel_are_read() -> None:
    assert _read("OUT702-20260501-101500-1777601700.16.wav", "issabel") == CallRecord(
        "1777601700.16", "702", direction=Direction.OUTBOUND, started_at=AT
    )
    queued = _read("q600-20260501-101500-1777601700.16.wav", "issabel")
    assert queued is not None
    assert queued.queue == "600"


def test_a_template_may_name_folders_an_ending_and_what_does_not_matter() -> None:
    source = "{queue}/{*}_{agent_id}_{direction}_{note}.wav"
    assert _read("/calls/售后/x_7_out_早班.wav", source) == CallRecord(
        "", "7", direction=Direction.OUTBOUND, queue="售后", attributes={"note": "早班"}
    )
    assert _read("/calls/售后/x_7_out_早班.mp3", source) is None


def test_the_first_template_that_fits_counts() -> None:
    found = _read("7-C1.wav", "{queue}_{call_id}", "{agent_id}-{call_id}", "{call_id}")
    assert found == CallRecord("C1", "7")


def test_moments_may_be_written_in_any_form_and_zone() -> None:
    for name, form in (
        ("2026-05-01T10.15.00", "%Y-%m-%dT%H.%M.%S"),
        ("20260501021500+0000", "%Y%m%d%H%M%S%z"),
        ("1777601700", "%s"),
    ):
        found = _read(f"{name}.wav", f"{{started_at:{form}}}")
        assert found is not None
        assert found.started_at == AT


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("plain.wav", "no field"),
        ("{agent_id}{", "brace"),
        ("{Agent}", "brace"),
        ("{agent_id}-{agent_id}", "twice"),
        ("{started_at:%Y%j}", "%j"),
        ("{agent_id:%Y}", "form"),
        ("{agent_id}" * 40, "longer"),
    ],
)
def test_a_template_that_cannot_be_used_says_why(source: str, said: str) -> None:
    with pytest.raises(SettingsInvalid, match=said):
        templates([source])


def test_names_that_hide_something_are_not_read() -> None:
    assert _read("7-C\u202e1.wav", "{agent_id}-{call_id}") is None
    assert _read("7-C\n1.wav", "{agent_id}-{call_id}") is None
    assert _read("7-" + "C" * MAX_NAME + ".wav", "{agent_id}-{call_id}") is None


def test_a_hostile_name_takes_no_longer_than_another() -> None:
    source = "{a1}-{*}-{*}-{*}-{*}-{*}-{*}-{b1}x"
    began = time.thread_time()
    assert _read("-".join("a" * 500) + ".wav", source) is None
    assert time.thread_time() - began < 0.5

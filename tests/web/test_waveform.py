from __future__ import annotations

from dataclasses import replace

import pytest

from qa.domain.call import CallRecord, Role
from qa.domain.records import CallDetail, Hearing, Peaks, RecordingFacts
from qa.domain.signals import Signals
from qa.domain.transcript import Transcript
from webapp.calls.waveform import DRAWN, lane_roles, waveform


def _recording() -> RecordingFacts:
    peaks = Peaks(20, ((0.5, 0.5), (0.0, 0.0)))
    return RecordingFacts("ab", "call.wav", 0.1, 8000, 2, "stereo", peaks, "audio/ab/ab.flac")


def _hearing(speaker_confidence: float) -> Hearing:
    transcript = Transcript("en", (), speaker_confidence=speaker_confidence)
    signals = Signals(0.1, {}, (), (), (), {}, {}, 1.0)
    return Hearing("print", transcript, signals, {})


@pytest.mark.parametrize(
    ("speaker_confidence", "lanes"),
    [(1.0, [Role.CUSTOMER, Role.AGENT]), (0.97, [Role.UNKNOWN, Role.UNKNOWN])],
)
def test_a_lane_is_a_partys_only_where_channels_told_the_parties_apart(
    speaker_confidence: float, lanes: list[Role]
) -> None:
    record = CallRecord(call_id="C1", agent_channel=1)
    assert lane_roles(record, _recording(), _hearing(speaker_confidence)) == lanes


def test_a_long_call_is_drawn_from_no_more_than_a_screen_needs() -> None:
    quiet, loud = (0.25,) * 25 * 3600, (0.0, 0.75, *(0.0,) * (25 * 3600 - 2))
    recording = replace(_recording(), duration_s=3600.0, peaks=Peaks(25, (quiet, loud)))
    lanes = waveform(_detail(recording), recording, ())["peaks"]
    assert all(DRAWN / 2 < len(lane) <= DRAWN for lane in lanes)
    assert set(lanes[0]) == {0.25}
    assert lanes[1][0] == 0.75


def _detail(recording: RecordingFacts) -> CallDetail:
    return CallDetail("id", CallRecord("C1"), recording, None, None, None, "call.wav", "ab", None)

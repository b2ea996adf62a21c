from __future__ import annotations

import pytest

from qa.domain.call import CallRecord, Role
from qa.domain.records import Hearing, Peaks, RecordingFacts
from qa.domain.signals import Signals
from qa.domain.transcript import Transcript
from webapp.calls.waveform import lane_roles


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

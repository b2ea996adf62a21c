"""The transcript line keeps its contract: keys are added, none is changed or taken away."""

from __future__ import annotations

import json

from qa.domain.call import Role
from qa.domain.records import Hearing
from qa.domain.signals import DeadAir, Hold, Overlap, ResponseGap, Signals
from qa.domain.sound import ChannelQuality, RecordingQuality
from qa.domain.transcript import DroppedText, Span, Transcript, Turn, Word
from qa.services.export import transcript_line

WORDS = (Word(0.5, 0.804, "云帆", 0.91234, "雲帆"), Word(0.804, 1.2, "您好", 0.5))
TRANSCRIPT = Transcript(
    "zh",
    (Turn(Role.AGENT, 0.5, 1.2, "云帆您好", WORDS),),
    (DroppedText(60.0, 62.0, "请订阅", "outro"),),
)
SIGNALS = Signals(
    duration_s=78.123,
    activity={Role.AGENT: (Span(0.5, 1.2),)},
    silences=(Span(4.0, 9.0),),
    overlaps=(Overlap(10.0, 10.5, Role.CUSTOMER, backchannel=True),),
    response_gaps=(ResponseGap(1.2, 2.0, Role.CUSTOMER),),
    talk_share={Role.AGENT: 0.61234, Role.CUSTOMER: 0.38766},
    speech_rate={Role.AGENT: 240.55},
    overlap_confidence=1.0,
    ringback=(Span(0.0, 0.4),),
    holds=(Hold(30.0, 52.0, "music"),),
    dead_air=(DeadAir(60.0, 66.0, Role.AGENT),),
    level_dbfs={Role.AGENT: -21.456},
)
QUALITY = RecordingQuality(
    (ChannelQuality(-21.456, -58.0, 0.00012, 0.02), ChannelQuality(None, -100.0, 0.0, 0.0)),
    ("silent_channel",),
)


def test_a_transcript_line_holds_what_the_contract_names_and_what_was_added() -> None:
    line = transcript_line("C1", Hearing("print", TRANSCRIPT, SIGNALS, {}, QUALITY))
    assert json.loads(json.dumps(line, allow_nan=False)) == {
        "call_id": "C1",
        "language": "zh",
        "turns": [
            {
                "speaker": "agent",
                "start_s": 0.5,
                "end_s": 1.2,
                "text": "云帆您好",
                "words": [
                    {
                        "start_s": 0.5,
                        "end_s": 0.8,
                        "text": "云帆",
                        "confidence": 0.912,
                        "original": "雲帆",
                    },
                    {"start_s": 0.8, "end_s": 1.2, "text": "您好", "confidence": 0.5},
                ],
            }
        ],
        "role_confidence": 1.0,
        "speaker_confidence": 1.0,
        "quality": {
            "channels": [
                {
                    "speech_dbfs": -21.5,
                    "noise_dbfs": -58.0,
                    "snr_db": 36.5,
                    "clipped": 0.0001,
                    "bleed": 0.02,
                },
                {
                    "speech_dbfs": None,
                    "noise_dbfs": -100.0,
                    "snr_db": None,
                    "clipped": 0.0,
                    "bleed": 0.0,
                },
            ],
            "faults": ["silent_channel"],
        },
        "signals": {
            "duration_s": 78.12,
            "talk_share": {"agent": 0.612, "customer": 0.388},
            "speech_rate": {"agent": 240.6},
            "level_dbfs": {"agent": -21.5},
            "silences": [{"start_s": 4.0, "end_s": 9.0}],
            "overlaps": [
                {"start_s": 10.0, "end_s": 10.5, "started_by": "customer", "backchannel": True}
            ],
            "overlap_confidence": 1.0,
            "response_gaps": [{"start_s": 1.2, "end_s": 2.0, "responder": "customer"}],
            "ringback": [{"start_s": 0.0, "end_s": 0.4}],
            "holds": [{"start_s": 30.0, "end_s": 52.0, "sound": "music"}],
            "dead_air": [{"start_s": 60.0, "end_s": 66.0, "awaited": "agent"}],
        },
    }


def test_a_call_that_an_earlier_version_heard_has_no_quality() -> None:
    assert transcript_line("C1", Hearing("print", TRANSCRIPT, SIGNALS, {}))["quality"] is None


def test_refused_text_is_no_part_of_a_transcript() -> None:
    line = transcript_line("C1", Hearing("print", TRANSCRIPT, SIGNALS, {}, QUALITY))
    assert "请订阅" not in json.dumps(line, ensure_ascii=False)

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import soundfile

from bench.calls import recording
from bench.calls.__main__ import CALLS
from bench.calls.call import BenchCall, read_calls, truth
from bench.samples.timeline import TAIL_S, Span, Timeline
from qa.audio.decode import FileDecoder
from qa.ports import SAMPLE_RATE

SET = read_calls(CALLS / "dialogues")
MOST_BYTES_IN_ALL = 5_000_000

each_call = pytest.mark.parametrize("call", SET, ids=[call.name for call in SET])


def audio(call: BenchCall) -> Path:
    return CALLS / "audio" / f"{call.name}.ogg"


def told(call: BenchCall) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(
        (CALLS / "truth" / f"{call.name}.json").read_text(encoding="utf-8")
    )
    return document


def spans(items: list[dict[str, Any]]) -> tuple[Span, ...]:
    return tuple(
        Span(
            item["start_s"],
            item["end_s"],
            item.get("started_by", item.get("speaker")),
            item.get("backchannel", False),
        )
        for item in items
    )


def sides(call: BenchCall) -> str:
    """Whether both voices are of one sex: where telling them apart is hard."""
    return call.pair if call.pair in ("f-f", "m-m") else "mixed"


def test_every_call_has_its_dialogue_its_recording_and_its_truth() -> None:
    names = {call.name for call in SET}
    assert {path.stem for path in (CALLS / "audio").iterdir()} == names
    assert {path.stem for path in (CALLS / "truth").iterdir()} == names


@each_call
def test_the_truth_tells_what_was_written(call: BenchCall) -> None:
    given = told(call)
    laid_out = Timeline(
        turns=spans(given["turns"]),
        holds=spans(given["holds"]),
        overlaps=spans(given["overlaps"]),
        duration_s=soundfile.info(audio(call)).duration,
    )
    assert given == truth(call, laid_out)
    turns = call.dialogue.turns
    assert len(given["holds"]) == sum(turn.hold_s > 0 for turn in turns)
    assert [item["backchannel"] for item in given["overlaps"]] == [
        turn.backchannel for turn in turns if turn.overlap_s
    ]


@each_call
def test_the_recording_agrees_with_the_truth(call: BenchCall) -> None:
    assert recording.measure(CALLS, call.name).faults == ()


@each_call
def test_the_decoder_reads_the_whole_recording_and_both_of_its_channels(call: BenchCall) -> None:
    decoded = FileDecoder().decode(audio(call))
    end_s = max(turn["end_s"] for turn in told(call)["turns"])
    assert len(decoded.channels) == 2
    assert len(decoded.channels[0]) / SAMPLE_RATE == pytest.approx(end_s + TAIL_S, abs=0.01)


@each_call
def test_the_voices_of_a_call_differ_and_speak_its_language(call: BenchCall) -> None:
    styles = [voice.style for voice in call.dialogue.voices.values()]
    assert len(set(styles)) == len(styles)
    assert {style[0] for style in styles} <= {"zh": {"z"}, "en": {"a", "b"}}[call.dialogue.language]


def test_the_set_is_small_enough_for_the_repository() -> None:
    assert sum(audio(call).stat().st_size for call in SET) < MOST_BYTES_IN_ALL


def test_languages_directions_and_channels_are_balanced() -> None:
    ways = Counter((call.dialogue.language, call.dialogue.direction) for call in SET)
    assert ways == {
        (language, direction): 11
        for language in ("zh", "en")
        for direction in ("inbound", "outbound")
    }
    channels = Counter((call.dialogue.direction, call.dialogue.agent_channel) for call in SET)
    assert set(channels.values()) == {11}


def test_pairs_of_voices_are_balanced() -> None:
    assert Counter(sides(call) for call in SET) == {"f-f": 15, "m-m": 15, "mixed": 14}
    pairs = Counter((call.dialogue.language, sides(call)) for call in SET)
    assert set(pairs.values()) == {7, 8}


def test_most_outbound_calls_begin_with_the_customer() -> None:
    first = Counter((call.dialogue.direction, call.dialogue.turns[0].speaker) for call in SET)
    assert first == {
        ("outbound", "customer"): 20,
        ("outbound", "agent"): 2,
        ("inbound", "agent"): 19,
        ("inbound", "customer"): 3,
    }


def test_holds_transfers_overlaps_and_back_channels_are_there() -> None:
    calls = [call.dialogue for call in SET]
    assert sum(any(turn.hold_s for turn in call.turns) for call in calls) == 4
    assert sum(len(call.voices) == 3 for call in calls) == 3
    cut_in = [turn for call in calls for turn in call.turns if turn.overlap_s]
    assert Counter(turn.backchannel for turn in cut_in) == {False: 8, True: 4}
    assert {turn.speaker for turn in cut_in if turn.backchannel} == {"agent", "customer"}


def test_a_colleague_who_takes_over_is_the_agent_with_another_voice() -> None:
    for call in SET:
        if "colleague" in call.dialogue.voices:
            assert {t.speaker for t in call.dialogue.turns if t.voice == "colleague"} == {"agent"}


def test_a_recording_with_the_same_sound_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "call.ogg"
    samples, _ = soundfile.read(audio(SET[0]), frames=8_000, dtype="float32")
    recording.write(path, samples)
    before = path.stat().st_mtime_ns, path.read_bytes()
    recording.write(path, samples)
    assert (path.stat().st_mtime_ns, path.read_bytes()) == before
    recording.write(path, samples[::-1])
    assert path.read_bytes() != before[1]

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from bench.samples.check import measure, measured
from bench.samples.dialogue import dialogue
from bench.samples.sample import read_samples
from bench.samples.telephone import RATE_HZ, Samples
from bench.samples.truth import write_manifest

FOLDER = Path(__file__).resolve().parents[2] / "samples"
SET = read_samples(FOLDER / "dialogues")
NAME = "en-higher-bill"


def written(**last: Any) -> dict[str, Any]:
    """A small dialogue as its file holds it, with options for the last turn."""
    return {
        "name": "small",
        "language": "en",
        "shows": "Two turns.",
        "record": {"direction": "inbound", "agent_channel": 1},
        "voices": {
            "agent": {"style": "af_heart", "speed": 1.0, "level_db": -20},
            "customer": {"style": "am_puck", "speed": 1.0, "level_db": -20},
        },
        "turns": [{"agent": "Hello."}, {"customer": "Hello.", **last}],
    }


def stereo_and_truth() -> tuple[Samples, dict[str, Any]]:
    samples, _ = soundfile.read(FOLDER / "stereo" / f"{NAME}.wav", dtype="float32")
    return samples, json.loads((FOLDER / "truth" / f"{NAME}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [sample.name for sample in SET])
def test_a_sample_agrees_with_its_truth(name: str) -> None:
    assert measure(FOLDER, name).faults == ()


def test_the_manifest_is_the_one_that_the_dialogues_give(tmp_path: Path) -> None:
    path = tmp_path / "manifest.csv"
    write_manifest(path, SET)
    assert path.read_text(encoding="utf-8") == (FOLDER / "manifest.csv").read_text(encoding="utf-8")


def test_speech_outside_of_every_turn_is_a_fault() -> None:
    samples, truth = stereo_and_truth()
    stray = truth["turns"].pop(4)
    assert truth["agent_channel"] == 1
    assert measured(truth, samples, []).faults == (
        f"the agent is heard at {stray['start_s'] + 0.01:.2f} s, outside of every turn",
    )


def test_a_turn_that_is_not_heard_is_a_fault() -> None:
    samples, truth = stereo_and_truth()
    turn = truth["turns"][5]
    samples[round(turn["start_s"] * RATE_HZ) : round(turn["end_s"] * RATE_HZ), 0] = 0.0
    assert measured(truth, samples, []).faults == (
        f"turn at {turn['start_s']} s is not heard from start to end",
    )


def test_channels_the_wrong_way_round_are_found() -> None:
    samples, truth = stereo_and_truth()
    assert measured(truth, np.ascontiguousarray(samples[:, ::-1]), []).faults


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"backchannel": True}, "a back-channel lies within"),
        ({"voice": "colleague"}, "voices and turns do not agree"),
        ({"overlap_s": 0.5, "pause_s": 1.0}, "neither pause nor hold"),
        ({"loud": True}, "unknown options"),
        ({"agent": "Hello."}, "one speaker a turn"),
    ],
)
def test_a_dialogue_that_contradicts_itself_is_refused(
    options: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        dialogue(written(**options))


def test_a_turn_is_spoken_by_its_party_and_says_what_is_written() -> None:
    last = dialogue(written()).turns[-1]
    assert (last.speaker, last.voice, last.say, last.backchannel) == (
        "customer",
        "customer",
        "Hello.",
        False,
    )

"""The tools people use now, on the same weights: the ``whisper`` command line, faster-whisper, pyannote.

Each runs in a process of its own, so that its time includes what a user waits for.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench.speech import processes
from bench.speech.figure import CACHE
from bench.speech.ours import MODELS
from models.registry import Registry

WHISPER = "whisper-base"


@dataclass(frozen=True, slots=True)
class Transcribed:
    """What a rival heard, by file in the order given, a text per channel; and its seconds."""

    texts: tuple[tuple[str, ...], ...]
    wall_s: float


@dataclass(frozen=True, slots=True)
class Diarized:
    """Speakers that a rival found in each file, and its seconds."""

    speakers: tuple[int, ...]
    wall_s: float


def whisper_command(recordings: Sequence[Path]) -> Transcribed:
    """openai-whisper's command line with its defaults (beam of 5), all files in one call.

    It mixes the channels of a file into one, so there is one text per file.
    """
    with tempfile.TemporaryDirectory() as folder:
        ended = processes.run(
            [
                Path(sys.executable).with_name("whisper"),
                *recordings,
                *("--model", _checkpoint()),
                *("--threads", str(processes.cores())),
                *("--output_dir", folder),
                *("--output_format", "json"),
                *("--verbose", "False"),
            ]
        )
        texts = tuple(
            (json.loads((Path(folder) / f"{path.stem}.json").read_text("utf-8"))["text"],)
            for path in recordings
        )
    return Transcribed(texts, ended.wall_s)


@cache
def faster_whisper(recordings: tuple[Path, ...]) -> Transcribed:
    """faster-whisper's ``transcribe`` with its defaults (beam of 5) on each channel, int8."""
    ended = processes.run(
        [
            *(sys.executable, "-m", "bench.speech.plain_faster_whisper"),
            Registry(MODELS).folder(WHISPER),
            str(processes.cores()),
            *recordings,
        ],
        settings={"PYTHONPATH": str(_ROOT)},
    )
    return Transcribed(tuple(tuple(texts) for texts in json.loads(ended.stdout)), ended.wall_s)


def pyannote(recordings: Sequence[Path]) -> Diarized:
    """pyannote.audio's ``SpeakerDiarization`` with its defaults and two speakers."""
    registry = Registry(MODELS)
    ended = processes.run(
        [
            *(sys.executable, "-m", "bench.speech.plain_pyannote"),
            registry.path("pyannote-segmentation"),
            registry.path("campplus"),
            *recordings,
        ],
        settings={"PYTHONPATH": str(_ROOT)},
    )
    return Diarized(tuple(json.loads(ended.stdout)), ended.wall_s)


def prepare() -> None:
    """Write the checkpoint that the ``whisper`` command loads, so that no timed run has to."""
    _checkpoint()


_ROOT = Path(__file__).resolve().parent.parent.parent


@cache
def _checkpoint() -> Path:
    """The packaged weights as openai-whisper keeps them."""
    path = CACHE / f"{WHISPER}.pt"
    if path.is_file():
        return path
    import torch

    from models.ct2_whisper import read_whisper

    weights = read_whisper(Registry(MODELS).folder(WHISPER))
    state = {name: torch.from_numpy(array) for name, array in weights.state.items()}
    unfinished = path.with_suffix(".part")
    torch.save({"dims": dict(weights.dimensions), "model_state_dict": state}, unfinished)
    unfinished.replace(path)
    return path

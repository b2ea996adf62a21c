"""The recordings with a known truth: the sample calls, the made calls, and pyannote's telephone sample."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import yaml

from bench.samples_report import SAMPLES
from bench.speech.figure import CACHE, CannotMeasure
from bench.speech.scores import Span

CALLS = Path(__file__).resolve().parent.parent / "calls"
PARTIES = ("agent", "customer")
Form = Literal["stereo", "mono"]


@dataclass(frozen=True, slots=True)
class Turn:
    """What one party said, and when. ``voice`` is the party's, or that of a colleague who took over."""

    speaker: str
    voice: str
    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A file to hear, and what its manifest row says. ``agent_channel`` is ``None`` where it is not told."""

    call_id: str
    path: Path
    direction: str = ""
    agent_channel: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One call whose truth is known.

    Attributes:
        agent_channel: The agent's in the stereo form.
        pair: The sexes of the two voices: ``f-f``, ``f-m`` or ``m-m``.
    """

    name: str
    language: str
    direction: str
    agent_channel: int
    pair: str
    turns: tuple[Turn, ...]
    stereo: Path
    mono: Path

    def recording(self, form: Form, *, with_map: bool = False) -> Recording:
        """The file of one form; ``with_map`` tells the agent's channel."""
        told = self.agent_channel if with_map and form == "stereo" else None
        path = self.stereo if form == "stereo" else self.mono
        return Recording(f"{self.name}-{form}", path, self.direction, told)

    def said(self, speaker: str) -> str:
        """All words of one party, in order."""
        return " ".join(turn.text for turn in self.turns if turn.speaker == speaker)

    def agent_spans(self) -> list[Span]:
        """When the agent's side speaks."""
        return [(turn.start_s, turn.end_s) for turn in self.turns if turn.speaker == "agent"]

    def voices(self) -> dict[str, list[Span]]:
        """When each voice speaks."""
        spans: dict[str, list[Span]] = {}
        for turn in self.turns:
            spans.setdefault(turn.voice, []).append((turn.start_s, turn.end_s))
        return spans


def samples() -> tuple[Call, ...]:
    """The sample calls."""
    return tuple(
        _call(SAMPLES, name, SAMPLES / "stereo" / f"{name}.wav", SAMPLES / "mono" / f"{name}.wav")
        for name in _names(SAMPLES)
    )


def made_calls(most: int | None = None) -> tuple[Call, ...]:
    """The calls made for these figures, at most so many; their mono form is the sum of the channels."""
    calls = []
    for name in _names(CALLS)[:most]:
        stereo = CALLS / "audio" / f"{name}.ogg"
        calls.append(_call(CALLS, name, stereo, _mixed(stereo)))
    return tuple(calls)


def telephone_sample() -> tuple[Path, dict[str, list[Span]]]:
    """The telephone conversation that pyannote.audio ships, and who speaks when in it."""
    found = find_spec("pyannote.audio")
    if found is None or not found.submodule_search_locations:
        raise CannotMeasure('pyannote.audio is not installed: pip install "call-qa[speech]"')
    folder = Path(found.submodule_search_locations[0]) / "sample"
    speakers: dict[str, list[Span]] = {}
    for line in (folder / "sample.rttm").read_text(encoding="utf-8").splitlines():
        fields = line.split()
        start_s, duration_s = float(fields[3]), float(fields[4])
        speakers.setdefault(fields[7], []).append((start_s, start_s + duration_s))
    return folder / "sample.wav", speakers


def write_manifest(path: Path, recordings: Iterable[Recording]) -> None:
    """Write the manifest that tells ``qa run`` of these recordings."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(("recording", "call_id", "direction", "agent_channel"))
        for one in recordings:
            channel = "" if one.agent_channel is None else one.agent_channel
            rows.writerow((one.path.absolute(), one.call_id, one.direction, channel))


def _names(folder: Path) -> list[str]:
    # By subject, which comes after the language, so that the first few are of both.
    names = sorted(
        (path.stem for path in (folder / "truth").glob("*.json")),
        key=lambda name: name.partition("-")[2],
    )
    if not names:
        raise CannotMeasure(f"{folder} holds no calls; its README says how they are made")
    return names


def _call(folder: Path, name: str, stereo: Path, mono: Path) -> Call:
    truth: dict[str, Any] = json.loads((folder / "truth" / f"{name}.json").read_text("utf-8"))
    dialogue: dict[str, Any] = yaml.safe_load(
        (folder / "dialogues" / f"{name}.yaml").read_text("utf-8")
    )
    # A voice is named for its language and sex: zf_xiaoyi, bm_fable.
    sexes = sorted(dialogue["voices"][party]["style"][1] for party in PARTIES)
    return Call(
        name=name,
        language=truth["language"],
        direction=dialogue["record"]["direction"],
        agent_channel=truth["agent_channel"],
        pair="-".join(sexes),
        turns=tuple(
            Turn(
                speaker=turn["speaker"],
                voice=turn.get("voice", turn["speaker"]),
                start_s=turn["start_s"],
                end_s=turn["end_s"],
                text=turn["text"],
            )
            for turn in truth["turns"]
        ),
        stereo=stereo,
        mono=mono,
    )


def _mixed(stereo: Path) -> Path:
    """The sum of both channels, made once."""
    import soundfile

    mono = CACHE / "calls-mono" / f"{stereo.stem}.wav"
    if not mono.is_file() or mono.stat().st_mtime < stereo.stat().st_mtime:
        mono.parent.mkdir(parents=True, exist_ok=True)
        samples, rate_hz = soundfile.read(stereo, dtype="float32", always_2d=True)
        soundfile.write(mono, samples.sum(axis=1).clip(-1.0, 1.0), rate_hz, subtype="PCM_16")
    return mono

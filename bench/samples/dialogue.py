"""A call as it is written: who says what, with which voice, and when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml

Speaker = Literal["agent", "customer"]
Direction = Literal["inbound", "outbound"]
SPEAKERS: tuple[Speaker, Speaker] = ("agent", "customer")
Written = TypeVar("Written")


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice and how loud its party comes down the line.

    style: name of a Kokoro voice style, such as ``zf_xiaoyi``: language, sex, name.
    speed: 1.0 is the voice's own pace; above 1 is faster.
    level_db: RMS level of the speech, dB relative to full scale.
    """

    style: str
    speed: float
    level_db: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of speech.

    speaker: the party; its channel is where the turn is heard.
    voice: which of the dialogue's voices speaks: the party's own, unless a colleague takes over.
    text: the words, as a careful transcriber would write them.
    say: what the voice is given where the spelling would mislead it; usually the same.
    pause_s: seconds of line noise before the turn; None means the usual pause.
    overlap_s: seconds by which the turn starts before the other party has finished.
    hold_s: seconds of digital silence on both channels before the turn.
    backchannel: a word of assent while the other goes on speaking, no attempt to take the turn.
    """

    speaker: Speaker
    voice: str
    text: str
    say: str
    pause_s: float | None
    overlap_s: float
    hold_s: float
    backchannel: bool


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One call to be spoken.

    language: ``zh`` or ``en``.
    shows: what the call is there for, in a sentence or two.
    voices: by name; ``agent``, ``customer`` and those that turns name besides.
    """

    name: str
    language: str
    shows: str
    direction: Direction
    agent_channel: int
    voices: dict[str, Voice]
    turns: tuple[Turn, ...]


def read_folder(folder: Path, build: Callable[[dict[str, Any]], Written]) -> list[Written]:
    """What `build` makes of each YAML file of a folder, by file name.

    Raises ValueError that names the file and what is wrong in it.
    """
    return [_read(path, build) for path in sorted(folder.glob("*.yaml"))]


def dialogue(data: dict[str, Any]) -> Dialogue:
    """The dialogue in a file's `data`; KeyError, TypeError or ValueError says what is wrong."""
    voices = {str(name): Voice(**voice) for name, voice in data["voices"].items()}
    turns = tuple(_turn(item) for item in data["turns"])
    if silent := voices.keys() ^ {turn.voice for turn in turns}:
        raise ValueError(f"voices and turns do not agree on {sorted(silent)}")
    return Dialogue(
        name=data["name"],
        language=data["language"],
        shows=" ".join(data["shows"].split()),
        direction=data["record"]["direction"],
        agent_channel=data["record"]["agent_channel"],
        voices=voices,
        turns=turns,
    )


def _read(path: Path, build: Callable[[dict[str, Any]], Written]) -> Written:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        written = build(data)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: {error!r}") from error
    if data["name"] != path.stem:
        raise ValueError(f"{path}: the name inside is {data['name']!r}")
    return written


def _turn(item: dict[str, Any]) -> Turn:
    """A turn is written ``{agent: words, ...}`` or ``{customer: words, ...}``."""
    rest = dict(item)
    named = [speaker for speaker in SPEAKERS if speaker in rest]
    if len(named) != 1:
        raise ValueError(f"one speaker a turn: {item}")
    text = str(rest.pop(named[0]))
    turn = Turn(
        speaker=named[0],
        voice=str(rest.pop("voice", named[0])),
        text=text,
        say=str(rest.pop("say", text)),
        pause_s=rest.pop("pause_s", None),
        overlap_s=float(rest.pop("overlap_s", 0.0)),
        hold_s=float(rest.pop("hold_s", 0.0)),
        backchannel=bool(rest.pop("backchannel", False)),
    )
    if rest:
        raise ValueError(f"unknown options {sorted(rest)} in {item}")
    if turn.overlap_s and (turn.hold_s or turn.pause_s):
        raise ValueError(f"an overlapping turn has neither pause nor hold: {item}")
    if turn.backchannel and not turn.overlap_s:
        raise ValueError(f"a back-channel lies within the other party's turn: {item}")
    return turn

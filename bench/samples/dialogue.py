"""A sample call as it is written: who says what, when, and what the right verdicts are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

Speaker = Literal["agent", "customer"]
SPEAKERS: tuple[Speaker, Speaker] = ("agent", "customer")

CRITERIA = (
    "answered_in_three_rings",
    "greeting",
    "company_name",
    "confirm_need",
    "listening",
    "hold_notice",
    "transfer",
    "courtesy",
    "thanks",
    "satisfaction_question",
    "farewell",
    "customer_hangs_up_first",
    "privacy",
)
# A person who knows the whole call is never unsure, so `cannot_judge` is not among them.
TRUE_VERDICTS = ("pass", "fail", "not_applicable", "not_measurable")


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice and how loud its party comes down the line.

    style: name of a Kokoro voice style, such as ``zf_xiaoyi``.
    speed: 1.0 is the voice's own pace; above 1 is faster.
    level_db: RMS level of the speech, dB relative to full scale.
    """

    style: str
    speed: float
    level_db: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of speech.

    text: the words, as a careful transcriber would write them.
    say: what the voice is given where the spelling would mislead it; usually the same.
    pause_s: seconds of line noise before the turn; None means the usual pause.
    overlap_s: seconds by which the turn starts before the other party has finished.
    hold_s: seconds of digital silence on both channels before the turn.
    """

    speaker: Speaker
    text: str
    say: str
    pause_s: float | None
    overlap_s: float
    hold_s: float


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What the telephone system recorded, with the manifest's names and units.

    channel_known, language_known: whether the manifest tells; the truth always does.
    """

    agent_id: str
    customer_number: str
    direction: Literal["inbound", "outbound"]
    started_at: str
    ring_seconds: int | None
    ended_by: Literal["agent", "customer", "unknown"]
    agent_channel: int
    channel_known: bool
    language_known: bool
    queue: str


@dataclass(frozen=True, slots=True)
class Dialogue:
    """One sample call: name, language (``zh`` or ``en``), parties, turns and right verdicts."""

    name: str
    language: str
    shows: str
    record: CallRecord
    voices: dict[Speaker, Voice]
    turns: tuple[Turn, ...]
    verdicts: dict[str, str]


def read_dialogue(path: Path) -> Dialogue:
    """Read one dialogue file; raises ValueError that names the file and what is wrong in it."""
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    try:
        dialogue = _dialogue(data)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: {error!r}") from error
    if dialogue.name != path.stem:
        raise ValueError(f"{path}: the name inside is {dialogue.name!r}")
    return dialogue


def read_dialogues(folder: Path) -> list[Dialogue]:
    """All dialogues of a folder, by file name."""
    return [read_dialogue(path) for path in sorted(folder.glob("*.yaml"))]


def _dialogue(data: dict[str, Any]) -> Dialogue:
    verdicts = dict(data["verdicts"])
    if tuple(verdicts) != CRITERIA:
        raise ValueError(f"verdicts must be given for, in this order: {', '.join(CRITERIA)}")
    if wrong := {key: value for key, value in verdicts.items() if value not in TRUE_VERDICTS}:
        raise ValueError(f"not verdicts: {wrong}")
    turns = tuple(_turn(item) for item in data["turns"])
    if not 8 <= len(turns) <= 16:
        raise ValueError(f"{len(turns)} turns; a sample call has 8 to 16")
    return Dialogue(
        name=data["name"],
        language=data["language"],
        shows=" ".join(data["shows"].split()),
        record=CallRecord(**data["record"]),
        voices={speaker: Voice(**data["voices"][speaker]) for speaker in SPEAKERS},
        turns=turns,
        verdicts=verdicts,
    )


def _turn(item: dict[str, Any]) -> Turn:
    """A turn is written ``{agent: words, ...}`` or ``{customer: words, ...}``."""
    rest = dict(item)
    named = [speaker for speaker in SPEAKERS if speaker in rest]
    if len(named) != 1:
        raise ValueError(f"one speaker a turn: {item}")
    text = str(rest.pop(named[0]))
    turn = Turn(
        speaker=named[0],
        text=text,
        say=str(rest.pop("say", text)),
        pause_s=rest.pop("pause_s", None),
        overlap_s=float(rest.pop("overlap_s", 0.0)),
        hold_s=float(rest.pop("hold_s", 0.0)),
    )
    if rest:
        raise ValueError(f"unknown options {sorted(rest)} in {item}")
    if turn.overlap_s and (turn.hold_s or turn.pause_s):
        raise ValueError(f"an overlapping turn has neither pause nor hold: {item}")
    return turn

"""A sample call: a dialogue with its call record and the right verdict of each criterion."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bench.samples.dialogue import Dialogue, Direction, dialogue, read_folder

CRITERIA = (
    "answered_in_three_rings",
    "greeting",
    "company_name",
    "confirm_need",
    "questioning",
    "open_mind",
    "listening",
    "empathy",
    "hold_notice",
    "transfer",
    "courtesy",
    "clear_answer",
    "follow_up",
    "progress_feedback",
    "thanks",
    "satisfaction_question",
    "farewell",
    "customer_hangs_up_first",
    "privacy",
)
# A person who knows the whole call is never unsure, so `cannot_judge` is not among them.
TRUE_VERDICTS = ("pass", "fail", "not_applicable", "not_measurable")


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What the telephone system recorded, with the manifest's names and units.

    channel_known, language_known: whether the manifest tells; the truth always does.
    """

    agent_id: str
    customer_number: str
    direction: Direction
    started_at: str
    ring_seconds: int | None
    ended_by: Literal["agent", "customer", "unknown"]
    agent_channel: int
    channel_known: bool
    language_known: bool
    queue: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample call: what is spoken, what the telephone system knows, what is right."""

    dialogue: Dialogue
    record: CallRecord
    verdicts: dict[str, str]

    @property
    def name(self) -> str:
        """The call's name, which is that of its files."""
        return self.dialogue.name


def read_samples(folder: Path) -> list[Sample]:
    """All samples whose dialogues are in `folder`, by file name."""
    return read_folder(folder, _sample)


def _sample(data: dict[str, Any]) -> Sample:
    verdicts = dict(data["verdicts"])
    if tuple(verdicts) != CRITERIA:
        raise ValueError(f"verdicts must be given for, in this order: {', '.join(CRITERIA)}")
    if wrong := {key: value for key, value in verdicts.items() if value not in TRUE_VERDICTS}:
        raise ValueError(f"not verdicts: {wrong}")
    spoken = dialogue(data)
    if not 8 <= len(spoken.turns) <= 16:
        raise ValueError(f"{len(spoken.turns)} turns; a sample call has 8 to 16")
    return Sample(spoken, CallRecord(**data["record"]), verdicts)

"""A bench call: a dialogue with its trade, and the truth of what was said by which voice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.samples.dialogue import Dialogue, dialogue, read_folder
from bench.samples.timeline import Timeline
from bench.samples.truth import times

_SEXES = {"f": "female", "m": "male"}


@dataclass(frozen=True, slots=True)
class BenchCall:
    """One bench call.

    industry: trade of the company whose call it is, such as ``bank``.
    purpose: what the call is about, such as ``collections`` or ``wrong number``.
    """

    dialogue: Dialogue
    industry: str
    purpose: str

    @property
    def name(self) -> str:
        """The call's name, which is that of its files."""
        return self.dialogue.name

    @property
    def pair(self) -> str:
        """Sexes of the agent's and of the customer's voice, such as ``f-m``."""
        voices = self.dialogue.voices
        return f"{voices['agent'].style[1]}-{voices['customer'].style[1]}"


def read_calls(folder: Path) -> list[BenchCall]:
    """All calls whose dialogues are in `folder`, by file name."""
    return read_folder(folder, _call)


def truth(call: BenchCall, timeline: Timeline) -> dict[str, Any]:
    """Who said what, with which voice, when; times in seconds from the call's start."""
    spoken = call.dialogue
    return {
        "name": spoken.name,
        "language": spoken.language,
        "direction": spoken.direction,
        "industry": call.industry,
        "purpose": call.purpose,
        "agent_channel": spoken.agent_channel,
        "pair": call.pair,
        "voices": {
            name: {"style": voice.style, "sex": _SEXES[voice.style[1]]}
            for name, voice in spoken.voices.items()
        },
        "turns": [
            {"speaker": turn.speaker, "voice": turn.voice, **times(span), "text": turn.text}
            for turn, span in zip(spoken.turns, timeline.turns, strict=True)
        ],
        "holds": [times(span) for span in timeline.holds],
        "overlaps": [
            {**times(span), "started_by": span.speaker, "backchannel": span.backchannel}
            for span in timeline.overlaps
        ],
    }


def _call(data: dict[str, Any]) -> BenchCall:
    spoken = dialogue(data)
    if not 6 <= len(spoken.turns) <= 9:
        raise ValueError(f"{len(spoken.turns)} turns; a bench call has 6 to 9")
    return BenchCall(spoken, industry=data["industry"], purpose=data["purpose"])

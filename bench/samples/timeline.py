"""Where every turn lies in the call, and the two channels that result."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from bench.samples.dialogue import Dialogue, Speaker, Turn
from bench.samples.telephone import RATE_HZ, Samples, line_noise

LEAD_S = 0.6  # line before the first word
TAIL_S = 0.7  # line after the last
PAUSE_S = (0.25, 0.55)  # the usual pause between turns, drawn evenly
_INTO_HOLD_S = 0.2  # line before and after a hold
# A shorter overlap than this is a turn change, not talking at once.
_LEAST_OVERLAP_S = 0.2


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the call, seconds from its start; `speaker` is empty for holds.

    backchannel: of an overlap, whether who came in second only said a word of assent.
    """

    start_s: float
    end_s: float
    speaker: Speaker | None = None
    backchannel: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """A laid-out call: one span a turn, holds, overlaps (by who started them), duration."""

    turns: tuple[Span, ...]
    holds: tuple[Span, ...]
    overlaps: tuple[Span, ...]
    duration_s: float


def seeded(dialogue: Dialogue) -> np.random.Generator:
    """The call's own random numbers, from its name alone."""
    digest = hashlib.sha256(dialogue.name.encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))


def lay_out(dialogue: Dialogue, lengths_s: list[float], rng: np.random.Generator) -> Timeline:
    """Place the turns, whose speech lasts `lengths_s`, one after another or over one another."""
    spans: list[Span] = []
    holds: list[Span] = []
    end_s = 0.0
    for turn, length_s in zip(dialogue.turns, lengths_s, strict=True):
        usual_s = float(rng.uniform(*PAUSE_S))
        if not spans:
            start_s = LEAD_S
        elif turn.overlap_s:
            start_s = end_s - turn.overlap_s
        elif turn.hold_s:
            hold = Span(_exact(end_s + _INTO_HOLD_S), _exact(end_s + _INTO_HOLD_S + turn.hold_s))
            holds.append(hold)
            start_s = hold.end_s + _INTO_HOLD_S
        else:
            start_s = end_s + (usual_s if turn.pause_s is None else turn.pause_s)
        span = Span(_exact(start_s), _exact(start_s + length_s), turn.speaker)
        spans.append(span)
        end_s = max(end_s, span.end_s)
    return Timeline(
        tuple(spans), tuple(holds), _overlaps(dialogue.turns, spans), _exact(end_s + TAIL_S)
    )


def mix(
    dialogue: Dialogue, timeline: Timeline, speech: list[Samples], rng: np.random.Generator
) -> Samples:
    """The call as (frames, 2) samples in -1..1 at 8 kHz, each party on its own channel."""
    frames = round(timeline.duration_s * RATE_HZ)
    channels = np.stack([line_noise(frames, rng), line_noise(frames, rng)], axis=1)
    for span, samples in zip(timeline.turns, speech, strict=True):
        agent = dialogue.agent_channel
        channel = agent if span.speaker == "agent" else 1 - agent
        start = round(span.start_s * RATE_HZ)
        channels[start : start + len(samples), channel] += samples
    for hold in timeline.holds:
        channels[round(hold.start_s * RATE_HZ) : round(hold.end_s * RATE_HZ)] = 0.0
    return channels


def _exact(time_s: float) -> float:
    """The nearest millisecond: a whole number of samples at 8 kHz."""
    return round(time_s, 3)


def _overlaps(turns: tuple[Turn, ...], spans: list[Span]) -> tuple[Span, ...]:
    """Stretches where both parties speak, each named for the one who came in second."""
    found = []
    for index, (turn, second) in enumerate(zip(turns, spans, strict=True)):
        for first in spans[:index]:
            end_s = min(first.end_s, second.end_s)
            both = first.speaker != second.speaker
            if both and end_s - second.start_s >= _LEAST_OVERLAP_S:
                found.append(Span(second.start_s, end_s, second.speaker, turn.backchannel))
    return tuple(found)

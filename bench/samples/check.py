"""Measure recordings against their truth: the checks that need no voice and no recogniser."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from bench.samples.telephone import RATE_HZ, Samples
from bench.samples.truth import FORMS

DURATION_S = (30.0, 55.0)
MOST_BYTES = 1_000_000
INTERRUPTION_S = 1.0
HOLD_S = 8.0
_FRAME_S = 0.02
_SPEECH_DB = -45.0  # a frame louder than this holds speech
_EDGE_S = 0.3  # a turn is heard within this from its start, and up to this before its end
_MARGIN_S = 0.06  # a codec may smear speech by this much over a turn's edges


@dataclass(frozen=True, slots=True)
class Measured:
    """One call as measured: seconds, dB relative to full scale, and what is wrong (if anything)."""

    name: str
    duration_s: float
    agent_db: float
    customer_db: float
    holds_s: tuple[float, ...]
    agent_overlaps_s: tuple[float, ...]
    faults: tuple[str, ...]


def measure(folder: Path, name: str) -> Measured:
    """Measure one call's stereo and mono recordings under `folder` against its truth."""
    truth = json.loads((folder / "truth" / f"{name}.json").read_text("utf-8"))
    stereo, mono = (_read(folder / form / f"{name}.wav") for form in FORMS)
    return measured(
        truth,
        stereo,
        [
            *_file_faults(folder, name, stereo, mono),
            *_hold_faults(stereo, mono, truth),
            *_verdict_faults(truth),
        ],
    )


def measured(truth: dict[str, Any], stereo: Samples, faults: list[str]) -> Measured:
    """A stereo call against the times of its truth, with the `faults` found besides."""
    agent, customer = _levels(stereo, truth)
    overlaps = [item for item in truth["overlaps"] if item["started_by"] == "agent"]
    return Measured(
        name=truth["name"],
        duration_s=len(stereo) / RATE_HZ,
        agent_db=agent,
        customer_db=customer,
        holds_s=tuple(round(length_s(item), 2) for item in truth["holds"]),
        agent_overlaps_s=tuple(round(length_s(item), 2) for item in overlaps),
        faults=(*faults, *_turn_faults(stereo, truth), *_overlap_faults(stereo, truth)),
    )


def length_s(span: dict[str, float]) -> float:
    """Seconds that a span of the truth lasts."""
    return span["end_s"] - span["start_s"]


def cut(samples: Samples, span: dict[str, float]) -> Samples:
    """The samples of a span of the truth."""
    return samples[round(span["start_s"] * RATE_HZ) : round(span["end_s"] * RATE_HZ)]


def _read(path: Path) -> Samples:
    samples, rate_hz = soundfile.read(path, dtype="float32")
    if rate_hz != RATE_HZ or soundfile.info(path).subtype != "ULAW":
        raise ValueError(f"{path} is not 8 kHz mu-law")
    return np.asarray(samples, dtype=np.float32)


def _frames_db(samples: Samples) -> Samples:
    """Level of each frame, dB relative to full scale, one row a frame (and channel, if two)."""
    frame = int(_FRAME_S * RATE_HZ)
    whole = samples[: len(samples) // frame * frame]
    power = (whole.reshape(-1, frame, *samples.shape[1:]) ** 2).mean(axis=1)
    return np.asarray(10 * np.log10(power + 1e-12), dtype=np.float32)


def _levels(stereo: Samples, truth: dict[str, Any]) -> tuple[float, float]:
    """Mean speech level of the agent and of the customer, dB relative to full scale."""
    levels = []
    for speaker, channel in _channels(truth).items():
        turns = [turn for turn in truth["turns"] if turn["speaker"] == speaker]
        speech = np.concatenate([cut(stereo[:, channel], turn) for turn in turns])
        frames = _frames_db(speech)
        power = 10 ** (frames[frames > _SPEECH_DB] / 10)
        levels.append(float(10 * np.log10(power.mean())) if len(power) else float("-inf"))
    return levels[0], levels[1]


def _channels(truth: dict[str, Any]) -> dict[str, int]:
    agent: int = truth["agent_channel"]
    return {"agent": agent, "customer": 1 - agent}


def _file_faults(folder: Path, name: str, stereo: Samples, mono: Samples) -> list[str]:
    faults = []
    duration_s = len(stereo) / RATE_HZ
    if not DURATION_S[0] <= duration_s <= DURATION_S[1]:
        faults.append(f"lasts {duration_s:.1f} s")
    faults.extend(
        f"{form} is too large"
        for form in FORMS
        if (folder / form / f"{name}.wav").stat().st_size >= MOST_BYTES
    )
    if len(mono) != len(stereo):
        faults.append("mono and stereo differ in length")
    elif float(np.abs(mono - stereo.sum(axis=1)).max()) > 0.05:  # mu-law steps, both channels
        faults.append("mono is not the sum of the channels")
    return faults


def _hold_faults(stereo: Samples, mono: Samples, truth: dict[str, Any]) -> list[str]:
    faults = []
    for hold in truth["holds"]:
        if length_s(hold) < HOLD_S:
            faults.append(f"hold at {hold['start_s']} s is short")
        if np.any(cut(stereo, hold)) or np.any(cut(mono, hold)):
            faults.append(f"hold at {hold['start_s']} s is not silent")
    if float((stereo == 0).all(axis=1).mean()) > 0.02 and not truth["holds"]:
        faults.append("digital silence without a hold")
    return faults


def _turn_faults(stereo: Samples, truth: dict[str, Any]) -> list[str]:
    """Each turn is heard from its start to its end, and its party says nothing besides."""
    faults = []
    for speaker, channel in _channels(truth).items():
        loud = _frames_db(stereo[:, channel]) > _SPEECH_DB
        at_s = (np.arange(len(loud)) + 0.5) * _FRAME_S
        within = np.zeros(len(loud), dtype=bool)
        for turn in truth["turns"]:
            if turn["speaker"] != speaker:
                continue
            start_s, end_s = turn["start_s"], turn["end_s"]
            within |= (at_s > start_s - _MARGIN_S) & (at_s < end_s + _MARGIN_S)
            heard_s = at_s[loud & (at_s > start_s) & (at_s < end_s)]
            if not len(heard_s) or heard_s[0] > start_s + _EDGE_S or heard_s[-1] < end_s - _EDGE_S:
                faults.append(f"turn at {start_s} s is not heard from start to end")
        if len(stray_s := at_s[loud & ~within]):
            faults.append(f"the {speaker} is heard at {stray_s[0]:.2f} s, outside of every turn")
    return faults


def _overlap_faults(stereo: Samples, truth: dict[str, Any]) -> list[str]:
    """Both must really be heard in an overlap: speech in over half of its frames, on each side."""
    faults = []
    for overlap in truth["overlaps"]:
        heard = (_frames_db(cut(stereo, overlap)) > _SPEECH_DB).mean(axis=0)
        if float(heard.min()) < 0.5:
            faults.append(f"overlap at {overlap['start_s']} s: heard {heard.round(2).tolist()}")
    return faults


def _verdict_faults(truth: dict[str, Any]) -> list[str]:
    """Truth that contradicts itself: verdicts against the spans they follow from."""
    faults = []
    interrupted = any(
        item["started_by"] == "agent" and length_s(item) >= INTERRUPTION_S
        for item in truth["overlaps"]
    )
    if (truth["verdicts"]["listening"] == "fail") != interrupted:
        faults.append("listening contradicts the overlaps")
    if (truth["verdicts"]["hold_notice"] == "not_applicable") == bool(truth["holds"]):
        faults.append("hold_notice contradicts the holds")
    return faults

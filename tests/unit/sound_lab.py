"""Sounds made for tests: what lines, keypads and hold music sound like, and real calls from the samples."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr

from qa.domain.transcript import Span
from qa.ports import SAMPLE_RATE, Samples

SAMPLES = Path(__file__).parents[2] / "samples"
PAD_S = 0.2
"""What voice activity adds to a span at either end."""


@dataclass(frozen=True, slots=True)
class Call:
    """A sample call: channels of shape ``(2, n)`` at 16 kHz, and each channel's speech."""

    channels: Samples
    speech: tuple[tuple[Span, ...], tuple[Span, ...]]


def sample_calls() -> list[str]:
    return sorted(path.stem for path in (SAMPLES / "stereo").glob("*.wav"))


def sample_call(name: str) -> Call:
    samples, rate = soundfile.read(SAMPLES / "stereo" / f"{name}.wav", dtype="float32")
    truth = json.loads((SAMPLES / "truth" / f"{name}.json").read_text(encoding="utf-8"))
    agent = truth["agent_channel"]
    speech: tuple[list[Span], list[Span]] = ([], [])
    for turn in truth["turns"]:
        channel = agent if turn["speaker"] == "agent" else 1 - agent
        speech[channel].append(padded(turn["start_s"], turn["end_s"]))
    channels = np.stack([soxr.resample(channel, rate, SAMPLE_RATE) for channel in samples.T])
    return Call(channels, (tuple(speech[0]), tuple(speech[1])))


def padded(start_s: float, end_s: float) -> Span:
    return Span(max(0.0, start_s - PAD_S), end_s + PAD_S)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)


def tone(seconds: float, *hertz: float, level: float = 0.1) -> Samples:
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    waves = [np.sin(2 * np.pi * each * at) for each in hertz]
    return (level * np.sum(waves, axis=0)).astype(np.float32)


def line(*parts: Samples, noise: float = 3e-4) -> Samples:
    """Parts one after another as they come out of a telephone line: 8 kHz, mu-law, with its noise."""
    whole = np.concatenate(parts)
    random = np.random.default_rng(7)
    narrow = soxr.resample(whole, SAMPLE_RATE, 8000)
    narrow = mu_law(narrow + random.normal(0, noise, len(narrow)).astype(np.float32))
    return soxr.resample(narrow, 8000, SAMPLE_RATE)


def mu_law(samples: npt.NDArray[np.floating]) -> Samples:
    """The values that are left of samples after G.711."""
    clipped = np.clip(samples, -1, 1)
    coarse = np.round(np.sign(clipped) * np.log1p(255 * np.abs(clipped)) / np.log(256) * 127) / 127
    return (np.sign(coarse) * np.expm1(np.abs(coarse) * np.log(256)) / 255).astype(np.float32)


def music(seconds: float, *, seed: int = 1, level: float = 0.1) -> Samples:
    """A slow tune of plucked chords with their overtones."""
    random = np.random.default_rng(seed)
    whole = np.zeros(round(seconds * SAMPLE_RATE), dtype=np.float32)
    scale = 220.0 * 2 ** (np.array([0, 2, 4, 5, 7, 9, 11, 12]) / 12)
    at = np.arange(2 * SAMPLE_RATE) / SAMPLE_RATE
    for start in np.arange(0, seconds, 0.75):
        for root in random.choice(scale, 3, replace=False):
            note = sum(np.sin(2 * np.pi * root * k * at) / k for k in (1, 2, 3, 4, 5))
            note *= np.minimum(1, at / 0.01) * np.exp(-at / 0.9) * level / 2
            first = round(start * SAMPLE_RATE)
            whole[first : first + len(note)] += note[: len(whole) - first].astype(np.float32)
    return whole


def echoed(
    channels: Samples, source: int, *, down_db: float, late_ms: float, reverb_ms: float = 0.0
) -> Samples:
    """Channels, shape ``(2, n)``, with the echo of one of them in the other, through the line's codec."""
    random = np.random.default_rng(11)
    tail = round(reverb_ms * SAMPLE_RATE / 1000)
    room = np.ones(1)
    if tail > 1:
        room = random.normal(0, 1, tail) * np.exp(-6 * np.arange(tail) / tail)
        room[0] = 2.0
        room /= np.sqrt(np.square(room).sum())
    echo = np.convolve(channels[source], room)[: channels.shape[1]] * 10 ** (-down_db / 20)
    late = np.concatenate([silence(late_ms / 1000), echo])[: channels.shape[1]]
    both = channels.copy()
    both[1 - source] += late.astype(np.float32)
    return mu_law(both)


def shared_s(spans: tuple[Span, ...], others: tuple[Span, ...]) -> float:
    return sum(span.overlap_s(other) for span in spans for other in others)

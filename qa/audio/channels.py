"""Whether two channels are two parties or one sound written twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from qa.ports import SAMPLE_RATE, Samples

COPY_RESIDUAL = 0.05
"""Share of a channel's energy (-13 dB) that may remain after the other is taken from it.

Copies that went through two codecs leave less than -17 dB. Two parties leave nearly everything, even with
the echo of one in the other's channel.
"""
COPY_GAIN = 2.0
"""Copies are equally loud within 6 dB; a much weaker likeness is cross-talk in a silent party's channel."""
SILENT_RMS = 1e-4
"""-80 dBFS: nobody on this channel."""
MAX_LAG_S = 0.02
"""Some recorders write the second copy a few milliseconds late."""

_EXCERPT_S = 20


@dataclass(frozen=True, slots=True)
class Distinct:
    """Channels that differ, shape ``(1 or 2, n)``, and what that makes the recording."""

    samples: Samples
    layout: Literal["stereo", "mono", "copied"]


def distinct(samples: Samples) -> Distinct:
    """Drop the second channel where it is a copy of the first; shape ``(1 or 2, n)``."""
    if len(samples) == 1:
        return Distinct(samples, "mono")
    if copied(samples[0], samples[1]):
        return Distinct(samples[:1], "copied")
    return Distinct(samples, "stereo")


def copied(first: Samples, second: Samples) -> bool:
    """Whether two channels carry one sound, up to gain and a short delay."""
    if min(_rms(first), _rms(second)) < SILENT_RMS:
        return False
    lag = _lag(first, second)
    ahead, behind = first[max(0, -lag) :], second[max(0, lag) :]
    length = min(len(ahead), len(behind))
    ahead, behind = ahead[:length], behind[:length]
    gain = float(np.dot(ahead, behind) / max(float(np.dot(behind, behind)), 1e-12))
    if not 1 / COPY_GAIN <= gain <= COPY_GAIN:
        return False
    residual = ahead - gain * behind
    return float(np.dot(residual, residual)) <= COPY_RESIDUAL * float(np.dot(ahead, ahead))


def _rms(channel: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(channel)))) if len(channel) else 0.0


def _lag(first: Samples, second: Samples) -> int:
    """How many samples the second channel comes after the first, from the loudest stretch."""
    excerpt = _loudest(first)
    a, b = first[excerpt], second[excerpt]
    size = 1 << (2 * len(a) - 1).bit_length()
    spectrum: npt.NDArray[np.complex128] = np.conj(np.fft.rfft(a, size)) * np.fft.rfft(b, size)
    likeness = np.fft.irfft(spectrum, size)
    reach = min(int(MAX_LAG_S * SAMPLE_RATE), len(a) - 1)
    near = np.concatenate([likeness[size - reach :], likeness[: reach + 1]])
    return int(np.argmax(near)) - reach


def _loudest(channel: Samples) -> slice:
    length = _EXCERPT_S * SAMPLE_RATE
    blocks = max(1, len(channel) // length)
    energies = [
        float(np.dot(part, part))
        for part in (channel[at * length : (at + 1) * length] for at in range(blocks))
    ]
    start = int(np.argmax(energies)) * length
    return slice(start, min(start + length, len(channel)))

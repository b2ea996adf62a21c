"""Whether two channels are two parties or one sound written twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from qa.audio.spill import pieces
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
_FRAME = 4096


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
    of_ahead, of_both, of_behind = _products(ahead[:length], behind[:length])
    gain = of_both / max(of_behind, 1e-12)
    if not 1 / COPY_GAIN <= gain <= COPY_GAIN:
        return False
    residual = of_ahead - gain * of_both
    return residual <= COPY_RESIDUAL * of_ahead


def _rms(channel: Samples) -> float:
    energy = sum(float(np.dot(part, part)) for part in pieces(channel))
    return float(np.sqrt(energy / max(1, len(channel))))


def _products(first: Samples, second: Samples) -> tuple[float, float, float]:
    """Energy of the first, what both share, energy of the second."""
    return (
        sum(float(np.dot(part, part)) for part in pieces(first)),
        sum(float(np.dot(a, b)) for a, b in zip(pieces(first), pieces(second), strict=True)),
        sum(float(np.dot(part, part)) for part in pieces(second)),
    )


def _lag(first: Samples, second: Samples) -> int:
    """How many samples the second channel comes after the first, from the loudest stretch."""
    excerpt = _loudest(first)
    reach = min(int(MAX_LAG_S * SAMPLE_RATE), len(first[excerpt]) - 1)
    both = np.conj(_spectra(first[excerpt])) * _spectra(second[excerpt])
    likeness = np.fft.irfft(np.sum(both, axis=0))
    near = np.concatenate([likeness[len(likeness) - reach :], likeness[: reach + 1]])
    return int(np.argmax(near)) - reach


def _spectra(excerpt: Samples) -> npt.NDArray[np.complexfloating]:
    """Of frames many times as long as the delay: so the little that circles round does not count."""
    padded = np.pad(excerpt, (0, -len(excerpt) % _FRAME)).reshape(-1, _FRAME)
    return np.fft.rfft(padded, axis=1)


def _loudest(channel: Samples) -> slice:
    length = _EXCERPT_S * SAMPLE_RATE
    energies = [float(np.dot(part, part)) for part in pieces(channel, length)]
    if len(energies) > 1 and len(channel) % length:
        # The last part is shorter: it is compared with nothing.
        energies.pop()
    start = int(np.argmax(energies)) * length
    return slice(start, min(start + length, len(channel)))

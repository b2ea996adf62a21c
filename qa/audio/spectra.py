"""What the spectrum of one channel says of tones and music, in a few numbers a frame.

Two views: short frames, in which a key of the telephone and the edges of a beep can be seen, and long
frames, in which a note that holds its pitch stands out as a sharp line and a voice, whose pitch never rests
so long, does not. Only the band of the telephone is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa.audio.spill import release
from qa.ports import SAMPLE_RATE, Samples

SHORT = 1024
"""64 ms: bins of 16 Hz, which tell the rows of a telephone's keys (73 Hz apart) from each other."""
SHORT_HOP = SHORT // 2
LONG = 4096
"""256 ms: bins of 4 Hz."""
LONG_HOP = LONG // 2
SHORT_HOP_S = SHORT_HOP / SAMPLE_RATE
LONG_HOP_S = LONG_HOP / SAMPLE_RATE

LOWEST_HZ, HIGHEST_HZ = 200.0, 3800.0
LOWEST_LINE_HZ = 250.0
"""Below, even the lines of a voice are close enough to look steady."""

AUDIBLE_DBFS = -60.0
"""Quieter frames hold nothing that anybody heard, and cost nothing."""

_LOBE = 3
"""Bins to either side that a tone between two bins reaches (Hann window)."""
_SHARP = 10 ** (15 / 10)
"""A line stands 15 dB above what surrounds it."""
_LINE_SHARE = 1e-4
"""Weaker lines change no verdict."""
_RECENT = 24
"""Long frames, 3 s: a line that was there before is not a new note."""
_BLOCK = 448
"""Frames looked at together; of long ones a minute."""
_AT_ONCE = 16
"""Frames transformed together: more no longer fit in a processor's cache."""

Values = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Tonality:
    """Of each short frame, shape ``(frames,)``; frame ``i`` starts at ``i * SHORT_HOP_S``.

    Attributes:
        level_dbfs: RMS level within the telephone's band.
        one: Share of the power around the strongest line.
        two: Share of the power around the two strongest lines.
        low_hz: Lower of the two lines; the only one where it holds nearly everything.
        high_hz: Higher of the two lines, the same as ``low_hz`` where there is one.
        balance: Power of the weaker line over that of the stronger.
    """

    level_dbfs: Values
    one: Values
    two: Values
    low_hz: Values
    high_hz: Values
    balance: Values


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Of each long frame, shape ``(frames,)``; frame ``i`` starts at ``i * LONG_HOP_S``.

    Attributes:
        power: Within the telephone's band, relative to full scale.
        steady: The part of it in lines that hold their pitch for half a second.
        fresh: The part of ``steady`` in lines that were not there three seconds before.
    """

    power: Values
    steady: Values
    fresh: Values


def tonality(channel: Samples) -> Tonality:
    """Look at a channel, shape ``(n,)``, in short frames."""
    count = _count(len(channel), SHORT, SHORT_HOP)
    found = np.zeros((6, count), dtype=np.float32)
    found[0] = -100.0
    for first in range(0, count, _BLOCK):
        rows, power = _power(channel, first, min(count, first + _BLOCK), SHORT, SHORT_HOP)
        found[:, rows] = _strongest(power)
    return Tonality(*found)


def steadiness(channel: Samples) -> Steadiness:
    """Look at a channel, shape ``(n,)``, in long frames."""
    count = _count(len(channel), LONG, LONG_HOP)
    found = np.zeros((3, count), dtype=np.float32)
    for first in range(0, count, _BLOCK):
        # Frames before and after tell which lines last, and which are new.
        start, stop = max(0, first - _RECENT - 2), min(count, first + _BLOCK + 2)
        rows, power = _power(channel, start, stop, LONG, LONG_HOP)
        block = np.zeros((3, stop - start), dtype=np.float32)
        block[:, rows - start] = _lines(rows - start, power, stop - start)
        last = min(count, first + _BLOCK)
        found[:, first:last] = block[:, first - start : last - start]
    return Steadiness(*found)


def _count(samples: int, size: int, hop: int) -> int:
    return max(0, (samples - size) // hop + 1)


def _power(
    channel: Samples, first: int, stop: int, size: int, hop: int
) -> tuple[npt.NDArray[np.intp], Values]:
    """Numbers of the audible frames, and their power spectra, shape ``(audible, size // 4)``.

    A sine of amplitude 1 has a power of 0.5 in all.
    """
    stretch = channel[first * hop : (stop - 1) * hop + size]
    frames = np.lib.stride_tricks.sliding_window_view(stretch, size)[::hop]
    loudness = np.einsum("ij,ij->i", frames, frames) / size
    audible = np.flatnonzero(loudness > 10 ** (AUDIBLE_DBFS / 10))
    window = np.hanning(size).astype(np.float32)
    window *= np.float32(np.sqrt(2 / (size * np.dot(window, window))))
    power = np.empty((len(audible), size // 4), dtype=np.float32)
    for at in range(0, len(audible), _AT_ONCE):
        some = slice(at, at + _AT_ONCE)
        spectra = np.fft.rfft(frames[audible[some]] * window, axis=1)[:, : size // 4]
        np.add(np.square(spectra.real), np.square(spectra.imag), out=power[some])
    release(channel)
    return audible + first, power


def _strongest(power: Values) -> Values:
    """The fields of ``Tonality`` for frames of power spectra, shape ``(6, frames)``."""
    width = SAMPLE_RATE / SHORT
    edge = _LOBE + 1
    inside = slice(round(LOWEST_HZ / width) - edge, round(HIGHEST_HZ / width) + edge)
    band = power[:, inside].copy()
    band[:, :edge] = band[:, -edge:] = 0.0
    total = np.maximum(band.sum(axis=1), 1e-12)
    first, first_power = _take_strongest(band)
    second, second_power = _take_strongest(band)
    one = first_power / total
    alone = one > SINGLE
    hertz = (np.stack([first, np.where(alone, first, second)]) + inside.start) * width
    return np.stack(
        [
            10 * np.log10(total),
            one,
            one + second_power / total,
            hertz.min(axis=0),
            hertz.max(axis=0),
            second_power / np.maximum(first_power, 1e-12),
        ]
    ).astype(np.float32)


SINGLE = 0.9
"""Share of the power above which a line is alone: what is left is the line's own splatter and noise."""


def _take_strongest(band: Values) -> tuple[Values, Values]:
    """Place (in bins, interpolated) and power of the strongest line of each frame, which is removed."""
    rows = np.arange(len(band))
    edge = _LOBE + 1
    peak = band[:, edge:-edge].argmax(axis=1) + edge
    reach = peak[:, np.newaxis] + np.arange(-_LOBE, _LOBE + 1)
    lobe = band[rows[:, np.newaxis], reach]
    below, at, above = (np.log(lobe[:, _LOBE + step] + 1e-20) for step in (-1, 0, 1))
    bend = np.minimum(below - 2 * at + above, -1e-6)
    offset = np.clip(0.5 * (below - above) / bend, -0.5, 0.5)
    band[rows[:, np.newaxis], reach] = 0.0
    return (peak + offset).astype(np.float32), lobe.sum(axis=1)


def _lines(rows: npt.NDArray[np.intp], power: Values, count: int) -> Values:
    """The fields of ``Steadiness`` for the audible frames ``rows`` of ``count``, shape ``(3, audible)``."""
    width = SAMPLE_RATE / LONG
    reach = 8
    first, stop = round(LOWEST_LINE_HZ / width), round(HIGHEST_HZ / width)
    band = power[:, first:stop]
    total = band.sum(axis=1)
    inner = band[:, reach:-reach]
    peaks = (inner >= band[:, reach - 1 : -reach - 1]) & (inner > band[:, reach + 1 : 1 - reach])
    peaks &= inner > _LINE_SHARE * total[:, np.newaxis]
    at, bins = np.nonzero(peaks)
    bins += reach
    around = band[at[:, np.newaxis], bins[:, np.newaxis] + np.arange(-reach, reach + 1)]
    lobe = around[:, reach - 2 : reach + 3].sum(axis=1)
    ring = (around.sum(axis=1) - lobe) / (around.shape[1] - 5) * 5
    sharp = lobe > _SHARP * ring
    at, bins, lobe = at[sharp], bins[sharp], lobe[sharp]
    lasting = _lasting(rows[at], bins, (count, band.shape[1]))
    at, bins, lobe = at[lasting], bins[lasting], lobe[lasting]
    lines = np.zeros((count, band.shape[1]), dtype=np.bool_)
    lines[rows[at], bins] = True
    before = np.zeros_like(lines)
    before[_RECENT:] = _wide(lines)[:-_RECENT] if count > _RECENT else False
    fresh = ~before[rows[at], bins]
    return np.stack(
        [
            total,
            np.bincount(at, lobe, len(rows)),
            np.bincount(at[fresh], lobe[fresh], len(rows)),
        ]
    ).astype(np.float32)


def _lasting(
    rows: npt.NDArray[np.intp], bins: npt.NDArray[np.intp], shape: tuple[int, int]
) -> Mask:
    """Which lines are there in three frames in a row, half a second, within 4 Hz."""
    sharp = np.zeros((shape[0] + 4, shape[1]), dtype=np.bool_)
    sharp[rows + 2, bins] = True
    near = _wide(sharp)
    two_before, before, after, two_after = (near[rows + at, bins] for at in (0, 1, 3, 4))
    lasting: Mask = (two_before & before) | (before & after) | (after & two_after)
    return lasting


def _wide(lines: Mask) -> Mask:
    """Lines with the bins beside them."""
    wide = lines.copy()
    wide[:, 1:] |= lines[:, :-1]
    wide[:, :-1] |= lines[:, 1:]
    return wide

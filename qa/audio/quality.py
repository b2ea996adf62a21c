"""How well a channel can be heard: its level, its noise, its clipping; and what of it is a fault."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from qa.audio.spans import mask_of
from qa.audio.spill import pieces
from qa.domain.sound import ChannelQuality, Fault
from qa.domain.transcript import Span
from qa.ports import SAMPLE_RATE, Samples

CLIPPED = 0.01
"""Share of samples at the ceiling; from here on consonants begin to sound alike."""
QUIET_DBFS = -45.0
"""Nearly 20 dB below what telephone networks aim at (-26 dBov, ITU-T G.100.1)."""
NOISY_SNR_DB = 10.0
"""Below, recognisers lose words."""
BLEED = 0.1
"""Share of one party's speech that is heard in the other's channel."""

SILENCE_DBFS = -100.0
"""Digital silence, and whatever no converter tells from it."""

_HOP = 512
_HOP_S = _HOP / SAMPLE_RATE
_FLOOR = 10 ** (SILENCE_DBFS / 10)
_ENOUGH_NOISE = 16
"""Hops, half a second."""

_STEPS = 256
"""Of the distribution of magnitudes, for each of full scale."""
_HIGHEST = 1.5
"""A resampled recording that was clipped at full scale swings a little over it."""
_CEILINGS = np.geomspace(0.1, 1.1, 60)
"""Where a recording may have been clipped: some are scaled down afterwards."""
_PILE = 1.5
"""Samples near a ceiling over those below it, in equal steps of dB. The louder the rarer holds for speech
that is not clipped: at most 1.2 on 150 minutes of it."""
_FEWEST, _MOST = 0.001, 0.3


def figures(
    channel: Samples, *, speech: Sequence[Span], occupied: Sequence[Span], bleed: float
) -> ChannelQuality:
    """Judge one channel, shape ``(n,)``.

    Args:
        channel: Its samples.
        speech: Its own speech.
        occupied: Whatever is not the noise of the line: all speech, echoes and sounds.
        bleed: Share of the other channel's speech that is heard in it.
    """
    powers = _powers(channel)
    return ChannelQuality(
        speech_dbfs=speech_dbfs(channel, speech),
        noise_dbfs=_noise_dbfs(powers, mask_of(occupied, len(powers), _HOP_S, _HOP_S)),
        clipped=_clipped(channel, speech),
        bleed=bleed,
    )


def speech_dbfs(channel: Samples, speech: Sequence[Span]) -> float | None:
    """RMS level of some spans of a channel, dB relative to full scale; ``None`` where they hold nothing."""
    energy, count = 0.0, 0
    for span in speech:
        stretch = channel[round(span.start_s * SAMPLE_RATE) : round(span.end_s * SAMPLE_RATE)]
        for piece in pieces(stretch):
            energy += float(np.dot(piece, piece))
            count += len(piece)
    return _dbfs(energy / count) if count else None


def faults(channels: Sequence[ChannelQuality], *, same_voice: bool) -> tuple[Fault, ...]:
    """What may cost a recording words or speakers."""
    speaking = [channel for channel in channels if channel.speech_dbfs is not None]
    found: dict[Fault, bool] = {
        "clipped": any(channel.clipped >= CLIPPED for channel in speaking),
        "quiet": any(
            channel.speech_dbfs is not None and channel.speech_dbfs < QUIET_DBFS
            for channel in speaking
        ),
        "noisy": any(
            channel.snr_db is not None and channel.snr_db < NOISY_SNR_DB for channel in speaking
        ),
        "bleed": not same_voice and any(channel.bleed >= BLEED for channel in channels),
        "same_voice": same_voice,
        "silent_channel": not same_voice and len(speaking) < len(channels),
    }
    return tuple(fault for fault, is_found in found.items() if is_found)


def _powers(channel: Samples) -> npt.NDArray[np.float64]:
    """Mean power of each hop; the last, which is not full, is left out."""
    powers = [np.zeros(0)]
    for piece in pieces(channel, _HOP << 11):
        hops = piece[: len(piece) // _HOP * _HOP].reshape(-1, _HOP)
        powers.append(np.einsum("ij,ij->i", hops, hops) / _HOP)
    return np.concatenate(powers)


def _dbfs(power: float) -> float:
    return max(SILENCE_DBFS, 10 * float(np.log10(max(power, _FLOOR))))


def _noise_dbfs(powers: npt.NDArray[np.float64], occupied: npt.NDArray[np.bool_]) -> float:
    """Level of what lies between; where speech never pauses, of the quietest in it.

    The median, because clicks are no noise, of what is not digital silence, which a switch puts in place
    of the line while it holds.
    """
    between = powers[~occupied]
    if len(between) < _ENOUGH_NOISE <= len(powers):
        return _dbfs(float(np.percentile(powers, 5)))
    line = between[between > _FLOOR]
    return _dbfs(float(np.median(line))) if len(line) >= _ENOUGH_NOISE else SILENCE_DBFS


def _clipped(channel: Samples, speech: Sequence[Span]) -> float:
    """Share of the speech's samples that are at the recording's ceiling, 0-1.

    A ceiling shows as a pile of samples at one magnitude, wherever it is, since few recordings keep the
    level at which they were clipped.
    """
    last = int(_HIGHEST * _STEPS)
    counts = np.zeros(last + 1, dtype=np.int64)
    for span in speech:
        stretch = channel[round(span.start_s * SAMPLE_RATE) : round(span.end_s * SAMPLE_RATE)]
        for piece in pieces(stretch):
            steps = np.minimum(np.abs(piece) * _STEPS, last).astype(np.intp)
            counts += np.bincount(steps, minlength=last + 1)
    total = int(counts.sum())
    if not total:
        return 0.0
    above = np.append(np.cumsum(counts[::-1])[::-1], 0) / total
    magnitudes = np.arange(last + 2) / _STEPS

    def share(low: float, high: float) -> npt.NDArray[np.float64]:
        between = np.interp(_CEILINGS * low, magnitudes, above)
        between -= np.interp(_CEILINGS * high, magnitudes, above)
        per_step: npt.NDArray[np.float64] = between / np.log(high / low)
        return per_step

    at_ceiling = np.interp(_CEILINGS * 0.96, magnitudes, above)
    likely = (at_ceiling >= _FEWEST) & (at_ceiling <= _MOST)
    pile = np.where(likely, share(0.96, 1.05) / np.maximum(share(0.7, 0.88), 1e-9), 0.0)
    highest = int(np.argmax(pile))
    return float(at_ceiling[highest]) if pile[highest] >= _PILE else 0.0

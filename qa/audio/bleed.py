"""The echo of one channel in the other: where it is, so that words come once.

An echo is what it echoes, later, weaker, and coloured by the line. Two looks tell it from a party's own
voice. First the delay: a cross-correlation whose spectrum is whitened (GCC-PHAT: Knapp and Carter 1976) has
one sharp peak for an echo and none for two people. Then, at that delay, how much of each half second a
short linear filter explains (the squared coherence, weighted by power): nearly all of an echo, next to
nothing of a voice of one's own, and little of one's own voice over an echo, which is therefore kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from qa.audio.spans import mask_of, runs, total_s, without
from qa.audio.spectra import Mask
from qa.audio.spill import pieces
from qa.domain.transcript import Span
from qa.ports import SAMPLE_RATE, Samples

STRETCH_S = 60.0
"""The delay of a connection may change; within a minute it is taken as fixed."""
MAX_DELAY_S = 0.35
PEAK = 9.0
"""Height of the correlation's peak over its own spread. Two parties reach 5.5 in a minute; an echo 30 dB
down reaches 11 to 60, the less the longer it rings on."""

EXPLAINED = 0.6
"""Share of a half second's power that must be explained for it to be an echo. One's own voice with an echo
as loud in it stays below; of two people one half second in a hundred explains more than 0.32 by chance."""
WEAKER_DB = 3.0
"""An echo is weaker than its source; of two as loud as each other within this the later one is the echo."""
LOUDER_DB = 6.0
"""How much more than usual the line may let through: it does not treat all sounds alike."""
AUDIBLE_DBFS = -65.0

OWN_MIN_S = 0.6
"""A shorter piece between echoes is an edge of theirs, unless it is clearly louder than they are."""
OWN_LOUDER_DB = 6.0

SAME_VOICE = 0.95
"""Share of a channel's speech that must be the other's for it to have no voice of its own."""

_FRAME = 1024
_HOP = 512
_HOP_S = _HOP / SAMPLE_RATE
_BLOCK = 16_384
_BAND_HZ = (300.0, 3400.0)
_WINDOW = 16
"""Frames, half a second, over which the line's filter is estimated."""
_LIMIT = 1e-12


@dataclass(frozen=True, slots=True)
class Crossing:
    """What of the two channels is the other's.

    Attributes:
        speech: Per channel, its own speech.
        bleed: Per channel, the share of the other's speech that is heard in it, 0-1.
        same_voice: The channel that carries nothing but the other's sound, if there is one.
    """

    speech: tuple[tuple[Span, ...], tuple[Span, ...]]
    bleed: tuple[float, float]
    same_voice: int | None


def separate(channels: Samples, speech: Sequence[Sequence[Span]]) -> Crossing:
    """Find what each of two channels, shape ``(2, n)``, holds of the other's speech."""
    echoes = _echoes(channels, speech)
    own = (
        _own(channels[0], speech[0], echoes[0]),
        _own(channels[1], speech[1], echoes[1]),
    )
    bleed = (_share(speech[1], echoes[0]), _share(speech[0], echoes[1]))
    same_voice = _without_voice(speech, own)
    if same_voice is not None:
        own = ((), own[1]) if same_voice == 0 else (own[0], ())
    return Crossing(own, bleed, same_voice)


def _echoes(channels: Samples, speech: Sequence[Sequence[Span]]) -> tuple[Mask, Mask]:
    """Which frames of each channel are the other's echo; frame ``i`` is around ``(i + 1) * _HOP_S``."""
    count = channels.shape[1] // _HOP
    echoes = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    length = int(STRETCH_S * SAMPLE_RATE) // _BLOCK * _BLOCK
    spoken = [mask_of(spans, count, _HOP_S, _HOP_S) for spans in speech]
    for number, stretch in enumerate(pieces(channels, length)):
        first = number * (length // _HOP)
        here = slice(first, first + stretch.shape[1] // _HOP)
        if not (spoken[0][here].any() and spoken[1][here].any()):
            continue
        for delay in _delays(stretch, spoken[0][here] | spoken[1][here]):
            for channel, found in enumerate(_explained(stretch, delay)):
                echoes[channel][first : first + len(found)] |= found
    return echoes


def _delays(stretch: Samples, spoken: Mask) -> list[int]:
    """By how many samples the second channel follows the first: one delay for each way, if it is there."""
    blocks = stretch.shape[1] // _BLOCK
    frames = _BLOCK // _HOP
    wanted = [at for at in range(blocks) if spoken[at * frames : (at + 1) * frames].any()]
    low, high = (round(hertz * _BLOCK / SAMPLE_RATE) for hertz in _BAND_HZ)
    together = np.zeros(_BLOCK // 2 + 1, dtype=np.complex128)
    for at in wanted:
        spectra = np.fft.rfft(stretch[:, at * _BLOCK : (at + 1) * _BLOCK], axis=1)[:, low:high]
        product = np.conj(spectra[0]) * spectra[1]
        together[low:high] += product / np.maximum(np.abs(product), _LIMIT)
    likeness = np.abs(np.fft.irfft(together))
    spread = float(np.sqrt(np.mean(np.square(likeness))))
    reach = int(MAX_DELAY_S * SAMPLE_RATE)
    near = np.concatenate([likeness[-reach:], likeness[: reach + 1]])
    # The second channel ahead, and behind; of one peak on the border between both only the summit counts.
    summits = int(np.argmax(near[:reach])), int(np.argmax(near[reach:])) + reach
    return [
        summit - reach
        for summit, other in (summits, summits[::-1])
        if near[summit] > PEAK * spread
        and (abs(summit - other) > _HOP or near[summit] >= near[other])
    ]


def _explained(stretch: Samples, delay: int) -> tuple[Mask, Mask]:
    """Which frames of each channel are the other's echo at this delay."""
    length = stretch.shape[1] - abs(delay)
    count = stretch.shape[1] // _HOP
    starts = max(0, -delay), max(0, delay)
    first, second = (
        _spectra(channel[start : start + length])
        for channel, start in zip(stretch, starts, strict=True)
    )
    shared = np.square(np.abs(_windowed(np.conj(first) * second)))
    powers = tuple(_windowed(np.square(np.abs(spectra))) for spectra in (first, second))
    levels = tuple(power.sum(axis=1) for power in powers)
    explained = tuple(
        (shared / np.maximum(powers[1 - echo], _LIMIT)).sum(axis=1)
        >= EXPLAINED * np.maximum(levels[echo], 10 ** (AUDIBLE_DBFS / 10))
        for echo in (0, 1)
    )
    echoes = np.zeros(count, dtype=np.bool_), np.zeros(count, dtype=np.bool_)
    # Where one voice speaks alone each channel explains the other; there the weaker is the echo.
    alone = explained[0] & explained[1]
    if alone.any():
        gains_db = 10 * np.log10(levels[1][alone] / levels[0][alone])
        gain_db = float(np.median(gains_db))
        is_late = 1 if delay >= 0 else 0
        echo = is_late if abs(gain_db) < WEAKER_DB else int(gain_db < 0)
        # What is louder than the way of the echo lets through is a voice of its own.
        most = levels[1 - echo] * 10 ** ((LOUDER_DB - abs(gain_db)) / 10)
        found = explained[echo] & (levels[echo] <= most)
        at = starts[echo] // _HOP + 1  # a frame stands for the hop in its middle
        echoes[echo][at : at + len(found)] = found[: count - at]
    return echoes


def _spectra(channel: Samples) -> npt.NDArray[np.complexfloating]:
    """Spectra of frames within the telephone's band, scaled to power, shape ``(frames, bins)``."""
    if len(channel) < _FRAME:
        return np.zeros((0, 1), dtype=np.complex64)
    low, high = (round(hertz * _FRAME / SAMPLE_RATE) for hertz in _BAND_HZ)
    window = np.hanning(_FRAME).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(channel, _FRAME)[::_HOP]
    scale = np.float32(np.sqrt(2 / (_FRAME * np.dot(window, window) * _WINDOW)))
    return np.fft.rfft(frames * (window * scale), axis=1)[:, low:high]


def _windowed(values: npt.NDArray[np.inexact]) -> npt.NDArray[np.inexact]:
    """Sums over the half second around each frame."""
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    at = np.arange(len(values))
    half = _WINDOW // 2
    around: npt.NDArray[np.inexact] = (
        sums[np.minimum(at + half, len(values))] - sums[np.maximum(at - half, 0)]
    )
    return around


def _own(channel: Samples, speech: Sequence[Span], echoes: Mask) -> tuple[Span, ...]:
    """A channel's speech without the other's echo."""
    own: list[Span] = []
    found = [Span(start * _HOP_S, stop * _HOP_S) for start, stop in runs(echoes)]
    for span in speech:
        inside = [echo for echo in found if echo.overlap_s(span)]
        if not inside:
            own.append(span)
            continue
        loudest = max(_level_dbfs(channel, _within(echo, span)) for echo in inside)
        own += [
            piece
            for piece in without((span,), inside, at_least_s=_HOP_S)
            if _level_dbfs(channel, piece)
            >= loudest + (OWN_LOUDER_DB if piece.duration_s < OWN_MIN_S else -OWN_LOUDER_DB)
        ]
    return tuple(own)


def _within(span: Span, bounds: Span) -> Span:
    return Span(max(span.start_s, bounds.start_s), min(span.end_s, bounds.end_s))


def _level_dbfs(channel: Samples, span: Span) -> float:
    part = channel[round(span.start_s * SAMPLE_RATE) : round(span.end_s * SAMPLE_RATE)]
    return 10 * float(np.log10(np.dot(part, part) / max(1, len(part)) + _LIMIT))


def _share(speech: Sequence[Span], echoes: Mask) -> float:
    """How much of one channel's speech is heard in the other, 0-1."""
    spoken_s = total_s(speech)
    late = [Span(span.start_s, span.end_s + MAX_DELAY_S) for span in speech]
    heard = echoes & mask_of(late, len(echoes), _HOP_S, _HOP_S)
    return min(1.0, float(np.count_nonzero(heard)) * _HOP_S / spoken_s) if spoken_s else 0.0


def _without_voice(
    speech: Sequence[Sequence[Span]], own: tuple[tuple[Span, ...], tuple[Span, ...]]
) -> int | None:
    """The channel of which nearly everything is the other's, while the other has a voice."""
    left = [
        total_s(kept) / total_s(before) if before else 1.0
        for kept, before in zip(own, speech, strict=True)
    ]
    weakest = int(np.argmin(left))
    if left[weakest] <= 1 - SAME_VOICE and own[1 - weakest]:
        return weakest
    return None

"""Sounds of one channel that are no speech: the line's own tones, keys that were pressed, hold music.

Everything is told by what speech cannot do. A vowel may be as pure as a tone for a moment, but its pitch
moves; a voice may hum on one note, but not for seconds, and not on several at once. On 167 minutes of
prompts by five speakers and of sample calls nothing of the speech is taken for a sound; that speech counts
as speech matters more than that music counts as music, because the recogniser's own gates come after.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from qa.audio.spans import mask_of, runs, without
from qa.audio.spectra import (
    LONG,
    LONG_HOP_S,
    SHORT,
    SHORT_HOP_S,
    Mask,
    Steadiness,
    Tonality,
    Values,
)
from qa.domain.sound import Sound
from qa.domain.transcript import Span, merged
from qa.ports import SAMPLE_RATE

MIN_SPEECH_S = 0.3
"""What is left of a span of speech beside a sound is often no more than the 0.2 s that it was padded with."""

KEY_ROWS_HZ = np.array([697.0, 770.0, 852.0, 941.0])
KEY_COLUMNS_HZ = np.array([1209.0, 1336.0, 1477.0, 1633.0])
"""ITU-T Q.23."""
KEY_TOLERANCE = 0.025
"""ITU-T Q.24 accepts 1.5 % and refuses 3.5 %."""
KEY_SHARE = 0.8
KEY_BALANCE = 0.05
"""-13 dB: how much weaker one of a key's two tones may be; lines weaken the higher one."""

TONE_SHARE = 0.93
TONE_FROM_HZ = 340.0
"""Below lie the vowels and hums of high voices."""
BEEP_FROM_HZ = 600.0
"""From here up no vowel is pure, so a tenth of a second is enough."""
BEEP_FRAMES = 3
TONE_FRAMES = 6
TONE_STEP_HZ = 5.0
TONE_WANDER_HZ = 2.5
"""The pitch of a generator stands; of 167 minutes of speech no pure vowel of this length is so steady."""
TONE_STEP_DB = 6.0

RING_TO_HZ = 500.0
RING_MIN_S = 0.3
"""The British ring is the shortest: twice 0.4 s."""
RING_PAUSE_S = (1.5, 5.5)
"""Between rings: 2 s in Britain, 4 s in China, Europe and North America. A busy line pauses for less than 1 s."""
FIRST_RING_MIN_S = 0.8
"""A single ring before anybody speaks; a busy tone is shorter."""
FIRST_RING_MAX_S = 3.0
"""A dial tone is longer."""

MELODY_TONES = 4
"""So many different tones within ``MELODY_S`` are a melody and not the line."""
MELODY_S = 5.0

MUSIC_WINDOW_S = 4.0
MUSIC_MIN_S = 4.0
MUSIC_SHARE = 0.06
"""Share of power in steady lines where voice activity hears no speech. Speech, babble and noise have 0."""
MUSIC_SHARE_IN_SPEECH = 0.5
"""The same where voice activity hears speech: so high that the music is the louder one by far. With music
5 dB below a voice nineteen stretches in twenty have less than 0.33."""
MUSIC_SHARE_NEAR_BY = 0.35
"""From there music goes on as long as this much of it does."""
MUSIC_LOCAL_S = 1.0
"""Half as much must be there in every second: speech ends music at once."""
MUSIC_INSERT_SHARE = 0.3
"""For a short span of supposed speech with music right before or after it."""
MUSIC_FRESH = 0.15
"""Share of the steady power in lines that are new. Mains hum has no new notes."""
MUSIC_DBFS = -50.0
"""Quieter is nothing that a caller would be played."""
MUSIC_GAP_S = 2.0
MUSIC_FADE_DB = 25.0
"""Below its own level by more, music has ended: a silence beside it belongs to nobody."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What one channel holds: sounds in time order, and the speech that is left without them."""

    sounds: tuple[Sound, ...]
    speech: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Tone:
    span: Span
    low_hz: float
    high_hz: float


def find(tonality: Tonality, steadiness: Steadiness, speech: Sequence[Span]) -> Heard:
    """Tell the sounds of one channel.

    Args:
        tonality: Of its short frames.
        steadiness: Of its long frames.
        speech: Where voice activity found speech.
    """
    keys = _keys(tonality)
    tones = [tone for tone in _lone(_tones(tonality)) if not _touches(tone.span, keys)]
    bursts = [*keys, *(tone.span for tone in tones)]
    left = without(speech, bursts, at_least_s=MIN_SPEECH_S)
    music = _music(steadiness, left, bursts)
    rings = _rings(tones, left)
    sounds = [Sound(span.start_s, span.end_s, "music") for span in music]
    sounds += [Sound(span.start_s, span.end_s, "ringback") for span in rings]
    sounds += [Sound(key.start_s, key.end_s, "dtmf") for key in keys if not _touches(key, music)]
    sounds += [
        Sound(tone.span.start_s, tone.span.end_s, "tone")
        for tone in tones
        if not _touches(tone.span, music) and not _touches(tone.span, rings)
    ]
    return Heard(
        sounds=tuple(sorted(sounds, key=lambda sound: (sound.start_s, sound.end_s))),
        speech=without(left, music, at_least_s=MIN_SPEECH_S),
    )


# --- tones -------------------------------------------------------------------------------------


def _keys(tonality: Tonality) -> list[Span]:
    """Keys that were pressed: one row and one column of the telephone's keypad at once."""
    pressed = (
        (tonality.two >= KEY_SHARE)
        & (tonality.balance >= KEY_BALANCE)
        & (_nearest(tonality.low_hz, KEY_ROWS_HZ) <= KEY_TOLERANCE)
        & (_nearest(tonality.high_hz, KEY_COLUMNS_HZ) <= KEY_TOLERANCE)
    )
    return [_span(start, stop) for start, stop in runs(pressed) if stop - start > 1]


def _nearest(hertz: Values, known: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """How far each frequency is from the nearest of the known ones, as a share of that one."""
    shares: npt.NDArray[np.float64] = np.abs(hertz[:, np.newaxis] / known - 1)
    nearest: npt.NDArray[np.float64] = shares.min(axis=1)
    return nearest


def _tones(tonality: Tonality) -> list[_Tone]:
    """One or two lines that hold nearly all the power, and do not move."""
    pure = (tonality.two >= TONE_SHARE) & (tonality.low_hz >= TONE_FROM_HZ)
    goes_on = pure[1:] & pure[:-1]
    for values, step in (
        (tonality.low_hz, TONE_STEP_HZ),
        (tonality.high_hz, TONE_STEP_HZ),
        (tonality.level_dbfs, TONE_STEP_DB),
    ):
        goes_on &= np.abs(np.diff(values)) < step
    tones = []
    for start, last in runs(goes_on):
        low, high = tonality.low_hz[start : last + 1], tonality.high_hz[start : last + 1]
        enough = BEEP_FRAMES if low[0] >= BEEP_FROM_HZ else TONE_FRAMES
        if len(low) >= enough and max(low.std(), high.std()) <= TONE_WANDER_HZ:
            pitch = float(np.median(low)), float(np.median(high))
            tones.append(_Tone(_span(start, last + 1), *pitch))
    return tones


def _lone(tones: Sequence[_Tone]) -> list[_Tone]:
    """Tones that are no notes of a melody."""
    lone = []
    first = 0
    for tone in tones:
        while tones[first].span.end_s < tone.span.start_s - MELODY_S:
            first += 1
        near = set()
        for other in tones[first:]:
            if other.span.start_s > tone.span.end_s + MELODY_S:
                break
            near.add((round(other.low_hz / 10), round(other.high_hz / 10)))
        if len(near) < MELODY_TONES:
            lone.append(tone)
    return lone


def _span(start: int, stop: int) -> Span:
    return Span(start * SHORT_HOP_S, (stop - 1) * SHORT_HOP_S + SHORT / SAMPLE_RATE)


def _rings(tones: Sequence[_Tone], speech: Sequence[Span]) -> list[Span]:
    """Where the line rings, the pauses between rings included unless somebody speaks in them."""
    rings: list[Span] = []
    for series in _series([tone for tone in tones if _may_ring(tone)]):
        if _is_ringing(series, speech):
            rings += _joined(series, speech)
    return rings


def _may_ring(tone: _Tone) -> bool:
    return tone.high_hz <= RING_TO_HZ and tone.span.duration_s >= RING_MIN_S


def _series(tones: Sequence[_Tone]) -> list[list[Span]]:
    """Tones that follow one another as rings may."""
    series: list[list[Span]] = []
    for tone in tones:
        if series and tone.span.start_s - series[-1][-1].end_s <= RING_PAUSE_S[1]:
            series[-1].append(tone.span)
        else:
            series.append([tone.span])
    return series


def _is_ringing(series: Sequence[Span], speech: Sequence[Span]) -> bool:
    if len(series) > 1:
        return any(
            after.start_s - before.end_s >= RING_PAUSE_S[0] for before, after in pairwise(series)
        )
    ring = series[0]
    before_speech = not speech or ring.end_s <= speech[0].start_s + MIN_SPEECH_S
    return before_speech and FIRST_RING_MIN_S <= ring.duration_s <= FIRST_RING_MAX_S


def _joined(series: Sequence[Span], speech: Sequence[Span]) -> list[Span]:
    joined = [series[0]]
    for ring in series[1:]:
        pause = Span(joined[-1].end_s, ring.start_s)
        if _touches(pause, speech):
            joined.append(ring)
        else:
            joined[-1] = Span(joined[-1].start_s, ring.end_s)
    return joined


def _touches(span: Span, others: Iterable[Span]) -> bool:
    return any(span.overlap_s(other) for other in others)


# --- music -------------------------------------------------------------------------------------


def _music(steadiness: Steadiness, speech: Sequence[Span], bursts: Sequence[Span]) -> list[Span]:
    """Where music plays, in time order."""
    count = len(steadiness.power)
    if not count:
        return []
    size_s = LONG / SAMPLE_RATE
    spoken = mask_of(speech, count, LONG_HOP_S, size_s)
    counted = ~mask_of(bursts, count, LONG_HOP_S, size_s)
    power = np.where(counted, steadiness.power, 0.0)
    steady = np.where(counted, steadiness.steady, 0.0)
    fresh = np.where(counted, steadiness.fresh, 0.0)
    without_speech = _between_speech(power, steady, fresh, spoken)
    music = without_speech | _under_speech(power, steady, fresh, spoken)
    spans = [_long_span(start, stop) for start, stop in runs(music)]
    left = without(speech, spans, at_least_s=LONG_HOP_S)
    # Both ways, since one such span may lie beside the next.
    for span in [*left, *reversed(left)]:
        if _is_insert(span, spans, power, steady):
            spans.append(span)
    # Those that nearly touch are one.
    return merged(spans, LONG / SAMPLE_RATE)


def _between_speech(
    power: Values,
    steady: Values,
    fresh: Values,
    spoken: Mask,
) -> Mask:
    """Music where voice activity hears no speech."""
    free = ~spoken
    window = _frames(MUSIC_WINDOW_S)
    loudness = _around(power * free, window)
    share = _around(steady * free, window) / np.maximum(loudness, 1e-12)
    likely = free & (share >= MUSIC_SHARE)
    for start, stop in runs(~likely & free):
        if start > 0 and stop < len(likely) and stop - start <= _frames(MUSIC_GAP_S):
            likely[start:stop] = likely[start - 1] and likely[stop]
    return _proven(likely, power, steady, fresh)


def _under_speech(
    power: Values,
    steady: Values,
    fresh: Values,
    spoken: Mask,
) -> Mask:
    """Music that voice activity takes for speech."""
    shares = [
        _around(steady * spoken, window) / np.maximum(_around(power * spoken, window), 1e-12)
        for window in (_frames(MUSIC_WINDOW_S), _frames(MUSIC_LOCAL_S))
    ]
    certain, likely = (
        spoken & (shares[0] >= least) & (shares[1] >= least / 2)
        for least in (MUSIC_SHARE_IN_SPEECH, MUSIC_SHARE_NEAR_BY)
    )
    for start, stop in runs(likely):
        likely[start:stop] = certain[start:stop].any()
    return _proven(likely, power, steady, fresh)


def _proven(
    likely: Mask,
    power: Values,
    steady: Values,
    fresh: Values,
) -> Mask:
    """The likely frames that are long and loud enough, and that change as music does."""
    proven = np.zeros_like(likely)
    for start, stop in runs(likely):
        level = power[start:stop].mean()
        heard = np.flatnonzero(power[start:stop] >= level * 10 ** (-MUSIC_FADE_DB / 10))
        if not len(heard) or level < 10 ** (MUSIC_DBFS / 10):
            continue
        first, last = start + int(heard[0]), start + int(heard[-1]) + 1
        if last - first < _frames(MUSIC_MIN_S):
            continue
        if fresh[first:last].sum() >= MUSIC_FRESH * steady[first:last].sum():
            proven[first:last] = True
    return proven


def _is_insert(
    span: Span,
    music: Sequence[Span],
    power: Values,
    steady: Values,
) -> bool:
    """Whether a short span of supposed speech is no more than a passage of the music around it."""
    beside = Span(span.start_s - MUSIC_LOCAL_S, span.end_s + MUSIC_LOCAL_S)
    if span.duration_s > MUSIC_MIN_S or not _touches(beside, music):
        return False
    frames = slice(int(span.start_s / LONG_HOP_S), max(1, int(span.end_s / LONG_HOP_S) - 1))
    inside = steady[frames], power[frames]
    return bool(
        len(inside[0])
        and inside[0].sum() >= MUSIC_INSERT_SHARE * inside[1].sum() > 0
        and np.all(_around(inside[0], 3) >= MUSIC_INSERT_SHARE / 2 * _around(inside[1], 3))
    )


def _around(values: Values, window: int) -> npt.NDArray[np.float64]:
    """Sum of the frames around each frame."""
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    at = np.arange(len(values))
    half = window // 2
    around: npt.NDArray[np.float64] = (
        sums[np.minimum(at + half + 1, len(values))] - sums[np.maximum(at - half, 0)]
    )
    return around


def _frames(seconds: float) -> int:
    return round(seconds / LONG_HOP_S)


def _long_span(start: int, stop: int) -> Span:
    """The middle of a frame stands for it: neighbouring frames overlap by half."""
    return Span((start + 0.5) * LONG_HOP_S, (stop + 0.5) * LONG_HOP_S)

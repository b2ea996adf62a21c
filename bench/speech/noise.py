"""Ten minutes in which nobody speaks: what a telephone line carries besides speech, as recordings.

Hold music is real (see ``bench.speech.debian``); tones follow ITU-T E.180 and the keys ITU-T Q.23. Everything
random is seeded. The mono form is 8 kHz. In the stereo form the other party's channel has faint line noise,
and music comes at 44.1 kHz with a right channel of its own, as a player gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr
from scipy import signal

from bench.speech.corpus import Form

Samples = npt.NDArray[np.float64]

RATE_HZ = 8_000
MUSIC_RATE_HZ = 44_100
MUSIC_S = 60.0
"""Of each piece."""
NOISE_DBFS = (-70, -60, -50, -40, -30)

_BAND_HZ = (300.0, 3400.0)
_SIDE_DBFS = -60.0
_SIDE_LATE_S = 0.011
_TONE = 0.1
_SEED = 20_261_121
_KEYS = {
    key: (low, high)
    for low, row in ((697, "123A"), (770, "456B"), (852, "789C"), (941, "*0#D"))
    for high, key in zip((1209, 1336, 1477, 1633), row, strict=True)
}


@dataclass(frozen=True, slots=True)
class NonSpeech:
    """One recording without a word. ``kind`` is what it holds."""

    name: str
    kind: str
    form: Form
    path: Path
    duration_s: float


def line_noise(seconds: float, dbfs: float, rng: np.random.Generator) -> Samples:
    """Hiss in the telephone band at an RMS level, dB relative to full scale."""
    band = signal.butter(2, _BAND_HZ, btype="bandpass", fs=RATE_HZ, output="sos")
    hiss: Samples = signal.sosfilt(band, rng.standard_normal(round(seconds * RATE_HZ)))
    return np.asarray(hiss * 10 ** (dbfs / 20) / hiss.std(), dtype=np.float64)


def tone(seconds: float, *frequencies_hz: float) -> Samples:
    """Sines together, each at a tenth of full scale."""
    at_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    waves = (np.sin(2 * np.pi * hz * at_s) for hz in frequencies_hz)
    return np.asarray(_TONE * sum(waves), dtype=np.float64)


def cadence(seconds: float, on: Samples, *pattern_s: float) -> Samples:
    """A sound and silence in turn: ``pattern_s`` is on, off, on, off, each as long as it says."""
    frames = [round(length_s * RATE_HZ) for length_s in pattern_s]
    period = [on[:n] if index % 2 == 0 else np.zeros(n) for index, n in enumerate(frames)]
    return np.resize(np.concatenate(period), round(seconds * RATE_HZ))


def keys(seconds: float, rng: np.random.Generator) -> Samples:
    """Keys of a telephone pressed one after another, each 0.1 s and no two pauses alike."""
    whole = np.zeros(round(seconds * RATE_HZ))
    at_s = 0.3
    while at_s + 0.1 < seconds:
        start = round(at_s * RATE_HZ)
        pressed = tone(0.1, *_KEYS[str(rng.choice(list(_KEYS)))])
        whole[start : start + len(pressed)] = pressed
        at_s += 0.1 + float(rng.uniform(0.1, 0.8))
    return whole


def clicks(seconds: float, rng: np.random.Generator) -> Samples:
    """Short knocks, as a bad contact makes them."""
    whole = np.zeros(round(seconds * RATE_HZ))
    for at in rng.integers(0, len(whole) - 80, size=round(seconds * 3)):
        whole[at : at + 80] += 0.5 * rng.standard_normal(80) * np.exp(-np.arange(80) / 12)
    return whole


def made(folder: Path, music: Sequence[Path]) -> tuple[NonSpeech, ...]:
    """Write every recording in both forms; they are the same each time."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(_SEED)
    sounds = {name: (kind, make(rng)) for name, (kind, make) in _SOUNDS.items()}
    for path in music:
        sounds[f"music-{path.stem}"] = ("music", _piece(path, RATE_HZ))
    pieces = {f"music-{path.stem}": path for path in music}
    recordings = []
    for name, (kind, samples) in sounds.items():
        mono = folder / f"{name}-mono.wav"
        soundfile.write(mono, samples, RATE_HZ, subtype="PCM_16")
        stereo = folder / f"{name}-stereo.wav"
        if name in pieces:
            left = _piece(pieces[name], MUSIC_RATE_HZ)
            late = round(_SIDE_LATE_S * MUSIC_RATE_HZ)
            right = 0.7 * left + 0.3 * np.roll(left, late)
            soundfile.write(stereo, np.stack([left, right], axis=1), MUSIC_RATE_HZ)
        else:
            side = line_noise(len(samples) / RATE_HZ, _SIDE_DBFS, rng)
            soundfile.write(stereo, np.stack([samples, side], axis=1), RATE_HZ, subtype="PCM_16")
        length_s = len(samples) / RATE_HZ
        forms: tuple[tuple[Form, Path], ...] = (("mono", mono), ("stereo", stereo))
        recordings += [NonSpeech(name, kind, form, path, length_s) for form, path in forms]
    return tuple(recordings)


def _piece(path: Path, rate_hz: int) -> Samples:
    """The beginning of a piece."""
    samples, source_hz = soundfile.read(path, frames=-1)
    cut = samples[: round(MUSIC_S * source_hz)]
    return np.asarray(soxr.resample(cut, source_hz, rate_hz), dtype=np.float64).clip(-1.0, 1.0)


_Make = Callable[[np.random.Generator], Samples]

_SOUNDS: dict[str, tuple[str, _Make]] = {
    "silence": ("digital silence", lambda _: np.zeros(30 * RATE_HZ)),
    **{f"noise{dbfs}": ("line noise", partial(line_noise, 20, dbfs)) for dbfs in NOISE_DBFS},
    "ringback-us": ("ring-back", lambda _: cadence(24, tone(2, 440, 480), 2, 4)),
    "ringback-cn": ("ring-back", lambda _: cadence(20, tone(1, 450), 1, 4)),
    "ringback-uk": ("ring-back", lambda _: cadence(16, tone(0.4, 400, 450), 0.4, 0.2, 0.4, 2)),
    "busy-us": ("busy", lambda _: cadence(15, tone(0.5, 480, 620), 0.5, 0.5)),
    "busy-cn": ("busy", lambda _: cadence(15, tone(0.35, 450), 0.35, 0.35)),
    "keys": ("DTMF", lambda rng: keys(20, rng)),
    "beeps": ("beeps", lambda _: cadence(20, tone(0.4, 1400), 0.4, 4.6)),
    "clicks": ("clicks", lambda rng: clicks(20, rng)),
    "hum": ("hum", lambda _: tone(20, 50, 100, 150, 250, 350)),
}

"""What a telephone line does to speech: band, level, line noise, G.711."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
import soxr
from scipy import signal

Samples = npt.NDArray[np.float32]

RATE_HZ = 8_000
BAND_HZ = (300.0, 3400.0)
NOISE_DB = -60.0
_FRAME_S = 0.01
# Quieter than this below the loudest frame is the voice's own silence, not speech.
_SPEECH_RANGE_DB = 38.0


def narrow(speech: Samples, rate_hz: int, level_db: float) -> Samples:
    """A turn as it leaves the telephone: trimmed to speech, band limited, 8 kHz, at `level_db`.

    speech: mono float in -1..1 at `rate_hz`. The level is the RMS, dB relative to full scale,
    over the frames that hold speech. The filter has zero phase, so times stay true.
    """
    resampled = soxr.resample(np.asarray(speech, dtype=np.float64), rate_hz, RATE_HZ)
    band = signal.butter(4, BAND_HZ, btype="bandpass", fs=RATE_HZ, output="sos")
    filtered = signal.sosfiltfilt(band, resampled)
    frame = int(_FRAME_S * RATE_HZ)
    power = (filtered[: len(filtered) // frame * frame].reshape(-1, frame) ** 2).mean(axis=1)
    active = power > power.max() * 10 ** (-_SPEECH_RANGE_DB / 10)
    first, last = np.flatnonzero(active)[[0, -1]]
    trimmed = filtered[first * frame : (last + 1) * frame]
    gain = 10 ** (level_db / 20) / np.sqrt(power[active].mean())
    return np.asarray(_soften(trimmed * gain), dtype=np.float32)


def line_noise(count: int, rng: np.random.Generator) -> Samples:
    """`count` samples of faint hiss in the telephone band, at NOISE_DB relative to full scale."""
    band = signal.butter(2, BAND_HZ, btype="bandpass", fs=RATE_HZ, output="sos")
    hiss = signal.sosfilt(band, rng.standard_normal(count))
    return np.asarray(hiss * 10 ** (NOISE_DB / 20) / hiss.std(), dtype=np.float32)


def write_call(path: Path, channels: Samples) -> None:
    """Write samples (frames,) or (frames, 2) in -1..1 as an 8 kHz mu-law WAV (ITU-T G.711)."""
    if float(np.abs(channels).max()) > 1.0:
        raise ValueError(f"{path} would clip")
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, channels, RATE_HZ, subtype="ULAW", format="WAV")


def _soften(samples: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Keep peaks under 0.48, so that the sum of two parties cannot clip; quiet parts untouched."""
    knee, top = 0.35, 0.48
    loud = np.abs(samples) > knee
    over = (np.abs(samples) - knee) / (top - knee)
    return np.where(loud, np.sign(samples) * (knee + (top - knee) * np.tanh(over)), samples)

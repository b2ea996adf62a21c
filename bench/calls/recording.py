"""The recordings of the bench calls: stereo OGG Vorbis at 8 kHz, small enough to be kept in git."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import soundfile

from bench.samples.check import Measured, cut, length_s, measured
from bench.samples.telephone import RATE_HZ, Samples

DURATION_S = (15.0, 40.0)
HOLD_S = 8.0
MOST_BYTES = 200_000
# The smallest at which one party is not heard in the other's channel: Opus at this size leaks.
_COMPRESSION = 0.7
_SILENCE_DB = -80.0


def write(path: Path, channels: Samples) -> None:
    """Write (frames, 2) samples in -1..1; a file that holds the same sound is left as it is.

    The stream number in an OGG file is drawn at random, so equal sound does not make equal bytes.
    """
    if float(np.abs(channels).max()) > 1.0:
        raise ValueError(f"{path} would clip")
    file = io.BytesIO()
    soundfile.write(
        file, channels, RATE_HZ, format="OGG", subtype="VORBIS", compression_level=_COMPRESSION
    )
    if path.exists() and np.array_equal(read(path), read(file)):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.getvalue())


def read(file: Path | io.BytesIO) -> Samples:
    """The call as (frames, 2) samples at 8 kHz."""
    if isinstance(file, io.BytesIO):
        file.seek(0)
    samples, rate_hz = soundfile.read(file, dtype="float32")
    if rate_hz != RATE_HZ or samples.ndim != 2 or samples.shape[1] != 2:
        raise ValueError(f"{file} is not stereo at 8 kHz")
    return np.asarray(samples, dtype=np.float32)


def measure(folder: Path, name: str) -> Measured:
    """Measure one call's recording under `folder` against its truth."""
    truth = json.loads((folder / "truth" / f"{name}.json").read_text("utf-8"))
    path = folder / "audio" / f"{name}.ogg"
    stereo = read(path)
    faults = []
    if not DURATION_S[0] <= len(stereo) / RATE_HZ <= DURATION_S[1]:
        faults.append(f"lasts {len(stereo) / RATE_HZ:.1f} s")
    if path.stat().st_size > MOST_BYTES:
        faults.append("is too large")
    if float(np.abs(stereo.sum(axis=1)).max()) >= 1.0:
        faults.append("the sum of the channels clips")
    for hold in truth["holds"]:
        level_db = 10 * np.log10(float((cut(stereo, hold) ** 2).mean()) + 1e-12)
        if length_s(hold) < HOLD_S or level_db > _SILENCE_DB:
            faults.append(f"hold at {hold['start_s']} s: {length_s(hold)} s at {level_db:.0f} dB")
    return measured(truth, stereo, faults)

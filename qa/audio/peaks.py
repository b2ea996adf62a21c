"""A recording's waveform, small enough to send with a page."""

from __future__ import annotations

import numpy as np

from qa.domain.records import Peaks
from qa.ports import SAMPLE_RATE, DecodedAudio

PER_SECOND = 25
"""A pixel each at the zoom that a whole call is shown in."""


def draw(audio: DecodedAudio) -> Peaks:
    """The largest magnitude of each 40 ms, per channel, with three decimals."""
    bucket = SAMPLE_RATE // PER_SECOND
    count = -(-audio.channels.shape[1] // bucket)
    padded = np.pad(audio.channels, ((0, 0), (0, count * bucket - audio.channels.shape[1])))
    heights = np.abs(padded).reshape(len(padded), count, bucket).max(axis=2)
    return Peaks(
        per_second=PER_SECOND,
        channels=tuple(tuple(round(float(height), 3) for height in channel) for channel in heights),
    )

"""A recording's waveform, small enough to send with a page."""

from __future__ import annotations

import numpy as np

from qa.audio.spill import pieces
from qa.domain.records import Peaks
from qa.ports import SAMPLE_RATE, DecodedAudio, Samples

PER_SECOND = 25
"""A pixel each at the zoom that a whole call is shown in."""

_BUCKET = SAMPLE_RATE // PER_SECOND


def draw(audio: DecodedAudio) -> Peaks:
    """The largest magnitude of each 40 ms, per channel, with three decimals."""
    heights = np.concatenate(
        [np.zeros((len(audio.channels), 0), dtype=np.float32)]
        + [_heights(piece) for piece in pieces(audio.channels, _BUCKET * PER_SECOND * 60)],
        axis=1,
    )
    return Peaks(
        per_second=PER_SECOND,
        channels=tuple(
            tuple(round(height, 3) for height in channel.tolist()) for channel in heights
        ),
    )


def _heights(piece: Samples) -> Samples:
    """The largest magnitude of each bucket, shape ``(channels, buckets)``; the last may not be full."""
    short = -piece.shape[1] % _BUCKET
    padded = np.pad(piece, ((0, 0), (0, short))).reshape(len(piece), -1, _BUCKET)
    heights: Samples = np.maximum(padded.max(axis=2), -padded.min(axis=2))
    return heights

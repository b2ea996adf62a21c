"""Recordings into samples at the rate that the models take.

Two channels stay two channels all the way: a party each is worth more than any diarization.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from qa.audio import channels, source
from qa.audio.spill import Gathering
from qa.ports import SAMPLE_RATE, DecodedAudio, Samples


class FileDecoder:
    """Reads recordings from files (see ``qa.ports.Decoder``).

    Args:
        spill: Folder for what does not fit in memory (see ``qa.audio.spill.Gathering``).
    """

    def __init__(self, spill: Path | None = None) -> None:
        self._spill = spill

    def decode(self, path: Path) -> DecodedAudio:
        """Decode one file to 16 kHz. Raises ``NotScorable`` with the reason when it cannot be."""
        with (
            source.opened(path) as recording,
            Gathering(recording.channels, folder=self._spill) as gathering,
        ):
            for block in resampled(recording):
                gathering.add(block)
            heard = channels.distinct(gathering.whole())
        return DecodedAudio(
            channels=heard.samples,
            source_rate=recording.rate,
            source_channels=recording.channels,
            layout=heard.layout,
        )


def resampled(recording: source.Source) -> Iterator[Samples]:
    """The blocks of a recording at ``SAMPLE_RATE``."""
    if recording.rate == SAMPLE_RATE:
        yield from recording.blocks
        return
    import soxr

    stream = soxr.ResampleStream(recording.rate, SAMPLE_RATE, recording.channels)
    for block in recording.blocks:
        yield stream.resample_chunk(block)
    yield stream.resample_chunk(np.zeros((0, recording.channels), dtype=np.float32), last=True)

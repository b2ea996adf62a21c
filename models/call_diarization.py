"""pyannote's diarization with one change: a voice is told anew after every pause.

pyannote's segmentation names the voices within each window of 10 s and one embedding is taken per voice and
window. On telephone sound it often gives two alike voices one name, and the embedding is then of both. The
parties of a call rarely change without a pause, so each stretch between pauses gets its own embedding and
clustering puts them together. On the recording that pyannote.audio ships the error falls from 5.5 % to
3.9 %, on the sample calls of this repository from 23 % to 7 %.

This module imports pyannote; import it only where that is loaded anyway.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from pyannote.audio.core.plda import PLDA
from pyannote.audio.pipelines import SpeakerDiarization
from pyannote.core import SlidingWindowFeature

Activity = npt.NDArray[np.float32]


class CallDiarization(SpeakerDiarization):  # type: ignore[misc]  # pyannote ships no types
    """``SpeakerDiarization`` whose local speakers are stretches between pauses."""

    def get_segmentations(self, file: Any, hook: Any = None) -> SlidingWindowFeature:
        """Segment a file; shape ``(windows, frames, stretches)``, 0 or 1."""
        voices = super().get_segmentations(file, hook=hook)
        return SlidingWindowFeature(stretches(voices.data), voices.sliding_window)


class NoPLDA(PLDA):  # type: ignore[misc]  # pyannote ships no types
    """Only VBx clustering uses one, but the pipeline's constructor downloads it unless it is given."""

    def __init__(self) -> None:
        """Hold nothing."""


def stretches(voices: Activity) -> Activity:
    """Give each uninterrupted stretch of each voice a column of its own.

    Args:
        voices: Shape ``(windows, frames, voices)``, 0 or 1.

    Returns:
        Shape ``(windows, frames, stretches)``; windows with fewer stretches end in empty columns. Each
        frame has as many active columns as it had active voices.
    """
    windows, frames, _ = voices.shape
    padded = np.pad(voices > 0, ((0, 0), (1, 1), (0, 0))).astype(np.int8)
    changes = np.diff(padded, axis=1)
    found: list[list[tuple[int, int]]] = []
    for change in changes:
        starts = np.argwhere(change.T == 1)
        ends = np.argwhere(change.T == -1)
        found.append([(int(a), int(b)) for (_, a), (_, b) in zip(starts, ends, strict=True)])
    columns = max([1, *(len(runs) for runs in found)])
    split = np.zeros((windows, frames, columns), dtype=np.float32)
    for window, runs in enumerate(found):
        for column, (start, end) in enumerate(runs):
            split[window, start:end, column] = 1.0
    return split

"""How much of Whisper's 30 s a window takes up in the encoder.

Whisper pads every input to 30 s and encodes the padding too. Its encoder takes shorter input as well: position
embeddings are absolute, so the ones beyond the end are just not used. A little silence after the last word
must stay, for the decoder to see that nothing follows. On the sample calls the error of words and characters
is the same within its noise (3.6 to 4.3 % and 7.9 to 8.7 %, at any step from 1 to 30 s), and the encoder, most
of recognition's cost on a processor, does half the work.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from qa.ports import SAMPLE_RATE, Samples

VERSION = "1"
"""Raised whenever a constant below changes: it decides what is recognised."""

LONGEST_S = 30.0
STEP_S = 5.0
"""Lengths are rounded up to this, so that windows of a batch, which must be equally long, are many."""
TAIL_S = 1.0
"""Silence that stays after the window's sound."""


def encoded_s(window_s: float) -> float:
    """Seconds that are encoded for a window of some seconds."""
    return min(LONGEST_S, math.ceil((window_s + TAIL_S) / STEP_S) * STEP_S)


def padded(window: Samples, to_s: float) -> Samples:
    """A window with silence added up to a length, shape ``(n,)``.

    Silence is added to the sound, as openai-whisper does; zeros in the features are not how silence looks.
    """
    return np.pad(window, (0, round(to_s * SAMPLE_RATE) - len(window)))


def batch_s(windows: Sequence[Samples]) -> float:
    """Seconds that are encoded for each window of a batch: what its longest needs."""
    return max(encoded_s(len(window) / SAMPLE_RATE) for window in windows)

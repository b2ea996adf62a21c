"""Voice activity from Silero VAD's ONNX file, through onnxruntime alone.

Importing the ``silero_vad`` package loads torch and sets its threads to one for the whole process, so only
its file is used. The file takes blocks of frames at once (silero-vad pull request 784) and gives the same
probabilities as the streaming model.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.registry import Registry
from qa.domain.errors import ModelMissing
from qa.domain.transcript import Span
from qa.ports import SAMPLE_RATE, Samples

WEIGHT = "silero-vad"
VERSION = "1"
"""Raised whenever a constant below changes: it decides what is recognised."""

ENTER = 0.5
"""Probability at which speech begins; Silero's own default."""
LEAVE = 0.35
"""Probability below which speech may end. The gap to ``ENTER`` keeps a wavering frame from ending it."""
MIN_SILENCE_S = 0.3
"""Silence that ends a span; shorter ones are breaths between words."""
MIN_SPEECH_S = 0.1
"""Shorter bursts are clicks. A spoken 嗯 or "yes" lasts longer."""
PAD_S = 0.2
"""Kept before and after a span: a soft first consonant starts below ``ENTER``."""

_FRAME = 512
_CONTEXT = 64
_BLOCK_FRAMES = 512


class SileroVad:
    """Finds speech in one channel.

    Args:
        path: The verified ``silero_vad_16k_sequence.onnx``.
        threads: For onnxruntime; the model is small and gains nothing above two.
    """

    def __init__(self, path: Path, *, threads: int = 1) -> None:
        try:
            import onnxruntime
        except ImportError as error:
            raise ModelMissing(
                "onnxruntime is not installed", hint='run: pip install "call-qa[speech]"'
            ) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(
            str(path), sess_options=options, providers=["CPUExecutionProvider"]
        )

    def speech(self, samples: Samples) -> tuple[Span, ...]:
        """Spans of speech in one channel (shape ``(n,)``), in time order, not touching."""
        return spans_of(self.probabilities(samples), duration_s=len(samples) / SAMPLE_RATE)

    def probabilities(self, samples: Samples) -> npt.NDArray[np.float32]:
        """Probability of speech of each frame of 32 ms, shape ``(frames,)``."""
        hidden = np.zeros((1, 1, 128), dtype=np.float32)
        cell = np.zeros((1, 1, 128), dtype=np.float32)
        probabilities = [np.zeros(0, dtype=np.float32)]
        for block in _blocks(samples):
            values, hidden, cell = self._session.run(
                ["speech_probs", "hn", "cn"], {"input": block, "h": hidden, "c": cell}
            )
            probabilities.append(np.asarray(values, dtype=np.float32).reshape(-1))
        return np.concatenate(probabilities)


def build(registry: Registry, *, threads: int = 1) -> SileroVad:
    """Verify the weights and load them. Raises ``ModelMissing`` and ``ModelCorrupt``."""
    return SileroVad(registry.path(WEIGHT), threads=min(threads, 2))


def spans_of(probabilities: npt.NDArray[np.float32], *, duration_s: float) -> tuple[Span, ...]:
    """Turn frame probabilities into spans, with hysteresis and padding.

    Speech begins at ``ENTER`` and ends once ``MIN_SILENCE_S`` has passed below ``LEAVE``. Padded spans
    that would touch are one span.
    """
    frame_s = _FRAME / SAMPLE_RATE
    bursts: list[tuple[float, float]] = []
    start_s: float | None = None
    quiet_since_s: float | None = None
    for index, probability in enumerate(probabilities):
        now_s = index * frame_s
        if probability >= ENTER:
            quiet_since_s = None
            if start_s is None:
                start_s = now_s
        elif start_s is not None and probability < LEAVE:
            if quiet_since_s is None:
                quiet_since_s = now_s
            if now_s + frame_s - quiet_since_s >= MIN_SILENCE_S:
                bursts.append((start_s, quiet_since_s))
                start_s = quiet_since_s = None
    if start_s is not None:
        bursts.append((start_s, duration_s if quiet_since_s is None else quiet_since_s))
    return _padded([burst for burst in bursts if burst[1] - burst[0] >= MIN_SPEECH_S], duration_s)


def _padded(bursts: list[tuple[float, float]], duration_s: float) -> tuple[Span, ...]:
    spans: list[Span] = []
    for start_s, end_s in bursts:
        wide = Span(max(0.0, start_s - PAD_S), min(duration_s, end_s + PAD_S))
        if spans and wide.start_s <= spans[-1].end_s:
            spans[-1] = Span(spans[-1].start_s, wide.end_s)
        else:
            spans.append(wide)
    return tuple(spans)


def _blocks(samples: Samples) -> Iterator[npt.NDArray[np.float32]]:
    """Blocks of frames, each frame led by the last samples of the one before, as the model expects."""
    count = -(-len(samples) // _FRAME)
    context = np.zeros(_CONTEXT, dtype=np.float32)
    for first in range(0, count, _BLOCK_FRAMES):
        frames = np.zeros((min(_BLOCK_FRAMES, count - first), _FRAME), dtype=np.float32)
        taken = samples[first * _FRAME : first * _FRAME + frames.size]
        frames.reshape(-1)[: len(taken)] = taken
        contexts = np.vstack([context, frames[:-1, -_CONTEXT:]])
        context = frames[-1, -_CONTEXT:]
        yield np.concatenate([contexts, frames], axis=1)

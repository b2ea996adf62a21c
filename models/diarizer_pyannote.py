"""Diarization by pyannote.audio's ``SpeakerDiarization`` with weights that need no model hub.

Segmentation is pyannote's own (segmentation-3.0), the voices are told apart by CAM++, and clustering is
agglomerative. A folder with another pyannote pipeline can take its place by a setting.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.environment import prepare
from models.registry import Registry
from qa.domain.errors import ModelMissing
from qa.domain.transcript import Span
from qa.ports import SAMPLE_RATE, Diarization, Samples

SEGMENTATION = "pyannote-segmentation"
EMBEDDING = "campplus"
LIBRARY = "pyannote.audio"
VERSION = "1"
"""Raised whenever a constant below changes: it decides who said what."""

STEP = 0.25
"""Step of the 10 s segmentation window, as a part of it: on calls the error of 0.1 at a third of its cost."""
CLUSTERING = {"method": "centroid", "min_cluster_size": 12, "threshold": 0.7}
"""Of agglomerative clustering, on normalised CAM++ embeddings."""
SAME_VOICE = 0.8
"""Cosine of two mean embeddings above which they are one person's: the halves of one voice have 0.83 and more,
two voices 0.72 and less."""
_MIN_DURATION_OFF_S = 0.0
_PARTIES = 2
_BATCH = 16


class PyannoteDiarizer:
    """Tells voices apart in one mixed channel.

    Args:
        pipeline: A ``pyannote.audio`` pipeline for speaker diarization, ready to run.
        device: ``auto``, ``cpu`` or ``cuda``.
        threads: Processor threads, 0 for as many as help, which is one: the embeddings are many and small.
    """

    def __init__(self, pipeline: Any, *, device: str = "auto", threads: int = 0) -> None:
        import torch

        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        self._pipeline = pipeline.to(torch.device(device))
        self._threads = threads or 1

    def diarize(self, samples: Samples, *, max_speakers: int) -> Diarization:
        """Diarize one channel (shape ``(n,)``) with 1 to ``max_speakers`` voices."""
        import torch

        with _known_noise(), _torch_threads(self._threads):
            output = self._pipeline(
                {
                    "waveform": torch.from_numpy(np.ascontiguousarray(samples)[np.newaxis]),
                    "sample_rate": SAMPLE_RATE,
                },
                min_speakers=min(_PARTIES, max_speakers),
                max_speakers=max_speakers,
            )
        return _diarization(output, duration_s=len(samples) / SAMPLE_RATE)


def build(
    registry: Registry, *, pipeline: Path | None = None, device: str = "auto", threads: int = 0
) -> PyannoteDiarizer:
    """Verify the weights and load the pipeline.

    Args:
        registry: Where the weights are.
        pipeline: Folder of another pyannote pipeline. It is loaded as it is: whoever sets it vouches
            for its files.
        device: ``auto``, ``cpu`` or ``cuda``.
        threads: Processor threads, 0 for as many as help, which is one: the embeddings are many and small.

    Raises ``ModelMissing`` and ``ModelCorrupt``.
    """
    prepare()
    with _known_noise():
        try:
            import pyannote.audio  # noqa: F401 - only whether it is there
        except ImportError as error:
            raise ModelMissing(
                "pyannote.audio is not installed", hint='run: pip install "call-qa[speech]"'
            ) from error
        loaded = _from_folder(pipeline) if pipeline else _packaged(registry)
    return PyannoteDiarizer(loaded, device=device, threads=threads)


def _packaged(registry: Registry) -> Any:
    from pyannote.audio import Model

    from models import campplus
    from models.call_diarization import CallDiarization, NoPLDA

    pipeline = CallDiarization(
        segmentation=Model.from_pretrained(registry.path(SEGMENTATION)),
        segmentation_step=STEP,
        segmentation_batch_size=_BATCH,
        embedding=campplus.load(registry.path(EMBEDDING)),
        embedding_batch_size=_BATCH,
        embedding_exclude_overlap=True,
        plda=NoPLDA(),
        clustering="AgglomerativeClustering",
    )
    return pipeline.instantiate(
        {"segmentation": {"min_duration_off": _MIN_DURATION_OFF_S}, "clustering": CLUSTERING}
    )


def _from_folder(folder: Path) -> Any:
    from pyannote.audio import Pipeline

    if not (folder / "config.yaml").is_file():
        raise ModelMissing(
            f"{folder} holds no pyannote pipeline",
            hint="QA_DIARIZATION_PIPELINE must name a folder with a config.yaml",
        )
    return Pipeline.from_pretrained(folder)


def _diarization(output: Any, *, duration_s: float) -> Diarization:
    annotation = output.speaker_diarization
    names = same_voices(annotation.labels(), output.speaker_embeddings)
    turns: dict[str, list[Span]] = {}
    for segment, _, label in annotation.itertracks(yield_label=True):
        turns.setdefault(names[label], []).append(_span(segment, duration_s))
    exclusive = sorted(
        (
            (_span(segment, duration_s), names[label])
            for segment, _, label in output.exclusive_speaker_diarization.itertracks(
                yield_label=True
            )
        ),
        key=lambda turn: turn[0].start_s,
    )
    return Diarization(
        turns={label: _together(spans) for label, spans in turns.items()},
        exclusive=tuple(exclusive),
    )


def same_voices(labels: Sequence[str], voices: npt.NDArray[np.float32] | None) -> dict[str, str]:
    """What to call each label: its own name, or that of an earlier label with the same voice.

    A call is first taken to have two parties, because one cluster for both would give the agent the
    customer's words; a recording of one voice is told by its two halves sounding alike.

    Args:
        labels: Names of the clusters.
        voices: A mean embedding for each label, shape ``(labels, dimension)``; ``None`` or zeros where
            the pipeline has none.
    """
    names = {label: str(label) for label in labels}
    if voices is None:
        return names
    lengths = np.linalg.norm(voices, axis=1, keepdims=True)
    directions = np.divide(voices, lengths, out=np.zeros_like(voices), where=lengths > 0)
    for later in range(1, len(labels)):
        for earlier in range(later):
            if float(directions[later] @ directions[earlier]) > SAME_VOICE:
                names[labels[later]] = names[labels[earlier]]
                break
    return names


def _together(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans of one voice in time order, those that touch as one."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start_s):
        if joined and span.start_s <= joined[-1].end_s:
            joined[-1] = Span(joined[-1].start_s, max(joined[-1].end_s, span.end_s))
        else:
            joined.append(span)
    return tuple(joined)


def _span(segment: Any, duration_s: float) -> Span:
    """The last window is padded, so a voice may seem to go on past the end."""
    return Span(round(segment.start, 3), round(min(segment.end, duration_s), 3))


@contextmanager
def _torch_threads(threads: int) -> Iterator[None]:
    """Torch's thread count is the whole process's; a recogniser may have set another."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def _known_noise() -> Iterator[None]:
    """Silence what pyannote says although it does not matter here, and nothing else."""
    # Its clustering prints to standard output, where a script may be reading our JSON.
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        # Sound comes as arrays; nothing here decodes with torchcodec.
        warnings.filterwarnings("ignore", message=r"\s*torchcodec is not installed correctly")
        # A recording of one voice, or of too little speech: both are answers, not faults.
        warnings.filterwarnings("ignore", message=r"\s*The detected number of speakers")
        warnings.filterwarnings("ignore", "Mean of empty slice", RuntimeWarning)
        yield

"""The diarizer: pyannote.audio's segmentation and CAM++, or a pyannote pipeline from a folder.

The weights of the first need no model hub. The second is for whoever has one that is better, such as a clone
of ``pyannote/speaker-diarization-community-1``.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from models.environment import prepare
from models.registry import Registry
from models.together import Together
from qa.domain.errors import ModelMissing
from qa.ports import Diarization, Samples

SEGMENTATION = "pyannote-segmentation"
EMBEDDING = "campplus"
LIBRARY = "pyannote.audio"
VERSION = "3"
"""Raised whenever a constant or a rule of diarization changes: it decides who said what."""


class Voices(Protocol):
    """Whatever tells the voices of a waveform apart."""

    def __call__(self, waveform: Any, *, most: int) -> Diarization:
        """Diarize a tensor of shape ``(1, n)`` at 16 kHz, with at most ``most`` voices."""


class PyannoteDiarizer:
    """Tells voices apart in one mixed channel; several threads may ask at once.

    Args:
        voices: What does it.
        threads: Processor threads, 0 for as many as help, which is one: the embeddings are many and small.
    """

    def __init__(self, voices: Voices, *, threads: int = 0) -> None:
        self._voices = voices
        self._quietly = Together(_known_noise)
        self._with_threads = Together(partial(_torch_threads, threads or 1))

    def diarize(self, samples: Samples, *, max_speakers: int) -> Diarization:
        """Diarize one channel (shape ``(n,)``) with 1 to ``max_speakers`` voices.

        ``samples`` may be a memory map; it is read where it lies, a window at a time.
        """
        import torch

        with self._quietly(), self._with_threads():
            waveform = torch.from_numpy(np.ascontiguousarray(samples)[np.newaxis])
            return self._voices(waveform, most=max_speakers)


def build(
    registry: Registry, *, pipeline: Path | None = None, device: str = "auto", threads: int = 0
) -> PyannoteDiarizer:
    """Verify the weights and load them.

    Args:
        registry: Where the weights are.
        pipeline: Folder of a pyannote pipeline to use instead. Its files are loaded as they are, and weights
            of pyannote's kind are programs: whoever sets it vouches for them.
        device: ``auto``, ``cpu`` or ``cuda``.
        threads: Processor threads, 0 for as many as help, which is one: the embeddings are many and small.

    Raises ``ModelMissing`` and ``ModelCorrupt``.
    """
    prepare()
    with _known_noise():
        try:
            import pyannote.audio  # noqa: F401 - only whether it is there
            import torch
        except ImportError as error:
            raise ModelMissing(
                "pyannote.audio is not installed", hint='run: pip install "call-qa[speech]"'
            ) from error
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        voices = _from_folder(pipeline, device) if pipeline else _packaged(registry, device)
    return PyannoteDiarizer(voices, threads=threads)


def _packaged(registry: Registry, device: str) -> Voices:
    from pyannote.audio import Model

    from models import campplus
    from models.call_diarization import CallDiarization

    return CallDiarization(
        Model.from_pretrained(registry.path(SEGMENTATION)),
        campplus.load(registry.path(EMBEDDING), device=device),
        device=device,
    )


def _from_folder(folder: Path, device: str) -> Voices:
    if not (folder / "config.yaml").is_file():
        raise ModelMissing(
            f"{folder} holds no pyannote pipeline",
            hint="QA_DIARIZATION_PIPELINE must name a folder with a config.yaml",
        )
    from models.hub_pipeline import load

    return load(folder, device=device)


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
        # A memory map that may only be read; nothing here writes to it.
        warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
        yield

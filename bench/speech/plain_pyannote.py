"""pyannote.audio's speaker diarization at its defaults; prints how many speakers it found in each file.

``python -m bench.speech.plain_pyannote SEGMENTATION EMBEDDING FILE...`` with segmentation-3.0, CAM++ in the
place of the gated embedding, agglomerative clustering, a step of 0.1 and batches of one.
"""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from pathlib import Path

import soundfile
import torch
from pyannote.audio import Model
from pyannote.audio.core.plda import PLDA
from pyannote.audio.pipelines import SpeakerDiarization

from models import campplus

_CLUSTERING = {"method": "centroid", "min_cluster_size": 12, "threshold": 0.7}
"""The values that pyannote/speaker-diarization-3.1 ships with, as near as CAM++ allows."""


class _NoPLDA(PLDA):  # type: ignore[misc]  # pyannote ships no types
    """Agglomerative clustering uses none, but the default is downloaded."""

    def __init__(self) -> None:
        """Hold nothing."""


def main(segmentation: str, embedding: str, *recordings: str) -> None:
    """Diarize each file with two speakers."""
    # The pipeline itself prints to standard output.
    with redirect_stdout(sys.stderr):
        pipeline = SpeakerDiarization(
            segmentation=Model.from_pretrained(Path(segmentation)),
            embedding=campplus.load(Path(embedding)),
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

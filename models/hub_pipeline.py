"""A pyannote diarization pipeline from a folder, such as a clone of a repository of the model hub.

The folder holds a ``config.yaml`` as ``pyannote.audio.Pipeline.from_pretrained`` reads it, which names its
parts as ``$model/segmentation``, ``$model/embedding`` and ``$model/plda``: subfolders with a
``pytorch_model.bin`` each, or with ``xvec_transform.npz`` and ``plda.npz``. Nothing is downloaded: a part that
is not in the folder is an error. pyannote unpickles what it loads, and ``config.yaml`` names the class that
is made, so such a folder is a program; it is for whoever sets it to vouch for it.

This module imports pyannote; import it only where that is loaded anyway.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from pyannote.audio import Pipeline
from pyannote.audio.pipelines import SpeakerDiarization
from pyannote.core import SlidingWindowFeature
from scipy.spatial.distance import cdist

from qa.domain.errors import ModelMissing
from qa.domain.transcript import Span
from qa.ports import SAMPLE_RATE, Diarization

BATCH = 16
"""Windows segmented and voices embedded at once, whatever the folder says."""
MOST_CLUSTERED = 1500
"""Windows whose embeddings are clustered, up to three each: the clustering of pyannote is quadratic in time
and memory, 80 MB here. At the usual step of 1 s that is 25 minutes of a recording; of a longer one, so many
windows from all over it."""


class HubPipeline:
    """Tells voices apart as a pyannote pipeline does.

    Args:
        pipeline: Ready to run.
        device: ``cpu`` or ``cuda``.
    """

    def __init__(self, pipeline: Any, *, device: str) -> None:
        pipeline.legacy = False
        pipeline.segmentation_batch_size = BATCH
        pipeline.embedding_batch_size = BATCH
        pipeline.clustering = BoundedClustering(pipeline.clustering)
        self._pipeline = pipeline.to(torch.device(device))

    def __call__(self, waveform: torch.Tensor, *, most: int) -> Diarization:
        """Diarize a waveform of shape ``(1, n)`` with at most ``most`` voices."""
        output = self._pipeline(
            {"waveform": waveform, "sample_rate": SAMPLE_RATE}, min_speakers=1, max_speakers=most
        )
        duration_s = waveform.shape[1] / SAMPLE_RATE
        turns: dict[str, list[Span]] = {}
        for segment, _, label in output.speaker_diarization.itertracks(yield_label=True):
            turns.setdefault(str(label), []).append(_span(segment, duration_s))
        exclusive = (
            (_span(segment, duration_s), str(label))
            for segment, _, label in output.exclusive_speaker_diarization.itertracks(
                yield_label=True
            )
        )
        return Diarization(
            turns={label: tuple(spans) for label, spans in turns.items()},
            exclusive=tuple(exclusive),
        )


class BoundedClustering:
    """A clustering of pyannote, applied to so many windows at most; the others go with the nearest voice.

    Args:
        clustering: A ``pyannote.audio.pipelines.clustering.BaseClustering`` with its parameters set.
        most: How many windows it is given.
    """

    def __init__(self, clustering: Any, *, most: int = MOST_CLUSTERED) -> None:
        self._clustering = clustering
        self._most = most
        self.expects_num_clusters = clustering.expects_num_clusters

    def __call__(
        self,
        embeddings: npt.NDArray[np.float32],
        segmentations: SlidingWindowFeature,
        **bounds: Any,
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float32]]:
        """Cluster embeddings of shape ``(windows, voices, dimension)``.

        Args:
            embeddings: NaN where there is none.
            segmentations: Shape ``(windows, frames, voices)``, 0 or 1.
            bounds: What else pyannote passes: the numbers of clusters.

        Returns:
            The cluster of each embedding, how near it is to each cluster, and the mean of each cluster.
        """
        windows = len(embeddings)
        if windows <= self._most:
            found: tuple[Any, Any, Any] = self._clustering(
                embeddings=embeddings, segmentations=segmentations, **bounds
            )
            return found
        chosen = np.linspace(0, windows - 1, self._most).astype(int)
        _, _, centroids = self._clustering(
            embeddings=embeddings[chosen],
            segmentations=SlidingWindowFeature(
                segmentations.data[chosen], segmentations.sliding_window
            ),
            **bounds,
        )
        flat = embeddings.reshape(-1, embeddings.shape[-1])
        near = 2 - cdist(flat, centroids, metric=self._clustering.metric)
        soft = near.reshape(*embeddings.shape[:2], len(centroids))
        if self._clustering.constrained_assignment:
            return self._clustering.constrained_argmax(soft), soft, centroids
        return np.argmax(soft, axis=2), soft, centroids


def load(folder: Path, *, device: str) -> HubPipeline:
    """Load a folder's pipeline.

    Raises ``ModelMissing`` where a part of it is missing or it is another kind of pipeline.
    """
    try:
        pipeline = Pipeline.from_pretrained(folder)
    # A folder of the user's fails in as many ways as it has files: no such class, no such key, not a
    # checkpoint, a part that is to come from the hub. All have one remedy.
    except Exception as error:
        raise ModelMissing(
            f"the pyannote pipeline in {folder} cannot be loaded: {type(error).__name__}: {error}",
            hint="clone its repository whole, with its segmentation, embedding and plda folders",
        ) from error
    if not isinstance(pipeline, SpeakerDiarization):
        raise ModelMissing(
            f"{folder} holds another kind of pipeline: {type(pipeline).__name__}",
            hint="QA_DIARIZATION_PIPELINE must name a pipeline for speaker diarization",
        )
    return HubPipeline(pipeline, device=device)


def _span(segment: Any, duration_s: float) -> Span:
    """The last window is padded, so a voice may seem to go on past the end."""
    return Span(round(segment.start, 3), round(min(segment.end, duration_s), 3))

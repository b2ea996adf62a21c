"""A pipeline folder as the model hub has them, in full and from real checkpoints.

The segmentation is the packaged one. The embedding is WeSpeaker's ResNet34, as community-1 has it, with
chance weights: this is about loading and running such a folder, not about how well it tells voices.
"""

from __future__ import annotations

import warnings
from itertools import pairwise
from pathlib import Path
from shutil import copyfile

import numpy as np
import pytest
import yaml

from models import diarizer_pyannote
from models.diarizer_pyannote import PyannoteDiarizer
from models.registry import Registry
from qa.domain.errors import ModelMissing
from qa.ports import SAMPLE_RATE, Samples

pytestmark = pytest.mark.models

DIMENSION, PLDA_DIMENSION = 256, 128
CONFIG = {
    "dependencies": {"pyannote.audio": "4.0.0"},
    "pipeline": {
        "name": "pyannote.audio.pipelines.SpeakerDiarization",
        "params": {
            "clustering": "VBxClustering",
            "segmentation": "$model/segmentation",
            "segmentation_batch_size": 32,
            "embedding": "$model/embedding",
            "embedding_batch_size": 32,
            "embedding_exclude_overlap": True,
            "plda": "$model/plda",
        },
    },
    "params": {
        "clustering": {"threshold": 0.6, "Fa": 0.07, "Fb": 0.8},
        "segmentation": {"min_duration_off": 0.0},
    },
}


@pytest.fixture(scope="module")
def community(registry: Registry, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the layout of a clone of ``pyannote/speaker-diarization-community-1``."""
    folder = tmp_path_factory.mktemp("community-1")
    for part in ("segmentation", "embedding", "plda"):
        (folder / part).mkdir()
    copyfile(
        registry.path(diarizer_pyannote.SEGMENTATION), folder / "segmentation" / "pytorch_model.bin"
    )
    _write_embedding(folder / "embedding" / "pytorch_model.bin")
    chance = np.random.default_rng(7)
    np.savez(
        folder / "plda" / "xvec_transform.npz",
        mean1=np.zeros(DIMENSION),
        mean2=np.zeros(PLDA_DIMENSION),
        lda=np.linalg.qr(chance.normal(size=(DIMENSION, PLDA_DIMENSION)))[0],
    )
    np.savez(
        folder / "plda" / "plda.npz",
        mu=np.zeros(PLDA_DIMENSION),
        tr=np.eye(PLDA_DIMENSION),
        psi=np.linspace(4.0, 0.1, PLDA_DIMENSION),
    )
    (folder / "config.yaml").write_text(yaml.safe_dump(CONFIG), encoding="utf-8")
    return folder


def _write_embedding(path: Path) -> None:
    """A checkpoint as pyannote saves its own."""
    with warnings.catch_warnings():
        # torchcodec warns on import that FFmpeg's libraries are not there; nothing decodes with it.
        warnings.simplefilter("ignore")
        import lightning
        import torch
        from pyannote.audio.core.task import Problem, Resolution, Specifications
        from pyannote.audio.models.embedding import WeSpeakerResNet34

        torch.manual_seed(7)
        model = WeSpeakerResNet34()
    model.specifications = Specifications(
        problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=10.0
    )
    checkpoint = {
        "state_dict": model.state_dict(),
        "hyper_parameters": dict(model.hparams),
        "pytorch-lightning_version": lightning.__version__,
    }
    model.on_save_checkpoint(checkpoint)
    torch.save(checkpoint, path)


@pytest.fixture(scope="module")
def diarizer(registry: Registry, community: Path) -> PyannoteDiarizer:
    return diarizer_pyannote.build(registry, pipeline=community, device="cpu")


@pytest.fixture(scope="module")
def moment(telephone: tuple[Samples, Path]) -> Samples:
    """Speech from 0.2 s to the end, 10.5 s: two windows, since this network takes seconds for each."""
    return telephone[0][round(6.5 * SAMPLE_RATE) : 17 * SAMPLE_RATE]


def test_a_folder_of_the_hub_diarizes_offline(diarizer: PyannoteDiarizer, moment: Samples) -> None:
    found = diarizer.diarize(moment, max_speakers=2)

    spans = [span for span, _ in found.exclusive]
    assert 1 <= len(found.turns) <= 2
    assert {label for _, label in found.exclusive} <= set(found.turns)
    assert all(a.end_s <= b.start_s for a, b in pairwise(spans))
    # Who spoke is up to chance weights; that somebody did is the segmentation's.
    assert 7 < sum(span.duration_s for span in spans) <= 10.5


def test_its_speakers_are_bounded_by_the_caller(
    diarizer: PyannoteDiarizer, moment: Samples
) -> None:
    assert len(diarizer.diarize(moment, max_speakers=1).turns) == 1


def test_silence_has_no_voices_there_either(diarizer: PyannoteDiarizer) -> None:
    assert diarizer.diarize(np.zeros(5 * SAMPLE_RATE, np.float32), max_speakers=2).turns == {}


def test_a_part_that_is_not_in_the_folder_is_named(
    registry: Registry, community: Path, tmp_path: Path
) -> None:
    pipeline = {**CONFIG["pipeline"], "params": {**CONFIG["pipeline"]["params"], "plda": "a/b"}}  # type: ignore[dict-item]
    config = yaml.safe_dump({**CONFIG, "pipeline": pipeline})
    (tmp_path / "config.yaml").write_text(config, encoding="utf-8")
    for part in ("segmentation", "embedding"):
        (tmp_path / part).symlink_to(community / part)

    with pytest.raises(ModelMissing, match=str(tmp_path)):
        diarizer_pyannote.build(registry, pipeline=tmp_path)


def test_another_kind_of_pipeline_is_refused(
    registry: Registry, community: Path, tmp_path: Path
) -> None:
    config = {
        "pipeline": {
            "name": "pyannote.audio.pipelines.VoiceActivityDetection",
            "params": {"segmentation": "$model/segmentation"},
        }
    }
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (tmp_path / "segmentation").symlink_to(community / "segmentation")

    with pytest.raises(ModelMissing, match="VoiceActivityDetection"):
        diarizer_pyannote.build(registry, pipeline=tmp_path)


def test_a_folder_without_a_pipeline_is_named(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=str(tmp_path)):
        diarizer_pyannote.build(registry, pipeline=tmp_path)


def test_of_a_long_recording_a_part_is_clustered_and_the_rest_goes_along() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyannote.audio.pipelines.clustering import AgglomerativeClustering
        from pyannote.core import SlidingWindow, SlidingWindowFeature

        from models.hub_pipeline import BoundedClustering

    chance = np.random.default_rng(3)
    whose = chance.integers(0, 2, size=(4000, 1))
    embeddings = np.eye(16)[whose] + chance.normal(0, 0.05, (4000, 1, 16))
    embeddings[7, 0] = np.nan
    active = SlidingWindowFeature(np.ones((4000, 10, 1)), SlidingWindow(10, 1))
    clustering = AgglomerativeClustering().instantiate(
        {"method": "centroid", "min_cluster_size": 12, "threshold": 0.7}
    )

    bounded = BoundedClustering(clustering, most=300)
    labels, near, centroids = bounded(
        embeddings=embeddings,
        segmentations=active,
        num_clusters=None,
        min_clusters=1,
        max_clusters=3,
    )

    assert labels.shape == (4000, 1)
    assert near.shape == (4000, 1, 2)
    assert centroids.shape == (2, 16)
    right = np.delete(labels == whose, 7)
    assert right.all() or not right.any()

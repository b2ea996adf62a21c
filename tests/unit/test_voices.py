from __future__ import annotations

import tracemalloc

import numpy as np
import numpy.typing as npt
import pytest
from sklearn.metrics import silhouette_score

from models.voices import MOST_CLUSTERED, find_voices, nearest, silhouette

Vectors = npt.NDArray[np.float32]


def voice(direction: int, count: int, *, spread: float = 0.05, seed: int = 1) -> Vectors:
    """Embeddings of one voice: near one axis of 192, and of unit length."""
    chance = np.random.default_rng(seed + direction)
    near = np.eye(192, dtype=np.float32)[direction] + chance.normal(0, spread, (count, 192))
    unit: Vectors = (near / np.linalg.norm(near, axis=1, keepdims=True)).astype(np.float32)
    return unit


def seconds(*counts: int, each_s: float = 2.0) -> Vectors:
    return np.full(sum(counts), each_s, dtype=np.float32)


def test_two_voices_are_found_and_told_apart() -> None:
    both = np.concatenate([voice(0, 20), voice(1, 8)])

    found = find_voices(both, seconds(28), most=2)

    assert found.shape == (2, 192)
    own = nearest(both, found)
    assert len(set(own[:20])) == len(set(own[20:])) == 1
    assert own[0] != own[-1]


def test_one_voice_is_not_cut_in_two() -> None:
    assert len(find_voices(voice(0, 30), seconds(30), most=3)) == 1


def test_a_third_voice_is_found_only_where_three_may_be() -> None:
    three = np.concatenate([voice(0, 20), voice(1, 20), voice(2, 6)])

    assert len(find_voices(three, seconds(46), most=3)) == 3
    assert len(find_voices(three, seconds(46), most=2)) == 2
    assert len(find_voices(three, seconds(46), most=1)) == 1


def test_a_chance_sound_is_no_voice() -> None:
    talk = np.concatenate([voice(0, 30), voice(1, 30), voice(2, 1)])

    found = find_voices(talk, np.append(seconds(60), np.float32(1.0)), most=3)

    assert len(found) == 2


def test_two_stretches_are_two_voices_where_they_differ() -> None:
    assert len(find_voices(np.concatenate([voice(0, 1), voice(1, 1)]), seconds(2), most=2)) == 2
    assert len(find_voices(voice(0, 2), seconds(2), most=2)) == 1


def test_one_stretch_is_one_voice() -> None:
    alone = voice(0, 1)

    assert np.allclose(find_voices(alone, seconds(1), most=2), alone, atol=1e-6)


def test_hours_of_speech_are_clustered_in_bounded_memory() -> None:
    count = 20_000
    many = np.concatenate([voice(0, count), voice(1, count)])

    tracemalloc.start()
    found = find_voices(many, seconds(2 * count), most=2)
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert len(found) == 2
    # All distances of them would take 6 GB.
    assert peak_bytes < 150e6
    assert 2 * count > MOST_CLUSTERED
    assert len(set(nearest(many, found)[:count])) == 1


def test_the_silhouette_is_that_of_scikit_learn() -> None:
    both = np.concatenate([voice(0, 12, spread=0.1), voice(1, 5, spread=0.2), voice(2, 1)])
    labels = np.array([0] * 12 + [1] * 5 + [2])

    expected = silhouette_score(both, labels, metric="cosine")

    assert silhouette(both, labels) == pytest.approx(expected, abs=1e-5)


def test_one_cluster_has_no_silhouette() -> None:
    assert silhouette(voice(0, 5), np.zeros(5, dtype=np.int64)) == -1.0

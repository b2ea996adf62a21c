"""How many voices there are among embeddings, and which embedding is whose.

Average-linkage clustering proposes partitions; the one with the clearest silhouette (Rousseeuw, J. Comput.
Appl. Math. 20, 1987) is taken, and none where even that is not clear: then it is one voice. At most
``MOST_CLUSTERED`` embeddings are clustered, since clustering is quadratic in them; the others go with the
nearest voice, as all do in the end.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import fcluster, linkage

Vectors = npt.NDArray[np.float32]

ONE_VOICE = 0.3
"""Silhouette below which all is one voice. On calls laid together for the purpose from ten synthetic voices
that the sample calls do not have: 0.25 and less for one voice cut in two, 0.38 and more for two voices."""
SAME_VOICE = 0.87
"""Cosine of two means from which they are halves of one voice, however clear. On the same calls
two voices have less; to give two parties' words to one is worse than to hear one party as two."""
CLEARER_BY = 0.03
"""How much clearer three voices must be than two, since two are what a call has."""
MOST_CLUSTERED = 2000
"""Speech of well over an hour; its distances take 16 MB."""
LEAST_VOICE_S = 2.0
"""Speech a cluster must hold to be a voice and no chance sound; in a short recording a tenth of all."""
TELLING_S = 1.0
"""Clean speech a stretch must have for a say in which voices there are."""
TWO_STRETCHES_ALIKE = 0.65
"""Cosine from which two stretches, where there are no more, are one voice: 98 % of pairs of one voice have
more, 85 % of pairs of two voices less."""
_PAIR = 2
_LEAST_TELLING = 4
_MOST_CUTS = 12
_SETTLE_ROUNDS = 5


def find_voices(embeddings: Vectors, speech_s: Vectors, *, most: int) -> Vectors:
    """The voices among embeddings.

    Args:
        embeddings: Of unit length, shape ``(n, dimension)``, ``n`` at least 1.
        speech_s: Clean speech behind each, shape ``(n,)``.
        most: How many voices there may be, at least 1.

    Returns:
        The mean of each voice at unit length, shape ``(1 to most, dimension)``.
    """
    telling = np.flatnonzero(speech_s >= TELLING_S)
    if len(telling) < _LEAST_TELLING:
        telling = np.arange(len(embeddings))
    if len(telling) > MOST_CLUSTERED:
        telling = telling[np.linspace(0, len(telling) - 1, MOST_CLUSTERED).astype(int)]
    told, weight_s = embeddings[telling], speech_s[telling]
    everything = _unit(told.mean(axis=0, keepdims=True))
    if most == 1 or len(told) == 1:
        return everything
    if len(told) == _PAIR:
        return told if float(told[0] @ told[1]) < TWO_STRETCHES_ALIKE else everything
    least_s = min(LEAST_VOICE_S, 0.1 * float(weight_s.sum()))
    tree = linkage(told, method="average", metric="cosine")
    best, clearest = everything, ONE_VOICE
    for cut in range(_PAIR, min(len(told), _MOST_CUTS) + 1):
        clusters = fcluster(tree, cut, criterion="maxclust")
        speech_in = {k: float(weight_s[clusters == k].sum()) for k in np.unique(clusters)}
        large = [k for k, held_s in speech_in.items() if held_s >= least_s]
        if len(large) < _PAIR:
            continue
        large = sorted(large, key=lambda k: -speech_in[k])[:most]
        voices = _settled(told, np.stack([told[clusters == k].mean(axis=0) for k in large]))
        if float(np.max((voices @ voices.T)[~np.eye(len(voices), dtype=bool)])) >= SAME_VOICE:
            continue
        clarity = silhouette(told, nearest(told, voices)) - CLEARER_BY * (len(voices) - _PAIR)
        if clarity > clearest:
            best, clearest = voices, clarity
    return best


def nearest(embeddings: Vectors, voices: Vectors) -> npt.NDArray[np.int64]:
    """Index of the voice nearest to each embedding, by cosine; both of unit length."""
    index: npt.NDArray[np.int64] = np.argmax(embeddings @ voices.T, axis=1)
    return index


def silhouette(embeddings: Vectors, labels: npt.NDArray[np.int64]) -> float:
    """Mean silhouette under cosine distance, -1 to 1; -1 where there is but one cluster.

    Linear in the embeddings: they have unit length, so the mean distance to a cluster is the distance to
    the mean of its members.

    Args:
        embeddings: Of unit length, shape ``(n, dimension)``.
        labels: The cluster of each, shape ``(n,)``.
    """
    clusters, own, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    if len(clusters) == 1:
        return -1.0
    means = np.stack([embeddings[own == k].mean(axis=0) for k in range(len(clusters))])
    distances = 1 - embeddings @ means.T
    rows, size = np.arange(len(embeddings)), sizes[own]
    # A member's distance to itself, which is none, is not to count.
    within = distances[rows, own] * size / np.maximum(size - 1, 1)
    distances[rows, own] = np.inf
    other = distances.min(axis=1)
    clear = (other - within) / np.maximum(np.maximum(within, other), np.finfo(np.float32).tiny)
    return float(np.where(size > 1, clear, 0.0).mean())


def _settled(embeddings: Vectors, voices: Vectors) -> Vectors:
    """Means moved to where their nearest embeddings are, a few times (spherical k-means)."""
    voices = _unit(voices)
    for _ in range(_SETTLE_ROUNDS):
        own = nearest(embeddings, voices)
        if len(np.unique(own)) < len(voices):
            return voices
        voices = _unit(np.stack([embeddings[own == k].mean(axis=0) for k in range(len(voices))]))
    return voices


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = vectors / np.maximum(lengths, np.finfo(np.float32).tiny)
    return unit

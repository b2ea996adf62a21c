"""The trained heads: which are in use, from which score on, and the figures that earned them that.

``heads.toml`` is written by ``python -m bench.heads`` (see ``docs/semantic.md``), a lesson's document by
``qa learn`` (``docs/learning.md``). A head is a logistic regression on a sentence's vector; it belongs to the
encoder that it was trained on and to no other.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from qa.domain.detectors.base import Marks
from qa.ports import Vectors

Ratings = npt.NDArray[np.float64]

FILE = Path(__file__).with_name("heads.toml")
NUMBERS_A_LINE = 16
DECIMALS = 2
"""Of weights: what a reader can still compare, and exact enough."""

RATING_DECIMALS = 4
"""Of ratings; further ones depend on the machine, and on which sentences were encoded together."""


@dataclass(frozen=True, slots=True)
class Head:
    """A head in use.

    Attributes:
        weights: Shape ``(d,)``.
    """

    marks: Marks
    bias: float
    weights: Vectors

    def ratings(self, vectors: Vectors) -> Ratings:
        """How sure it is of each vector (shape ``(n, d)``), 0-1, shape ``(n,)``."""
        return rate(self.weights, self.bias, vectors)


@dataclass(frozen=True, slots=True)
class Heads:
    """All heads in use.

    Attributes:
        encoder: Name and revision of what they were trained on.
        bank_sha256: Of the phrase bank that they were trained from.
        digest: Changes when any of them does.
    """

    encoder: str
    bank_sha256: str
    digest: str
    by_name: Mapping[str, Head]


def rate(weights: npt.NDArray[np.floating[Any]], bias: float, vectors: Vectors) -> Ratings:
    """How sure a head is of each vector (shape ``(n, d)``), 0-1, shape ``(n,)``; the same in training and in use."""
    logits = (vectors @ weights.astype(np.float32) + bias).astype(np.float64)
    rated: Ratings = 1 / (1 + np.exp(-logits))
    return rated.round(RATING_DECIMALS)


@cache
def shipped() -> Heads:
    """The heads that ship."""
    return parse(FILE.read_text(encoding="utf-8"))


def parse(text: str) -> Heads:
    """The heads of a file."""
    document = tomllib.loads(text)
    by_name = {
        name: Head(
            Marks(used["sure"], used["maybe"]),
            document["weights"][name]["bias"],
            np.array(document["weights"][name]["weights"], dtype=np.float32),
        )
        for name, used in document.get("use", {}).items()
    }
    return Heads(
        encoder=document["encoder"],
        bank_sha256=document["bank_sha256"],
        digest=hashlib.sha256(text.encode()).hexdigest()[:12],
        by_name=by_name,
    )


def in_use(encoder: str, learned: str | None) -> Heads:
    """The heads that are in use with an encoder: those that ship, and over them those of a lesson's document."""
    parts = [shipped(), *([parse(learned)] if learned else [])]
    own = [part for part in parts if part.encoder == encoder]
    return Heads(
        encoder=encoder,
        bank_sha256="",
        digest=" ".join(part.digest for part in own),
        by_name={name: head for part in own for name, head in part.by_name.items()},
    )


def document(encoder: str, by_name: Mapping[str, Head]) -> str:
    """The document of a lesson, which ``parse`` reads."""
    lines = [f'encoder = "{encoder}"', 'bank_sha256 = ""']
    lines += [use_line(name, head.marks) for name, head in by_name.items()]
    for name, head in by_name.items():
        weights = [round(float(weight), DECIMALS) for weight in head.weights]
        lines += weights_lines(name, head.bias, weights)
    return "\n".join(lines) + "\n"


def use_line(name: str, marks: Marks) -> str:
    """A head's marks, as a file has them."""
    return f"\n[use.{name}]\nsure = {marks.sure}\nmaybe = {marks.maybe}"


def weights_lines(name: str, bias: float, weights: Sequence[float]) -> Iterator[str]:
    """A head's weights, as a file has them."""
    yield f"\n[weights.{name}]\nbias = {bias}\nweights = ["
    for first in range(0, len(weights), NUMBERS_A_LINE):
        numbers = weights[first : first + NUMBERS_A_LINE]
        yield f"    {', '.join(str(number) for number in numbers)},"
    yield "]"


def bank_digest(folder: Path) -> str:
    """The sha256 of a phrase bank: of its files in order of name, each with its name."""
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.txt")):
        digest.update(f"{file.name}\n".encode() + file.read_bytes())
    return digest.hexdigest()

"""The trained heads: which are in use, from which score on, and the figures that earned them that.

``heads.toml`` is written by ``python -m bench.heads`` (see ``docs/semantic.md``). A head is a logistic
regression on a sentence's vector; it belongs to the encoder that it was trained on and to no other.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from qa.domain.detectors.base import Marks
from qa.ports import Vectors

FILE = Path(__file__).with_name("heads.toml")


@dataclass(frozen=True, slots=True)
class Head:
    """A head in use.

    Attributes:
        weights: Shape ``(d,)``.
    """

    marks: Marks
    bias: float
    weights: Vectors

    def ratings(self, vectors: Vectors) -> Vectors:
        """How sure it is of each vector (shape ``(n, d)``), 0-1, shape ``(n,)``."""
        rated: Vectors = 1 / (1 + np.exp(-(vectors @ self.weights + self.bias)))
        return rated


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


def bank_digest(folder: Path) -> str:
    """The sha256 of a phrase bank: of its files in order of name, each with its name."""
    digest = hashlib.sha256()
    for file in sorted(folder.glob("*.txt")):
        digest.update(f"{file.name}\n".encode() + file.read_bytes())
    return digest.hexdigest()

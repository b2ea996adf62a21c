"""The weights that may be loaded, read from ``manifest.toml``."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from qa.domain.errors import ModelMissing

_MANIFEST = Path(__file__).with_name("manifest.toml")


@dataclass(frozen=True, slots=True)
class Part:
    """A file, or a part of one, inside an installed distribution; the path starts at site-packages."""

    distribution: str
    path: str


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of a weight.

    Attributes:
        file: Its name in the weight's folder, and in the hub's repository.
        sha256: Of the whole file; a file that differs is never loaded.
        packaged: Its parts inside installed distributions, in order; one part is the file itself.
    """

    file: str
    sha256: str
    bytes: int
    packaged: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Weight:
    """One model's files.

    Attributes:
        kind: ``asr``, ``vad``, ``segmentation``, ``embedding`` (of voices) or ``encoder`` (of sentences).
        revision: The commit of the hub's repository, or the release of the package that carries it.
        hub: Repository on the hub with the same bytes, ``None`` where there is none.
    """

    name: str
    kind: str
    revision: str
    licence: str
    languages: tuple[str, ...]
    hub: str | None
    files: tuple[WeightFile, ...]

    @property
    def extra(self) -> str:
        """The extra of the package that brings it."""
        return "semantic" if self.kind == "encoder" else "speech"

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(file.bytes for file in self.files)

    @property
    def digest(self) -> str:
        """Twelve characters that change when any byte of any file does."""
        listing = "".join(f"{file.file} {file.sha256}\n" for file in self.files)
        return hashlib.sha256(listing.encode()).hexdigest()[:12]


@cache
def weights() -> tuple[Weight, ...]:
    """Every weight of the manifest, in its order."""
    listed = tomllib.loads(_MANIFEST.read_text(encoding="utf-8"))["weights"]
    return tuple(_weight(entry) for entry in listed)


def weight(name: str) -> Weight:
    """One weight by name. Raises ``ModelMissing`` for a name that the manifest does not hold."""
    for candidate in weights():
        if candidate.name == name:
            return candidate
    raise ModelMissing(
        f"no weight is called {name}",
        hint=f"the manifest holds {', '.join(known.name for known in weights())}",
    )


def revision(name: str) -> str:
    """What identifies a weight's exact bytes in a fingerprint, without touching its files."""
    return weight(name).digest


def _weight(entry: dict[str, Any]) -> Weight:
    return Weight(
        name=entry["name"],
        kind=entry["kind"],
        revision=entry["revision"],
        licence=entry["licence"],
        languages=tuple(entry["languages"]),
        hub=entry.get("hub"),
        files=tuple(
            WeightFile(
                file=file["file"],
                sha256=file["sha256"],
                bytes=file["bytes"],
                packaged=tuple(Part(**part) for part in file["packaged"]),
            )
            for file in entry["files"]
        ),
    )

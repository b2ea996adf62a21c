"""Finds weight files and verifies them before anything loads them.

A file is looked for in the models folder (``QA_MODEL_DIR``), then inside installed packages. Files that
come in parts are joined into the models folder once. pyannote unpickles its checkpoints, so a weight file
is a program: the sha256 of the manifest is checked every time, not only after a download.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Literal

from models.manifest import Part, Weight, WeightFile, weight, weights
from qa.domain.errors import ModelCorrupt, ModelMissing
from qa.ports import WeightFacts

_CHUNK_BYTES = 1 << 20

Download = Callable[[str, str, str, Path], Path]
"""Gets one file: (repository, revision, file, folder to put it in) to where it now lies."""


class Registry:
    """The weights of one installation.

    Args:
        home: The models folder; it need not exist.
        download: How ``fetch`` gets a file; the hub unless a test says otherwise.
    """

    def __init__(self, home: Path, *, download: Download | None = None) -> None:
        self._home = home
        self._download = download

    def facts(self) -> tuple[WeightFacts, ...]:
        """Every weight of the manifest and where its files are found, without reading them."""
        return tuple(
            WeightFacts(
                name=known.name,
                kind=known.kind,
                revision=known.revision,
                licence=known.licence,
                languages=known.languages,
                bytes=known.bytes,
                origin=self._origin(known),
                fetchable=known.hub is not None,
            )
            for known in weights()
        )

    def has(self, name: str) -> bool:
        """Whether every file of a weight is found, without reading them."""
        return self._origin(weight(name)) != "missing"

    def require(self, name: str) -> None:
        """Look that every file of a weight is there, without reading them. Raises ``ModelMissing``."""
        wanted = weight(name)
        for file in wanted.files:
            if not self._kept(wanted, file).is_file():
                _installed(wanted, file)

    def path(self, name: str) -> Path:
        """The verified file of a weight that is a single file.

        Raises ``ModelMissing`` and ``ModelCorrupt``.
        """
        wanted = weight(name)
        (file,) = wanted.files
        kept = self._kept(wanted, file)
        found = kept if kept.is_file() else _installed(wanted, file)[0]
        _verify(wanted, found, file)
        return found

    def folder(self, name: str) -> Path:
        """A folder that holds all verified files of a weight; parts are joined into it first.

        Raises ``ModelMissing`` and ``ModelCorrupt``.
        """
        wanted = weight(name)
        for file in wanted.files:
            kept = self._kept(wanted, file)
            if kept.is_file():
                _verify(wanted, kept, file)
            else:
                parts = _installed(wanted, file)
                _write(wanted, file, kept, _pieces(parts))
        return self._home / wanted.name

    def paths(self, name: str) -> dict[str, Path]:
        """The verified files of a weight by name, each where it lies; for a weight whose files come whole.

        Raises ``ModelMissing`` and ``ModelCorrupt``.
        """
        wanted = weight(name)
        found: dict[str, Path] = {}
        for file in wanted.files:
            kept = self._kept(wanted, file)
            (place,) = (kept,) if kept.is_file() else _installed(wanted, file)
            _verify(wanted, place, file)
            found[file.file] = place
        return found

    def verify(self, name: str) -> None:
        """Read every file of a weight and compare its sha256; write nothing.

        Raises ``ModelMissing`` and ``ModelCorrupt``.
        """
        wanted = weight(name)
        for file in wanted.files:
            kept = self._kept(wanted, file)
            found = (kept,) if kept.is_file() else _installed(wanted, file)
            digest = hashlib.sha256()
            for piece in _pieces(found):
                digest.update(piece)
            _compare(wanted, found[0], file, digest.hexdigest())

    def fetch(self, name: str) -> None:
        """Download a weight from the hub at its pinned revision into the models folder.

        The only thing in Call QA that goes online by itself. Raises ``ModelMissing`` when the hub
        does not have it or cannot be reached, and ``ModelCorrupt`` when what came is something else.
        """
        wanted = weight(name)
        if wanted.hub is None:
            raise ModelMissing(
                f"{name} is not on the model hub",
                hint=f'run: pip install "call-qa[{wanted.extra}]"',
            )
        download = self._download or _from_hub
        self._home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._home, prefix=".fetch-") as folder:
            for file in wanted.files:
                try:
                    arrived = download(wanted.hub, wanted.revision, file.file, Path(folder))
                except OSError as error:
                    raise ModelMissing(
                        f"{file.file} of {name} could not be downloaded from {wanted.hub}",
                        hint="check the connection and, for a gated repository, that HF_TOKEN is set",
                    ) from error
                _write(wanted, file, self._kept(wanted, file), _pieces((arrived,)))

    def _kept(self, wanted: Weight, file: WeightFile) -> Path:
        return self._home / wanted.name / file.file

    def _origin(self, wanted: Weight) -> Literal["folder", "package", "missing"]:
        if all(self._kept(wanted, file).is_file() for file in wanted.files):
            return "folder"
        try:
            self.require(wanted.name)
        except ModelMissing:
            return "missing"
        return "package"


def _installed(wanted: Weight, file: WeightFile) -> tuple[Path, ...]:
    """Where the parts of a file lie in installed packages, found without importing any."""
    found = []
    for part in file.packaged:
        path = _in_distribution(part)
        if path is None:
            fetch = f" or: qa models fetch {wanted.name}" if wanted.hub else ""
            raise ModelMissing(
                f"{file.file} of {wanted.name} is not installed",
                hint=f'run: pip install "call-qa[{wanted.extra}]"{fetch}',
            )
        found.append(path)
    return tuple(found)


def _in_distribution(part: Part) -> Path | None:
    try:
        path = Path(str(distribution(part.distribution).locate_file(part.path)))
    except PackageNotFoundError:
        return None
    return path if path.is_file() else None


def _pieces(paths: Iterable[Path]) -> Iterator[bytes]:
    for path in paths:
        with path.open("rb") as stream:
            while piece := stream.read(_CHUNK_BYTES):
                yield piece


def _verify(wanted: Weight, path: Path, file: WeightFile) -> None:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    _compare(wanted, path, file, digest)


def _compare(wanted: Weight, path: Path, file: WeightFile, digest: str) -> None:
    if digest != file.sha256:
        raise ModelCorrupt(
            f"{path} is not the {file.file} of {wanted.name} that the manifest names",
            hint="it was not loaded: delete it and install or fetch the weight again",
        )


def _write(wanted: Weight, file: WeightFile, target: Path, pieces: Iterable[bytes]) -> None:
    """Write a file whole or not at all: another process, or a crash, never sees half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            for piece in pieces:
                digest.update(piece)
                stream.write(piece)
            stream.flush()
            os.fsync(stream.fileno())
        _compare(wanted, target, file, digest.hexdigest())
        unfinished.chmod(0o644)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _from_hub(repository: str, revision: str, file: str, folder: Path) -> Path:
    try:
        from huggingface_hub import hf_hub_download
    except ImportError as error:
        raise ModelMissing(
            "huggingface-hub is not installed", hint='run: pip install "call-qa[speech]"'
        ) from error
    return Path(hf_hub_download(repository, file, revision=revision, local_dir=folder))

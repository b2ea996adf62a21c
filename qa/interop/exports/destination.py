"""Where an export goes: a file or a folder, each there whole or not at all."""

from __future__ import annotations

import os
import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from qa.domain.errors import SettingsInvalid

ZIP = ".zip"

Put = Callable[[str, bytes], None]
"""Adds a file, by its name, to what is written."""

_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""The earliest that a zip knows: what is in one tells nothing of when it was made."""


@contextmanager
def whole_file(out: Path) -> Iterator[BinaryIO]:
    """A file that takes its name when all is written. Raises ``SettingsInvalid`` where it cannot be."""
    draft = _draft_of(out)
    with _told(out):
        try:
            with draft.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)


@contextmanager
def whole_folder(out: Path) -> Iterator[Put]:
    """A new folder, or a zip where the name ends so, that takes its name when all files are written.

    Raises ``SettingsInvalid`` where it cannot be, and for a folder that holds something already.
    """
    if out.suffix.lower() == ZIP:
        with whole_file(out) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
            yield lambda name, content: zipped.writestr(_zipped(name), content)
        return
    if out.exists() and not (out.is_dir() and not any(out.iterdir())):
        raise SettingsInvalid(
            f"{out} holds something already", hint="name a new folder, or a file that ends in .zip"
        )
    draft = _draft_of(out)
    with _told(out):
        try:
            draft.mkdir()
            yield lambda name, content: _put(draft / name, content)
            os.sync()
            draft.replace(out)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def _put(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)


def _zipped(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, _FIRST_DAY)
    made.compress_type = zipfile.ZIP_DEFLATED
    made.external_attr = 0o644 << 16
    return made


def _draft_of(out: Path) -> Path:
    return out.with_name(f".{secrets.token_hex(4)}.part")


@contextmanager
def _told(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SettingsInvalid(f"{out} cannot be written: {error.strerror or error}") from error

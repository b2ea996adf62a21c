"""Playable copies of recordings inside the data folder, addressed by content."""

from __future__ import annotations

import io
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from qa.audio import source
from qa.domain.errors import CallNotFound

_SHA256 = re.compile(r"[0-9a-f]{64}")
_UNFINISHED = "audio/unfinished"
"""Where copies are written before they are moved to their place, on the same file system."""


class FlacShelf:
    """Keeps FLAC copies at ``audio/aa/<sha256>.flac``, at the recording's own rate and channels.

    Browsers play FLAC and seek in it; µ-law WAV, AMR and the like they do not.

    Args:
        home: The data folder.
    """

    def __init__(self, home: Path) -> None:
        self._home = home

    def keep(self, path: Path, sha256: str, *, check: Callable[[], None] = lambda: None) -> str:
        """Copy a recording to the shelf, atomically; a second time changes nothing.

        Args:
            path: The recording.
            sha256: Of its content.
            check: Called when all is read and before anything is kept; what it raises keeps nothing.

        Returns:
            The copy's path relative to the data folder. Raises ``NotScorable``.
        """
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"not a sha256: {sha256!r}")
        relative = f"audio/{sha256[:2]}/{sha256}.flac"
        kept = self._home / relative
        if not kept.is_file():
            _write_flac(path, kept, self._home / _UNFINISHED, check)
        return relative

    def locate(self, relative: str) -> Path:
        """The absolute path of a kept copy. Raises ``CallNotFound`` for anything off the shelf."""
        shelf = self._home.resolve() / "audio"
        try:
            asked = self._home.resolve() / relative
            found = asked.resolve(strict=True)
        except (OSError, ValueError) as error:
            raise CallNotFound("this recording is not on the shelf") from error
        # A link, or a path that climbs, resolves to something else than what was asked for.
        if found != asked or not found.is_relative_to(shelf) or not found.is_file():
            raise CallNotFound("this recording is not on the shelf")
        return found

    def clip(self, relative: str, start_s: float, end_s: float) -> bytes:
        """A stretch of a kept copy as a FLAC file of its own, nothing around it.

        Raises ``CallNotFound`` for anything off the shelf, and for a stretch that the copy does not hold.
        """
        return _cut(self.locate(relative), start_s, end_s)


def sweep(home: Path) -> None:
    """Remove the copies that a run was killed over; only while no run writes to this data folder."""
    for left in (home / _UNFINISHED).glob("*"):
        left.unlink(missing_ok=True)


def _cut(kept: Path, start_s: float, end_s: float) -> bytes:
    import soundfile

    with soundfile.SoundFile(os.fsencode(kept)) as recording:
        first = max(0, round(start_s * recording.samplerate))
        last = min(recording.frames, round(end_s * recording.samplerate))
        if last <= first:
            raise CallNotFound("this stretch is not in the recording")
        recording.seek(first)
        # The copies are 16 bit, so that nothing is lost on the way.
        samples = recording.read(last - first, dtype="int16", always_2d=True)
        cut = io.BytesIO()
        soundfile.write(cut, samples, recording.samplerate, format="FLAC", subtype="PCM_16")
    return cut.getvalue()


class _Written:
    """An open file for libsndfile, which tells of a full disk by "System error" at best, and not at all at its end."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._error: OSError | None = None

    def write(self, data: bytes) -> int:
        """Write all of it; an error is kept, since none may pass through libsndfile."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as error:
            self._error = self._error or error
            return 0
        return len(data)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """As of any file."""
        return os.lseek(self._descriptor, offset, whence)

    def tell(self) -> int:
        """As of any file."""
        return os.lseek(self._descriptor, 0, os.SEEK_CUR)

    def refuse_lost(self) -> None:
        """Raise the ``OSError`` of anything that could not be written."""
        if self._error is not None:
            raise self._error


def _write_flac(path: Path, kept: Path, unfinished: Path, check: Callable[[], None]) -> None:
    import soundfile

    with source.opened(path) as recording:
        _make_private(kept.parent)
        _make_private(unfinished)
        # The file is its owner's alone from the start: mkstemp makes it 0600.
        descriptor, name = tempfile.mkstemp(dir=unfinished, suffix=".flac")
        copy = Path(name)
        file = _Written(descriptor)
        try:
            try:
                with soundfile.SoundFile(
                    file, "w", recording.rate, recording.channels, format="FLAC", subtype="PCM_16"
                ) as stream:
                    for block in recording.blocks:
                        stream.write(block)
            finally:
                file.refuse_lost()
            os.fsync(descriptor)
            check()
            copy.replace(kept)
        finally:
            os.close(descriptor)
            copy.unlink(missing_ok=True)


def _make_private(folder: Path) -> None:
    """Make ``audio/aa`` and what is missing above it, open to the owner alone."""
    shelf = folder.parent
    # One by one: ``mkdir(parents=True)`` gives parents the default mode, whatever ``mode`` says.
    for missing in (shelf.parent, shelf, folder):
        missing.mkdir(mode=0o700, parents=True, exist_ok=True)

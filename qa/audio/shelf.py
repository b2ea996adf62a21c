"""Playable copies of recordings inside the data folder, addressed by content."""

from __future__ import annotations

import io
import os
import re
import tempfile
from pathlib import Path

from qa.audio import source
from qa.domain.errors import CallNotFound

_SHA256 = re.compile(r"[0-9a-f]{64}")


class FlacShelf:
    """Keeps FLAC copies at ``audio/aa/<sha256>.flac``, at the recording's own rate and channels.

    Browsers play FLAC and seek in it; µ-law WAV, AMR and the like they do not.

    Args:
        home: The data folder.
    """

    def __init__(self, home: Path) -> None:
        self._home = home

    def keep(self, path: Path, sha256: str) -> str:
        """Copy a recording to the shelf, atomically; a second time changes nothing.

        Returns:
            The copy's path relative to the data folder. Raises ``NotScorable``.
        """
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"not a sha256: {sha256!r}")
        relative = f"audio/{sha256[:2]}/{sha256}.flac"
        kept = self._home / relative
        if not kept.is_file():
            _write_flac(path, kept)
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


def _cut(kept: Path, start_s: float, end_s: float) -> bytes:
    import soundfile

    with soundfile.SoundFile(kept) as recording:
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


def _write_flac(path: Path, kept: Path) -> None:
    import soundfile

    with source.opened(path) as recording:
        _make_private(kept.parent)
        # The file is its owner's alone from the start: mkstemp makes it 0600.
        descriptor, name = tempfile.mkstemp(dir=kept.parent, prefix=".", suffix=".part")
        unfinished = Path(name)
        try:
            with soundfile.SoundFile(
                descriptor,
                "w",
                recording.rate,
                recording.channels,
                format="FLAC",
                subtype="PCM_16",
                closefd=False,
            ) as stream:
                for block in recording.blocks:
                    stream.write(block)
            os.fsync(descriptor)
            unfinished.replace(kept)
        finally:
            os.close(descriptor)
            unfinished.unlink(missing_ok=True)


def _make_private(folder: Path) -> None:
    """Make ``audio/aa`` and what is missing above it, open to the owner alone."""
    shelf = folder.parent
    # One by one: ``mkdir(parents=True)`` gives parents the default mode, whatever ``mode`` says.
    for missing in (shelf.parent, shelf, folder):
        missing.mkdir(mode=0o700, parents=True, exist_ok=True)

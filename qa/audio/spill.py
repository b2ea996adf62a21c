"""Where decoded sound is gathered: in memory, or for long recordings in a file without a name."""

from __future__ import annotations

import mmap
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import numpy as np

from qa.ports import SAMPLE_RATE, Samples

IN_MEMORY_S = 20 * 60
"""Longer recordings go to a file: two channels of this length are 150 MB, of three hours 1.4 GB."""

PIECE_SAMPLES = 1 << 20
"""What one look at a recording takes from it at a time, a minute of each channel."""


class Gathering:
    """Takes up the sound of a recording as it is decoded.

    What does not fit in memory goes to files that never have a name, so that nothing of a call is left
    behind even by ``kill -9``, and that nobody but this process can open.

    Args:
        channels: 1 or 2.
        folder: Where the files take their room, 230 MB for each hour of a channel and for a moment at the
            end half as much again; ``None`` for the system's own folder for such files.
        in_memory_s: What is kept in memory, seconds.
    """

    def __init__(
        self, channels: int, *, folder: Path | None = None, in_memory_s: float = IN_MEMORY_S
    ) -> None:
        self._channels = channels
        self._folder = folder
        self._room = int(in_memory_s * SAMPLE_RATE)
        self._length = 0
        self._blocks: list[Samples] = []
        self._files: list[IO[bytes]] = []
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def add(self, block: Samples) -> None:
        """Take up the next samples, shape ``(n, channels)``."""
        self._blocks.append(block)
        self._length += len(block)
        if self._length > self._room:
            self._to_disk()

    def whole(self) -> Samples:
        """All that was taken up, shape ``(channels, n)``, each channel in one piece.

        From a file it is mapped: its pages come and go as they are used. It outlives this object.
        """
        if not self._files:
            empty = np.zeros((0, self._channels), dtype=np.float32)
            return np.ascontiguousarray(np.concatenate([empty, *self._blocks]).T)
        first, *others = self._files
        for other in others:
            other.seek(0)
            shutil.copyfileobj(other, first, 1 << 20)
            other.truncate(0)
        first.flush()
        # The mapping keeps the file, which has no name, alive exactly as long as it lives itself.
        return np.memmap(first, np.float32, mode="r+", shape=(self._channels, self._length))

    def _to_disk(self) -> None:
        if not self._files:
            if self._folder is not None:
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Without a name from the start on Linux (O_TMPFILE), unlinked at once elsewhere; mode 0600.
            self._files = [
                self._open.enter_context(tempfile.TemporaryFile(dir=self._folder))  # noqa: SIM115 - __exit__ closes them
                for _ in range(self._channels)
            ]
        for block in self._blocks:
            for file, channel in zip(self._files, block.T, strict=True):
                file.write(np.ascontiguousarray(channel).tobytes())
        self._blocks = []


def pieces(samples: Samples, length: int = PIECE_SAMPLES) -> Iterator[Samples]:
    """Consecutive pieces of at most ``length`` samples along the last axis.

    A pass over three hours needs no more memory than over a piece.
    """
    for at in range(0, samples.shape[-1], length):
        yield samples[..., at : at + length]
        release(samples)


def release(samples: Samples) -> None:
    """Let go of the memory of samples that are mapped from a file, to be read again when they are used."""
    base: object = samples
    while isinstance(base, np.ndarray):
        if isinstance(base, np.memmap) and base.mode == "c":
            return
        base = base.base
    if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        base.madvise(mmap.MADV_DONTNEED)

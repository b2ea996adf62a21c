"""Recordings inside other files: written to the work folder when they are needed."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from qa.ports.importing import Described, Elsewhere, Inline
from qa.ports.runs import FileStamp


@dataclass(frozen=True, slots=True)
class Inside:
    """A recording that a record file carries (an ``Elsewhere``).

    Attributes:
        brought: Where the file itself came from; ``None`` for one that lies here.
    """

    file: Path
    content: Inline
    place: str
    brought: Elsewhere | None = None

    @property
    def stamp(self) -> FileStamp:
        """The file's own, since what is inside changes with it. Raises ``OSError``."""
        if self.brought is not None:
            return self.brought.stamp
        found = self.file.stat()
        return FileStamp(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)

    def bring(self, path: Path) -> None:
        """Write the recording to a path. Raises ``OSError`` and ``RecordsInvalid``."""
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f".{os.getpid()}.part")
        part.write_bytes(self.content())
        part.replace(path)

    def release(self, path: Path) -> None:
        """Remove it; it is written again when it is needed."""
        path.unlink(missing_ok=True)


def place_of(work: Path, file: Path, call: Described) -> Path:
    """Where the recording of a call comes to lie: a name of ours, whatever the file says."""
    key = hashlib.sha256(f"{os.fsencode(file)!r} {call.place}".encode()).hexdigest()[:32]
    return work / key / f"{file.stem[:60]}{call.suffix}"

"""Port of getting calls in: what a switch, a cloud or a transcriber wrote of calls, read into call records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from qa.domain.call import CallRecord
from qa.domain.signals import Signals
from qa.domain.transcript import Transcript
from qa.ports.runs import FileStamp

Inline = Callable[[], bytes]
"""Gives the recording that a record file carries within itself."""


@dataclass(frozen=True, slots=True)
class Transcribed:
    """What somebody else's recogniser heard in a call, in place of its audio.

    Attributes:
        made_by: The importer and its revision, and who transcribed where the file says so.
    """

    transcript: Transcript
    signals: Signals
    made_by: str


@dataclass(frozen=True, slots=True)
class Described:
    """One call as a record file describes it.

    Nothing in it is to be trusted: a caller chooses what a switch writes down. ``recordings`` are looked up
    among the files of a run and never opened.

    Attributes:
        recordings: How the file names the call's recording: a path or a bare name; any of them will do.
        in_name: An id that the names of the call's recordings carry, where the file names none.
        transcribed: Present where the call is to be scored without audio.
        inline: Present where the file carries the recording itself; ``suffix`` is what such a file ends in.
        place: Where in the file it stands, for a reader.
        full: Whether it is a whole conversation and no attempt that nobody answered.
    """

    record: CallRecord
    recordings: tuple[str, ...] = ()
    in_name: str = ""
    transcribed: Transcribed | None = None
    inline: Inline | None = field(default=None, compare=False)
    suffix: str = ""
    place: str = ""
    full: bool = True


@dataclass(frozen=True, slots=True)
class Imported:
    """The calls of one record file, in its order, and a line for each thing that was let pass."""

    calls: tuple[Described, ...]
    warnings: tuple[str, ...] = ()


class Elsewhere(Protocol):
    """A recording that is brought to this disk when it is needed: in a bucket, or inside another file.

    Picklable, since a stage brings it where it runs.
    """

    @property
    def stamp(self) -> FileStamp:
        """What tells, without bringing it, whether it is still what it was."""

    def bring(self, path: Path) -> None:
        """Put it at a path, unless it is there. Raises ``OSError`` or ``RecordsInvalid``."""

    def release(self, path: Path) -> None:
        """It is not needed just now: it may stay where it is while there is room."""


class Importer(Protocol):
    """Reads one kind of record file.

    Attributes:
        name: What ``--format`` calls it.
        about: What it reads, in a line.
    """

    @property
    def name(self) -> str:
        """What ``--format`` calls it."""

    @property
    def about(self) -> str:
        """What it reads, in a line."""

    def probe(self, path: Path) -> bool:
        """Whether a file looks like one of this kind; reads its beginning alone and never raises."""

    def read(self, path: Path) -> Imported:
        """The calls of a file. Raises ``RecordsInvalid`` where it as a whole cannot be read."""

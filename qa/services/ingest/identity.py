"""Which recording a file is: its content by sha256, whatever its name; and whether it is whole yet.

A file that looks as it did when it was last read is not read again. Git's rule for its index keeps that safe:
what was changed so lately that a further change might not show in its time is never taken on trust.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from qa.domain.errors import RecordsInvalid
from qa.domain.records import Refusal
from qa.domain.wording import Reason
from qa.ports.runs import FileStamp
from qa.services.ingest.jobs import Identified, Source

RACY_NS = 2_000_000_000
"""Age from which a file's time tells its content, ns; some file systems count in steps of two seconds."""

_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Settle:
    """When a file counts as written to its end.

    Attributes:
        young_s: Age since its last change under which a file may still be growing, seconds.
        apart_s: Between the two looks that a young file gets, seconds.
        wait: Whether every young file is left for the next run, without a second look.
    """

    young_s: float = 10.0
    apart_s: float = 0.5
    wait: bool = False
    now_ns: Callable[[], int] = time.time_ns
    sleep: Callable[[float], None] = time.sleep

    def young(self, stamp: FileStamp) -> bool:
        """Whether a file was changed so lately that it may still grow; a time ahead of the clock is no age."""
        return abs(self.now_ns() - stamp.mtime_ns) < self.young_s * _NS


@dataclass(slots=True)
class Found:
    """What became of the sources.

    Attributes:
        recordings: Each content once.
        refusals: Of what cannot be read.
        doubles: A line for each file whose content another one already carried.
        waiting: Names of files that are still being written.
        young: Contents of files so young that one which seems cut short may be growing.
        read: What was read and may be taken on trust from now on, by path (see ``path_key``).
    """

    recordings: list[Identified] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    doubles: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    young: set[str] = field(default_factory=set)
    read: dict[str, tuple[FileStamp, str]] = field(default_factory=dict)


def path_key(path: Path) -> str:
    """A path as the store keeps it: the sha256 of its bytes."""
    return hashlib.sha256(os.fsencode(path.absolute())).hexdigest()


def stamp_of(path: Path) -> FileStamp:
    """How a file looks. Raises ``OSError``."""
    found = path.stat()
    return FileStamp(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def identify(
    sources: Sequence[Source],
    *,
    known: Mapping[str, tuple[FileStamp, str]] | None = None,
    settle: Settle | None = None,
) -> Found:
    """Name each source by its content.

    Where several files carry the same content, the first with a call record speaks for it.

    Args:
        sources: The files.
        known: What was read before, by path (see ``path_key``).
        settle: When a file counts as whole.
    """
    known, settle = known or {}, settle or Settle()
    found = Found()
    looks = [(source, _look(source)) for source in _recorded_first(sources)]
    youngest = [
        (source, stamp)
        for source, stamp in looks
        if isinstance(stamp, FileStamp) and settle.young(stamp)
    ]
    growing = _growing(youngest, settle)
    young = {source.path for source, _ in youngest}
    first: dict[str, Path] = {}
    for source, stamp in looks:
        if source.path in growing:
            found.waiting.append(source.path.name)
            continue
        digest = _digest(source, stamp, known, found.read, settle)
        if digest is None:
            found.waiting.append(source.path.name)
        elif isinstance(digest, Reason):
            record = replace(source.record, call_id=source.record.call_id or source.path.name)
            found.refusals.append(Refusal(record, source.path.name, None, "", digest))
        elif digest in first:
            same = first[digest].name
            found.doubles.append(
                f"{source.path.name} has the same content as {same}; it is scored once"
            )
        else:
            first[digest] = source.path
            call_id = source.record.call_id or f"{_as_text(source.path.stem)}-{digest[:8]}"
            record = replace(source.record, call_id=call_id)
            here = stamp if isinstance(stamp, FileStamp) and source.elsewhere is None else None
            found.recordings.append(
                Identified(
                    source.path,
                    digest,
                    record,
                    here,
                    source.elsewhere,
                    source.transcribed,
                )
            )
            if source.path in young:
                found.young.add(digest)
    return found


def _recorded_first(sources: Sequence[Source]) -> list[Source]:
    return sorted(sources, key=lambda source: not source.record.call_id)


def _look(source: Source) -> FileStamp | Reason:
    try:
        return source.elsewhere.stamp if source.elsewhere else stamp_of(source.path)
    except FileNotFoundError:
        return Reason("recording.missing", {"name": source.path.name})
    except OSError as error:
        return _unreadable(error)


def _growing(young: Sequence[tuple[Source, FileStamp]], settle: Settle) -> set[Path]:
    """Young files that are empty still, or that have changed by a second look."""
    if not young:
        return set()
    if settle.wait:
        return {source.path for source, _ in young}
    settle.sleep(settle.apart_s)
    return {source.path for source, stamp in young if not stamp.size or _look(source) != stamp}


def _digest(
    source: Source,
    stamp: FileStamp | Reason,
    known: Mapping[str, tuple[FileStamp, str]],
    read: dict[str, tuple[FileStamp, str]],
    settle: Settle,
) -> str | Reason | None:
    """The sha256 of a file's content, why it cannot be read, or ``None`` where it changed meanwhile."""
    if isinstance(stamp, Reason):
        return stamp
    if stamp.size == 0:
        return Reason("recording.empty")
    before = known.get(path_key(source.path))
    if before is not None and before[0] == stamp:
        return before[1]
    began_ns = settle.now_ns()
    digest = _read(source, stamp)
    if isinstance(digest, str) and began_ns - max(stamp.mtime_ns, stamp.ctime_ns) > RACY_NS:
        read[path_key(source.path)] = (stamp, digest)
    return digest


def _read(source: Source, stamp: FileStamp) -> str | Reason | None:
    path, elsewhere = source.path, source.elsewhere
    try:
        if elsewhere is not None:
            elsewhere.bring(path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if elsewhere is not None:
            elsewhere.release(path)
        return digest if _look(source) == stamp else None
    except OSError as error:
        return _unreadable(error)
    except RecordsInvalid as error:
        return Reason("recording.unreadable", {"detail": error.message})


def _unreadable(error: OSError) -> Reason:
    return Reason("recording.unreadable", {"detail": error.strerror or type(error).__name__})


def _as_text(name: str) -> str:
    """A file's name as the store gives it back: what is not UTF-8 as its escape, so that the next run knows it."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")

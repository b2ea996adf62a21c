"""Folders elsewhere, read through fsspec: an S3-compatible bucket, or whatever scheme an installation allows.

Nothing is opened unless its scheme is allowed by name. A recording is told from its size, time and tag in the
listing; what was scored before is never brought again. Its key is somebody else's text: it comes to lie under a name of
ours, in the work folder and nowhere else.
"""

from __future__ import annotations

import errno
import hashlib
import os
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from qa.domain.address import without_login
from qa.domain.errors import NoRecordings, SettingsInvalid
from qa.interop.folders import AUDIO_SUFFIXES, Distant
from qa.interop.importers import SUFFIXES, values
from qa.ports.runs import FileStamp

KEPT_BYTES = 10 * 1024**3
"""Of recordings that lie here between their first reading and their turn; the rest is brought twice."""

MAX_RECORD_BYTES = 256 * 1024**2

_NS = 1_000_000_000
_LONGEST_NAME = 200
"""Bytes of a name here; a file system takes 255 with the ending."""

_SHOWN = 5
"""Record files that cannot be brought are named one by one up to here."""


@dataclass(slots=True)
class Room:
    """How much may still stay in the work folder, bytes."""

    left: int = KEPT_BYTES

    def takes(self, size: int) -> bool:
        """Whether there is room for a file; then it is taken."""
        if size > self.left:
            return False
        self.left -= size
        return True


@dataclass(frozen=True, slots=True)
class Remote:
    """One object of a bucket (an ``Elsewhere``).

    Attributes:
        url: Its address, without credentials.
        tag: What the bucket calls its content.
        endpoint: Of an S3-compatible service; empty for the usual one.
    """

    url: str
    size: int
    mtime_ns: int
    tag: str
    endpoint: str
    room: Room = field(compare=False)

    @property
    def stamp(self) -> FileStamp:
        """As the listing has it; the tag takes the place of a file's number."""
        return FileStamp(self.size, self.mtime_ns, self.mtime_ns, zlib.crc32(self.tag.encode()))

    def bring(self, path: Path) -> None:
        """Download it, unless it is there. Raises ``OSError``."""
        if path.is_file():
            return
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        part = path.with_name(f".{os.getpid()}.part")
        try:
            _download(self.url, self.endpoint, part)
            if part.stat().st_size == self.size:
                part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        if not path.is_file():
            raise OSError(errno.EIO, "it changed while it was brought")

    def release(self, path: Path) -> None:
        """Leave it while there is room."""
        if not self.room.takes(self.size):
            path.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Listed:
    """What lies in a folder elsewhere: recordings, and record files that were brought to be read."""

    recordings: tuple[Distant, ...]
    records: tuple[Distant, ...]
    warnings: tuple[str, ...]


def is_remote(place: str) -> bool:
    """Whether a place is an address and no path here."""
    return "://" in place


def list_remote(
    url: str, *, allowed: Sequence[str], endpoint: str, work: Path, room: Room | None = None
) -> Listed:
    """List a folder elsewhere, in order of name; a record file that cannot be brought is a warning.

    Args:
        url: Such as ``s3://bucket/prefix``.
        allowed: Schemes that may be opened.
        endpoint: Of an S3-compatible service.
        work: Folder in which things come to lie.
        room: How much may stay there.

    Raises:
        SettingsInvalid: The scheme is not allowed, or the folder cannot be listed.
    """
    scheme = url.partition("://")[0].lower()
    if scheme not in allowed or "::" in url:
        raise SettingsInvalid(
            f"{shown(url)} is on another host or opened by another way, which is not allowed here",
            hint=f"to read recordings there, set QA_REMOTE={scheme}",
        )
    room = room or Room()
    recordings: list[Distant] = []
    records: list[Distant] = []
    faults: list[str] = []
    other = 0
    for key, info in _listing(url, endpoint).items():
        name = PurePosixPath(key).name
        suffix = PurePosixPath(name).suffix.lower()
        address = f"{scheme}://{key.lstrip('/') if scheme.startswith('s3') else key}"
        if not name or name.startswith(".") or info.get("type", "file") != "file":
            continue
        remote = Remote(address, _size(info), _mtime_ns(info), _tag(info), endpoint, room)
        found = Distant(_place(work, remote.url, name), remote, Path(remote.url))
        if suffix in AUDIO_SUFFIXES:
            recordings.append(found)
        elif suffix in SUFFIXES and remote.size <= MAX_RECORD_BYTES:
            try:
                remote.bring(found.path)
            except OSError as error:
                faults.append(f"{shown(url)}: {values.text(name)} is not read: {error.strerror}")
            else:
                records.append(found)
        else:
            other += 1
    warnings = faults[:_SHOWN]
    if len(faults) > _SHOWN:
        warnings.append(f"{len(faults) - _SHOWN} more files of call records could not be brought")
    if other:
        warnings.append(
            f"{other} objects of {shown(url)} that are no audio by their names were passed over"
        )
    return Listed(tuple(recordings), tuple(records), tuple(warnings))


def _opened(url: str, endpoint: str) -> tuple[Any, str]:
    """A file system and the path in it. Raises whatever the library behind it does."""
    import fsspec

    scheme = url.partition("://")[0].lower()
    options = {"endpoint_url": endpoint} if endpoint and scheme in ("s3", "s3a") else {}
    files = fsspec.filesystem(scheme, **options)
    return files, files._strip_protocol(url)  # noqa: SLF001 - fsspec's own public way opens its caches, too


def _download(url: str, endpoint: str, path: Path) -> None:
    try:
        files, key = _opened(url, endpoint)
        files.get_file(key, str(path))
    except OSError:
        raise
    except Exception as error:  # each library behind fsspec has errors of its own
        raise OSError(errno.EIO, f"it cannot be brought: {type(error).__name__}") from error


def _listing(url: str, endpoint: str) -> Mapping[str, Mapping[str, Any]]:
    try:
        files, root = _opened(url, endpoint)
        files.invalidate_cache()
        found: dict[str, dict[str, Any]] = files.find(root, detail=True, withdirs=False)
    except ImportError as error:
        raise SettingsInvalid(
            f"nothing here reads {shown(url)}", hint="for s3, install call-qa[s3]"
        ) from error
    except Exception as error:  # each library behind fsspec has errors of its own
        raise SettingsInvalid(
            f"{shown(url)} cannot be listed: {type(error).__name__}",
            hint="look at the address, at the credentials in the environment and at QA_S3_ENDPOINT",
        ) from error
    if not found:
        raise NoRecordings(f"nothing is in {shown(url)}", hint="look at the address")
    return dict(sorted(found.items()))


def _place(work: Path, url: str, name: str) -> Path:
    """Where an object comes to lie: in a folder of its own, under what can be shown of its name."""
    key = hashlib.sha256(url.encode("utf-8", "replace")).hexdigest()[:32]
    shown = values.text(name).replace("/", "_").replace("\\", "_").lstrip(".") or "recording"
    stem, dot, suffix = shown.rpartition(".")
    cut = (stem or suffix).encode()[:_LONGEST_NAME].decode(errors="ignore")
    return work / key / f"{cut}{dot}{suffix[:10]}"


def shown(url: str) -> str:
    """An address without what may be a name and password."""
    return values.text(without_login(url))


def _size(info: Mapping[str, Any]) -> int:
    return values.whole(info.get("size")) or int(info.get("size") or 0)


def _mtime_ns(info: Mapping[str, Any]) -> int:
    """When a file was written, by whatever its library calls that; 0 where the listing does not say."""
    for key in ("LastModified", "last_modified", "mtime", "modified", "updated", "created"):
        found = info.get(key)
        if isinstance(found, str):
            found = _moment(found)
        if isinstance(found, datetime):
            return int(found.timestamp() * _NS)
        if isinstance(found, int | float):
            return int(found * _NS)
    return 0


def _moment(written: str) -> datetime | None:
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        return None


def _tag(info: Mapping[str, Any]) -> str:
    return str(next((info[key] for key in ("ETag", "etag", "ino") if info.get(key)), ""))

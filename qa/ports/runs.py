"""What the runs of a store keep for one another: who is at work, what was tried, and which file holds what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from qa.domain.attempts import Attempt
from qa.domain.records import Refusal


@dataclass(frozen=True, slots=True)
class LockState:
    """Who holds a lock.

    Attributes:
        holder: Where the process is: for people, and after `` [`` for who runs on the same machine.
        token: The holder's secret; another run never has the same.
        beats: Grows while the holder lives.
        run_id: The run it is for, once that has begun.
    """

    holder: str
    token: str
    beats: int
    run_id: int | None = None


class RunLocks(Protocol):
    """Locks that outlive a process, kept by a token and shown alive by beats."""

    def state(self, name: str) -> LockState | None:
        """Who holds a lock, if anybody."""

    def take(self, name: str, *, holder: str, token: str, seen: LockState | None) -> bool:
        """Take a lock that is free, or as it was ``seen``; ``False`` where it has changed since."""

    def beat(self, name: str, token: str) -> bool:
        """Show that the holder lives; ``False`` where the lock is another's now."""

    def assign(self, name: str, token: str, run_id: int) -> None:
        """Note which run a lock is held for."""

    def holds(self, name: str, token: str) -> bool:
        """Whether the lock is still this holder's."""

    def release(self, name: str, token: str) -> None:
        """Give a lock back; nothing happens where it is another's now."""


class Attempts(Protocol):
    """Recordings that a run works on, and those that broke one."""

    def of(self, sha256s: Sequence[str]) -> Mapping[str, Attempt]:
        """What was tried with some recordings; only of those that broke a run, or took part in its end."""

    def every(self) -> tuple[Attempt, ...]:
        """The same of all recordings, by name."""

    def begin(self, attempts: Sequence[Attempt], run_id: int) -> None:
        """Note that a run works on some recordings from now on."""

    def keep(self, attempt: Attempt) -> None:
        """Note how a recording stands; nobody works on it any more."""

    def forget(self, sha256s: Sequence[str]) -> None:
        """Some recordings came to a good end."""

    def blame(self) -> int:
        """Make suspects of the recordings that a run was working on; how many there are now.

        For who holds the run lock: no run that began anything before is alive.
        """

    def release(self, run_id: int) -> None:
        """A run works on nothing any more; what it had not come to is as it was before."""

    def refused(self) -> tuple[Refusal, ...]:
        """The recordings without a score that no run tries again by itself, by name."""

    def reopen(self, sha256s: Sequence[str]) -> None:
        """Let the next run that finds them try such recordings again, as if nobody had."""


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What tells, without reading it, whether a file is still what it was.

    Attributes:
        ctime_ns: When the file's entry changed; a copy that keeps the time of the original shows here.
        inode: The file's number on its device.
    """

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


class Digests(Protocol):
    """The content of files that were read before.

    A path is given by its own sha256 (see ``qa.services.ingest.identity``).
    """

    def of(self, paths: Sequence[str]) -> Mapping[str, tuple[FileStamp, str]]:
        """How a file looked when it was last read, and the sha256 of its content, by path."""

    def note(self, digests: Mapping[str, tuple[FileStamp, str]], at: datetime) -> None:
        """Keep what files hold, by path."""

    def met(self, paths: Sequence[str], at: datetime, *, noted_before: datetime) -> None:
        """Files were met again: what was noted of them before a moment is as good as noted now.

        What was noted later is left as it is, so that few rows are written in a run that finds all as it was.
        """

    def prune(self, before: datetime) -> None:
        """Forget what was noted, and last met, before a moment: those files are not looked at again."""

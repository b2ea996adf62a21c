"""The content of files that were read before (``qa.ports.runs.Digests``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from qa.ports.runs import FileStamp
from qa.store.parts import parts
from qa.store.tables import DigestRow


class SqlDigests:
    """Digests in one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of(self, paths: Sequence[str]) -> Mapping[str, tuple[FileStamp, str]]:
        """How a file looked when it was last read, and the sha256 of its content, by path."""
        columns = (
            DigestRow.path_sha256,
            DigestRow.size,
            DigestRow.mtime_ns,
            DigestRow.ctime_ns,
            DigestRow.inode,
            DigestRow.sha256,
        )
        return {
            path: (FileStamp(size, mtime_ns, ctime_ns, int(inode)), sha256)
            for part in parts(paths)
            for path, size, mtime_ns, ctime_ns, inode, sha256 in self._session.execute(
                select(*columns).where(DigestRow.path_sha256.in_(part))
            )
        }

    def note(self, digests: Mapping[str, tuple[FileStamp, str]], at: datetime) -> None:
        """Keep what files hold, by path."""
        for part in parts(digests):
            self._session.execute(delete(DigestRow).where(DigestRow.path_sha256.in_(part)))
            self._session.execute(
                insert(DigestRow),
                [
                    {
                        "path_sha256": path,
                        "size": stamp.size,
                        "mtime_ns": stamp.mtime_ns,
                        "ctime_ns": stamp.ctime_ns,
                        # Unsigned, and wider than a database's integer on some file systems.
                        "inode": str(stamp.inode),
                        "sha256": sha256,
                        "noted_at": at,
                    }
                    for path in part
                    for stamp, sha256 in [digests[path]]
                ],
            )

    def met(self, paths: Sequence[str], at: datetime, *, noted_before: datetime) -> None:
        """Files were met again: what was noted of them before a moment is as good as noted now."""
        for part in parts(paths):
            long_ago = DigestRow.path_sha256.in_(part) & (DigestRow.noted_at < noted_before)
            self._session.execute(update(DigestRow).where(long_ago).values(noted_at=at))

    def prune(self, before: datetime) -> None:
        """Forget what was noted, and last met, before a moment: those files are not looked at again."""
        self._session.execute(delete(DigestRow).where(DigestRow.noted_at < before))

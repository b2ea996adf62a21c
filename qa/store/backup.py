"""A SQLite database copied out while the app and a run use it, and put back into an empty place.

The copy is made by SQLite's own backup interface: one moment of the database, with everything that its write-ahead
log holds, in one file. What is put back is looked through first, and nothing is ever written over.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import make_url

from qa.domain.errors import SettingsInvalid, StoreUnavailable
from qa.store.engine import BUSY_S
from qa.store.schema import HEAD, REVISIONS, VERSION_TABLE

_BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; left over from another, it would be read into this one."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds: its schema's revision and how many calls."""

    revision: str
    calls: int

    @property
    def is_current(self) -> bool:
        """Whether this Call QA works with it as it is."""
        return self.revision == HEAD


def database_file(url: str) -> Path:
    """The file of a SQLite database. Raises ``SettingsInvalid`` for any other, which has tools of its own."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database:
        raise SettingsInvalid(
            "only a SQLite database is backed up and restored by this command",
            hint="use pg_dump and pg_restore for PostgreSQL: see docs/backup.md",
        )
    return Path(parsed.database)


def backup(database: Path, out: Path) -> Copied:
    """Copy a database as it is at this moment; the copy is looked through before it takes its name.

    Raises ``SettingsInvalid`` where there is no database or ``out`` exists, and ``StoreUnavailable`` where it
    cannot be copied or the copy is damaged.
    """
    if not database.is_file():
        raise SettingsInvalid(f"there is no database: {database}", hint="check QA_HOME")
    with _new_file(out) as draft:
        _copy(database, draft)
        return _looked_through(draft, database)


def restore(saved: Path, database: Path) -> Copied:
    """Make a database from a backup, where there is none.

    Raises ``SettingsInvalid`` where there is no backup or something stands in its way, and ``StoreUnavailable``
    for a backup that is damaged, is none of ours or is of a newer Call QA; nothing is changed then.
    """
    if not saved.is_file():
        raise SettingsInvalid(f"there is no backup: {saved}")
    _refuse_existing(database)
    for suffix in _BESIDE:
        beside = database.with_name(database.name + suffix)
        if beside.exists():
            raise SettingsInvalid(
                f"{beside} belongs to another database",
                hint="stop what uses it and move it away with its database",
            )
    try:
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsInvalid(f"{database.parent} cannot be made: {error.strerror}") from error
    with _new_file(database) as draft:
        _copy(saved, draft)
        return _looked_through(draft, saved)


@contextmanager
def _new_file(out: Path) -> Iterator[Path]:
    """A file beside another name that takes it when all went well, and never another file's place."""
    _refuse_existing(out)
    draft = out.with_name(f".{secrets.token_hex(4)}.part")
    try:
        draft.touch(mode=0o600, exist_ok=False)
        yield draft
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        # Unlike a rename, a link takes nobody's place who came first.
        os.link(draft, out)
    except FileExistsError as error:
        raise SettingsInvalid(f"{out} was made meanwhile and is not written over") from error
    except OSError as error:
        raise SettingsInvalid(f"{out} cannot be written: {error.strerror}") from error
    finally:
        for suffix in ("", *_BESIDE):
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _refuse_existing(out: Path) -> None:
    if out.exists():
        raise SettingsInvalid(
            f"{out} exists and is not written over", hint="move it away or name another file"
        )


def _copy(origin: Path, draft: Path) -> None:
    try:
        with (
            closing(_opened(origin, "ro")) as source,
            closing(sqlite3.connect(draft)) as target,
        ):
            # All pages in one step: one moment of the database, and no writer makes it begin again.
            source.backup(target, pages=-1)
            target.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise _damaged(origin, str(error)) from error


def _looked_through(draft: Path, origin: Path) -> Copied:
    """Check a copy before it is used, naming the file that it was made from."""
    try:
        with closing(_opened(draft, "ro")) as copy:
            faults = [said for (said,) in copy.execute("PRAGMA integrity_check(3)") if said != "ok"]
            if faults:
                raise _damaged(origin, "; ".join(" ".join(said.split()) for said in faults))
            if copy.execute("PRAGMA foreign_key_check").fetchone():
                raise _damaged(origin, "rows refer to others that are gone")
            ours = copy.execute(
                "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (VERSION_TABLE,)
            ).fetchone()
            if not ours:
                raise StoreUnavailable(f"{origin} is no database of Call QA")
            (revision,) = copy.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608 - our own name
            (calls,) = copy.execute("SELECT count(*) FROM calls").fetchone()
    except sqlite3.Error as error:
        raise _damaged(origin, str(error)) from error
    if revision not in REVISIONS:
        raise StoreUnavailable(
            f"{origin} is at revision {revision}, which is newer than this Call QA (it knows {HEAD})",
            hint="update Call QA to the version that made it",
        )
    return Copied(revision, calls)


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=BUSY_S)


def _damaged(path: Path, said: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"{path} cannot be read as a database: {said}", hint="use an earlier backup"
    )

"""Which recordings a night takes, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

from qa.domain.address import without_login
from qa.services.ingest import Source
from qa.services.nights.watching import look

_DAWN = datetime.min.replace(tzinfo=UTC)


def folders_key(folders: Sequence[Path | str], manifest: Path | None) -> str:
    """What tells one schedule from another: where it looks, in whichever order that was written down.

    Args:
        folders: Folders here, and addresses of folders elsewhere.
        manifest: The manifest, if there is one.
    """
    named = {_named(str(place)) for place in [*folders, *([manifest] if manifest else [])]}
    return "\n".join(sorted(named))


def _named(place: str) -> str:
    scheme, elsewhere, rest = place.partition("://")
    if not elsewhere:
        return str(Path(place).resolve())
    # Who logs in is no part of where it is, and a password none of what is kept.
    return without_login(f"{scheme.lower()}://{rest}").rstrip("/")


def taken(
    sources: Sequence[Source], since: datetime | None, again: Collection[str]
) -> tuple[Source, ...]:
    """The recordings from a moment on, the oldest first.

    One counts by when its call began, where a record says so, by when its file was last written, and by when it
    came to lie here. Any of them is enough: a call of last evening that was copied here this morning is new to
    this night, also where the copy keeps the time of the original. A file that is not there, or cannot be looked
    at, is taken too: that is an outcome to report. Elsewhere both of the file's times are that of the listing; one whose
    listing names none is taken.

    Args:
        sources: All that there are.
        since: ``None`` takes every one.
        again: Names of files that are taken however old they are.
    """
    kept = []
    for source in sources:
        began, written = source.record.started_at, _written(source)
        moments = [each for each in (began, written, _arrived(source)) if each is not None]
        if since is None or written is None or max(moments) >= since or source.path.name in again:
            kept.append((began or written or _DAWN, source))
    kept.sort(key=lambda each: each[0])
    return tuple(source for _, source in kept)


def _written(source: Source) -> datetime | None:
    stamp = look(source)
    if stamp is None or (source.elsewhere is not None and not stamp.mtime_ns):
        return None
    return _moment(stamp.mtime_ns)


def _arrived(source: Source) -> datetime | None:
    """When a file's entry last changed: copying, moving or unpacking it does that, whatever time it is given."""
    stamp = look(source)
    return _moment(stamp.ctime_ns) if stamp else None


def _moment(since_epoch_ns: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(since_epoch_ns / 1e9, UTC)
    except (OSError, OverflowError, ValueError):
        return None

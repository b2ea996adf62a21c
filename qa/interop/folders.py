"""Which files a run takes: what it is pointed at, joined with the manifest's rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from qa.domain.call import CallRecord
from qa.domain.errors import SettingsInvalid
from qa.interop.manifest import Manifest
from qa.services.ingest import Source

AUDIO_SUFFIXES = frozenset(
    {
        ".wav",
        ".flac",
        ".mp3",
        ".ogg",
        ".oga",
        ".opus",
        ".m4a",
        ".mp4",
        ".aac",
        ".gsm",
        ".au",
        ".wma",
    }
)


def gather(paths: Sequence[Path], manifest: Manifest | None) -> tuple[Source, ...]:
    """The files to score.

    A file named by itself is always taken; a folder gives its audio files, in order of name, its
    subfolders' too, hidden ones not. A manifest's rows inside these paths are taken even where the file
    is missing (that is an outcome to report); without paths all its rows are.

    Raises ``SettingsInvalid`` for a path that is not there.
    """
    for path in paths:
        if not path.exists():
            raise SettingsInvalid(
                f"{path} is not there", hint="name a recording or a folder of them"
            )
    rows = {source.path: source for source in manifest.sources} if manifest else {}
    if not paths:
        return tuple(rows.values())
    roots = [path.resolve() for path in paths]
    files = list(_files(roots))
    wanted = [path for path in rows if path not in set(files) and _inside(path, roots)]
    unnamed = CallRecord(call_id="")
    return tuple(rows.get(path) or Source(path, unnamed) for path in [*files, *wanted])


def _files(roots: Iterable[Path]) -> Iterator[Path]:
    taken: set[Path] = set()
    for root in roots:
        found = sorted(_audio_below(root)) if root.is_dir() else [root]
        for path in found:
            if path not in taken:
                taken.add(path)
                yield path


def _audio_below(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in AUDIO_SUFFIXES and not hidden and path.is_file():
            yield path.resolve()


def _inside(path: Path, roots: Sequence[Path]) -> bool:
    return any(path == root or root in path.parents for root in roots)

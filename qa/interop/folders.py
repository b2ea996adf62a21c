"""Which files a run takes: what it is pointed at, joined with the manifest's rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.domain.call import UNKNOWN_CALL
from qa.domain.errors import SettingsInvalid
from qa.interop.manifest import Manifest
from qa.services.ingest import Source

AUDIO_SUFFIXES = frozenset(
    {
        *(".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".mp4", ".aac", ".gsm", ".au"),
        *(".wma", ".amr", ".awb", ".3gp", ".webm", ".aif", ".aiff", ".spx", ".mka"),
    }
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """The files to score, and a line for each thing that was passed over."""

    sources: tuple[Source, ...]
    warnings: tuple[str, ...]


def gather(paths: Sequence[Path], manifest: Manifest | None) -> Gathered:
    """The files to score.

    A file named by itself is always taken; a folder gives its audio files, in order of name, its
    subfolders' too, hidden ones not. A manifest's rows inside these paths are taken even where the file
    is missing (that is an outcome to report); without paths all its rows are.

    Raises ``SettingsInvalid`` for a path that is not there, and where nothing at all was found.
    """
    for path in paths:
        if not path.exists():
            raise SettingsInvalid(
                f"{path} is not there", hint="name a recording or a folder of them"
            )
    rows = {source.path: source for source in manifest.sources} if manifest else {}
    roots = [path.resolve() for path in paths]
    passed_over: Counter[str] = Counter()
    files = dict.fromkeys(path for root in roots for path in _files(root, passed_over))
    named = [path for path in rows if path not in files and (not roots or _inside(path, roots))]
    sources = [rows.get(path) or Source(path, UNKNOWN_CALL) for path in [*files, *named]]
    if not sources:
        raise SettingsInvalid(
            f"no recordings in {', '.join(map(str, paths)) or 'the manifest'}",
            hint=f"audio files end in {' '.join(sorted(AUDIO_SUFFIXES))}; name others one by one",
        )
    outside = [path for path in rows if roots and not _inside(path, roots)]
    return Gathered(tuple(sources), (*_passed_over(passed_over), *_outside(outside)))


def _files(root: Path, passed_over: Counter[str]) -> Iterator[Path]:
    if root.is_file():
        yield root
        return
    for path in sorted(root.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        if hidden or not path.is_file():
            continue
        if path.suffix.lower() in AUDIO_SUFFIXES:
            yield path.resolve()
        else:
            passed_over[path.suffix.lower() or "no suffix"] += 1


def _passed_over(counts: Counter[str]) -> list[str]:
    if not counts:
        return []
    kinds = ", ".join(f"{count} {suffix}" for suffix, count in sorted(counts.items()))
    return [f"files that are not audio by their names were passed over: {kinds}"]


def _outside(rows: Sequence[Path]) -> list[str]:
    if not rows:
        return []
    named = f"{len(rows)} rows of the manifest name recordings outside the paths given"
    return [f"{named}, such as {rows[0]}; they are not part of this run"]


def _inside(path: Path, roots: Sequence[Path]) -> bool:
    return any(path == root or root in path.parents for root in roots)

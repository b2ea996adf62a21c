"""Which files a run takes: what it is pointed at, joined with what records and names say of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa.domain.call import UNKNOWN_CALL, CallRecord
from qa.domain.errors import NoRecordings, QAError, RecordsInvalid, SettingsInvalid
from qa.interop.importers import SUFFIXES, importer_for, importer_named, values
from qa.interop.inside import Inside, place_of
from qa.interop.joining import Files, Told, completed, join, tidy
from qa.interop.manifest import Manifest
from qa.interop.names import NameTemplate, read_name
from qa.ports.importing import Described, Elsewhere, Importer
from qa.services.ingest import Source

AUDIO_SUFFIXES = frozenset(
    {
        *(".wav", ".flac", ".mp3", ".ogg", ".oga", ".opus", ".m4a", ".mp4", ".aac", ".gsm", ".au"),
        *(".wma", ".amr", ".awb", ".3gp", ".webm", ".aif", ".aiff", ".spx", ".mka"),
    }
)

_NAMED = 20
"""What is no file is named one by one up to here."""

_SHOWN = 5
"""Record files of one kind of fault are named one by one up to here."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The files to score, and a line for each thing that was passed over."""

    sources: tuple[Source, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Distant:
    """A file in a bucket, and where it comes to lie when it is brought.

    Attributes:
        at: Its address as a path, which is never opened: what it is called, and what lies beside it.
    """

    path: Path
    elsewhere: Elsewhere
    at: Path


@dataclass(frozen=True, slots=True)
class Importing:
    """How calls come in besides a manifest.

    Attributes:
        importers: Who a record file is offered to.
        templates: What files' names are held against.
        records: Record files that were named, each with its format or ``None``.
        distant: Recordings in buckets.
        around: Record files that were found beside those, already here.
        work: Folder in which recordings come to lie that are inside other files.
        manifest: The manifest that was read already.
    """

    importers: tuple[Importer, ...] = ()
    templates: tuple[NameTemplate, ...] = ()
    records: tuple[tuple[Path, str | None], ...] = ()
    distant: tuple[Distant, ...] = ()
    around: tuple[Distant, ...] = ()
    work: Path | None = None
    manifest: Path | None = None


def gather(
    paths: Sequence[Path], manifest: Manifest | None, importing: Importing | None = None
) -> Gathered:
    """The files to score, each with what is known of its call.

    A file named by itself is always taken; a folder gives its audio files, in order of name, its
    subfolders' too, hidden ones not. A manifest's rows inside these paths are taken even where the file
    is missing (that is an outcome to report); without paths all its rows are. Record files that lie among
    the recordings are read by whoever knows them.

    Raises ``SettingsInvalid`` for a path that is not there, and where nothing at all was found; and
    ``RecordsInvalid`` for a record file that was named and cannot be read.
    """
    importing = importing or Importing()
    for path in paths:
        if not path.exists():
            raise SettingsInvalid(
                f"{path} is not there", hint="name a recording or a folder of them"
            )
    rows = {source.path: source.record for source in manifest.sources} if manifest else {}
    roots = [path.resolve() for path in paths]
    around = [each.path for each in importing.around]
    seen = _Seen(passed_over=Counter(), no_files=[], leading_out=[], records=around)
    files = dict.fromkeys(path for root in roots for path in _files(root, roots, seen, importing))
    named = [path for path in rows if path not in files and (not roots or _inside(path, roots))]
    outside = [path for path in rows if roots and not _inside(path, roots)]
    distant = {each.path: each.elsewhere for each in importing.distant}
    warnings: list[str] = []
    told = list(_told(seen, importing, warnings))
    extra = _with_their_calls(told, files, importing)
    everything = list(dict.fromkeys((*files, *named, *distant, *extra)))
    at = {each.path: each.at for each in (*importing.distant, *importing.around)}
    known = Files(everything, roots, at)
    sounds = Files([path for path in everything if path not in extra], roots, at)
    spoken_by = _names(everything, at, importing, warnings)
    joined = join(known, told, spoken_by, rows)
    sources = []
    for path in everything:
        record = tidy(joined.records.get(path, UNKNOWN_CALL))
        call, of = extra.get(path, (None, None))
        if call is None:
            sources.append(Source(path, record, elsewhere=distant.get(path)))
            continue
        heard_here = sounds.beside(path) if call.transcribed is not None else None
        if heard_here is not None:
            warnings.append(
                f"{path.name} is a transcript of {heard_here.name}, which is here and is heard itself"
            )
            continue
        record = tidy(completed(record, call.record))
        sources.append(Source(path, record, elsewhere=of, transcribed=call.transcribed))
    if not sources:
        endings = f"audio files end in {' '.join(sorted(AUDIO_SUFFIXES))}; name others one by one"
        raise NoRecordings(
            f"no recordings in {', '.join(map(str, paths)) or 'the manifest'}",
            hint="; ".join(_leading_out(seen.leading_out)) or endings,
        )
    warnings += joined.warnings
    lines = (
        *_passed_over(seen.passed_over),
        *_no_files(seen.no_files),
        *_leading_out(seen.leading_out),
        *_outside(outside),
    )
    return Gathered(tuple(sources), (*warnings, *lines))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What lies among the recordings."""

    passed_over: Counter[str]
    no_files: list[str]
    leading_out: list[str]
    records: list[Path]


def _files(root: Path, roots: Sequence[Path], seen: _Seen, importing: Importing) -> Iterator[Path]:
    if root.is_file():
        if importer_for(root, importing.importers):
            seen.records.append(root)
        else:
            yield root
        return
    for path in sorted(root.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(root).parts)
        audio = path.suffix.lower() in AUDIO_SUFFIXES
        if hidden:
            continue
        if not path.is_file():
            if audio:
                seen.no_files.append(path.name)
        elif audio and not _inside(path.resolve(), roots):
            seen.leading_out.append(path.name)
        elif audio:
            yield path.resolve()
        elif path.suffix.lower() in SUFFIXES and _inside(path.resolve(), [root]):
            seen.records.append(path.resolve())
        else:
            seen.passed_over[path.suffix.lower() or "no suffix"] += 1


def _told(seen: _Seen, importing: Importing, warnings: list[str]) -> Iterator[Told]:
    """What the record files say: those that were named, then those that lie among the recordings."""
    done = {importing.manifest}
    at = {each.path: each.at for each in importing.around}
    for path, wanted in importing.records:
        done.add(path.resolve())
        yield _read(path.resolve(), _reader(path, wanted, importing.importers))
    faults: list[str] = []
    for path in dict.fromkeys(seen.records):
        if path in done:
            continue
        importer = importer_for(path, importing.importers)
        if importer is None:
            seen.passed_over[path.suffix.lower()] += 1
            continue
        try:
            yield _read(path, importer, at.get(path))
        except QAError as error:
            faults.append(error.message)
    warnings += faults[:_SHOWN]
    if len(faults) > _SHOWN:
        warnings.append(f"{len(faults) - _SHOWN} more files of call records could not be read")


def _reader(path: Path, wanted: str | None, importers: Sequence[Importer]) -> Importer:
    if not path.is_file():
        raise RecordsInvalid(f"{path} is no file of call records", hint="name a file that is there")
    if wanted is not None:
        return importer_named(wanted, importers)
    found = next((each for each in importers if each.probe(path)), None)
    if found is None:
        raise RecordsInvalid(
            f"{path} is of no known kind of call records",
            hint="name its kind with --format; `qa formats` lists them",
        )
    return found


def _read(path: Path, importer: Importer, at: Path | None = None) -> Told:
    return Told(path, importer.read(path), first=importer.name == "manifest", at=at)


Extra = tuple[Described, Elsewhere | None]


def _with_their_calls(
    told: Sequence[Told], files: Mapping[Path, None], importing: Importing
) -> dict[Path, Extra]:
    """Calls that a record file holds by itself: as a transcript, or with the recording inside.

    What came from a bucket is as old as it is there, not as it is here.
    """
    work = importing.work
    brought = {each.path: each.elsewhere for each in importing.around}
    found: dict[Path, Extra] = {}
    for each in told:
        of = brought.get(each.path)
        for call in each.imported.calls:
            if call.transcribed is not None:
                found[each.path] = (call, of)
            elif call.inline is not None and work is not None:
                path = place_of(work, each.path, call)
                if path not in files:
                    found[path] = (call, Inside(each.path, call.inline, call.place, of))
    return found


def _names(
    files: Sequence[Path], at: Mapping[Path, Path], importing: Importing, warnings: list[str]
) -> dict[Path, CallRecord]:
    """What the files' names say, in a bucket those that they have there."""
    if not importing.templates:
        return {}
    found: dict[Path, CallRecord] = {}
    missed = [
        path
        for path in files
        if not _keep(found, path, read_name(at.get(path, path), importing.templates))
    ]
    if missed:
        warnings.append(
            f"{len(missed)} of {len(files)} names fit no template, such as"
            f" {missed[0].name}; nothing is known of those calls by their names"
        )
    return found


def _keep(found: dict[Path, CallRecord], path: Path, record: CallRecord | None) -> bool:
    if record is None:
        return False
    found[path] = record
    return True


def _passed_over(counts: Counter[str]) -> list[str]:
    if not counts:
        return []
    kinds = ", ".join(f"{count} {suffix}" for suffix, count in sorted(counts.items()))
    return [f"files that are not audio by their names were passed over: {kinds}"]


def _no_files(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    return [f"named like recordings but no files (folders, pipes, broken links): {_listed(names)}"]


def _leading_out(names: Sequence[str]) -> list[str]:
    if not names:
        return []
    why = "links to recordings outside the folders given, which are to be given as well"
    return [f"{why}, were passed over: {_listed(names)}"]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(map(values.text, names[:_NAMED]))
    return f"{shown} and {len(names) - _NAMED} more" if len(names) > _NAMED else shown


def _outside(rows: Sequence[Path]) -> list[str]:
    if not rows:
        return []
    named = f"{len(rows)} rows of the manifest name recordings outside the paths given"
    return [f"{named}, such as {rows[0]}; they are not part of this run"]


def _inside(path: Path, roots: Sequence[Path]) -> bool:
    return any(path == root or root in path.parents for root in roots)

"""Joining: which record speaks of which recording, and what is known of a call where several speak.

A recording that a record names is looked up among the files of the run, by its path inside the folders given or by
its bare name, and never opened: what is not among those files is a line in the report. A record file that lies among the
recordings speaks of its own folder and of those below it. Of what is said of a call the manifest counts before other
records, those before the name of the file; field by field, and never silently.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path, PurePosixPath

from qa.domain.call import UNKNOWN_CALL, CallRecord, Direction, EndedBy
from qa.interop.importers import values
from qa.ports.importing import Described, Imported

MAX_NAMED = 1024
"""Characters of a path in a record; a longer one names nothing."""

MAX_PARTS = 16
"""Of a file's name, in which an id is looked for."""

_SEPARATOR = re.compile(r"[-_ ]")
_FIELDS = tuple(each.name for each in fields(CallRecord) if each.name != "attributes")


@dataclass(frozen=True, slots=True)
class Told:
    """What one record file says.

    Attributes:
        path: The file.
        first: Whether it is a manifest, which counts before other records.
        at: Where it lies in its bucket, of one that was brought from there.
    """

    path: Path
    imported: Imported
    first: bool = False
    at: Path | None = None


@dataclass(slots=True)
class Joined:
    """What is known of each file, and what no file was found for."""

    records: dict[Path, CallRecord] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


class Files:
    """The files of a run, to be looked up by what a record calls them.

    Args:
        paths: The files, resolved.
        roots: The folders that they were found in, resolved.
        at: Where files that were or will be brought lie in their buckets: by that they are looked up.
    """

    def __init__(
        self,
        paths: Iterable[Path],
        roots: Sequence[Path],
        at: Mapping[Path, Path] | None = None,
    ) -> None:
        self._at = at or {}
        self._roots = roots
        self._by_path: dict[Path, list[Path]] = defaultdict(list)
        self._by_name: dict[str, list[Path]] = defaultdict(list)
        self._by_id: dict[str, list[Path]] = defaultdict(list)
        self._by_stem: dict[tuple[Path, str], list[Path]] = defaultdict(list)
        for path in dict.fromkeys(paths):
            lies = self._at.get(path, path)
            self._by_path[lies].append(path)
            self._by_name[lies.name].append(path)
            self._by_stem[lies.parent, lies.stem].append(path)
            for part in _parts(lies.stem):
                self._by_id[part].append(path)

    def named(self, text: str, beside: Path) -> Path | None:
        """The file that a record names; ``None`` where none of the run has that name, or several.

        A record among the recordings names those of its own folder and below: the next folder's recording of the same
        name is another call.

        Raises ``ValueError`` for a name that reaches outside, or that no honest record holds.
        """
        if not usable(text):
            raise ValueError(text[:40])
        named = PurePosixPath(text)
        if ".." in named.parts:
            raise ValueError(text)
        among = self._among(beside)
        for folder in (beside,) if among else (beside, *self._roots):
            found = self._by_path.get(Path(os.path.normpath(folder / named)), [])
            if len(found) == 1:
                return found[0]
        found = self._by_name.get(named.name, [])
        if among:
            found = [path for path in found if beside in self._at.get(path, path).parents]
        return found[0] if len(found) == 1 else None

    def carrying(self, ident: str) -> list[Path]:
        """The files whose names carry an id, between marks that part a name."""
        return self._by_id.get(ident, []) if ident else []

    def beside(self, path: Path) -> Path | None:
        """A file in the same folder that has a file's name but for the ending."""
        lies = self._at.get(path, path)
        found = self._by_stem.get((lies.parent, lies.stem), [])
        return next((each for each in found if each != path), None)

    def _among(self, folder: Path) -> bool:
        """Whether a folder is one that recordings are taken from: of those given, in a bucket, or of a file given."""
        return not folder.is_absolute() or any(
            root == folder
            or root in folder.parents
            or (root in self._by_path and root.parent == folder)
            for root in self._roots
        )


def usable(text: str) -> bool:
    """Whether a text may be a file's name: printable, of sane length, without marks that turn writing around."""
    return 0 < len(text) <= MAX_NAMED and not any(
        unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in text
    )


def join(
    files: Files,
    told: Sequence[Told],
    by_name: Mapping[Path, CallRecord],
    rows: Mapping[Path, CallRecord],
) -> Joined:
    """What is known of each file.

    Args:
        files: The files of the run.
        told: What record files say, those that count more first.
        by_name: What the files' names say.
        rows: What the manifest says that the run was given.
    """
    joined = Joined()
    spoken: dict[Path, list[tuple[str, CallRecord]]] = defaultdict(list)
    for path, record in rows.items():
        spoken[path].append(("the manifest", record))
    for each in sorted(told, key=lambda each: not each.first):
        joined.warnings += each.imported.warnings
        for path, record in _placed(each, files, joined.warnings).items():
            spoken[path].append((each.path.name, record))
    for path, record in by_name.items():
        spoken[path].append(("its name", record))
    conflicts: Counter[tuple[str, str, str]] = Counter()
    examples: dict[tuple[str, str, str], str] = {}
    for path, records in spoken.items():
        whole = UNKNOWN_CALL
        sources: dict[str, str] = {}
        for source, record in records:
            for name in _differing(whole, record):
                conflict = (name, sources.get(name, records[0][0]), source)
                conflicts[conflict] += 1
                examples.setdefault(conflict, path.name)
            for name in _FIELDS:
                if _known(record, name) and not _known(whole, name):
                    sources[name] = source
            whole = completed(whole, record)
        joined.records[path] = whole
    joined.warnings += [
        f"{name} differs between {first} and {second} for {count} recordings, such as"
        f" {examples[name, first, second]}; {first} counts"
        for (name, first, second), count in conflicts.items()
    ]
    return joined


def completed(first: CallRecord, second: CallRecord) -> CallRecord:
    """A record with what it lacks from another."""
    lacking = {
        name: getattr(second, name)
        for name in _FIELDS
        if not _known(first, name) and _known(second, name)
    }
    return replace(first, **lacking, attributes={**second.attributes, **first.attributes})


def agreed(records: Sequence[CallRecord]) -> tuple[CallRecord, tuple[str, ...]]:
    """What several records of one recording agree in, and the names of the fields in which they do not.

    Their ids may differ, since a switch gives one to each leg; the first counts.
    """
    whole = records[0]
    for record in records[1:]:
        whole = completed(whole, record)
    apart = {name for record in records for name in _differing(whole, record)} - {"call_id"}
    unknown = {name: getattr(UNKNOWN_CALL, name) for name in apart}
    return replace(whole, **unknown), tuple(sorted(apart))


def tidy(record: CallRecord) -> CallRecord:
    """A record whose texts are cut, and hold nothing that a store or a terminal could stumble over."""
    return replace(
        record,
        call_id=values.text(record.call_id),
        agent_id=values.text(record.agent_id) or None,
        customer_number=values.text(record.customer_number) or None,
        queue=values.text(record.queue) or None,
        attributes={
            values.text(name): values.text(value) for name, value in record.attributes.items()
        },
    )


def _placed(told: Told, files: Files, warnings: list[str]) -> dict[Path, CallRecord]:
    """The record of each file that one record file speaks of."""
    found: dict[Path, list[Described]] = defaultdict(list)
    hostile: list[str] = []
    elsewhere: list[str] = []
    several: list[str] = []
    for call in told.imported.calls:
        if call.transcribed is not None or call.inline is not None:
            continue
        paths = _meant(call, told, files, hostile)
        if len(paths) == 1:
            found[paths[0]].append(call)
        elif paths:
            several.append(call.in_name)
        elif call.recordings:
            elsewhere.append(call.place or call.recordings[0])
    name = told.path.name
    warnings += _line(
        hostile, f"{name}: % name a recording outside the folders given, or none at all"
    )
    warnings += _line(
        several, f"{name}: % belong to several recordings by their names and are taken for none"
    )
    warnings += _line(elsewhere, f"{name}: % are of recordings that are not here")
    return _of_each(found, name, warnings)


def _meant(call: Described, told: Told, files: Files, hostile: list[str]) -> list[Path]:
    """The files that a record may be of: the one that it names, else those whose names carry its id."""
    beside = (told.at or told.path).parent
    here = f"{told.path.parent.resolve()}{os.sep}" if told.at else ""
    for text in call.recordings:
        try:
            # A manifest's rows come with the folder that it was read in, which is not the bucket's.
            path = files.named(text.removeprefix(here), beside)
        except ValueError:
            hostile.append(call.place or text[:80])
            continue
        if path is not None:
            return [path]
    return files.carrying(call.in_name)


def _of_each(
    found: Mapping[Path, list[Described]], source: str, warnings: list[str]
) -> dict[Path, CallRecord]:
    """One record for each file: what those of a record file agree in, attempts nobody answered aside."""
    records: dict[Path, CallRecord] = {}
    apart: dict[str, list[str]] = defaultdict(list)
    for path, calls in found.items():
        whole = [call for call in calls if call.full] or calls
        records[path], fields_apart = agreed([call.record for call in whole])
        for differing in fields_apart:
            apart[differing].append(path.name)
    warnings += [
        f"{source}: the records of {len(names)} recordings differ in {differing}, such as {names[0]};"
        " taken as not known"
        for differing, names in sorted(apart.items())
    ]
    return records


def _line(places: Sequence[str], sentence: str) -> list[str]:
    if not places:
        return []
    count = "1 record" if len(places) == 1 else f"{len(places)} records"
    return [f"{sentence.replace('%', count)}, such as {values.text(places[0])}"]


def _known(record: CallRecord, name: str) -> bool:
    return getattr(record, name) not in ("", None, Direction.UNKNOWN, EndedBy.UNKNOWN)


def _differing(first: CallRecord, second: CallRecord) -> list[str]:
    return [
        name
        for name in _FIELDS
        if _known(first, name)
        and _known(second, name)
        and getattr(first, name) != getattr(second, name)
    ]


def _parts(stem: str) -> set[str]:
    """What of a name may be an id: itself, and what lies before and after each mark that parts it."""
    marks = [match.start() for match in _SEPARATOR.finditer(stem)][:MAX_PARTS]
    return {stem, *(stem[:at] for at in marks), *(stem[at + 1 :] for at in marks)} - {""}

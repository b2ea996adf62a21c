"""Calls coming in, wired: folders here and elsewhere, what records and names say, joined into sources."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from qa.config import Settings
from qa.domain.errors import NoRecordings, SettingsInvalid
from qa.interop.folders import Gathered, Importing, gather
from qa.interop.importers import importers
from qa.interop.manifest import read_manifest
from qa.interop.names import templates
from qa.interop.remote import Listed, Room, is_remote, list_remote, shown
from qa.ports.importing import Importer

Place = Path | str
"""A file or folder here, or the address of a folder elsewhere."""

Records = tuple[Path, str | None]
"""A file of call records and its format, ``None`` to tell by looking."""


def known_importers(settings: Settings) -> tuple[Importer, ...]:
    """All importers, set up as this installation wants them."""
    from models.wording import simplified

    return importers(_zone(settings), simplified)


def arrivals(
    settings: Settings,
    places: Sequence[Place],
    manifest_path: Path | None = None,
    *,
    records: Sequence[Records] = (),
    names: Sequence[str] = (),
    work: Path,
) -> Gathered:
    """The recordings of some places, each with what is known of its call.

    Args:
        settings: The installation's.
        places: Files and folders here, and addresses of folders elsewhere.
        manifest_path: The manifest, if there is one.
        records: Files of call records besides those that lie among the recordings.
        names: Templates of file names; those of the settings where none is given.
        work: Folder for what is brought here; see ``work_folder``.
    """
    manifest = read_manifest(manifest_path) if manifest_path else None
    here = [Path(place) for place in places if not is_remote(str(place))]
    addresses = [str(place) for place in places if is_remote(str(place))]
    listed, empty = _listed(settings, addresses, work)
    importing = Importing(
        importers=known_importers(settings),
        templates=templates(names or settings.names, _zone(settings)),
        records=tuple(records),
        distant=tuple(each for one in listed for each in one.recordings),
        around=tuple(path for one in listed for path in one.records),
        work=work,
        manifest=manifest_path.resolve() if manifest_path else None,
    )
    try:
        found = gather(here, manifest, importing)
    except NoRecordings as error:
        if not addresses:
            raise
        named = ", ".join([*map(str, here), *map(shown, addresses)])
        raise NoRecordings(f"no recordings in {named}", hint=error.hint) from error
    warnings = [*empty, *(line for one in listed for line in one.warnings)]
    return Gathered(
        found.sources, (*(manifest.warnings if manifest else ()), *warnings, *found.warnings)
    )


def _listed(
    settings: Settings, addresses: Sequence[str], work: Path
) -> tuple[list[Listed], list[str]]:
    """What lies in folders elsewhere, and a line for each that is empty: the others are not."""
    room = Room()
    found: list[Listed] = []
    empty: list[str] = []
    for address in addresses:
        try:
            one = list_remote(
                address,
                allowed=settings.remote,
                endpoint=settings.s3_endpoint,
                work=work,
                room=room,
            )
        except NoRecordings as error:
            empty.append(error.message)
        else:
            found.append(one)
    return found, empty


def arrivals_folder(home: Path) -> Path:
    """Where a run keeps what it brought here."""
    return home / "arrivals"


@contextmanager
def work_folder(home: Path, *, fresh: bool = True) -> Iterator[Path]:
    """The folder in which a run keeps what it brought here, empty before (where it is to be) and after.

    For who holds the run lock of the data folder.
    """
    work = arrivals_folder(home)
    if fresh:
        shutil.rmtree(work, ignore_errors=True)
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _zone(settings: Settings) -> tzinfo | None:
    if not settings.records_timezone:
        return None
    try:
        return ZoneInfo(settings.records_timezone)
    except (ValueError, OSError, KeyError) as error:
        raise SettingsInvalid(
            f"QA_RECORDS_TIMEZONE: `{settings.records_timezone}` is no time zone",
            hint="name one such as Asia/Shanghai",
        ) from error

"""Our own manifest, as one kind of call records among others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from qa.interop.importers import files
from qa.interop.manifest import COLUMNS, read_manifest
from qa.ports.importing import Described, Imported


@dataclass(frozen=True, slots=True)
class OwnManifest:
    """Reads a manifest (see ``qa.interop.manifest``)."""

    name: str = "manifest"
    about: str = "the CSV of docs/getting-calls-in.md, with a heading that names `recording`"

    def probe(self, path: Path) -> bool:
        """Whether its heading names recordings and something else of a manifest."""
        names = {cell.strip() for cell in files.first_row(path)}
        return "recording" in names and bool(names & set(COLUMNS[1:]))

    def read(self, path: Path) -> Imported:
        """The rows of a manifest."""
        manifest = read_manifest(path)
        calls = tuple(Described(source.record, (str(source.path),)) for source in manifest.sources)
        return Imported(calls, manifest.warnings)

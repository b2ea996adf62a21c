"""A file for each call, in a folder or a zip, with a list of which call each is of."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from qa.interop.exports.choices import Choices
from qa.interop.exports.destination import whole_folder
from qa.interop.exports.file_names import INDEX, FileNames
from qa.interop.exports.formats import FileEach
from qa.interop.lines import Line, table_csv


def write_folder(lines: Iterable[Line], way: FileEach, out: Path, choices: Choices) -> int:
    """Write every call's file and the list; how many calls."""
    names = FileNames()
    index: list[Line] = []
    with whole_folder(out) as put:
        for line in lines:
            name = f"{names.of(line['call_id'])}.{way.extension}"
            put(name, way.render(line, choices))
            index.append({"file": name, "call_id": line["call_id"]})
        put(f"{INDEX}.csv", "".join(table_csv(("file", "call_id"), index)).encode())
    return len(index)

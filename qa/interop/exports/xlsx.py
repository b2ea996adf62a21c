"""XLSX (ECMA-376) by XlsxWriter, row by row, so that memory does not grow with the calls.

Numbers, truth values and moments are typed; every text is written as text, whatever a spreadsheet would make of it.
Moments are in UTC, for a spreadsheet's have no offset.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from qa.interop.exports.choices import Choices
from qa.interop.exports.headings import heading, sheet, value
from qa.interop.exports.overview import Overview
from qa.interop.exports.tables import Column, Kind, Table
from qa.interop.lines import Line

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_576
"""Rows of a sheet, its heading included; what follows goes on in a further sheet."""
_LONGEST = 32_767
"""Characters of a cell."""
_WIDTHS = {Kind.TEXT: 18, Kind.NUMBER: 11, Kind.FLAG: 9, Kind.MOMENT: 19}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "use_zip64": True,
}


def write(
    lines: Iterable[Line],
    out: BinaryIO,
    choices: Choices,
    *,
    tables: Sequence[Table],
    overview: Callable[[], Overview],
) -> int:
    """Write a sheet for each table, an overview before them; how many lines they came from."""
    from xlsxwriter import Workbook

    with Workbook(out, _OPTIONS) as workbook:
        styles = _Styles(workbook)
        front = workbook.add_worksheet(sheet("summary", choices.language))
        sheets = [_Sheet(workbook, styles, table, choices) for table in tables]
        counted = overview()
        count = 0
        for count, line in enumerate(lines, 1):  # noqa: B007 - the last count is the answer
            counted.add(line)
            for each in sheets:
                each.add(line)
        for each in sheets:
            each.close()
        _write_overview(front, styles, counted, choices)
    return count


class _Styles:
    """Formats of one workbook."""

    def __init__(self, workbook: Workbook) -> None:
        self.heading: Format = workbook.add_format({"bold": True, "bottom": 1})
        self.moment: Format = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})


class _Sheet:
    """One table, in as many sheets as its rows need."""

    def __init__(self, workbook: Workbook, styles: _Styles, table: Table, choices: Choices) -> None:
        self._workbook, self._styles, self._table = workbook, styles, table
        self._language = choices.language
        self._count = 0
        self._begin()

    def add(self, line: Line) -> None:
        """Write the rows of a line."""
        for row in self._table.rows(line):
            if self._row == MOST_ROWS:
                self.close()
                self._begin()
            for place, column in enumerate(self._table.columns):
                self._write(place, column, row.get(column.name))
            self._row += 1

    def close(self) -> None:
        """Let the reader filter by every column."""
        self._sheet.autofilter(0, 0, self._row - 1, len(self._table.columns) - 1)

    def _begin(self) -> None:
        self._count += 1
        name = sheet(self._table.name, self._language)
        self._sheet: Worksheet = self._workbook.add_worksheet(
            name if self._count == 1 else f"{name} {self._count}"
        )
        self._sheet.freeze_panes(1, 0)
        for place, column in enumerate(self._table.columns):
            self._sheet.set_column(place, place, _WIDTHS[column.kind])
            said = heading(column.name, self._language)
            self._sheet.write_string(0, place, said, self._styles.heading)
        self._row = 1

    def _write(self, place: int, column: Column, held: Any) -> None:
        if held is None or held == "":
            return
        if column.kind is Kind.MOMENT:
            at = datetime.fromisoformat(held).astimezone(UTC).replace(tzinfo=None)
            self._sheet.write_datetime(self._row, place, at, self._styles.moment)
        elif column.kind is Kind.TEXT:
            said = value(column.name, str(held), self._language)
            self._sheet.write_string(self._row, place, _text(said))
        else:
            _write_value(self._sheet, self._row, place, held)


def _write_value(made: Worksheet, row: int, place: int, held: Any) -> None:
    if isinstance(held, bool):
        made.write_boolean(row, place, held)
    elif isinstance(held, int | float):
        made.write_number(row, place, held)
    elif held is not None:
        made.write_string(row, place, _text(str(held)))


def _write_overview(front: Worksheet, styles: _Styles, counted: Overview, choices: Choices) -> None:
    front.set_column(0, 1, 30)
    front.set_column(2, 8, 14)
    row = 0
    for block in counted.blocks(choices):
        if block.title:
            front.write_string(row + 1, 0, block.title, styles.heading)
            row += 2
        if block.heading:
            for place, name in enumerate(block.heading):
                front.write_string(row, place, name, styles.heading)
            row += 1
        for cells in block.rows:
            for place, held in enumerate(cells):
                _write_value(front, row, place, held)
            row += 1


def _text(said: str) -> str:
    """A text as a cell can hold it."""
    if len(said) > _LONGEST:
        said = said[: _LONGEST - 1] + "…"
    # XlsxWriter takes what stands between these for markup of its own and would write it as it is.
    return f"{said} " if said.startswith("<r>") and said.endswith("</r>") else said

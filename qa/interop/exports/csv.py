"""CSV (RFC 4180, lines ended by LF) of one table, safe to open in a spreadsheet."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterable
from typing import BinaryIO

from qa.interop.exports.choices import Choices
from qa.interop.exports.tables import Table
from qa.interop.lines import Line, csv_texts


def write(lines: Iterable[Line], out: BinaryIO, choices: Choices, *, table: Table) -> int:
    """Write the rows of a table under its heading; how many lines they came from."""
    if choices.byte_order_mark:
        out.write(BOM_UTF8)
    count = -1  # the heading is no line
    for count, text in enumerate(csv_texts(lines, table.names, table.rows)):  # noqa: B007 - the last count is the answer
        out.write(text.encode())
    return count

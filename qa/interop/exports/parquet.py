"""Apache Parquet of one table by pyarrow, a group of rows at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO

from qa.domain.errors import SettingsInvalid
from qa.interop.exports.choices import Choices
from qa.interop.exports.tables import Kind, Table
from qa.interop.lines import Line

_GROUP = 10_000
"""Rows held in memory at a time."""


def write(lines: Iterable[Line], out: BinaryIO, choices: Choices, *, table: Table) -> int:  # noqa: ARG001 - every writer's signature
    """Write the rows of a table, typed; how many lines they came from.

    Raises ``SettingsInvalid`` where pyarrow is not installed.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise SettingsInvalid(
            "Parquet needs pyarrow, which is not installed",
            hint='run: pip install "call-qa[parquet]"',
        ) from error
    types = {
        Kind.TEXT: pa.string(),
        Kind.NUMBER: pa.float64(),
        Kind.FLAG: pa.bool_(),
        Kind.MOMENT: pa.timestamp("us", tz="UTC"),
    }
    schema = pa.schema([(column.name, types[column.kind]) for column in table.columns])
    counted = _Counted(lines)
    rows = (_typed(row, table) for line in counted for row in table.rows(line))
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        while group := list(islice(rows, _GROUP)):
            writer.write_table(pa.Table.from_pylist(group, schema))
    return counted.count


class _Counted:
    """Lines, counted as they pass."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._lines = lines
        self.count = 0

    def __iter__(self) -> Iterator[Line]:
        for line in self._lines:
            self.count += 1
            yield line


def _typed(row: Line, table: Table) -> dict[str, Any]:
    return {
        column.name: _value(column.kind, held)
        for column in table.columns
        if (held := row.get(column.name)) is not None
    }


def _value(kind: Kind, held: Any) -> Any:
    if kind is Kind.MOMENT:
        return datetime.fromisoformat(held)
    return str(held) if kind is Kind.TEXT else held

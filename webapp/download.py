"""A table of a page as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from flask import Response

from qa.interop.lines import Line, table_csv

_BYTE_ORDER_MARK = "\ufeff"
"""Without it Excel reads Chinese as the machine's old code page."""


def csv_file(name: str, columns: tuple[str, ...], lines: Iterable[Line]) -> Response:
    """A CSV that the browser keeps under a name."""
    return Response(
        chain([_BYTE_ORDER_MARK], table_csv(columns, lines)),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

"""Rows on the terminal: columns that fit it, and whole lines for a program that reads them."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

_PIPE_WIDTH = 1_000
"""Columns of a list that no terminal shows; nothing that can be entered is longer."""


def print_rows(columns: Sequence[str], rows: Sequence[Sequence[str]], *, none: str) -> None:
    """Print a list, or what ``none`` says where it is empty."""
    from rich.console import Console
    from rich.table import Table

    if not rows:
        click.echo(none)
        return
    table = Table(box=None, pad_edge=False, header_style="")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    width = None if sys.stdout.isatty() else _PIPE_WIDTH
    Console(markup=False, highlight=False, width=width).print(table)

"""``qa formats``: the kinds of call records that a run reads, and the templates of names that ship."""

from __future__ import annotations

import json
from pathlib import Path

import click

from qa.config import load_settings


@click.command()
@click.argument(
    "file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False)
)
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def command(file: Path | None, as_json: bool) -> None:
    """List the kinds of call records that a run reads; with FILE, say which kind it is.

    Exit codes: 0 done, 2 the file is of no known kind, or bad usage or settings.
    """
    from rich.console import Console
    from rich.table import Table

    from qa import bootstrap
    from qa.interop.importers import importer_for
    from qa.interop.names import SHIPPED

    known = bootstrap.known_importers(load_settings())
    if file is not None:
        found = importer_for(file, known)
        if found is None:
            raise click.UsageError(f"{file} is of no known kind of call records")
        known = (found,)
    if as_json:
        click.echo(json.dumps([{"name": each.name, "about": each.about} for each in known]))
        return
    console = Console()
    table = Table("Format", "Reads", box=None, pad_edge=False)
    for each in known:
        table.add_row(each.name, each.about)
    console.print(table)
    if file is None:
        console.print(f"\nTemplates of file names that ship: {', '.join(SHIPPED)}", highlight=False)

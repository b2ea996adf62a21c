"""``qa doctor``: look at the installation and say what is missing and how to get it."""

from __future__ import annotations

import sys

import click

from qa.cli.errors import BAD_USAGE, OK
from qa.config import load_settings

MARKS = {"ok": "[green]ok[/]", "note": "[yellow]note[/]", "fault": "[bold red]fault[/]"}


@click.command()
def command() -> None:
    """Check this installation: models, database, data folder, settings.

    Exit codes: 0 fit to work, 2 something has to be put right.
    """
    from rich.console import Console

    from qa.cli.checks import checks
    from qa.services.checkup import check_up

    console = Console()
    findings = check_up(checks(load_settings()))
    for finding in findings:
        console.print(
            f"{MARKS[finding.state]:>4}  {finding.subject}: {finding.detail}", highlight=False
        )
        if finding.remedy:
            console.print(f"      -> {finding.remedy}", highlight=False, markup=False)
    sys.exit(BAD_USAGE if any(finding.state == "fault" for finding in findings) else OK)

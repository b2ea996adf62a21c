"""``qa night``: score what is new since the last night, and leave a report for the morning."""

from __future__ import annotations

import json
import sys
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from qa.cli.errors import OK, SOME_NOT_SCORABLE
from qa.cli.taking import Told, call_records, changed_settings, engines, say

if TYPE_CHECKING:
    from qa.domain.wording import Language

CUT = 4
"""Exit code of a night that stopped with recordings left: the next one goes on."""

_NOT_ALL = ("not_scorable", "quarantined", "waiting", "put_off")


@click.command(name="night")
@click.option(
    "--from",
    "folders",
    multiple=True,
    type=click.Path(),
    help="Folder of recordings, or an address such as s3://bucket/prefix; may be repeated.",
)
@call_records
@click.option(
    "--since",
    default="last",
    show_default=True,
    help="last (what the last night left or did not see), yesterday, or a date such as 2026-03-01.",
)
@click.option(
    "--until-hour",
    type=click.IntRange(0, 23),
    help="Begin no more calls from this hour of the clock on.",
)
@click.option("--budget", help="Begin no more calls after so long, such as 4h or 90m.")
@engines
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option(
    "--report",
    "report_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report to this file as JSON, too.",
)
@click.option("--show", type=int, metavar="NIGHT", help="Print the report of an earlier night.")
def command(
    folders: tuple[str, ...],
    *,
    told: Told,
    since: str,
    until_hour: int | None,
    budget: str | None,
    engine: str,
    address: str | None,
    as_json: bool,
    report_file: Path | None,
    show: int | None,
) -> None:
    """Score the recordings that are new and report on it: for a scheduler.

    A night that was missed or cut short is made good by the next one, the oldest calls first. Whoever is to know
    is told as docs/night.md says: by mail, webhooks, a ping, metrics.

    Exit codes: 0 everything found has its score; 3 something has none; 4 it stopped at the hour, at the end of
    its time or at a signal with calls left, which the next night takes; 2 bad usage or settings, or another run
    is at work; 1 our fault or the machine's.
    """
    from qa import bootstrap
    from qa.bootstrap import nights
    from qa.cli.progress import RunProgress
    from qa.domain.night import read_budget, read_since

    asked = folders or told != Told(None, (), ())
    if show is not None and asked:
        raise click.UsageError("--show prints the report of a night: give it nothing to score")
    if show is None and not folders and told.manifest is None:
        raise click.UsageError("name a folder with --from, or a --manifest")
    settings = changed_settings(ray_address=address)
    zone = nights.local_zone()
    if show is not None:
        document = nights.report(settings, show)
    else:
        order = nights.NightOrder(
            folders=folders,
            manifest=told.manifest,
            records=told.records,
            names=told.names,
            since=read_since(since, bootstrap.SystemClock().now(), zone),
            until_hour=until_hour,
            budget=read_budget(budget) if budget else None,
            engine=engine,
        )
        with RunProgress() as watcher:
            document = nights.night(settings, order, watcher=watcher, tell_now=say)
    if report_file is not None:
        _write(document, report_file)
    if as_json:
        json.dump(document, sys.stdout, ensure_ascii=False, indent=2)
        click.echo()
    else:
        _print(document, settings.language, zone)
    sys.exit(exit_code(document))


def exit_code(document: dict[str, Any]) -> int:
    """The exit code of a night by its report."""
    counts = document["recordings"]
    if counts.get("left"):
        return CUT
    return SOME_NOT_SCORABLE if any(counts.get(name) for name in _NOT_ALL) else OK


def _write(document: dict[str, Any], path: Path) -> None:
    from qa.domain.errors import SettingsInvalid

    draft = path.with_name(f".{path.name}.part")
    try:
        draft.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", "utf-8")
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise SettingsInvalid(f"{path} cannot be written: {error.strerror}") from error


def _print(document: dict[str, Any], language: Language, zone: tzinfo) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from qa.interop.night_text import heading, sections

    console = Console(highlight=False, markup=False)
    first, *others = heading(document, language, zone)
    console.print(Text(first, style="bold"))
    for line in others:
        console.print(Text(line, style="yellow"))
    for section in sections(document, language):
        console.print()
        console.print(Text(section.title, style="bold yellow" if section.calls_for else "bold"))
        table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 3, 0, 2))
        for place in range(max(map(len, section.rows))):
            table.add_column(overflow="fold", justify="right" if place == 1 else "left")
        for row in section.rows:
            table.add_row(*map(Text, row))
        console.print(table)

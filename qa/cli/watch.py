"""``qa watch``: score recordings as they come into a folder."""

from __future__ import annotations

import click

from qa.cli.taking import Told, call_records, changed_settings, engines, say


@click.command(name="watch")
@click.option(
    "--from",
    "folders",
    multiple=True,
    required=True,
    type=click.Path(),
    help="Folder of recordings on this machine; may be repeated.",
)
@call_records
@click.option("--every", default="60s", show_default=True, help="How often to look.")
@engines
def command(
    folders: tuple[str, ...],
    *,
    told: Told,
    every: str,
    engine: str,
    address: str | None,
) -> None:
    """Score recordings as they come into a folder, until it is told to stop.

    A file is taken once it is written to its end. The manifest and files of call records are read anew each time.
    SIGTERM or Ctrl-C lets it finish what it has begun; a second one ends it at once. While another run is at work
    it waits.
    """
    from qa.bootstrap import nights, watching
    from qa.domain.night import read_budget

    order = nights.NightOrder(
        folders=folders,
        manifest=told.manifest,
        records=told.records,
        names=told.names,
        engine=engine,
    )
    settings, pause = changed_settings(ray_address=address), read_budget(every)
    watching.check(settings, order)
    say(f"Watching {', '.join(folders)} (Ctrl+C stops)")
    watching.watch(settings, order, every=pause, tell=click.echo, warn=say)
    say("Stopped. What was finished is kept.")

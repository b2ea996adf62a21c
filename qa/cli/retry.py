"""``qa retry``: what has no score and why, and asking for it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qa.config import load_settings

if TYPE_CHECKING:
    from qa.domain.wording import Language
    from qa.services.retry import Unscored


@click.command(name="retry")
@click.argument("names", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that broke a run.")
@click.option(
    "--code",
    "codes",
    multiple=True,
    metavar="CODE",
    help="All that were refused for a reason, such as recording.not_audio; may be given again.",
)
@click.option("--list", "listing", is_flag=True, help="List what has no score, and change nothing.")
def command(
    names: tuple[str, ...], codes: tuple[str, ...], *, everything: bool, listing: bool
) -> None:
    """Let recordings without a score be tried again by the next run that finds them.

    NAMES are file names, call ids, or the first digits of a recording's sha256. Nothing is scored by this
    command: run `qa run` as before.
    """
    from qa import bootstrap
    from qa.services.retry import retry, unscored

    if listing == bool(names or codes or everything):
        raise click.UsageError("give names, --code CODE or --all; or --list alone")
    settings = load_settings()
    store = bootstrap.existing_store(settings)
    clock = bootstrap.SystemClock()
    if store is None:
        click.echo("Nothing was scored here yet.")
        return
    if listing:
        found = unscored(store, clock)
    else:
        found = retry(store, clock, names, codes=codes, everything=everything)
    for one in found:
        click.echo(_line(one, settings.language) if listing else f"{one.name} ({one.call_id})")
    if listing:
        click.echo(f"{len(found)} recordings without a score.")
    else:
        click.echo(f"{len(found)} are tried again by the next run that finds them.")


def _line(one: Unscored, language: Language) -> str:
    from qa.domain.wording import Reason, render

    at = one.due_at.astimezone().strftime("%Y-%m-%d %H:%M") if one.due_at else ""
    state = render(Reason(f"retry.{one.state}", {"at": at, "tries": one.tries}), language)
    why = f": {render(one.reason, language)} [{one.reason.code}]" if one.reason else ""
    return f"{one.name} ({one.call_id}) {state}{why}"

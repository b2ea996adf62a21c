"""``qa team``: groups of agents with those who lead them."""

from __future__ import annotations

import click

from qa.config import load_settings


@click.group(name="team")
def command() -> None:
    """Add and list teams."""


@command.command()
@click.argument("name")
def add(name: str) -> None:
    """Make a team."""
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.services import teams

    open_store = bootstrap.unit_of_work(load_settings())
    team = teams.add_team(open_store, CONSOLE, bootstrap.SystemClock(), name)
    click.echo(f"There is a team {team.name} now.")


@command.command("list")
def list_teams() -> None:
    """List the teams."""
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.services import teams

    found = teams.teams(bootstrap.unit_of_work(load_settings()), CONSOLE)
    for team in found:
        click.echo(team.name)
    if not found:
        click.echo("There are no teams yet. The first: qa team add NAME")

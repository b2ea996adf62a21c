"""``qa token``: people's keys for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from qa.cli.listing import print_rows
from qa.config import load_settings

if TYPE_CHECKING:
    from qa.domain.access import Actor
    from qa.ports import UnitOfWorkFactory


@click.group(name="token")
def command() -> None:
    """Give programs access to the API in somebody's name."""


@command.command()
@click.argument("login")
@click.option("--name", required=True, help="What it is for.")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(("calls:read", "reviews:read", "reviews:write")),
    multiple=True,
    required=True,
    help="What it allows; may be given several times.",
)
@click.option(
    "--days",
    type=click.Choice(("7", "30", "90", "365")),
    default="90",
    show_default=True,
    help="How long it works.",
)
def add(login: str, name: str, scopes: tuple[str, ...], days: str) -> None:
    """Make a token of the account LOGIN, and print it. It cannot be shown again."""
    from qa import bootstrap
    from qa.services.tokens import issue_token

    open_store, owner = _owner(login)
    issued = issue_token(
        open_store, owner, bootstrap.SystemClock(), name=name, scopes=scopes, days=int(days)
    )
    click.echo(issued.secret)
    click.echo(f"Keep it where passwords are kept. It works for {days} days.", err=True)


@command.command("list")
@click.argument("login")
def list_tokens(login: str) -> None:
    """List the tokens of the account LOGIN, the newest first."""
    from qa import bootstrap
    from qa.services.tokens import own_tokens

    open_store, owner = _owner(login)
    now = bootstrap.SystemClock().now()
    rows = [
        (
            token.public_id,
            token.name,
            " ".join(sorted(token.scopes)),
            f"{token.last_used_at:%Y-%m-%d %H:%M} UTC" if token.last_used_at else "never",
            "revoked" if token.revoked_at else "expired" if token.expired(now) else "works",
        )
        for token in own_tokens(open_store, owner)
    ]
    print_rows(("ID", "NAME", "SCOPES", "LAST USED", "STATE"), rows, none="They have no tokens.")


@command.command()
@click.argument("login")
@click.argument("token_id", metavar="ID")
def revoke(login: str, token_id: str) -> None:
    """End a token of the account LOGIN at once; `qa token list` shows their ids."""
    from qa import bootstrap
    from qa.services.tokens import revoke_token

    open_store, owner = _owner(login)
    revoke_token(open_store, owner, bootstrap.SystemClock(), token_id)
    click.echo("It lets nobody in any more.")


def _owner(login: str) -> tuple[UnitOfWorkFactory, Actor]:
    """The store, and whoever a token is to stand for: what they may not do, it may not either."""
    from qa import bootstrap
    from qa.domain.access import CONSOLE, actor_of
    from qa.services.accounts import account_of_login

    open_store = bootstrap.unit_of_work(load_settings())
    return open_store, actor_of(account_of_login(open_store, CONSOLE, login))

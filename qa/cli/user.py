"""``qa user``: people's accounts, and the link by which each chooses a password."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from qa.cli.listing import print_rows
from qa.config import Settings, load_settings

if TYPE_CHECKING:
    from qa.domain.people import User
    from qa.ports import UnitOfWorkFactory

ROLES = ("admin", "supervisor", "agent", "operator")


@click.group(name="user")
def command() -> None:
    """Give people accounts and one-time links."""


@command.command()
@click.argument("login")
@click.option("--name", required=True, help="What others call them.")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What they are here for.")
@click.option("--team", help="Name of their team; make it with `qa team add`.")
@click.option("--agent-id", help="Their id in call records, for who takes calls.")
@click.option("--language", type=click.Choice(("zh", "en")), help="Language of their pages.")
@click.option("--time-zone", help="Such as Asia/Shanghai.  [default: the server's]")
def add(
    login: str,
    name: str,
    role: str,
    team: str | None,
    agent_id: str | None,
    language: str | None,
    time_zone: str | None,
) -> None:
    """Add somebody, and print the link by which they choose a password.

    LOGIN is what they type to log in; their e-mail address, where they log in at an OpenID Connect provider.
    """
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.domain.people import Account, UserRole
    from qa.services import accounts, teams

    settings = load_settings()
    open_store = bootstrap.unit_of_work(settings)
    account = Account(
        login=login,
        name=name,
        role=UserRole(role),
        team=teams.team_named(open_store, CONSOLE, team).public_id if team else None,
        agent_id=agent_id,
        language=language,
        time_zone=time_zone,
    )
    user = accounts.add_user(open_store, CONSOLE, bootstrap.SystemClock(), account)
    click.echo(f"{user.name} is {user.role.value} with the login {user.login}.")
    _print_link(settings, open_store, user)


@command.command("list")
def list_users() -> None:
    """List everybody, those who are disabled last."""
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.services import accounts

    users = accounts.everybody(bootstrap.unit_of_work(load_settings()), CONSOLE)
    rows = [
        (
            user.login,
            user.name,
            user.role.value,
            user.team.name if user.team else "",
            user.agent_id or "",
            _state(user),
        )
        for user in users
    ]
    none = "There are no accounts yet. The first: qa user add LOGIN --name NAME --role admin"
    print_rows(("LOGIN", "NAME", "ROLE", "TEAM", "AGENT ID", "STATE"), rows, none=none)


@command.command()
@click.argument("login")
def link(login: str) -> None:
    """Print a new one-time link for somebody who has no password or has lost it.

    Links that they have not used yet let in no more; a password that they have stays until then.
    """
    _on_user(login, _print_link)


@command.command()
@click.argument("login")
def disable(login: str) -> None:
    """Let somebody in no more, and end where they are logged in now. Their reviews keep their name."""
    _set_active(login, active=False)
    click.echo(f"{login} is logged out everywhere and can log in no more.")


@command.command()
@click.argument("login")
def enable(login: str) -> None:
    """Let somebody in again."""
    _set_active(login, active=True)
    click.echo(f"{login} can log in again.")


@command.command()
@click.argument("login")
@click.argument("role", type=click.Choice(ROLES))
def role(login: str, role: str) -> None:
    """Change what somebody is here for, and end where they are logged in now."""
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.domain.people import UserRole
    from qa.services import accounts

    def change(_settings: Settings, open_store: UnitOfWorkFactory, user: User) -> None:
        account = replace(user.account, role=UserRole(role))
        clock = bootstrap.SystemClock()
        accounts.change_user(
            open_store, CONSOLE, clock, user.public_id, account, revision=user.revision
        )
        click.echo(f"{user.name} is {role} now.")

    _on_user(login, change)


def _set_active(login: str, *, active: bool) -> None:
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.services import accounts

    def change(_settings: Settings, open_store: UnitOfWorkFactory, user: User) -> None:
        clock = bootstrap.SystemClock()
        accounts.set_active(open_store, CONSOLE, clock, user.public_id, active=active)

    _on_user(login, change)


def _on_user(login: str, act: Callable[[Settings, UnitOfWorkFactory, User], None]) -> None:
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.services import accounts

    settings = load_settings()
    open_store = bootstrap.unit_of_work(settings)
    act(settings, open_store, accounts.account_of_login(open_store, CONSOLE, login))


def _print_link(settings: Settings, open_store: UnitOfWorkFactory, user: User) -> None:
    from qa import bootstrap
    from qa.domain.access import CONSOLE
    from qa.services import accounts

    invited = accounts.invite(
        open_store,
        CONSOLE,
        bootstrap.SystemClock(),
        user.public_id,
        lifetime=bootstrap.invitation_lifetime(settings),
    )
    until = invited.expires_at.astimezone()
    click.echo(
        f"Whoever opens this link chooses the password of {user.login}, once, until {until:%Y-%m-%d %H:%M}:"
    )
    click.echo(f"  {bootstrap.invitation_link(settings, invited.token)}")


def _state(user: User) -> str:
    if not user.active:
        return "disabled"
    return "active" if user.has_password else "no password yet"

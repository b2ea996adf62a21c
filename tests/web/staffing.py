"""People for a seeded store: an admin, two supervisors, two agents whose calls are there, and an operator."""

from __future__ import annotations

from dataclasses import replace

from qa import bootstrap
from qa.config import Settings
from qa.domain.access import CONSOLE
from qa.domain.people import Account, Client, UserRole
from qa.services import accounts, teams

PASSWORD = "four words nobody guesses"  # noqa: S105 - of people who exist only in a test
"""Everybody's."""

_ACCOUNTS = (
    Account("ada", "Ada Lovelace", UserRole.ADMIN),
    Account("sun", "孙悦", UserRole.SUPERVISOR, language="zh"),
    Account("sam", "Sam Okafor", UserRole.SUPERVISOR),
    Account("amy", "Amy Tan", UserRole.AGENT, agent_id="A201"),
    Account("an", "安宁", UserRole.AGENT, agent_id="A101", language="zh"),
    Account("otto", "Otto Brandt", UserRole.OPERATOR),
)


def staff(settings: Settings) -> None:
    """Give them accounts, a team and a password."""
    open_store = bootstrap.unit_of_work(settings)
    passwords, clock = bootstrap.passwords(), bootstrap.SystemClock()
    team = teams.add_team(open_store, CONSOLE, clock, "Returns").public_id
    for account in _ACCOUNTS:
        entered = account if account.role is UserRole.OPERATOR else replace(account, team=team)
        user = accounts.add_user(open_store, CONSOLE, clock, entered)
        link = accounts.invite(
            open_store,
            CONSOLE,
            clock,
            user.public_id,
            lifetime=bootstrap.invitation_lifetime(settings),
        )
        accounts.accept_invitation(
            open_store,
            passwords,
            clock,
            bootstrap.session_rules(settings),
            token=link.token,
            password=PASSWORD,
            client=Client("127.0.0.1", "test"),
        )

"""An installation with an empty store and a clock that a test moves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher

from qa.domain.access import CONSOLE, Actor, actor_of
from qa.domain.people import Account, Client, User, UserRole
from qa.identity.passwords import Argon2Passwords
from qa.ports import UnitOfWorkFactory
from qa.services import accounts, login
from qa.services.login import LoggedIn, SessionRules

MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
HERE = Client("198.51.100.7", "Firefox")
PASSWORD = "纸船-lantern-42"  # noqa: S105 - of people who do not exist


@dataclass
class Clock:
    """The time, as a test sets it."""

    time: datetime = MONDAY

    def now(self) -> datetime:
        return self.time

    def wait(self, **span: float) -> None:
        self.time += timedelta(**span)


@dataclass
class Place:
    """What the services of people need."""

    open_store: UnitOfWorkFactory
    clock: Clock = field(default_factory=Clock)
    rules: SessionRules = field(
        default_factory=lambda: SessionRules(idle=timedelta(hours=8), longest=timedelta(days=7))
    )
    passwords: Argon2Passwords = field(
        # As weak as Argon2 can be: these tests are about who may, not about how long it takes.
        default_factory=lambda: Argon2Passwords(
            PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        )
    )

    def add(
        self,
        login: str,
        role: UserRole = UserRole.SUPERVISOR,
        *,
        password: str | None = PASSWORD,
        agent_id: str | None = None,
    ) -> User:
        """Somebody with an account, and a password unless told otherwise."""
        account = Account(login=login, name=login.title(), role=role, agent_id=agent_id)
        user = accounts.add_user(self.open_store, CONSOLE, self.clock, account)
        if password is not None:
            self.accept(self.invite(user), password)
        return self.user(login)

    def user(self, login: str) -> User:
        return accounts.account_of_login(self.open_store, CONSOLE, login)

    def actor(self, login: str) -> Actor:
        return actor_of(self.user(login))

    def invite(self, user: User) -> str:
        """The token of a new one-time link."""
        return accounts.invite(
            self.open_store, CONSOLE, self.clock, user.public_id, lifetime=timedelta(hours=48)
        ).token

    def accept(self, token: str, password: str, client: Client = HERE) -> LoggedIn:
        return accounts.accept_invitation(
            self.open_store,
            self.passwords,
            self.clock,
            self.rules,
            token=token,
            password=password,
            client=client,
        )

    def log_in(self, login_: str, password: str = PASSWORD, client: Client = HERE) -> LoggedIn:
        return login.log_in(
            self.open_store,
            self.passwords,
            self.clock,
            self.rules,
            login=login_,
            password=password,
            client=client,
        )

    def resolve(self, token: str) -> login.Asking | None:
        return login.resolve(self.open_store, self.clock, self.rules, token)

"""The store of people: accounts, teams, lists as they like them; who is logged in, and how they got there."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Protocol

from qa.domain.people import (
    Account,
    Client,
    Failures,
    Invitation,
    LoginSession,
    Person,
    SavedFilter,
    Team,
    User,
    UserRole,
)


class People(Protocol):
    """Accounts and teams. A user and a team are named by their public ids, unless a parameter says ``_id``."""

    def has_accounts(self) -> bool:
        """Whether anybody ever got an account here."""

    def everybody(self) -> tuple[User, ...]:
        """All accounts, the active first, then by name."""

    def user(self, public_id: str) -> User:
        """One account. Raises ``NotFound``."""

    def user_by_id(self, user_id: int) -> User:
        """One account. Raises ``NotFound``."""

    def by_login(self, login: str) -> User | None:
        """The account of a login, spelled as ``qa.domain.people.same_name`` does."""

    def by_agent(self, agent_id: str) -> User | None:
        """The account of an agent of call records."""

    def by_subject(self, subject: str) -> User | None:
        """The account that an OpenID Connect subject was linked to."""

    def persons(self, user_ids: Collection[int]) -> Mapping[int, Person]:
        """Names, by user id."""

    def active_with(self, roles: Collection[UserRole]) -> tuple[User, ...]:
        """Who may log in and has one of these roles, by name."""

    def add_user(self, account: Account, *, at: datetime) -> User:
        """Store a new account, active and without a password. Raises ``NotFound`` for an unknown team."""

    def change_user(self, user_id: int, account: Account) -> User:
        """Store what was entered about somebody. Raises ``NotFound`` for an unknown team."""

    def set_active(self, user_id: int, *, active: bool) -> None:
        """Let somebody log in, or no longer."""

    def subject(self, user_id: int) -> str | None:
        """The OpenID Connect subject that an account is linked to."""

    def link_subject(self, user_id: int, subject: str) -> None:
        """Link an account to an OpenID Connect subject."""

    def password_hash(self, user_id: int) -> str | None:
        """What is kept of somebody's password."""

    def set_password(self, user_id: int, password_hash: str, *, at: datetime | None) -> None:
        """Keep a password's hash; ``at`` is ``None`` where only the hash is new, not the password."""

    def teams(self) -> tuple[Team, ...]:
        """All teams, by name."""

    def team(self, public_id: str) -> Team:
        """One team. Raises ``NotFound``."""

    def add_team(self, name: str, *, at: datetime) -> Team:
        """Store a new team."""

    def rename_team(self, team_id: int, name: str) -> None:
        """Give a team another name."""

    def saved_filters(self, user_id: int, page: str) -> tuple[SavedFilter, ...]:
        """Somebody's lists of a page, by name."""

    def save_filter(
        self, user_id: int, page: str, name: str, query: str, *, at: datetime
    ) -> SavedFilter:
        """Keep a list under a name, in place of the one that has it."""

    def delete_filter(self, user_id: int, public_id: str) -> None:
        """Forget a list. Raises ``NotFound`` where it is not theirs."""


class Logins(Protocol):
    """Who is logged in, links that let in once, and failed attempts. Tokens are named by their hash."""

    def add_session(
        self, user_id: int, token_hash: str, client: Client, *, at: datetime, expires_at: datetime
    ) -> LoginSession:
        """Store that somebody logged in."""

    def session(self, token_hash: str) -> tuple[LoginSession, User] | None:
        """A login and whose it is, whether or not it has ended."""

    def seen(self, session_id: int, *, at: datetime) -> None:
        """Note that a login was used."""

    def sessions(self, user_id: int) -> tuple[LoginSession, ...]:
        """Somebody's logins that were not ended, the last used first."""

    def session_by_public_id(self, public_id: str) -> LoginSession:
        """One login. Raises ``NotFound``."""

    def end_session(self, session_id: int, *, at: datetime) -> None:
        """End a login; a second time changes nothing."""

    def end_sessions(self, user_id: int, *, at: datetime, but: int | None = None) -> int:
        """End all of somebody's logins, but one where its id is given; how many."""

    def was_at(self, user_id: int, address: str) -> bool:
        """Whether somebody ever logged in from an address."""

    def add_invitation(
        self, user_id: int, token_hash: str, *, at: datetime, expires_at: datetime
    ) -> Invitation:
        """Store a link."""

    def close_invitations(self, user_id: int, *, at: datetime) -> None:
        """Let somebody's unused links let in no more."""

    def invitation(self, token_hash: str) -> Invitation | None:
        """A link, whether or not it still lets in."""

    def use_invitation(self, invitation_id: int, *, at: datetime) -> None:
        """Note that a link was used."""

    def failures(self, keys: Collection[str]) -> Mapping[str, Failures]:
        """Failed logins in a row, by key; keys without any are missing."""

    def count_failures(self, counted: Mapping[str, Failures]) -> None:
        """Store failed logins under their keys."""

    def forget_failures(self, keys: Collection[str]) -> None:
        """Start these keys anew."""

    def forget_failures_before(self, moment: datetime) -> None:
        """Drop what no longer counts."""

"""The people who use the review app, as the rest of the domain knows them."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from qa.domain.faults import invalid
from qa.domain.wording import LANGUAGES

LOGIN_LIMIT = 100
"""Characters of a login."""
NAME_LIMIT = 200
"""Characters of a person's or a team's name."""
AGENT_ID_LIMIT = 100
"""Characters of an agent's id in call records."""


class UserRole(StrEnum):
    """What somebody is here for; one each."""

    ADMIN = "admin"
    SUPERVISOR = "supervisor"
    AGENT = "agent"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Team:
    """A group of agents with those who lead them."""

    id: int
    public_id: str
    name: str


@dataclass(frozen=True, slots=True)
class User:
    """A person with an account.

    Attributes:
        login: What they type to log in, in lower case.
        agent_id: The agent of call records that they are; ``None`` for who takes no calls.
        language: ``zh`` or ``en``; ``None`` leaves it to the browser.
        time_zone: An IANA name such as ``Asia/Shanghai``; ``None`` is the server's own.
        has_password: Whether a password was ever chosen; without one only OpenID Connect lets in.
        active: Whether they may log in; nobody is ever deleted, for scores name them.
    """

    id: int
    public_id: str
    login: str
    name: str
    role: UserRole
    team: Team | None
    agent_id: str | None
    language: str | None
    time_zone: str | None
    has_password: bool
    active: bool
    created_at: datetime

    @property
    def account(self) -> Account:
        """What of it is entered by hand, as a form shows it."""
        return Account(
            login=self.login,
            name=self.name,
            role=self.role,
            team=self.team.public_id if self.team else None,
            agent_id=self.agent_id,
            language=self.language,
            time_zone=self.time_zone,
        )

    @property
    def revision(self) -> str:
        """Differs whenever the account was changed: a form that was made from another one is stale."""
        text = repr((self.account, self.active))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as others see them: enough to say who did something."""

    id: int
    public_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Account:
    """What is entered about a person.

    Attributes:
        team: The team's public id.
    """

    login: str
    name: str
    role: UserRole
    team: str | None = None
    agent_id: str | None = None
    language: str | None = None
    time_zone: str | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """From where somebody comes to log in.

    Attributes:
        address: Of the network, as the server sees it.
        browser: What the browser calls itself; worth nothing as proof.
    """

    address: str
    browser: str = ""


@dataclass(frozen=True, slots=True)
class LoginSession:
    """A browser that is logged in, until it is ended, idle for too long, or too old.

    Attributes:
        seen_at: When it was last used, to within a minute.
        expires_at: When it ends whatever it does.
    """

    id: int
    public_id: str
    user_id: int
    client: Client
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that lets somebody choose a password, once."""

    id: int
    user_id: int
    expires_at: datetime
    used_at: datetime | None

    def open_at(self, moment: datetime) -> bool:
        """Whether it can still be used."""
        return self.used_at is None and moment < self.expires_at


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed logins in a row under one key (``qa.domain.throttle``)."""

    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """A list as somebody likes to look at it: the query of its address, under a name."""

    public_id: str
    page: str
    name: str
    query: str


def same_name(name: str) -> str:
    """The one spelling of a login or a name: compatible characters alike, lower case, no space around it."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def checked(account: Account) -> Account:
    """What is entered about a person, tidied. Raises ``InputInvalid`` for the first field that cannot be."""
    tidy = replace(
        account,
        login=same_name(account.login),
        name=account.name.strip(),
        team=account.team or None,
        agent_id=(account.agent_id or "").strip() or None,
        language=account.language or None,
        time_zone=account.time_zone or None,
    )
    _line("login", tidy.login, LOGIN_LIMIT)
    if any(character.isspace() for character in tidy.login):
        raise invalid("login", "user.login_spaces")
    _line("name", tidy.name, NAME_LIMIT)
    if tidy.agent_id is not None:
        _line("agent_id", tidy.agent_id, AGENT_ID_LIMIT)
    check_preferences(tidy.language, tidy.time_zone)
    return tidy


def check_preferences(language: str | None, time_zone: str | None) -> None:
    """Raise ``InputInvalid`` for a language or a time zone that does not exist; ``None`` is no wish."""
    if language is not None and language not in LANGUAGES:
        raise invalid("language", "form.not_a_choice")
    if time_zone is not None and not _is_time_zone(time_zone):
        raise invalid("time_zone", "user.time_zone_unknown", zone=time_zone)


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a folder of zones is an OSError
        return False
    return True


def team_name(name: str) -> str:
    """The name of a team, tidied. Raises ``InputInvalid`` for one that cannot be."""
    tidy = name.strip()
    _line("name", tidy, NAME_LIMIT)
    return tidy


def _line(field: str, value: str, limit: int) -> None:
    if not value:
        raise invalid(field, "form.required")
    if len(value) > limit:
        raise invalid(field, "form.too_long", length=len(value), limit=limit)
    # Control, format and unassigned characters: a name must not turn the writing of what follows it.
    if any(unicodedata.category(character).startswith("C") for character in value):
        raise invalid(field, "user.unprintable")

"""Logging in, staying logged in, and ending it: a random token in a cookie, of which the store keeps the hash.

Every login makes a new token. A change of role or password and the end of an account end its logins at once.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from qa.domain import throttle
from qa.domain.access import Action, Actor, actor_of, may, require, require_account
from qa.domain.errors import NotFound, StoreUnavailable, TryLater
from qa.domain.faults import invalid
from qa.domain.passwords import LONGEST, normal
from qa.domain.people import Client, LoginSession, User, same_name
from qa.domain.tokens import new_token, token_hash
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.ports.identity import Passwords

_log = logging.getLogger(__name__)

SEEN_EVERY = timedelta(minutes=1)
"""How often the use of a login is written down, so that pages else only read."""

_NOBODY = 0
"""A user id that no account has."""


@dataclass(frozen=True, slots=True)
class SessionRules:
    """How long a login lasts: without use, and at most."""

    idle: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A login that was just opened.

    Attributes:
        token: For the cookie; it is nowhere else.
    """

    token: str
    session: LoginSession
    user: User


@dataclass(frozen=True, slots=True)
class Asking:
    """Who a token stands for."""

    actor: Actor
    user: User
    session: LoginSession


def accounts_exist(open_store: UnitOfWorkFactory) -> bool:
    """Whether anybody has an account here; until then, whoever is on this machine may look."""
    with open_store() as unit:
        return unit.people.has_accounts()


def log_in(
    open_store: UnitOfWorkFactory,
    passwords: Passwords,
    clock: Clock,
    rules: SessionRules,
    *,
    login: str,
    password: str,
    client: Client,
) -> LoggedIn:
    """Log somebody in by password.

    An attempt is counted as failed before the password is looked at, so that a hundred at the same time are
    a hundred; the one that succeeds is taken off again. The work is the same whether or not the login exists.

    Raises:
        InputInvalid: Login or password is wrong, or the account is disabled; which, is not said.
        TryLater: Too many failed before; nothing was looked at.
    """
    spelled = same_name(login)
    attempt = throttle.keys(spelled, client.address)
    with open_store(writes=True) as unit:
        user = unit.people.by_login(spelled)
        admit(unit, attempt, user, client, clock.now())
        stored = unit.people.password_hash(user.id if user else _NOBODY)
        unit.commit()
    right = passwords.check(password, stored if len(normal(password)) <= LONGEST else None)
    if user is None or stored is None or not right or not user.active:
        raise invalid("password", "login.wrong")
    renewed = passwords.hash(password) if passwords.outdated(stored) else None
    with open_store(writes=True) as unit:
        if not unit.people.user_by_id(user.id).active:
            raise invalid("password", "login.wrong")
        if unit.people.password_hash(user.id) != stored:
            raise invalid("password", "login.wrong")
        if renewed is not None:
            unit.people.set_password(user.id, renewed, at=None)
        logged_in = open_session(unit, user, client, rules, clock.now())
        unit.logins.forget_failures((attempt.here, attempt.account))
        unit.commit()
    return logged_in


def open_session(
    unit: UnitOfWork, user: User, client: Client, rules: SessionRules, now: datetime
) -> LoggedIn:
    """Open a login in a transaction, for somebody who proved who they are."""
    token = new_token()
    session = unit.logins.add_session(
        user.id, token_hash(token), client, at=now, expires_at=now + rules.longest
    )
    return LoggedIn(token, session, user)


def resolve(
    open_store: UnitOfWorkFactory, clock: Clock, rules: SessionRules, token: str
) -> Asking | None:
    """Who a token stands for now; ``None`` for a token that is unknown, ended, idle for too long or too old."""
    now = clock.now()
    with open_store() as unit:
        found = unit.logins.session(token_hash(token))
    if found is None:
        return None
    session, user = found
    if not user.active or not is_live(session, rules, now):
        return None
    if now - session.seen_at >= SEEN_EVERY:
        _note_use(open_store, session, now)
    return Asking(actor_of(user), user, session)


def is_live(session: LoginSession, rules: SessionRules, now: datetime) -> bool:
    """Whether a login still lets in."""
    return (
        session.ended_at is None
        and now < session.expires_at
        and now - session.created_at < rules.longest
        and now - session.seen_at < rules.idle
    )


def log_out(open_store: UnitOfWorkFactory, clock: Clock, token: str) -> None:
    """End the login of a token; one that is unknown changes nothing."""
    with open_store(writes=True) as unit:
        found = unit.logins.session(token_hash(token))
        if found is not None:
            unit.logins.end_session(found[0].id, at=clock.now())
            unit.commit()


def sessions(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    clock: Clock,
    rules: SessionRules,
    user: str | None = None,
) -> tuple[LoginSession, ...]:
    """Where somebody is logged in now, the last used first.

    Args:
        open_store: The store.
        actor: Who asks.
        clock: The time.
        rules: How long a login lasts.
        user: The public id of whose; ``None`` for one's own.

    Raises:
        NotAllowed: It is somebody else's, and the actor does not manage people.
        NotFound: There is no such account.
    """
    now = clock.now()
    with open_store() as unit:
        owner = _owner(unit, actor, user)
        return tuple(
            session for session in unit.logins.sessions(owner) if is_live(session, rules, now)
        )


def end_session(open_store: UnitOfWorkFactory, actor: Actor, clock: Clock, public_id: str) -> None:
    """End one login, one's own or, for who manages people, anybody's.

    Raises:
        NotFound: There is none, or it is somebody else's.
    """
    with open_store(writes=True) as unit:
        session = unit.logins.session_by_public_id(public_id)
        if not may(actor, Action.MANAGE_PEOPLE) and session.user_id != require_account(actor):
            raise NotFound("there is no such login", hint="load the list of logins again")
        unit.logins.end_session(session.id, at=clock.now())
        unit.commit()


def end_sessions(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    clock: Clock,
    user: str | None = None,
    *,
    but: int | None = None,
) -> int:
    """End all logins of somebody (``None``: one's own), but one whose id is given; how many.

    Raises:
        NotAllowed: It is somebody else's, and the actor does not manage people.
        NotFound: There is no such account.
    """
    with open_store(writes=True) as unit:
        ended = unit.logins.end_sessions(_owner(unit, actor, user), at=clock.now(), but=but)
        unit.commit()
    return ended


def admit(
    unit: UnitOfWork, attempt: throttle.Keys, user: User | None, client: Client, now: datetime
) -> None:
    """Count an attempt as failed. Raises ``TryLater``, and counts nothing, where too many failed before."""
    failures = unit.logins.failures(attempt.all)
    known = unit.logins.was_at(user.id if user else _NOBODY, client.address)
    wait_s = throttle.wait_s(attempt, failures, now, known=known)
    if wait_s:
        raise TryLater(wait_s)
    unit.logins.forget_failures_before(now - throttle.FORGOTTEN_AFTER)
    unit.logins.count_failures(
        {key: throttle.counted(failures.get(key), now) for key in attempt.all}
    )


def _owner(unit: UnitOfWork, actor: Actor, user: str | None) -> int:
    if user is None:
        return require_account(actor)
    require(actor, Action.MANAGE_PEOPLE)
    return unit.people.user(user).id


def _note_use(open_store: UnitOfWorkFactory, session: LoginSession, now: datetime) -> None:
    try:
        with open_store(writes=True) as unit:
            unit.logins.seen(session.id, at=now)
            unit.commit()
    except StoreUnavailable as error:
        # A page that only reads does not fail for it; at worst the login ends sooner.
        _log.warning("the use of a login was not written down: %s", error.message)

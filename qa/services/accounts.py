"""People's accounts: who has one, what they are here for, and the link that lets them choose a password.

Nobody is ever deleted, for scores name them. There is always an active admin: the last one can neither be
disabled nor become something else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from qa.domain.access import Action, Actor, actor_of, may, require, require_account
from qa.domain.errors import Conflict, NotFound
from qa.domain.faults import invalid
from qa.domain.passwords import check_new, normal
from qa.domain.people import (
    Account,
    Client,
    User,
    UserRole,
    check_preferences,
    checked,
    same_name,
)
from qa.domain.throttle import keys
from qa.domain.tokens import new_token, token_hash
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.ports.identity import Passwords
from qa.services.calibration.steps import leave_all
from qa.services.login import LoggedIn, SessionRules, admit, open_session


@dataclass(frozen=True, slots=True)
class Invited:
    """A one-time link that was just made.

    Attributes:
        token: For the link; it is nowhere else.
    """

    token: str
    user: User
    expires_at: datetime


def everybody(open_store: UnitOfWorkFactory, actor: Actor) -> tuple[User, ...]:
    """All accounts, the active first, then by name."""
    require(actor, Action.MANAGE_PEOPLE)
    with open_store() as unit:
        return unit.people.everybody()


def account(open_store: UnitOfWorkFactory, actor: Actor, user: str) -> User:
    """One account by its public id. Raises ``NotFound``."""
    require(actor, Action.MANAGE_PEOPLE)
    with open_store() as unit:
        return unit.people.user(user)


def account_of_login(open_store: UnitOfWorkFactory, actor: Actor, login: str) -> User:
    """One account by its login, however it is spelled. Raises ``NotFound``."""
    require(actor, Action.MANAGE_PEOPLE)
    with open_store() as unit:
        user = unit.people.by_login(same_name(login))
    if user is None:
        raise NotFound(f"nobody has the login {login}", hint="see qa user list")
    return user


def add_user(open_store: UnitOfWorkFactory, actor: Actor, clock: Clock, account: Account) -> User:
    """Give somebody an account, without a password yet (``invite`` lets them choose one).

    Raises:
        InputInvalid: A field cannot be taken; its login or agent id is somebody else's.
    """
    require(actor, Action.MANAGE_PEOPLE)
    with open_store(writes=True) as unit:
        entered = _entered(unit, account, None)
        user = unit.people.add_user(entered, at=clock.now())
        unit.commit()
    return user


def change_user(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    clock: Clock,
    user: str,
    account: Account,
    *,
    revision: str | None = None,
) -> User:
    """Change what is entered about somebody.

    A change of role ends their logins; calibration sessions stop waiting for who may rate no more.

    Args:
        open_store: The store.
        actor: Who asks.
        clock: The time.
        user: Public id.
        account: All of it, as it is to be.
        revision: ``User.revision`` of what the form showed; ``None`` to change whatever is there.

    Raises:
        InputInvalid: A field cannot be taken, or the last active admin would be none.
        Conflict: Somebody else changed the account since.
    """
    require(actor, Action.MANAGE_PEOPLE)
    with open_store(writes=True) as unit:
        before = _fresh(unit, user, revision)
        entered = _entered(unit, account, before)
        if before.role is UserRole.ADMIN and entered.role is not UserRole.ADMIN:
            _keep_an_admin(unit, before, "role")
        after = unit.people.change_user(before.id, entered)
        if after.role is not before.role:
            unit.logins.end_sessions(before.id, at=clock.now())
            if not may(actor_of(after), Action.CALIBRATE):
                leave_all(unit, before.id, at=clock.now())
        unit.commit()
    return after


def set_active(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    clock: Clock,
    user: str,
    *,
    active: bool,
    revision: str | None = None,
) -> User:
    """Let somebody log in again, or end all their logins and links and let them in no more.

    Calibration sessions stop waiting for whoever is let in no more; what they had submitted stays.

    Raises:
        InputInvalid: It is the actor's own account, or the last active admin's.
        Conflict: Somebody else changed the account since.
    """
    require(actor, Action.MANAGE_PEOPLE)
    with open_store(writes=True) as unit:
        before = _fresh(unit, user, revision)
        if not active:
            if before.id == actor.user_id:
                raise invalid("active", "user.yourself")
            _keep_an_admin(unit, before, "active")
            unit.logins.end_sessions(before.id, at=clock.now())
            unit.logins.close_invitations(before.id, at=clock.now())
            leave_all(unit, before.id, at=clock.now())
        unit.people.set_active(before.id, active=active)
        after = unit.people.user_by_id(before.id)
        unit.commit()
    return after


def set_preferences(
    open_store: UnitOfWorkFactory, actor: Actor, *, language: str | None, time_zone: str | None
) -> User:
    """Choose one's own language and time zone; ``None`` leaves it to the browser and to the server.

    Raises:
        InputInvalid: There is no such language or time zone.
    """
    user_id = require_account(actor)
    check_preferences(language, time_zone)
    with open_store(writes=True) as unit:
        before = unit.people.user_by_id(user_id).account
        wished = replace(before, language=language, time_zone=time_zone)
        user = unit.people.change_user(user_id, wished)
        unit.commit()
    return user


def change_password(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    passwords: Passwords,
    clock: Clock,
    rules: SessionRules,
    *,
    current: str,
    new: str,
    client: Client,
) -> LoggedIn:
    """Choose another password for oneself, which ends all logins and opens a new one.

    Raises:
        InputInvalid: The current password is wrong, or the new one cannot be taken.
        TryLater: Too many wrong ones before.
    """
    user_id = require_account(actor)
    with open_store(writes=True) as unit:
        user = unit.people.user_by_id(user_id)
        before = unit.people.password_hash(user_id)
        admit(unit, keys(user.login, client.address), user, client, clock.now())
        unit.commit()
    if not passwords.check(current, before):
        raise invalid("current", "login.password_wrong")
    if normal(current) == normal(new):
        raise invalid("new", "password.unchanged")
    check_new(new, login=user.login, name=user.name, is_common=passwords.is_common, field="new")
    stored = passwords.hash(new)
    now = clock.now()
    with open_store(writes=True) as unit:
        if unit.people.password_hash(user_id) != before:
            raise Conflict("the password was changed meanwhile", hint="log in with the new one")
        _renew_password(unit, user, stored, client, now)
        logged_in = open_session(unit, unit.people.user_by_id(user_id), client, rules, now)
        unit.commit()
    return logged_in


# --- one-time links ------------------------------------------------------------------------------


def invite(
    open_store: UnitOfWorkFactory, actor: Actor, clock: Clock, user: str, *, lifetime: timedelta
) -> Invited:
    """Make a link that lets somebody choose a password once; earlier links of theirs let in no more.

    The password so far stays until then.

    Raises:
        InputInvalid: The account is disabled.
    """
    require(actor, Action.MANAGE_PEOPLE)
    token = new_token()
    now = clock.now()
    with open_store(writes=True) as unit:
        invited = unit.people.user(user)
        if not invited.active:
            raise invalid("active", "user.disabled")
        unit.logins.close_invitations(invited.id, at=now)
        link = unit.logins.add_invitation(
            invited.id, token_hash(token), at=now, expires_at=now + lifetime
        )
        unit.commit()
    return Invited(token, invited, link.expires_at)


def invited(open_store: UnitOfWorkFactory, clock: Clock, token: str) -> User:
    """Whom a link is for. Raises ``NotFound`` for one that is unknown, used or too old."""
    with open_store() as unit:
        return _invited(unit, clock.now(), token)[1]


def accept_invitation(
    open_store: UnitOfWorkFactory,
    passwords: Passwords,
    clock: Clock,
    rules: SessionRules,
    *,
    token: str,
    password: str,
    client: Client,
) -> LoggedIn:
    """Choose a password by a one-time link, which ends all logins so far and opens a new one.

    Raises:
        InputInvalid: The password cannot be taken; the link still lets in.
        NotFound: The link is unknown, used or too old.
    """
    user = invited(open_store, clock, token)
    check_new(
        password,
        login=user.login,
        name=user.name,
        is_common=passwords.is_common,
        field="password",
    )
    stored = passwords.hash(password)
    now = clock.now()
    with open_store(writes=True) as unit:
        invitation_id, user = _invited(unit, now, token)
        unit.logins.use_invitation(invitation_id, at=now)
        _renew_password(unit, user, stored, client, now)
        logged_in = open_session(unit, unit.people.user_by_id(user.id), client, rules, now)
        unit.commit()
    return logged_in


def _renew_password(
    unit: UnitOfWork, user: User, stored: str, client: Client, now: datetime
) -> None:
    """Keep a new password's hash: logins, links and failed attempts so far are over."""
    unit.people.set_password(user.id, stored, at=now)
    unit.logins.end_sessions(user.id, at=now)
    unit.logins.close_invitations(user.id, at=now)
    attempt = keys(user.login, client.address)
    unit.logins.forget_failures((attempt.here, attempt.account))


def _invited(unit: UnitOfWork, now: datetime, token: str) -> tuple[int, User]:
    link = unit.logins.invitation(token_hash(token))
    if link is None or not link.open_at(now):
        raise _link_gone()
    user = unit.people.user_by_id(link.user_id)
    if not user.active:
        raise _link_gone()
    return link.id, user


def _link_gone() -> NotFound:
    return NotFound(
        "this link was used, or is too old", hint="ask an admin of this installation for a new one"
    )


# --- what must hold ------------------------------------------------------------------------------


def _fresh(unit: UnitOfWork, user: str, revision: str | None) -> User:
    found = unit.people.user(user)
    if revision is not None and found.revision != revision:
        raise Conflict(
            f"the account {found.login} was changed meanwhile",
            hint="look at it as it is now, and change it then",
        )
    return found


def _entered(unit: UnitOfWork, account: Account, before: User | None) -> Account:
    """What was entered, tidied, where nobody else has its login or agent id."""
    tidy = checked(account)
    if tidy.team is not None:
        try:
            unit.people.team(tidy.team)
        except NotFound as error:
            raise invalid("team", "form.not_a_choice") from error
    _only_theirs(unit.people.by_login(tidy.login), before, "login", "user.login_taken")
    if tidy.agent_id is not None:
        _only_theirs(unit.people.by_agent(tidy.agent_id), before, "agent_id", "user.agent_taken")
    return tidy


def _only_theirs(holder: User | None, before: User | None, field: str, code: str) -> None:
    if holder is not None and (before is None or holder.id != before.id):
        raise invalid(field, code, name=holder.name)


def _keep_an_admin(unit: UnitOfWork, user: User, field: str) -> None:
    if user.role is not UserRole.ADMIN or not user.active:
        return
    if all(admin.id == user.id for admin in unit.people.active_with([UserRole.ADMIN])):
        raise invalid(field, "user.last_admin")

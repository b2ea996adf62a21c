"""Logging in at an OpenID Connect provider, instead of or besides a password.

An account is found by the provider's subject. The first time it is found by its login, which must be the
e-mail address that the provider verified; from then on it is linked. Nobody gets an account this way unless a
setting names the role of those who do.
"""

from __future__ import annotations

import hmac

from qa.domain.errors import InputInvalid
from qa.domain.faults import invalid
from qa.domain.people import Account, Client, User, UserRole, checked, same_name
from qa.domain.tokens import new_token
from qa.ports import Clock, UnitOfWork, UnitOfWorkFactory
from qa.ports.identity import Handshake, Identity, OpenIdProvider
from qa.services.login import LoggedIn, SessionRules, open_session

HANDSHAKE_S = 600
"""Seconds that somebody has to log in at the provider: the age that the handshake's cookie may reach."""

FIELD = "oidc"
"""The field of every ``InputInvalid`` from here."""


def begin(provider: OpenIdProvider, clock: Clock, redirect_uri: str) -> tuple[str, str]:
    """Send somebody to the provider.

    Args:
        provider: The provider.
        clock: The time.
        redirect_uri: Where it sends them back to, registered there.

    Returns:
        Where to send the browser, and what its cookie must keep until it is back (HttpOnly, at most
        ``HANDSHAKE_S`` old). The cookie needs no signature: it holds only what this browser began with.

    Raises:
        ProviderUnavailable: It cannot be reached.
    """
    handshake = Handshake(state=new_token(), nonce=new_token(), verifier=new_token())
    kept = f"{handshake.state}.{handshake.nonce}.{handshake.verifier}"
    return provider.address(handshake, redirect_uri, clock.now()), kept


def finish(
    open_store: UnitOfWorkFactory,
    provider: OpenIdProvider,
    clock: Clock,
    rules: SessionRules,
    *,
    kept: str | None,
    state: str | None,
    code: str | None,
    redirect_uri: str,
    client: Client,
    create: UserRole | None = None,
) -> LoggedIn:
    """Log somebody in who came back from the provider.

    Args:
        open_store: The store.
        provider: The provider.
        clock: The time.
        rules: How long a login lasts.
        kept: What the browser's cookie kept since ``begin``.
        state: Of the address that they came back to.
        code: Of the same; ``None`` where the provider sent an error instead.
        redirect_uri: The same as at ``begin``.
        client: From where they come.
        create: The role of whom the provider knows and Call QA does not; ``None`` lets nobody else in.

    Raises:
        InputInvalid: They cannot be let in; the reason says why.
        ProviderUnavailable: The provider cannot be reached, or breaks the protocol.
    """
    handshake = _handshake(kept)
    if handshake is None or not state or not _same(handshake.state, state):
        raise invalid(FIELD, "oidc.stale")
    if not code:
        raise invalid(FIELD, "oidc.denied")
    now = clock.now()
    identity = provider.identify(handshake, code, redirect_uri, now)
    with open_store(writes=True) as unit:
        user = _linked(unit, identity)
        if user is None and create is not None:
            account = _new_account(identity, create)
            user = unit.people.add_user(account, at=now)
            unit.people.link_subject(user.id, identity.subject)
        if user is None or not user.active:
            raise invalid(FIELD, "oidc.no_account", email=identity.email or "-")
        logged_in = open_session(unit, user, client, rules, now)
        unit.commit()
    return logged_in


def _linked(unit: UnitOfWork, identity: Identity) -> User | None:
    """The account of an identity, linked now if this is the first time."""
    user = unit.people.by_subject(identity.subject)
    if user is not None:
        return user
    if identity.email is None or not identity.email.isascii():
        # Letters that only look alike, or fold to the same, may be somebody else's address.
        raise invalid(FIELD, "oidc.unverified")
    user = unit.people.by_login(same_name(identity.email))
    if user is None:
        return None
    if unit.people.subject(user.id) is not None:
        # Somebody else has that address at the provider by now; the account stays whose it was.
        raise invalid(FIELD, "oidc.other_subject", email=identity.email)
    if user.active:
        unit.people.link_subject(user.id, identity.subject)
    return user


def _new_account(identity: Identity, role: UserRole) -> Account:
    email = identity.email or ""
    try:
        return checked(Account(login=email, name=identity.name or email, role=role))
    except InputInvalid:
        # A name that cannot be shown is no reason to keep somebody out.
        return checked(Account(login=email, name=email, role=role))


def _handshake(kept: str | None) -> Handshake | None:
    parts = (kept or "").split(".")
    if len(parts) != 3 or not all(parts):  # noqa: PLR2004 - state, nonce and verifier
        return None
    return Handshake(*parts)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "replace"))

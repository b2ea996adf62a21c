"""Users' keys for programs: made and ended by whoever they stand for, and what each lets a program do.

A key never allows more than its owner may do at the moment it is used: an account that is disabled or gets
another role has keys to match at once.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from qa.domain.access import Action, Actor, Scope, actor_of, may, require_account
from qa.domain.api_token import ApiToken, is_api_token, new_secret
from qa.domain.errors import InputInvalid, StoreUnavailable, TokenRefused
from qa.domain.tokens import token_hash
from qa.domain.wording import Reason
from qa.domain.written import written
from qa.ports import Clock, UnitOfWorkFactory

NAME_LIMIT = 100
"""Characters of a token's name."""
LIFETIMES_DAYS = (7, 30, 90, 365)
"""How long a token may last."""
MOST_TOKENS = 20
"""Of one person, that still work."""
USED_EVERY = timedelta(minutes=1)
"""How often the use of a token is written down, so that requests else only read."""

_OPENS = {
    Scope.READ_CALLS: Action.SEE_CALLS,
    Scope.READ_REVIEWS: Action.SEE_AGENT,
    Scope.WRITE_REVIEWS: Action.REVIEW,
    Scope.READ_METRICS: Action.SEE_NIGHTS,
}
"""What a scope is asked for; who may not do it is not offered the scope."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A token that was just made.

    Attributes:
        secret: What the program sends; it is nowhere else and cannot be shown again.
    """

    token: ApiToken
    secret: str


def offered(actor: Actor) -> tuple[Scope, ...]:
    """What somebody's tokens may be allowed to do, in the order of the scopes."""
    return tuple(scope for scope, action in _OPENS.items() if may(actor, action))


def own_tokens(open_store: UnitOfWorkFactory, actor: Actor) -> tuple[ApiToken, ...]:
    """Somebody's own tokens, the newest first. Raises ``NotAllowed``."""
    user_id = require_account(actor)
    with open_store() as unit:
        return unit.tokens.of_user(user_id)


def issue_token(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    clock: Clock,
    *,
    name: str,
    scopes: Collection[str],
    days: int,
) -> Issued:
    """Make a token for oneself.

    Raises:
        InputInvalid: The name, a scope or the days cannot be taken, or they have as many as one may.
        NotAllowed: They have no account, or came with a token.
    """
    user_id = require_account(actor)
    kept = _name(name)
    granted = _granted(actor, scopes)
    if days not in LIFETIMES_DAYS:
        raise InputInvalid(
            f"a token cannot last {days} days", field="days", reason=Reason("form.not_a_choice")
        )
    now = clock.now()
    secret = new_secret()
    with open_store(writes=True) as unit:
        names = [token.name for token in unit.tokens.of_user(user_id) if token.works(now)]
        if kept in names:
            raise InputInvalid(
                "a token has this name", field="name", reason=Reason("token.name_taken")
            )
        if len(names) >= MOST_TOKENS:
            raise InputInvalid(
                f"{actor.name} has {MOST_TOKENS} tokens",
                field="name",
                reason=Reason("token.too_many", {"limit": MOST_TOKENS}),
                hint="revoke one that is not used",
            )
        token = unit.tokens.add(
            user_id,
            name=kept,
            token_hash=token_hash(secret),
            scopes=granted,
            at=now,
            expires_at=now + timedelta(days=days),
        )
        unit.commit()
    return Issued(token, secret)


def revoke_token(open_store: UnitOfWorkFactory, actor: Actor, clock: Clock, public_id: str) -> None:
    """End one's own token at once; a second time changes nothing. Raises ``NotAllowed`` and ``NotFound``."""
    user_id = require_account(actor)
    with open_store(writes=True) as unit:
        unit.tokens.revoke(user_id, public_id, at=clock.now())
        unit.commit()


def bearer(open_store: UnitOfWorkFactory, clock: Clock, secret: str) -> Actor:
    """Who a program acts for, with what its token allows. Raises ``TokenRefused``."""
    if not is_api_token(secret):
        raise TokenRefused(Reason("token.unknown"))
    now = clock.now()
    with open_store() as unit:
        found = unit.tokens.with_hash(token_hash(secret))
        if found is None:
            raise TokenRefused(Reason("token.unknown"))
        token, user_id = found
        if token.revoked_at is not None:
            raise TokenRefused(Reason("token.revoked"))
        if token.expired(now):
            raise TokenRefused(Reason("token.expired"))
        user = unit.people.user_by_id(user_id)
    if not user.active:
        raise TokenRefused(Reason("token.owner_disabled"))
    if token.last_used_at is None or now - token.last_used_at >= USED_EVERY:
        _note_use(open_store, token, now)
    return actor_of(user, token.scopes)


def _note_use(open_store: UnitOfWorkFactory, token: ApiToken, now: datetime) -> None:
    try:
        with open_store(writes=True) as unit:
            unit.tokens.used(token.public_id, at=now)
            unit.commit()
    except StoreUnavailable:
        # When a token was last used is worth less than the answer to the request that uses it.
        return


def _name(name: str) -> str:
    kept = written(name, field="name", limit=NAME_LIMIT)
    if any(unicodedata.category(character).startswith("C") for character in kept):
        raise InputInvalid(
            "a token's name has a character that is not printed",
            field="name",
            reason=Reason("user.unprintable"),
        )
    return kept


def _granted(actor: Actor, scopes: Collection[str]) -> frozenset[Scope]:
    if not scopes:
        raise InputInvalid("a token needs a scope", field="scopes", reason=Reason("token.no_scope"))
    choices = {str(scope): scope for scope in offered(actor)}
    if any(scope not in choices for scope in scopes):
        raise InputInvalid(
            "a scope is not one of those that the owner may have",
            field="scopes",
            reason=Reason("form.not_a_choice"),
        )
    return frozenset(choices[scope] for scope in scopes)

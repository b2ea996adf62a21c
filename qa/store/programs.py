"""Tokens in the store (``qa.ports.programs``)."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from qa.domain.access import Scope
from qa.domain.api_token import ApiToken
from qa.domain.errors import NotFound
from qa.store.tables import ApiTokenRow, RequestKeyRow


class SqlTokens:
    """Tokens in one transaction."""

    def __init__(self, session: Session, public_id: Callable[[], str]) -> None:
        self._session = session
        self._public_id = public_id

    def add(
        self,
        user_id: int,
        *,
        name: str,
        token_hash: str,
        scopes: Collection[Scope],
        at: datetime,
        expires_at: datetime | None,
    ) -> ApiToken:
        """Store a new key."""
        row = ApiTokenRow(
            public_id=self._public_id(),
            user_id=user_id,
            name=name,
            token_hash=token_hash,
            scopes=sorted(scopes),
            created_at=at,
            expires_at=expires_at,
        )
        self._session.add(row)
        self._session.flush()
        return _token(row)

    def of_user(self, user_id: int) -> tuple[ApiToken, ...]:
        """Somebody's keys, the newest first, with those that work no longer."""
        rows = self._session.scalars(
            select(ApiTokenRow)
            .where(ApiTokenRow.user_id == user_id)
            .order_by(ApiTokenRow.id.desc())
        )
        return tuple(map(_token, rows))

    def with_hash(self, token_hash: str) -> tuple[ApiToken, int] | None:
        """A key and the user id of whose it is, whether or not it still works."""
        row = self._session.scalar(select(ApiTokenRow).where(ApiTokenRow.token_hash == token_hash))
        return (_token(row), row.user_id) if row else None

    def used(self, public_id: str, *, at: datetime) -> None:
        """Note that a key was used."""
        self._session.execute(
            update(ApiTokenRow).where(ApiTokenRow.public_id == public_id).values(last_used_at=at)
        )

    def revoke(self, user_id: int, public_id: str, *, at: datetime) -> None:
        """End a key; a second time changes nothing. Raises ``NotFound`` where it is not theirs."""
        row = self._session.scalar(
            select(ApiTokenRow).where(
                ApiTokenRow.public_id == public_id, ApiTokenRow.user_id == user_id
            )
        )
        if row is None:
            raise NotFound("there is no such token")
        row.revoked_at = row.revoked_at or at
        self._session.flush()

    def remembered(self, user_id: int, key: str) -> tuple[str, str] | None:
        """The digest of the request that first had an idempotency key of a user's, and what came of it."""
        row = self._session.get(RequestKeyRow, (user_id, key))
        return (row.digest, row.result) if row else None

    def remember(self, user_id: int, key: str, *, digest: str, result: str, at: datetime) -> None:
        """Note what came of a request."""
        self._session.add(
            RequestKeyRow(user_id=user_id, key=key, digest=digest, result=result, made_at=at)
        )
        self._session.flush()

    def forget_requests_before(self, moment: datetime) -> None:
        """Drop the requests that nobody repeats any more."""
        self._session.execute(delete(RequestKeyRow).where(RequestKeyRow.made_at < moment))


def _token(row: ApiTokenRow) -> ApiToken:
    known = set(Scope)
    return ApiToken(
        public_id=row.public_id,
        name=row.name,
        # A scope that another version knew opens nothing here.
        scopes=frozenset(Scope(each) for each in row.scopes if each in known),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
    )

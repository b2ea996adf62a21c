"""Logins, one-time links and failed attempts in the store (``qa.ports.people.Logins``)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session, joinedload

from qa.domain.errors import NotFound
from qa.domain.people import Client, Failures, Invitation, LoginSession, User
from qa.store.people import user_of
from qa.store.tables import InvitationRow, LoginAttemptRow, SessionRow, UserRow

_BROWSER_LIMIT = 300
"""Characters kept of what a browser calls itself."""


class SqlLogins:
    """Logins in one transaction."""

    def __init__(self, session: Session, public_id: Callable[[], str]) -> None:
        self._session = session
        self._public_id = public_id

    def add_session(
        self, user_id: int, token_hash: str, client: Client, *, at: datetime, expires_at: datetime
    ) -> LoginSession:
        """Store that somebody logged in."""
        row = SessionRow(
            public_id=self._public_id(),
            token_hash=token_hash,
            user_id=user_id,
            created_at=at,
            seen_at=at,
            expires_at=expires_at,
            ended_at=None,
            address=client.address,
            browser=client.browser[:_BROWSER_LIMIT],
        )
        self._session.add(row)
        self._session.flush()
        return _login(row)

    def session(self, token_hash: str) -> tuple[LoginSession, User] | None:
        """A login and whose it is, whether or not it has ended."""
        found = self._session.execute(
            select(SessionRow, UserRow)
            .join(UserRow, UserRow.id == SessionRow.user_id)
            .options(joinedload(UserRow.team))
            .where(SessionRow.token_hash == token_hash)
        ).one_or_none()
        if found is None:
            return None
        login, user = found
        return _login(login), user_of(user)

    def seen(self, session_id: int, *, at: datetime) -> None:
        """Note that a login was used."""
        self._session.execute(
            update(SessionRow)
            .where(SessionRow.id == session_id, SessionRow.seen_at < at)
            .values(seen_at=at)
        )

    def sessions(self, user_id: int) -> tuple[LoginSession, ...]:
        """Somebody's logins that were not ended, the last used first."""
        rows = self._session.scalars(
            select(SessionRow)
            .where(SessionRow.user_id == user_id, SessionRow.ended_at.is_(None))
            .order_by(SessionRow.seen_at.desc(), SessionRow.id.desc())
        )
        return tuple(map(_login, rows))

    def session_by_public_id(self, public_id: str) -> LoginSession:
        """One login. Raises ``NotFound``."""
        row = self._session.scalar(select(SessionRow).where(SessionRow.public_id == public_id))
        if row is None:
            raise NotFound("there is no such login", hint="load the list of logins again")
        return _login(row)

    def end_session(self, session_id: int, *, at: datetime) -> None:
        """End a login; a second time changes nothing."""
        self._session.execute(
            update(SessionRow)
            .where(SessionRow.id == session_id, SessionRow.ended_at.is_(None))
            .values(ended_at=at)
        )

    def end_sessions(self, user_id: int, *, at: datetime, but: int | None = None) -> int:
        """End all of somebody's logins, but one where its id is given; how many."""
        ending = update(SessionRow).where(
            SessionRow.user_id == user_id, SessionRow.ended_at.is_(None)
        )
        if but is not None:
            ending = ending.where(SessionRow.id != but)
        ended = self._session.scalars(ending.values(ended_at=at).returning(SessionRow.id))
        return len(ended.all())

    def was_at(self, user_id: int, address: str) -> bool:
        """Whether somebody ever logged in from an address."""
        there = exists().where(SessionRow.user_id == user_id, SessionRow.address == address)
        return bool(self._session.scalar(select(there)))

    def add_invitation(
        self, user_id: int, token_hash: str, *, at: datetime, expires_at: datetime
    ) -> Invitation:
        """Store a link."""
        row = InvitationRow(
            user_id=user_id,
            token_hash=token_hash,
            created_at=at,
            expires_at=expires_at,
            used_at=None,
        )
        self._session.add(row)
        self._session.flush()
        return _invitation(row)

    def close_invitations(self, user_id: int, *, at: datetime) -> None:
        """Let somebody's unused links let in no more."""
        self._session.execute(
            update(InvitationRow)
            .where(
                InvitationRow.user_id == user_id,
                InvitationRow.used_at.is_(None),
                InvitationRow.expires_at > at,
            )
            .values(expires_at=at)
        )

    def invitation(self, token_hash: str) -> Invitation | None:
        """A link, whether or not it still lets in."""
        row = self._session.scalar(
            select(InvitationRow).where(InvitationRow.token_hash == token_hash)
        )
        return _invitation(row) if row else None

    def use_invitation(self, invitation_id: int, *, at: datetime) -> None:
        """Note that a link was used."""
        self._session.execute(
            update(InvitationRow).where(InvitationRow.id == invitation_id).values(used_at=at)
        )

    def failures(self, keys: Collection[str]) -> Mapping[str, Failures]:
        """Failed logins in a row, by key; keys without any are missing."""
        rows = self._session.scalars(
            select(LoginAttemptRow).where(LoginAttemptRow.key.in_(tuple(keys)))
        )
        return {row.key: Failures(row.failures, row.last_at) for row in rows}

    def count_failures(self, counted: Mapping[str, Failures]) -> None:
        """Store failed logins under their keys."""
        for key, failures in counted.items():
            self._session.merge(
                LoginAttemptRow(key=key, failures=failures.count, last_at=failures.last_at)
            )
        self._session.flush()

    def forget_failures(self, keys: Collection[str]) -> None:
        """Start these keys anew."""
        self._session.execute(delete(LoginAttemptRow).where(LoginAttemptRow.key.in_(tuple(keys))))

    def forget_failures_before(self, moment: datetime) -> None:
        """Drop what no longer counts."""
        self._session.execute(delete(LoginAttemptRow).where(LoginAttemptRow.last_at < moment))


def _login(row: SessionRow) -> LoginSession:
    return LoginSession(
        id=row.id,
        public_id=row.public_id,
        user_id=row.user_id,
        client=Client(row.address, row.browser),
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
    )


def _invitation(row: InvitationRow) -> Invitation:
    return Invitation(
        id=row.id, user_id=row.user_id, expires_at=row.expires_at, used_at=row.used_at
    )

"""Accounts, teams and saved lists in the store (``qa.ports.people.People``); logins are in ``logins``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session, joinedload

from qa.domain.errors import NotFound
from qa.domain.people import Account, Person, SavedFilter, Team, User, UserRole
from qa.store.tables import SavedFilterRow, TeamRow, UserRow


class SqlPeople:
    """People in one transaction.

    Args:
        session: Its transaction must hold the writer's lock for the methods that add and change.
        public_id: Makes the public id of whatever is new.
    """

    def __init__(self, session: Session, public_id: Callable[[], str]) -> None:
        self._session = session
        self._public_id = public_id

    # --- accounts ------------------------------------------------------------------------------

    def has_accounts(self) -> bool:
        """Whether anybody ever got an account here."""
        return self._session.scalar(select(UserRow.id).limit(1)) is not None

    def everybody(self) -> tuple[User, ...]:
        """All accounts, the active first, then by name."""
        return self._users()

    def user(self, public_id: str) -> User:
        """One account. Raises ``NotFound``."""
        return self._known(UserRow.public_id == public_id)

    def user_by_id(self, user_id: int) -> User:
        """One account. Raises ``NotFound``."""
        return self._known(UserRow.id == user_id)

    def by_login(self, login: str) -> User | None:
        """The account of a login, spelled as ``qa.domain.people.same_name`` does."""
        return self._one(UserRow.login == login)

    def by_agent(self, agent_id: str) -> User | None:
        """The account of an agent of call records."""
        return self._one(UserRow.agent_id == agent_id)

    def by_subject(self, subject: str) -> User | None:
        """The account that an OpenID Connect subject was linked to."""
        return self._one(UserRow.oidc_subject == subject)

    def persons(self, user_ids: Collection[int]) -> Mapping[int, Person]:
        """Names, by user id."""
        found = self._session.execute(
            select(UserRow.id, UserRow.public_id, UserRow.name).where(
                UserRow.id.in_(tuple(user_ids))
            )
        )
        return {user_id: Person(user_id, public_id, name) for user_id, public_id, name in found}

    def active_with(self, roles: Collection[UserRole]) -> tuple[User, ...]:
        """Who may log in and has one of these roles, by name."""
        return self._users(
            UserRow.active.is_(True), UserRow.role.in_([role.value for role in roles])
        )

    def add_user(self, account: Account, *, at: datetime) -> User:
        """Store a new account, active and without a password. Raises ``NotFound`` for an unknown team."""
        row = UserRow(public_id=self._public_id(), active=True, created_at=at)
        self._enter(row, account)
        self._session.add(row)
        self._session.flush()
        return self.user_by_id(row.id)

    def change_user(self, user_id: int, account: Account) -> User:
        """Store what was entered about somebody. Raises ``NotFound`` for an unknown team."""
        self._enter(self._session.get_one(UserRow, user_id), account)
        self._session.flush()
        return self.user_by_id(user_id)

    def set_active(self, user_id: int, *, active: bool) -> None:
        """Let somebody log in, or no longer."""
        self._set(user_id, active=active)

    def subject(self, user_id: int) -> str | None:
        """The OpenID Connect subject that an account is linked to."""
        return self._session.scalar(select(UserRow.oidc_subject).where(UserRow.id == user_id))

    def link_subject(self, user_id: int, subject: str) -> None:
        """Link an account to an OpenID Connect subject."""
        self._set(user_id, oidc_subject=subject)

    def password_hash(self, user_id: int) -> str | None:
        """What is kept of somebody's password."""
        return self._session.scalar(select(UserRow.password_hash).where(UserRow.id == user_id))

    def set_password(self, user_id: int, password_hash: str, *, at: datetime | None) -> None:
        """Keep a password's hash; ``at`` is ``None`` where only the hash is new, not the password."""
        changed = {} if at is None else {"password_changed_at": at}
        self._set(user_id, password_hash=password_hash, **changed)

    # --- teams ---------------------------------------------------------------------------------

    def teams(self) -> tuple[Team, ...]:
        """All teams, by name."""
        return tuple(map(_team, self._session.scalars(select(TeamRow).order_by(TeamRow.name))))

    def team(self, public_id: str) -> Team:
        """One team. Raises ``NotFound``."""
        row = self._session.scalar(select(TeamRow).where(TeamRow.public_id == public_id))
        if row is None:
            raise NotFound("there is no such team", hint="choose one of the list of teams")
        return _team(row)

    def add_team(self, name: str, *, at: datetime) -> Team:
        """Store a new team."""
        row = TeamRow(public_id=self._public_id(), name=name, created_at=at)
        self._session.add(row)
        self._session.flush()
        return _team(row)

    def rename_team(self, team_id: int, name: str) -> None:
        """Give a team another name."""
        self._session.get_one(TeamRow, team_id).name = name
        self._session.flush()

    # --- saved lists ---------------------------------------------------------------------------

    def saved_filters(self, user_id: int, page: str) -> tuple[SavedFilter, ...]:
        """Somebody's lists of a page, by name."""
        rows = self._session.scalars(
            select(SavedFilterRow)
            .where(SavedFilterRow.user_id == user_id, SavedFilterRow.page == page)
            .order_by(SavedFilterRow.name)
        )
        return tuple(map(_saved_filter, rows))

    def save_filter(
        self, user_id: int, page: str, name: str, query: str, *, at: datetime
    ) -> SavedFilter:
        """Keep a list under a name, in place of the one that has it."""
        row = self._session.scalar(
            select(SavedFilterRow).where(
                SavedFilterRow.user_id == user_id,
                SavedFilterRow.page == page,
                SavedFilterRow.name == name,
            )
        )
        if row is None:
            row = SavedFilterRow(
                public_id=self._public_id(), user_id=user_id, page=page, name=name, created_at=at
            )
            self._session.add(row)
        row.query = query
        self._session.flush()
        return _saved_filter(row)

    def delete_filter(self, user_id: int, public_id: str) -> None:
        """Forget a list. Raises ``NotFound`` where it is not theirs."""
        gone = self._session.scalars(
            delete(SavedFilterRow)
            .where(SavedFilterRow.public_id == public_id, SavedFilterRow.user_id == user_id)
            .returning(SavedFilterRow.id)
        ).all()
        if not gone:
            raise NotFound("there is no such saved list", hint="load the page again")

    # --- parts ---------------------------------------------------------------------------------

    def _users(self, *conditions: ColumnElement[bool]) -> tuple[User, ...]:
        rows = self._session.scalars(
            select(UserRow)
            .options(joinedload(UserRow.team))
            .where(*conditions)
            .order_by(UserRow.active.desc(), UserRow.name, UserRow.id)
            .execution_options(populate_existing=True)
        )
        return tuple(map(user_of, rows))

    def _one(self, condition: ColumnElement[bool]) -> User | None:
        found = self._users(condition)
        return found[0] if found else None

    def _known(self, condition: ColumnElement[bool]) -> User:
        user = self._one(condition)
        if user is None:
            raise NotFound("there is no such account", hint="choose one of the list of people")
        return user

    def _enter(self, row: UserRow, account: Account) -> None:
        row.login = account.login
        row.name = account.name
        row.role = account.role.value
        row.team_id = self.team(account.team).id if account.team else None
        row.agent_id = account.agent_id
        row.language = account.language
        row.time_zone = account.time_zone

    def _set(self, user_id: int, **values: object) -> None:
        self._session.execute(update(UserRow).where(UserRow.id == user_id).values(**values))


def user_of(row: UserRow) -> User:
    """The user of a row whose team was loaded with it."""
    return User(
        id=row.id,
        public_id=row.public_id,
        login=row.login,
        name=row.name,
        role=UserRole(row.role),
        team=_team(row.team) if row.team else None,
        agent_id=row.agent_id,
        language=row.language,
        time_zone=row.time_zone,
        has_password=row.password_hash is not None,
        active=row.active,
        created_at=row.created_at,
    )


def _team(row: TeamRow) -> Team:
    return Team(id=row.id, public_id=row.public_id, name=row.name)


def _saved_filter(row: SavedFilterRow) -> SavedFilter:
    return SavedFilter(public_id=row.public_id, page=row.page, name=row.name, query=row.query)

"""The list of people as its address filters and sorts it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from qa.domain.people import User, UserRole
from webapp.listing import one_of, stated, text_of, turned, valued_first

SORTS = ("name", "login", "role", "team", "agent_id", "created_at")
COLUMNS = ("login", "name", "role", "team", "agent_id", "state", "created_at")
STATES = ("active", "invited", "disabled")
_ROLE_ORDER = {role: place for place, role in enumerate(UserRole)}


@dataclass(frozen=True, slots=True)
class Query:
    """Which people, in which order.

    Attributes:
        search: Part of a name, a login or an agent id.
        team: A team's public id; ``none`` for who is in none.
    """

    search: str = ""
    role: UserRole | None = None
    team: str = ""
    state: str = ""
    sort: str = "name"
    descending: bool = False

    @property
    def is_filtered(self) -> bool:
        """Whether the list shows less than everybody."""
        return bool(self.search or self.role or self.team or self.state)


def read(args: MultiDict[str, str]) -> Query:
    """The query an address asks for; an argument that makes no sense counts as absent."""
    return Query(
        search=text_of(args, "q"),
        role=one_of(args, "role", UserRole),
        team=text_of(args, "team"),
        state=one_of(args, "state", STATES) or "",
        sort=one_of(args, "sort", SORTS) or "name",
        descending=args.get("order") == "down",
    )


def arguments(query: Query, **changes: Any) -> Mapping[str, str]:
    """The arguments that ask for a query with some fields changed; defaults are left out."""
    query = replace(query, **changes)
    return stated(
        {
            "q": query.search,
            "role": query.role.value if query.role else "",
            "team": query.team,
            "state": query.state,
            "sort": "" if query.sort == "name" else query.sort,
            "order": "down" if query.descending else "",
        }
    )


def sorted_by(query: Query, key: str) -> Mapping[str, str]:
    """The arguments that a column's heading asks for: upwards first, then downwards."""
    return arguments(query, **turned(query, key))


def state(user: User) -> str:
    """``active``, ``invited`` (no password chosen yet) or ``disabled``."""
    if not user.active:
        return "disabled"
    return "active" if user.has_password else "invited"


def listed(everybody: Iterable[User], query: Query) -> list[User]:
    """The people that a query asks for, in its order; who lacks what they are sorted by comes last."""
    found = [user for user in everybody if _matches(user, query)]
    found.sort(key=lambda user: (user.name.casefold(), user.login))
    return valued_first(found, lambda user: _key(user, query.sort), descending=query.descending)


def line(user: User) -> dict[str, Any]:
    """A person as a line of a table."""
    return {
        "login": user.login,
        "name": user.name,
        "role": user.role.value,
        "team": user.team.name if user.team else None,
        "agent_id": user.agent_id,
        "state": state(user),
        "created_at": user.created_at.isoformat(),
    }


def _matches(user: User, query: Query) -> bool:
    searched = (user.name, user.login, user.agent_id or "")
    if not any(query.search.casefold() in text.casefold() for text in searched):
        return False
    if query.role is not None and user.role is not query.role:
        return False
    if query.team and query.team != (user.team.public_id if user.team else "none"):
        return False
    return not query.state or query.state == state(user)


def _key(user: User, sort: str) -> Any:
    if sort == "role":
        return _ROLE_ORDER[user.role]
    if sort == "team":
        return user.team.name.casefold() if user.team else None
    value = getattr(user, sort)
    return value.casefold() if isinstance(value, str) else value

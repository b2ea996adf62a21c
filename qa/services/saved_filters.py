"""Lists as somebody likes to look at them: the query of a page's address, kept under a name."""

from __future__ import annotations

import re

from qa.domain.access import Actor, require_account
from qa.domain.errors import LimitExceeded
from qa.domain.faults import invalid
from qa.domain.people import SavedFilter
from qa.ports import Clock, UnitOfWorkFactory

NAME_LIMIT = 60
"""Characters of a list's name."""
QUERY_LIMIT = 2_000
"""Characters of a list's query."""
PER_PAGE = 50
"""Lists that somebody may keep of one page."""

_PAGE = re.compile(r"[a-z][a-z_]{0,39}")
_QUERY = re.compile(r"[\w.~!$'()*+,;:@/?%&=-]*")
"""What the query of an address is made of (RFC 3986, 3.4), with other scripts as they are."""


def saved_filters(
    open_store: UnitOfWorkFactory, actor: Actor, page: str
) -> tuple[SavedFilter, ...]:
    """The actor's lists of a page, by name; none for who has no account."""
    if actor.user_id is None:
        return ()
    user_id = require_account(actor)
    with open_store() as unit:
        return unit.people.saved_filters(user_id, page)


def save_filter(
    open_store: UnitOfWorkFactory,
    actor: Actor,
    clock: Clock,
    *,
    page: str,
    name: str,
    query: str,
) -> SavedFilter:
    """Keep a list under a name, in place of the one that has it.

    Args:
        open_store: The store.
        actor: Whose it is to be.
        clock: The time.
        page: Which list: ``queue``, ``calls``.
        name: As its owner calls it.
        query: Of the list's address, without the question mark.

    Raises:
        InputInvalid: A field cannot be taken.
        LimitExceeded: There are as many as somebody may keep.
    """
    user_id = require_account(actor)
    if not _PAGE.fullmatch(page):
        raise invalid("page", "form.not_a_choice")
    tidy = " ".join(name.split())
    if not tidy:
        raise invalid("name", "form.required")
    if len(tidy) > NAME_LIMIT:
        raise invalid("name", "form.too_long", length=len(tidy), limit=NAME_LIMIT)
    query = query.removeprefix("?")
    if len(query) > QUERY_LIMIT or not _QUERY.fullmatch(query):
        raise invalid("query", "filter.query")
    with open_store(writes=True) as unit:
        kept = unit.people.saved_filters(user_id, page)
        if len(kept) >= PER_PAGE and tidy not in {one.name for one in kept}:
            raise LimitExceeded(
                f"there are {len(kept)} saved lists of this page", hint="delete one first"
            )
        saved = unit.people.save_filter(user_id, page, tidy, query, at=clock.now())
        unit.commit()
    return saved


def delete_filter(open_store: UnitOfWorkFactory, actor: Actor, public_id: str) -> None:
    """Forget a list of one's own. Raises ``NotFound`` for any other."""
    user_id = require_account(actor)
    with open_store(writes=True) as unit:
        unit.people.delete_filter(user_id, public_id)
        unit.commit()

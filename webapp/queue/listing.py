"""The queue's address: query arguments to a ``TaskQuery`` and back, so that every view can be linked and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, get_args
from urllib.parse import parse_qsl, urlencode

from werkzeug.datastructures import MultiDict

from qa.domain.access import Actor
from qa.domain.queue import OPEN_STATES, TaskReason, TaskState
from qa.domain.wording import LANGUAGES
from qa.ports.queue import TaskQuery, TaskSort
from webapp.listing import one_of, page_of, stated, text_of, turned

PAGE_SIZES = (50, 100, 200)
SORTS: tuple[TaskSort, ...] = get_args(TaskSort)
ME, NOBODY, SOMEBODY = "me", "nobody", "somebody"
"""Who holds a task, besides a person by public id."""
EVERY_STATE = "all"

_DEFAULT = TaskQuery()
_LONGEST_ADDRESS = 2_000
_NOBODY_ID = 0
"""The user id of who has no account; it holds nothing."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, and when: an address may say “mine” and “overdue”."""

    actor: Actor
    now: datetime


def read(args: MultiDict[str, str], reader: Reader) -> TaskQuery:
    """The query an address asks for; an argument that makes no sense counts as absent."""
    states = _states(args)
    done = states == (TaskState.DONE,)
    sort = one_of(args, "sort", SORTS) or ("changed" if done else _DEFAULT.sort)
    order = args.get("order") or ("down" if done and "sort" not in args else "up")
    size = args.get("size", PAGE_SIZES[0], type=int)
    query = TaskQuery(
        states=states,
        reason=one_of(args, "reason", tuple(TaskReason)),
        agent=text_of(args, "agent") or None,
        team=text_of(args, "team") or None,
        language=one_of(args, "language", LANGUAGES),
        critical="critical" in args,
        due_before=reader.now if "overdue" in args else None,
        sort=sort,
        descending=order == "down",
        page=page_of(args),
        page_size=size if size in PAGE_SIZES else PAGE_SIZES[0],
    )
    return _held_by(query, text_of(args, "who"), reader)


def read_back(text: str, reader: Reader) -> TaskQuery:
    """The query of an address that a form carries along to come back to."""
    return read(MultiDict(pairs(text)), reader)


def pairs(text: str) -> list[tuple[str, str]]:
    """The arguments of an address; none of one that is longer than any of ours."""
    return parse_qsl(text[:_LONGEST_ADDRESS])


def arguments(query: TaskQuery, **changes: Any) -> Mapping[str, str]:
    """The arguments that ask for a query with some fields changed; defaults are left out.

    A change of what is listed starts again at the first page.
    """
    query = replace(query, **{"page": 1, **changes})
    done = query.states == (TaskState.DONE,)
    usual: tuple[TaskSort, bool] = ("changed", True) if done else (_DEFAULT.sort, False)
    sorted_so = (query.sort, query.descending)
    return stated(
        {
            "state": state_code(query),
            "reason": query.reason.value if query.reason else "",
            "who": who_code(query),
            "agent": query.agent or "",
            "team": query.team or "",
            "language": query.language or "",
            "critical": "1" if query.critical else "",
            "overdue": "1" if query.due_before else "",
            "sort": "" if sorted_so == usual else query.sort,
            "order": "" if sorted_so == usual or not query.descending else "down",
            "page": "" if query.page == 1 else str(query.page),
            "size": "" if query.page_size == PAGE_SIZES[0] else str(query.page_size),
        }
    )


def same_page(query: TaskQuery) -> Mapping[str, str]:
    """The arguments that lead back to exactly this page of the list."""
    return arguments(query, page=query.page)


def address(query: TaskQuery) -> str:
    """The same as the text of an address, for a form to carry along or a list to be kept by."""
    return urlencode(same_page(query))


def in_state(query: TaskQuery, *states: TaskState) -> Mapping[str, str]:
    """The arguments for the same tasks in other states, in the order that is usual there."""
    done = states == (TaskState.DONE,)
    return arguments(
        query,
        states=states or OPEN_STATES,
        sort="changed" if done else _DEFAULT.sort,
        descending=done,
    )


def sorted_by(query: TaskQuery, key: TaskSort) -> Mapping[str, str]:
    """The arguments that a column's heading asks for: upwards first, then the other way."""
    return arguments(query, **turned(query, key))


def is_filtered(query: TaskQuery) -> bool:
    """Whether the list shows less than all of its states."""
    return bool(set(arguments(query)) - {"state", "sort", "order", "page", "size"})


def state_code(query: TaskQuery) -> str:
    """What the address calls the states of a query; empty for all that are not done."""
    if set(query.states) == set(OPEN_STATES):
        return ""
    return query.states[0].value if len(query.states) == 1 else EVERY_STATE


def who_code(query: TaskQuery) -> str:
    """What the address calls the holders that a query asks for; empty for whoever."""
    if query.assignee_id is not None:
        return ME
    if query.assignee is not None:
        return query.assignee
    return {None: "", True: SOMEBODY, False: NOBODY}[query.held]


def _held_by(query: TaskQuery, who: str, reader: Reader) -> TaskQuery:
    match who:
        case "":
            return query
        case "me":
            return replace(query, assignee_id=reader.actor.user_id or _NOBODY_ID)
        case "nobody" | "somebody":
            return replace(query, held=who == SOMEBODY)
        case _:
            return replace(query, assignee=who)


def _states(args: MultiDict[str, str]) -> tuple[TaskState, ...]:
    if args.get("state") == EVERY_STATE:
        return tuple(TaskState)
    state = one_of(args, "state", tuple(TaskState))
    return (state,) if state else OPEN_STATES

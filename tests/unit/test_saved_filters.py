"""Lists as somebody likes to look at them, over a real store."""

from __future__ import annotations

import pytest

from qa.domain.access import CONSOLE, VISITOR
from qa.domain.errors import InputInvalid, LimitExceeded, NotAllowed, NotFound
from qa.domain.people import SavedFilter
from qa.services import saved_filters
from tests.unit.people_lab import Place


def save(
    place: Place, name: str, query: str = "status=new", page: str = "queue", login: str = "sun"
) -> SavedFilter:
    return saved_filters.save_filter(
        place.open_store, place.actor(login), place.clock, page=page, name=name, query=query
    )


def names(place: Place, page: str = "queue", login: str = "sun") -> list[str]:
    found = saved_filters.saved_filters(place.open_store, place.actor(login), page)
    return [one.name for one in found]


def test_a_list_is_kept_under_its_name_for_its_page_and_its_owner(place: Place) -> None:
    place.add("sun")
    place.add("sam")
    save(place, " my   critical ", "?status=new&q=退款&sort=-score")
    save(place, "others", page="calls")
    assert names(place) == ["my critical"]
    assert names(place, "calls") == ["others"]
    assert names(place, login="sam") == []
    (kept,) = saved_filters.saved_filters(place.open_store, place.actor("sun"), "queue")
    assert kept.query == "status=new&q=退款&sort=-score"


def test_the_same_name_again_replaces_the_list(place: Place) -> None:
    place.add("sun")
    first = save(place, "mine", "a=1")
    second = save(place, "mine", "a=2")
    assert (second.public_id, second.query) == (first.public_id, "a=2")
    assert names(place) == ["mine"]


def test_a_list_is_deleted_by_its_owner_alone(place: Place) -> None:
    place.add("sun")
    place.add("sam")
    kept = save(place, "mine")
    for actor in (place.actor("sam"), place.actor("sun")):
        with pytest.raises(NotFound):
            saved_filters.delete_filter(
                place.open_store, actor, kept.public_id if actor.name == "Sam" else "nope"
            )
    assert names(place) == ["mine"]
    saved_filters.delete_filter(place.open_store, place.actor("sun"), kept.public_id)
    assert names(place) == []


@pytest.mark.parametrize(
    ("name", "query", "page", "field"),
    [
        (" ", "a=1", "queue", "name"),
        ("n" * 61, "a=1", "queue", "name"),
        ("mine", "a=1\nSet-Cookie: x", "queue", "query"),
        ("mine", "a=<script>", "queue", "query"),
        ("mine", "a=1#here", "queue", "query"),
        ("mine", "a=" + "1" * 2_000, "queue", "query"),
        ("mine", "a=1", "../admin", "page"),
        ("mine", "a=1", "", "page"),
    ],
)
def test_what_is_no_list_is_refused(
    place: Place, name: str, query: str, page: str, field: str
) -> None:
    place.add("sun")
    with pytest.raises(InputInvalid) as caught:
        save(place, name, query, page)
    assert caught.value.field == field


def test_there_is_an_end_to_how_many_are_kept(place: Place) -> None:
    place.add("sun")
    for number in range(saved_filters.PER_PAGE):
        save(place, f"list {number}")
    with pytest.raises(LimitExceeded):
        save(place, "one more")
    assert save(place, "list 7", "a=2").query == "a=2"
    assert save(place, "one more", page="calls").name == "one more"


def test_who_has_no_account_has_no_lists(place: Place) -> None:
    for actor in (VISITOR, CONSOLE):
        assert saved_filters.saved_filters(place.open_store, actor, "queue") == ()
        with pytest.raises(NotAllowed):
            saved_filters.save_filter(
                place.open_store, actor, place.clock, page="queue", name="mine", query="a=1"
            )
        with pytest.raises(NotAllowed):
            saved_filters.delete_filter(place.open_store, actor, "nope")

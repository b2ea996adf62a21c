"""What an agent gets to see, hear and take away: what is theirs, and of that what is meant for them."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from typing import Any

import pytest

PAGES = ("/", "/me", "/coaching", "/cases", "/account", "/calls/{call}", "/calls/{call}/feedback")


def test_lists_and_searches_find_an_agents_own_calls_alone(staff: Any) -> None:
    amy = staff.client_as("amy")
    for query in ("", "?q=包裹", "?q=A101", "?q=good-call", "?q=" + staff.ids["good-call"]):
        page = amy.get(f"/{query}").text
        for others in ("good-call", "mono-call"):
            assert f"/calls/{staff.ids[others]}" not in page
    assert f"/calls/{staff.ids['bad-call']}" in amy.get("/?q=parcel").text


def test_what_an_agent_takes_away_holds_their_own_calls_alone(staff: Any) -> None:
    answer = staff.client_as("amy").get("/calls.csv?q=")
    lines = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert [line["agent_id"] for line in lines] == ["A201"]


def test_an_agent_whose_account_names_no_agent_sees_no_calls(staff: Any) -> None:
    with staff.open_store(writes=True) as unit:
        amy = unit.people.user(staff.users["amy"].public_id)
        unit.people.change_user(amy.id, replace(amy.account, agent_id=None))
        unit.commit()
    client = staff.client_as("amy")
    for address in ("/", "/calls.csv", f"/calls/{staff.ids['bad-call']}", "/me", "/agents/A201"):
        assert client.get(address).status_code == 404


def test_an_agent_never_gets_a_draft_nor_who_works_on_their_call(staff: Any) -> None:
    sun, call = staff.client_as("sun"), staff.ids["bad-call"]
    sun.post("/queue/add", data={"calls": call, "from": "call", "call": call, "due_days": "7"})
    page = sun.get(f"/calls/{call}/review").text
    form = re.search(r'<form id="review".*?</form>', page, re.DOTALL)
    assert form
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    typed = {"privacy.note": "Hidden until it counts", "note": "Hidden too", "do": "save"}
    saved = sun.post(
        f"/calls/{call}/review", data=sent | typed, headers={"Accept": "application/json"}
    )
    assert saved.status_code == 200
    assert "Hidden until it counts" in sun.get(f"/calls/{call}/review").text
    amy = staff.client_as("amy")
    for address in PAGES:
        text = amy.get(address.format(call=call)).text
        assert "Hidden" not in text, address
        assert staff.users["sun"].name not in text, address
        assert staff.users["sun"].public_id not in text, address


# --- recordings --------------------------------------------------------------------------------


def test_every_piece_of_a_recording_asks_who_listens(staff: Any) -> None:
    amy, address = staff.client_as("amy"), f"/calls/{staff.ids['bad-call']}/audio"
    part = {"Range": "bytes=100-199"}
    assert amy.get(address, headers=part, buffered=True).status_code == 206
    amy.post("/logout")
    away = amy.get(address, headers=part | {"Sec-Fetch-Dest": "audio"})
    assert away.status_code == 401
    an = staff.client_as("an")
    assert an.get(address, headers=part).status_code == 404
    assert an.head(address).status_code == 404


@pytest.mark.parametrize("asked", ["bytes=0-0", "bytes=-1"])
def test_a_recording_is_sent_as_sound_and_is_never_kept(staff: Any, asked: str) -> None:
    address = f"/calls/{staff.ids['bad-call']}/audio"
    answer = staff.client_as("amy").get(address, headers={"Range": asked}, buffered=True)
    assert (answer.status_code, answer.mimetype) == (206, "audio/flac")
    assert len(answer.data) == 1
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    name = re.fullmatch(r"inline; filename=([\w.-]+)", answer.headers["Content-Disposition"])
    assert name
    assert name[1].startswith(staff.ids["bad-call"])


def test_several_ranges_at_once_are_not_served(staff: Any) -> None:
    address = f"/calls/{staff.ids['bad-call']}/audio"
    several = {"Range": "bytes=" + ",".join(f"{start}-" for start in range(100))}
    assert staff.client_as("amy").get(address, headers=several).status_code == 416


def test_no_address_of_the_app_takes_a_token_for_sound(staff: Any) -> None:
    with_token = f"/calls/{staff.ids['bad-call']}/audio?token=x&signature=x"
    assert staff.stranger().get(with_token).status_code == 302

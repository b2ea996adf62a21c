"""The pages of the case library: marked from a call, shared, heard by byte range, and removed."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
import soundfile as sf
from flask import Flask
from sqlalchemy import delete
from werkzeug.datastructures import MultiDict

from qa import bootstrap
from qa.domain.access import CONSOLE
from qa.services import accounts, teams
from qa.store.tables import CallRow
from tests.web.coaching_desk import browser
from webapp.coaching import case_list, fields


def entered(**changes: str) -> dict[str, str]:
    return {
        "kind": "problem",
        "criterion": "privacy",
        "start": "0:14",
        "end": "16.5",
        "comment": "She asks for the code & reads it back.",
        "team": "",
        **changes,
    }


def mark(staff: Any, who: str = "sun", **changes: str) -> str:
    """Mark a stretch of ``bad-call``; the case's address."""
    address = f"/calls/{staff.ids['bad-call']}/cases/new"
    client = browser(staff, who)
    answer = client.post(address, data=entered(**changes))
    assert answer.status_code == 302, answer.text
    newest = re.search(r'href="(/cases/[^"?/]+)"', client.get("/cases").text)
    assert newest
    return newest[1]


def move(staff: Any, login: str, team: str) -> str:
    """Put somebody into a new team; its public id."""
    clock = staff.app.extensions["callqa"].clock
    made = teams.add_team(staff.open_store, CONSOLE, clock, team).public_id
    user = accounts.account_of_login(staff.open_store, CONSOLE, login)

    with staff.open_store(writes=True) as unit:
        unit.people.change_user(user.id, replace(user.account, team=made))
        unit.commit()
    return made


# --- marking -----------------------------------------------------------------------------------


def test_a_marked_stretch_stands_in_the_library_with_its_words(staff: Any) -> None:
    case = mark(staff)
    page = browser(staff, "sam").get(case).text
    assert "She asks for the code &amp; reads it back." in page
    assert "Please read me the code that you got." in page
    assert "Problem example" in page
    assert f'href="/calls/{staff.ids["bad-call"]}"' in page
    assert "for everyone" in page
    assert "555" not in page


def test_the_form_stands_on_a_page_of_its_own_too(staff: Any) -> None:
    address = f"/calls/{staff.ids['bad-call']}/cases/new?start=1:05&kind=problem&criterion=privacy"
    page = browser(staff, "sun").get(address).text
    assert 'name="start" value="1:05"' in page
    assert '<option value="problem" selected>' in page
    assert '<option value="privacy" selected>' in page


FAULTS: tuple[tuple[dict[str, str], str, str], ...] = (
    ({"start": "soon"}, "start", "Write a place in the recording"),
    ({"start": ""}, "start", "must be filled in"),
    ({"start": "1:00"}, "start", "The recording lasts 0:24"),
    ({"start": "9999999999999"}, "start", "Write a place"),
    ({"end": "0:14"}, "end", "The recording lasts 0:24"),
    ({"end": "14.2"}, "end", "at least 0.5 s"),
    ({"kind": "great"}, "kind", "Choose one of the list"),
    ({"criterion": "beauty"}, "criterion", "Choose one of the list"),
    ({"team": "nobody"}, "team", "Choose one of the list"),
    ({"comment": " "}, "comment", "must be filled in"),
    ({"comment": "z" * 2001}, "comment", "At most 2000 characters"),
)


def test_what_cannot_be_taken_is_said_at_its_field_and_what_was_typed_stays(
    staff: Any, subtests: pytest.Subtests
) -> None:
    sun = browser(staff, "sun")
    for changes, field, says in FAULTS:
        with subtests.test(field=field, changes=changes):
            sent = entered(**changes)
            answer = sun.post(f"/calls/{staff.ids['bad-call']}/cases/new", data=sent)
            assert answer.status_code == 422
            fault = re.search(rf'id="case-{field}-fault">([^<]+)<', answer.text)
            assert fault
            assert says in fault[1]
            assert f'name="end" value="{sent["end"]}"' in answer.text
            assert sent["comment"].strip().replace("&", "&amp;") in answer.text
    assert "No cases yet" in sun.get("/cases").text


def test_a_call_that_is_gone_or_has_no_sound_is_not_marked(staff: Any) -> None:
    sun = browser(staff, "sun")
    assert sun.post("/calls/gone/cases/new", data=entered()).status_code == 404
    silent = f"/calls/{staff.ids['silent-call']}/cases/new"
    assert sun.post(silent, data=entered()).status_code == 404
    assert "no recording" in sun.get(silent).text


def test_the_page_of_a_call_has_the_form_for_who_may_mark(staff: Any) -> None:
    mark(staff)
    address = f"/calls/{staff.ids['bad-call']}"
    page = browser(staff, "sam").get(address).text
    assert f'action="{address}/cases/new"' in page
    assert f'href="/coaching/new?agent=A201&amp;call={staff.ids["bad-call"]}"' in page
    assert re.search(r'id="mark-case".*href="/cases/', page, flags=re.DOTALL)
    assert 'id="mark-case"' not in browser(staff, "amy").get(address).text
    assert (
        'id="mark-case"' not in browser(staff, "sam").get(f"/calls/{staff.ids['silent-call']}").text
    )


@pytest.mark.parametrize("who", ["amy", "otto"])
def test_only_who_coaches_marks_and_removes(staff: Any, who: str) -> None:
    case = mark(staff)
    client = browser(staff, who)
    address = f"/calls/{staff.ids['bad-call']}/cases/new"
    assert client.get(address).status_code == 403
    assert client.post(address, data=entered()).status_code == 403
    assert client.post(f"{case}/remove").status_code == 403


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("65", 65),
        ("65.5", 65.5),
        ("1:05", 65),
        ("1：05", 65),
        ("1:02:03.25", 3723.25),
        ("90:00", 5400),
    ],
)
def test_places_are_read_as_people_write_them(typed: str, seconds: float) -> None:
    with Flask("desk").test_request_context(method="POST", data={"start": typed}):
        assert fields.place("start") == seconds


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, "0:00"), (65.0, "1:05"), (65.54, "1:05.5"), (59.96, "1:00"), (None, "")],
)
def test_places_are_shown_as_they_can_be_read_again(seconds: float | None, shown: str) -> None:
    assert fields.shown_place(seconds) == shown


# --- hearing -----------------------------------------------------------------------------------


def test_a_clip_is_the_stretch_alone_and_seeks_by_ranges(staff: Any) -> None:
    sound = f"{mark(staff)}/sound"
    amy = browser(staff, "amy")
    whole = amy.get(sound, buffered=True)
    assert (whole.status_code, whole.mimetype) == (200, "audio/flac")
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert whole.headers["Cache-Control"] == "no-store"
    heard, rate = sf.read(io.BytesIO(whole.data))
    assert len(heard) == 2.5 * rate
    part = amy.get(sound, buffered=True, headers={"Range": "bytes=100-199"})
    assert part.status_code == 206
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(whole.data)}"
    assert part.data == whole.data[100:200]
    assert amy.get(sound, headers={"Range": "bytes=9999999-"}).status_code == 416
    again = amy.get(sound, headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == 304
    head = amy.head(sound)
    assert (int(head.headers["Content-Length"]), head.data) == (len(whole.data), b"")


def test_a_shared_case_opens_its_stretch_and_nothing_else_of_a_colleagues_call(
    staff: Any,
) -> None:
    case = mark(staff)
    an = browser(staff, "an")
    page = an.get(case).text
    assert an.get(f"{case}/sound").status_code == 200
    for secret in (staff.ids["bad-call"], "bad-call", "A201", "Amy", "555-0104"):
        assert secret not in page
    for address in ("", "/audio", "/waveform.json"):
        assert an.get(f"/calls/{staff.ids['bad-call']}{address}").status_code == 404
    assert f'href="/calls/{staff.ids["bad-call"]}"' in browser(staff, "amy").get(case).text


def test_another_teams_case_is_not_there(staff: Any) -> None:
    returns = staff.users["amy"].team.public_id
    move(staff, "an", "Sales")
    case = mark(staff, team=returns)
    an, amy = browser(staff, "an"), browser(staff, "amy")
    for address in (case, f"{case}/sound"):
        assert an.get(address).status_code == 404
        assert amy.get(address).status_code == 200
    assert case not in an.get(f"/cases?team={returns}").text
    assert case in amy.get("/cases").text
    assert case in browser(staff, "sam").get(f"/cases?team={returns}").text


def test_nobody_without_a_part_in_coaching_hears_cases(staff: Any) -> None:
    case = mark(staff)
    for address in ("/cases", case, f"{case}/sound"):
        assert browser(staff, "otto").get(address).status_code == 403
        assert staff.stranger().get(address).status_code in (302, 403)
    assert browser(staff, "amy").get("/cases/nothing/sound").status_code == 404


# --- finding and removing ----------------------------------------------------------------------


FOUND = (
    ("/cases", True),
    ("/cases?q=CODE", True),
    ("/cases?q=parcel", False),
    ("/cases?kind=problem&criterion=privacy&language=en", True),
    ("/cases?kind=good", False),
    ("/cases?criterion=greeting", False),
    ("/cases?language=zh", False),
    ("/cases?kind=nonsense&language=xx&page=77", True),
)


def test_the_library_is_narrowed_by_its_address(staff: Any, subtests: pytest.Subtests) -> None:
    mark(staff)
    sun = browser(staff, "sun")
    for address, found in FOUND:
        with subtests.test(address=address):
            page = sun.get(address).text
            assert ("She asks" in page) is found
            assert ("No case matches" in page) is not found


def test_the_same_form_sent_twice_marks_one_case(staff: Any) -> None:
    assert mark(staff) == mark(staff)
    assert "1 case" in browser(staff, "sun").get("/cases").text


def test_who_added_a_case_removes_it_and_a_colleague_does_not(staff: Any) -> None:
    case = mark(staff)
    sam, sun = browser(staff, "sam"), browser(staff, "sun")
    assert "Remove from the library" not in sam.get(case).text
    assert sam.post(f"{case}/remove").status_code == 403
    assert "Remove from the library" in browser(staff, "ada").get(case).text
    for _ in range(2):
        answer = sun.post(f"{case}/remove", follow_redirects=True)
        assert "The example is no longer in the library." in answer.text
    for address in (case, f"{case}/sound"):
        assert sun.get(address).status_code == 404


def test_a_case_goes_with_its_call(staff: Any) -> None:
    case = mark(staff)
    with bootstrap.engine(staff.settings).begin() as connection:
        for table in reversed(CallRow.metadata.sorted_tables):
            if table.name in ("scorecards", "refusals"):
                connection.execute(delete(table))
        connection.execute(delete(CallRow).where(CallRow.public_id == staff.ids["bad-call"]))
    sun = browser(staff, "sun")
    assert sun.get(case).status_code == 404
    assert "No cases yet" in sun.get("/cases").text


def test_an_address_says_again_what_it_was_read_from() -> None:
    stated = {
        "q": "a",
        "kind": "good",
        "criterion": "c",
        "team": "t",
        "language": "zh",
        "page": "2",
    }
    query = case_list.read(MultiDict(stated))
    assert case_list.arguments(query, page=query.page) == stated

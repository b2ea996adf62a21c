"""Correcting a transcript, by a script of the page and by plain forms."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

SCRIPT = {"Accept": "application/json"}
LAST = "4"
"""Index of the turn “Four seven one.”"""


@pytest.fixture
def call(staff: Any) -> str:
    """Public id of a call in English."""
    public_id: str = staff.ids["bad-call"]
    return public_id


def correct(client: FlaskClient, call: str, **fields: str) -> TestResponse:
    """Ask for a correction as the page would."""
    page = client.get(f"/calls/{call}").text
    transcript = re.search(r'data-transcript="([^"]+)"', page)
    assert transcript
    seen = re.search(r'role="region"[^>]* data-seen="(\d+)"', page)
    assert seen
    sent = {"transcript": transcript[1], "seen": seen[1], **fields}
    return client.post(f"/calls/{call}/corrections", data=sent, headers=SCRIPT)


def turn(page: str, index: str) -> str:
    found = re.search(
        rf'<li class="turn [^"]*" id="turn-{index}".*?</div>\s*</li>', page, re.DOTALL
    )
    assert found
    return found[0]


def test_a_corrected_turn_shows_both_versions_and_who_wrote_it(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    answer = correct(client, call, kind="text", turn=LAST, value="Four <b>seven</b> two.")
    assert answer.status_code == 200
    assert answer.json is not None
    assert "Four &lt;b&gt;seven&lt;/b&gt; two." in answer.json["line"]
    line = turn(client.get(f"/calls/{call}").text, LAST)
    assert 'class="words now"' in line
    assert "corrected by Sam Okafor" in line
    assert "Four seven one" in re.sub(r"</?span[^>]*>", "", line)


def test_what_was_corrected_is_found_by_a_search(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    correct(client, call, kind="text", turn=LAST, value="Persimmon.")
    assert ">bad-call</a>" in client.get("/?q=persimmon").text


def test_a_turn_can_be_the_other_partys_and_all_can_be_swapped(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    assert correct(client, call, kind="speaker", turn=LAST, value="agent").status_code == 200
    line = turn(client.get(f"/calls/{call}").text, LAST)
    assert 'class="turn agent edited"' in line
    assert "heard as Customer" in line
    assert correct(client, call, kind="swap").status_code == 200
    page = client.get(f"/calls/{call}").text
    assert "Agent and customer were swapped by Sam Okafor" in page
    assert 'data-speaker="customer"' in turn(page, "0")
    undo = re.search(
        r'name="kind" value="undo"><input type="hidden" name="correction" value="(\d+)"', page
    )
    assert undo
    client.post(f"/calls/{call}/corrections", data={"kind": "undo", "correction": undo[1]})
    assert 'data-speaker="agent"' in turn(client.get(f"/calls/{call}").text, "0")


def test_a_correction_can_be_undone(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    answer = correct(client, call, kind="text", turn=LAST, value="Four.")
    assert answer.json is not None
    number = re.search(r'data-seen="(\d+)"', answer.json["line"])
    assert number
    answer = correct(client, call, kind="undo", turn=LAST, correction=number[1])
    assert answer.json is not None
    assert "edited" not in answer.json["line"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"kind": "text", "turn": LAST, "value": " "}, "must be filled in"),
        ({"kind": "text", "turn": LAST, "value": "Four seven one."}, "what is there already"),
        ({"kind": "text", "turn": LAST, "value": "x" * 6_000}, "At most 5000 characters"),
        ({"kind": "text", "turn": "99", "value": "Hello"}, "no such turn"),
        ({"kind": "speaker", "turn": LAST, "value": "judge"}, "Choose one of the list"),
        ({"kind": "sing"}, "Choose one of the list"),
    ],
)
def test_what_cannot_be_taken_is_said_in_a_sentence(
    staff: Any, call: str, fields: dict[str, str], told: str
) -> None:
    answer = correct(staff.client_as("sam"), call, **fields)
    assert answer.status_code == 422
    assert answer.json is not None
    assert told in answer.json["told"]


def test_nobody_overwrites_what_somebody_else_has_just_corrected(staff: Any, call: str) -> None:
    sam, sun = staff.client_as("sam"), staff.client_as("sun")
    page = sun.get(f"/calls/{call}").text
    transcript = re.search(r'data-transcript="([^"]+)"', page)
    assert transcript
    correct(sam, call, kind="text", turn=LAST, value="Four seven two.")
    stale = {"transcript": transcript[1], "seen": "0", "kind": "text", "turn": LAST}
    answer = sun.post(
        f"/calls/{call}/corrections?lang=en", data={**stale, "value": "Nine."}, headers=SCRIPT
    )
    assert answer.status_code == 409
    assert answer.json is not None
    assert "Sam Okafor has just corrected this" in answer.json["told"]
    assert "Four seven two." in answer.json["line"]
    plain = sun.post(f"/calls/{call}/corrections?lang=en", data={**stale, "value": "Nine."})
    assert plain.status_code == 409
    assert ">Nine.</textarea>" in plain.text


def test_who_has_no_script_corrects_turn_by_turn(staff: Any, call: str) -> None:
    client = staff.client_as("sam")
    page = client.get(f"/calls/{call}/turns/{LAST}").text
    forms = re.findall(r"<form.*?</form>", page, re.DOTALL)
    text = next(form for form in forms if 'value="text"' in form)
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', text))
    answer = client.post(f"/calls/{call}/corrections", data={**hidden, "value": "Four seven two."})
    assert answer.status_code == 303
    assert answer.location.endswith(f"#turn-{LAST}")
    assert "Four seven two." in turn(client.get(f"/calls/{call}").text, LAST)
    assert client.get(f"/calls/{call}/turns/99").status_code == 404


def test_an_agent_reads_corrections_and_makes_none(staff: Any, call: str) -> None:
    correct(staff.client_as("sam"), call, kind="text", turn=LAST, value="Four seven two.")
    amy = staff.client_as("amy")
    page = amy.get(f"/calls/{call}").text
    assert "Four seven two." in page
    assert 'id="tools"' not in page
    assert amy.post(f"/calls/{call}/corrections", data={"kind": "swap"}).status_code == 403
    assert amy.get(f"/calls/{call}/turns/0").status_code == 403

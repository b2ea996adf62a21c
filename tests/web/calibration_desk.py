"""What the tests of calibration do before they look: a session, ratings of it as a browser sends them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

CALLS = ("bad-call", "good-call")
RATERS = ("sun", "sam", "ada")


def words(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def soon(days: int = 7) -> str:
    """A day to come, as a date field sends it."""
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def terms(staff: Any, **changes: Any) -> dict[str, Any]:
    """The form of a new session, filled in."""
    return {
        "do": "begin",
        "title": "Privacy checks",
        "note": "Listen for numbers <b>",
        "due": soon(),
        "call": [staff.ids[name] for name in CALLS],
        "rater": [staff.users[login].public_id for login in RATERS],
        **changes,
    }


def begun(staff: Any, owner: str = "sun", **changes: Any) -> str:
    """A session; its address."""
    answer = staff.client_as(owner).post("/calibration/new", data=terms(staff, **changes))
    assert answer.status_code == 303, words(answer.text)
    address: str = answer.headers["Location"]
    return address


def entries(page: str, fails: Sequence[str] = ()) -> dict[str, str]:
    """What a browser would send of a rating page where everything passes but what fails, with a reason."""
    form = re.search(r'<form id="review".*?</form>', page, re.DOTALL)
    assert form
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[0]))
    for criterion in re.findall(r'data-criterion="(\w+)"', form[0]):
        offered = re.findall(rf'name="{criterion}\.choice" value="([^"]+)"', form[0])
        sent[f"{criterion}.choice"] = offered[1] if criterion in fails else offered[0]
        if criterion in fails:
            sent[f"{criterion}.reason"] = "没有说 <i>"
    return sent


def rate(client: Any, session: str, position: int, fails: Sequence[str] = ()) -> Any:
    """Submit one call as its page stands."""
    place = f"{session}/calls/{position}"
    return client.post(place, data={**entries(client.get(place).text, fails), "do": "submit"})


def revealed(staff: Any) -> str:
    """A session that three people have rated: they differ on the farewell, not on privacy; its address."""
    session = begun(staff)
    for login in RATERS:
        client = staff.client_as(login)
        rate(client, session, 1, ("privacy", "farewell") if login == "sam" else ("privacy",))
        rate(client, session, 2)
    return session

"""What the tests of feedback and disputes do before they look: a review of today, an objection to it."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

from qa import bootstrap
from qa.domain.review import Basis
from qa.domain.reviewing import Choice, Entry
from qa.domain.scorecard import Outcome
from qa.services import disputes, review
from qa.services.browse import RubricTexts

CLOCK = bootstrap.SystemClock()
RUBRICS = RubricTexts(bootstrap.parse_rubric)


def words(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def hidden(page: str, name: str) -> str:
    """The value of a form's hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return unescape(found[1])


def reviewed(staff: Any, call: str = "bad-call", login: str = "sun") -> None:
    """Somebody reviews a call today, as the machine left it; what was open stays open."""
    with staff.open_store() as unit:
        detail = unit.calls.detail(staff.ids[call])
    review.submit(
        staff.open_store,
        RUBRICS,
        CLOCK,
        staff.actor(login),
        staff.ids[call],
        form=review.ReviewForm(
            Basis(detail.version or "", None),
            0,
            {"greeting": Entry(Choice(Outcome.PASS))},
            note="听得出您很着急 <b>",
        ),
        leave_open=True,
    )


def disputed(staff: Any, criterion: str = "farewell") -> str:
    """Amy objects to a verdict on her call; the dispute's public id."""
    page = staff.client_as("amy").get(f"/calls/{staff.ids['bad-call']}/dispute/{criterion}").text
    return disputes.raise_dispute(
        staff.open_store,
        RUBRICS,
        CLOCK,
        staff.actor("amy"),
        staff.ids["bad-call"],
        criterion=criterion,
        reason="I said goodbye.",
        seen=hidden(page, "seen"),
        window=timedelta(days=7),
    )

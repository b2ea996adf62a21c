"""How many statements each page sends: a number of its own, whatever the store holds."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, event

from tests.integration.nights_lab import FIRST, figures, keep_night, report
from tests.web.lesson_desk import add_lesson

MOST = {
    "/": 14,
    "/?q=parcel": 14,
    "/queue": 18,
    "/queue/board": 24,
    "/calls/{bad}": 20,
    "/agents": 14,
    "/agents/A201": 20,
    "/agreement": 14,
    "/agreement?with=machine": 14,
    "/agreement/criteria/greeting": 18,
    "/agreement/raters": 18,
    "/agreement/course": 14,
    "/disputes": 14,
    "/calibration": 10,
    "/calibration/new": 12,
    "/calibration/clarifications": 8,
    "/coaching": 14,
    "/cases": 12,
    "/sampling": 12,
    "/sampling?random_percent=100&critical_percent=100&unsure_percent=100&unsure_from=1&new_agent_percent=25"
    "&new_rubric_percent=25&new_days=14&agent_minimum=2&period_days=3650&due_days=7": 22,
    "/figures": 22,
    "/figures?measure=service-standard%2Fgreeting": 22,
    "/learning": 10,
    "/learning/{lesson}": 12,
    "/licences": 12,
    "/nights": 10,
    "/nights/1": 14,
    "/licences/service-standard/greeting": 10,
}
"""What a page may ask, logins included. A page that asks once for each row would go far beyond."""


@pytest.mark.parametrize("path", MOST)
def test_a_page_asks_the_database_a_fixed_number_of_times(staff: Any, path: str) -> None:
    keep_night(staff.open_store, report(FIRST), at=FIRST, counted=figures())
    ids = {name.removesuffix("-call"): public_id for name, public_id in staff.ids.items()}
    ids["lesson"] = add_lesson(staff)
    client = staff.client_as("sun")
    address = path.format(**ids)
    client.get(address)  # what is read once and kept, such as a rubric
    statements: list[str] = []

    def note(_c: Any, _u: Any, statement: str, _p: Any, _x: Any, _m: Any) -> None:
        if statement.startswith("SELECT"):
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert 0 < len(statements) <= MOST[path]

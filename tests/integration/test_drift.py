"""Drift through the real service and store, and the commands that a night calls."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete

from qa.domain.access import CONSOLE, STRANGER
from qa.domain.errors import NotAllowed
from qa.services.drift import Drift, Gauge, drift, latest_drift
from qa.services.licences.evidence import week_of
from qa.statistics.agreement.figures import Withheld
from qa.statistics.control import Signal
from qa.store import tables
from qa.store.engine import make_engine
from qa.store.schema import ensure_current
from tests.integration.conftest import QaCommand
from tests.integration.licence_lab import MONDAY, LicenceLab, said

USUAL = said(hit=8, missed=1, false=1, clear=30)
BAD = said(hit=1, missed=8, false=1, clear=30)


@pytest.fixture
def lab(engine: Engine) -> LicenceLab:
    """A store without any review."""
    return LicenceLab(engine)


def look(lab: LicenceLab, weeks: int) -> Drift:
    lab.clock.time = lab.begins + timedelta(weeks=weeks, hours=3)
    return latest_drift(lab.open_store, lab.clock, CONSOLE)


def test_a_steady_half_year_raises_no_alarm(lab: LicenceLab) -> None:
    for number in range(26):
        lab.week(number, {"greeting": USUAL})
    found = look(lab, 26)
    assert {course.gauge for course in found.courses} == set(Gauge)
    assert found.alarms == ()
    assert all(not isinstance(course.chart, Withheld) for course in found.courses)


def test_the_week_in_which_the_machine_misses_failures_raises_one(lab: LicenceLab) -> None:
    for number in range(16):
        lab.week(number, {"greeting": USUAL})
    assert look(lab, 16).alarms == ()
    lab.week(16, {"greeting": BAD})
    alarms = look(lab, 17).alarms
    assert Gauge.SENSITIVITY in {course.gauge for course in alarms}
    assert Gauge.SPECIFICITY not in {course.gauge for course in alarms}
    caught = next(course for course in alarms if course.gauge is Gauge.SENSITIVITY)
    assert caught.alarm
    assert caught.alarm.signal is Signal.BELOW
    assert (caught.alarm.n, caught.alarm.value) == (9, pytest.approx(1 / 9))
    assert caught.weeks[-1] == MONDAY + timedelta(weeks=16)


def test_too_few_weeks_have_no_limits(lab: LicenceLab) -> None:
    for number in range(5):
        lab.week(number, {"greeting": USUAL})
    found = look(lab, 5)
    assert found.alarms == ()
    for course in found.courses:
        assert isinstance(course.chart, Withheld)
        assert course.chart.more == 7


def test_a_week_without_calls_is_left_blank(lab: LicenceLab) -> None:
    for number in [*range(7), *range(8, 15)]:
        lab.week(number, {"greeting": USUAL})
    found = look(lab, 15)
    caught = next(course for course in found.courses if course.gauge is Gauge.SENSITIVITY)
    assert not isinstance(caught.chart, Withheld)
    assert caught.chart.points[7].value is None
    assert len(caught.chart.points) == 15


def test_an_empty_store_has_no_figures(lab: LicenceLab) -> None:
    found = look(lab, 3)
    assert found.courses == ()
    assert found.until == MONDAY + timedelta(weeks=3)


def test_what_is_shown_was_counted_before(lab: LicenceLab, engine: Engine) -> None:
    for number in range(14):
        lab.week(number, {"greeting": USUAL})
    before = look(lab, 14)
    with engine.begin() as connection:
        connection.execute(delete(tables.DecisionRow))
        connection.execute(delete(tables.TaskRow))
    assert drift(lab.open_store, lab.clock, CONSOLE) == before
    assert look(lab, 14) == before


def test_a_stranger_sees_no_drift(lab: LicenceLab) -> None:
    with pytest.raises(NotAllowed):
        drift(lab.open_store, lab.clock, STRANGER)


# --- the commands ------------------------------------------------------------------------------


@pytest.fixture
def night(tmp_path: Path) -> LicenceLab:
    """A store in the data folder of the command, its weeks up to the present one."""
    home = tmp_path / "var"
    home.mkdir()
    engine = make_engine(f"sqlite:///{home / 'callqa.sqlite'}")
    ensure_current(engine)
    return LicenceLab(engine, week_of(datetime.now(UTC)) - timedelta(weeks=15))


def test_the_morning_report_is_told_of_drift_by_its_exit_code(
    night: LicenceLab, qa_command: QaCommand
) -> None:
    for number in range(14):
        night.week(number, {"greeting": USUAL})
    night.week(14, {"greeting": USUAL})
    calm = qa_command("drift")
    assert (calm.returncode, calm.stdout) == (0, "Nothing moved further than chance takes it.\n")


def test_alarms_are_printed_for_people_and_for_programs(
    night: LicenceLab, qa_command: QaCommand
) -> None:
    for number in range(14):
        night.week(number, {"greeting": USUAL})
    night.week(14, {"greeting": BAD})
    told = qa_command("drift")
    assert told.returncode == 3
    assert "failures that the machine catches 0.1111" in told.stdout
    document = json.loads(qa_command("drift", "--json").stdout)
    by_figure = {alarm["figure"]: alarm for alarm in document["alarms"]}
    assert by_figure["sensitivity"]["signal"] == "below"
    assert by_figure["sensitivity"]["n"] == 9
    assert document["figures"] == len(Gauge)


def test_licences_are_listed_decided_and_set_on_the_command_line(
    night: LicenceLab, qa_command: QaCommand
) -> None:
    for number in range(15):
        night.week(number, {"greeting": said(hit=6, clear=24)})
    first = qa_command("licence", "review")
    assert first.returncode == 0, first.stderr
    assert "service-standard greeting: human_only -> assist (earned)" in first.stdout
    assert "Nothing to decide" in qa_command("licence", "review").stdout
    rows = [
        json.loads(line) for line in qa_command("licence", "list", "--json").stdout.splitlines()
    ]
    greeting = next(row for row in rows if row["criterion"] == "greeting")
    assert (greeting["level"], greeting["next_level"], greeting["reviews"]) == (
        "assist",
        "auto",
        360,
    )
    missing = qa_command("licence", "set", "service-standard", "greeting", "auto")
    assert missing.returncode == 2
    answer = qa_command(
        "licence", "set", "service-standard", "greeting", "auto", "--reason", "a trial"
    )
    assert json.loads(answer.stdout) == {"level": "auto", "by_hand": True}
    table = qa_command("licence", "list")
    assert "auto (by hand)" in table.stdout
    assert "QA_LICENSING is off" in table.stderr
    assert qa_command("licence", "set", "none", "greeting", "auto", "--reason", "x").returncode == 2

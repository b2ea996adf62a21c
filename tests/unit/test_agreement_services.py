"""Agreement as a service gives it, over a real store: whose, of what, in which order, and since when."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa import bootstrap
from qa.cli.main import cli
from qa.config import Settings
from qa.domain.access import CONSOLE, actor_of
from qa.domain.errors import NotAllowed, NotFound
from qa.domain.people import UserRole
from qa.domain.scorecard import Outcome
from qa.ports.agreement import Source
from qa.services.agreement.course import agreement_course
from qa.services.agreement.criteria import AgreementQuery, agreement
from qa.services.agreement.criterion import criterion_page
from qa.services.agreement.raters import agreement_by_rater
from qa.services.browse import RubricTexts
from qa.statistics.agreement import Figure, Withheld
from qa.store.engine import make_engine
from tests.integration.answered_calls import AT, RUBRIC
from tests.integration.rated_calls import Rated, RatedCalls

PASS, FAIL, OPEN = Outcome.PASS, Outcome.FAIL, Outcome.CANNOT_JUDGE
NOW = AT + timedelta(days=100)
TEXTS = RubricTexts(bootstrap.parse_rubric)
EVERYTHING = AgreementQuery()


class Clock:
    """A hundred days after everything."""

    def now(self) -> datetime:
        return NOW


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "var", _env_file=None)  # type: ignore[call-arg]


@pytest.fixture
def calls(settings: Settings) -> RatedCalls:
    """A store with the rubric in use, two raters and an agent."""
    open_store = bootstrap.unit_of_work(settings)
    calls = RatedCalls(open_store, engine=make_engine(settings.store_url))
    source = bootstrap.rubric_source(settings)
    with open_store(writes=True) as unit:
        unit.rubrics.keep(replace(source.rubric.ref, sha256=RUBRIC.sha256), source.text)
        unit.commit()
    calls.person("sun", UserRole.SUPERVISOR, team="Returns")
    calls.person("sam", UserRole.SUPERVISOR)
    calls.person("amy", UserRole.AGENT, "A201", "Returns")
    return calls


def rate(calls: RatedCalls, count: int, *, at: datetime = AT) -> None:
    """So many calls of a session, on which sam fails every fourth greeting that sun passes."""
    for number in range(min(count, 10)):
        calls.call(f"c{number}", "A201", {"greeting": PASS, "empathy": PASS})
    for first in range(0, count, 10):
        calls.session(
            {
                f"c{number}": (
                    Rated("sun", {"greeting": PASS, "empathy": PASS}),
                    Rated(
                        "sam",
                        {"greeting": PASS if number % 4 else FAIL, "empathy": PASS},
                        shares={"empathy": 0.5},
                    ),
                )
                for number in range(min(10, count - first))
            },
            revealed_at=at,
        )


def test_criteria_come_in_the_rubrics_order_with_their_titles_and_scales(calls: RatedCalls) -> None:
    rate(calls, 10)
    found = agreement(calls.open_store, TEXTS, Clock(), CONSOLE, EVERYTHING, zone=UTC)
    assert [(row.criterion, row.scale) for row in found.rows] == [
        ("greeting", False),
        ("empathy", True),
    ]
    assert found.rows[0].title.en == "Greets the customer"
    assert [row.place for row in found.rows] == [0, 1]
    assert found.begins == AT
    assert [team.name for team in found.choices.teams] == ["Returns"]
    assert [id_ for id_, _title in found.choices.rubrics] == [RUBRIC.id]
    greeting = found.rows[0]
    assert isinstance(greeting.people.raw, Withheld)
    assert greeting.people.raw.more
    assert greeting.failed == pytest.approx(3 / 20)


def test_one_side_is_worked_out_alone(calls: RatedCalls) -> None:
    rate(calls, 10)
    store = calls.open_store
    people = agreement(store, TEXTS, Clock(), CONSOLE, EVERYTHING, zone=UTC, sides="people")
    machine = agreement(store, TEXTS, Clock(), CONSOLE, EVERYTHING, zone=UTC, sides="machine")
    assert (people.rows[0].people.n, people.rows[0].machine.found.n) == (10, 0)
    assert (machine.rows[0].people.n, machine.rows[0].machine.found.n) == (0, 7)
    assert machine.rows[0].machine.unsettled == 3


def test_agreement_is_for_who_calibrates(calls: RatedCalls) -> None:
    amy = actor_of(calls.users["amy"])
    store = calls.open_store
    with pytest.raises(NotAllowed):
        agreement(store, TEXTS, Clock(), amy, EVERYTHING, zone=UTC)
    with pytest.raises(NotAllowed):
        agreement_by_rater(store, TEXTS, Clock(), amy, EVERYTHING, zone=UTC)
    with pytest.raises(NotAllowed):
        criterion_page(store, TEXTS, Clock(), amy, EVERYTHING, criterion="greeting", zone=UTC)
    with pytest.raises(NotAllowed):
        agreement_course(store, TEXTS, Clock(), amy, EVERYTHING, measure="raw", step=1, zone=UTC)


def test_a_call_that_is_still_to_be_rated_blind_does_not_count_for_its_rater(
    calls: RatedCalls,
) -> None:
    rate(calls, 10)
    sun, sam = (actor_of(calls.users[login]) for login in ("sun", "sam"))
    invite(calls, "c0", "sun")
    for actor, n in ((sun, 9), (sam, 10), (CONSOLE, 10)):
        found = agreement(calls.open_store, TEXTS, Clock(), actor, EVERYTHING, zone=UTC)
        assert found.rows[0].people.n == n
        page = criterion_page(
            calls.open_store, TEXTS, Clock(), actor, EVERYTHING, criterion="greeting", zone=UTC
        )
        assert ("c0" in {call.call_id for call in page.differing}) is (n == 10)


def invite(calls: RatedCalls, call_id: str, login: str) -> None:
    """Have somebody rate a call in a session that is open."""
    from qa.ports.calibration import NewCalibration

    with calls.open_store(writes=True) as unit:
        unit.calibrations.add(
            NewCalibration(
                title="Again",
                note="",
                owner_id=calls.users["sam"].id,
                due_at=NOW,
                calls=[calls.ids[call_id]],
                raters=[calls.users[login].id],
            ),
            at=AT,
        )
        unit.commit()


def test_a_criterion_shows_who_differs_and_on_which_calls(calls: RatedCalls) -> None:
    rate(calls, 60)
    page = criterion_page(
        calls.open_store, TEXTS, Clock(), CONSOLE, EVERYTHING, criterion="greeting", zone=UTC
    )
    (pair,) = page.pairs
    assert (pair.one.name, pair.other.name, pair.found.n) == ("Sam", "Sun", 60)
    assert pair.found.table == ((0, 18), (0, 42))
    assert isinstance(pair.found.raw, Figure)
    assert (page.differ, len(page.differing)) == (18, 18)
    with pytest.raises(NotFound):
        criterion_page(
            calls.open_store, TEXTS, Clock(), CONSOLE, EVERYTHING, criterion="nonsense", zone=UTC
        )


def test_days_begin_where_the_reader_is_and_the_last_one_counts(calls: RatedCalls) -> None:
    rate(calls, 10, at=datetime(2026, 3, 2, 23, 0, tzinfo=UTC))

    def n(**query: object) -> int:
        asked = replace(EVERYTHING, **query)  # type: ignore[arg-type]  # as named
        found = agreement(calls.open_store, TEXTS, Clock(), CONSOLE, asked, zone=UTC)
        return found.rows[0].people.n if found.rows else 0

    assert n(until=date(2026, 3, 2)) == 10
    assert n(until=date(2026, 3, 1)) == 0
    assert n(since=date(2026, 3, 2)) == 10
    assert n(since=date(2026, 3, 3)) == 0
    assert n(since=date(2026, 5, 1), until=date(2026, 4, 1)) == 0
    assert n(source=Source.REVIEWS) == 0


def test_raters_are_held_against_the_master_and_each_other(calls: RatedCalls) -> None:
    for number in range(10):
        calls.call(f"c{number}", "A201", {"greeting": PASS, "thanks": PASS})
    for _ in range(4):
        calls.session(
            {
                f"c{number}": (
                    Rated("sun", {"greeting": PASS, "thanks": PASS}),
                    Rated("sam", {"greeting": FAIL if number < 4 else PASS, "thanks": PASS}),
                )
                for number in range(10)
            },
            masters={f"c{number}": {"greeting": PASS} for number in range(10)},
        )
    page = agreement_by_rater(calls.open_store, TEXTS, Clock(), CONSOLE, EVERYTHING, zone=UTC)
    sam, sun, machine = page.rows
    assert sam.rater
    assert (sam.rater.name, sam.calls, machine.rater) == ("Sam", 40, None)
    assert isinstance(sam.against_master.difference, Figure)
    assert sam.against_master.difference.value == pytest.approx(-20)
    assert (sam.verdicts, sam.same, sam.milder, sam.stricter) == (80, 64, 0, 16)
    assert (sun.same, machine.same) == (80, 80)
    assert sun.against_others
    assert isinstance(sun.against_others.difference, Figure)
    assert sun.against_others.difference.value == pytest.approx(20)
    assert {person.name for person in page.raters} == {"Sam", "Sun"}
    assert page.total.figure.n == 40


def test_nobody_who_rated_is_no_rater_and_no_error(calls: RatedCalls) -> None:
    page = agreement_by_rater(calls.open_store, TEXTS, Clock(), CONSOLE, EVERYTHING, zone=UTC)
    assert page.rows == ()
    assert isinstance(page.total.figure, Withheld)


def test_the_course_follows_the_months_of_the_calendar(calls: RatedCalls) -> None:
    rate(calls, 60, at=datetime(2026, 4, 30, 23, 30, tzinfo=UTC))
    course = agreement_course(
        calls.open_store, TEXTS, Clock(), CONSOLE, EVERYTHING, measure="raw", step=1, zone=UTC
    )
    assert [each.begins for each in course.stretches][-3:] == [
        date(2026, 4, 1),
        date(2026, 5, 1),
        date(2026, 6, 1),
    ]
    assert len(course.stretches) == 12
    assert [each.whole for each in course.stretches][-2:] == [True, False]
    assert [figure.n for figure in course.rows[0].figures] == [*[0] * 9, 60, 0, 0]
    quarters = agreement_course(
        calls.open_store,
        TEXTS,
        Clock(),
        CONSOLE,
        replace(EVERYTHING, since=date(2026, 2, 10), until=date(2026, 5, 31)),
        measure="machine",
        step=3,
        zone=UTC,
    )
    assert [each.begins for each in quarters.stretches] == [date(2026, 2, 10), date(2026, 4, 1)]
    assert [figure.n for figure in quarters.rows[0].figures] == [0, 42]


def test_the_command_prints_a_table_or_everything(calls: RatedCalls, settings: Settings) -> None:
    run = CliRunner(env={"QA_HOME": str(settings.home)}).invoke
    assert "Nothing was rated" in run(cli, ["agreement"]).output
    rate(calls, 60)
    people = run(cli, ["agreement"]).output
    assert "same verdict" in people
    assert "70% (" in people
    assert "nobody failed it" in run(cli, ["agreement", "--machine"]).output
    told = json.loads(run(cli, ["agreement", "--json"]).output)
    assert [each["criterion"] for each in told["criteria"]] == ["greeting", "empathy"]
    assert told["criteria"][0]["people"]["calls"] == 60
    narrowed = ["--team", "Returns", "--source", "reviews", "--since", "2026-01-01"]
    assert "Nothing was rated" in run(cli, ["agreement", *narrowed]).output
    wrong = run(cli, ["agreement", "--team", "Nobody"])
    assert wrong.exit_code == 2
    assert "there is no team Nobody" in wrong.output

"""An agent's page: own scores beside the team's, only where the numbers carry it and only for who may see it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from qa.domain.access import VISITOR, Actor, actor_of
from qa.domain.errors import NotAllowed, NotFound
from qa.domain.people import UserRole
from qa.domain.response import ResponseKind
from qa.domain.review import Purpose
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Outcome
from qa.services.agent_page import (
    CALLS_SHOWN,
    COLLEAGUES_NEEDED,
    AgentPage,
    AgentRow,
    agent_page,
    list_agents,
    week_edges,
)
from qa.services.browse import RubricTexts
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.answered_calls import AT, AnsweredCalls

PASS, FAIL = Outcome.PASS, Outcome.FAIL
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 3, 27, 4, 0, tzinfo=UTC)
"""A Friday; its week began on Monday, the 23rd."""


def _no_rubric(_text: str) -> Rubric:
    raise AssertionError("no text is stored")


class Floor:
    """Amy and four colleagues of Returns, and Bo, who is alone in Orders."""

    def __init__(self, open_store: SqlUnitOfWorkFactory) -> None:
        self.open_store = open_store
        self.calls = AnsweredCalls(open_store)
        self.calls.person("sun", UserRole.SUPERVISOR)
        self.calls.person("amy", UserRole.AGENT, "A0", "Returns")
        for number in range(1, 5):
            self.calls.person(f"c{number}", UserRole.AGENT, f"A{number}", "Returns")
        self.calls.person("bo", UserRole.AGENT, "B1", "Orders")
        self.calls.person("nobody", UserRole.AGENT)
        self.stored = 0

    def now(self) -> datetime:
        return NOW

    def add(self, agent_id: str, count: int, *, failed: int = 0, days_ago: int = 1) -> None:
        """So many calls, of which some score 50 and the rest 100."""
        for number in range(count):
            self.stored += 1
            self.calls.call(
                f"call-{self.stored}",
                agent_id,
                {"greeting": PASS, "farewell": FAIL if number < failed else PASS},
                started_at=NOW - timedelta(days=days_ago),
            )

    def page(self, agent_id: str, login: str = "sun", **wish: int) -> AgentPage:
        return agent_page(
            self.open_store,
            RubricTexts(_no_rubric),
            self,
            self.who(login),
            agent_id,
            zone=SHANGHAI,
            **wish,
        )

    def listed(self, login: str = "sun", team: str | None = None) -> dict[str, AgentRow]:
        found = list_agents(
            self.open_store, self, self.who(login), zone=SHANGHAI, weeks=12, team=team
        )
        return {row.figures.agent.agent_id: row for row in found.rows}

    def who(self, login: str) -> Actor:
        return actor_of(self.calls.users[login])


@pytest.fixture
def floor(open_store: SqlUnitOfWorkFactory) -> Floor:
    return Floor(open_store)


# --- weeks -------------------------------------------------------------------------------------


def test_weeks_begin_on_monday_where_the_reader_is() -> None:
    edges = week_edges(NOW, SHANGHAI, 2)
    assert [edge.isoformat() for edge in edges] == [
        "2026-03-16T00:00:00+08:00",
        "2026-03-23T00:00:00+08:00",
        "2026-03-30T00:00:00+08:00",
    ]
    sunday_night = datetime(2026, 3, 29, 17, 0, tzinfo=UTC)
    assert week_edges(sunday_night, SHANGHAI, 1)[0].date() == date(2026, 3, 30)
    assert week_edges(sunday_night, ZoneInfo("UTC"), 1)[0].date() == date(2026, 3, 23)


def test_a_week_in_which_the_clocks_change_is_still_a_week() -> None:
    edges = week_edges(NOW, ZoneInfo("Europe/Berlin"), 1)
    assert edges[1] - edges[0] == timedelta(days=7)
    assert edges[1].astimezone(UTC) - edges[0].astimezone(UTC) == timedelta(days=7, hours=-1)


def test_a_call_counts_in_the_readers_week(floor: Floor) -> None:
    floor.calls.call(
        "late", "A0", {"greeting": PASS}, started_at=datetime(2026, 3, 22, 17, tzinfo=UTC)
    )
    course = floor.page("A0", weeks=4).course
    assert [week.own.n for week in course] == [0, 0, 0, 1]
    assert [week.begins for week in course][-1] == date(2026, 3, 23)
    assert [week.whole for week in course] == [True, True, True, False]


# --- comparing ---------------------------------------------------------------------------------


def test_nobody_is_compared_by_fewer_than_ten_calls(floor: Floor) -> None:
    floor.add("A0", 9)
    for number in range(1, 4):
        floor.add(f"A{number}", 3)
    compared = floor.page("A0").comparison
    assert compared.own_mean is None
    assert compared.own.missing == 1
    assert compared.team_mean is None
    assert compared.team.missing == 1
    assert compared.difference is None
    floor.add("A0", 1)
    floor.add("A1", 1)
    compared = floor.page("A0").comparison
    assert compared.own_mean
    assert compared.team_mean
    assert compared.difference


def test_an_agent_below_the_team_is_told_by_how_much(floor: Floor) -> None:
    floor.add("A0", 20, failed=15)
    for number in range(1, 5):
        floor.add(f"A{number}", 8, failed=1)
    compared = floor.page("A0", "amy").comparison
    assert compared.own_mean
    assert compared.own_mean.value == 62.5
    assert compared.team_mean
    assert compared.team_mean.value == 93.75
    assert compared.colleagues == 4
    assert not compared.hidden
    assert compared.difference
    assert compared.difference.clear
    assert compared.difference.value == -31.25


def test_an_agent_never_sees_a_team_of_too_few_and_a_supervisor_does(floor: Floor) -> None:
    floor.add("A0", 12)
    for number in range(1, COLLEAGUES_NEEDED):
        floor.add(f"A{number}", 12, failed=6)
    own = floor.page("A0", "amy")
    assert own.comparison.hidden
    assert own.comparison.team.n == 0
    assert own.comparison.difference is None
    assert all(week.team.n == 0 for week in own.course)
    assert not floor.page("A0").comparison.hidden
    assert floor.page("A0").comparison.team_mean
    floor.add(f"A{COLLEAGUES_NEEDED}", 1)
    assert not floor.page("A0", "amy").comparison.hidden


def test_colleagues_of_other_teams_do_not_count(floor: Floor) -> None:
    floor.add("A0", 10)
    floor.add("B1", 10)
    assert floor.page("A0").comparison.colleagues == 0
    assert floor.page("B1", "bo").comparison.own_mean


def test_the_period_is_as_long_as_asked(floor: Floor) -> None:
    floor.add("A0", 3, days_ago=60)
    floor.add("A0", 2)
    assert floor.page("A0", weeks=4).comparison.own.n == 2
    assert floor.page("A0", weeks=12).comparison.own.n == 5


# --- who sees it -------------------------------------------------------------------------------


@pytest.mark.parametrize("agent_id", ["A1", "B1", "no-such-agent", ""])
def test_an_agents_page_is_not_there_for_other_agents(floor: Floor, agent_id: str) -> None:
    floor.add("A1", 1)
    with pytest.raises(NotFound):
        floor.page(agent_id, "amy")
    with pytest.raises(NotFound):
        floor.page(agent_id, "nobody")


def test_who_is_no_agent_and_has_no_calls_has_no_page(floor: Floor) -> None:
    with pytest.raises(NotFound):
        floor.page("no-such-agent")


def test_a_visitor_sees_no_agent(floor: Floor) -> None:
    with pytest.raises(NotAllowed):
        agent_page(floor.open_store, RubricTexts(_no_rubric), floor, VISITOR, "A0", zone=SHANGHAI)
    with pytest.raises(NotAllowed):
        list_agents(floor.open_store, floor, VISITOR, zone=SHANGHAI)


def test_an_agent_has_no_list_of_agents(floor: Floor) -> None:
    with pytest.raises(NotFound):
        floor.listed("amy")


# --- their calls -------------------------------------------------------------------------------


def test_calls_say_what_counts_who_looked_and_whether_it_was_read(floor: Floor) -> None:
    calls = floor.calls
    for number, at in enumerate((AT, AT + timedelta(hours=1), AT + timedelta(hours=2))):
        calls.call(
            f"c{number}",
            "A0",
            {"greeting": PASS, "farewell": FAIL, "privacy": FAIL},
            started_at=at,
            critical=("privacy",),
        )
    calls.review("c0", "sun", {"farewell": PASS, "greeting": FAIL}, critical={"privacy": True})
    calls.review("c1", "sun", {"privacy": PASS}, purpose=Purpose.DISPUTE)
    with floor.open_store(writes=True) as unit:
        amy = calls.users["amy"].id
        unit.answers.respond(calls.ids["c0"], by=amy, kind=ResponseKind.READ, text="", at=AT)
        unit.answers.respond(
            calls.ids["c1"], by=amy, kind=ResponseKind.READ, text="", at=AT - timedelta(hours=1)
        )
        unit.answers.raise_dispute(
            calls.ids["c2"],
            criterion="farewell",
            contested=FAIL,
            contested_points=0.0,
            by=amy,
            reason="no",
            at=AT,
        )
        unit.commit()
    shown = {each.summary.record.call_id: each for each in floor.page("A0", "amy").calls}
    assert list(shown) == ["c2", "c1", "c0"]
    assert [(n.id, n.critical) for n in shown["c0"].failed] == [
        ("privacy", True),
        ("greeting", False),
    ]
    assert [n.id for n in shown["c1"].failed] == ["farewell"]
    assert [round(each.score or 0, 1) for each in shown.values()] == [33.3, 66.7, 33.3]
    assert [each.looked_at for each in shown.values()] == [False, False, True]
    assert [each.read for each in shown.values()] == [False, False, True]
    assert shown["c2"].answered.disputes == ("open",)


def test_calls_come_in_pages_and_a_page_too_far_is_the_last(floor: Floor) -> None:
    floor.add("A0", CALLS_SHOWN + 1)
    first = floor.page("A0")
    assert (len(first.calls), first.total, first.pages) == (CALLS_SHOWN, CALLS_SHOWN + 1, 2)
    beyond = floor.page("A0", page=9)
    assert (len(beyond.calls), beyond.page) == (1, 2)


def test_criteria_come_costliest_first(floor: Floor) -> None:
    floor.add("A0", 4, failed=3)
    shares = floor.page("A0").criteria
    assert [(each.criterion, each.passed, each.counted, each.earned) for each in shares] == [
        ("farewell", 1, 4, 0.25),
        ("greeting", 4, 4, 1.0),
    ]


# --- the list ----------------------------------------------------------------------------------


def test_the_list_holds_everybody_with_their_figures(floor: Floor) -> None:
    floor.add("A0", 10, failed=5)
    floor.add("Z9", 1)
    rows = floor.listed()
    assert set(rows) == {"A0", "A1", "A2", "A3", "A4", "B1", "Z9"}
    assert rows["A0"].mean
    assert rows["A0"].mean.value == 75
    assert rows["Z9"].mean is None
    assert rows["Z9"].figures.agent.name is None
    assert rows["A0"].open_disputes == 0
    assert set(floor.listed(team=floor.calls.teams["Orders"])) == {"B1"}

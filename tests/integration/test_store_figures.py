"""Scores and outcomes counted in a real database, as they stand after reviews."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, event

from qa.domain.people import UserRole
from qa.domain.scorecard import Outcome
from qa.ports.figures import AgentName, Period
from qa.statistics.means import ScoreSum
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.answered_calls import AT, RUBRIC, AnsweredCalls

PASS, FAIL = Outcome.PASS, Outcome.FAIL
NA, OPEN = Outcome.NOT_APPLICABLE, Outcome.CANNOT_JUDGE
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
ALWAYS = Period(AT - 520 * WEEK, AT + 520 * WEEK)


@pytest.fixture
def calls(open_store: SqlUnitOfWorkFactory) -> AnsweredCalls:
    """Amy and An of Returns, Bo of Orders, and A900, who has no account."""
    calls = AnsweredCalls(open_store)
    calls.person("amy", UserRole.AGENT, "A201", "Returns")
    calls.person("an", UserRole.AGENT, "A101", "Returns")
    calls.person("bo", UserRole.AGENT, "A301", "Orders")
    calls.person("sun", UserRole.SUPERVISOR, None, "Returns")
    return calls


def sums(*scores: float) -> ScoreSum:
    return ScoreSum(len(scores), sum(scores), sum(score**2 for score in scores))


def test_an_agent_is_known_by_account_or_by_calls(calls: AnsweredCalls) -> None:
    calls.call("c1", "A900", {"greeting": PASS})
    with calls.open_store() as unit:
        amy, nameless = unit.figures.agent("A201"), unit.figures.agent("A900")
        nobody = unit.figures.agent("A999")
    assert amy == AgentName("A201", "Amy", calls.teams["Returns"], "Returns")
    assert nameless == AgentName("A900")
    assert nobody is None


def test_a_review_that_counts_replaces_what_the_machine_scored(calls: AnsweredCalls) -> None:
    calls.call("c1", "A201", {"greeting": PASS, "privacy": FAIL}, critical=("privacy",))
    calls.call("c2", "A201", {"greeting": PASS, "privacy": PASS})
    calls.call("c3", "A201", {"greeting": OPEN, "privacy": NA})
    with calls.open_store() as unit:
        before = {f.agent.agent_id: f for f in unit.figures.agents(ALWAYS)}["A201"]
    assert (before.calls, before.scores) == (3, sums(50.0, 100.0))
    assert (before.critical, before.reviewed, before.last_at) == (1, 0, AT)
    calls.review("c1", "sun", {"privacy": PASS})
    calls.review("c3", "sun", {"greeting": FAIL})
    with calls.open_store() as unit:
        after = {f.agent.agent_id: f for f in unit.figures.agents(ALWAYS)}["A201"]
        by_criterion = {f.criterion: f for f in unit.figures.criteria("A201", ALWAYS)}
    assert (after.calls, after.scores) == (3, sums(100.0, 100.0, 0.0))
    assert (after.critical, after.reviewed) == (0, 2)
    assert by_criterion["greeting"].outcomes == {PASS: 2, FAIL: 1}
    assert by_criterion["greeting"].points == 2.0
    assert by_criterion["greeting"].counted == 3
    assert by_criterion["privacy"].outcomes == {PASS: 2, NA: 1}
    assert by_criterion["privacy"].rubric == RUBRIC


def test_a_review_that_left_nothing_to_score_leaves_no_score(calls: AnsweredCalls) -> None:
    calls.call("c1", "A201", {"greeting": FAIL})
    calls.review("c1", "sun", {"greeting": NA})
    with calls.open_store() as unit:
        figures = {f.agent.agent_id: f for f in unit.figures.agents(ALWAYS)}["A201"]
    assert (figures.calls, figures.scores) == (1, ScoreSum())


def test_a_call_scored_anew_counts_by_its_new_scorecard_alone(calls: AnsweredCalls) -> None:
    calls.call("c1", "A201", {"greeting": FAIL})
    calls.review("c1", "sun", {"greeting": PASS})
    calls.call("c1", "A201", {"greeting": FAIL, "thanks": PASS}, fingerprint="f2")
    with calls.open_store() as unit:
        figures = {f.agent.agent_id: f for f in unit.figures.agents(ALWAYS)}["A201"]
        by_criterion = {f.criterion: f.outcomes for f in unit.figures.criteria("A201", ALWAYS)}
    assert (figures.scores, figures.reviewed) == (sums(50.0), 0)
    assert by_criterion == {"greeting": {FAIL: 1}, "thanks": {PASS: 1}}


def test_agents_are_listed_with_and_without_account_or_calls(calls: AnsweredCalls) -> None:
    calls.call("c1", "A900", {"greeting": PASS})
    calls.call("c2", "A201", {"greeting": PASS})
    calls.call("c3", None, {"greeting": PASS})
    with calls.open_store() as unit:
        everybody = {f.agent.agent_id: f for f in unit.figures.agents(ALWAYS)}
        returns = {f.agent.agent_id for f in unit.figures.agents(ALWAYS, calls.teams["Returns"])}
        nothing = unit.figures.agents(ALWAYS, "no-such-team")
    assert {agent_id: f.calls for agent_id, f in everybody.items()} == {
        "A101": 0,
        "A201": 1,
        "A301": 0,
        "A900": 1,
    }
    assert everybody["A201"].agent.name == "Amy"
    assert everybody["A900"].agent.name is None
    assert returns == {"A101", "A201"}
    assert nothing == ()


def test_who_left_is_listed_by_name_while_the_period_holds_calls(calls: AnsweredCalls) -> None:
    with calls.open_store(writes=True) as unit:
        unit.people.set_active(calls.users["amy"].id, active=False)
        unit.commit()
    with calls.open_store() as unit:
        assert "A201" not in {f.agent.agent_id for f in unit.figures.agents(ALWAYS)}
    calls.call("c1", "A201", {"greeting": PASS})
    with calls.open_store() as unit:
        names = {f.agent.agent_id: f.agent.name for f in unit.figures.agents(ALWAYS)}
    assert names["A201"] == "Amy"


def test_a_period_holds_its_beginning_and_not_its_end(calls: AnsweredCalls) -> None:
    calls.call("c1", "A201", {"greeting": PASS}, started_at=AT)
    calls.call("c2", "A201", {"greeting": FAIL}, started_at=AT + DAY)
    with calls.open_store() as unit:
        figures = {f.agent.agent_id: f for f in unit.figures.agents(Period(AT, AT + DAY))}["A201"]
        later = unit.figures.criteria("A201", Period(AT + DAY, AT + WEEK))
    assert figures.scores == sums(100.0)
    assert [f.outcomes for f in later] == [{FAIL: 1}]


def test_a_call_without_a_beginning_belongs_to_when_it_was_scored(calls: AnsweredCalls) -> None:
    calls.call("c1", "A201", {"greeting": PASS}, started_at=None, scored_at=AT + 8 * DAY)
    with calls.open_store() as unit:
        weekly = unit.figures.weekly("A201", (AT, AT + WEEK, AT + 2 * WEEK))
    assert weekly == {"A201": [ScoreSum(), sums(100.0)]}


def test_weeks_hold_the_agent_and_everybody_in_their_team(calls: AnsweredCalls) -> None:
    calls.call("c1", "A201", {"greeting": PASS})
    calls.call("c2", "A201", {"greeting": FAIL}, started_at=AT + WEEK)
    calls.call("c3", "A201", {"greeting": PASS}, started_at=AT + WEEK + DAY)
    calls.call("c4", "A101", {"greeting": PASS, "thanks": FAIL}, started_at=AT + 2 * WEEK)
    calls.call("c5", "A301", {"greeting": PASS})
    calls.call("c6", "A201", {"greeting": PASS}, started_at=AT + 3 * WEEK)
    calls.call("c7", "A101", {"greeting": OPEN})
    edges = tuple(AT + number * WEEK for number in range(4))
    with calls.open_store() as unit:
        amy, bo = unit.figures.weekly("A201", edges), unit.figures.weekly("A301", edges)
        one = unit.figures.weekly("A201", edges[:2])
        nobody = unit.figures.weekly("A999", edges)
    assert amy == {
        "A201": [sums(100.0), sums(0.0, 100.0), ScoreSum()],
        "A101": [ScoreSum(), ScoreSum(), sums(50.0)],
    }
    assert bo == {"A301": [sums(100.0), ScoreSum(), ScoreSum()]}
    assert one["A201"] == [sums(100.0)]
    assert nobody == {}


def test_one_criterion_can_be_asked_for_alone(calls: AnsweredCalls) -> None:
    calls.call("c1", "A201", {"greeting": PASS, "thanks": FAIL})
    with calls.open_store() as unit:
        found = unit.figures.criteria("A201", ALWAYS, "thanks")
    assert [(f.criterion, f.outcomes, f.points) for f in found] == [("thanks", {FAIL: 1}, 0.0)]


@pytest.mark.parametrize("extra", [0, 12])
def test_figures_take_as_many_queries_for_few_calls_as_for_many(
    calls: AnsweredCalls, engine: Engine, extra: int
) -> None:
    def began(number: int) -> datetime:
        return AT + number * DAY

    for number in range(2 + extra):
        calls.call(f"c{number}", "A201", {"greeting": PASS}, started_at=began(number))
        calls.call(f"d{number}", "A101", {"greeting": FAIL}, started_at=began(number))
    calls.review("c0", "sun", {"greeting": FAIL})
    asked: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().startswith("SELECT"):
            asked.append(statement)

    with calls.open_store() as unit:
        event.listen(engine, "before_cursor_execute", count)
        numbers = []
        for figures in (
            lambda: unit.figures.agents(ALWAYS),
            lambda: unit.figures.weekly("A201", tuple(AT + n * WEEK for n in range(13))),
            lambda: unit.figures.criteria("A201", ALWAYS),
            lambda: unit.answers.answered([calls.ids["c0"], calls.ids["c1"]]),
        ):
            asked.clear()
            figures()
            numbers.append(len(asked))
        event.remove(engine, "before_cursor_execute", count)
    assert numbers == [3, 1, 2, 2]

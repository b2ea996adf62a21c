"""What people and the machine said of the same calls, counted in a real database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.orm import Session

from qa.domain.people import UserRole
from qa.domain.review import Purpose
from qa.domain.scorecard import Outcome
from qa.ports.agreement import (
    FAILED,
    NOT_APPLICABLE,
    PASSED,
    UNDECIDED,
    Beside,
    Ratings,
    Said,
    Source,
    Together,
)
from qa.store.engine import writing
from qa.store.tables import CallRow, DisputeRow, ReviewRow, TaskRow
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.answered_calls import AT, RUBRIC
from tests.integration.rated_calls import Rated, RatedCalls

PASS, FAIL = Outcome.PASS, Outcome.FAIL
NA, OPEN = Outcome.NOT_APPLICABLE, Outcome.CANNOT_JUDGE
DAY = timedelta(days=1)
ALWAYS = Ratings((AT - 9 * DAY, AT + 99 * DAY))
BLIND, REVIEWS = replace(ALWAYS, source=Source.BLIND), replace(ALWAYS, source=Source.REVIEWS)


@pytest.fixture
def calls(open_store: SqlUnitOfWorkFactory, engine: Engine) -> RatedCalls:
    """Three supervisors, and agents of two teams."""
    calls = RatedCalls(open_store, engine=engine)
    for login in ("sun", "sam", "ada"):
        calls.person(login, UserRole.SUPERVISOR)
    calls.person("amy", UserRole.AGENT, "A201", "Returns")
    calls.person("bo", UserRole.AGENT, "A301", "Orders")
    return calls


def together(calls: RatedCalls, which: Ratings = ALWAYS) -> set[Together]:
    with calls.open_store() as unit:
        return set(unit.agreement.together(which))


def beside(calls: RatedCalls, which: Ratings = ALWAYS) -> Mapping[tuple[Said, Said], int]:
    with calls.open_store() as unit:
        found = unit.agreement.beside(replace(which, criterion="greeting"))
    return {(each.machine, each.person): each.calls for each in found}


# --- people with each other --------------------------------------------------------------------


def test_blind_ratings_are_counted_by_what_was_said_whoever_said_it(calls: RatedCalls) -> None:
    for name in ("c1", "c2", "c3"):
        calls.call(name, "A201", {"greeting": PASS, "thanks": PASS})
    one, other = Rated("sun", {"greeting": PASS, "thanks": NA}), Rated("sam", {"greeting": FAIL})
    calls.session(
        {
            "c1": (one, other),
            "c2": (replace(one, login="sam"), replace(other, login="sun")),
            "c3": (
                one,
                replace(one, login="sam"),
                replace(one, login="ada", shares={"greeting": 0.5}),
            ),
        }
    )
    assert together(calls, BLIND) == {
        Together("greeting", 0, (FAILED, PASSED), 2),
        Together("greeting", 0, (50, PASSED, PASSED), 1),
        Together("thanks", 0, (NOT_APPLICABLE,) * 3, 1),
    }
    assert together(calls, REVIEWS) == set()


def test_what_is_not_revealed_not_submitted_or_left_open_is_not_counted(calls: RatedCalls) -> None:
    for name in ("c1", "c2", "c3"):
        calls.call(name, "A201", {"greeting": PASS})
    both = (Rated("sun", {"greeting": PASS}), Rated("sam", {"greeting": PASS}))
    calls.session({"c1": both}, revealed_at=None)
    calls.session({"c2": (both[0], replace(both[1], submitted=False))})
    calls.session({"c3": (both[0], Rated("sam", {"greeting": OPEN}))})
    with calls.open_store() as unit:
        assert unit.agreement.together(ALWAYS) == ()
        assert unit.agreement.scores(ALWAYS) != ()
        units = {each.unit for each in unit.agreement.scores(ALWAYS)}
    assert len(units) == 2  # that of the open session is not among them
    assert beside(calls, BLIND) == {(PASSED, PASSED): 2}


def test_who_had_seen_a_call_before_is_no_blind_rater(calls: RatedCalls) -> None:
    calls.call("c1", "A201", {"greeting": PASS})
    seen = Rated("sam", {"greeting": FAIL}, seen_before=True)
    calls.session({"c1": (Rated("sun", {"greeting": PASS}), seen)})
    assert together(calls) == {Together("greeting", 0, (FAILED, PASSED), 1)}
    assert together(calls, BLIND) == set()


def test_reviews_of_two_people_count_by_what_each_decided_last_themselves(
    calls: RatedCalls,
) -> None:
    calls.call("c1", "A201", {"greeting": PASS, "thanks": PASS})
    calls.review("c1", "sun", {"greeting": PASS, "thanks": PASS})
    calls.review("c1", "sun", {"greeting": FAIL})
    assert together(calls) == set()  # one person alone, if twice
    calls.review("c1", "sam", {"greeting": PASS, "thanks": FAIL}, at=AT + DAY)
    calls.review("c1", "ada", {"greeting": NA}, purpose=Purpose.DISPUTE, at=AT + 2 * DAY)
    assert together(calls) == {
        Together("greeting", 0, (FAILED, PASSED), 1),
        Together("thanks", 0, (FAILED, PASSED), 1),
    }
    assert together(calls, BLIND) == set()


def test_calls_are_counted_by_when_the_last_of_them_was_rated(calls: RatedCalls) -> None:
    for name in ("c1", "c2", "c3"):
        calls.call(name, "A201", {"greeting": PASS})
    both = (Rated("sun", {"greeting": PASS}), Rated("sam", {"greeting": PASS}))
    calls.session({"c1": both}, revealed_at=AT)
    calls.session({"c2": both}, revealed_at=AT + DAY)
    calls.review("c3", "sun", {"greeting": PASS}, at=AT)
    calls.review("c3", "sam", {"greeting": PASS}, at=AT + 2 * DAY)
    days = Ratings(tuple(AT + number * DAY for number in range(4)))
    assert together(calls, days) == {
        Together("greeting", number, (PASSED, PASSED), 1) for number in range(3)
    }
    assert {each.stretch for each in together(calls, Ratings((AT, AT + 2 * DAY)))} == {0}
    assert together(calls, Ratings((AT + 5 * DAY, AT + 6 * DAY))) == set()


def test_counts_are_narrowed_to_a_team_a_rubric_and_what_was_drawn(calls: RatedCalls) -> None:
    for name, agent in (("c1", "A201"), ("c2", "A301")):
        calls.call(name, agent, {"greeting": PASS})
        calls.session({name: (Rated("sun", {"greeting": PASS}), Rated("sam", {"greeting": PASS}))})
        calls.review(name, "sun", {"greeting": PASS})
        calls.review(name, "sam", {"greeting": FAIL})
    orders = replace(ALWAYS, team=calls.teams["Orders"])
    assert {each.calls for each in together(calls)} == {2}
    assert {each.calls for each in together(calls, orders)} == {1}
    assert sum(beside(calls, orders).values()) == 1
    assert together(calls, replace(ALWAYS, rubric="another")) == set()
    assert together(calls, replace(ALWAYS, rubric=RUBRIC.id)) == together(calls)
    drawn = replace(ALWAYS, source=Source.RANDOM)
    assert together(calls, drawn) == set()
    draw(calls, "c1")
    assert together(calls, drawn) == {Together("greeting", 0, (FAILED, PASSED), 1)}
    assert beside(calls, drawn) == {(PASSED, FAILED): 1}


def test_calls_that_the_reader_has_still_to_rate_blind_are_not_counted(calls: RatedCalls) -> None:
    for name in ("c1", "c2"):
        calls.call(name, "A201", {"greeting": PASS})
        calls.session({name: (Rated("sun", {"greeting": PASS}), Rated("sam", {"greeting": PASS}))})
        calls.review(name, "sun", {"greeting": PASS})
        calls.review(name, "sam", {"greeting": FAIL})
    with calls.open_store() as unit:
        hidden = frozenset(number_of(calls, name) for name in ("c1",))
        which = replace(ALWAYS, criterion="greeting", hidden=hidden)
        assert {each.call_id for each in unit.agreement.rated_calls(which)} == {"c2"}
        assert {each.calls for each in unit.agreement.together(which)} == {1}
        assert sum(each.calls for each in unit.agreement.beside(which)) == 1
        assert len({each.unit for each in unit.agreement.scores(which)}) == 1
        assert {each.calls for each in unit.agreement.against_master(which)} == {1}


def number_of(calls: RatedCalls, call_id: str) -> int:
    assert calls.engine
    with Session(writing(calls.engine)) as session:
        return session.query(CallRow).filter_by(call_id=call_id).one().id


def draw(calls: RatedCalls, call_id: str) -> None:
    assert calls.engine
    with Session(writing(calls.engine)) as session:
        call = session.query(CallRow).filter_by(call_id=call_id).one()
        session.add(
            TaskRow(
                public_id=f"task-{call_id}",
                call_id=call.id,
                reason="random",
                priority=3,
                state="done",
                due_at=AT,
                chance=0.05,
                created_at=AT,
                changed_at=AT,
                revision=1,
            )
        )
        session.commit()


# --- the machine beside people -----------------------------------------------------------------


def test_the_machine_stands_beside_the_master_or_what_all_raters_say(calls: RatedCalls) -> None:
    for name, machine in (("c1", PASS), ("c2", FAIL), ("c3", OPEN), ("c4", PASS), ("c5", PASS)):
        calls.call(name, "A201", {"greeting": machine})
    passed, failed = Rated("sun", {"greeting": PASS}), Rated("sam", {"greeting": FAIL})
    calls.session(
        {
            "c1": (passed, failed),
            "c2": (passed, failed),
            "c3": (passed, replace(passed, login="sam")),
            "c4": (failed,),
            "c5": (passed, replace(passed, login="sam")),
        },
        masters={"c1": {"greeting": FAIL}, "c5": {"greeting": NA}},
    )
    assert beside(calls, BLIND) == {
        (PASSED, FAILED): 2,
        (FAILED, UNDECIDED): 1,
        (UNDECIDED, PASSED): 1,
        (PASSED, NOT_APPLICABLE): 1,
    }


def test_a_reviewed_scorecard_counts_once_by_its_last_decisions(calls: RatedCalls) -> None:
    calls.call("c1", "A201", {"greeting": FAIL, "thanks": PASS})
    calls.review("c1", "sun", {"greeting": PASS, "thanks": PASS})
    calls.review("c1", "sam", {"greeting": FAIL, "thanks": PASS}, at=AT + DAY)
    assert beside(calls) == {(FAILED, FAILED): 1}
    calls.call("c1", "A201", {"greeting": PASS}, fingerprint="f2")
    calls.review("c1", "sun", {"greeting": PASS}, at=AT + 2 * DAY)
    assert beside(calls) == {(FAILED, FAILED): 1, (PASSED, PASSED): 1}
    with calls.open_store() as unit:
        found = {each for each in unit.agreement.beside(ALWAYS) if each.criterion == "thanks"}
    assert found == {Beside("thanks", 0, PASSED, PASSED, 1)}


def test_what_was_rated_blind_is_not_counted_again_by_its_review(calls: RatedCalls) -> None:
    calls.call("c1", "A201", {"greeting": PASS})
    calls.review("c1", "sun", {"greeting": PASS})
    calls.session({"c1": (Rated("sam", {"greeting": FAIL}), Rated("ada", {"greeting": FAIL}))})
    assert beside(calls) == {(PASSED, FAILED): 1}
    assert beside(calls, REVIEWS) == {(PASSED, PASSED): 1}


def test_a_deleted_scorecard_leaves_what_people_said_and_nothing_of_the_machine(
    calls: RatedCalls,
) -> None:
    calls.call("c1", "A201", {"greeting": PASS})
    calls.session({"c1": (Rated("sun", {"greeting": PASS}), Rated("sam", {"greeting": PASS}))})
    forget_call(calls)
    assert beside(calls) == {}
    assert together(calls) == {Together("greeting", 0, (PASSED, PASSED), 1)}
    with calls.open_store() as unit:
        (call,) = unit.agreement.rated_calls(replace(ALWAYS, criterion="greeting"))
        scores = unit.agreement.scores(ALWAYS)
    assert (call.call, call.call_id) == (None, "c1")
    assert [each.score for each in scores if each.rater is None] == [None]


def forget_call(calls: RatedCalls) -> None:
    from qa.store.tables import CalibrationCallRow

    assert calls.engine
    with Session(writing(calls.engine)) as session:
        session.execute(update(CalibrationCallRow).values(call_id=None, scorecard_id=None))
        session.commit()


# --- single people -----------------------------------------------------------------------------


def test_the_calls_of_a_criterion_name_who_said_what_the_latest_first(calls: RatedCalls) -> None:
    for name in ("c1", "c2"):
        calls.call(name, "A201", {"greeting": PASS, "thanks": PASS})
    calls.session(
        {
            "c1": (
                Rated("sun", {"greeting": PASS, "thanks": PASS}),
                Rated("sam", {"greeting": FAIL}),
            )
        },
        masters={"c1": {"greeting": FAIL}},
    )
    calls.review("c2", "sun", {"greeting": PASS})
    calls.review("c2", "ada", {"greeting": NA}, at=AT + DAY)
    with calls.open_store() as unit:
        found = unit.agreement.rated_calls(replace(ALWAYS, criterion="greeting"))
        alone = unit.agreement.rated_calls(replace(ALWAYS, criterion="thanks"))
    assert [(each.call_id, each.call, each.calibration, each.at) for each in found] == [
        ("c2", calls.ids["c2"], None, AT + DAY),
        ("c1", calls.ids["c1"], "session-1", AT),
    ]
    said = [{who.name: what for who, what in each.said} for each in found]
    assert said == [{"Ada": NOT_APPLICABLE, "Sun": PASSED}, {"Sam": FAILED, "Sun": PASSED}]
    assert [each.master for each in found] == [None, FAILED]
    assert alone == []


def test_total_scores_stand_beside_the_master_where_all_of_it_is_settled(calls: RatedCalls) -> None:
    for name in ("c1", "c2"):
        calls.call(name, "A201", {"greeting": PASS, "thanks": PASS, "transfer": PASS})
    strict = Rated("sun", {"greeting": FAIL, "thanks": PASS, "transfer": NA})
    mild = Rated("sam", {"greeting": PASS, "thanks": PASS, "transfer": NA})
    calls.session({"c1": (strict, mild), "c2": (strict, mild)}, masters={"c1": {"greeting": FAIL}})
    with calls.open_store() as unit:
        found = unit.agreement.scores(ALWAYS)
        reviewed = unit.agreement.scores(REVIEWS)
    by_rater = {
        (each.rater.name if each.rater else "machine", each.unit): (each.score, each.master)
        for each in found
    }
    first, second = sorted({each.unit for each in found})
    assert by_rater == {
        ("Sun", first): (50.0, 50.0),
        ("Sam", first): (100.0, 50.0),
        ("machine", first): (100.0, 50.0),
        ("Sun", second): (50.0, None),
        ("Sam", second): (100.0, None),
        ("machine", second): (100.0, None),
    }
    assert reviewed == ()


def test_raters_and_the_machine_are_counted_against_the_master(calls: RatedCalls) -> None:
    for name in ("c1", "c2"):
        calls.call(name, "A201", {"greeting": PASS})
    passed, failed = Rated("sun", {"greeting": PASS}), Rated("sam", {"greeting": FAIL})
    calls.session(
        {"c1": (passed, failed), "c2": (passed, replace(passed, login="sam"))},
        masters={"c1": {"greeting": FAIL}},
    )
    with calls.open_store() as unit:
        found = {
            (each.rater.name if each.rater else None, each.said, each.master): each.calls
            for each in unit.agreement.against_master(ALWAYS)
        }
    assert found == {
        ("Sun", PASSED, FAILED): 1,
        ("Sun", PASSED, PASSED): 1,
        ("Sam", FAILED, FAILED): 1,
        ("Sam", PASSED, PASSED): 1,
        (None, PASSED, FAILED): 1,
        (None, PASSED, PASSED): 1,
    }


def test_a_dispute_counts_against_who_decided_before(calls: RatedCalls) -> None:
    calls.call("c1", "A201", {"greeting": PASS, "thanks": FAIL})
    first = calls.review("c1", "sun", {"greeting": PASS, "thanks": FAIL})
    ruling = calls.review("c1", "sam", {"thanks": PASS}, purpose=Purpose.DISPUTE, at=AT + DAY)
    dispute(calls, first.public_id, ruling.public_id, state="changed", outcome=PASS)
    with calls.open_store() as unit:
        (found,) = unit.agreement.against_master(ALWAYS)
        blind = unit.agreement.against_master(BLIND)
    assert found.rater is not None
    assert (found.rater.name, found.criterion) == ("Sun", "thanks")
    assert (found.said, found.master, found.calls) == (FAILED, PASSED, 1)
    assert blind == ()


def test_nobody_learns_of_decisions_while_a_dispute_on_the_call_is_open(calls: RatedCalls) -> None:
    calls.call("c1", "A201", {"thanks": FAIL})
    first = calls.review("c1", "sun", {"thanks": FAIL})
    second = calls.review("c1", "sam", {"thanks": PASS}, at=AT + DAY)
    which = replace(ALWAYS, criterion="thanks")
    with calls.open_store() as unit:
        assert len(unit.agreement.rated_calls(which)) == 1
    dispute(calls, first.public_id, second.public_id, state="open", outcome=None)
    with calls.open_store() as unit:
        assert unit.agreement.rated_calls(which) == []
        assert unit.agreement.against_master(which) == ()


def dispute(
    calls: RatedCalls, review: str, ruling: str, *, state: str, outcome: Outcome | None
) -> None:
    assert calls.engine
    with Session(writing(calls.engine)) as session:
        contested = session.query(ReviewRow).filter_by(public_id=review).one()
        decision = session.query(ReviewRow).filter_by(public_id=ruling).one()
        session.add(
            DisputeRow(
                public_id="dispute",
                call_id=contested.call_id,
                scorecard_id=contested.scorecard_id,
                review_id=contested.id,
                criterion="thanks",
                contested="fail",
                contested_points=0.0,
                raised_by=calls.users["amy"].id,
                raised_at=AT,
                reason="I did say it",
                state=state,
                decided_by=calls.users["sam"].id,
                decided_at=AT + DAY,
                outcome=outcome.value if outcome else None,
                decision_reason="heard it",
                decision_review_id=decision.id,
            )
        )
        session.commit()


def test_rubrics_are_named_the_latest_used_first_and_the_first_rating_dated(
    calls: RatedCalls,
) -> None:
    with calls.open_store() as unit:
        assert (unit.agreement.rubrics(), unit.agreement.begins()) == ((), None)
    with calls.open_store(writes=True) as unit:
        older = replace(RUBRIC, version="0", sha256="0" * 64)
        unit.rubrics.keep(older, "older")
        unit.rubrics.keep(RUBRIC, "text")
        unit.commit()
    calls.call("c1", "A201", {"greeting": PASS})
    calls.review("c1", "sun", {"greeting": PASS}, at=AT + DAY)
    with calls.open_store() as unit:
        assert unit.agreement.rubrics() == (RUBRIC, older)
        assert unit.agreement.begins() == AT + DAY
    calls.session({"c1": (Rated("sun", {"greeting": PASS}),)}, revealed_at=AT)
    with calls.open_store() as unit:
        assert unit.agreement.begins() == AT

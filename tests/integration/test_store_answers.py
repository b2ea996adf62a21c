"""Replies and disputes written and read back through a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from qa.domain.dispute import Dispute, DisputeClosed, DisputeState
from qa.domain.errors import CallNotFound, NotFound
from qa.domain.people import UserRole
from qa.domain.response import ResponseKind, read_at
from qa.domain.review import Purpose
from qa.domain.scorecard import Outcome
from qa.ports.answers import Answered, DisputeQuery
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.answered_calls import AT, RUBRIC, AnsweredCalls

PASS, FAIL = Outcome.PASS, Outcome.FAIL
HOUR = timedelta(hours=1)


@pytest.fixture
def calls(open_store: SqlUnitOfWorkFactory) -> AnsweredCalls:
    """Agent A201 with a call that Sun reviewed, and Sam, who has not."""
    calls = AnsweredCalls(open_store)
    calls.person("amy", UserRole.AGENT, "A201")
    calls.person("an", UserRole.AGENT, "A101")
    calls.person("sun", UserRole.SUPERVISOR)
    calls.person("sam", UserRole.SUPERVISOR)
    calls.call("c1", "A201", {"greeting": PASS, "farewell": FAIL})
    return calls


def raise_one(calls: AnsweredCalls, criterion: str = "farewell", call_id: str = "c1") -> Dispute:
    with calls.open_store(writes=True) as unit:
        public_id = unit.answers.raise_dispute(
            calls.ids[call_id],
            criterion=criterion,
            contested=FAIL,
            contested_points=0.0,
            by=calls.users["amy"].id,
            reason="我说了再见 <b>",
            at=AT + HOUR,
        )
        unit.commit()
        return unit.answers.dispute(public_id)


def settle(calls: AnsweredCalls, dispute: Dispute, state: DisputeState) -> None:
    with calls.open_store(writes=True) as unit:
        unit.answers.settle(
            replace(
                dispute,
                state=state,
                decided_by=unit.people.persons([calls.users["sam"].id])[calls.users["sam"].id],
                decided_at=AT + 2 * HOUR,
                outcome=PASS,
                decision_reason="heard it",
            )
        )
        unit.commit()


# --- responses ---------------------------------------------------------------------------------


def test_a_thread_keeps_its_order_its_authors_and_what_they_wrote(calls: AnsweredCalls) -> None:
    call = calls.ids["c1"]
    amy, sun = calls.users["amy"].id, calls.users["sun"].id
    with calls.open_store(writes=True) as unit:
        unit.answers.respond(call, by=amy, kind=ResponseKind.READ, text="", at=AT)
        unit.answers.respond(call, by=amy, kind=ResponseKind.REPLY, text="为什么？", at=AT + HOUR)
        unit.answers.respond(call, by=sun, kind=ResponseKind.REPLY, text="see 0:58", at=AT + HOUR)
        unit.commit()
    with calls.open_store() as unit:
        thread = unit.answers.thread(call)
        short = unit.answers.answered([call, "no-such-call"])
    assert [(r.author.name, r.by_agent, r.kind, r.text, r.current) for r in thread] == [
        ("Amy", True, ResponseKind.READ, "", True),
        ("Amy", True, ResponseKind.REPLY, "为什么？", True),
        ("Sun", False, ResponseKind.REPLY, "see 0:58", True),
    ]
    assert read_at(thread, AT) == AT
    assert read_at(thread, AT + timedelta(seconds=1)) is None
    assert short == {call: Answered(read_at=AT, replies=2, last_by_agent=False)}


def test_what_was_said_of_an_earlier_scorecard_is_told_apart(calls: AnsweredCalls) -> None:
    call = calls.ids["c1"]
    with calls.open_store(writes=True) as unit:
        unit.answers.respond(
            call, by=calls.users["amy"].id, kind=ResponseKind.REPLY, text="why", at=AT
        )
        unit.commit()
    calls.call("c1", "A201", {"greeting": FAIL}, fingerprint="f2", scored_at=AT + HOUR)
    with calls.open_store() as unit:
        assert [entry.current for entry in unit.answers.thread(call)] == [False]


def test_nobody_answers_a_call_that_is_not_there_or_has_no_score(calls: AnsweredCalls) -> None:
    with calls.open_store(writes=True) as unit, pytest.raises(CallNotFound):
        unit.answers.respond("gone", by=1, kind=ResponseKind.REPLY, text="why", at=AT)
    with calls.open_store() as unit:
        assert unit.answers.thread("gone") == ()


# --- disputes ----------------------------------------------------------------------------------


def test_a_dispute_reads_back_as_it_was_raised(calls: AnsweredCalls) -> None:
    review = calls.review("c1", "sun", {"farewell": FAIL}, at=AT)
    raised = raise_one(calls)
    with calls.open_store() as unit:
        version = unit.calls.detail(calls.ids["c1"]).version
        amy = unit.people.persons([calls.users["amy"].id])[calls.users["amy"].id]
        assert unit.answers.disputes_of(calls.ids["c1"]) == (raised,)
    assert raised == Dispute(
        public_id=raised.public_id,
        call=calls.ids["c1"],
        call_id="c1",
        agent_id="A201",
        scorecard=version or "",
        rubric=RUBRIC,
        current=True,
        criterion="farewell",
        contested=FAIL,
        contested_points=0.0,
        review=review.public_id,
        reviewers=frozenset({calls.users["sun"].id}),
        raised_by=amy,
        raised_at=AT + HOUR,
        reason="我说了再见 <b>",
    )


def test_whoever_submitted_a_review_is_a_reviewer_and_whoever_decided_a_dispute_is_not(
    calls: AnsweredCalls,
) -> None:
    raised = raise_one(calls)
    assert raised.reviewers == frozenset()
    calls.review("c1", "sun", {"greeting": PASS})
    calls.review("c1", "sam", {"greeting": PASS}, at=AT + HOUR, purpose=Purpose.DISPUTE)
    with calls.open_store() as unit:
        assert unit.answers.dispute(raised.public_id).reviewers == {calls.users["sun"].id}


def test_a_criterion_never_has_two_open_disputes(calls: AnsweredCalls) -> None:
    first = raise_one(calls)
    with pytest.raises(IntegrityError):
        raise_one(calls)
    raise_one(calls, "greeting")
    settle(calls, first, DisputeState.CHANGED)
    again = raise_one(calls)
    with calls.open_store() as unit:
        states = [each.state for each in unit.answers.disputes_of(calls.ids["c1"])]
    assert again.public_id != first.public_id
    assert states == [DisputeState.CHANGED, DisputeState.OPEN, DisputeState.OPEN]


def test_a_dispute_ends_once(calls: AnsweredCalls) -> None:
    raised = raise_one(calls)
    settle(calls, raised, DisputeState.CHANGED)
    with pytest.raises(DisputeClosed) as told:
        settle(calls, raised, DisputeState.UPHELD)
    assert told.value.state is DisputeState.CHANGED
    with calls.open_store() as unit:
        ended = unit.answers.dispute(raised.public_id)
    assert ended.state is DisputeState.CHANGED
    assert ended.outcome is PASS
    assert ended.decision_reason == "heard it"
    assert ended.decided_by
    assert ended.decided_by.name == "Sam"
    assert ended.decided_at == AT + 2 * HOUR


def test_a_decision_names_the_review_that_it_became(calls: AnsweredCalls) -> None:
    raised = raise_one(calls)
    review = calls.review("c1", "sam", {"farewell": PASS}, at=AT + HOUR, purpose=Purpose.DISPUTE)
    settle(calls, replace(raised, decision_review=review.public_id), DisputeState.CHANGED)
    with calls.open_store() as unit:
        assert unit.answers.dispute(raised.public_id).decision_review == review.public_id


def test_a_dispute_outlives_its_scorecard_and_knows_it(calls: AnsweredCalls) -> None:
    raised = raise_one(calls)
    calls.call("c1", "A201", {"greeting": FAIL}, fingerprint="f2", scored_at=AT + HOUR)
    with calls.open_store() as unit:
        after = unit.answers.dispute(raised.public_id)
    assert after == replace(raised, current=False)


def test_there_is_no_dispute_of_another_id(calls: AnsweredCalls) -> None:
    with calls.open_store() as unit, pytest.raises(NotFound):
        unit.answers.dispute("none")


def test_a_list_is_filtered_sorted_and_cut_into_pages(calls: AnsweredCalls) -> None:
    calls.call("c2", "A201", {"farewell": FAIL, "thanks": FAIL})
    calls.call("c3", "A101", {"farewell": FAIL})
    first = raise_one(calls)
    raise_one(calls, call_id="c2")
    raise_one(calls, "thanks", "c2")
    raise_one(calls, call_id="c3")
    settle(calls, first, DisputeState.UPHELD)

    def listed(query: DisputeQuery) -> tuple[list[tuple[str, str]], int]:
        with calls.open_store() as unit:
            page = unit.answers.disputes(query)
        return [(row.call_id, row.criterion) for row in page.rows], page.total

    assert listed(DisputeQuery()) == ([("c2", "farewell"), ("c2", "thanks"), ("c3", "farewell")], 3)
    assert listed(DisputeQuery(DisputeState.UPHELD)) == ([("c1", "farewell")], 1)
    assert listed(DisputeQuery(None, agent_id="A201"))[1] == 3
    assert listed(DisputeQuery(sort="agent_id"))[0][0] == ("c3", "farewell")
    assert listed(DisputeQuery(sort="criterion", descending=True))[0][0] == ("c2", "thanks")
    assert listed(DisputeQuery(None, sort="decided_at"))[0][0] == ("c1", "farewell")
    assert listed(DisputeQuery(page=2, page_size=2)) == ([("c3", "farewell")], 3)
    assert listed(DisputeQuery(page=9, page_size=2)) == ([], 3)
    with calls.open_store() as unit:
        assert unit.answers.open_disputes() == {"A201": 2, "A101": 1}


def test_decided_disputes_are_counted_by_criterion(calls: AnsweredCalls) -> None:
    calls.call("c2", "A201", {"farewell": FAIL, "thanks": FAIL})
    settle(calls, raise_one(calls), DisputeState.CHANGED)
    settle(calls, raise_one(calls, call_id="c2"), DisputeState.UPHELD)
    settle(calls, raise_one(calls, "thanks", "c2"), DisputeState.WITHDRAWN)
    raise_one(calls, "greeting")
    with calls.open_store() as unit:
        counted = unit.answers.decided()
        states = unit.answers.answered([calls.ids["c1"]])[calls.ids["c1"]].disputes
    assert [(each.criterion, each.decided, each.changed) for each in counted] == [
        ("farewell", 2, 1)
    ]
    assert counted[0].rubric == RUBRIC
    assert states == (DisputeState.CHANGED, DisputeState.OPEN)

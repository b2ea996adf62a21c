"""From an agent's objection to the decision that counts, through the services and a real database."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from qa.domain.access import CONSOLE, VISITOR, Actor, actor_of
from qa.domain.dispute import (
    REASON_LIMIT,
    Bar,
    DecideFirst,
    DisputeClosed,
    DisputeState,
    NotDisputable,
    NotImpartial,
    Obstacle,
    ScoreChanged,
)
from qa.domain.errors import CallNotFound, InputInvalid, NotAllowed, NotFound
from qa.domain.people import UserRole
from qa.domain.queue import TaskState
from qa.domain.response import REPLY_LIMIT, THREAD_LIMIT, ResponseKind
from qa.domain.review import Purpose
from qa.domain.rubric import Rubric
from qa.domain.scorecard import Outcome
from qa.domain.webhook import Event
from qa.ports.answers import DisputeQuery
from qa.services import disputes, responses
from qa.services.browse import RubricTexts
from qa.services.dispute_view import DisputeView, list_disputes, open_dispute
from qa.services.feedback import Feedback, feedback
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.answered_calls import AT, AnsweredCalls

PASS, FAIL = Outcome.PASS, Outcome.FAIL
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
OUTCOMES = {"greeting": PASS, "farewell": FAIL, "privacy": FAIL, "thanks": Outcome.CANNOT_JUDGE}


def _no_rubric(_text: str) -> Rubric:
    raise AssertionError("no text is stored")


class House:
    """A call of Amy's that Sun reviewed; Sam, Ada and time."""

    def __init__(self, open_store: SqlUnitOfWorkFactory) -> None:
        self.open_store = open_store
        self.rubrics = RubricTexts(_no_rubric)
        self.calls = AnsweredCalls(open_store)
        self.time = AT
        for login, role, agent_id in (
            ("amy", UserRole.AGENT, "A201"),
            ("an", UserRole.AGENT, "A101"),
            ("sun", UserRole.SUPERVISOR, None),
            ("sam", UserRole.SUPERVISOR, None),
            ("ada", UserRole.ADMIN, None),
            ("otto", UserRole.OPERATOR, None),
        ):
            self.calls.person(login, role, agent_id)
        self.call = self.calls.call("c1", "A201", OUTCOMES, critical=("privacy",))

    def now(self) -> datetime:
        return self.time

    def who(self, login: str) -> Actor:
        return actor_of(self.calls.users[login])

    def raise_one(
        self,
        criterion: str = "farewell",
        login: str = "amy",
        reason: str = "听 0:58",
        seen: str = "",
    ) -> str:
        return disputes.raise_dispute(
            self.open_store,
            self.rubrics,
            self,
            self.who(login),
            self.call,
            criterion=criterion,
            reason=reason,
            seen=seen or self.feedback("amy").stands.token,
            window=WEEK,
        )

    def decide(
        self,
        dispute: str,
        login: str = "sam",
        choice: str = "pass",
        reason: str = "heard it",
        seen: str | None = None,
    ) -> DisputeState:
        if seen is None:
            with self.open_store() as unit:
                seen = unit.calls.detail(self.call).version or ""
        return disputes.decide(
            self.open_store,
            self.rubrics,
            self,
            self.who(login),
            dispute,
            choice=choice,
            reason=reason,
            seen=seen,
        ).state

    def withdraw(self, dispute: str, login: str = "amy") -> None:
        disputes.withdraw(self.open_store, self, self.who(login), dispute)

    def feedback(self, login: str, call: str | None = None) -> Feedback:
        return feedback(
            self.open_store, self.rubrics, self, self.who(login), call or self.call, window=WEEK
        )

    def opened(self, dispute: str, login: str) -> DisputeView:
        return open_dispute(self.open_store, self.rubrics, self.who(login), dispute)

    def reply(self, login: str, text: str) -> None:
        responses.reply(self.open_store, self.rubrics, self, self.who(login), self.call, text=text)

    def acknowledge(self, login: str, seen: str | None = None) -> None:
        responses.acknowledge(
            self.open_store,
            self.rubrics,
            self,
            self.who(login),
            self.call,
            seen=self.feedback("amy").stands.token if seen is None else seen,
        )

    def task(self) -> TaskState | None:
        with self.open_store() as unit:
            found = unit.tasks.of_call(self.call)
        return found.state if found else None

    def score(self) -> float | None:
        with self.open_store() as unit:
            current = unit.reviews.current(self.call)
        return current.score if current else None


@pytest.fixture
def house(open_store: SqlUnitOfWorkFactory) -> House:
    return House(open_store)


# --- raising -----------------------------------------------------------------------------------


def test_an_objection_puts_the_call_into_the_queue_and_tells_programs(house: House) -> None:
    with house.open_store(writes=True) as unit:
        hook = unit.webhooks.add(
            "https://example.com/hook",
            {Event.DISPUTE_OPENED},
            "secret",
            created_by=house.calls.users["ada"].id,
            at=AT,
        )
        unit.commit()
    public_id = house.raise_one()
    assert house.task() is TaskState.DISPUTED
    with house.open_store() as unit:
        raised = unit.answers.dispute(public_id)
        task = unit.tasks.of_call(house.call)
        told = unit.webhooks.deliveries(hook.public_id, limit=10)
    assert (raised.state, raised.contested, raised.review) == (DisputeState.OPEN, FAIL, None)
    assert task
    assert task.due_at == AT + WEEK
    assert [each.event for each in told] == ["dispute.opened"]


@pytest.mark.parametrize(
    ("login", "error"),
    [("an", NotFound), ("sun", NotAllowed), ("ada", NotAllowed), ("otto", NotAllowed)],
)
def test_only_the_calls_own_agent_objects(house: House, login: str, error: type) -> None:
    with pytest.raises(error):
        house.raise_one(login=login)
    assert house.task() is None


@pytest.mark.parametrize("who", [VISITOR, CONSOLE])
def test_who_has_no_account_objects_to_nothing(house: House, who: Actor) -> None:
    with pytest.raises(NotAllowed):
        disputes.raise_dispute(
            house.open_store,
            house.rubrics,
            house,
            who,
            house.call,
            criterion="farewell",
            reason="no",
            seen="",
            window=WEEK,
        )


@pytest.mark.parametrize("reason", ["", " \n ", "x" * (REASON_LIMIT + 1)])
def test_an_objection_needs_a_reason_within_its_limit(house: House, reason: str) -> None:
    with pytest.raises(InputInvalid) as fault:
        house.raise_one(reason=reason)
    assert fault.value.field == "reason"
    assert house.task() is None


def test_an_objection_after_the_deadline_is_late(house: House) -> None:
    house.time = AT + WEEK + HOUR
    with pytest.raises(NotDisputable) as refused:
        house.raise_one()
    assert refused.value.obstacle is Obstacle.LATE
    house.calls.review("c1", "sun", {"farewell": FAIL}, at=house.time)
    house.raise_one()


def test_a_second_objection_to_the_same_criterion_is_refused(house: House) -> None:
    house.raise_one()
    with pytest.raises(NotDisputable) as refused:
        house.raise_one()
    assert refused.value.obstacle is Obstacle.OPEN
    house.raise_one("privacy")


@pytest.mark.parametrize("criterion", ["greeting", "thanks"])
def test_what_cost_nothing_is_not_objected_to(house: House, criterion: str) -> None:
    with pytest.raises(NotDisputable) as refused:
        house.raise_one(criterion)
    assert refused.value.obstacle is Obstacle.NOTHING_LOST


def test_a_criterion_that_the_scorecard_has_not_is_not_found(house: House) -> None:
    with pytest.raises(NotFound):
        house.raise_one("no-such-criterion")


def test_an_objection_to_a_score_that_changed_meanwhile_is_not_sent(house: House) -> None:
    seen = house.feedback("amy").stands.token
    house.calls.review("c1", "sun", {"farewell": FAIL})
    with pytest.raises(ScoreChanged):
        house.raise_one(seen=seen)
    reviewed = house.feedback("amy").stands.token
    house.calls.call("c1", "A201", OUTCOMES, fingerprint="f2")
    with pytest.raises(ScoreChanged):
        house.raise_one(seen=reviewed)
    house.raise_one()


def test_an_objection_taken_back_leaves_the_queue_and_can_be_raised_again(house: House) -> None:
    first = house.raise_one()
    with pytest.raises(NotFound):
        house.withdraw(first, "an")
    house.withdraw(first)
    assert house.task() is None
    with pytest.raises(DisputeClosed):
        house.withdraw(first)
    house.raise_one()


def test_the_call_stays_in_the_queue_while_another_objection_is_open(house: House) -> None:
    first, second = house.raise_one(), house.raise_one("privacy")
    house.withdraw(first)
    assert house.task() is TaskState.DISPUTED
    house.decide(second)
    assert house.task() is None


# --- deciding ----------------------------------------------------------------------------------


def test_a_decision_counts_at_once_and_keeps_what_others_decided(house: House) -> None:
    house.calls.review("c1", "sun", {"privacy": PASS, "farewell": FAIL, "greeting": PASS})
    assert house.score() == pytest.approx(66.7)
    dispute = house.raise_one()
    house.time += HOUR
    assert house.decide(dispute) is DisputeState.CHANGED
    with house.open_store() as unit:
        current = unit.reviews.current(house.call)
        settled = unit.answers.dispute(dispute)
    assert current
    assert current.purpose is Purpose.DISPUTE
    assert current.reviewer.name == "Sam"
    assert current.score == 100
    by = {each.criterion: (each.outcome, each.by) for each in current.decisions}
    assert by["farewell"] == (PASS, None)
    assert by["privacy"][0] is PASS
    assert by["privacy"][1]
    assert by["privacy"][1].name == "Sun"
    assert settled.decision_review == current.public_id
    assert settled.decided_at == current.submitted_at == house.time
    assert house.task() is None


def test_a_verdict_that_is_upheld_stands_and_is_the_last_word(house: House) -> None:
    house.calls.review("c1", "sun", {"farewell": FAIL})
    dispute = house.raise_one()
    house.time += HOUR
    assert house.decide(dispute, choice="fail") is DisputeState.UPHELD
    house.time += HOUR
    with pytest.raises(NotDisputable) as refused:
        house.raise_one()
    assert refused.value.obstacle is Obstacle.DECIDED
    point = house.feedback("amy").point("farewell")
    assert point
    assert point.dispute
    assert point.dispute.decision_reason == "heard it"
    house.time += HOUR
    house.calls.review("c1", "sun", {"farewell": FAIL}, at=house.time)
    house.raise_one()


def test_the_first_reviewer_never_decides(house: House) -> None:
    house.calls.review("c1", "sun", {"farewell": FAIL})
    dispute = house.raise_one()
    with pytest.raises(NotImpartial) as refused:
        house.decide(dispute, "sun")
    assert refused.value.why is Bar.OWN_REVIEW
    assert house.opened(dispute, "sun").bar is Bar.OWN_REVIEW
    assert house.decide(dispute, "ada") is DisputeState.CHANGED


def test_somebody_who_reviews_while_the_dispute_is_open_does_not_decide_it(house: House) -> None:
    dispute = house.raise_one()
    house.calls.review("c1", "sam", {"farewell": FAIL}, at=AT + HOUR)
    with pytest.raises(NotImpartial):
        house.decide(dispute, "sam")
    assert house.task() is TaskState.DISPUTED
    assert house.decide(dispute, "sun") is DisputeState.CHANGED


def test_who_decided_one_criterion_may_decide_the_next_of_the_same_call(house: House) -> None:
    house.calls.review("c1", "sun", {"farewell": FAIL, "privacy": FAIL})
    first, second = house.raise_one(), house.raise_one("privacy")
    house.time += HOUR
    house.decide(first)
    house.time += HOUR
    house.decide(second, choice="fail")
    third = house.feedback("amy").point("farewell")
    assert third
    assert third.final.outcome is PASS
    assert house.score() == pytest.approx(66.7)


@pytest.mark.parametrize("login", ["amy", "an", "otto"])
def test_whose_role_never_decides_neither_sees_nor_decides(house: House, login: str) -> None:
    dispute = house.raise_one()
    with pytest.raises(NotAllowed):
        house.opened(dispute, login)
    with pytest.raises(NotAllowed):
        house.decide(dispute, login)
    with pytest.raises(NotAllowed):
        list_disputes(
            house.open_store, house.rubrics, house.who(login), DisputeQuery(), window=WEEK
        )


@pytest.mark.parametrize(
    ("choice", "reason", "field"),
    [
        ("", "heard it", "choice"),
        ("level-0", "heard it", "choice"),
        ("pass", " ", "reason"),
        ("pass", "x" * (REASON_LIMIT + 1), "reason"),
    ],
)
def test_a_decision_needs_an_outcome_and_a_reason(
    house: House, choice: str, reason: str, field: str
) -> None:
    dispute = house.raise_one()
    with pytest.raises(InputInvalid) as fault:
        house.decide(dispute, choice=choice, reason=reason)
    assert fault.value.field == field
    assert house.score() is None


def test_two_who_decide_at_once_are_told_apart(house: House) -> None:
    dispute = house.raise_one()
    house.decide(dispute)
    with pytest.raises(DisputeClosed) as told:
        house.decide(dispute, "ada", choice="fail")
    assert told.value.state is DisputeState.CHANGED
    assert told.value.decided_by == house.calls.users["sam"].id
    assert house.score() == pytest.approx(66.7)


def test_what_was_taken_back_meanwhile_is_not_decided(house: House) -> None:
    dispute = house.raise_one()
    house.withdraw(dispute)
    with pytest.raises(DisputeClosed) as told:
        house.decide(dispute)
    assert told.value.state is DisputeState.WITHDRAWN
    assert house.score() is None


def test_a_call_scored_anew_is_looked_at_again_before_it_is_decided(house: House) -> None:
    dispute = house.raise_one()
    with house.open_store() as unit:
        seen = unit.calls.detail(house.call).version
    house.calls.call("c1", "A201", OUTCOMES, fingerprint="f2")
    with pytest.raises(ScoreChanged):
        house.decide(dispute, seen=seen)
    view = house.opened(dispute, "sam")
    assert not view.dispute.current
    assert view.view
    assert house.decide(dispute) is DisputeState.CHANGED
    assert house.score() == pytest.approx(66.7)


def test_a_criterion_that_is_gone_can_only_be_closed(house: House) -> None:
    dispute = house.raise_one()
    house.calls.call("c1", "A201", {"greeting": PASS}, fingerprint="f2")
    view = house.opened(dispute, "sam")
    assert view.view is None
    assert view.options == ()
    assert house.decide(dispute, choice="", reason="scored anew") is DisputeState.CHANGED
    with house.open_store() as unit:
        settled = unit.answers.dispute(dispute)
        assert unit.reviews.current(house.call) is None
    assert settled.outcome is None
    assert settled.decided_by
    assert house.task() is None


# --- blind -------------------------------------------------------------------------------------


def test_who_decides_learns_nothing_of_the_first_reviewer_before_it_is_done(house: House) -> None:
    house.calls.review("c1", "sun", {"farewell": FAIL})
    dispute = house.raise_one()
    view = house.opened(dispute, "sam")
    assert view.blind
    assert view.decidable
    assert view.first is None
    assert view.dispute.contested is None
    assert view.dispute.review is None
    assert not view.dispute.reviewers
    assert "Sun" not in repr(view)
    listed = list_disputes(
        house.open_store, house.rubrics, house.who("sam"), DisputeQuery(), window=WEEK
    )
    assert "Sun" not in repr(listed)
    assert listed.rows[0].dispute.contested is None
    house.decide(dispute)
    after = house.opened(dispute, "sam")
    assert not after.blind
    assert after.first
    assert after.first.reviewer.name == "Sun"
    assert after.dispute.contested is FAIL


def test_the_first_reviewer_sees_the_dispute_and_its_outcome(house: House) -> None:
    house.calls.review("c1", "sun", {"farewell": FAIL})
    dispute = house.raise_one()
    before = house.opened(dispute, "sun")
    assert not before.blind
    assert not before.decidable
    house.decide(dispute)
    after = house.opened(dispute, "sun")
    assert after.dispute.decision_reason == "heard it"
    assert after.dispute.decided_by
    assert after.dispute.decided_by.name == "Sam"


def test_feedback_waits_for_who_may_still_decide(house: House) -> None:
    house.calls.review("c1", "sun", {"farewell": FAIL})
    dispute = house.raise_one()
    with pytest.raises(DecideFirst) as first:
        house.feedback("sam")
    assert first.value.dispute == dispute
    assert house.feedback("sun").disputes[0].dispute.public_id == dispute
    assert house.feedback("amy").disputes[0].dispute.public_id == dispute
    house.decide(dispute)
    assert house.feedback("sam").disputes[0].dispute.state is DisputeState.CHANGED


# --- lists -------------------------------------------------------------------------------------


def test_the_list_says_what_waits_for_whom_and_how_often_verdicts_fall(house: House) -> None:
    house.calls.review("c1", "sun", {"farewell": FAIL, "privacy": FAIL})
    house.decide(house.raise_one())
    house.raise_one("privacy")

    def listed(login: str, query: DisputeQuery) -> tuple[list[Bar | None], int]:
        found = list_disputes(house.open_store, house.rubrics, house.who(login), query, window=WEEK)
        assert [(o.criterion, o.decided, o.changed) for o in found.overturned] == [
            ("farewell", 1, 1)
        ]
        assert found.pages == 1
        return [row.bar for row in found.rows], found.query.page

    assert listed("sam", DisputeQuery()) == ([None], 1)
    assert listed("sun", DisputeQuery()) == ([Bar.OWN_REVIEW], 1)
    assert listed("sam", DisputeQuery(None, page=7)) == ([None, None], 1)


# --- responses ---------------------------------------------------------------------------------


def test_reading_is_noted_once_and_again_after_the_score_changed(house: House) -> None:
    house.acknowledge("amy")
    house.acknowledge("amy")
    assert house.feedback("amy").read_at == AT
    assert [each.kind for each in house.feedback("amy").thread] == [ResponseKind.READ]
    house.time = AT + HOUR
    house.calls.review("c1", "sun", {"farewell": FAIL}, at=house.time)
    assert house.feedback("amy").read_at is None
    house.acknowledge("amy")
    assert house.feedback("amy").read_at == house.time


@pytest.mark.parametrize(("login", "error"), [("an", NotFound), ("sun", NotAllowed)])
def test_only_the_calls_own_agent_says_that_they_read_it(
    house: House, login: str, error: type
) -> None:
    with pytest.raises(error):
        house.acknowledge(login)


def test_what_changed_meanwhile_was_not_read(house: House) -> None:
    with pytest.raises(ScoreChanged):
        house.acknowledge("amy", seen="something else")
    assert house.feedback("amy").read_at is None


def test_agent_and_supervisor_talk_in_one_thread(house: House) -> None:
    house.reply("amy", " 为什么？\r\nwhy ")
    house.reply("amy", "为什么？\nwhy")
    house.reply("sun", "听 0:58")
    house.reply("amy", "为什么？\nwhy")
    thread = house.feedback("amy").thread
    assert [(each.author.name, each.text) for each in thread] == [
        ("Amy", "为什么？\nwhy"),
        ("Sun", "听 0:58"),
        ("Amy", "为什么？\nwhy"),
    ]


@pytest.mark.parametrize("text", ["", "x" * (REPLY_LIMIT + 1)])
def test_a_reply_has_words_within_its_limit(house: House, text: str) -> None:
    with pytest.raises(InputInvalid) as fault:
        house.reply("amy", text)
    assert fault.value.field == "text"


def test_a_thread_is_full_one_day(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    assert THREAD_LIMIT > 2
    monkeypatch.setattr(responses, "THREAD_LIMIT", 2)
    house.reply("amy", "one")
    house.reply("amy", "two")
    with pytest.raises(Exception, match="entries under it"):
        house.reply("amy", "three")


def test_nobody_answers_calls_of_others_or_calls_without_a_score(house: House) -> None:
    with pytest.raises(CallNotFound):
        house.reply("an", "why")
    with pytest.raises(CallNotFound):
        house.feedback("amy", "no-such-call")


# --- feedback ----------------------------------------------------------------------------------


def test_at_most_two_points_and_the_critical_one_first(house: House) -> None:
    shown = house.feedback("amy")
    assert [point.id for point in shown.went_well] == ["greeting"]
    assert {point.id for point in shown.to_improve} == {"farewell", "privacy"}
    assert not shown.stands.review
    call = house.calls.call(
        "c2",
        "A201",
        {"a": FAIL, "b": FAIL, "privacy": FAIL, "c": PASS, "d": PASS, "e": PASS, "f": PASS},
        critical=("privacy",),
    )
    many = house.feedback("amy", call)
    assert [point.id for point in many.to_improve] == ["privacy", "a"]
    assert len(many.costly) == 3
    assert len(many.went_well) == 3
    assert many.passed == 4


def test_feedback_says_who_may_object_and_until_when(house: House) -> None:
    shown = house.feedback("amy")
    assert shown.disputable
    assert shown.until == AT + WEEK
    assert not shown.late
    assert not house.feedback("sun").disputable
    house.time = AT + WEEK + HOUR
    late = house.feedback("amy")
    assert late.late
    assert {point.obstacle for point in late.costly} == {Obstacle.LATE}

"""Tokens, webhooks and the lists that programs page through, on either kind of database."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from qa.domain.access import Scope
from qa.domain.call import CallRecord
from qa.domain.errors import CallNotFound, NotFound
from qa.domain.feed import CallFilter, ReviewFilter
from qa.domain.records import Refusal
from qa.domain.review import Basis
from qa.domain.webhook import Claimed, DeliveryState, Event
from qa.domain.wording import Reason
from qa.interop.webhook_http import HttpSender
from qa.services.review_program import (
    KEPT,
    KeyReused,
    RequestKey,
    SentDecision,
    SentReview,
    submit_by_program,
)
from qa.services.review_state import Change, ReviewChanged
from qa.services.webhooks import deliver_due
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.integration.review_lab import AT, UNSURE, Lab, choose

LATER = AT + timedelta(minutes=15)


@pytest.fixture
def lab(open_store: SqlUnitOfWorkFactory) -> Lab:
    return Lab(open_store)


def user_id(lab: Lab, login: str) -> int:
    found = lab.actors[login].user_id
    assert found is not None
    return found


# --- tokens --------------------------------------------------------------------------------------------


def test_a_token_is_found_by_its_hash_and_ended_by_its_owner(lab: Lab) -> None:
    sun, sam = user_id(lab, "sun"), user_id(lab, "sam")
    with lab.open_store(writes=True) as unit:
        token = unit.tokens.add(
            sun,
            name="夜间导出",
            token_hash="ab" * 32,
            scopes={Scope.WRITE_REVIEWS, Scope.READ_CALLS},
            at=AT,
            expires_at=LATER,
        )
        unit.tokens.used(token.public_id, at=AT)
        unit.commit()
    with lab.open_store(writes=True) as unit:
        assert unit.tokens.with_hash("cd" * 32) is None
        found = unit.tokens.with_hash("ab" * 32)
        assert found
        stored, owner = found
        assert (owner, stored.name, stored.last_used_at) == (sun, "夜间导出", AT)
        assert stored.scopes == {Scope.WRITE_REVIEWS, Scope.READ_CALLS}
        with pytest.raises(NotFound):
            unit.tokens.revoke(sam, stored.public_id, at=LATER)
        unit.tokens.revoke(sun, stored.public_id, at=LATER)
        assert unit.tokens.of_user(sam) == ()
        assert [each.revoked_at for each in unit.tokens.of_user(sun)] == [LATER]


def test_a_request_is_remembered_for_its_user_until_it_is_old(lab: Lab) -> None:
    sun, sam = user_id(lab, "sun"), user_id(lab, "sam")
    with lab.open_store(writes=True) as unit:
        unit.tokens.remember(sun, "key", digest="d", result="r", at=AT)
        assert unit.tokens.remembered(sun, "key") == ("d", "r")
        assert unit.tokens.remembered(sam, "key") is None
        unit.tokens.forget_requests_before(AT)
        assert unit.tokens.remembered(sun, "key")
        unit.tokens.forget_requests_before(LATER)
        assert unit.tokens.remembered(sun, "key") is None


# --- webhooks ------------------------------------------------------------------------------------------


def add_hook(lab: Lab, *events: Event, url: str = "https://example.com/") -> str:
    with lab.open_store(writes=True) as unit:
        hook = unit.webhooks.add(
            url, events, "secret", created_by=user_id(lab, "ada"), at=lab.clock.now()
        )
        unit.commit()
    return hook.public_id


def announce(lab: Lab, times: int = 1) -> None:
    with lab.open_store(writes=True) as unit:
        for number in range(times):
            unit.webhooks.announce("review.submitted", {"number": number}, at=lab.clock.now())
        unit.commit()


def test_an_address_counts_what_waits_and_what_was_given_up(lab: Lab) -> None:
    first, second = (add_hook(lab, Event.REVIEW_SUBMITTED, url=f"https://{n}/") for n in "ab")
    add_hook(lab, Event.DISPUTE_OPENED, url="https://c/")
    announce(lab, 3)
    with lab.open_store(writes=True) as unit:
        one, two, _ = (each for each in unit.webhooks.claim(AT, until=LATER, each=9)[:3])
        unit.webhooks.failed(one, Reason("webhook.refused", {"status": 500}), next_at=None)
        unit.webhooks.delivered(two, at=AT)
        unit.commit()
    with lab.open_store() as unit:
        counts = [(each.waiting, each.given_up) for each in unit.webhooks.every()]
        assert counts == [(1, 1), (3, 0), (0, 0)]
        assert unit.webhooks.webhook(first).waiting == 1
        newest = unit.webhooks.deliveries(first, limit=2)
        assert [each.payload["number"] for each in newest] == [2, 1]
        last = unit.webhooks.deliveries(first, limit=9)[-1]
        assert (last.state, last.error) == (
            DeliveryState.GIVEN_UP,
            Reason("webhook.refused", {"status": 500}),
        )
        assert unit.webhooks.webhook(second).given_up == 0


def test_what_is_claimed_is_claimed_once_whoever_asks_at_the_same_time(lab: Lab) -> None:
    add_hook(lab, Event.REVIEW_SUBMITTED)
    announce(lab, 40)
    claimed: list[Claimed] = []
    ready = threading.Barrier(4)

    def claim() -> None:
        ready.wait()
        for _ in range(4):
            with lab.open_store(writes=True) as unit:
                mine = unit.webhooks.claim(AT, until=LATER, each=5)
                unit.commit()
            claimed.extend(mine)

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [each.delivery.public_id for each in claimed]
    assert len(ids) == len(set(ids)) == 40


def test_the_oldest_is_tried_first_and_a_removed_address_takes_its_messages_along(
    lab: Lab,
) -> None:
    hook = add_hook(lab, Event.REVIEW_SUBMITTED)
    announce(lab, 3)
    with lab.open_store(writes=True) as unit:
        due = unit.webhooks.claim(AT, until=LATER, each=2)
        assert [each.delivery.payload["number"] for each in due] == [0, 1]
        unit.webhooks.remove(hook)
        unit.webhooks.delivered(due[0], at=AT)
        assert not unit.webhooks.any_due(LATER)
        with pytest.raises(NotFound):
            unit.webhooks.delivery(due[0].delivery.public_id)
        unit.commit()


def test_looking_for_work_takes_no_writers_lock(lab: Lab, engine: Engine) -> None:
    add_hook(lab, Event.REVIEW_SUBMITTED)
    asked: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        deliver_due(lab.open_store, HttpSender(), lab.clock)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert [each for each in asked if "deliveries" in each]
    assert not [each for each in asked if "IMMEDIATE" in each or "advisory" in each]


# --- lists ---------------------------------------------------------------------------------------------


def refuse(lab: Lab, *call_ids: str) -> None:
    """Write calls that could not be scored, of agent A7."""
    with lab.open_store(writes=True) as unit:
        run = unit.runs.begin(AT)
        for call_id in call_ids:
            record = CallRecord(call_id, agent_id="A7")
            refusal = Refusal(record, f"{call_id}.wav", None, "f", Reason("recording.empty"))
            unit.calls.add_refusal(refusal, run_id=run, at=AT)
        unit.commit()


def test_calls_are_paged_in_the_order_in_which_they_came(lab: Lab) -> None:
    refuse(lab, "c5", "c3", "c4")
    with lab.open_store() as unit:
        everything = CallFilter()
        first = unit.feed.calls(everything, after=None, limit=3)
        assert [row.record.call_id for row in first.entries] == ["c1", "c5", "c3"]
        rest = unit.feed.calls(everything, after=first.following, limit=3)
        assert [row.record.call_id for row in rest.entries] == ["c4"]
        assert rest.following is None
        exact = unit.feed.calls(everything, after=None, limit=4)
        assert (len(exact.entries), exact.following) == (4, None)
        of_one = unit.feed.calls(CallFilter(agent_id="A7"), after=lab.call, limit=9)
        assert [row.record.call_id for row in of_one.entries] == ["c5", "c3", "c4"]
        assert unit.feed.call(lab.call) == first.entries[0]
        with pytest.raises(CallNotFound):
            unit.feed.call("nothing")
        with pytest.raises(NotFound):
            unit.feed.calls(everything, after="nothing", limit=1)


def test_reviews_are_paged_in_the_order_of_their_submission(lab: Lab) -> None:
    sent = SentReview(lab_basis(lab, lab.call), {}, leave_open=True)
    expected = []
    for who in ("sun", "sam", "ada"):
        lab.clock.wait(minutes=1)
        filed = submit_by_program(
            lab.open_store, lab.rubrics, lab.clock, lab.actors[who], lab.call, sent=sent
        )
        expected.append(filed.entry.review.public_id)
        sent = SentReview(lab_basis(lab, lab.call), {}, note=f"after {who}", leave_open=True)
    with lab.open_store() as unit:
        anything = ReviewFilter()
        first = unit.feed.reviews(anything, after=None, limit=2)
        assert [each.review.public_id for each in first.entries] == expected[:2]
        rest = unit.feed.reviews(anything, after=first.following, limit=2)
        assert [each.review.public_id for each in rest.entries] == expected[2:]
        assert [each.review.is_current for each in rest.entries] == [True]
        since = ReviewFilter(since=AT + timedelta(minutes=2))
        assert len(unit.feed.reviews(since, after=None, limit=9).entries) == 2
        for agent_id, found in (("A201", 3), ("A7", 0)):
            of_one = unit.feed.reviews(ReviewFilter(agent_id=agent_id), after=None, limit=9)
            assert len(of_one.entries) == found
        with pytest.raises(NotFound):
            unit.feed.reviews(anything, after="nothing", limit=1)


# --- reviews by programs -------------------------------------------------------------------------------


def lab_basis(lab: Lab, call: str) -> Basis:
    with lab.open_store() as unit:
        version = unit.calls.detail(call).version
        current = unit.reviews.current(call)
    assert version
    return Basis(version, current.public_id if current else None)


def submit(lab: Lab, who: str, sent: SentReview, key: RequestKey | None = None) -> str:
    filed = submit_by_program(
        lab.open_store, lab.rubrics, lab.clock, lab.actors[who], lab.call, sent=sent, key=key
    )
    return f"{filed.entry.review.public_id} {'again' if filed.repeated else 'new'}"


def test_a_key_is_remembered_with_the_review_and_forgotten_after_a_week(lab: Lab) -> None:
    sent = SentReview(lab_basis(lab, lab.call), {}, leave_open=True)
    key = RequestKey("k", "digest")
    made = submit(lab, "sun", sent, key).split()[0]
    assert submit(lab, "sun", sent, key) == f"{made} again"
    with pytest.raises(KeyReused):
        submit(lab, "sun", sent, RequestKey("k", "other"))
    lab.clock.wait(days=KEPT.days, seconds=1)
    changed = SentReview(
        lab_basis(lab, lab.call), {"greeting": SentDecision("fail", "No name.")}, leave_open=True
    )
    assert submit(lab, "sam", changed, RequestKey("k", "digest")).endswith("new")
    with lab.open_store() as unit:
        assert unit.tokens.remembered(user_id(lab, "sun"), "k") is None


def test_an_own_draft_is_replaced_only_by_who_names_its_revision(lab: Lab) -> None:
    lab.save("sun", lab.form("sun", {"greeting": choose(UNSURE, "Not sure.")}))
    sent = SentReview(lab_basis(lab, lab.call), {}, leave_open=True)
    with pytest.raises(ReviewChanged) as caught:
        submit(lab, "sun", sent)
    assert caught.value.change is Change.SAVED
    draft = caught.value.draft
    assert draft
    replaced = SentReview(sent.basis, {}, revision=draft.revision, leave_open=True)
    assert submit(lab, "sun", replaced).endswith("new")


def test_two_programs_at_once_make_one_review_of_the_same_request(lab: Lab) -> None:
    sent = SentReview(lab_basis(lab, lab.call), {}, leave_open=True)
    results: list[str] = []
    ready = threading.Barrier(3)

    def run() -> None:
        ready.wait()
        results.append(submit(lab, "sun", sent, RequestKey("k", "digest")))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.split()[1] for each in results) == ["again", "again", "new"]
    assert len({each.split()[0] for each in results}) == 1

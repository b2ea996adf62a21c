"""Who is told of what happens here: a real receiver on this machine, and what the store keeps of each message."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qa import bootstrap
from qa.bootstrap.outbox import delivering
from qa.config import Settings
from qa.domain.access import CONSOLE, Actor, Scope, actor_of
from qa.domain.errors import InputInvalid, NotAllowed, NotFound
from qa.domain.people import Account, UserRole
from qa.domain.webhook import (
    BACKOFF,
    MAX_ATTEMPTS,
    SIGNATURE_HEADER,
    TEST_EVENT,
    Delivery,
    DeliveryState,
    Event,
    next_attempt,
    signature,
)
from qa.domain.wording import Reason, render
from qa.interop.webhook_http import HttpSender
from qa.ports import UnitOfWorkFactory
from qa.ports.programs import Undelivered
from qa.services import webhooks
from qa.services.webhooks import Tally, deliver_due, webhook_history
from tests.unit.receiver import Receiver, drip, hang_up, noise, receiving, silence, status

START = datetime(2026, 3, 2, 1, 14, tzinfo=UTC)
REVIEW = {"call": "kXv", "score": 81.5, "agent_id": "A201"}
QUICK = HttpSender(timeout_s=0.4)
"""For what never answers; whatever answers gets the time that a busy machine takes."""
PATIENT = HttpSender(timeout_s=30.0)


class Hands:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True)
class Office:
    """An installation with an admin and one address that is told of reviews: a receiver on this machine."""

    open_store: UnitOfWorkFactory
    clock: Hands
    ada: Actor
    receiver: Receiver
    hook: webhooks.Added

    def announce(self, event: str = "review.submitted", **payload: object) -> None:
        with self.open_store(writes=True) as unit:
            unit.webhooks.announce(event, {**REVIEW, **payload}, at=self.clock.now())
            unit.commit()

    def messages(self) -> tuple[Delivery, ...]:
        """What was or is to be sent to it, the newest first."""
        return webhook_history(self.open_store, self.ada, self.hook.webhook.public_id).deliveries

    def deliver(self, sender: HttpSender = PATIENT) -> Tally:
        return deliver_due(self.open_store, sender, self.clock)

    def add(self, url: str, *events: str) -> webhooks.Added:
        return webhooks.add_webhook(
            self.open_store, QUICK, self.ada, self.clock, url=url, events=events
        )


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an admin and nothing else, to copy from."""
    home = tmp_path_factory.mktemp("webhooks") / "var"
    with bootstrap.unit_of_work(Settings(home=home))(writes=True) as unit:
        unit.people.add_user(Account("ada", "Ada", UserRole.ADMIN), at=START)
        unit.commit()
    return home


@pytest.fixture
def office(empty_home: Path, tmp_path: Path) -> Iterator[Office]:
    home = tmp_path / "var"
    shutil.copytree(empty_home, home)
    open_store = bootstrap.unit_of_work(Settings(home=home))
    with open_store() as unit:
        (user,) = unit.people.everybody()
    ada, clock = actor_of(user), Hands()
    with receiving() as receiver:
        hook = webhooks.add_webhook(
            open_store, QUICK, ada, clock, url=receiver.url, events=["review.submitted"]
        )
        yield Office(open_store, clock, ada, receiver, hook)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


def verified(headers: Mapping[str, str], body: bytes, secret: str) -> bool:
    """What a receiver does, written from the documentation alone."""
    fields = dict(part.split("=", 1) for part in headers[SIGNATURE_HEADER].split(","))
    signed = fields["t"].encode() + b"." + body
    return hmac.compare_digest(
        hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest(), fields["v1"]
    )


# --- what is sent ------------------------------------------------------------------------------------


def test_a_message_arrives_signed_with_what_happened(office: Office) -> None:
    office.announce(note="评分")
    office.clock.at += timedelta(seconds=9)
    assert office.deliver() == Tally(delivered=1)
    (got,) = office.receiver.got
    assert got.path == "/hook?from=qa"
    assert got.headers["Content-Type"] == "application/json"
    assert got.headers["X-CallQA-Event"] == "review.submitted"
    assert verified(got.headers, got.body, office.hook.secret)
    assert not verified(got.headers, got.body + b" ", office.hook.secret)
    assert not verified(got.headers, got.body, office.hook.secret + "0")
    assert f"t={int(office.clock.at.timestamp())}," in got.headers[SIGNATURE_HEADER]
    assert json.loads(got.body) == {
        "id": got.headers["X-CallQA-Delivery"],
        "type": "review.submitted",
        "created_at": "2026-03-02T01:14:00+00:00",
        "data": {**REVIEW, "note": "评分"},
    }


def test_a_signature_is_the_one_that_stripes_scheme_gives() -> None:
    at = datetime.fromtimestamp(1_700_000_000.9, UTC)
    expected = hmac.new(b"cqs_k", b'1700000000.{"a":1}', "sha256").hexdigest()
    assert signature("cqs_k", b'{"a":1}', at) == f"t=1700000000,v1={expected}"


def test_only_who_wants_an_event_is_told_and_only_once(office: Office) -> None:
    office.announce("dispute.opened")
    office.announce()
    assert office.deliver() == Tally(delivered=1)
    assert office.deliver() == Tally()
    assert len(office.receiver.got) == 1
    (delivery,) = office.messages()
    assert (delivery.state, delivery.attempts, delivery.delivered_at) == (
        DeliveryState.DELIVERED,
        1,
        office.clock.at,
    )


def test_what_did_not_become_true_is_told_to_nobody(office: Office) -> None:
    with office.open_store(writes=True) as unit:
        assert unit.webhooks.wanted("review.submitted")
        assert not unit.webhooks.wanted("dispute.opened")
        unit.webhooks.announce("review.submitted", REVIEW, at=office.clock.now())
    assert office.deliver() == Tally()
    assert office.receiver.got == []


# --- what goes wrong ---------------------------------------------------------------------------------


def test_a_message_that_was_refused_arrives_at_the_next_try_unchanged(office: Office) -> None:
    office.receiver.script[:] = [status(500), status(200)]
    office.announce()
    assert office.deliver() == Tally(failed=1)
    (delivery,) = office.messages()
    assert delivery.error == Reason("webhook.refused", {"status": 500})
    assert delivery.next_at == START + timedelta(minutes=1)
    office.clock.at += timedelta(seconds=59)
    assert office.deliver() == Tally()
    office.clock.at += timedelta(seconds=1)
    assert office.deliver() == Tally(delivered=1)
    first, second = office.receiver.got
    assert first.body == second.body
    assert first.headers[SIGNATURE_HEADER] != second.headers[SIGNATURE_HEADER]
    assert verified(second.headers, second.body, office.hook.secret)
    (delivery,) = office.messages()
    assert (delivery.state, delivery.error) == (DeliveryState.DELIVERED, None)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (status(302, Location="/elsewhere"), Reason("webhook.redirected", {"status": 302})),
        (status(404), Reason("webhook.refused", {"status": 404})),
        (silence, Reason("webhook.slow", {"timeout_s": 0.4})),
        (drip, Reason("webhook.slow", {"timeout_s": 0.4})),
        (noise, Reason("webhook.garbled")),
        (hang_up, Reason("webhook.unreachable")),
    ],
)
def test_an_answer_that_is_no_yes_is_none_and_is_said(
    answer: Callable[..., None], reason: Reason, receiver: Receiver
) -> None:
    receiver.script[:] = [answer]
    began = time.monotonic()
    with pytest.raises(Undelivered) as caught:
        (QUICK if reason.code == "webhook.slow" else PATIENT).post(receiver.url, b"{}", {})
    assert caught.value.reason == reason
    assert time.monotonic() - began < 15
    assert [got.path for got in receiver.got] == ["/hook?from=qa"]
    assert render(reason, "zh") != render(reason, "en")


def test_nobody_at_home_is_said() -> None:
    with receiving() as gone:
        url = gone.url
    with pytest.raises(Undelivered) as caught:
        PATIENT.post(url, b"{}", {})
    assert caught.value.reason.code == "webhook.unreachable"


def test_a_host_that_has_no_address_is_said() -> None:
    with pytest.raises(Undelivered) as caught:
        HttpSender(plain_http=True).post(f"http://{'n' * 64}.invalid/", b"{}", {})
    assert caught.value.reason.code == "webhook.unresolved"


def test_who_speaks_no_tls_gets_nothing(receiver: Receiver) -> None:
    with pytest.raises(Undelivered) as caught:
        QUICK.post(receiver.url.replace("http:", "https:"), b"{}", {})
    assert caught.value.reason.code in {"webhook.unreachable", "webhook.slow"}
    assert receiver.got == []


def test_a_message_is_given_up_after_twelve_tries_within_three_days(office: Office) -> None:
    office.receiver.script[:] = [status(503)]
    office.announce()
    waits = []
    for _ in range(MAX_ATTEMPTS - 1):
        assert office.deliver() == Tally(failed=1)
        due = office.messages()[0].next_at
        assert due is not None
        waits.append(due - office.clock.at)
        office.clock.at = due
    assert office.deliver() == Tally(given_up=1)
    assert len(office.receiver.got) == MAX_ATTEMPTS == 12
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (timedelta(minutes=1), timedelta(hours=24))
    (delivery,) = office.messages()
    assert (delivery.state, delivery.attempts) == (DeliveryState.GIVEN_UP, 12)
    listed = webhooks.list_webhooks(office.open_store, office.ada)[0]
    assert (listed.waiting, listed.given_up) == (0, 1)


def test_each_wait_is_longer_and_the_last_has_none_after_it() -> None:
    assert list(BACKOFF) == sorted(set(BACKOFF))
    assert next_attempt(1, START) == START + BACKOFF[0]
    assert next_attempt(MAX_ATTEMPTS, START) is None


def test_an_address_that_is_down_is_knocked_at_once_and_the_rest_keeps_its_tries(
    office: Office,
) -> None:
    office.receiver.script[:] = [status(503)]
    for _ in range(5):
        office.announce()
    assert office.deliver() == Tally(failed=1)
    assert len(office.receiver.got) == 1
    assert [each.attempts for each in office.messages()] == [0, 0, 0, 0, 1]
    office.receiver.script[:] = [status(204)]
    office.clock.at += timedelta(minutes=1)
    assert office.deliver() == Tally(delivered=5)


def test_one_address_that_is_down_does_not_hold_up_another(office: Office) -> None:
    office.receiver.script[:] = [silence]
    with receiving() as other:
        webhooks.add_webhook(
            office.open_store,
            QUICK,
            office.ada,
            office.clock,
            url=other.url,
            events=["review.submitted"],
        )
        for _ in range(30):
            office.announce()
        assert office.deliver(HttpSender(timeout_s=2.0)) == Tally(delivered=30, failed=2)
        assert len(other.got) == 30


# --- who delivers ------------------------------------------------------------------------------------


def test_a_message_is_claimed_by_one_process_until_its_time_is_over(office: Office) -> None:
    office.announce()
    until = office.clock.at + timedelta(minutes=15)

    def claim(now: datetime) -> int:
        with office.open_store(writes=True) as unit:
            claimed = unit.webhooks.claim(now, until=until, each=20)
            unit.commit()
        return len(claimed)

    assert claim(office.clock.at) == 1
    assert claim(office.clock.at) == 0
    assert claim(until - timedelta(seconds=1)) == 0
    assert claim(until) == 1


def test_who_comes_back_late_changes_nothing_of_what_another_process_took_over(
    office: Office,
) -> None:
    office.announce()
    with office.open_store(writes=True) as unit:
        (late,) = unit.webhooks.claim(office.clock.at, until=office.clock.at, each=1)
        (now,) = unit.webhooks.claim(
            office.clock.at, until=office.clock.at + timedelta(hours=1), each=1
        )
        unit.webhooks.failed(late, Reason("webhook.unreachable"), next_at=None)
        unit.commit()
    (delivery,) = office.messages()
    assert (delivery.state, delivery.attempts, delivery.error) == (DeliveryState.WAITING, 2, None)
    with office.open_store(writes=True) as unit:
        unit.webhooks.delivered(now, at=office.clock.at)
        unit.commit()
    assert office.messages()[0].state is DeliveryState.DELIVERED


def test_messages_are_delivered_while_the_app_is_served(office: Office) -> None:
    with delivering(office.open_store, PATIENT, office.clock, every_s=0.02):
        office.announce()
        office.announce()
        deadline = time.monotonic() + 60
        while len(office.receiver.got) < 2 and time.monotonic() < deadline:
            time.sleep(0.02)
    assert len(office.receiver.got) == 2
    office.announce()
    time.sleep(0.1)
    assert len(office.receiver.got) == 2


def test_old_messages_are_forgotten_unless_they_wait(office: Office) -> None:
    office.receiver.script[:] = [status(200), status(500)]
    office.announce()
    office.announce()
    office.deliver()
    office.clock.at += timedelta(days=30)
    webhooks.forget_old(office.open_store, office.clock)
    assert len(office.messages()) == 2
    office.clock.at += timedelta(seconds=1)
    webhooks.forget_old(office.open_store, office.clock)
    assert [each.state for each in office.messages()] == [DeliveryState.WAITING]


def test_no_log_repeats_an_address_a_secret_or_a_message(
    caplog: pytest.LogCaptureFixture, office: Office
) -> None:
    caplog.set_level(logging.DEBUG)
    office.receiver.script[:] = [status(500)]
    office.announce(note="what nobody may read")
    office.deliver()
    assert "webhook.refused" in caplog.text
    for secret in (office.receiver.url, office.hook.secret, "what nobody may read"):
        assert secret not in caplog.text


# --- what an admin does ------------------------------------------------------------------------------


def test_a_test_message_is_sent_once_and_says_what_became_of_it(office: Office) -> None:
    office.receiver.script[:] = [status(200), status(500)]
    public_id = office.hook.webhook.public_id
    sent = webhooks.send_test(office.open_store, PATIENT, office.ada, office.clock, public_id)
    assert (sent.event, sent.state) == (TEST_EVENT, DeliveryState.DELIVERED)
    assert verified(office.receiver.got[0].headers, office.receiver.got[0].body, office.hook.secret)
    failed = webhooks.send_test(office.open_store, PATIENT, office.ada, office.clock, public_id)
    assert failed.state is DeliveryState.GIVEN_UP
    office.clock.at += timedelta(days=2)
    assert office.deliver() == Tally()


def test_a_message_can_be_sent_again_whatever_became_of_it(office: Office) -> None:
    office.announce()
    office.deliver()
    again = webhooks.send_again(
        office.open_store, office.ada, office.clock, office.messages()[0].public_id
    )
    assert again == office.hook.webhook.public_id
    assert office.deliver() == Tally(delivered=1)
    assert office.receiver.got[0].body == office.receiver.got[1].body


def test_a_paused_address_is_told_of_nothing_new_and_what_waited_goes_on_afterwards(
    office: Office,
) -> None:
    def switch(*, active: bool) -> None:
        webhooks.change_webhook(
            office.open_store,
            office.ada,
            office.hook.webhook.public_id,
            events=["review.submitted"],
            active=active,
        )

    office.announce(at="before")
    switch(active=False)
    office.announce(at="meanwhile")
    assert office.deliver() == Tally()
    switch(active=True)
    assert office.deliver() == Tally(delivered=1)
    assert json.loads(office.receiver.got[0].body)["data"]["at"] == "before"


def test_a_removed_address_takes_its_messages_along(office: Office) -> None:
    office.announce()
    for _ in range(2):
        webhooks.remove_webhook(office.open_store, office.ada, office.hook.webhook.public_id)
    assert office.deliver() == Tally()
    assert webhooks.list_webhooks(office.open_store, office.ada) == ()
    with pytest.raises(NotFound):
        webhook_history(office.open_store, office.ada, office.hook.webhook.public_id)


@pytest.mark.parametrize("role", [UserRole.SUPERVISOR, UserRole.AGENT, UserRole.OPERATOR, None])
def test_nobody_but_an_admin_touches_webhooks(role: UserRole | None, office: Office) -> None:
    asking = Actor(7, "somebody", role, agent_id="A1")
    public_id = office.hook.webhook.public_id
    acts: list[Callable[[], object]] = [
        lambda: webhooks.list_webhooks(office.open_store, asking),
        lambda: webhook_history(office.open_store, asking, public_id),
        lambda: webhooks.add_webhook(
            office.open_store,
            QUICK,
            asking,
            office.clock,
            url=office.receiver.url,
            events=["review.submitted"],
        ),
        lambda: webhooks.change_webhook(
            office.open_store, asking, public_id, events=[], active=False
        ),
        lambda: webhooks.remove_webhook(office.open_store, asking, public_id),
        lambda: webhooks.send_again(office.open_store, asking, office.clock, "x"),
        lambda: webhooks.send_test(office.open_store, PATIENT, asking, office.clock, public_id),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_a_token_of_an_admin_touches_no_webhooks(office: Office) -> None:
    program = Actor(office.ada.user_id, "ada", UserRole.ADMIN, scopes=frozenset(Scope))
    with pytest.raises(NotAllowed):
        webhooks.list_webhooks(office.open_store, program)
    assert len(webhooks.list_webhooks(office.open_store, CONSOLE)) == 1


# --- where messages may go ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "webhook.not_an_address"),
        ("example.com/hook", "webhook.not_an_address"),
        ("ftp://example.com/hook", "webhook.not_an_address"),
        ("https:///hook", "webhook.not_an_address"),
        ("https://example.com:99999/", "webhook.not_an_address"),
        ("https://[::1/", "webhook.not_an_address"),
        ("https://例子.com/", "webhook.not_an_address"),
        ("https://example.com/a b", "webhook.not_an_address"),
        ("https://example.com/\r\nX-Evil: 1", "webhook.not_an_address"),
        ("https://example.com/" + "a" * 500, "webhook.not_an_address"),
        ("https://ada:secret@example.com/", "webhook.holds_password"),
        ("https://example.com/#part", "webhook.holds_password"),
        ("http://example.com/hook", "webhook.not_https"),
        ("http://10.0.0.7/hook", "webhook.not_https"),
        ("https://169.254.169.254/latest/meta-data/", "webhook.forbidden"),
        ("https://[::ffff:169.254.169.254]/", "webhook.forbidden"),
        ("https://[fe80::1]/", "webhook.forbidden"),
        ("https://[fd00:ec2::254]/", "webhook.forbidden"),
        ("https://100.100.100.200/", "webhook.forbidden"),
        ("https://0.0.0.0/", "webhook.forbidden"),
        ("https://224.0.0.1/", "webhook.forbidden"),
        ("https://255.255.255.255/", "webhook.forbidden"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(url: str, code: str) -> None:
    reason = QUICK.check(url)
    assert reason is not None
    assert reason.code == code
    assert render(reason, "zh") != render(reason, "en")
    with pytest.raises(Undelivered) as caught:
        QUICK.post(url, b"{}", {})
    assert caught.value.reason == reason


def test_an_address_that_was_refused_is_not_stored(office: Office) -> None:
    with pytest.raises(InputInvalid) as caught:
        office.add("http://example.com/hook", "review.submitted")
    assert (caught.value.field, caught.value.reason.code) == ("url", "webhook.not_https")
    assert webhooks.list_webhooks(office.open_store, office.ada) == (office.hook.webhook,)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "https://example.com:8443/hook?key=1",
        "https://10.1.2.3/hook",
        "https://[fd12::7]/hook",
        "http://localhost:9000/hook",
        "http://127.0.0.1:9000/hook",
        "http://[::1]:9000/hook",
    ],
)
def test_an_address_of_the_company_or_of_this_machine_is_taken(url: str) -> None:
    assert QUICK.check(url) is None


def test_settings_allow_what_is_refused_otherwise() -> None:
    free = HttpSender(plain_http=True, any_address=True)
    assert free.check("http://example.com/hook") is None
    assert free.check("http://169.254.169.254/hook") is None


def test_a_name_that_points_to_a_forbidden_address_gets_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "qa.interop.webhook_http.socket.getaddrinfo",
        lambda *_, **__: [(2, 1, 6, "", ("169.254.169.254", 443))],
    )
    with pytest.raises(Undelivered) as caught:
        QUICK.post("https://metadata.example/", b"{}", {})
    assert caught.value.reason == Reason("webhook.forbidden", {"address": "169.254.169.254"})


def test_a_name_is_looked_up_once_and_what_was_looked_at_is_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(receiver.url.split(":")[2].partition("/")[0])
    asked: list[str] = []

    def look_up(host: str, *_: object, **__: object) -> list[object]:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 or host == "127.0.0.1" else "169.254.169.254"
        return [(2, 1, 6, "", (address, port))]

    monkeypatch.setattr("qa.interop.webhook_http.socket.getaddrinfo", look_up)
    HttpSender(plain_http=True).post(f"http://changing.example:{port}/hook", b"{}", {})
    assert receiver.got[0].headers["Host"] == f"changing.example:{port}"
    assert asked.count("changing.example") == 1


@pytest.mark.parametrize("events", [[], ["call.deleted"], ["webhook.test"]])
def test_events_that_do_not_exist_are_refused(events: list[str], office: Office) -> None:
    with pytest.raises(InputInvalid) as caught:
        office.add("https://example.com/", *events)
    assert caught.value.field == "events"


def test_there_are_so_many_webhooks_and_no_more(
    monkeypatch: pytest.MonkeyPatch, office: Office
) -> None:
    monkeypatch.setattr(webhooks, "MOST_WEBHOOKS", 1)
    with pytest.raises(InputInvalid) as caught:
        office.add("https://example.com/", Event.REVIEW_SUBMITTED)
    assert caught.value.reason.code == "webhook.too_many"


def test_a_form_that_is_sent_twice_adds_one_address(office: Office) -> None:
    with pytest.raises(InputInvalid) as caught:
        office.add(office.receiver.url, Event.REVIEW_SUBMITTED)
    assert (caught.value.field, caught.value.reason.code) == ("url", "webhook.there")
    assert len(webhooks.list_webhooks(office.open_store, office.ada)) == 1

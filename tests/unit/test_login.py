"""Logging in, staying logged in and ending it, over a real store."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from qa.domain.access import CONSOLE, VISITOR, actor_of
from qa.domain.errors import (
    InputInvalid,
    NotAllowed,
    NotFound,
    StoreUnavailable,
    TryLater,
)
from qa.domain.people import Client, UserRole
from qa.domain.throttle import ACCOUNT, ADDRESS, HERE
from qa.identity.passwords import Argon2Passwords
from qa.ports import UnitOfWork
from qa.services import accounts, login
from tests.unit import people_lab
from tests.unit.people_lab import PASSWORD, Place

ELSEWHERE = Client("203.0.113.9", "curl")


def fail(place: Place, login_: str = "sun", client: Client = people_lab.HERE) -> None:
    with pytest.raises(InputInvalid):
        place.log_in(login_, "wrong password", client)


def wait_of(place: Place, login_: str = "sun", client: Client = people_lab.HERE) -> int:
    """Seconds that the next attempt has to wait; it must have to."""
    with pytest.raises(TryLater) as caught:
        place.log_in(login_, PASSWORD, client)
    return caught.value.wait_s


# --- in ------------------------------------------------------------------------------------------


def test_a_login_lets_in_who_it_belongs_to(place: Place) -> None:
    user = place.add("sun", UserRole.AGENT, agent_id="A7")
    logged_in = place.log_in(" SUN ")
    asking = place.resolve(logged_in.token)
    assert asking is not None
    assert asking.user == user
    assert asking.actor == actor_of(user)
    assert (asking.actor.role, asking.actor.agent_id) == (UserRole.AGENT, "A7")
    assert asking.session.client == people_lab.HERE


def test_each_login_has_a_token_of_its_own_and_the_store_keeps_none(
    place: Place, tmp_path: Path
) -> None:
    place.add("sun")
    tokens = {place.log_in("sun").token for _ in range(3)}
    assert len(tokens) == 3
    assert all(len(token) == 43 for token in tokens)
    kept = b"".join(path.read_bytes() for path in (tmp_path / "var").iterdir() if path.is_file())
    assert not any(token.encode() in kept for token in tokens)
    assert PASSWORD.encode() not in kept


@pytest.mark.parametrize(
    "token", ["", "x", "A" * 43, "\x00", "\ud800", "'; DROP TABLE sessions; --", "x" * 100_000]
)
def test_a_token_that_nobody_was_given_stands_for_nobody(place: Place, token: str) -> None:
    place.add("sun")
    assert place.resolve(token) is None


def test_unknown_wrong_disabled_and_without_password_are_told_the_same(place: Place) -> None:
    place.add("sun")
    place.add("sam", password=None)
    gone = place.add("gus")
    accounts.set_active(place.open_store, CONSOLE, place.clock, gone.public_id, active=False)
    told = set()
    for login_, password in [
        ("nobody", PASSWORD),
        ("sun", "wrong password"),
        ("sun", ""),
        ("sun", "x" * 1_000_000),
        ("sam", ""),
        ("gus", PASSWORD),
        ("\ud800", PASSWORD),
        ("x" * 10_000, PASSWORD),
    ]:
        with pytest.raises(InputInvalid) as caught:
            place.log_in(login_, password)
        told.add((caught.value.field, caught.value.reason.code, caught.value.message))
    assert len(told) == 1


def test_a_password_is_hashed_for_an_unknown_login_too(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = []
    check = PasswordHasher.verify
    monkeypatch.setattr(
        PasswordHasher, "verify", lambda *args: checked.append(args) or check(*args)
    )
    place.add("sun")
    fail(place, "sun")
    fail(place, "nobody")
    assert len(checked) == 2


def test_a_hash_of_weaker_parameters_is_renewed_when_its_owner_logs_in(place: Place) -> None:
    place.add("sun")
    before = _hash_of(place, "sun")
    place.log_in("sun")
    assert _hash_of(place, "sun") == before
    place.passwords = Argon2Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    place.log_in("sun")
    renewed = _hash_of(place, "sun")
    assert "m=16,t=2,p=1" in renewed
    place.log_in("sun")
    assert _hash_of(place, "sun") == renewed


def test_a_password_that_changed_while_it_was_checked_lets_nobody_in(place: Place) -> None:
    user = place.add("sun")

    class Slow(Argon2Passwords):
        def check(self, password: str, stored: str | None) -> bool:
            with place.open_store(writes=True) as unit:
                unit.people.set_password(user.id, self.hash("another one"), at=None)
                unit.commit()
            return super().check(password, stored)

    place.passwords = Slow(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with pytest.raises(InputInvalid):
        place.log_in("sun")


def test_an_account_that_was_disabled_while_its_password_was_checked_lets_nobody_in(
    place: Place,
) -> None:
    user = place.add("sun")

    class Slow(Argon2Passwords):
        def check(self, password: str, stored: str | None) -> bool:
            accounts.set_active(
                place.open_store, CONSOLE, place.clock, user.public_id, active=False
            )
            return super().check(password, stored)

    place.passwords = Slow(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with pytest.raises(InputInvalid):
        place.log_in("sun")


# --- staying in ----------------------------------------------------------------------------------


def test_a_login_ends_when_it_was_idle_for_too_long(place: Place) -> None:
    place.add("sun")
    token = place.log_in("sun").token
    place.clock.wait(hours=7, minutes=59)
    assert place.resolve(token) is not None
    place.clock.wait(hours=7, minutes=59)
    assert place.resolve(token) is not None
    place.clock.wait(hours=8)
    assert place.resolve(token) is None


def test_a_login_ends_after_a_week_however_busy_it_was(place: Place) -> None:
    place.add("sun")
    token = place.log_in("sun").token
    for _ in range(7 * 24 - 1):
        place.clock.wait(hours=1)
        assert place.resolve(token) is not None
    place.clock.wait(hours=1)
    assert place.resolve(token) is None


def test_a_shorter_limit_holds_for_those_who_are_in_already(place: Place) -> None:
    place.add("sun")
    token = place.log_in("sun").token
    place.clock.wait(hours=2)
    place.rules = login.SessionRules(idle=timedelta(hours=8), longest=timedelta(hours=2))
    assert place.resolve(token) is None


def test_the_use_of_a_login_is_written_at_most_once_a_minute(place: Place) -> None:
    place.add("sun")
    token = place.log_in("sun").token
    written = 0
    opened = place.open_store

    def counting(*, writes: bool = False) -> UnitOfWork:
        nonlocal written
        written += writes
        return opened(writes=writes)

    place.open_store = counting
    for _ in range(59):
        place.clock.wait(seconds=1)
        place.resolve(token)
    assert written == 0
    place.clock.wait(seconds=1)
    assert place.resolve(token) is not None
    place.resolve(token)
    assert written == 1


def test_a_page_is_shown_although_the_store_is_busy(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    place.add("sun")
    token = place.log_in("sun").token
    place.clock.wait(minutes=2)
    opened = place.open_store

    def busy(*, writes: bool = False) -> UnitOfWork:
        if writes:
            raise StoreUnavailable("the database cannot be used: locked")
        return opened(writes=False)

    place.open_store = busy
    assert place.resolve(token) is not None
    assert "was not written down" in caplog.text
    assert token not in caplog.text


# --- out -----------------------------------------------------------------------------------------


def test_logging_out_ends_this_login_alone(place: Place) -> None:
    place.add("sun")
    one, other = place.log_in("sun").token, place.log_in("sun").token
    login.log_out(place.open_store, place.clock, one)
    login.log_out(place.open_store, place.clock, one)
    login.log_out(place.open_store, place.clock, "never given")
    assert place.resolve(one) is None
    assert place.resolve(other) is not None


def test_somebody_sees_and_ends_their_own_logins(place: Place) -> None:
    place.add("sun")
    place.clock.wait(minutes=5)
    one, other = place.log_in("sun"), place.log_in("sun", client=ELSEWHERE)
    actor = place.actor("sun")
    listed = login.sessions(place.open_store, actor, place.clock, place.rules)
    assert [session.client for session in listed[:2]] == [ELSEWHERE, people_lab.HERE]
    login.end_session(place.open_store, actor, place.clock, other.session.public_id)
    assert place.resolve(other.token) is None
    assert place.resolve(one.token) is not None
    assert login.end_sessions(place.open_store, actor, place.clock, but=one.session.id) == 1
    assert login.sessions(place.open_store, actor, place.clock, place.rules) == (one.session,)


def test_what_is_over_is_not_listed(place: Place) -> None:
    place.add("sun")
    place.log_in("sun")
    place.clock.wait(hours=9)
    actor = place.actor("sun")
    assert login.sessions(place.open_store, actor, place.clock, place.rules) == ()


def test_an_admin_sees_and_ends_anybodys_logins(place: Place) -> None:
    place.add("ada", UserRole.ADMIN)
    sun = place.add("sun")
    opened = place.log_in("sun")
    ada = place.actor("ada")
    listed = login.sessions(place.open_store, ada, place.clock, place.rules, sun.public_id)
    assert opened.session in listed
    login.end_session(place.open_store, ada, place.clock, opened.session.public_id)
    assert place.resolve(opened.token) is None
    again = place.log_in("sun")
    assert login.end_sessions(place.open_store, ada, place.clock, sun.public_id) == 2
    assert place.resolve(again.token) is None


def test_nobody_else_reaches_somebodys_logins(place: Place) -> None:
    ada = place.add("ada", UserRole.ADMIN)
    place.add("sun")
    opened = place.log_in("ada")
    sun = place.actor("sun")
    for public_id in (opened.session.public_id, "no-such-login"):
        with pytest.raises(NotFound):
            login.end_session(place.open_store, sun, place.clock, public_id)
    with pytest.raises(NotAllowed):
        login.sessions(place.open_store, sun, place.clock, place.rules, ada.public_id)
    with pytest.raises(NotAllowed):
        login.end_sessions(place.open_store, sun, place.clock, ada.public_id)
    for nobody in (VISITOR, CONSOLE):
        with pytest.raises(NotAllowed):
            login.sessions(place.open_store, nobody, place.clock, place.rules)
    assert place.resolve(opened.token) is not None


def test_accounts_exist_once_there_is_one(place: Place) -> None:
    assert not login.accounts_exist(place.open_store)
    place.add("sun", password=None)
    assert login.accounts_exist(place.open_store)


# --- who guesses ---------------------------------------------------------------------------------


def test_a_few_mistakes_cost_nothing_and_more_cost_time(place: Place) -> None:
    place.add("sun")
    for _ in range(HERE.free):
        fail(place)
    assert wait_of(place) == 1
    place.clock.wait(seconds=1)
    fail(place)
    assert wait_of(place) == 2
    place.clock.wait(seconds=2)
    assert place.log_in("sun").user.login == "sun"
    for _ in range(HERE.free):
        fail(place)
    assert wait_of(place) == 1


def test_what_is_refused_for_coming_too_soon_costs_no_further_time(place: Place) -> None:
    place.add("sun")
    for _ in range(HERE.free):
        fail(place)
    for _ in range(50):
        assert wait_of(place) == 1
    place.clock.wait(seconds=1)
    assert place.log_in("sun").user.login == "sun"


def test_who_guesses_from_many_addresses_is_slowed_and_the_owner_is_not(place: Place) -> None:
    place.add("sun")  # who chose the password from HERE
    for number in range(200):
        stranger = Client(f"203.0.113.{number}")
        place.clock.wait(seconds=1)
        try:
            fail(place, client=stranger)
        except TryLater:
            continue
    assert wait_of(place, client=ELSEWHERE) > 60
    assert place.log_in("sun", client=people_lab.HERE).user.login == "sun"


def test_who_guesses_many_accounts_from_one_address_is_slowed_and_its_people_are_not(
    place: Place,
) -> None:
    place.add("sun")
    for number in range(ADDRESS.free):
        fail(place, f"user{number}")
    assert wait_of(place, "user99") == 1
    assert place.log_in("sun").user.login == "sun"


def test_the_worst_wait_for_a_known_address_is_five_minutes(place: Place) -> None:
    place.add("sun")
    for _ in range(30):
        fail(place)
        place.clock.wait(minutes=5)
    fail(place)
    assert wait_of(place) == 300
    place.clock.wait(minutes=5)
    assert place.log_in("sun").user.login == "sun"


def test_a_one_time_link_goes_past_every_wait(place: Place) -> None:
    user = place.add("sun")
    for _ in range(HERE.free):
        fail(place)
    assert wait_of(place) == 1
    place.accept(place.invite(user), "a new lantern 7")
    assert place.log_in("sun", "a new lantern 7").user.login == "sun"


def test_logins_that_do_not_exist_are_slowed_alike(place: Place) -> None:
    for _ in range(HERE.free):
        fail(place, "nobody")
    assert wait_of(place, "nobody") == 1


def test_guesses_at_the_same_moment_are_all_counted(place: Place) -> None:
    place.add("sun")

    def guess(_number: int) -> str:
        try:
            place.log_in("sun", "wrong password", ELSEWHERE)
        except TryLater:
            return "later"
        except InputInvalid:
            return "wrong"
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))
    assert answers.count("wrong") == HERE.free
    assert answers.count("later") == 24 - HERE.free


def test_failures_of_long_ago_are_not_kept(place: Place, tmp_path: Path) -> None:
    fail(place, "nobody")
    place.clock.wait(days=2)
    fail(place, "somebody")
    with closing(sqlite3.connect(tmp_path / "var" / "callqa.sqlite")) as database:
        (kept,) = database.execute("SELECT count(*) FROM login_attempts").fetchone()
    assert kept == 3  # the three keys of the second


def test_the_ceiling_of_an_account_leaves_few_guesses_a_day() -> None:
    # NIST SP 800-63B-4, 3.2.2 asks for no more than 100 failures in a row without a pause.
    assert ACCOUNT.free + timedelta(days=1) / ACCOUNT.ceiling < 110


def _hash_of(place: Place, login_: str) -> str:
    with place.open_store() as unit:
        stored = unit.people.password_hash(place.user(login_).id)
    assert stored is not None
    return stored

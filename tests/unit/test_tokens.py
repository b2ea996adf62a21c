"""Users' keys for programs: what they let in, for whom, and for how long."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from qa import bootstrap
from qa.config import Settings
from qa.domain.access import CONSOLE, Action, Actor, Scope, actor_of, may
from qa.domain.api_token import new_secret
from qa.domain.errors import (
    InputInvalid,
    NotAllowed,
    NotFound,
    StoreUnavailable,
    TokenRefused,
)
from qa.domain.people import Account, User, UserRole
from qa.domain.wording import render
from qa.ports import UnitOfWork, UnitOfWorkFactory
from qa.services import tokens
from qa.services.tokens import Issued, bearer, issue_token, offered, own_tokens, revoke_token

START = datetime(2026, 3, 2, 1, 14, tzinfo=UTC)


class Hands:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def wait(self, **how_long: float) -> None:
        self.at += timedelta(**how_long)


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with nothing in it, to copy from."""
    home = tmp_path_factory.mktemp("tokens") / "var"
    bootstrap.unit_of_work(Settings(home=home))
    return home


@pytest.fixture
def settings(empty_home: Path, tmp_path: Path) -> Settings:
    shutil.copytree(empty_home, tmp_path / "var")
    return Settings(home=tmp_path / "var")


@pytest.fixture
def open_store(settings: Settings) -> UnitOfWorkFactory:
    return bootstrap.unit_of_work(settings)


@pytest.fixture
def hire(open_store: UnitOfWorkFactory) -> Callable[..., User]:
    def hire(login: str, role: UserRole, agent_id: str | None = None) -> User:
        with open_store(writes=True) as unit:
            user = unit.people.add_user(Account(login, login, role, agent_id=agent_id), at=START)
            unit.commit()
        return user

    return hire


@pytest.fixture
def sun(hire: Callable[..., User]) -> User:
    return hire("sun", UserRole.SUPERVISOR)


@pytest.fixture
def issue(open_store: UnitOfWorkFactory, clock: Hands) -> Callable[..., Issued]:
    def issue(user: User, *scopes: Scope, name: str = "nightly", days: int = 30) -> Issued:
        return issue_token(open_store, actor_of(user), clock, name=name, scopes=scopes, days=days)

    return issue


def refused(open_store: UnitOfWorkFactory, clock: Hands, secret: str) -> str:
    with pytest.raises(TokenRefused) as caught:
        bearer(open_store, clock, secret)
    assert not secret or secret not in str(caught.value)
    return caught.value.reason.code


def change(open_store: UnitOfWorkFactory, act: Callable[[UnitOfWork], None]) -> None:
    with open_store(writes=True) as unit:
        act(unit)
        unit.commit()


def test_a_token_stands_for_its_owner_with_no_more_than_its_scopes(
    open_store: UnitOfWorkFactory, clock: Hands, sun: User, issue: Callable[..., Issued]
) -> None:
    actor = bearer(open_store, clock, issue(sun, Scope.READ_CALLS).secret)
    assert actor == Actor(sun.id, "sun", UserRole.SUPERVISOR, scopes=frozenset({Scope.READ_CALLS}))
    assert may(actor, Action.SEE_CALLS)
    assert not may(actor, Action.REVIEW)
    assert not may(actor, Action.USE_ACCOUNT)


def test_only_the_hash_of_a_token_is_in_the_database(
    settings: Settings, sun: User, issue: Callable[..., Issued]
) -> None:
    secret = issue(sun, Scope.READ_CALLS).secret
    assert secret.startswith("cqa_")
    engine = bootstrap.engine(settings)
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT * FROM api_tokens")).one()
    engine.dispose()
    assert secret not in repr(stored)
    assert secret.removeprefix("cqa_") not in repr(stored)


def test_two_tokens_are_never_alike() -> None:
    assert len({new_secret() for _ in range(100)}) == 100


@pytest.mark.parametrize(
    "secret", ["", "cqa_", "cqa_" + "0" * 64, "x" * 5_000, "cqa_\ud800", "cqa_" + "0" * 64 + "\n"]
)
def test_a_token_that_was_never_made_lets_nobody_in(
    open_store: UnitOfWorkFactory, clock: Hands, sun: User, secret: str
) -> None:
    assert refused(open_store, clock, secret) == "token.unknown"


def test_a_token_ends_with_its_time(
    open_store: UnitOfWorkFactory, clock: Hands, sun: User, issue: Callable[..., Issued]
) -> None:
    secret = issue(sun, Scope.READ_CALLS, days=7).secret
    clock.wait(days=7, seconds=-1)
    bearer(open_store, clock, secret)
    clock.wait(seconds=1)
    assert refused(open_store, clock, secret) == "token.expired"


def test_a_revoked_token_ends_at_once_and_stays_in_the_list(
    open_store: UnitOfWorkFactory, clock: Hands, sun: User, issue: Callable[..., Issued]
) -> None:
    issued = issue(sun, Scope.READ_CALLS)
    revoke_token(open_store, actor_of(sun), clock, issued.token.public_id)
    clock.wait(minutes=5)
    revoke_token(open_store, actor_of(sun), clock, issued.token.public_id)
    assert refused(open_store, clock, issued.secret) == "token.revoked"
    (listed,) = own_tokens(open_store, actor_of(sun))
    assert listed.revoked_at == START


def test_a_disabled_owner_and_a_changed_role_take_effect_at_once(
    open_store: UnitOfWorkFactory, clock: Hands, sun: User, issue: Callable[..., Issued]
) -> None:
    secret = issue(sun, Scope.READ_CALLS, Scope.WRITE_REVIEWS).secret
    changed = replace(sun.account, role=UserRole.AGENT, agent_id="A201")
    change(open_store, lambda unit: unit.people.change_user(sun.id, changed) and None)
    actor = bearer(open_store, clock, secret)
    assert (actor.role, actor.agent_id) == (UserRole.AGENT, "A201")
    assert not may(actor, Action.REVIEW)
    change(open_store, lambda unit: unit.people.set_active(sun.id, active=False))
    assert refused(open_store, clock, secret) == "token.owner_disabled"


@pytest.mark.parametrize(
    ("role", "scopes"),
    [
        (UserRole.ADMIN, set(Scope)),
        (UserRole.SUPERVISOR, set(Scope)),
        (UserRole.AGENT, {Scope.READ_CALLS, Scope.READ_REVIEWS}),
        (UserRole.OPERATOR, {Scope.READ_METRICS}),
    ],
)
def test_nobody_can_give_a_token_what_they_may_not_do_themselves(
    role: UserRole, scopes: set[Scope], hire: Callable[..., User], issue: Callable[..., Issued]
) -> None:
    user = hire("who", role, "A1")
    assert set(offered(actor_of(user))) == scopes
    for scope in set(Scope) - scopes:
        with pytest.raises(InputInvalid) as caught:
            issue(user, scope)
        assert (caught.value.field, caught.value.reason.code) == ("scopes", "form.not_a_choice")


def test_the_use_of_a_token_is_written_down_once_a_minute(
    open_store: UnitOfWorkFactory, clock: Hands, sun: User, issue: Callable[..., Issued]
) -> None:
    secret = issue(sun, Scope.READ_CALLS).secret

    def used() -> datetime | None:
        bearer(open_store, clock, secret)
        return own_tokens(open_store, actor_of(sun))[0].last_used_at

    assert own_tokens(open_store, actor_of(sun))[0].last_used_at is None
    assert used() == START
    clock.wait(seconds=59)
    assert used() == START
    clock.wait(seconds=1)
    assert used() == START + timedelta(minutes=1)


def test_a_store_that_is_busy_does_not_turn_a_token_away(
    open_store: UnitOfWorkFactory, clock: Hands, sun: User, issue: Callable[..., Issued]
) -> None:
    secret = issue(sun, Scope.READ_CALLS).secret

    def reads_only(*, writes: bool = False) -> UnitOfWork:
        if writes:
            raise StoreUnavailable("the database is locked")
        return open_store()

    assert bearer(reads_only, clock, secret).user_id == sun.id


def test_a_token_is_seen_and_ended_by_its_owner_alone(
    open_store: UnitOfWorkFactory,
    clock: Hands,
    sun: User,
    hire: Callable[..., User],
    issue: Callable[..., Issued],
) -> None:
    issued = issue(sun, Scope.READ_CALLS)
    other = actor_of(hire("sam", UserRole.SUPERVISOR))
    assert own_tokens(open_store, other) == ()
    with pytest.raises(NotFound):
        revoke_token(open_store, other, clock, issued.token.public_id)
    bearer(open_store, clock, issued.secret)


def test_a_token_makes_no_tokens(
    open_store: UnitOfWorkFactory, clock: Hands, sun: User, issue: Callable[..., Issued]
) -> None:
    program = bearer(open_store, clock, issue(sun, *Scope).secret)
    for asking in (program, CONSOLE):
        with pytest.raises(NotAllowed):
            issue_token(open_store, asking, clock, name="more", scopes=["calls:read"], days=30)
        with pytest.raises(NotAllowed):
            own_tokens(open_store, asking)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"name": " "}, ("name", "form.required")),
        ({"name": "n" * 101}, ("name", "form.too_long")),
        ({"name": "a\u202eb"}, ("name", "user.unprintable")),
        ({"scopes": []}, ("scopes", "token.no_scope")),
        ({"scopes": ["calls:erase"]}, ("scopes", "form.not_a_choice")),
        ({"days": 9_999}, ("days", "form.not_a_choice")),
    ],
)
def test_what_cannot_be_taken_names_its_field(
    given: dict[str, Any],
    fault: tuple[str, str],
    open_store: UnitOfWorkFactory,
    clock: Hands,
    sun: User,
) -> None:
    asked = {"name": "nightly", "scopes": ["calls:read"], "days": 30, **given}
    with pytest.raises(InputInvalid) as caught:
        issue_token(open_store, actor_of(sun), clock, **asked)
    assert (caught.value.field, caught.value.reason.code) == fault
    assert render(caught.value.reason, "zh") != render(caught.value.reason, "en")
    assert own_tokens(open_store, actor_of(sun)) == ()


def test_a_person_has_so_many_tokens_and_no_more_until_one_ends(
    open_store: UnitOfWorkFactory,
    clock: Hands,
    sun: User,
    issue: Callable[..., Issued],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tokens, "MOST_TOKENS", 2)
    first = issue(sun, Scope.READ_CALLS)
    issue(sun, Scope.READ_CALLS, name="second")
    with pytest.raises(InputInvalid) as caught:
        issue(sun, Scope.READ_CALLS, name="third")
    assert caught.value.reason.code == "token.too_many"
    revoke_token(open_store, actor_of(sun), clock, first.token.public_id)
    issue(sun, Scope.READ_CALLS)


def test_a_form_that_is_sent_twice_makes_one_token(
    open_store: UnitOfWorkFactory, sun: User, issue: Callable[..., Issued]
) -> None:
    issue(sun, Scope.READ_CALLS)
    with pytest.raises(InputInvalid) as caught:
        issue(sun, Scope.READ_CALLS)
    assert caught.value.reason.code == "token.name_taken"
    assert len(own_tokens(open_store, actor_of(sun))) == 1

"""People, logins, links and saved lists in both databases, one transaction at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from qa.domain.errors import InputInvalid, NotFound, TryLater
from qa.domain.people import Account, Client, Failures, Person, UserRole
from qa.domain.throttle import HERE
from qa.services import accounts, login
from qa.store.unit_of_work import SqlUnitOfWorkFactory
from tests.unit import people_lab
from tests.unit.people_lab import PASSWORD, Place

NOW = datetime(2026, 3, 2, 1, 14, tzinfo=UTC)
AMY = Account("amy", "艾米", UserRole.AGENT, None, "A201", "zh", "Asia/Shanghai")
SUN = Account("sun", "Sun", UserRole.SUPERVISOR)
ADA = Account("ada", "Ada", UserRole.ADMIN)
FROM = Client("2001:db8::1", "Firefox 🦊" + "x" * 400)


@pytest.fixture
def place(open_store: SqlUnitOfWorkFactory) -> Place:
    """An installation with nobody in it."""
    return Place(open_store)


def test_people_come_back_as_they_were_entered(open_store: SqlUnitOfWorkFactory) -> None:
    with open_store(writes=True) as unit:
        assert not unit.people.has_accounts()
        team = unit.people.add_team("售后一组", at=NOW)
        amy = unit.people.add_user(replace(AMY, team=team.public_id), at=NOW)
        sun = unit.people.add_user(SUN, at=NOW)
        unit.commit()
    with open_store() as unit:
        assert unit.people.has_accounts()
        assert amy.team == team
        assert amy.created_at == NOW
        for found in (
            unit.people.user(amy.public_id),
            unit.people.user_by_id(amy.id),
            unit.people.by_login("amy"),
            unit.people.by_agent("A201"),
        ):
            assert found == amy
        assert unit.people.by_login("AMY") is None
        assert unit.people.by_agent("a201") is None
        assert unit.people.by_subject("issuer 1") is None
        assert unit.people.persons([amy.id, sun.id, 99]) == {
            amy.id: Person(amy.id, amy.public_id, "艾米"),
            sun.id: Person(sun.id, sun.public_id, "Sun"),
        }
        assert unit.people.persons([]) == {}
        assert unit.people.active_with([UserRole.SUPERVISOR, UserRole.ADMIN]) == (sun,)
        assert unit.people.team(team.public_id) == team
        for missing in (lambda: unit.people.user("x"), lambda: unit.people.team("x")):
            with pytest.raises(NotFound):
                missing()


def test_a_change_is_seen_in_the_transaction_that_makes_it(
    open_store: SqlUnitOfWorkFactory,
) -> None:
    with open_store(writes=True) as unit:
        team = unit.people.add_team("Returns", at=NOW)
        amy = unit.people.add_user(replace(AMY, team=team.public_id), at=NOW)
        unit.people.rename_team(team.id, "Refunds")
        unit.people.set_active(amy.id, active=False)
        unit.people.set_password(amy.id, "hash", at=NOW)
        unit.people.link_subject(amy.id, "issuer 1")
        seen = unit.people.user_by_id(amy.id)
        assert (seen.active, seen.has_password) == (False, True)
        assert seen.team is not None
        assert seen.team.name == "Refunds"
        assert unit.people.password_hash(amy.id) == "hash"
        assert unit.people.subject(amy.id) == "issuer 1"
        assert unit.people.by_subject("issuer 1") == seen
        changed = unit.people.change_user(amy.id, replace(AMY, role=UserRole.OPERATOR))
        assert (changed.role, changed.team) == (UserRole.OPERATOR, None)


def test_who_is_disabled_is_listed_last(open_store: SqlUnitOfWorkFactory) -> None:
    with open_store(writes=True) as unit:
        for account in (SUN, ADA, AMY):
            unit.people.add_user(account, at=NOW)
        ada = unit.people.by_login("ada")
        assert ada is not None
        unit.people.set_active(ada.id, active=False)
        assert [user.login for user in unit.people.everybody()] == ["sun", "amy", "ada"]


@pytest.mark.parametrize(
    "second", [replace(SUN, login="amy"), replace(SUN, agent_id="A201")], ids=["login", "agent id"]
)
def test_the_database_itself_keeps_logins_and_agent_ids_apart(
    open_store: SqlUnitOfWorkFactory, second: Account
) -> None:
    with open_store(writes=True) as unit:
        unit.people.add_user(AMY, at=NOW)
        with pytest.raises(IntegrityError):
            unit.people.add_user(second, at=NOW)


def test_a_login_comes_back_with_whose_it_is(open_store: SqlUnitOfWorkFactory) -> None:
    ends = NOW + timedelta(days=7)
    with open_store(writes=True) as unit:
        amy = unit.people.add_user(AMY, at=NOW)
        one = unit.logins.add_session(amy.id, "hash-1", FROM, at=NOW, expires_at=ends)
        two = unit.logins.add_session(amy.id, "hash-2", FROM, at=NOW, expires_at=ends)
        unit.commit()
    with open_store(writes=True) as unit:
        assert unit.logins.session("hash-1") == (one, amy)
        assert unit.logins.session("hash-3") is None
        assert one.client.browser == FROM.browser[:300]
        assert unit.logins.was_at(amy.id, FROM.address)
        assert not unit.logins.was_at(amy.id, "203.0.113.9")
        assert not unit.logins.was_at(amy.id + 1, FROM.address)
        later = NOW + timedelta(minutes=5)
        unit.logins.seen(one.id, at=later)
        unit.logins.seen(one.id, at=NOW)  # an older request that was slower takes nothing back
        assert [seen.public_id for seen in unit.logins.sessions(amy.id)] == [
            one.public_id,
            two.public_id,
        ]
        assert unit.logins.sessions(amy.id)[0].seen_at == later
        unit.logins.end_session(two.id, at=later)
        unit.logins.end_session(two.id, at=later + timedelta(hours=1))
        assert unit.logins.session_by_public_id(two.public_id).ended_at == later
        with pytest.raises(NotFound):
            unit.logins.session_by_public_id("x")
        unit.logins.add_session(amy.id, "hash-4", FROM, at=NOW, expires_at=ends)
        assert unit.logins.end_sessions(amy.id, at=later, but=one.id) == 1
        assert unit.logins.end_sessions(amy.id, at=later) == 1
        assert unit.logins.sessions(amy.id) == ()


def test_links_are_used_once_and_closed_together(open_store: SqlUnitOfWorkFactory) -> None:
    ends = NOW + timedelta(hours=48)
    with open_store(writes=True) as unit:
        amy = unit.people.add_user(AMY, at=NOW)
        sun = unit.people.add_user(SUN, at=NOW)
        used = unit.logins.add_invitation(amy.id, "hash-1", at=NOW, expires_at=ends)
        unit.logins.use_invitation(used.id, at=NOW)
        unit.logins.add_invitation(amy.id, "hash-2", at=NOW, expires_at=ends)
        unit.logins.add_invitation(sun.id, "hash-3", at=NOW, expires_at=ends)
        unit.logins.close_invitations(amy.id, at=NOW)
        found = [unit.logins.invitation(f"hash-{number}") for number in (1, 2, 3, 4)]
        assert [link.open_at(NOW) if link else None for link in found] == [
            False,
            False,
            True,
            None,
        ]
        assert found[0] is not None
        assert (found[0].used_at, found[0].expires_at) == (NOW, ends)


def test_failures_are_counted_forgotten_and_swept(open_store: SqlUnitOfWorkFactory) -> None:
    with open_store(writes=True) as unit:
        unit.logins.count_failures({"a": Failures(1, NOW), "b": Failures(3, NOW)})
        unit.commit()
    later = NOW + timedelta(hours=1)
    with open_store(writes=True) as unit:
        unit.logins.count_failures({"a": Failures(2, later)})
        assert unit.logins.failures(["a", "b", "c"]) == {
            "a": Failures(2, later),
            "b": Failures(3, NOW),
        }
        unit.logins.forget_failures_before(later)
        assert set(unit.logins.failures(["a", "b"])) == {"a"}
        unit.logins.forget_failures(["a", "c"])
        assert unit.logins.failures(["a", "b"]) == {}


def test_saved_lists_are_their_owners(open_store: SqlUnitOfWorkFactory) -> None:
    with open_store(writes=True) as unit:
        amy, sun = unit.people.add_user(AMY, at=NOW), unit.people.add_user(SUN, at=NOW)
        kept = unit.people.save_filter(amy.id, "queue", "我的", "q=退款", at=NOW)
        again = unit.people.save_filter(amy.id, "queue", "我的", "q=换货", at=NOW)
        other = unit.people.save_filter(sun.id, "queue", "我的", "q=1", at=NOW)
        assert again == replace(kept, query="q=换货")
        assert unit.people.saved_filters(amy.id, "queue") == (again,)
        assert unit.people.saved_filters(amy.id, "calls") == ()
        with pytest.raises(NotFound):
            unit.people.delete_filter(amy.id, other.public_id)
        unit.people.delete_filter(amy.id, kept.public_id)
        assert unit.people.saved_filters(amy.id, "queue") == ()


# --- the whole way -------------------------------------------------------------------------------


def test_from_the_link_to_the_login_and_out(place: Place) -> None:
    place.add("ada", UserRole.ADMIN)
    sun = place.add("sun")
    opened = place.log_in("SUN")
    asking = place.resolve(opened.token)
    assert asking is not None
    assert asking.user == sun
    place.clock.wait(minutes=2)
    again = place.resolve(opened.token)
    assert again is not None
    assert place.resolve(opened.token) == replace(
        again, session=replace(again.session, seen_at=place.clock.now())
    )
    accounts.set_active(
        place.open_store, place.actor("ada"), place.clock, sun.public_id, active=False
    )
    assert place.resolve(opened.token) is None


def test_a_page_asks_the_database_once_who_asks(place: Place) -> None:
    place.add("sun", agent_id="A1")
    token = place.log_in("sun").token
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    engine = place.open_store._engine  # type: ignore[attr-defined]
    event.listen(engine, "before_cursor_execute", note)
    assert place.resolve(token) is not None
    assert len([said for said in statements if said.startswith("SELECT")]) == 1


def test_guesses_at_the_same_moment_are_all_counted(place: Place) -> None:
    place.add("sun")

    def guess(_number: int) -> str:
        try:
            place.log_in("sun", "wrong password", Client("203.0.113.9"))
        except TryLater:
            return "later"
        except InputInvalid:
            return "wrong"
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(24)))
    assert sorted(answers) == ["later"] * (24 - HERE.free) + ["wrong"] * HERE.free


def test_a_link_that_two_send_at_once_is_used_by_one(place: Place) -> None:
    token = place.invite(place.add("sun", password=None))

    def accept(number: int) -> str:
        try:
            place.accept(token, f"{PASSWORD}-{number}", people_lab.HERE)
        except NotFound:
            return "gone"
        return "in"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(accept, range(4))) == ["gone", "gone", "gone", "in"]
    listed = login.sessions(place.open_store, place.actor("sun"), place.clock, place.rules)
    assert len(listed) == 1


def test_two_admins_who_disable_each_other_leave_one(place: Place) -> None:
    users = [place.add(name, UserRole.ADMIN) for name in ("ada", "bea")]
    actors = [place.actor(name) for name in ("bea", "ada")]

    def disable(number: int) -> bool:
        try:
            accounts.set_active(
                place.open_store,
                actors[number],
                place.clock,
                users[number].public_id,
                active=False,
            )
        except InputInvalid:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(disable, range(2))) == [False, True]

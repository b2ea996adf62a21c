"""Accounts, teams and one-time links over a real store: who may change them, and what must hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from qa import bootstrap
from qa.config import Settings
from qa.domain.access import CONSOLE, POLICY, VISITOR, Action, Actor, Scope, actor_of
from qa.domain.errors import Conflict, InputInvalid, NotAllowed, NotFound, QAError, TryLater
from qa.domain.people import Account, Client, User, UserRole
from qa.domain.throttle import HERE
from qa.services import accounts, login, teams
from qa.services.login import LoggedIn
from tests.unit import people_lab
from tests.unit.people_lab import PASSWORD, Place

SUN = Account(login="sun", name="Sun", role=UserRole.SUPERVISOR)


def add(place: Place, account: Account) -> User:
    return accounts.add_user(place.open_store, CONSOLE, place.clock, account)


def change(place: Place, user: User, revision: str | None = None, **changes: object) -> User:
    wished = replace(user.account, **changes)  # type: ignore[arg-type]
    return accounts.change_user(
        place.open_store, CONSOLE, place.clock, user.public_id, wished, revision=revision
    )


def set_active(place: Place, user: User, *, active: bool, actor: Actor = CONSOLE) -> User:
    return accounts.set_active(place.open_store, actor, place.clock, user.public_id, active=active)


def refused(act: Callable[[], object]) -> tuple[str, str]:
    """The field and the code of why something is refused."""
    with pytest.raises(InputInvalid) as caught:
        act()
    return caught.value.field, caught.value.reason.code


# --- accounts ------------------------------------------------------------------------------------


def test_an_account_is_stored_as_entered(place: Place) -> None:
    team = teams.add_team(place.open_store, CONSOLE, place.clock, "Returns")
    entered = Account(
        "Amy", "Amy 艾米", UserRole.AGENT, team.public_id, "A201", "zh", "Asia/Shanghai"
    )
    user = add(place, entered)
    assert user.account == replace(entered, login="amy")
    assert (user.team, user.active, user.has_password) == (team, True, False)
    assert user.created_at == place.clock.now()
    assert place.user("AMY") == user
    assert accounts.account(place.open_store, CONSOLE, user.public_id) == user
    assert accounts.everybody(place.open_store, CONSOLE) == (user,)


def test_a_login_is_one_persons_in_whatever_letters(place: Place) -> None:
    add(place, SUN)
    assert refused(lambda: add(place, replace(SUN, login="SUN"))) == ("login", "user.login_taken")
    assert refused(lambda: add(place, replace(SUN, login="ｓｕｎ"))) == (
        "login",
        "user.login_taken",
    )
    sam = add(place, replace(SUN, login="sam"))
    assert refused(lambda: change(place, sam, login="Sun")) == ("login", "user.login_taken")


def test_an_agent_id_is_one_persons(place: Place) -> None:
    amy = add(place, replace(SUN, login="amy", agent_id="A201"))
    again = replace(SUN, login="an", agent_id=" A201 ")
    assert refused(lambda: add(place, again)) == ("agent_id", "user.agent_taken")
    assert change(place, amy, name="Amy B.").agent_id == "A201"
    change(place, amy, agent_id=None)
    assert add(place, again).agent_id == "A201"


def test_a_team_that_does_not_exist_is_refused(place: Place) -> None:
    assert refused(lambda: add(place, replace(SUN, team="nope"))) == ("team", "form.not_a_choice")


def test_a_change_that_is_refused_changes_nothing(place: Place) -> None:
    add(place, replace(SUN, login="amy", agent_id="A201"))
    before = add(place, SUN)
    refused(lambda: change(place, before, name="Other", agent_id="A201"))
    assert place.user("sun") == before


def test_a_form_made_before_somebody_elses_change_changes_nothing(place: Place) -> None:
    shown = add(place, SUN)
    changed = change(place, shown, revision=shown.revision, name="Sun Wei")
    with pytest.raises(Conflict):
        change(place, shown, revision=shown.revision, name="Sun Li")
    with pytest.raises(Conflict):
        accounts.set_active(
            place.open_store,
            CONSOLE,
            place.clock,
            shown.public_id,
            active=False,
            revision=shown.revision,
        )
    assert place.user("sun") == changed


def test_somebody_who_does_not_exist_is_not_found(place: Place) -> None:
    for act in (
        lambda: accounts.account(place.open_store, CONSOLE, "nope"),
        lambda: accounts.account_of_login(place.open_store, CONSOLE, "nope"),
        lambda: accounts.set_active(place.open_store, CONSOLE, place.clock, "nope", active=False),
        lambda: accounts.change_user(place.open_store, CONSOLE, place.clock, "nope", SUN),
        lambda: accounts.invite(
            place.open_store, CONSOLE, place.clock, "nope", lifetime=timedelta(hours=1)
        ),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_change_of_role_ends_logins_and_any_other_change_is_seen_at_once(place: Place) -> None:
    user = place.add("sun")
    token = place.log_in("sun").token
    change(place, user, name="Sun Wei", agent_id="A9")
    asking = place.resolve(token)
    assert asking is not None
    assert (asking.actor.name, asking.actor.agent_id) == ("Sun Wei", "A9")
    change(place, place.user("sun"), role=UserRole.OPERATOR)
    assert place.resolve(token) is None


def test_who_is_disabled_is_out_at_once_and_for_good(place: Place) -> None:
    user = place.add("sun")
    link = place.invite(user)
    token = place.log_in("sun").token
    assert not set_active(place, user, active=False).active
    assert place.resolve(token) is None
    with pytest.raises(NotFound):
        place.accept(link, "another lantern 8")
    with pytest.raises(InputInvalid):
        place.log_in("sun")
    assert refused(lambda: place.invite(user)) == ("active", "user.disabled")
    assert set_active(place, user, active=True).active
    assert place.resolve(token) is None
    assert place.log_in("sun").user.login == "sun"


def test_the_last_active_admin_stays_one(place: Place) -> None:
    ada = place.add("ada", UserRole.ADMIN)
    bea = place.add("bea", UserRole.ADMIN)
    set_active(place, bea, active=False)
    assert refused(lambda: set_active(place, ada, active=False)) == ("active", "user.last_admin")
    assert refused(lambda: change(place, ada, role=UserRole.SUPERVISOR)) == (
        "role",
        "user.last_admin",
    )
    set_active(place, bea, active=True)
    assert change(place, ada, role=UserRole.SUPERVISOR).role is UserRole.SUPERVISOR
    assert refused(lambda: set_active(place, bea, active=False)) == ("active", "user.last_admin")


def test_nobody_disables_themself(place: Place) -> None:
    ada = place.add("ada", UserRole.ADMIN)
    place.add("bea", UserRole.ADMIN)
    act = lambda: set_active(place, ada, active=False, actor=place.actor("ada"))  # noqa: E731 - said once
    assert refused(act) == ("active", "user.yourself")
    assert set_active(place, ada, active=False, actor=place.actor("bea")).active is False


def test_somebody_chooses_their_own_language_and_time_zone_and_nothing_else(place: Place) -> None:
    before = place.add("sun")
    after = accounts.set_preferences(
        place.open_store, place.actor("sun"), language="zh", time_zone="Asia/Shanghai"
    )
    assert after.account == replace(before.account, language="zh", time_zone="Asia/Shanghai")
    assert refused(
        lambda: accounts.set_preferences(
            place.open_store, place.actor("sun"), language="zh", time_zone="Nowhere"
        )
    ) == ("time_zone", "user.time_zone_unknown")


def test_only_who_manages_people_does(place: Place) -> None:
    ada = place.add("ada", UserRole.ADMIN)
    others = [
        VISITOR,
        *(actor_of(place.add(role.value, role)) for role in UserRole if role is not UserRole.ADMIN),
        # A program has at most what its token is for, whoever gave it the token.
        actor_of(ada, frozenset(Scope)),
    ]
    store, clock = place.open_store, place.clock
    acts: list[Callable[[Actor], object]] = [
        lambda actor: accounts.everybody(store, actor),
        lambda actor: accounts.account(store, actor, ada.public_id),
        lambda actor: accounts.account_of_login(store, actor, "ada"),
        lambda actor: accounts.add_user(store, actor, clock, SUN),
        lambda actor: accounts.change_user(store, actor, clock, ada.public_id, SUN),
        lambda actor: accounts.set_active(store, actor, clock, ada.public_id, active=False),
        lambda actor: accounts.invite(
            store, actor, clock, ada.public_id, lifetime=timedelta(hours=1)
        ),
        lambda actor: teams.add_team(store, actor, clock, "Returns"),
        lambda actor: teams.rename_team(store, actor, "nope", "Returns"),
    ]
    for actor in others:
        for act in acts:
            with pytest.raises(NotAllowed):
                act(actor)
    assert set(POLICY[Action.MANAGE_PEOPLE]) == {UserRole.ADMIN}


# --- one-time links ------------------------------------------------------------------------------


def test_a_link_lets_somebody_choose_a_password_once(place: Place) -> None:
    user = add(place, SUN)
    token = place.invite(user)
    assert accounts.invited(place.open_store, place.clock, token) == user
    logged_in = place.accept(token, PASSWORD)
    assert logged_in.user.has_password
    assert place.resolve(logged_in.token) is not None
    for again in (
        lambda: place.accept(token, "another lantern 8"),
        lambda: accounts.invited(place.open_store, place.clock, token),
    ):
        with pytest.raises(NotFound):
            again()
    assert place.log_in("sun").user.login == "sun"


def test_a_password_that_is_refused_leaves_the_link_as_it_was(place: Place) -> None:
    token = place.invite(add(place, SUN))
    assert refused(lambda: place.accept(token, "password1")) == ("password", "password.common")
    assert place.accept(token, PASSWORD).user.login == "sun"


def test_a_link_is_too_old_after_its_time(place: Place) -> None:
    token = place.invite(add(place, SUN))
    place.clock.wait(hours=48)
    with pytest.raises(NotFound):
        place.accept(token, PASSWORD)


def test_only_the_newest_link_lets_in(place: Place) -> None:
    user = add(place, SUN)
    first, second = place.invite(user), place.invite(user)
    with pytest.raises(NotFound):
        place.accept(first, PASSWORD)
    assert place.accept(second, PASSWORD).user.login == "sun"


def test_a_link_that_nobody_was_given_lets_nobody_in(place: Place) -> None:
    place.invite(add(place, SUN))
    for token in ("", "x", "\ud800", "x" * 100_000):
        with pytest.raises(NotFound):
            place.accept(token, PASSWORD)


def test_a_new_password_by_link_ends_every_login_and_the_old_password(place: Place) -> None:
    user = place.add("sun")
    before = place.log_in("sun").token
    token = place.invite(user)
    assert place.log_in("sun").user.login == "sun"  # the old one stays until the link is used
    logged_in = place.accept(token, "another lantern 8")
    assert place.resolve(before) is None
    assert place.resolve(logged_in.token) is not None
    with pytest.raises(InputInvalid):
        place.log_in("sun")


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        (Settings(), "http://127.0.0.1:8000/welcome/T"),
        (Settings(host="::1", port=81), "http://[::1]:81/welcome/T"),
        (Settings(host="0.0.0.0", hosts=("qa.lan",)), "http://qa.lan:8000/welcome/T"),  # noqa: S104 - where QA_HOSTS allows it
        (Settings(hosts=("qa.lan", "qa"), proxies=1), "http://qa.lan/welcome/T"),
        (Settings(hosts=("qa.example.com",), https=True), "https://qa.example.com/welcome/T"),
    ],
)
def test_a_link_leads_to_where_people_reach_the_app(settings: Settings, address: str) -> None:
    assert bootstrap.invitation_link(settings, "T") == address


# --- one's own password --------------------------------------------------------------------------


def change_password(place: Place, current: str, new: str) -> LoggedIn:
    return accounts.change_password(
        place.open_store,
        place.actor("sun"),
        place.passwords,
        place.clock,
        place.rules,
        current=current,
        new=new,
        client=people_lab.HERE,
    )


def test_a_new_password_ends_every_login_and_opens_a_new_one(place: Place) -> None:
    place.add("sun")
    before = [place.log_in("sun").token, place.log_in("sun", client=Client("203.0.113.9")).token]
    link = place.invite(place.user("sun"))
    logged_in = change_password(place, PASSWORD, "another lantern 8")
    assert [place.resolve(token) for token in before] == [None, None]
    assert place.resolve(logged_in.token) is not None
    assert place.log_in("sun", "another lantern 8").user.login == "sun"
    with pytest.raises(NotFound):
        place.accept(link, "a third lantern 9")


@pytest.mark.parametrize(
    ("current", "new", "expected"),
    [
        ("wrong", "another lantern 8", ("current", "login.password_wrong")),
        (PASSWORD, PASSWORD, ("new", "password.unchanged")),
        (PASSWORD, "short", ("new", "password.too_short")),
    ],
)
def test_a_new_password_needs_the_old_one_and_must_be_a_good_one(
    place: Place, current: str, new: str, expected: tuple[str, str]
) -> None:
    place.add("sun")
    token = place.log_in("sun").token
    assert refused(lambda: change_password(place, current, new)) == expected
    assert place.resolve(token) is not None
    assert place.log_in("sun").user.login == "sun"


def test_who_has_no_password_cannot_change_one(place: Place) -> None:
    place.add("sun", password=None)
    assert refused(lambda: change_password(place, "", "another lantern 8"))[0] == "current"


def test_guessing_the_old_password_from_an_open_browser_is_slowed(place: Place) -> None:
    place.add("sun")
    for _ in range(HERE.free):
        refused(lambda: change_password(place, "wrong", "another lantern 8"))
    with pytest.raises(TryLater):
        change_password(place, PASSWORD, "another lantern 8")


# --- teams ---------------------------------------------------------------------------------------


def test_teams_are_made_renamed_and_listed(place: Place) -> None:
    store, clock = place.open_store, place.clock
    teams.add_team(store, CONSOLE, clock, " 售后 ")
    returns = teams.add_team(store, CONSOLE, clock, "Returns")
    renamed = teams.rename_team(store, CONSOLE, returns.public_id, "RETURNS")
    assert renamed == replace(returns, name="RETURNS")
    assert [team.name for team in teams.teams(store, CONSOLE)] == ["RETURNS", "售后"]
    assert teams.team_named(store, CONSOLE, "returns") == renamed


def test_two_teams_of_one_name_are_one_too_many(place: Place) -> None:
    store, clock = place.open_store, place.clock
    teams.add_team(store, CONSOLE, clock, "Returns")
    other = teams.add_team(store, CONSOLE, clock, "Sales")
    for act in (
        lambda: teams.add_team(store, CONSOLE, clock, "returns"),
        lambda: teams.rename_team(store, CONSOLE, other.public_id, "Returns"),
    ):
        assert refused(act) == ("name", "team.taken")


def test_a_team_that_does_not_exist_is_not_found(place: Place) -> None:
    for act in (
        lambda: teams.rename_team(place.open_store, CONSOLE, "nope", "Returns"),
        lambda: teams.team_named(place.open_store, CONSOLE, "Returns"),
    ):
        with pytest.raises(NotFound):
            act()


def test_everything_a_person_of_the_store_can_do_is_refused_to_a_token_of_theirs(
    place: Place,
) -> None:
    token_of_sun = actor_of(place.add("sun"), frozenset(Scope))
    with pytest.raises(QAError):
        login.sessions(place.open_store, token_of_sun, place.clock, place.rules)

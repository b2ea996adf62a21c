"""What is entered about a person, before anything is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from qa.domain.errors import InputInvalid
from qa.domain.people import Account, Team, User, UserRole, checked, same_name, team_name
from qa.domain.wording import render

ADA = Account(login="ada", name="Ada", role=UserRole.ADMIN)


def test_a_login_has_one_spelling_whatever_keyboard_it_was_typed_on() -> None:
    assert same_name(" Ada@Example.ORG ") == "ada@example.org"
    assert same_name("ａｄａ＠example.org") == "ada@example.org"
    assert same_name("王小明") == "王小明"


def test_what_is_entered_is_tidied() -> None:
    entered = Account(" ADA ", " Ada L. ", UserRole.AGENT, "", " A7 ", "", "")
    assert checked(entered) == Account("ada", "Ada L.", UserRole.AGENT, None, "A7", None, None)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"login": "  "}, "login", "form.required"),
        ({"login": "a" * 101}, "login", "form.too_long"),
        ({"login": "ada lovelace"}, "login", "user.login_spaces"),
        ({"login": "a\u202eda"}, "login", "user.unprintable"),
        ({"login": "\ud800"}, "login", "user.unprintable"),
        ({"name": ""}, "name", "form.required"),
        ({"name": "n" * 201}, "name", "form.too_long"),
        ({"name": "Ada\x00"}, "name", "user.unprintable"),
        ({"name": "Ada\nAdmin"}, "name", "user.unprintable"),
        ({"agent_id": "A" * 101}, "agent_id", "form.too_long"),
        ({"agent_id": "A\u200b7"}, "agent_id", "user.unprintable"),
        ({"language": "fr"}, "language", "form.not_a_choice"),
        ({"time_zone": "Asia"}, "time_zone", "user.time_zone_unknown"),
        ({"time_zone": "../../etc/passwd"}, "time_zone", "user.time_zone_unknown"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "user.time_zone_unknown"),
    ],
)
def test_what_cannot_be_entered_names_its_field_in_both_languages(
    change: dict[str, str], field: str, code: str
) -> None:
    with pytest.raises(InputInvalid) as caught:
        checked(replace(ADA, **change))  # type: ignore[arg-type]
    assert (caught.value.field, caught.value.reason.code) == (field, code)
    assert render(caught.value.reason, "zh") != render(caught.value.reason, "en")


def test_a_time_zone_and_a_language_that_exist_are_taken() -> None:
    account = replace(ADA, language="zh", time_zone="Asia/Shanghai")
    assert checked(account) == account


def test_a_team_needs_a_name() -> None:
    assert team_name(" 售后一组 ") == "售后一组"
    with pytest.raises(InputInvalid) as caught:
        team_name(" ")
    assert caught.value.reason.code == "form.required"


def test_the_revision_differs_after_any_change_and_only_then() -> None:
    user = User(
        id=1,
        public_id="p",
        login="ada",
        name="Ada",
        role=UserRole.ADMIN,
        team=None,
        agent_id=None,
        language=None,
        time_zone=None,
        has_password=False,
        active=True,
        created_at=datetime(2026, 3, 1, tzinfo=UTC),
    )
    assert replace(user, has_password=True).revision == user.revision
    changes = [
        replace(user, login="bea"),
        replace(user, name="Bea"),
        replace(user, role=UserRole.AGENT),
        replace(user, team=Team(1, "t", "Returns")),
        replace(user, agent_id="A1"),
        replace(user, language="zh"),
        replace(user, time_zone="Asia/Shanghai"),
        replace(user, active=False),
    ]
    assert len({changed.revision for changed in (user, *changes)}) == len(changes) + 1

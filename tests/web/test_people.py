"""One's own account, and everybody's for an admin."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from qa.domain.people import User, UserRole


def fields(user: User, **changes: str) -> dict[str, str]:
    account = user.account
    entered = {
        "login": account.login,
        "name": account.name,
        "role": account.role.value,
        "team": account.team or "",
        "agent_id": account.agent_id or "",
        "language": account.language or "",
        "time_zone": account.time_zone or "",
        "revision": user.revision,
    }
    return entered | changes


def now(staff: Any, login: str) -> User:
    with staff.open_store() as unit:
        found: User = unit.people.user(staff.users[login].public_id)
    return found


# --- one's own account ---------------------------------------------------------------------------


def test_ones_own_page_shows_role_team_and_agent_id(staff: Any) -> None:
    page = staff.client_as("amy").get("/account").text
    assert "Amy Tan" in page
    assert "Returns" in page
    assert "A201" in page


def test_a_language_and_a_time_zone_are_remembered(staff: Any) -> None:
    client = staff.client_as("amy")
    answer = client.post("/account", data={"language": "zh", "time_zone": "Asia/Shanghai"})
    assert answer.headers["Location"] == "/account"
    assert (now(staff, "amy").language, now(staff, "amy").time_zone) == ("zh", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ({"language": "fr", "time_zone": ""}, "Choose one of the list"),
        ({"language": "en", "time_zone": "Moon/Base"}, "There is no time zone Moon/Base"),
        ({"language": "en", "time_zone": "x" * 500}, "At most 200 characters"),
    ],
)
def test_a_preference_that_does_not_exist_is_named_and_kept(
    staff: Any, typed: dict[str, str], fault: str
) -> None:
    answer = staff.client_as("amy").post("/account", data=typed)
    assert answer.status_code == 422
    assert fault in answer.text
    assert f'value="{typed["time_zone"]}"' in answer.text
    assert now(staff, "amy").language is None


def test_a_new_password_ends_all_other_logins_and_keeps_this_one(staff: Any) -> None:
    here, there = staff.client_as("amy"), staff.client_as("amy")
    new = "a few more odd words"
    sent = {"current": staff.password, "new": new, "repeated": new}
    assert here.post("/account/password", data=sent).headers["Location"] == "/account"
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 302
    again = staff.stranger().post("/login", data={"login": "amy", "password": new})
    assert again.headers["Location"] == "/"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"current": "not mine at all"}, "current"),
        ({"new": "short", "repeated": "short"}, "new"),
        ({"repeated": "something else here"}, "repeated"),
    ],
)
def test_a_password_that_cannot_be_changed_is_told_at_its_field(
    staff: Any, changes: dict[str, str], fault: str
) -> None:
    new = "a few more odd words"
    sent = {"current": staff.password, "new": new, "repeated": new} | changes
    answer = staff.client_as("amy").post("/account/password", data=sent)
    assert answer.status_code == 422
    assert f'id="{fault}-fault"' in answer.text
    assert new not in answer.text


def test_guessing_the_current_password_is_slowed_down(staff: Any) -> None:
    client = staff.client_as("amy")
    new = "a few more odd words"
    sent = {"current": "guess", "new": new, "repeated": new}
    assert client.post("/account/password", data=sent).status_code == 422
    staff.fail_often("amy")
    slowed = client.post("/account/password", data=sent | {"current": staff.password})
    assert slowed.status_code == 429
    assert "Too many attempts failed" in slowed.text


def test_ones_other_browsers_can_be_logged_out(staff: Any) -> None:
    here, there = staff.client_as("amy"), staff.client_as("amy")
    page = here.get("/account").text
    ends = re.findall(r'action="(/account/logins/[^"]+/end)"', page)
    assert page.count("This browser") == 1
    assert there.get("/account").status_code == 200
    for address in ends:
        assert here.post(address).status_code == 302
    assert there.get("/account").status_code == 302
    assert here.get("/account").status_code == 200


def test_all_other_browsers_can_be_logged_out_at_once(staff: Any) -> None:
    here, there = staff.client_as("amy"), staff.client_as("amy")
    assert here.post("/account/logins/end").status_code == 302
    assert there.get("/account").status_code == 302
    assert here.get("/account").status_code == 200


def test_somebody_elses_login_is_not_there(staff: Any) -> None:
    victim = staff.client_as("an")
    with staff.open_store() as unit:
        login = unit.logins.sessions(staff.users["an"].id)[0].public_id
    answer = staff.client_as("amy").post(f"/account/logins/{login}/end")
    assert answer.status_code == 404
    assert victim.get("/account").status_code == 200


# --- everybody's ---------------------------------------------------------------------------------


def names(page: str) -> list[str]:
    return [unescape(name) for name in re.findall(r"<bdi>([^<]+)</bdi></a></th>", page)]


def test_the_list_shows_everybody_and_can_be_narrowed_and_sorted(staff: Any) -> None:
    client = staff.client_as("ada")
    assert len(names(client.get("/people").text)) == 6
    assert names(client.get("/people?role=agent").text) == ["Amy Tan", "安宁"]
    assert names(client.get("/people?role=agent&order=down").text) == ["安宁", "Amy Tan"]
    assert names(client.get("/people?q=a201").text) == ["Amy Tan"]
    assert names(client.get("/people?team=none").text) == ["Otto Brandt"]
    assert names(client.get("/people?sort=agent_id").text)[:2] == ["安宁", "Amy Tan"]
    assert "Nobody is like that" in client.get("/people?q=zzz").text


def test_arguments_that_make_no_sense_count_as_absent(staff: Any) -> None:
    odd = "/people?role=king&state=asleep&sort=password_hash&order=sideways&team=%27--"
    page = staff.client_as("ada").get(odd)
    assert page.status_code == 200


def test_the_list_can_be_taken_along_without_formulas(staff: Any) -> None:
    client = staff.client_as("ada")
    amy = now(staff, "amy")
    client.post(f"/people/{amy.public_id}", data=fields(amy, name="=1+1"))
    answer = client.get("/people.csv?role=agent")
    assert answer.mimetype == "text/csv"
    lines = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(line["login"], line["name"]) for line in lines] == [("amy", "'=1+1"), ("an", "安宁")]
    assert not any("hash" in column or "password" in column for column in lines[0])


def test_whoever_is_added_gets_a_link_that_lets_them_in(staff: Any) -> None:
    added = staff.client_as("ada").post(
        "/people/add", data={"login": "Bo@Example.com", "name": "Bo", "role": "agent"}
    )
    assert added.status_code == 200
    address = re.search(r'value="http://localhost(/welcome/[^"]+)"', added.text)
    assert address
    assert staff.stranger().get(address[1]).status_code == 200
    with staff.open_store() as unit:
        user = unit.people.by_login("bo@example.com")
    assert user is not None
    assert user.role is UserRole.AGENT


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"login": ""}, "login"),
        ({"login": "two words"}, "login"),
        ({"login": "AMY"}, "login"),
        ({"role": "king"}, "role"),
        ({"team": "no-such-team"}, "team"),
        ({"agent_id": "A201"}, "agent_id"),
        ({"name": "x" * 300}, "name"),
        ({"name": "left\u202eto right"}, "name"),
    ],
)
def test_a_field_that_cannot_be_taken_is_told_and_the_others_stay(
    staff: Any, typed: dict[str, str], field: str
) -> None:
    sent = {"login": "bo", "name": "Bo <b>", "role": "agent"} | typed
    answer = staff.client_as("ada").post("/people/add", data=sent)
    assert answer.status_code == 422
    assert f'id="{field}-fault"' in answer.text
    if "name" not in typed:
        assert 'value="Bo &lt;b&gt;"' in answer.text
    with staff.open_store() as unit:
        assert len(unit.people.everybody()) == 6


def test_an_account_is_changed(staff: Any) -> None:
    amy = now(staff, "amy")
    sent = fields(amy, name="Amy T. Tan", team="")
    answer = staff.client_as("ada").post(f"/people/{amy.public_id}", data=sent)
    assert answer.headers["Location"] == f"/people/{amy.public_id}"
    assert (now(staff, "amy").name, now(staff, "amy").team) == ("Amy T. Tan", None)


def test_another_role_logs_somebody_out(staff: Any) -> None:
    client = staff.client_as("sam")
    sam = now(staff, "sam")
    sent = fields(sam, role="operator")
    assert staff.client_as("ada").post(f"/people/{sam.public_id}", data=sent).status_code == 302
    assert client.get("/").status_code == 302


def test_a_form_made_before_somebody_elses_change_changes_nothing_and_says_what_differs(
    staff: Any,
) -> None:
    ada, amy = staff.client_as("ada"), now(staff, "amy")
    mine, theirs = fields(amy, name="Mine"), fields(amy, name="Theirs", agent_id="A999")
    assert ada.post(f"/people/{amy.public_id}", data=theirs).status_code == 302
    stale = ada.post(f"/people/{amy.public_id}", data=mine)
    assert stale.status_code == 409
    assert 'value="Mine"' in stale.text
    assert "<bdi>Theirs</bdi>" in stale.text
    assert "<bdi>A999</bdi>" in stale.text
    assert now(staff, "amy").name == "Theirs"
    revision = re.search(r'name="revision" value="([^"]+)"', stale.text)
    assert revision
    again = ada.post(f"/people/{amy.public_id}", data=mine | {"revision": revision[1]})
    assert again.status_code == 302
    assert now(staff, "amy").name == "Mine"


def test_a_form_without_the_revision_it_was_made_from_changes_nothing(staff: Any) -> None:
    amy = now(staff, "amy")
    sent = fields(amy, name="Mine", revision="")
    assert staff.client_as("ada").post(f"/people/{amy.public_id}", data=sent).status_code == 409


def test_the_last_admin_stays_one(staff: Any) -> None:
    client, ada = staff.client_as("ada"), now(staff, "ada")
    answer = client.post(f"/people/{ada.public_id}", data=fields(ada, role="agent"))
    assert answer.status_code == 422
    assert 'id="role-fault"' in answer.text
    own = client.post(f"/people/{ada.public_id}/active", data={"active": "no"})
    assert own.status_code == 422
    assert now(staff, "ada").active


def test_a_disabled_account_is_logged_out_and_can_be_enabled_again(staff: Any) -> None:
    ada, amy = staff.client_as("ada"), staff.client_as("amy")
    address = f"/people/{staff.users['amy'].public_id}/active"
    assert ada.post(address, data={"active": "no"}).status_code == 302
    assert amy.get("/").status_code == 302
    assert "The account is disabled" in ada.get("/people").text
    linked = ada.post(f"/people/{staff.users['amy'].public_id}/link")
    assert linked.status_code == 422
    assert ada.post(address, data={"active": "yes"}).status_code == 302
    assert now(staff, "amy").active


def test_a_new_link_takes_the_place_of_the_one_before(staff: Any) -> None:
    ada = staff.client_as("ada")
    links = []
    for _ in range(2):
        page = ada.post(f"/people/{staff.users['amy'].public_id}/link").text
        links.append(re.search(r'value="http://localhost(/welcome/[^"]+)"', page)[1])  # type: ignore[index]
    codes = [staff.stranger().get(link).status_code for link in links]
    assert codes == [404, 200]


def test_a_link_carries_the_name_that_others_reach_the_app_by(staff: Any) -> None:
    deps = staff.app.extensions["callqa"]
    settings = staff.settings.model_copy(update={"hosts": ("qa.example.com",), "https": True})
    staff.app.extensions["callqa"] = replace(deps, settings=settings)
    page = staff.client_as("ada").post(f"/people/{staff.users['amy'].public_id}/link").text
    assert 'value="https://qa.example.com/welcome/' in page


def test_somebody_is_logged_out_everywhere(staff: Any) -> None:
    amy = staff.client_as("amy")
    address = f"/people/{staff.users['amy'].public_id}/logins/end"
    assert staff.client_as("ada").post(address).status_code == 302
    assert amy.get("/").status_code == 302


def test_teams_are_added_renamed_and_never_twice_the_same(staff: Any) -> None:
    client = staff.client_as("ada")
    assert client.post("/teams", data={"name": "  Exchanges "}).status_code == 302
    taken = client.post("/teams", data={"name": "Returns"})
    assert taken.status_code == 422
    assert "There is a team of this name already" in taken.text
    with staff.open_store() as unit:
        exchanges = next(team for team in unit.people.teams() if team.name == "Exchanges")
    renaming = client.post(f"/teams/{exchanges.public_id}", data={"name": "Returns"})
    assert renaming.status_code == 422
    renamed = client.post(f"/teams/{exchanges.public_id}", data={"name": "售后"})
    assert renamed.status_code == 302
    assert "售后" in client.get("/teams").text


def test_names_are_shown_as_text(staff: Any) -> None:
    client, amy = staff.client_as("ada"), now(staff, "amy")
    client.post(f"/people/{amy.public_id}", data=fields(amy, name="<script>alert(1)</script>"))
    page = client.get("/people").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_fields_are_named_in_the_language_of_each_reader(staff: Any) -> None:
    address = f"/people/{staff.users['amy'].public_id}"
    assert ">坐席工号</label>" in staff.client_as("ada").get(f"{address}?lang=zh").text
    assert ">Agent id</label>" in staff.client_as("ada").get(f"{address}?lang=en").text


def test_addresses_of_forms_lead_back_to_their_pages(staff: Any) -> None:
    client, amy = staff.client_as("ada"), staff.users["amy"]
    asked = {
        "/account/password?lang=zh": "/account?lang=zh",
        "/account/password?endpoint=x&_scheme=ftp&_external=1": (
            "/account?endpoint=x&_scheme=ftp&_external=1"
        ),
        f"/people/{amy.public_id}/link": f"/people/{amy.public_id}",
        f"/people/{amy.public_id}/active": f"/people/{amy.public_id}",
        f"/teams/{amy.team.public_id}": "/teams",
    }
    for address, page in asked.items():
        assert client.get(address).headers["Location"] == page

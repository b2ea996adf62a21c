"""The list of agents, an agent's page, and calls as feedback."""

from __future__ import annotations

import csv
import io
from html import unescape
from typing import Any

import pytest

from tests.web.dispute_desk import RUBRICS, disputed, hidden, reviewed, words

# --- the list ----------------------------------------------------------------------------------


def test_the_list_names_every_agent_and_says_how_many_calls_are_missing(staff: Any) -> None:
    page = staff.client_as("sun").get("/agents?lang=en&weeks=26")
    said = words(page.text)
    assert page.status_code == 200
    for agent in ("Amy Tan A201", "安宁 A101"):
        assert agent in said
    assert "more calls needed" in said
    assert said.index("Amy Tan") < said.index("安宁")


def test_the_list_is_searched_sorted_and_narrowed_by_its_address(staff: Any) -> None:
    client = staff.client_as("sun")
    with staff.open_store() as unit:
        team = unit.people.teams()[0].public_id
    assert "2 agents" in words(client.get(f"/agents?team={team}&lang=en").text)
    assert "No agent matches" in words(client.get("/agents?q=nobody&lang=en").text)
    found = words(client.get("/agents?q=aMy&lang=en").text)
    assert "1 agent" in found
    assert "安宁" not in found
    down = words(client.get("/agents?sort=name&order=down").text)
    assert down.index("安宁") < down.index("Amy Tan")
    odd = client.get("/agents?sort=nonsense&weeks=999&page=-3&order=up")
    assert odd.status_code == 200
    for key in ("name", "team", "calls", "mean", "critical", "reviewed", "disputes", "last"):
        assert client.get(f"/agents?sort={key}").status_code == 200


def test_the_list_is_taken_home_as_a_file(staff: Any) -> None:
    answer = staff.client_as("ada").get("/agents.csv?weeks=26&q=A2")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert [row["agent_id"] for row in rows] == ["A201"]
    assert rows[0]["name"] == "Amy Tan"
    assert rows[0]["mean"] == ""


@pytest.mark.parametrize("address", ["/agents", "/agents.csv"])
def test_an_agent_has_no_list_of_the_others(staff: Any, address: str) -> None:
    answer = staff.client_as("amy").get(address)
    assert answer.status_code == 404
    assert "安宁" not in answer.text


# --- an agent's page ---------------------------------------------------------------------------


def test_an_agents_own_page_is_me(staff: Any) -> None:
    client = staff.client_as("amy")
    own = client.get("/me?lang=en")
    said = words(own.text)
    assert own.status_code == 200
    assert "Amy Tan" in said
    assert "bad-call" in said
    assert "The machine alone" in said
    assert client.get("/agents/A201").status_code == 200


@pytest.mark.parametrize("agent_id", ["A101", "A102", "A999", "a201", "A201/", "../A101"])
def test_other_agents_pages_are_not_there_for_an_agent(staff: Any, agent_id: str) -> None:
    answer = staff.client_as("amy").get(f"/agents/{agent_id}")
    assert answer.status_code in (404, 308)


def test_me_leads_a_supervisor_to_the_list(staff: Any) -> None:
    answer = staff.client_as("sun").get("/me")
    assert answer.headers["Location"] == "/agents"


def test_an_agent_id_with_any_characters_has_a_page(staff: Any) -> None:
    client = staff.client_as("ada")
    assert client.get("/agents/%E5%9D%90%E5%B8%AD/7").status_code == 404
    listed = client.get("/agents").text
    assert 'href="/agents/A201?weeks=12"' in listed


def test_a_supervisor_sees_an_agents_page_with_what_waits(staff: Any) -> None:
    reviewed(staff)
    disputed(staff)
    page = words(staff.client_as("sun").get("/agents/A201?lang=en").text)
    assert "Disputed" in page
    assert "A person" in page


def test_the_page_says_why_there_is_no_mean_and_no_team(staff: Any) -> None:
    reviewed(staff)
    page = words(staff.client_as("amy").get("/me?lang=en&weeks=26").text)
    assert "more calls are needed before a mean says anything" in page
    assert "The team's scores are shown once at least 3 colleagues have scored calls" in page


# --- feedback ----------------------------------------------------------------------------------


def test_feedback_names_what_went_well_before_what_did_not(staff: Any) -> None:
    page = staff.client_as("amy").get(f"/calls/{staff.ids['bad-call']}/feedback?lang=en")
    said = words(page.text)
    assert page.status_code == 200
    assert said.index("What went well") < said.index("What to do differently")
    assert "Good morning, this is Northwind." in said
    assert "Scored by the machine. No person has looked at this call." in said
    assert "Critical criterion failed" in said
    assert page.text.count('class="point fail"') == 2
    assert "Say it like this" in said
    assert "Not like this" in said


def test_the_expected_wording_is_in_the_readers_language(staff: Any) -> None:
    client = staff.client_as("amy")
    with staff.open_store() as unit:
        detail = unit.calls.detail(staff.ids["bad-call"])
        rubric = RUBRICS.of(unit, detail.scorecard.rubric if detail.scorecard else None)
    assert rubric
    privacy = rubric.criterion("privacy")
    assert privacy
    address = f"/calls/{staff.ids['bad-call']}/feedback"
    assert privacy.example.zh in unescape(client.get(f"{address}?lang=zh").text)
    assert privacy.example.en in unescape(client.get(f"{address}?lang=en").text)


def test_feedback_says_who_reviewed_and_shows_their_note_as_text(staff: Any) -> None:
    reviewed(staff)
    page = staff.client_as("amy").get(f"/calls/{staff.ids['bad-call']}/feedback?lang=en")
    assert "Reviewed by 孙悦" in words(page.text)
    assert "听得出您很着急 &lt;b&gt;" in page.text
    assert "No person has looked" not in page.text


@pytest.mark.parametrize("path", ["feedback", "dispute/farewell"])
@pytest.mark.parametrize("call", ["good-call", "mono-call", "silent-call"])
def test_the_calls_of_others_have_no_feedback_for_an_agent(
    staff: Any, call: str, path: str
) -> None:
    answer = staff.client_as("amy").get(f"/calls/{staff.ids[call]}/{path}")
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("read", {"seen": "x"}),
        ("replies", {"text": "hello"}),
        ("dispute/farewell", {"reason": "no", "seen": "x"}),
    ],
)
def test_an_agent_answers_only_their_own_calls(staff: Any, path: str, form: dict[str, str]) -> None:
    answer = staff.client_as("amy").post(f"/calls/{staff.ids['good-call']}/{path}", data=form)
    assert answer.status_code == 404
    with staff.open_store() as unit:
        assert unit.answers.thread(staff.ids["good-call"]) == ()
        assert unit.answers.disputes_of(staff.ids["good-call"]) == ()


def test_a_call_without_a_score_has_no_feedback(staff: Any) -> None:
    answer = staff.client_as("sun").get(f"/calls/{staff.ids['silent-call']}/feedback")
    assert answer.status_code == 404


def test_an_agent_says_that_they_have_read_it(staff: Any) -> None:
    client = staff.client_as("amy")
    address = f"/calls/{staff.ids['bad-call']}"
    page = client.get(f"{address}/feedback?lang=en").text
    sent = client.post(f"{address}/read", data={"seen": hidden(page, "seen")})
    assert sent.status_code == 303
    after = words(client.get(sent.headers["Location"]).text)
    assert "Noted: you have read this." in after
    assert "You read this" in after
    assert "I have read this" not in after
    assert "The agent read this" in words(
        staff.client_as("sun").get(f"{address}/feedback?lang=en").text
    )


def test_reading_what_changed_meanwhile_is_not_taken(staff: Any) -> None:
    client = staff.client_as("amy")
    address = f"/calls/{staff.ids['bad-call']}"
    seen = hidden(client.get(f"{address}/feedback?lang=en").text, "seen")
    reviewed(staff)
    sent = client.post(f"{address}/read", data={"seen": seen})
    assert sent.status_code == 409
    assert "The score changed since you opened this page" in words(sent.text)
    assert "I have read this" in words(sent.text)


def test_a_supervisor_cannot_read_it_for_the_agent(staff: Any) -> None:
    address = f"/calls/{staff.ids['bad-call']}"
    assert staff.client_as("sun").post(f"{address}/read", data={}).status_code == 403


def test_agent_and_supervisor_answer_one_another(staff: Any) -> None:
    address = f"/calls/{staff.ids['bad-call']}"
    amy, sun = staff.client_as("amy"), staff.client_as("sun")
    assert amy.post(f"{address}/replies", data={"text": "为什么？ <script>"}).status_code == 303
    assert sun.post(f"{address}/replies", data={"text": "At 0:14."}).status_code == 303
    page = amy.get(f"{address}/feedback?lang=en")
    assert "为什么？ &lt;script&gt;" in page.text
    assert words(page.text).index("为什么？") < words(page.text).index("At 0:14.")
    assert "2 replies" in words(sun.get("/agents/A201?lang=en").text)


@pytest.mark.parametrize("text", ["", "x" * 2_001])
def test_a_reply_over_its_limit_keeps_what_was_typed(staff: Any, text: str) -> None:
    address = f"/calls/{staff.ids['bad-call']}"
    sent = staff.client_as("amy").post(f"{address}/replies", data={"text": text})
    assert sent.status_code == 422
    assert 'aria-invalid="true"' in sent.text
    assert f">{text}</textarea>" in sent.text


def test_a_reply_sent_twice_is_written_once(staff: Any) -> None:
    address = f"/calls/{staff.ids['bad-call']}"
    client = staff.client_as("amy")
    for _ in range(2):
        client.post(f"{address}/replies", data={"text": "why"})
    with staff.open_store() as unit:
        assert len(unit.answers.thread(staff.ids["bad-call"])) == 1


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_is_whole_in_both_languages(staff: Any, lang: str) -> None:
    reviewed(staff)
    public_id = disputed(staff)
    pages = {
        "amy": [
            "/me",
            f"/calls/{staff.ids['bad-call']}/feedback",
            f"/calls/{staff.ids['bad-call']}/dispute/privacy",
        ],
        "sun": [
            "/agents",
            "/agents/A201",
            "/disputes",
            f"/disputes/{public_id}",
            f"/calls/{staff.ids['bad-call']}/feedback",
        ],
        "sam": ["/disputes", f"/disputes/{public_id}"],
    }
    for login, addresses in pages.items():
        client = staff.client_as(login)
        for address in addresses:
            answer = client.get(f"{address}?lang={lang}")
            assert answer.status_code == 200, address
            assert "%(" not in answer.text

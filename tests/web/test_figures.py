"""The page of corrected figures: what it shows, what it withholds, and that it ranks nobody by chance."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from qa import bootstrap
from qa.domain.access import CONSOLE
from qa.services.corrected import page as corrected
from tests.integration.drawn_calls import GREETING, Site, build

SITE = Site(calls=600, weeks=14, chance=0.5, passing=(("Orders", 0.97), ("Sales", 0.3)))
AGENT = re.compile(r'<th scope="row"><a href="/agents/[^"]+">([^<]+)</a>')
TEAM = re.compile(r'<th scope="row"><a href="/figures\?[^"]+">([^<]+)</a>')


def filled(staff: Any, site: Site = SITE) -> Any:
    """The staff's installation with a site's calls, in a supervisor's browser."""
    with staff.open_store(writes=True) as unit:
        build(unit._session, site, datetime.now(UTC))
        unit.commit()
    corrected.count(staff.open_store, bootstrap.SystemClock(), CONSOLE)
    return staff.client_as("sam")


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.lstrip("\ufeff").splitlines()))


def test_teams_that_differ_clearly_are_in_order_and_agents_in_groups(staff: Any) -> None:
    client = filled(staff)
    asked = {"measure": GREETING, "sort": "figure"}
    page = client.get("/figures", query_string=asked).text
    assert "their order by the figure means something" in page
    assert TEAM.findall(page) == ["Sales", "Orders"]
    turned = client.get("/figures", query_string={**asked, "order": "down"}).text
    assert TEAM.findall(turned) == ["Orders", "Sales"]
    assert "Group 1 of 2" in page
    assert AGENT.findall(page)[:4] == [f"Orders agent {number}" for number in range(4)]
    rows = read(client.get("/figures/teams.csv", query_string=asked).text)
    assert [row["team"] for row in rows] == ["Sales", "Orders", "*"]
    assert float(rows[0]["high"]) < float(rows[1]["low"])
    agents = read(client.get("/figures/agents.csv", query_string=asked).text)
    assert {row["group"] for row in agents if row["agent_id"].startswith("S")} == {"2"}


def test_teams_and_agents_that_chance_sets_apart_stand_by_name_whatever_is_asked(
    staff: Any,
) -> None:
    client = filled(staff, Site(calls=600, weeks=14, passing=(("Orders", 0.8), ("Sales", 0.8))))
    page = client.get("/figures", query_string={"measure": GREETING, "sort": "figure"}).text
    assert "Teams are not ranked" in page
    assert "Agents are not ranked" in page
    assert TEAM.findall(page) == ["Orders", "Sales"]
    assert AGENT.findall(page) == sorted(AGENT.findall(page))
    assert "sort=machine" not in page


def test_a_figure_that_reviews_do_not_carry_is_a_sentence(staff: Any) -> None:
    client = filled(staff, Site(calls=100, weeks=6, chance=0.2, passing=SITE.passing))
    page = client.get("/figures", query_string={"measure": GREETING}).text
    assert re.search(r"No figure yet: \d+ more reviews of drawn calls needed", page)
    assert "No agent is shown with a figure" in page
    assert "Whether it changed is told from twelve weeks on" in page
    rows = read(client.get("/figures/teams.csv", query_string={"measure": GREETING}).text)
    assert all(row["corrected"] == "" and int(row["more_reviews_needed"]) > 0 for row in rows)


def test_one_teams_agents_and_weeks_can_be_looked_at(staff: Any) -> None:
    page = filled(staff).get("/figures?team=team-Sales").text
    assert "Agents of Sales" in page
    assert AGENT.findall(page) == [f"Sales agent {number}" for number in range(4)]
    assert "Weeks of Sales" in page
    assert page.count('class="dot"') >= 12


def test_without_draws_the_page_says_what_it_takes(staff: Any) -> None:
    page = staff.client_as("sam").get("/figures?measure=nothing&weeks=x&team=none").text
    assert "No figures yet" in page
    assert "were not counted yet" in page


def test_counting_is_asked_for_and_told(staff: Any) -> None:
    client = staff.client_as("sam")
    answer = client.post("/figures/count", data={"weeks": "52"})
    assert (answer.status_code, answer.location) == (303, "/figures?weeks=52")
    page = client.get(answer.location).text
    assert "verdicts are counted" in page
    assert "verdicts were counted at" in page


@pytest.mark.parametrize("path", ["/figures", "/figures/teams.csv", "/figures/agents.csv"])
def test_only_who_calibrates_sees_figures(staff: Any, path: str) -> None:
    for login in ("amy", "otto"):
        assert staff.client_as(login).get(path).status_code == 403
        assert staff.client_as(login).post("/figures/count").status_code == 403


def test_the_page_is_in_chinese_too(staff: Any) -> None:
    filled(staff)
    client = staff.client_as("sun", HTTP_ACCEPT_LANGUAGE="zh")
    page = client.get("/figures", query_string={"measure": GREETING}).text
    assert "校正后" in page
    assert "Corrected" not in page

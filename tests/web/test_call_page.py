"""The page of one call."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from qa.config import Settings
from qa.domain.errors import RubricInvalid
from qa.domain.rubric import Rubric
from qa.services.browse import RubricTexts
from webapp import create_app


def article(page: str, criterion: str) -> str:
    """The part of a page that is about one criterion."""
    found = re.search(rf'<article[^>]*id="criterion-{criterion}".*?</article>', page, re.DOTALL)
    assert found, criterion
    return found[0]


def test_every_verdict_has_its_word_its_reason_and_its_points(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    page = client.get(f"/calls/{ids['bad-call']}").text
    greeting = article(page, "greeting")
    assert "Pass" in greeting
    assert "the agent says so at 0.5 s" in greeting
    assert re.search(r"<b>8</b> / 8", greeting)
    farewell = article(page, "farewell")
    assert "Fail" in farewell
    assert "searched in what the agent said" in farewell


def test_a_verdict_plays_exactly_its_clip_or_the_window_searched(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    page = client.get(f"/calls/{ids['bad-call']}").text
    assert 'data-start="14.0" data-end="16.5"' in article(page, "privacy")
    assert 'data-start="9.0" data-end="24.0"' in article(page, "farewell")


def test_a_score_that_rests_on_little_says_so(client: FlaskClient, ids: dict[str, str]) -> None:
    assert "mostly open" not in client.get(f"/calls/{ids['bad-call']}").text
    page = client.get(f"/calls/{ids['mono-call']}").text
    assert "mostly open" in page
    assert "mostly open" in client.get("/?q=mono-call").text


def test_open_criteria_are_listed_as_open_and_not_counted(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    page = client.get(f"/calls/{ids['bad-call']}").text
    open_items = re.search(r'<section class="open-items".*?</section>', page, re.DOTALL)
    assert open_items
    assert set(re.findall(r'href="#criterion-(\w+)"', open_items[0])) == {
        "confirm_need",
        "customer_hangs_up_first",
    }
    assert "not counted" in article(page, "confirm_need")


def test_a_critical_failure_is_announced_and_the_score_stays_visible(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    page = client.get(f"/calls/{ids['bad-call']}").text
    assert "Critical criterion failed" in page
    total = re.search(r'class="total overruled">\s*<b>([\d.]+)</b>', page)
    assert total
    assert 0 < float(total[1]) < 100


def test_a_fact_of_the_call_record_is_not_shown_as_something_said(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    rings = article(client.get(f"/calls/{ids['bad-call']}").text, "answered_in_three_rings")
    assert "<code>ring_seconds = 6</code>" in rings
    assert "from the call record" in rings
    assert "<q" not in rings.split("<details>")[0]


def test_what_was_said_stays_inert(client: FlaskClient, ids: dict[str, str]) -> None:
    page = client.get(f"/calls/{ids['bad-call']}").text
    assert "<b>parcel" not in page
    assert "&lt;b&gt;parcel&lt;/b&gt;" in re.sub(r"</?span[^>]*>", "", page)
    assert "&lt;spring&gt;" in page


def test_refused_text_uncertain_words_and_silences_are_shown_as_such(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    page = client.get(f"/calls/{ids['bad-call']}").text
    dropped = re.search(r'<li class="dropped".*?</li>', page, re.DOTALL)
    assert dropped
    assert "Thanks for watching" in dropped[0]
    assert "a phrase recognisers invent" in dropped[0]
    assert re.search(r'class="unsure" title="30% sure"', page)
    assert "Nobody speaks for 6.5 s" in page


def test_a_turn_links_to_the_criteria_it_proves(client: FlaskClient, ids: dict[str, str]) -> None:
    page = client.get(f"/calls/{ids['bad-call']}").text
    turn = re.search(r'<li class="turn agent" data-start="14.0".*?</li>\s*</ul>', page, re.DOTALL)
    assert turn
    assert 'href="#criterion-privacy"' in turn[0]


def test_chinese_text_is_not_broken_by_spaces(client: FlaskClient, ids: dict[str, str]) -> None:
    page = client.get(f"/calls/{ids['good-call']}").text
    words = re.search(r'<p class="words" lang="zh-CN">(.*?)</p>', page, re.DOTALL)
    assert words
    assert re.sub(r"<[^>]+>", "", words[1]) == "您好，云帆科技客服中心。"


def test_an_uncertain_agent_is_pointed_out(client: FlaskClient, ids: dict[str, str]) -> None:
    assert "It is not certain who is the agent" in client.get(f"/calls/{ids['mono-call']}").text
    assert "It is not certain" not in client.get(f"/calls/{ids['good-call']}").text


def test_the_page_names_rubric_models_and_content(client: FlaskClient, ids: dict[str, str]) -> None:
    page = client.get(f"/calls/{ids['bad-call']}").text
    assert "service-standard" in page
    assert "whisper-base@d01c3014" in page
    assert len(re.findall(r"<dd>[0-9a-f]{64}</dd>", page)) == 2
    assert "+1-202-555-0104" not in page
    assert "•••• 0104" in page


def test_a_refused_recording_has_a_page_without_player(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    page = client.get(f"/calls/{ids['silent-call']}").text
    assert "nobody speaks in this recording" in page
    assert "<audio" not in page


def test_the_way_back_and_the_neighbours_keep_the_list(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    page = client.get(f"/calls/{ids['good-call']}?sort=call_id&order=up").text
    assert 'href="/?sort=call_id&amp;order=up"' in page
    assert f'rel="prev" href="/calls/{ids["bad-call"]}?' in page
    assert f'rel="next" href="/calls/{ids["mono-call"]}?' in page


def test_a_scorecard_whose_rubric_cannot_be_read_any_more_is_still_shown(
    installation: tuple[Settings, dict[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(text: str) -> Rubric:
        raise RubricInvalid("written by another version")

    settings, ids = installation
    app = create_app(settings)
    app.extensions["callqa"] = replace(app.extensions["callqa"], rubrics=RubricTexts(refuse))
    client = app.test_client()
    page = client.get(f"/calls/{ids['bad-call']}", headers={"Accept-Language": "en"}).text
    assert "answered_in_three_rings" in article(page, "answered_in_three_rings")
    assert "Critical criterion failed" in page
    assert client.get("/").status_code == 200
    assert "cannot be read any more" in caplog.text

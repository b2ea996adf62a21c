"""The page of one call."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import pytest
from flask import Flask, render_template
from flask.testing import FlaskClient

from qa.config import Settings
from qa.domain.errors import RubricInvalid
from qa.domain.rubric import Rubric
from qa.domain.sound import ChannelQuality, Fault
from qa.services.browse import RubricTexts
from webapp import create_app
from webapp.calls.quality import Channel, Quality


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
    assert re.search(r"<b>(\d+)</b> / \1", greeting)
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
    assert "<q" not in rings.split("<details")[0]


def test_what_was_said_stays_inert(client: FlaskClient, ids: dict[str, str]) -> None:
    page = client.get(f"/calls/{ids['bad-call']}").text
    assert "<b>parcel" not in page
    assert "&lt;b&gt;parcel&lt;/b&gt;" in re.sub(r"</?span[^>]*>", "", page)
    assert "&lt;spring&gt;" in page


def test_refused_text_and_uncertain_words_are_shown_as_such(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    page = client.get(f"/calls/{ids['bad-call']}").text
    dropped = re.search(r'<li class="dropped" data-start="9.0".*?</li>', page, re.DOTALL)
    assert dropped
    assert "Thanks for watching" in dropped[0]
    assert "a phrase recognisers invent" in dropped[0]
    assert re.search(r'class="unsure" title="30% sure"', page)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_to_refuse_text_is_worded(
    client: FlaskClient, ids: dict[str, str], language: str
) -> None:
    page = client.get(f"/calls/{ids['bad-call']}?lang={language}").text
    reasons = re.findall(r'<li class="dropped".*?<p class="who">(.*?)</p>', page, re.DOTALL)
    assert len(set(reasons)) == len(reasons) == 8
    assert not re.search("repetition|low_confidence|no_speech|outro|too_fast", " ".join(reasons))


def test_pauses_stand_in_the_transcript_where_they_are_heard(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    page = client.get(f"/calls/{ids['bad-call']}").text
    transcript = page[page.index('<ol class="lines">') : page.index("</ol>")]
    wordings = [
        "The line rings for 0.4 s",
        "On hold in silence for 2.5 s",
        "On hold with music for 4.0 s",
        "Dead air for 4.5 s; it was the agent's turn",
    ]
    places = [transcript.index(wording) for wording in wordings]
    assert places == sorted(places)
    assert "Nobody speaks for" not in transcript
    earlier = client.get(f"/calls/{ids['mono-call']}").text
    assert "Nobody speaks for 6.0 s" in earlier


def section(page: str, name: str) -> str:
    """One section of the page, its tags gone, words apart by single spaces."""
    found = re.search(rf'<section class="{name}".*?</section>', page, re.DOTALL)
    assert found, name
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def test_faults_of_a_recording_are_named_with_what_they_mean_beside_the_figures(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    page = client.get(f"/calls/{ids['bad-call']}").text
    quality = section(page, "quality")
    assert "3 faults" in quality
    assert "Loud parts are cut off (clipped) Words in them may be misheard." in quality
    assert "not held against the agent" in quality
    assert "Each party is also heard on the other's channel" in quality
    assert (
        "Agent speech 43 dB over the noise Speech −18 dBFS Noise −61 dBFS Clipped 1.2%" in quality
    )
    assert "Other party heard 18%" in quality
    assert "<details open>" in page[page.index('class="quality"') :][:200]
    # Faults are told before the criteria they bear on.
    assert page.index('class="quality"') < page.index('class="criteria"')


def test_a_good_recording_takes_one_line(client: FlaskClient, ids: dict[str, str]) -> None:
    page = client.get(f"/calls/{ids['good-call']}").text
    assert section(page, "quality").startswith("Recording quality Good Agent speech 45 dB")
    assert "<details>" in page[page.index('class="quality"') :][:200]
    assert page.index('class="quality"') > page.index('class="criteria"')


def test_nothing_is_said_of_a_recording_that_an_earlier_version_heard(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    assert 'class="quality"' not in client.get(f"/calls/{ids['mono-call']}").text


@pytest.mark.parametrize("fault", get_args(Fault))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_fault_is_worded(app: Flask, fault: Fault, language: str) -> None:
    silent = ChannelQuality(None, -100.0, 0.0, 0.0)
    shown = Quality((Channel(None, 1, silent, 0.0, 0.0),), (fault,))
    with app.test_request_context(f"/?lang={language}"):
        page = render_template("calls/_quality.html", quality=shown)
    named = re.search(r"<b>(.+?)</b> <span>(.+?)</span>", page)
    assert named
    assert named[1] != fault
    assert len(named[2]) > 15


def test_the_talk_is_summed_up_in_figures(client: FlaskClient, ids: dict[str, str]) -> None:
    talk = section(client.get(f"/calls/{ids['bad-call']}").text, "talk")
    assert "Share of the talking Agent 60% Customer 40%" in talk
    assert "Agent 150 words/min Customer 140 words/min" in talk
    assert "Customer half within 0.4 s, nine in ten within 0.5 s" in talk
    assert "Agent came in 1 time, 0.6 s" in talk
    assert "1 back-channel (“mm”, “okay”) is not counted." in talk
    assert re.search(r"Hold with music Play 0:10–0:14 4.0 s", talk)
    assert re.search(r"Dead air Play 0:18–0:23 4.5 s", talk)


def test_the_speed_of_chinese_is_in_characters(client: FlaskClient, ids: dict[str, str]) -> None:
    assert "150 characters/min" in client.get(f"/calls/{ids['good-call']}").text
    assert "坐席 150 字/分" in section(
        client.get(f"/calls/{ids['good-call']}?lang=zh").text, "talk"
    )


def test_overlaps_of_a_mono_recording_are_said_to_be_less_certain(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    assert "Told from one mixed channel" in client.get(f"/calls/{ids['mono-call']}").text
    assert "Told from one mixed channel" not in client.get(f"/calls/{ids['bad-call']}").text


def test_the_legend_names_what_is_marked_and_nothing_else(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    def kinds(call_id: str) -> set[str]:
        return set(re.findall(r'data-kind="(\w+)"', client.get(f"/calls/{ids[call_id]}").text))

    everything = {"ringback", "hold", "music", "dead_air", "overtalk", "backchannel"}
    assert kinds("bad-call") == everything
    assert kinds("mono-call") == {"silence"}


def test_what_the_recogniser_wrote_is_kept_beside_simplified_characters(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    page = client.get(f"/calls/{ids['good-call']}").text
    assert re.search(r'<span data-original="雲"[^>]*>云</span>', page)
    assert "data-original" not in client.get(f"/calls/{ids['bad-call']}").text


def test_a_turn_links_to_the_criteria_it_proves(client: FlaskClient, ids: dict[str, str]) -> None:
    page = client.get(f"/calls/{ids['bad-call']}").text
    turn = re.search(
        r'<li class="turn agent"[^>]* data-start="14.0".*?</li>\s*</ul>', page, re.DOTALL
    )
    assert turn
    assert 'href="#criterion-privacy"' in turn[0]


def test_chinese_text_is_not_broken_by_spaces(client: FlaskClient, ids: dict[str, str]) -> None:
    page = client.get(f"/calls/{ids['good-call']}").text
    words = re.search(r'<p class="words heard" lang="zh-CN"[^>]*>(.*?)</p>', page, re.DOTALL)
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
    assert "nobody speaks in this recording, it holds only music" in page
    assert "<audio" not in page
    assert "Both parties no speech Noise −24 dBFS Clipped 0%" in section(page, "quality")
    assert "Good" not in section(page, "quality")


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

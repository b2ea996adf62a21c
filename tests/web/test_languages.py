"""Chinese and English, whole."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp import catalogue


def test_every_text_of_the_app_has_a_chinese_translation() -> None:
    stored = {message.id: message for message in catalogue.stored() if message.id}
    used = {message.id for message in catalogue.used() if message.id}
    assert set(stored) == used, "run python -m webapp.catalogue, then translate what is new"
    for message in stored.values():
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(strings), message.id
        assert not message.fuzzy, message.id


def test_translations_keep_their_placeholders() -> None:
    for message in catalogue.stored():
        if message.id and message.python_format:
            assert not list(message.check()), message.id


@pytest.mark.parametrize(
    ("preferred", "expected"),
    [("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"), ("en-GB", "en"), ("fr", "en"), ("zh-TW", "zh-CN")],
)
def test_the_browsers_preference_decides_at_first(
    client: FlaskClient, preferred: str, expected: str
) -> None:
    page = client.get("/", headers={"Accept-Language": preferred}).text
    assert f'<html lang="{expected}">' in page


def test_a_choice_is_remembered(client: FlaskClient) -> None:
    chosen = client.get("/?lang=zh")
    assert '<html lang="zh-CN">' in chosen.text
    assert "SameSite=Lax" in chosen.headers["Set-Cookie"]
    assert "HttpOnly" in chosen.headers["Set-Cookie"]
    assert '<html lang="zh-CN">' in client.get("/").text
    assert '<html lang="en">' in client.get("/?lang=en").text


def test_a_language_that_is_not_there_changes_nothing(client: FlaskClient) -> None:
    answer = client.get("/?lang=xx")
    assert '<html lang="en">' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_switching_keeps_what_is_listed(client: FlaskClient) -> None:
    page = client.get("/?q=a%26b&outcome=failed").text
    switch = re.search(r'<a href="([^"]+)" lang="zh-CN"', page)
    assert switch
    assert switch[1] == "?q=a%26b&amp;outcome=failed&amp;lang=zh"


@pytest.mark.parametrize(
    "address", ["/", "/?q=nothing-at-all", "/calls/{bad}", "/calls/{silent}", "/nowhere"]
)
def test_a_chinese_page_has_no_english_sentence(
    app: Flask, ids: dict[str, str], address: str
) -> None:
    page = app.test_client().get(
        address.format(bad=ids["good-call"], silent=ids["silent-call"]),
        headers={"Accept-Language": "zh"},
    )
    body = re.sub(r"<(script|svg|code|dl)\b.*?</\1>", "", page.text, flags=re.DOTALL)
    shown = re.sub(r"<[^>]+>", " ", body.split("<body")[1])
    # Names stay as they are; two words of English in a row would be a sentence.
    known = r"Call QA|English|SHA-256|qa serve|qa run|(good|bad|mono|silent)-call"
    assert not re.findall(r"[a-z]{2,} [a-z]{2,}", re.sub(known, "", shown))


def test_reasons_and_criteria_are_in_the_readers_language(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    page = client.get(f"/calls/{ids['bad-call']}?lang=zh").text
    assert "0.5 秒处，坐席说到" in page
    assert "主动问候" in page
    assert "致命项未通过" in page

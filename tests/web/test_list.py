"""The list of calls."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from qa.config import Settings
from qa.domain.records import CallQuery
from webapp import create_app
from webapp.calls import listing


def rows(page: str) -> list[str]:
    """The call ids that a page lists, in its order."""
    return re.findall(r'class="open" href="[^"]+">([^<]+)</a>', page)


def test_every_call_is_listed_the_one_with_a_start_first(client: FlaskClient) -> None:
    page = client.get("/").text
    assert rows(page)[0] == "bad-call"
    assert set(rows(page)) == {"bad-call", "good-call", "mono-call", "silent-call"}


def test_a_row_names_what_failed_and_marks_the_critical_one(client: FlaskClient) -> None:
    row = client.get("/?q=bad-call").text
    critical = re.search(r'<li class="chip critical">(.*?)</li>', row, re.DOTALL)
    assert critical
    assert "Critical" in critical[1]
    assert re.search(r'<li class="chip fail">.*?Says goodbye', row, re.DOTALL)
    assert "2 open" in row


def test_a_refused_recording_is_listed_with_its_reason_and_no_score(client: FlaskClient) -> None:
    page = client.get("/?outcome=not_scorable").text
    assert rows(page) == ["silent-call"]
    assert "nobody speaks in this recording" in page
    assert "No score" in page


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/?q=cross", {"bad-call"}),
        ("/?q=云帆", {"good-call", "mono-call"}),
        ("/?language=en", {"bad-call"}),
        ("/?outcome=critical", {"bad-call"}),
        ("/?outcome=open", {"bad-call", "mono-call"}),
        ("/?outcome=clean", {"good-call"}),
        ("/?outcome=nonsense&sort=nonsense&page=minus&language=xx", None),
    ],
)
def test_the_list_narrows(client: FlaskClient, address: str, expected: set[str] | None) -> None:
    found = set(rows(client.get(address).text))
    assert found == (expected or {"bad-call", "good-call", "mono-call", "silent-call"})


def test_counts_say_what_each_filter_would_show(client: FlaskClient) -> None:
    page = client.get("/").text
    counts = dict(re.findall(r'id="outcome-(\w+)".*?class="count[^"]*">(\d+)<', page))
    assert counts == {
        "all": "4",
        "critical": "1",
        "failed": "1",
        "open": "2",
        "not_scorable": "1",
        "clean": "1",
    }


def test_sorting_by_score_puts_the_worst_first_then_turns_round(client: FlaskClient) -> None:
    page = client.get("/?sort=score&order=up").text
    assert rows(page)[0] == "bad-call"
    assert 'aria-sort="ascending"' in page
    turned = re.search(r'id="sort-score" href="([^"]+)"', page)
    assert turned
    assert turned[1] == "/?sort=score"


def test_a_page_past_the_end_shows_the_last_one(client: FlaskClient) -> None:
    assert len(rows(client.get("/?page=999999999999").text)) == 4


def test_a_search_that_matches_nothing_offers_the_way_back(client: FlaskClient) -> None:
    page = client.get("/?q=no-such-words").text
    assert "No call matches" in page
    assert "Show all calls" in page


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, _env_file=None)  # type: ignore[call-arg]
    page = create_app(settings).test_client().get("/", headers={"Accept-Language": "en"}).text
    assert "No calls yet" in page
    assert "qa run FOLDER" in page


def test_a_query_survives_its_address() -> None:
    query = CallQuery(
        search="退款 a&b", language="zh", outcome="open", sort="score", descending=False, page=3
    )
    from werkzeug.datastructures import MultiDict

    assert listing.read(MultiDict(listing.same_page(query))) == query


def downloaded(client: FlaskClient, arguments: str) -> list[dict[str, str]]:
    """The rows of the list as a spreadsheet reads them."""
    answer = client.get(f"/calls.csv{arguments}")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="calls.csv"'
    assert answer.mimetype == "text/csv"
    text = answer.data.decode("utf-8")
    # Excel takes a file for UTF-8 by this mark alone.
    assert text.startswith("\ufeff")
    return list(csv.DictReader(text[1:].splitlines()))


def test_the_list_can_be_taken_away_as_it_is_filtered_and_sorted(client: FlaskClient) -> None:
    everything = downloaded(client, "?sort=call_id&order=up&page=7")
    names = [row["call_id"] for row in everything]
    assert names == ["bad-call", "good-call", "mono-call", "silent-call"]
    bad = everything[0]
    assert (bad["failed"], bad["critical_failed"]) == ("farewell privacy", "privacy")
    assert bad["open"] == "confirm_need customer_hangs_up_first"
    assert [row["call_id"] for row in downloaded(client, "?outcome=critical")] == ["bad-call"]
    assert downloaded(client, "?q=nothing-matches") == []


def test_a_refused_recording_leaves_with_its_reason_in_the_readers_language(
    client: FlaskClient,
) -> None:
    (row,) = downloaded(client, "?outcome=not_scorable&lang=zh")
    assert (row["status"], row["score"]) == ("not_scorable", "")
    assert row["reason"].startswith("整段录音只有音乐，没有人说话")


def test_the_link_takes_away_what_is_listed(client: FlaskClient) -> None:
    page = client.get("/?outcome=failed&q=call&page=1").text
    assert 'href="/calls.csv?q=call&amp;outcome=failed" download' in page

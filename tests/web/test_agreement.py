"""Agreement in the app: by criterion, one criterion, by rater and over time, for who calibrates."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest

from qa import bootstrap
from qa.domain.people import UserRole
from qa.domain.scorecard import Outcome
from qa.store.engine import make_engine
from tests.integration import answered_calls, rated_calls
from tests.integration.rated_calls import Rated, RatedCalls, Verdicts
from tests.web.calibration_desk import words

PASS, FAIL, NA = Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE
RECENTLY = datetime.now(UTC) - timedelta(days=40)
PAGES = ("/agreement", "/agreement?with=machine", "/agreement/raters", "/agreement/course")


def rows(answer: Any) -> list[dict[str, str]]:
    """A downloaded table."""
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def row_of(page: str, title: str) -> str:
    """What the row of a table says whose heading holds a title."""
    for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL):
        if "<th scope" in row and title in row and "<td" in row:
            return words(row)
    raise AssertionError(f"no row of {title}")


@pytest.fixture
def rated(staff: Any, monkeypatch: pytest.MonkeyPatch) -> RatedCalls:
    """The staff's store, to write calls and sessions into."""
    with staff.open_store() as unit:
        ref = unit.agreement.rubrics()[0]
    for module in (answered_calls, rated_calls):
        monkeypatch.setattr(module, "RUBRIC", ref)
    return RatedCalls(
        staff.open_store, users=dict(staff.users), engine=make_engine(staff.settings.store_url)
    )


def many(
    rated: RatedCalls,
    says: Mapping[str, Sequence[Verdicts]],
    machine: Sequence[Verdicts],
    masters: Verdicts | None = None,
) -> str:
    """Sessions on the same few calls, one after the other, until each person has said it all; the last one's id.

    What is rated is a call of a session, so that few calls make up for many.
    """
    for number, verdicts in enumerate(machine):
        rated.call(f"many-{number}", "A201", verdicts, started_at=RECENTLY)
    session = ""
    for first in range(0, len(next(iter(says.values()))), len(machine)):
        session = rated.session(
            {
                f"many-{number}": tuple(
                    Rated(login, said[first + number])
                    for login, said in says.items()
                    if first + number < len(said)
                )
                for number in range(len(machine))
            },
            masters={f"many-{number}": masters or {} for number in range(len(machine))},
            revealed_at=RECENTLY,
        )
    return session


def greeting(*outcomes: Outcome) -> list[Verdicts]:
    return [{"greeting": outcome} for outcome in outcomes]


@pytest.fixture
def paradox(rated: RatedCalls) -> str:
    """96 calls that both pass, two that one fails alone and two that the other does; the last session."""
    sun = greeting(*[FAIL] * 2, *[PASS] * 98)
    sam = greeting(*[PASS] * 98, *[FAIL] * 2)
    return many(rated, {"sun": sun, "sam": sam}, greeting(FAIL, *[PASS] * 19))


# --- who and when ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*PAGES, "/agreement/criteria/greeting"])
def test_agreement_is_for_who_calibrates(staff: Any, path: str) -> None:
    assert staff.client_as("sun").get(path).status_code == 200
    assert staff.client_as("ada").get(path).status_code == 200
    assert staff.client_as("amy").get(path).status_code == 403
    assert staff.stranger().get(path).status_code == 302


def test_without_ratings_the_pages_say_what_to_do(staff: Any) -> None:
    client = staff.client_as("sam")
    page = client.get("/agreement").text
    assert "No ratings yet" in page
    assert 'href="/calibration"' in page
    assert "No ratings here" in client.get("/agreement/raters").text
    assert "No ratings here" in client.get("/agreement/course").text
    assert "Nothing yet; 60 calls needed." in words(client.get("/agreement/criteria/greeting").text)


def test_a_criterion_that_does_not_exist_is_not_there(staff: Any) -> None:
    assert staff.client_as("sam").get("/agreement/criteria/nonsense").status_code == 404


# --- by criterion ------------------------------------------------------------------------------


def test_people_stand_with_interval_and_count(staff: Any, paradox: str) -> None:
    assert paradox
    row = row_of(staff.client_as("sam").get("/agreement").text, "Greets the customer")
    assert re.search(r"100 2\.0% 96% 9\d% to 9\d%", row)
    assert "0.96 0." in row  # Gwet's AC1 before its interval
    assert "Paradox" in row  # four lone failures, and AC1 as high as that


def test_the_machine_stands_beside_what_people_settled_on(staff: Any, paradox: str) -> None:
    assert paradox
    row = row_of(staff.client_as("sam").get("/agreement?with=machine").text, "Greets the customer")
    assert "Nobody failed it in 96 calls" in row
    assert "96%" in row  # of the 96 passes four are failed by the machine


def test_the_paradox_is_explained_where_it_appears(staff: Any, paradox: str) -> None:
    page = staff.client_as("sam").get("/agreement/criteria/greeting").text
    assert "Paradox" in row_of(page, "Sam Okafor and")
    assert re.search(r"Sam Okafor Fail 0 2 Sam Okafor Pass 2 96", words(page))
    assert "People differ on 4 calls." in words(page)
    assert f'href="/calibration/{paradox}"' in page
    assert words(page).count("Pass") > 8


def test_too_few_calls_are_a_sentence_and_no_figure(staff: Any, rated: RatedCalls) -> None:
    many(rated, {"sun": greeting(PASS, FAIL), "sam": greeting(PASS, PASS)}, greeting(PASS, PASS))
    client = staff.client_as("sam")
    row = row_of(client.get("/agreement").text, "Greets the customer")
    assert re.search(r"Too little in 2 calls; about \d+ more needed", row)
    page = words(client.get("/agreement/criteria/greeting").text)
    assert "Too little in 2 calls" in page
    assert "nan" not in page.lower().split()


def test_one_rater_alone_agrees_with_nobody(staff: Any, rated: RatedCalls) -> None:
    many(rated, {"sun": greeting(*[PASS] * 3)}, greeting(*[PASS] * 3))
    client = staff.client_as("sam")
    assert "No ratings here" in client.get("/agreement").text
    page = words(client.get("/agreement/criteria/greeting").text)
    assert "Nothing yet; 60 calls needed." in page
    assert "3 calls that both settled." in page


def test_figures_are_narrowed_by_the_address(staff: Any, paradox: str) -> None:
    assert paradox
    client = staff.client_as("sam")
    later = (RECENTLY + timedelta(days=3)).date().isoformat()
    for wish in (
        f"since={later}",
        "source=reviews",
        "source=random",
        "rubric=another",
        "team=none",
    ):
        assert "No ratings here" in client.get(f"/agreement?{wish}").text, wish
    team = staff.users["amy"].team.public_id
    wide = f"/agreement?team={team}&source=blind&until={later}&since=x&rubric=service-standard"
    assert "Greets the customer" in client.get(wide).text


def test_sorting_keeps_what_is_withheld_last(staff: Any, rated: RatedCalls) -> None:
    seen: dict[str, list[Verdicts]] = {"sun": [], "sam": []}
    for number in range(70):
        few = {"farewell": PASS} if number < 5 else {}
        for login, said in seen.items():
            strict = login == "sam" and number % 3 == 0
            said.append({"greeting": PASS, "thanks": FAIL if strict else PASS, **few})
    many(rated, seen, [{"greeting": PASS, "thanks": PASS, "farewell": PASS}] * 10)
    client = staff.client_as("sam")

    def order(wish: str) -> list[str]:
        page = client.get(f"/agreement?{wish}").text
        return re.findall(r'<th scope="row">\s*<a href="/agreement/criteria/(\w+)', page)

    assert order("sort=raw") == ["thanks", "greeting", "farewell"]
    assert order("sort=raw&order=down") == ["greeting", "thanks", "farewell"]
    assert order("sort=nonsense") == ["greeting", "thanks", "farewell"]
    assert 'aria-sort="ascending"' in client.get("/agreement?sort=raw").text


def test_nothing_is_shown_of_a_session_that_is_open(staff: Any, rated: RatedCalls) -> None:
    rated.call("open", "A201", {"greeting": PASS})
    rated.session(
        {"open": (Rated("sun", {"greeting": FAIL}), Rated("sam", {"greeting": FAIL}))},
        revealed_at=None,
    )
    for path in (*PAGES, "/agreement/criteria/greeting"):
        page = staff.client_as("ada").get(path).text
        assert "open" not in re.findall(r">open<", page)
        assert "No ratings" in page or "Nothing yet" in page


# --- by rater and over time --------------------------------------------------------------------


def test_raters_stand_beside_the_master_with_the_machine_last(
    staff: Any, rated: RatedCalls
) -> None:
    seen: dict[str, list[Verdicts]] = {"sun": [], "sam": []}
    for number in range(40):
        for login, said in seen.items():
            strict = login == "sam" and number % 4 < 2
            said.append(
                {"greeting": FAIL if strict else PASS, "thanks": PASS if number % 2 else FAIL}
            )
    machine = [{"greeting": PASS, "thanks": PASS if number % 2 else FAIL} for number in range(10)]
    many(rated, seen, machine, {"greeting": PASS})
    client = staff.client_as("ada")
    page = client.get("/agreement/raters").text
    assert re.search(r"Sam Okafor 40 −25\.0 −3\d\.\d to −1\d\.\d", row_of(page, "Sam Okafor"))
    assert "60 of 80 0 / 20" in row_of(page, "Sam Okafor")
    assert "All alike in 40 calls" in row_of(page, "孙悦")
    assert page.index("The machine") > page.index("孙悦")
    assert "ICC(2,1)" in page
    told = rows(client.get("/agreement/raters.csv?sort=leniency&order=down"))
    assert told[0]["rater"] == "Sam Okafor"
    assert {row["rater"] for row in told} == {"Sam Okafor", "孙悦", "machine"}
    assert told[0]["leniency"] == "-25.0"


@pytest.mark.parametrize("measure", ["raw", "gwet", "sensitivity", "specificity", "machine"])
@pytest.mark.parametrize("step", ["1", "3"])
def test_the_course_shows_each_measure_by_month(
    staff: Any, paradox: str, measure: str, step: str
) -> None:
    assert paradox
    client = staff.client_as("sam")
    page = client.get(f"/agreement/course?measure={measure}&step={step}").text
    assert "Greets the customer" in page
    told = rows(client.get(f"/agreement/course.csv?measure={measure}&step={step}"))
    assert len(told) == (12 if step == "1" else 8)
    assert sum(int(row["calls"]) for row in told) in (96, 97, 100, 0)
    shown = [row for row in told if row["figure"]]
    assert len(shown) == (0 if measure == "sensitivity" else 1)


def test_a_course_without_a_figure_leads_to_longer_stretches(staff: Any, rated: RatedCalls) -> None:
    many(rated, {"sun": greeting(PASS), "sam": greeting(PASS)}, greeting(PASS))
    client = staff.client_as("sam")
    page = client.get("/agreement/course").text
    assert "No stretch has enough calls" in page
    (longer,) = re.findall(r'<a href="([^"]+)">Take three months together', page)
    assert "Take three months" not in client.get(unescape(longer)).text


# --- taking it along ---------------------------------------------------------------------------


def test_all_figures_can_be_taken_along(staff: Any, paradox: str) -> None:
    assert paradox
    client = staff.client_as("sam")
    (row,) = rows(client.get("/agreement/criteria.csv"))
    assert (row["criterion"], row["people_calls"], row["people_raw"]) == ("greeting", "100", "0.96")
    assert row["machine_sensitivity"] == ""
    assert row["machine_sensitivity_withheld"] == "nobody_failed"
    assert (
        float(row["people_gwet_low"]) < float(row["people_gwet"]) < float(row["people_gwet_high"])
    )
    assert (row["only_machine_failed"], row["neither_failed"]) == ("4", "92")
    (found,) = client.get("/agreement/criteria.json").json["criteria"]
    assert found["people"]["gwet"]["value"] == pytest.approx(0.9583, abs=1e-3)
    assert found["machine"]["sensitivity"]["withheld"] == "nobody_failed"
    assert found["machine"]["failures"] == [[0, 0], [4, 92]]
    (pair,) = rows(client.get("/agreement/criteria/greeting/pairs.csv"))
    assert {pair["rater"], pair["other_rater"]} == {"Sam Okafor", "孙悦"}


def test_the_pages_are_chinese_for_who_reads_chinese(staff: Any, paradox: str) -> None:
    assert paradox
    client = staff.client_as("sun")
    for path in (*PAGES, "/agreement/criteria/greeting"):
        page = words(client.get(path, headers={"Accept-Language": "zh"}).text)
        assert "一致性" in page
        assert "calls" not in page


def test_disputed_verdicts_count_against_who_gave_them(staff: Any, rated: RatedCalls) -> None:
    assert bootstrap.SystemClock().now() > RECENTLY
    assert staff.users["sun"].role is UserRole.SUPERVISOR
    rated.call("c1", "A201", {"greeting": PASS, "thanks": PASS})
    rated.review("c1", "sun", {"greeting": PASS, "thanks": PASS})
    rated.review("c1", "sam", {"greeting": FAIL, "thanks": PASS})
    page = staff.client_as("sam").get("/agreement/criteria/greeting").text
    assert "People differ on 1 call." in words(page)
    assert f'href="/calls/{rated.ids["c1"]}#greeting"' in page

"""The pages of nights: what they say, to whom, and what they keep to themselves."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from qa import bootstrap
from qa.domain.access import Scope
from qa.domain.night import NightKind
from qa.services import tokens
from qa.services.calibration.steps import Draft, Terms, make_calibration
from qa.services.nights.reading import NightMetrics, night_metrics
from tests.integration.nights_lab import (
    DAY,
    FIRST,
    figures,
    keep_night,
    refusal,
    report,
    steady_nights,
)

TOKEN = "of the lock"  # noqa: S105 - a lock's, and no key to anything
LAST = FIRST + 20 * DAY


@pytest.fixture
def night(staff: Any) -> int:
    """The id of a night that went badly, after thirteen that went well."""
    steady_nights(staff.open_store, 13, until=LAST)
    refused = (refusal("a.wav"), refusal("b & <b>.wav"))
    given_up = refusal("poison file.wav", "recording.fault", stage="score", kind="ValueError")
    told = report(LAST, scored=60, refusals=refused, quarantined=(given_up,), waiting=("half.wav",))
    return keep_night(
        staff.open_store,
        told,
        at=LAST,
        counted=figures(60, score=60.0, failed=40),
        refused=(*refused, given_up),
        findings={"told": [{"channel": "mail", "ok": False, "code": "mail.login"}]},
    )


def test_the_list_shows_each_night_with_what_became_of_its_recordings(
    staff: Any, night: int
) -> None:
    page = staff.client_as("sam").get("/nights").text
    assert page.count("<tr>") == 15
    assert f'href="/nights/{night}"' in page
    assert "Scored 60, Not scorable 2, Quarantined 1, Left for the next night 1" in page
    assert "Watched folders" not in page


def test_without_a_night_the_page_says_how_to_get_one(staff: Any) -> None:
    page = staff.client_as("sam").get("/nights").text
    assert "No night yet" in page
    assert "qa night --from" in page


def test_the_list_is_sorted_by_its_headings_and_parted_by_kind(staff: Any, night: int) -> None:
    watched = keep_night(staff.open_store, report(LAST), at=LAST, kind=NightKind.WATCH)
    client = staff.client_as("sam")
    worst = client.get("/nights?sort=scored&order=up").text
    assert re.findall(r"/nights/(\d+)\"", worst)[0] == str(night)
    assert 'aria-sort="ascending"' in worst
    page = client.get("/nights?kind=watch").text
    assert re.findall(r"/nights/(\d+)\"", page) == [str(watched)]
    assert client.get("/nights?sort=nonsense&page=-3&kind=x").status_code == 200


def test_many_nights_are_paged(staff: Any) -> None:
    steady_nights(staff.open_store, 31, until=LAST)
    client = staff.client_as("sam")
    assert "Page 1 of 2" in client.get("/nights").text
    assert len(re.findall(r"/nights/\d+\"", client.get("/nights?page=2").text)) == 1


def test_the_table_has_every_night(staff: Any, night: int) -> None:
    answer = staff.client_as("sam").get("/nights.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len(rows) == 14
    assert rows[0]["night"] == str(night)
    assert rows[0]["not_scorable"] == "2"


def test_the_report_names_what_has_no_score_and_links_its_call(staff: Any, night: int) -> None:
    page = staff.client_as("sam").get(f"/nights/{night}").text
    assert "the file is empty (0 bytes)" in page
    assert "b &amp; &lt;b&gt;.wav" in page
    assert re.search(r'<a href="/calls/[\w-]{22}">a\.wav</a>', page)
    assert "qa retry &#39;poison file.wav&#39;" in page
    assert "half.wav" in page
    assert "the mail server does not accept" in page


def test_figures_out_of_their_limits_are_marked(staff: Any, night: int) -> None:
    page = staff.client_as("sam").get(f"/nights/{night}").text
    assert "usual" in page
    assert page.count('class="signal"') >= 2
    assert "Greets the customer" in page


def test_the_report_is_there_in_chinese(staff: Any, night: int) -> None:
    page = staff.client_as("sun").get(f"/nights/{night}").text
    assert "无法评分的录音（按原因）" in page
    assert "平均分" in page
    assert "主动问候" in page
    assert "未能通知邮件" in page


def test_an_operator_sees_the_report_and_no_way_to_calls(staff: Any, night: int) -> None:
    client = staff.client_as("otto")
    assert 'href="/nights"' in client.get("/account").text
    page = client.get(f"/nights/{night}").text
    assert "a.wav" in page
    assert "/calls/" not in page


def test_an_operator_who_logs_in_lands_where_they_may_be(staff: Any) -> None:
    form = {"login": "otto", "password": staff.password}
    answer = staff.stranger().post("/login", data=form)
    assert answer.status_code == 302
    assert answer.location == "/nights"


def test_agents_never_see_a_night(staff: Any, night: int) -> None:
    client = staff.client_as("amy")
    for path in ("/nights", f"/nights/{night}", "/nights.csv", f"/nights/{night}/report.json"):
        assert client.get(path).status_code == 403
    assert 'href="/nights"' not in client.get("/me").text


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (report(FIRST, stopped="hour", left=9), "9 recordings were not begun"),
        (report(FIRST, error="the disk is full"), "the disk is full"),
        (None, "The process ended without a word"),
    ],
)
def test_a_night_that_did_not_go_to_its_end_says_so(staff: Any, told: Any, words: str) -> None:
    night_id = keep_night(staff.open_store, told, at=FIRST)
    assert words in staff.client_as("sam").get(f"/nights/{night_id}").text


def test_a_night_that_goes_on_shows_how_far_it_is(staff: Any) -> None:
    now = bootstrap.SystemClock().now()
    night_id = keep_night(staff.open_store, None, at=now, refused=[refusal("a.wav")])
    with staff.open_store(writes=True) as unit:
        unit.run_locks.take("run", holder="here", token=TOKEN, seen=None)
        unit.run_locks.assign("run", TOKEN, unit.nights.night(night_id, now=now).night.run_id)
        unit.commit()
    client = staff.client_as("sam")
    assert "1 of 100 done" in client.get(f"/nights/{night_id}").text
    assert "Running" in client.get("/nights").text


def test_the_document_and_the_files_can_be_downloaded(staff: Any, night: int) -> None:
    client = staff.client_as("sam")
    document = json.loads(client.get(f"/nights/{night}/report.json").text)
    assert document["recordings"]["scored"] == 60
    assert document["drift"]["alarms"]
    table = client.get(f"/nights/{night}/files.csv").text
    rows = list(csv.DictReader(io.StringIO(table.lstrip("\ufeff"))))
    assert [(row["outcome"], row["recording"]) for row in rows][-1] == (
        "quarantined",
        "poison file.wav",
    )


def test_a_supervisor_who_rates_blind_sees_counts_and_not_those_calls(staff: Any) -> None:
    small = keep_night(
        staff.open_store,
        report(FIRST, found=4, scored=3, refusals=(refusal("a.wav"),)),
        at=FIRST,
        counted=figures(2, failed=1),
        refused=[refusal("a.wav")],
    )
    # The night's run is that of the seeded calls, one of which is to be rated blind.
    with staff.open_store() as unit:
        mine = unit.nights.night(small, now=FIRST).night.run_id
    with staff.open_store(writes=True) as unit:
        _give_calls_to(unit, mine)
        unit.commit()
    raters = [staff.users[login].public_id for login in ("sun", "ada")]
    due = bootstrap.SystemClock().now() + timedelta(days=7)
    make_calibration(
        staff.open_store,
        bootstrap.SystemClock(),
        staff.actor("sam"),
        Draft(Terms("Blind", "", due), [staff.ids["bad-call"]], raters),
    )
    blind = json.loads(staff.client_as("sun").get(f"/nights/{small}/report.json").text)
    sees = json.loads(staff.client_as("sam").get(f"/nights/{small}/report.json").text)
    assert sees["figures"]["calls"] == 2
    assert blind["figures"] is None
    assert blind["recordings"] == sees["recordings"]
    metrics = _metrics_for(staff, "sun")
    assert metrics.ended is not None
    assert metrics.ended.figures is None

    # Nor does the next night tell, which shows what is usual beside its own.
    after = keep_night(staff.open_store, report(FIRST + DAY), at=FIRST + DAY, counted=figures())

    def nights_in_course(login: str) -> set[int]:
        told = json.loads(staff.client_as(login).get(f"/nights/{after}/report.json").text)
        return {len(each["course"]) for each in told["drift"]["figures"]}

    assert nights_in_course("sam") == {2}
    assert nights_in_course("sun") == {1}


def _metrics_for(staff: Any, login: str) -> NightMetrics:
    reader = staff.open_store.for_reader(staff.users[login].id)
    return night_metrics(reader, bootstrap.SystemClock(), staff.actor(login))


def _give_calls_to(unit: Any, run_id: int) -> None:
    from sqlalchemy import update

    from qa.store.tables import ScorecardRow

    unit._session.execute(update(ScorecardRow).values(run_id=run_id))


def test_metrics_open_to_a_token_that_may_read_them_and_to_no_other(staff: Any, night: int) -> None:
    def scrape(*scopes: Scope) -> Any:
        issued = tokens.issue_token(
            staff.open_store,
            staff.actor("ada"),
            bootstrap.SystemClock(),
            name=" ".join(scopes),
            scopes=scopes,
            days=30,
        )
        header = {"Authorization": f"Bearer {issued.secret}"}
        return staff.app.test_client().get("/metrics", headers=header)

    answer = scrape(Scope.READ_METRICS)
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain; version=0.0.4")
    found = {
        sample.name: sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    assert found["callqa_night_end_timestamp_seconds"] == (LAST + timedelta(hours=2)).timestamp()
    assert found["callqa_night_drift_alarms"] >= 2
    assert scrape(Scope.READ_CALLS).status_code == 403
    header = {"Authorization": "Bearer cqt_guessed"}
    assert staff.app.test_client().get("/metrics", headers=header).status_code == 401
    assert staff.app.test_client().get("/metrics").status_code == 302


def test_a_token_for_metrics_opens_no_page(staff: Any, night: int) -> None:
    issued = tokens.issue_token(
        staff.open_store,
        staff.actor("ada"),
        bootstrap.SystemClock(),
        name="prometheus",
        scopes=[Scope.READ_METRICS],
        days=30,
    )
    header = {"Authorization": f"Bearer {issued.secret}"}
    assert staff.app.test_client().get(f"/nights/{night}", headers=header).status_code == 302
    calls = staff.app.test_client().get("/api/v1/calls", headers=header)
    assert calls.status_code == 403

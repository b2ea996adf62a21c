"""The morning report: its document, its words, what may leave the machine, metrics, and who is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from rich.cells import cell_len

from qa import bootstrap
from qa.config import Settings
from qa.domain.night import NightKind, NightState
from qa.domain.wording import LANGUAGES, Language, Text
from qa.interop import metrics
from qa.interop.night_text import heading, plain, reason_label, sections, subject
from qa.interop.webhook_http import HttpSender
from qa.ports import UnitOfWorkFactory
from qa.ports.messages import Mail
from qa.ports.nights import Night, NightFigures, NightWhole
from qa.ports.programs import Undelivered
from qa.services.nights.charts import Figure, courses
from qa.services.nights.morning import Document, for_outside, morning_report
from qa.services.nights.reading import NightMetrics
from qa.services.nights.telling import Ways, failed_url, tell
from qa.statistics.agreement.figures import Withheld
from tests.integration.nights_lab import DAY, FIRST, figures, refusal, report

TITLES = {"greeting": Text("主动问候", "Greets the customer")}
SECRETS = ("13800138000", "call-", "poison", "half.wav", "same content")


def whole(**changes: Any) -> NightWhole:
    """A night with something of everything."""
    told = report(
        FIRST,
        **{
            "scored": 90,
            "refusals": (
                refusal("in-13800138000.wav"),
                refusal("b.wav"),
                refusal("c.wav", "recording.truncated", stated_s=120.0, actual_s=31.2),
            ),
            "quarantined": (
                refusal("poison.wav", "recording.fault", stage="recognise", kind="MemoryError"),
            ),
            "waiting": ("half.wav",),
            "put_off": 1,
            "warnings": ("x.wav has the same content as y.wav; it is scored once",),
            **changes,
        },
    )
    night = Night(
        id=7,
        run_id=9,
        kind=NightKind.NIGHT,
        state=NightState.FINISHED,
        since=FIRST - DAY,
        started_at=FIRST,
        deadline=FIRST + timedelta(hours=5),
        finished_at=told.finished_at,
        found=told.found,
        planned=95,
        scored=told.scored,
        not_scorable=len(told.refusals),
        quarantined=len(told.quarantined),
        done_before=0,
        unfinished=2,
        stopped=told.stopped,
        fault="",
        audio_s=told.audio_s,
        wall_s=told.wall_s,
        speed=5.0,
    )
    findings = {
        "weekly_alarms": [
            {
                "rubric": "service-standard",
                "figure": "score",
                "week": "2026-02-23",
                "n": 40,
                "value": 61.0,
                "low": 70.1,
                "high": 85.0,
                "centre": 78.0,
                "signal": "below",
            }
        ],
        "licences": [
            {
                "rubric": "service-standard",
                "criterion": "greeting",
                "before": "assist",
                "after": "auto",
                "cause": "earned",
            }
        ],
        "told": [
            {"channel": "mail", "ok": False, "code": "mail.refused", "params": {"status": 550}},
            {"channel": "ping", "ok": True},
        ],
    }
    return NightWhole(night, told, figures(), findings)


def before(nights: int) -> list[tuple[Any, NightFigures]]:
    return [
        (FIRST - back * DAY, figures(score=80.0 + (back % 3 - 1), failed=9 + back % 3))
        for back in range(nights, 0, -1)
    ]


def document(language: Language = "en", nights: int = 14, **changes: Any) -> Document:
    found = whole(**changes)
    assert found.figures is not None
    return morning_report(
        found,
        courses(before(nights), FIRST, changes.pop("counted", found.figures)),
        titles=TITLES,
        pages={"call-b.wav": "kXv"},
        every_file=True,
        language=language,
    )


# --- the document ------------------------------------------------------------------------------


def test_the_document_counts_everything_and_groups_what_has_no_score_by_reason() -> None:
    told = document()
    assert told["recordings"]["found"] == 100
    assert told["recordings"]["put_off"] == 1
    assert [(each["code"], each["count"]) for each in told["not_scorable"]] == [
        ("recording.empty", 2),
        ("recording.truncated", 1),
    ]
    assert told["not_scorable"][0]["files"][1] == {
        "recording": "b.wav",
        "call_id": "call-b.wav",
        "call": "kXv",
        "reason": "the file is empty (0 bytes)",
    }
    assert told["audio"] == {"seconds": 36_000.0, "hours": 10.0, "speed": 5.0}
    assert [each["stage"] for each in told["stages"]] == ["recognise", "score", "decode"]
    assert sum(each["share"] for each in told["stages"]) == pytest.approx(1, abs=1e-3)
    assert told["figures"]["languages"] == {"en": 0.5, "zh": 0.5}
    assert told["told"][0]["reason"] == "the mail server refused the message (code 550)"
    json.dumps(told, allow_nan=False)


def test_a_reader_who_may_not_open_a_call_sees_it_counted_and_not_named() -> None:
    told = morning_report(
        whole(), (), titles={}, pages={"call-b.wav": "kXv"}, every_file=False, language="en"
    )
    empty = told["not_scorable"][0]
    assert empty["count"] == 2
    assert [each["recording"] for each in empty["files"]] == ["b.wav"]
    assert told["quarantined"][0]["files"] == []


def test_a_night_like_the_ones_before_is_within_its_limits() -> None:
    drift = document()["drift"]
    assert drift["enough"]
    assert drift["nights"] == 14
    assert drift["alarms"] == []
    score = drift["figures"][0]
    assert score["figure"] == "score"
    assert score["low"] < score["value"] < score["high"]
    assert len(score["course"]) == 15


@pytest.mark.parametrize(
    ("counted", "figure", "signal"),
    [
        (figures(score=60.0), Figure.SCORE, "below"),
        (figures(failed=45), Figure.FAILED, "above"),
        (replace(figures(), unsure=40), Figure.UNSURE, "above"),
        (replace(figures(), languages={"zh": 95, "en": 5}), Figure.CHINESE, "above"),
        (replace(figures(), critical=40), Figure.CRITICAL, "above"),
    ],
)
def test_what_moved_further_than_chance_takes_it_is_an_alarm(
    counted: NightFigures, figure: Figure, signal: str
) -> None:
    found = courses(before(14), FIRST, counted)
    moved = [each for each in found if each.now and each.now.signal]
    assert (figure, signal) in [
        (each.figure, each.now.signal) for each in moved if each.now is not None
    ]


def test_with_too_few_nights_there_are_no_limits_and_the_report_says_so() -> None:
    found = courses(before(11), FIRST, figures())
    assert all(isinstance(each.chart, Withheld) for each in found)
    assert document(nights=11)["drift"]["enough"] is False
    text = plain(document(nights=11), "en", UTC)
    assert "There are 11 nights before this one; limits take 12" in text


def test_a_night_without_calls_has_no_figures_and_no_alarm() -> None:
    found = courses(before(14), FIRST, NightFigures("service-standard"))
    assert all(each.now is None for each in found)


# --- in words ----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_reads_in_either_language_and_says_everything(language: Language) -> None:
    told = document(language, stopped="hour", left=7)
    text = plain(told, language, UTC)
    parts = [section.title for section in sections(told, language)]
    assert len(parts) == len(set(parts)) == 12
    has_han = any("一" <= letter <= "鿿" for letter in text)
    assert has_han is (language == "zh")
    for each in ("in-13800138000.wav", "half.wav", "10.00", "service-standard greeting"):
        assert each in text
    assert "{" not in text


def test_the_heading_says_how_it_ended_and_what_is_left() -> None:
    told = {**document(stopped="budget", left=7), "state": "cut", "stopped": "budget"}
    first, why = heading(told, "en", UTC)
    assert first == "Night of 2026-03-01, no. 7: stopped early; the rest goes on next time"
    assert why == (
        "Why it stopped: its time was used up; 7 recordings were not begun and are the next night's"
    )
    assert subject(told, "zh", UTC) == "质检夜间任务 2026-03-01：提前停止，剩余的下次继续"


def test_columns_of_chinese_stand_under_one_another() -> None:
    text = plain(document("zh"), "zh", UTC)
    block = next(part for part in text.split("\n\n") if part.startswith("录音\n"))
    rows = block.splitlines()[1:]
    starts = {cell_len(row) - cell_len(row.rsplit("  ", 1)[1]) for row in rows}
    assert len(starts) == 1


def test_what_recordings_of_a_reason_have_in_common_has_gaps_for_the_rest() -> None:
    assert reason_label("recording.truncated", "en") == (
        "the file is cut short: its header says … s, … s are there"
    )
    assert "…" in reason_label("recording.missing", "zh")


# --- outside -----------------------------------------------------------------------------------


def test_nothing_that_names_a_file_a_call_or_a_person_leaves_the_machine() -> None:
    told = for_outside(document())
    written = json.dumps(told, ensure_ascii=False) + plain(told, "en", UTC)
    assert not [secret for secret in SECRETS if secret in written]
    assert told["not_scorable"] == [
        {"code": "recording.empty", "count": 2},
        {"code": "recording.truncated", "count": 1},
    ]
    assert "the file is empty (0 bytes)" in written


def test_the_sentence_of_an_error_stays_here_too() -> None:
    told = {**document(), "error": "/srv/13800138000 is not there", "state": "failed"}
    outside = for_outside(told)
    assert outside["failed"] is True
    assert "13800138000" not in json.dumps(outside)
    assert "It was ended by an error" in plain(outside, "en", UTC)


# --- metrics -----------------------------------------------------------------------------------


def samples(found: NightMetrics) -> dict[tuple[str, str], float]:
    written = metrics.text(metrics.registry(found)).decode()
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(written)
        for sample in family.samples
    }


def test_metrics_are_what_prometheus_reads() -> None:
    ended = whole()
    found = samples(NightMetrics(ended.night, ended, alarms=2, quarantined=3))
    assert found["callqa_night_recordings", "scored"] == 90
    assert found["callqa_night_recordings", "waiting"] == 1
    assert found["callqa_night_not_scorable_recordings", "recording.empty"] == 2
    assert found["callqa_night_stage_seconds", "recognise"] == 6_000
    assert found["callqa_night_speed_ratio", ""] == 5
    assert found["callqa_night_drift_alarms", ""] == 2
    assert found["callqa_recordings_quarantined", ""] == 3
    assert found["callqa_night_end_timestamp_seconds", ""] == (FIRST + DAY / 12).timestamp()
    assert found["callqa_night_low_confidence_ratio", ""] == pytest.approx(0.04)
    assert found["callqa_night_language_ratio", "zh"] == 0.5
    assert all(name.startswith("callqa_") for name, _ in found)


def test_before_the_first_night_metrics_say_that_none_runs() -> None:
    found = samples(NightMetrics(None, None, alarms=0, quarantined=0))
    assert found == {
        ("callqa_recordings_quarantined", ""): 0,
        ("callqa_night_running", ""): 0,
        ("callqa_night_failed", ""): 0,
    }


def test_every_metric_is_documented(root: Path) -> None:
    page = (root / "docs/night.md").read_text(encoding="utf-8")
    ended = whole()
    names = {name for name, _ in samples(NightMetrics(ended.night, ended, 0, 0))}
    assert names
    assert {name for name in names if name not in page} == set()


# --- who is told -------------------------------------------------------------------------------


class Monitor(BaseHTTPRequestHandler):
    """Notes what is asked for and answers with the server's status."""

    server: Any

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@contextmanager
def monitoring(status: int = 200) -> Iterator[tuple[str, list[str]]]:
    http = ThreadingHTTPServer(("127.0.0.1", 0), Monitor)
    http.asked, http.status = [], status  # type: ignore[attr-defined]
    thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}/ping/6f1", http.asked  # type: ignore[attr-defined]
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


class Post:
    """A mailer that fails as a test tells it to."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.fault = fault
        self.sent: list[Mail] = []

    def send(self, mail: Mail) -> None:
        if self.fault is not None:
            raise self.fault
        self.sent.append(mail)


@pytest.fixture
def open_store(tmp_path: Path) -> UnitOfWorkFactory:
    return bootstrap.unit_of_work(Settings(home=tmp_path / "var", _env_file=None))  # type: ignore[call-arg]


def told_by(ways: Ways, open_store: UnitOfWorkFactory, *, failed: bool = False) -> dict[str, Any]:
    mail = Mail("a night", "went well")
    clock = bootstrap.SystemClock()
    found = tell(ways, open_store, clock, document(), mail, failed=failed)
    return {each["channel"]: each.get("code", True) for each in found}


def test_a_monitor_is_asked_after_a_night_and_told_of_one_that_failed(
    open_store: UnitOfWorkFactory,
) -> None:
    with monitoring() as (url, asked):
        ways = Ways(HttpSender(), pinger=HttpSender(), ping_url=url)
        assert told_by(ways, open_store) == {"webhook": True, "ping": True}
        told_by(ways, open_store, failed=True)
    assert asked == ["/ping/6f1", "/ping/6f1/fail"]
    assert failed_url("https://hc.example/x/?a=1") == "https://hc.example/x/fail?a=1"


def test_whoever_cannot_be_told_is_named_and_the_others_are_told_all_the_same(
    open_store: UnitOfWorkFactory,
) -> None:
    def disk_full() -> None:
        raise OSError(28, "No space left on device")

    with monitoring(500) as (url, asked):
        ways = Ways(
            HttpSender(),
            mailer=Post(ConnectionError("secret")),
            pinger=HttpSender(),
            ping_url=url,
            write_metrics=disk_full,
        )
        assert told_by(ways, open_store) == {
            "webhook": True,
            "mail": "night.fault",
            "metrics": "night.not_written",
            "ping": "webhook.refused",
        }
    assert asked


def test_a_fault_of_our_own_on_the_way_ends_nothing(open_store: UnitOfWorkFactory) -> None:
    assert told_by(Ways(HttpSender(), mailer=Post(ValueError("secret"))), open_store) == {
        "webhook": True,
        "mail": "night.fault",
    }


def test_a_ping_does_not_go_where_no_webhook_may() -> None:
    with pytest.raises(Undelivered):
        HttpSender().get("http://169.254.169.254/latest/meta-data")
    with pytest.raises(Undelivered):
        HttpSender().get("http://hc.example.com/plain")


def test_metrics_are_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "callqa.prom"
    ended = whole()
    metrics.write_file(metrics.registry(NightMetrics(ended.night, ended, 0, 0)), path)
    assert "callqa_night_recordings" in path.read_text("utf-8")
    assert [each.name for each in tmp_path.iterdir()] == ["callqa.prom"]
    with pytest.raises(FileNotFoundError):
        metrics.write_file(
            metrics.registry(NightMetrics(None, None, 0, 0)), tmp_path / "no" / "x.prom"
        )

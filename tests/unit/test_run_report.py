from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from qa.cli.report import print_report, report_document
from qa.domain.call import CallRecord
from qa.domain.records import Refusal, RunReport
from qa.domain.wording import Reason

AT = datetime(2026, 11, 20, 2, tzinfo=UTC)
FAULT = Reason("recording.fault", {"stage": "decode", "kind": "ZeroDivisionError"})
DONE = RunReport(AT, AT, 3, 3, 0, 0, 0, (), 0.0, 1.0, {}, ())
POISON = Refusal(CallRecord("C1"), "poison.wav", "ab" * 32, "", FAULT)


@dataclass
class Outcome:
    report: RunReport

    def rows(self) -> tuple[()]:
        return ()

    def details(self) -> tuple[()]:
        return ()


def printed(capsys: pytest.CaptureFixture[str], report: RunReport, language: Any = "en") -> str:
    print_report(Outcome(report), language)  # type: ignore[arg-type]
    return " ".join(capsys.readouterr().out.split())


def test_a_run_without_a_hitch_says_nothing_of_hitches(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, DONE) == (
        "3 found: 3 scored, 0 done before, 0 not scorable; 0.0 min of audio in 1.0 s"
    )
    assert DONE.complete


@pytest.mark.parametrize(
    ("changes", "english", "chinese"),
    [
        ({"quarantined": (POISON,)}, "given up poison.wav: scoring it failed", "已放弃 poison.wav"),
        ({"quarantined": (POISON,)}, "qa retry --all", "qa retry --all"),
        ({"waiting": ("new.wav",)}, "still growing new.wav: left for", "仍在写入 new.wav"),
        ({"put_off": 2}, "2 put off after a fault", "2 个出过错的录音还没到重试时间"),
        ({"stopped": "signal", "left": 7}, "told to stop: ", "还有 7 个未开始"),
        ({"stopped": "budget", "left": 7}, "its time was up: 7", "时间预算已用完"),
        ({"stopped": "hour", "left": 7}, "the hour had come: 7", "到了截止钟点"),
    ],
)
def test_whatever_has_no_score_is_told_in_both_languages(
    capsys: pytest.CaptureFixture[str], changes: dict[str, Any], english: str, chinese: str
) -> None:
    report = replace(DONE, **changes)
    assert not report.complete
    assert english in printed(capsys, report)
    assert chinese in printed(capsys, report, "zh")


def test_recordings_that_were_tried_again_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    report = replace(DONE, retried=2)
    assert report.complete
    assert "2 tried again" in printed(capsys, report)


def test_the_document_for_programs_has_every_count() -> None:
    report = replace(
        DONE, quarantined=(POISON,), waiting=("new.wav",), put_off=1, stopped="hour", left=4
    )
    document = report_document(Outcome(report), "en")  # type: ignore[arg-type]
    assert (document["put_off"], document["stopped"], document["left"]) == (1, "hour", 4)
    assert (document["waiting"], document["retried"]) == (["new.wav"], 0)
    (given_up,) = document["quarantined"]
    assert (given_up["recording"], given_up["code"]) == ("poison.wav", "recording.fault")

"""Nights from end to end over a stub pipeline, on either database: what they take, leave and make good."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qa.bootstrap import nights
from qa.domain.errors import StoreUnavailable
from qa.domain.night import NightState, Since
from qa.ports.nights import NightQuery
from tests.integration.night_desk import Desk
from tests.integration.nights_lab import DAY

# --- what a night takes ------------------------------------------------------------------------


def test_a_night_scores_what_is_there_and_the_next_one_what_came_since(desk: Desk) -> None:
    desk.drop("good-1.wav", "bad-2.wav", "noise-3.wav")
    first = desk.night()
    assert first["state"] == "finished"
    assert first["recordings"]["scored"] == 2
    assert first["not_scorable"][0]["code"] == "recording.no_speech"
    desk.at += DAY
    desk.drop("good-4.wav")
    second = desk.night()
    assert second["since"] is not None
    assert (
        second["recordings"] | {"found": 1, "scored": 1, "done_before": 0} == second["recordings"]
    )


def test_a_night_that_was_missed_is_made_good_by_the_next(desk: Desk) -> None:
    desk.night()
    desk.at += DAY
    desk.drop("good-missed.wav")
    desk.at += 3 * DAY
    desk.drop("good-new.wav")
    caught_up = desk.night(since=Since(desk.at - DAY))
    assert caught_up["recordings"]["scored"] == 2


def test_a_cut_night_leaves_the_newest_and_the_next_one_takes_them(desk: Desk) -> None:
    for hours in (5, 4, 3, 2):
        desk.drop(f"good-{hours}.wav", ago=timedelta(hours=hours))
    desk.each_s = 3000.0
    desk.at = datetime(2026, 3, 3, 4, 30, tzinfo=UTC)
    cut = desk.night(until_hour=6)
    assert cut["state"] == "cut"
    assert cut["stopped"] == "hour"
    assert cut["recordings"]["left"] == 2
    with desk.store() as unit:
        assert {row.recording_name for row in unit.calls.every()} == {"good-5.wav", "good-4.wav"}
    desk.at += DAY
    rest = desk.night(until_hour=6)
    assert rest["state"] == "finished"
    assert rest["recordings"] | {"found": 4, "scored": 2, "done_before": 2} == rest["recordings"]
    desk.at += DAY
    assert desk.night()["recordings"]["found"] == 0


def test_a_night_stops_when_its_time_is_used_up(desk: Desk) -> None:
    desk.drop(*(f"good-{place}.wav" for place in range(9)))
    told = desk.night(budget=timedelta(minutes=4))
    assert told["stopped"] == "budget"
    assert told["recordings"]["left"] == 5


def test_an_empty_folder_makes_a_night_with_nothing_in_it(desk: Desk) -> None:
    told = desk.night()
    assert told["state"] == "finished"
    assert told["recordings"]["found"] == 0
    assert told["figures"] is None


def test_a_recording_that_broke_is_tried_again_however_old_it_is(desk: Desk) -> None:
    desk.drop("good-poison.wav")
    desk.broken = {"good-poison.wav"}
    assert desk.night()["not_scorable"][0]["code"] == "recording.fault"
    desk.broken = set()
    desk.at += 9 * DAY
    told = desk.night()
    assert told["recordings"]["retried"] == 1
    assert told["recordings"]["scored"] == 1


def test_schedules_over_two_folders_catch_up_each_with_itself(desk: Desk, tmp_path: Path) -> None:
    desk.drop("good-1.wav")
    desk.night()
    other = tmp_path / "other"
    other.mkdir()
    (other / "good-old.wav").write_bytes(b"another")
    os.utime(other / "good-old.wav", (1.0, 1.0))
    told = nights.night(
        desk.settings,
        nights.NightOrder(folders=[other]),
        clock=desk,
        monotonic=desk.elapsed_s,
    )
    assert told["recordings"]["scored"] == 1


def test_a_night_that_an_error_ends_is_told_and_the_next_one_takes_all(desk: Desk) -> None:
    desk.drop("good-1.wav")
    desk.fault = StoreUnavailable("the database is gone")
    with pytest.raises(StoreUnavailable):
        desk.night()
    desk.fault = None
    with desk.store() as unit:
        [row] = unit.nights.page(NightQuery(), now=desk.at).rows
    assert row.state is NightState.FAILED
    assert row.fault == "the database is gone"
    desk.at += DAY
    assert desk.night()["recordings"]["scored"] == 1


# --- what comes late, and what breaks at the end ---------------------------------------------------


def test_a_recording_that_arrives_late_with_its_own_time_is_taken(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.drop("good-1.wav")
    desk.night()
    desk.at += DAY
    desk.night()
    desk.at += DAY
    desk.drop("good-late.wav", ago=timedelta(days=9))
    monkeypatch.setattr(
        "qa.services.nights.taking._arrived",
        lambda source: desk.at if source.path.name == "good-late.wav" else None,
    )
    told = desk.night()["recordings"]
    assert (told["found"], told["scored"]) == (1, 1)


def test_what_breaks_beside_the_night_does_not_cost_its_report(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError("what a customer said")

    monkeypatch.setattr(nights, "_alarms", breaks)
    monkeypatch.setattr(nights, "_licences", breaks)
    desk.drop("good-1.wav")
    told = desk.night()
    assert (told["state"], told["recordings"]["scored"]) == ("finished", 1)
    assert (told["weekly_alarms"], told["licences"]) == ([], [])
    assert "the weekly drift could not be looked at: ZeroDivisionError" in caplog.text
    assert "customer" not in caplog.text

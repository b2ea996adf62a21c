"""Moments as they are typed on a command line."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import click
import pytest

from qa.cli.moments import Moment


@pytest.fixture(params=["Asia/Shanghai", "America/New_York"])
def zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A machine on the clock of some place."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield request.param
    monkeypatch.undo()
    time.tzset()


def read(text: str) -> datetime:
    return Moment().convert(text, None, None)


def test_a_day_begins_at_midnight_on_this_machines_clock(zone: str) -> None:
    offset = "+08:00" if zone == "Asia/Shanghai" else "-05:00"
    assert read("2026-03-01") == datetime.fromisoformat(f"2026-03-01T00:00{offset}")
    assert read("20260301") == read(" 2026-03-01 ")
    assert read("2026-03-01T18:30") == datetime.fromisoformat(f"2026-03-01T18:30{offset}")


def test_a_summers_day_has_the_summers_offset(zone: str) -> None:
    hours = 8 if zone == "Asia/Shanghai" else -4
    assert read("2026-07-01").utcoffset() == timedelta(hours=hours)


def test_a_stated_offset_is_believed(zone: str) -> None:
    assert read("2026-03-01T18:30Z") == datetime(2026, 3, 1, 18, 30, tzinfo=UTC)
    assert read("2026-03-01T18:30+08:00") == datetime(2026, 3, 1, 10, 30, tzinfo=UTC)


def test_yesterday_and_today_are_the_last_two_midnights(zone: str) -> None:
    now = datetime.now().astimezone()
    today, yesterday = read("Today"), read("YESTERDAY")
    assert yesterday < today <= datetime.now().astimezone()
    assert (today.hour, today.minute, yesterday.hour) == (0, 0, 0)
    assert now - today < timedelta(hours=25)
    assert today.date() - yesterday.date() == timedelta(days=1)


@pytest.mark.parametrize(
    "text", ["", "soon", "2026-13-01", "2026-02-30", "18:30", "0001-01-01", "1e9"]
)
def test_anything_else_is_refused_with_what_can_be_written(text: str) -> None:
    with pytest.raises(click.BadParameter, match="today, yesterday, 2026-03-01") as caught:
        read(text)
    assert text in caught.value.message

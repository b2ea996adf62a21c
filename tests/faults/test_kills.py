"""A night killed at any moment is finished by the next one, as if nothing had happened."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from signal import SIGKILL
from typing import TypeVar

import pytest

from bench.night import rubrics
from bench.night.audit import kept
from bench.night.nights import Driver, Night
from tests.faults.night_lab import NOT_SCORABLE, ONE_BY_ONE, SCORABLE, Places, Undisturbed

T = TypeVar("T")

RANDOM_KILLS = 40
"""On each kind of store; ``python -m bench.night kills`` does more."""

STAGES = ("decode", "voice activity", "listen", "recognise", "diarize", "measure", "score")


def test_a_night_passes_a_fault_point_around_every_stage_every_commit_and_every_copy(
    undisturbed: Undisturbed,
) -> None:
    points = undisturbed.points
    for stage in STAGES:
        assert f"before {stage}" in points
        assert f"after {stage}" in points
    # Two of the files have no sound to score; one of them is not even read.
    assert points.count("after score") == SCORABLE
    assert points.count("before a copy is in place") == SCORABLE
    assert points.count("before decode") == SCORABLE + 1
    assert points.count("hashing") == SCORABLE + 1
    assert points.count("before a commit") == points.count("after a commit") >= SCORABLE + 3
    assert (undisturbed.kept.ended, undisturbed.kept.begun) == (1, 1)
    assert undisturbed.kept.strangers == ()
    assert undisturbed.kept.rows["calls"] == SCORABLE + NOT_SCORABLE


@pytest.fixture
def both(driver: Driver, other_driver: Driver) -> tuple[Driver, ...]:
    """A driver for each of two cores."""
    return (driver, other_driver)


def share_out(
    drivers: Sequence[Driver], cases: Sequence[T], act: Callable[[Driver, T], None]
) -> None:
    """Do something with every case, as many at once as there are drivers."""

    def work(number: int) -> None:
        for case in cases[number :: len(drivers)]:
            act(drivers[number], case)

    with ThreadPoolExecutor(len(drivers)) as aside:
        list(aside.map(work, range(len(drivers))))


def test_a_night_killed_at_any_fault_point_is_finished_by_the_next_one(
    both: Sequence[Driver], places: Places, undisturbed: Undisturbed
) -> None:
    def kill(driver: Driver, at: int) -> None:
        where = f"killed {undisturbed.points[at]} (fault point {at})"
        with places() as place:
            killed = driver.run(place.night(signal_at=[at], settings=ONE_BY_ONE))
            assert killed.code == -SIGKILL, f"not {where}: {killed.errors}"
            finishing = driver.run(place.night())
            assert finishing.code == 3, f"{where}: {finishing.errors}"
            assert kept(place).result() == undisturbed.kept.result(), where

    share_out(both, range(len(undisturbed.points)), kill)


def test_a_night_killed_at_any_moment_is_finished_by_the_next_one(
    both: Sequence[Driver], places: Places, undisturbed: Undisturbed
) -> None:
    chance = random.Random(7)  # noqa: S311 - moments, not secrets
    cut_short: list[float] = []

    def kill(driver: Driver, after_s: float) -> None:
        where = f"killed after {after_s:.3f} s"
        with places() as place:
            killed = driver.run(place.night(kill_after_s=after_s))
            if killed.code == -SIGKILL:
                cut_short.append(after_s)
            finishing = driver.run(place.night())
            assert finishing.code == 3, f"{where}: {finishing.errors}"
            assert kept(place).result() == undisturbed.kept.result(), where

    share_out(
        both, [chance.uniform(0, undisturbed.ended.wall_s) for _ in range(RANDOM_KILLS)], kill
    )
    assert len(cut_short) > RANDOM_KILLS / 2


def test_a_night_killed_again_and_again_is_finished_in_the_end(
    driver: Driver, places: Places, undisturbed: Undisturbed
) -> None:
    chance = random.Random(11)  # noqa: S311 - moments, not secrets
    with places() as place:
        for _ in range(12):
            after_s = chance.uniform(0, undisturbed.ended.wall_s)
            driver.run(place.night(kill_after_s=after_s))
        finishing = driver.run(place.night())
        assert finishing.code == 3, finishing.errors
        assert kept(place).result() == undisturbed.kept.result()


def test_a_night_under_a_changed_rubric_killed_at_any_fault_point_is_finished_by_the_next_one(
    driver: Driver, places: Places, tmp_path: Path
) -> None:
    changed = tmp_path / "changed"
    rubrics.write(changed, version=2)
    trace = tmp_path / "points"

    def anew(**disturbed: object) -> Night:
        return place.night(settings=ONE_BY_ONE | {"QA_RUBRIC_DIR": str(changed)}, **disturbed)

    with places() as place:
        assert driver.run(place.night()).code == 3
        told = driver.run(anew(trace=str(trace)))
        assert (told.code, told.number("rescored")) == (3, SCORABLE)
        whole = kept(place)
    points = trace.read_text(encoding="utf-8").split("\n")[:-1]
    assert points.count("after score") == SCORABLE
    assert points.count("before recognise") == 0
    first = points.index("before score")
    for at in range(first, len(points)):
        point = points[at]
        with places() as place:
            assert driver.run(place.night()).code == 3
            # Which calls are written together depends on the clock: a night may have fewer points than the traced.
            assert driver.run(anew(signal_at=[at])).code == -SIGKILL or at > first + SCORABLE
            finishing = driver.run(anew())
            assert finishing.code == 3, f"killed {point}: {finishing.errors}"
            assert kept(place).result() == whole.result(), f"killed {point}"

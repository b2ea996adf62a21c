"""What goes wrong around a night: full disks, a database that goes away, recordings that kill, signals."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from signal import SIGSEGV
from typing import Any

import pytest

from bench.app import postgresql
from bench.night import nights
from bench.night.audit import kept
from bench.night.driver import SAID
from bench.night.nights import Driver, Place
from tests.faults.night_lab import NOT_SCORABLE, ONE_BY_ONE, SCORABLE, Places, Undisturbed

POISON = "call-00001.wav"
TINY_CALLS = 500


def sentence(errors: str) -> str:
    """What a person reads where a command ended with an error."""
    assert "Traceback" not in errors, errors
    said = [line for line in errors.splitlines() if line.startswith("Error: ")]
    assert said, errors
    return said[-1]


def refused(report: dict[str, Any]) -> dict[str, str]:
    """Why what has no score has none, by file name."""
    return {
        one["recording"]: one["code"] for one in (*report["not_scorable"], *report["quarantined"])
    }


def passed(trace: Path, point: str) -> int:
    """How often a night has passed a fault point."""
    return trace.read_text(encoding="utf-8").splitlines().count(point) if trace.exists() else 0


def wait_for(happened: Callable[[], bool]) -> None:
    """Wait until something has happened; a few minutes at most."""
    until = time.monotonic() + 240
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.01)


# --- the disk ------------------------------------------------------------------------------------


@contextmanager
def small_disk(
    folder: Path, kilobytes: int, limits: dict[str, object], *, mounted: bool
) -> Iterator[Callable[[], dict[str, object]]]:
    """A folder with little room; what is yielded gives, when it is called, what a night needs for that, and then room.

    Args:
        folder: Where.
        kilobytes: How much room a file system of its own has, where this user may mount one.
        limits: What the night is limited by where not.
        mounted: Whether to mount one at all.
    """
    size = f"size={kilobytes}k,mode=0700"
    mount = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(folder)]
    mounts = mounted and os.geteuid() == 0
    if not mounts or subprocess.run(mount, check=False, capture_output=True).returncode:
        given = iter([limits])
        yield lambda: next(given, {})
        return
    asked = False

    def room() -> dict[str, object]:
        nonlocal asked
        if asked:
            larger = ["mount", "-o", "remount,size=64m", str(folder)]
            subprocess.run(larger, check=True)
        asked = True
        return {}

    try:
        yield room
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("mounted", [True, False])
@pytest.mark.parametrize("kilobytes", [60, 100])
def test_a_shelf_without_room_ends_the_night_with_a_sentence_and_the_next_one_finishes(
    driver: Driver, places: Places, undisturbed: Undisturbed, kilobytes: int, mounted: bool
) -> None:
    limits: dict[str, object] = {"copies_bytes": kilobytes << 10}
    with places() as place:
        shelf = place.home / "audio"
        shelf.mkdir()
        with small_disk(shelf, kilobytes, limits, mounted=mounted) as room:
            full = driver.run(place.night(**room()))
            assert full.code == 1, full.errors
            assert "no room" in sentence(full.errors)
            assert kept(place).rows["attempts"] == 0
            room()
            finishing = driver.run(place.night())
            assert finishing.code == 3, finishing.errors
            assert kept(place).result() == undisturbed.kept.result()


@pytest.mark.parametrize("mounted", [True, False])
def test_a_database_without_room_ends_the_night_with_a_sentence_and_the_next_one_finishes(
    driver: Driver,
    calls: Path,
    rubric_folder: Path,
    empty_sqlite: Path,
    tmp_path: Path,
    *,
    mounted: bool,
) -> None:
    limits: dict[str, object] = {"file_bytes": 1024}
    place = Place(calls, tmp_path / "home", rubric_folder, f"sqlite:///{tmp_path}/db/callqa.sqlite")
    database = tmp_path / "db"
    database.mkdir()
    content = empty_sqlite.read_bytes()
    with small_disk(database, len(content) // 1024 + 60, limits, mounted=mounted) as room:
        (database / "callqa.sqlite").write_bytes(content)
        full = driver.run(place.night(**room()))
        assert full.code == 1, full.errors
        assert "database" in sentence(full.errors)
        room()
        finishing = driver.run(place.night())
        assert finishing.code == 3, finishing.errors
        left = kept(place)
    assert left.rows["scorecards"] == SCORABLE
    assert left.rows["calls"] == SCORABLE + NOT_SCORABLE
    assert (left.rows["attempts"], left.strangers) == (0, ())


# --- the database --------------------------------------------------------------------------------


@pytest.fixture
def on_postgresql(
    server: postgresql.Server, tmp_path: Path, calls: Path, rubric_folder: Path
) -> Iterator[Place]:
    """A place on PostgreSQL."""
    url = postgresql.make_database(server.url, tmp_path.name, like="empty")
    yield Place(calls, tmp_path / "home", rubric_folder, url)
    postgresql.drop_database(server.url, tmp_path.name)


@contextmanager
def stopped(server: postgresql.Server) -> Iterator[None]:
    """The server gone for a while."""
    server.stop()
    try:
        yield
    finally:
        server.start()


def test_a_night_waits_for_a_database_that_is_gone_for_a_while(
    driver: Driver, server: postgresql.Server, on_postgresql: Place, tmp_path: Path
) -> None:
    trace = tmp_path / "points"
    with ThreadPoolExecutor(1) as aside:
        running = aside.submit(driver.run, on_postgresql.night(score_s=1.0, trace=str(trace)))
        wait_for(lambda: passed(trace, "after score") > 0)
        with stopped(server):
            time.sleep(5)
        night = running.result()
    assert night.code == 3, night.errors
    left = kept(on_postgresql)
    assert left.rows["scorecards"] == SCORABLE
    assert left.rows["calls"] == SCORABLE + NOT_SCORABLE
    assert (left.rows["attempts"], left.rows["run_locks"], left.strangers) == (0, 0, ())
    assert (left.ended, left.begun) == (1, 1)


def test_a_night_whose_database_stays_away_ends_with_a_sentence_and_the_next_one_finishes(
    driver: Driver, server: postgresql.Server, on_postgresql: Place, tmp_path: Path
) -> None:
    trace = tmp_path / "points"
    hasty = on_postgresql.night(
        score_s=1.0, trace=str(trace), settings={"QA_STORE_PATIENCE_S": "1"}
    )
    with ThreadPoolExecutor(1) as aside:
        running = aside.submit(driver.run, hasty)
        wait_for(lambda: passed(trace, "after score") > 0)
        with stopped(server):
            night = running.result()
    assert night.code == 1, night.errors
    assert "database" in sentence(night.errors)
    finishing = driver.run(on_postgresql.night())
    assert finishing.code == 3, finishing.errors
    left = kept(on_postgresql)
    assert left.rows["scorecards"] == SCORABLE
    assert (left.rows["attempts"], left.rows["run_locks"], left.strangers) == (0, 0, ())


# --- a recording ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "limits"), [("memory", {}), ("hog", {"memory_bytes": 1 << 28}), ("error", {})]
)
def test_a_recording_that_breaks_the_recogniser_is_its_own_misfortune(
    driver: Driver,
    places: Places,
    undisturbed: Undisturbed,
    fault: str,
    limits: dict[str, object],
) -> None:
    with places() as place:
        night = driver.run(place.night(faults={POISON: fault}, **limits))
        assert night.code == 3, night.errors
        assert night.report["scored"] == SCORABLE - 1
        assert refused(night.report)[POISON] == "recording.fault"
        assert SAID.upper() not in night.errors
        finishing = driver.run(place.night())
        assert finishing.code == 3, finishing.errors
        assert (finishing.report["scored"], finishing.report["retried"]) == (1, 1)
        assert kept(place).result(history=False) == undisturbed.kept.result(history=False)


@pytest.mark.parametrize(("fault", "code"), [("segfault", -SIGSEGV), ("exit", 9)])
def test_a_recording_that_kills_the_process_is_quarantined_and_all_others_are_scored(
    driver: Driver, places: Places, undisturbed: Undisturbed, fault: str, code: int
) -> None:
    poison = {POISON: fault}
    with places() as place:
        assert driver.run(place.night(faults=poison)).code == code
        # As a scheduler does, again and again; from here on a process dies, but never the night.
        second = driver.run(place.night(faults=poison, spawns=fault == "segfault"))
        assert second.code == 3, second.errors
        assert second.report["scored"] == SCORABLE - 1
        third = driver.run(place.night(faults=poison))
        assert third.code == 3, third.errors
        assert [one["recording"] for one in third.report["quarantined"]] == [POISON]
        fourth = driver.run(place.night(faults=poison))
        assert refused(fourth.report)[POISON] == "recording.died"
        assert (fourth.report["scored"], fourth.report["retried"]) == (0, 0)

        asked = driver.run(place.night("retry", POISON))
        assert asked.code == 0, asked.errors
        assert driver.run(place.night()).report["scored"] == 1
        assert kept(place).result(history=False) == undisturbed.kept.result(history=False)


# --- the machine ---------------------------------------------------------------------------------


@pytest.mark.models
def test_weights_that_are_not_the_ones_of_the_manifest_end_the_night_before_anything_is_written(
    driver: Driver, places: Places, tmp_path: Path
) -> None:
    weights = tmp_path / "models"
    damaged = weights / "silero-vad" / "silero_vad_16k_sequence.onnx"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"not a network")
    with places() as place:
        night = driver.run(
            place.night(real=["voice activity"], settings={"QA_MODEL_DIR": str(weights)})
        )
        assert night.code == 2, night.errors
        assert "silero-vad" in sentence(night.errors)
        left = kept(place)
        assert (left.rows["scorecards"], left.rows["hearings"], left.rows["attempts"]) == (0, 0, 0)
        assert driver.run(place.night()).code == 3


@pytest.mark.parametrize("fallen_back_s", [3600.0, 30 * 86400.0])
def test_a_clock_that_falls_back_changes_nothing(
    driver: Driver, places: Places, undisturbed: Undisturbed, fallen_back_s: float
) -> None:
    with places() as place:
        broken = driver.run(place.night(faults={POISON: "error"}))
        assert broken.code == 3, broken.errors
        night = driver.run(place.night(clock_back_s=fallen_back_s))
        assert night.code == 3, night.errors
        assert (night.report["scored"], night.report["put_off"]) == (1, 0)
        assert kept(place).result(history=False) == undisturbed.kept.result(history=False)


# --- signals and other nights --------------------------------------------------------------------


@pytest.mark.parametrize("signal", ["SIGTERM", "SIGINT"])
def test_a_night_that_is_told_to_end_finishes_what_it_has_begun_and_reports(
    driver: Driver, places: Places, undisturbed: Undisturbed, signal: str
) -> None:
    at = undisturbed.points.index("after decode")
    with places() as place:
        night = driver.run(place.night(signal_at=[at], signal=signal, settings=ONE_BY_ONE))
        assert night.code == 3, night.errors
        report = night.report
        assert report["stopped"] == "signal"
        assert report["left"] >= 1
        scored, left = int(report["scored"]), kept(place)
        assert scored >= 1
        assert left.rows["scorecards"] == scored
        assert (left.rows["attempts"], left.rows["run_locks"], left.ended) == (0, 0, 1)
        finishing = driver.run(place.night())
        assert finishing.report["done_before"] == scored
        assert kept(place).result() == undisturbed.kept.result()


def test_a_second_signal_ends_the_night_at_once_and_the_next_one_finishes(
    driver: Driver, places: Places, undisturbed: Undisturbed
) -> None:
    at = undisturbed.points.index("after decode")
    twice = {"signal_at": [at, at + 1], "signal": "SIGTERM", "settings": ONE_BY_ONE}
    with places() as place:
        assert driver.run(place.night(**twice)).code == -15
        finishing = driver.run(place.night())
        assert finishing.code == 3, finishing.errors
        assert kept(place).result() == undisturbed.kept.result()


@pytest.mark.parametrize("same_home", [True, False])
def test_of_two_nights_at_once_the_second_is_refused_with_a_sentence(
    driver: Driver,
    other_driver: Driver,
    places: Places,
    undisturbed: Undisturbed,
    same_home: bool,
) -> None:
    with places() as place, ThreadPoolExecutor(1) as aside:
        trace = place.home.with_name("running")
        running = aside.submit(driver.run, place.night(score_s=1.5, beat_s=0.5, trace=str(trace)))
        wait_for(lambda: passed(trace, "before score") > 0)
        beside = replace(place, database_url=place.store_url)
        if not same_home:
            beside = replace(beside, home=place.home.with_name("another-home"))
        night = beside.night()
        second = other_driver.run(replace(night, output=f"{night.output}.2"))
        assert second.code == 2, second.errors
        assert "another run" in sentence(second.errors)
        assert running.result().code == 3
        assert kept(place).result() == undisturbed.kept.result()


def test_five_hundred_tiny_calls_are_scored_once_each(
    driver: Driver, tmp_path: Path, rubric_folder: Path
) -> None:
    nights.make_recordings(tmp_path / "night", TINY_CALLS)
    place = Place(tmp_path / "night", tmp_path / "home", rubric_folder)
    first = driver.run(place.night())
    assert first.code == 0, first.errors
    left = kept(place)
    assert left.rows["calls"] == left.rows["scorecards"] == len(left.shelf) == TINY_CALLS
    assert (left.rows["attempts"], left.strangers) == (0, ())
    again = driver.run(place.night())
    assert (again.report["scored"], again.report["done_before"]) == (0, TINY_CALLS)
    assert kept(place).result() == left.result()

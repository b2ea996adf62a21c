"""``qa night`` and ``qa watch`` with ``--engine ray`` as somebody types them, each with a cluster of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench.night import rubrics

QA = "from qa.cli.main import main; main()"
SLOW = """
import sys, time
from qa.batch.step import Step
from qa.bootstrap import running
from qa.cli.main import main
from qa.domain.errors import NotScorable
from qa.domain.wording import Reason

class Slow:
    def run(self, job):
        open(job.path.with_name("begun"), "ab").write(b".")
        time.sleep(1.0)
        raise NotScorable(Reason("recording.no_speech"))

running.pipeline = lambda *_: (Step("decode", Slow),)
main()
"""


@pytest.fixture
def short() -> Iterator[Path]:
    """A temporary folder with a short name: that of a socket in it may not be long."""
    with tempfile.TemporaryDirectory(prefix="t-") as folder:
        yield Path(folder)


@pytest.fixture
def environment(tmp_path: Path, short: Path) -> dict[str, str]:
    """As a user has it, with a small rubric, and the cluster's files where they can be looked for."""
    rubrics.write(tmp_path / "rubrics")
    ours = {
        "TMPDIR": str(short),
        "QA_HOME": str(tmp_path / "var"),
        "QA_RUBRIC": rubrics.NAME,
        "QA_RUBRIC_DIR": str(tmp_path / "rubrics"),
        "QA_SETTLE_S": "0",
        "QA_THREADS": "1",
    }
    strangers = ("QA_", "RAY_")
    others = {name: value for name, value in os.environ.items() if not name.startswith(strangers)}
    return others | ours


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for recordings."""
    made = tmp_path / "in"
    made.mkdir()
    return made


def put(folder: Path, *names: str) -> None:
    """Files that are no recordings, written long ago."""
    for name in names:
        (folder / name).write_text(f"{name} is no recording", encoding="utf-8")
        os.utime(folder / name, (1.0, 1.0))


def left_of_ray(short: Path) -> list[str]:
    """What a cluster of its own left behind: files, and processes that know of them."""
    processes = subprocess.run(["ps", "axo", "args"], capture_output=True, text=True, check=True)
    mark = f"{short}/qa-ray-"
    return [path.name for path in short.glob("qa-ray-*")] + [
        line for line in processes.stdout.splitlines() if mark in line
    ]


def test_a_night_starts_its_cluster_reports_and_leaves_nothing_of_it_behind(
    folder: Path, environment: dict[str, str], short: Path
) -> None:
    put(folder, "a.wav", "b.wav")
    done = subprocess.run(
        [sys.executable, "-c", QA, "night", "--engine", "ray", "--from", str(folder), "--json"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr.strip()) == (3, "")
    report = json.loads(done.stdout)
    assert (report["state"], report["recordings"]["not_scorable"]) == ("finished", 2)
    [reason] = report["not_scorable"]
    assert sorted(file["recording"] for file in reason["files"]) == ["a.wav", "b.wav"]
    assert left_of_ray(short) == []


def test_a_watched_folder_gets_a_cluster_whenever_something_comes(
    folder: Path, environment: dict[str, str], short: Path
) -> None:
    watched = [sys.executable, "-c", QA, "watch", "--engine", "ray", "--every", "1s"]
    put(folder, "a.wav")
    with subprocess.Popen(
        [*watched, "--from", str(folder)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as watch:
        try:
            assert watch.stdout is not None
            assert "1 not scorable" in watch.stdout.readline()
            assert left_of_ray(short) == []
            put(folder, "b.wav")
            assert "1 not scorable" in watch.stdout.readline()
            watch.send_signal(signal.SIGTERM)
            _, told = watch.communicate(timeout=240)
        finally:
            watch.kill()
    assert watch.returncode == 0
    assert told.splitlines()[-1] == "Stopped. What was finished is kept."
    assert left_of_ray(short) == []


def test_a_cluster_that_is_just_starting_does_not_keep_anybody_from_stopping(
    folder: Path, environment: dict[str, str], short: Path
) -> None:
    put(folder, "a.wav")
    with subprocess.Popen(
        [sys.executable, "-c", QA, "watch", "--engine", "ray", "--from", str(folder)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as watch:
        try:
            wait_for(lambda: any(short.glob("qa-ray-*/*")), watch)
            watch.send_signal(signal.SIGTERM)
            _, told = watch.communicate(timeout=240)
        finally:
            watch.kill()
    assert watch.returncode == 0
    assert told.splitlines()[-1] == "Stopped. What was finished is kept."
    assert left_of_ray(short) == []


@pytest.mark.parametrize("command", ["night", "watch"])
def test_what_is_on_a_cluster_is_finished_when_it_is_told_to_stop(
    folder: Path, environment: dict[str, str], short: Path, command: str
) -> None:
    names = [f"{number}.wav" for number in range(12)]
    put(folder, *names)
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, command, "--engine", "ray", "--from", str(folder)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            wait_for((folder / "begun").exists, running)
            running.send_signal(signal.SIGTERM)
            said, told = running.communicate(timeout=240)
        finally:
            running.kill()
    begun = len((folder / "begun").read_bytes())
    assert 1 <= begun < len(names)
    if command == "night":
        assert running.returncode == 4
        assert "stopped" in said
    else:
        assert running.returncode == 0
        assert f"{begun} not scorable" in said
        assert told.splitlines()[-1] == "Stopped. What was finished is kept."
    assert left_of_ray(short) == []


def wait_for(happened: Callable[[], bool], running: subprocess.Popen[str]) -> None:
    """Wait until something has happened, a minute at most, and no longer than there is somebody to do it."""
    for _ in range(1200):
        if happened() or running.poll() is not None:
            return
        time.sleep(0.05)

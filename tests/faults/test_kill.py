"""A run may be killed at any moment: what was finished stays, the rest is done by the next run."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.samples_report import SAMPLES

CALLS = ("en-slow-internet", "zh-late-parcel", "en-higher-bill")


def _scorecards(store: Path) -> int:
    if not store.exists():
        return 0
    connection = sqlite3.connect(store, timeout=10)
    try:
        row = connection.execute("select count(*) from scorecards").fetchone()
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()
    return int(row[0])


@pytest.mark.models
def test_a_killed_run_is_finished_by_the_next_one_and_nothing_is_done_twice(tmp_path: Path) -> None:
    night = tmp_path / "night"
    night.mkdir()
    for name in CALLS:
        shutil.copy(SAMPLES / "stereo" / f"{name}.wav", night)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    environment["QA_HOME"] = str(tmp_path / "var")
    command = [
        sys.executable,
        "-c",
        "from qa.cli.main import main; main()",
        "run",
        str(night),
        "--json",
    ]
    store = tmp_path / "var" / "callqa.sqlite"

    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as first:
        deadline = time.monotonic() + 240
        while _scorecards(store) < 1 and first.poll() is None and time.monotonic() < deadline:
            time.sleep(0.02)
        first.send_signal(signal.SIGKILL)
    finished = _scorecards(store)
    assert 1 <= finished < len(CALLS)

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["done_before"], report["scored"]) == (finished, len(CALLS) - finished)
    assert _scorecards(store) == len(CALLS)
    kept = sorted((tmp_path / "var" / "audio").rglob("*.*"))
    assert len(kept) == len(CALLS)

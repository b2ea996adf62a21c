"""``qa watch`` as somebody leaves it running."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.night import rubrics
from qa.bootstrap import watching
from qa.bootstrap.nights import NightOrder
from qa.config import Settings
from qa.domain.errors import QAError, SettingsInvalid

WATCHING = """
import sys, time
from qa.batch.step import Step
from qa.bootstrap import running
from qa.cli.main import main
from qa.domain.errors import NotScorable
from qa.domain.wording import Reason

class Slow:
    def run(self, item):
        print("working", flush=True)
        time.sleep(1.0)
        raise NotScorable(Reason("recording.no_speech"))

running.pipeline = lambda *_: (Step("decode", Slow),)
sys.argv = ["qa", "watch", "--from", sys.argv[1], "--every", "1s"]
main()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("recordings", [0, 1])
def test_a_watched_folder_is_left_when_it_is_told_to_stop(
    tmp_path: Path, recordings: int, number: signal.Signals
) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    for place in range(recordings):
        (folder / f"{place}.wav").write_bytes(b"a call")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    environment |= {"QA_HOME": str(tmp_path / "var"), "QA_SETTLE_S": "0"}
    with subprocess.Popen(
        [sys.executable, "-c", WATCHING, str(folder)],
        cwd=Path(__file__).resolve().parents[2],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as watch:
        try:
            assert watch.stdout is not None
            assert watch.stderr is not None
            if recordings:
                assert watch.stdout.readline() == "working\n"
            else:
                deadline = time.monotonic() + 120
                while not list(tmp_path.glob("var/*.sqlite")) and time.monotonic() < deadline:
                    time.sleep(0.05)
            watch.send_signal(number)
            said, told = watch.communicate(timeout=120)
        finally:
            watch.kill()
    assert watch.returncode == 0
    assert told.splitlines()[-1] == "Stopped. What was finished is kept."
    assert said.count("not scorable") == recordings


def test_a_bucket_is_a_nights_and_no_watched_folder(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="s3://night/in is elsewhere") as refused:
        watching.check(_settings(tmp_path), NightOrder(folders=["s3://key:secret@night/in"]))
    assert "qa night" in refused.value.hint


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"names": ("{a",)}, "no template"),
        ({"records": ((Path("nowhere.csv"), None),)}, "no file of call records"),
        ({"manifest": Path("nowhere.csv")}, "cannot be read"),
    ],
)
def test_what_a_watched_folder_is_given_is_looked_at_before_it_begins(
    tmp_path: Path, told: dict[str, Any], said: str
) -> None:
    with pytest.raises(QAError, match=said):
        watching.check(_settings(tmp_path), NightOrder(folders=[tmp_path], **told))
    watching.check(_settings(tmp_path), NightOrder(folders=[tmp_path]))


def test_a_manifest_that_is_just_being_written_is_read_at_the_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.wav").write_text("no recording", encoding="utf-8")
    os.utime(folder / "a.wav", (1.0, 1.0))
    manifest = tmp_path / "calls.csv"
    manifest.write_text("call_id\n", encoding="utf-8")
    told: list[str] = []
    warned: list[str] = []

    def another_look(_: float) -> None:
        assert len(warned) == 1
        manifest.write_text("recording,agent_id\nin/a.wav,A7\n", encoding="utf-8")

    monkeypatch.setattr(watching, "draining", lambda: nullcontext(lambda: "signal" * bool(told)))
    watching.watch(
        _settings(tmp_path),
        NightOrder(folders=[folder], manifest=manifest),
        every=timedelta(seconds=0.5),
        tell=told.append,
        warn=warned.append,
        sleep=another_look,
    )
    assert warned[0].startswith("Tried again in 0.5 s: ")
    assert "1 not scorable" in told[0]


def _settings(tmp_path: Path) -> Settings:
    rubrics.write(tmp_path / "rubrics")
    return Settings(
        home=tmp_path / "var",
        rubric=rubrics.NAME,
        rubric_dir=tmp_path / "rubrics",
        settle_s=0,
        _env_file=None,  # type: ignore[call-arg]
    )

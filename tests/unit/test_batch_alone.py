from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Iterator
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any

import pytest

from qa.batch.alone import AloneExecutor
from qa.batch.heartbeat import _began
from qa.batch.local import LocalExecutor
from qa.batch.step import Step
from qa.bootstrap import running
from qa.config import Settings
from qa.domain.call import CallRecord
from qa.domain.errors import ClusterUnavailable, ModelCorrupt
from qa.domain.wording import Reason
from qa.services.ingest import Event, Finished, Job, Refused
from tests.unit.alone_stages import Acts, Interrupted, NeverUp

STEPS = (Step("score", Acts, audio=False),)


@pytest.fixture
def alone() -> Iterator[AloneExecutor]:
    with AloneExecutor(STEPS) as executor:
        yield executor


def job(folder: Path, name: str) -> Job:
    path = folder / f"{name}.wav"
    path.touch()
    return Job(path, name, CallRecord(call_id=name), f"print-{name}", "hearing", None)


def ends(executor: AloneExecutor, *jobs: Job) -> list[Event]:
    return [event for event in executor.run(jobs) if isinstance(event, Finished | Refused)]


def processes(folder: Path, name: str) -> list[int]:
    return [int(line) for line in (folder / f"{name}.wav").read_text("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("name", "signal_name"),
    [("killed", "SIGKILL"), ("segfault", "SIGSEGV"), ("exits", "exit code 3")],
)
def test_a_recording_that_takes_its_process_down_is_told_from_one_that_only_raises(
    alone: AloneExecutor, tmp_path: Path, name: str, signal_name: str
) -> None:
    died, raised, fine = ends(
        alone, job(tmp_path, name), job(tmp_path, "raises"), job(tmp_path, "fine")
    )
    assert isinstance(died, Refused)
    assert (died.died, died.final) == (True, False)
    assert died.reason == Reason("recording.died", {"signal": signal_name})
    assert isinstance(raised, Refused)
    assert (raised.died, raised.reason.code) == (False, "recording.fault")
    assert isinstance(fine, Finished)


def test_a_process_that_somebody_ends_is_no_recordings_fault(
    alone: AloneExecutor, tmp_path: Path
) -> None:
    (hung_up,) = ends(alone, job(tmp_path, "hangup"))
    assert isinstance(hung_up, Refused)
    assert (hung_up.died, hung_up.reason.params) == (False, {"signal": "SIGHUP"})


def test_the_process_is_another_one_and_stays_from_job_to_job(
    alone: AloneExecutor, tmp_path: Path
) -> None:
    ends(alone, job(tmp_path, "fine"))
    ends(alone, job(tmp_path, "silent"), job(tmp_path, "fine-2"))
    (first,), (second,), (third,) = (
        processes(tmp_path, name) for name in ("fine", "silent", "fine-2")
    )
    assert first == second == third != os.getpid()


def test_what_ends_the_run_for_all_comes_back_as_it_is(
    alone: AloneExecutor, tmp_path: Path
) -> None:
    with pytest.raises(ModelCorrupt, match="not the file it should be"):
        ends(alone, job(tmp_path, "corrupt"))


def test_nothing_is_begun_once_there_is_a_reason_to_stop(
    alone: AloneExecutor, tmp_path: Path
) -> None:
    assert list(alone.run([job(tmp_path, "fine")], lambda: "signal")) == []


def test_a_process_that_never_comes_up_is_held_against_no_recording(tmp_path: Path) -> None:
    steps: list[Any] = [Step("score", NeverUp(), audio=False)]
    with (
        AloneExecutor(steps) as executor,
        pytest.raises(ClusterUnavailable, match=r"before it takes one \(exit code 7\)"),
    ):
        ends(executor, job(tmp_path, "fine"))


def test_a_process_that_ends_while_it_waits_is_started_again(
    alone: AloneExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends(alone, job(tmp_path, "fine"))
    (first,) = processes(tmp_path, "fine")
    os.kill(first, signal.SIGKILL)
    assert alone._process is not None
    alone._process.join()
    # As in the moment before anybody could know.
    monkeypatch.setattr(alone._process, "is_alive", lambda: True)
    (end,) = ends(alone, job(tmp_path, "fine-2"))
    assert isinstance(end, Finished)
    assert processes(tmp_path, "fine-2") != [first]


def test_signals_to_the_run_do_not_end_the_process_while_it_comes_up(tmp_path: Path) -> None:
    steps: list[Any] = [Step("score", Interrupted(), audio=False)]
    with AloneExecutor(steps) as executor:
        (end,) = ends(executor, job(tmp_path, "fine"))
    assert isinstance(end, Finished)
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set()


def test_the_run_lets_go_of_its_models_before_the_other_process_loads_them(
    tmp_path: Path,
) -> None:
    built: list[weakref.ref[Acts]] = []

    def build() -> Acts:
        stage = Acts()
        built.append(weakref.ref(stage))
        return stage

    local = LocalExecutor([Step("score", build, audio=False)])
    there: list[bool] = []

    def rest() -> None:
        there.append(built[0]() is not None)
        local.rest()
        there.append(built[0]() is not None)

    ends_here = list(local.run([job(tmp_path, "fine")]))
    assert isinstance(ends_here[-1], Finished)
    with AloneExecutor(STEPS, before=rest) as executor:
        assert there == []
        ends(executor, job(tmp_path, "fine-2"), job(tmp_path, "fine-3"))
    assert there == [True, False], "once, as the process is started once"
    list(local.run([job(tmp_path, "fine-4")]))
    assert len(built) == 2


def test_a_run_here_is_wired_so(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, _env_file=None)  # type: ignore[call-arg]
    with running._executors("local", STEPS, settings) as (together, alone):
        assert isinstance(together, LocalExecutor)
        list(together.run([job(tmp_path, "fine")]))
        before = together._stages
        list(alone.run([job(tmp_path, "fine-2")]))
        assert together._stages is not before


def test_a_run_that_is_killed_takes_the_other_process_with_it(tmp_path: Path) -> None:
    path = tmp_path / "slow.wav"
    program = f"""
from pathlib import Path
from qa.batch.alone import AloneExecutor
from qa.batch.step import Step
from qa.domain.call import CallRecord
from qa.services.ingest import Job
from tests.unit.alone_stages import Acts

if __name__ == "__main__":
    job = Job(Path({str(path)!r}), "s", CallRecord(call_id="c"), "f", "h", None)
    with AloneExecutor((Step("score", Acts, audio=False),)) as executor:
        list(executor.run([job]))
"""
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=root, stderr=subprocess.DEVNULL
    ) as run:
        deadline = time.monotonic() + 60
        while not (path.exists() and path.read_text("utf-8")) and time.monotonic() < deadline:
            time.sleep(0.05)
        (other,) = processes(tmp_path, "slow")
        run.send_signal(signal.SIGKILL)
    while _lives(other) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _lives(other)


def _lives(process: int) -> bool:
    return _began(process) != ""


def test_a_process_that_cannot_even_be_started_is_held_against_no_recording(
    alone: AloneExecutor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr(SpawnProcess, "start", gone)
    with pytest.raises(ClusterUnavailable, match=r"\(as it was started\)"):
        ends(alone, job(tmp_path, "fine"))
